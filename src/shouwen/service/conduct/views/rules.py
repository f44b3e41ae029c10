"""The rules of appeal and payment."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.contrib import messages
from django.http import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from shouwen.measures.lawfulness.model import region_code
from shouwen.service.access.gate import ActorRequest, page
from shouwen.service.conduct import settings
from shouwen.service.conduct.models import Rules
from shouwen.service.conduct.permissions import SET_RULES
from shouwen.service.conduct.times import rules as present


class RulesForm(forms.ModelForm):  # type: ignore[type-arg]
    """How an organisation deals with decisions."""

    class Meta:
        model = Rules
        fields: ClassVar = ["appeal_days", "appeal_suspends", "pay_days", "region", "tier"]

    def clean_region(self) -> str:
        """A code of GB/T 2260, or nothing."""
        code: str = self.cleaned_data["region"]
        if code:
            try:
                region_code(code)
            except ValueError as error:
                raise forms.ValidationError(
                    _("Write the six digits of the region, such as 420000.")
                ) from error
        return code


@page(SET_RULES)
def rules(request: ActorRequest) -> HttpResponseBase:
    """Set them."""
    form: Any = RulesForm(request.POST or None, instance=present())
    if request.method == "POST" and form.is_valid():
        settings.set_rules(request.actor, form.save(commit=False))
        messages.success(request, _("Kept."))
        return redirect("conduct:rules")
    status = 422 if form.errors else 200
    return render(request, "conduct/rules.html", {"form": form}, status=status)
