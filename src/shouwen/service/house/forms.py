"""Forms of the organisation."""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from shouwen.service.house.rotation import Days, Rotation
from shouwen.service.organisations.models import (
    DutyKind,
    EscalationRule,
    Holding,
    Person,
    RoleGrant,
    RosterShift,
    SpecialTime,
    Territory,
    TerritoryTechnician,
    Unit,
)

DAY = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
CLOCK = forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
LABELS = {
    "parent": _("Part of"),
    "person": _("Person"),
    "unit": _("Unit"),
    "territory": _("Territory"),
}
"""What the columns and fields that lead to other things are called."""
INSTANT = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")


class UnitForm(forms.ModelForm):  # type: ignore[type-arg]
    """A unit."""

    class Meta:
        model = Unit
        fields: ClassVar = ["code", "name", "name_en", "kind", "parent", "phone", "is_active"]
        labels: ClassVar = LABELS


class PersonForm(forms.ModelForm):  # type: ignore[type-arg]
    """Someone who works there."""

    class Meta:
        model = Person
        fields: ClassVar = ["number", "name", "name_en", "phone", "unit", "is_active"]
        labels: ClassVar = LABELS

    moved_on = forms.DateField(
        label=_("In another unit since"), required=False, widget=DAY,
        help_text=_("Only if the unit changes; today, if left empty."),
    )  # fmt: skip


class GrantForm(forms.ModelForm):  # type: ignore[type-arg]
    """A role of someone."""

    class Meta:
        model = RoleGrant
        fields: ClassVar = ["person", "role", "reach", "unit", "since", "until"]
        labels: ClassVar = LABELS
        widgets: ClassVar = {"since": DAY, "until": DAY}

    def clean(self) -> dict[str, Any]:
        """A role that reaches a unit must say which."""
        found: dict[str, Any] = super().clean() or {}
        if found.get("reach") == "unit" and not found.get("unit"):
            self.add_error("unit", _("Say which unit the role reaches."))
        if found.get("reach") != "unit":
            found["unit"] = None
        return found


class HoldingForm(forms.ModelForm):  # type: ignore[type-arg]
    """A post of the measure that someone holds."""

    class Meta:
        model = Holding
        fields: ClassVar = ["person", "unit", "post", "since", "until"]
        labels: ClassVar = LABELS
        widgets: ClassVar = {"since": DAY, "until": DAY}

    def __init__(self, *args: Any, posts: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["post"] = forms.ChoiceField(label=_("post"), choices=posts)


class TerritoryForm(forms.ModelForm):  # type: ignore[type-arg]
    """A part of the area served."""

    class Meta:
        model = Territory
        fields: ClassVar = ["code", "name", "name_en", "area", "unit", "keywords", "is_active"]
        labels: ClassVar = LABELS
        widgets: ClassVar = {"keywords": forms.Textarea(attrs={"rows": 4})}


class TechnicianForm(forms.ModelForm):  # type: ignore[type-arg]
    """Who works in a territory."""

    class Meta:
        model = TerritoryTechnician
        fields: ClassVar = ["territory", "person", "rank"]
        labels: ClassVar = LABELS


class SpecialForm(forms.ModelForm):  # type: ignore[type-arg]
    """Days declared special."""

    class Meta:
        model = SpecialTime
        fields: ClassVar = ["first", "last", "reason"]
        widgets: ClassVar = {"first": DAY, "last": DAY}


class EscalationForm(forms.ModelForm):  # type: ignore[type-arg]
    """Whom to tell of a clock."""

    class Meta:
        model = EscalationRule
        fields: ClassVar = ["stage", "to", "rule", "person"]
        labels: ClassVar = LABELS


class ShiftForm(forms.ModelForm):  # type: ignore[type-arg]
    """A shift of duty."""

    class Meta:
        model = RosterShift
        fields: ClassVar = ["kind", "person", "unit", "starts", "ends"]
        labels: ClassVar = LABELS
        widgets: ClassVar = {"starts": INSTANT, "ends": INSTANT}

    def clean(self) -> dict[str, Any]:
        """A shift ends after it begins."""
        found: dict[str, Any] = super().clean() or {}
        starts, ends = found.get("starts"), found.get("ends")
        if isinstance(starts, datetime) and isinstance(ends, datetime) and ends <= starts:
            self.add_error("ends", _("A shift ends after it begins."))
        return found


class RotationForm(forms.Form):
    """People who take turns of duty, one after the other."""

    kind = forms.ChoiceField(label=_("Kind of duty"), choices=DutyKind)
    unit = forms.ModelChoiceField(label=_("Unit"), queryset=Unit.objects.none())
    people = forms.CharField(
        label=_("Who, in the order of their turns"), widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Staff numbers, one a line."),
    )  # fmt: skip
    first = forms.DateField(label=_("First day"), widget=DAY)
    last = forms.DateField(label=_("Last day"), widget=DAY)
    days = forms.ChoiceField(label=_("On which days"), choices=Days)
    begins = forms.TimeField(label=_("From"), widget=CLOCK)
    ends = forms.TimeField(
        label=_("Until"), widget=CLOCK, help_text=_("Not later than From: on the next day.")
    )
    stretch = forms.IntegerField(
        label=_("Days of duty before the next one's turn"), min_value=1, max_value=31, initial=1
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["unit"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = Unit.objects.filter(is_active=True)

    def clean_people(self) -> list[Person]:
        """The people, in order; numbers that nobody has are all named."""
        numbers = self.cleaned_data["people"].split()
        known = {p.number: p for p in Person.objects.filter(number__in=numbers, is_active=True)}
        missing = [n for n in numbers if n not in known]
        if missing:
            raise forms.ValidationError(_("Nobody has the number %(n)s."),
                                        params={"n": ", ".join(missing)})  # fmt: skip
        return [known[n] for n in numbers]

    def clean(self) -> dict[str, Any]:
        """The last day is not before the first."""
        found: dict[str, Any] = super().clean() or {}
        first, last = found.get("first"), found.get("last")
        if first and last and last < first:
            self.add_error("last", _("The last day lies before the first."))
        return found

    def rotation(self) -> Rotation:
        """What the form asks for, once it is valid."""
        said = self.cleaned_data
        return Rotation(
            DutyKind(said["kind"]), said["unit"], said["people"], said["first"], said["last"],
            Days(said["days"]), said["begins"], said["ends"], said["stretch"],
        )  # fmt: skip
