"""A form for any event type, made from the measure's vocabulary."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from shouwen.measures.evaluation.events import convert
from shouwen.measures.feel.types import BOOLEAN, DATE, DATETIME, NUMBER, EnumType
from shouwen.measures.language.model import Field, Measure, Relation
from shouwen.service.enactment.models import Event
from shouwen.service.house.forms import DAY
from shouwen.service.measurebook.words import facts_of, members, pick
from shouwen.service.organisations.models import Person, Unit

AT, WHY = "happened_at", "why_corrected"
EXACT = forms.DateTimeInput(
    attrs={"type": "datetime-local", "step": "1"}, format="%Y-%m-%dT%H:%M:%S"
)
FEW = 6
UNKNOWN = ("", _("not known"))


class EventForm(forms.Form):
    """What happened, and when. A fact that is left out is not known, never a default."""

    def __init__(
        self,
        measure: Measure,
        relation: Relation,
        *args: Any,
        event: Event | None = None,
        **kwargs: Any,
    ) -> None:
        """With an `event`, its facts stand in the form, to be corrected."""
        super().__init__(*args, **kwargs)
        self.relation = relation
        self.fields[AT] = forms.DateTimeField(label=_("When it happened"), widget=EXACT)
        given = dict(event.facts) if event is not None else {}
        for fact in facts_of(relation):
            self.fields[fact.name] = field_of(measure, fact, str(given.get(fact.name, "")))
        if event is not None:
            self.initial[AT] = event.at
            for fact in facts_of(relation):
                if fact.name in given:
                    self.initial[fact.name] = _initial(measure, fact, given[fact.name])
            self.fields[WHY] = forms.CharField(label=_("Why it is corrected"), max_length=500)

    def facts(self) -> dict[str, Any]:
        """The facts that were given, as the bridge takes them."""
        return given_facts(facts_of(self.relation), self.cleaned_data)


def given_facts(facts: Iterable[Field], cleaned: Mapping[str, Any]) -> dict[str, Any]:
    """Of some facts those that a form was given, as the bridge takes them."""
    found = {}
    for fact in facts:
        value = cleaned.get(fact.name)
        if value in (None, ""):
            continue
        if isinstance(value, Person):
            value = value.number
        elif isinstance(value, Unit):
            value = value.code
        found[fact.name] = value == "yes" if fact.type == BOOLEAN else value
    return found


def _initial(measure: Measure, fact: Field, value: Any) -> Any:
    """A stored fact as a field of the form takes it."""
    if fact.entity == "person":
        return Person.objects.filter(number=value).first()
    if fact.entity == "unit":
        return Unit.objects.filter(code=value).first()
    if fact.type == BOOLEAN:
        return "yes" if value is True else "no"
    found = convert(value, fact.type, ZoneInfo(measure.zone))
    return value if found is None or fact.type not in (DATE, DATETIME) else found


def field_of(measure: Measure, fact: Field, given: str = "") -> forms.Field:
    """A field for a fact; one that is left empty is not known."""
    label = pick(fact.label)
    if fact.entity == "person":
        people = Person.objects.filter(Q(is_active=True) | Q(number=given))
        return forms.ModelChoiceField(people, label=label, required=False)
    if fact.entity == "unit":
        units = Unit.objects.filter(Q(is_active=True) | Q(code=given))
        return forms.ModelChoiceField(units, label=label, required=False)
    if isinstance(fact.type, EnumType):
        choices = [UNKNOWN, *members(measure, fact.type)]
        few = len(choices) <= FEW
        widget = forms.RadioSelect() if few else forms.Select()
        return forms.ChoiceField(label=label, required=False, choices=choices, widget=widget)
    if fact.type == BOOLEAN:
        choices = [UNKNOWN, ("yes", _("yes")), ("no", _("no"))]
        return forms.ChoiceField(
            label=label, required=False, choices=choices, widget=forms.RadioSelect()
        )
    if fact.type == DATETIME:
        return forms.DateTimeField(label=label, required=False, widget=EXACT)
    if fact.type == DATE:
        return forms.DateField(label=label, required=False, widget=DAY)
    if fact.type == NUMBER:
        return forms.DecimalField(label=label, required=False)
    return forms.CharField(label=label, required=False, max_length=300)
