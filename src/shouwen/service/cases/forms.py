"""Forms of a case."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from shouwen.service.organisations.models import Person


class HandOverForm(forms.Form):
    """To whom a case is offered."""

    to = forms.ModelChoiceField(label=_("To"), queryset=Person.objects.none())
    reason = forms.CharField(label=_("Why"), max_length=300, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["to"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = Person.objects.filter(is_active=True).select_related("unit")


class NoteForm(forms.Form):
    """A note."""

    text = forms.CharField(
        label=_("Note"), max_length=2000, widget=forms.Textarea(attrs={"rows": 2})
    )


class DueForm(forms.Form):
    """Until when it will be done, as agreed with the customer."""

    due_at = forms.DateTimeField(
        label=_("Agreed until"),
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )


class SettleForm(forms.Form):
    """What was done."""

    result = forms.CharField(
        label=_("Result"), max_length=2000, widget=forms.Textarea(attrs={"rows": 2})
    )
