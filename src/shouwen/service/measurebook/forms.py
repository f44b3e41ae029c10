"""A form for any event type, made from the measure's vocabulary."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from shouwen.measures.feel.types import BOOLEAN, DATE, DATETIME, NUMBER, EnumType
from shouwen.measures.language.model import Field, Measure, Relation
from shouwen.service.house.forms import DAY, INSTANT
from shouwen.service.measurebook.words import facts_of, members, pick
from shouwen.service.organisations.models import Person, Unit

AT = "happened_at"
FEW = 6
UNKNOWN = ("", _("not known"))


class EventForm(forms.Form):
    """What happened, and when. A fact that is left out is not known, never a default."""

    def __init__(self, measure: Measure, relation: Relation, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.relation = relation
        self.fields[AT] = forms.DateTimeField(label=_("When it happened"), widget=INSTANT)
        for fact in facts_of(relation):
            self.fields[fact.name] = _field(measure, fact)

    def facts(self) -> dict[str, Any]:
        """The facts that were given, as the bridge takes them."""
        found = {}
        for fact in facts_of(self.relation):
            value = self.cleaned_data.get(fact.name)
            if value in (None, ""):
                continue
            if isinstance(value, Person):
                value = value.number
            elif isinstance(value, Unit):
                value = value.code
            found[fact.name] = value == "yes" if fact.type == BOOLEAN else value
        return found


def _field(measure: Measure, fact: Field) -> forms.Field:
    label = pick(fact.label)
    if fact.entity == "person":
        people = Person.objects.filter(is_active=True)
        return forms.ModelChoiceField(people, label=label, required=False)
    if fact.entity == "unit":
        units = Unit.objects.filter(is_active=True)
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
        return forms.DateTimeField(label=label, required=False, widget=INSTANT)
    if fact.type == DATE:
        return forms.DateField(label=label, required=False, widget=DAY)
    if fact.type == NUMBER:
        return forms.DecimalField(label=label, required=False)
    return forms.CharField(label=label, required=False, max_length=300)
