"""The form of intake."""

from __future__ import annotations

import re
from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from shouwen.service.cases.models import Channel, FaultGroup, Topic
from shouwen.service.organisations.models import Territory

NETWORK = [
    ("ready", _("The line is there")),
    ("branch_missing", _("The branch line is missing")),
    ("trunk_missing", _("The trunk line is missing")),
]

SENT = [
    ("", "—"),
    ("no", _("came of their own accord")),
    ("yes", _("sent by a technician, as the customer says")),
]


class IntakeForm(forms.Form):
    """Name, phone, address, topic and matter; nothing more is asked."""

    channel = forms.ChoiceField(label=_("Channel"), choices=Channel, widget=forms.RadioSelect)
    phone = forms.CharField(
        label=_("Phone"), max_length=30, required=False,
        widget=forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "off",
                                      "autofocus": True}),
    )  # fmt: skip
    name = forms.CharField(label=_("Customer's name"), max_length=100, required=False)
    address = forms.CharField(label=_("Address"), max_length=300, required=False)
    topic = forms.ChoiceField(label=_("Topic"), choices=Topic, widget=forms.RadioSelect)
    matter = forms.CharField(
        label=_("Matter"), max_length=4000, widget=forms.Textarea(attrs={"rows": 3})
    )
    territory = forms.ModelChoiceField(
        label=_("Territory"), queryset=Territory.objects.none(), required=False,
        help_text=_("Found from the address; choose only if that is wrong."),
    )  # fmt: skip
    network = forms.ChoiceField(
        label=_("Line (for new connections)"), choices=[("", "—"), *NETWORK], required=False
    )
    rings = forms.IntegerField(
        label=_("Rings before it was answered"), min_value=0, max_value=60, required=False
    )
    failure = forms.ModelChoiceField(queryset=FaultGroup.objects.none(), required=False)
    sent = forms.ChoiceField(
        label=_("Who sent the customer to the counter? (exchange of equipment)"), choices=SENT,
        required=False,
    )  # fmt: skip
    uid = forms.CharField(widget=forms.HiddenInput, max_length=40)
    call = forms.IntegerField(widget=forms.HiddenInput, required=False)
    web = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["territory"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = Territory.objects.filter(is_active=True)
        failure = self.fields["failure"]
        assert isinstance(failure, forms.ModelChoiceField)
        failure.queryset = FaultGroup.objects.filter(ended_at__isnull=True)

    def clean_matter(self) -> str:
        """The matter, its lines parted as everywhere else and not as browsers send them."""
        return "\n".join(self.cleaned_data["matter"].splitlines())

    def clean_phone(self) -> str:
        """The digits of the number."""
        digits = re.sub(r"\D", "", self.cleaned_data["phone"])
        if digits and not 5 <= len(digits) <= 15:
            raise forms.ValidationError(_("This is no phone number: it has %(n)d digits."),
                                        params={"n": len(digits)})  # fmt: skip
        return digits

    WORK_NEEDS_ADDRESS: ClassVar = {"repair", "installation", "relocation", "payment"}

    def clean(self) -> dict[str, Any]:
        """Work at home needs to know where."""
        found: dict[str, Any] = super().clean() or {}
        if found.get("topic") in self.WORK_NEEDS_ADDRESS and not found.get("address"):
            self.add_error("address", _("Someone has to go there: write down the address."))
        return found
