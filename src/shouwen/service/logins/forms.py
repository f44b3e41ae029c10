"""Forms of logins."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.contrib.auth.forms import SetPasswordForm
from django.contrib.auth.password_validation import password_validators_help_texts
from django.utils.translation import gettext_lazy as _

from shouwen.service.organisations.models import Reach, RoleGrant, Unit

DAY = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class RoleForm(forms.ModelForm):  # type: ignore[type-arg]
    """A role of someone, how far it reaches and how long."""

    class Meta:
        model = RoleGrant
        fields: ClassVar = ["role", "reach", "unit", "since", "until"]
        widgets: ClassVar = {"since": DAY, "until": DAY}
        labels: ClassVar = {
            "role": _("Role"), "reach": _("How far it reaches"), "unit": _("Unit"),
            "since": _("From"), "until": _("Until"),
        }  # fmt: skip
        help_texts: ClassVar = {
            "unit": _("Only where the role reaches a unit."),
            "until": _("The last day; empty: without an end."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["unit"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = Unit.objects.filter(is_active=True)

    def clean(self) -> dict[str, Any]:
        """A role that reaches a unit must say which."""
        found: dict[str, Any] = super().clean() or {}
        if found.get("reach") == Reach.UNIT and not found.get("unit"):
            self.add_error("unit", _("Say which unit the role reaches."))
        if found.get("reach") != Reach.UNIT:
            found["unit"] = None
        return found


class ChooseForm(SetPasswordForm):  # type: ignore[type-arg]
    """A password of one's own."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["new_password1"].label = _("New password")
        self.fields["new_password1"].help_text = " ".join(password_validators_help_texts())
        self.fields["new_password2"].label = _("New password once more")
        self.fields["new_password2"].help_text = ""
