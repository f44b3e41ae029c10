"""Grades that compare people are asked with all of them."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from shouwen.measures.evaluation.outcomes import GradeOutcome
from shouwen.measures.scenarios import load_scenarios
from shouwen.service import clock
from shouwen.service.access.actor import Actor
from shouwen.service.assessment import together
from shouwen.service.assessment.figures import Span
from shouwen.service.assessment.models import Scope
from shouwen.service.assessment.queries import Subject
from shouwen.service.assessment.standing import answer_for, standing_of
from shouwen.service.assessment.together import TooMany, comparing, judged_together
from shouwen.service.enactment.bridge import register
from shouwen.service.enactment.enacted import LIBRARY, enacted, measure_of
from shouwen.service.enactment.models import Adoption
from shouwen.service.organisations.models import Person, Unit, UnitKind
from shouwen.service.tenancy.models import Organisation
from shouwen.service.tenancy.scope import scope

from ..conftest import NOON, ZONE


@pytest.mark.parametrize(
    ("measure", "grades"),
    [("bank", {"candidate"}), ("agent", set()), ("cable", set()), ("power", set()),
     ("bureau", set())],
)  # fmt: skip
def test_which_grades_compare_people(measure, grades):
    assert comparing(measure_of(measure)) == grades


@pytest.fixture
def a_year(db, at_noon):
    """A section of a bank whose year the scenario tells: four people, and who is a candidate."""
    found = Organisation.objects.create(code="bank-year", name="某银行")
    story = load_scenarios(LIBRARY / "bank" / "scenarios" / "year-of-a-section.yaml")
    scenario = story.scenarios[0]
    with scope(found.pk):
        # Candidates are those above the average: that can be said of nobody alone.
        Adoption.objects.create(measure="bank", readings={"较高": "高于平均"},
                                first_day=date(2009, 1, 1), adopted_at=NOON)  # fmt: skip
        unit = Unit.objects.create(code="一科", name="一科", kind=UnitKind.DEPARTMENT)
        fields = measure_of("bank").vocabulary.events
        for event in sorted(scenario.events, key=lambda e: e.at):
            for name, value in event.facts.items():
                if fields[event.type].fields[name].entity == "person":
                    Person.objects.get_or_create(
                        number=value, defaults={"name": value, "unit": unit}
                    )
            with clock.frozen_at(event.at):
                register(Actor(found, None), event.type, event.facts, at=event.at)
        yield found, scenario


def test_a_candidate_is_one_beside_all_colleagues_and_the_sheet_says_so(a_year):
    organisation, scenario = a_year
    span = Span(date(2026, 12, 1), date(2027, 1, 31), ZONE)
    with clock.frozen_at(max(scenario.as_of, *(e.at for e in scenario.events))):
        known = enacted(Adoption.objects.get())
        found = list(judged_together(known, ["candidate"], span))
        given = {g.subject: g.outputs["standing"] for g in found}
        assert given["柜员乙"] == "候选"
        assert given["柜员丙"] == "候选", "Ten points are more than the average of the section."
        assert given["柜员甲"] == "非候选"
        for number, standing in given.items():
            person = Person.objects.get(number=number)
            subject = Subject(Scope.PERSON, person=person)
            rows = standing_of(Actor(organisation, None), subject, span.first, span.last)
            said = [r["value"] for r in rows if r["label"]["en"] == "candidate for model"]
            assert said == [standing], number
        # Twelve points each, twenty-four taken from the five: 12 - 24 / 5.
        assert {g.facts["average_points"] for g in found} == {Decimal("7.2")}
        # Asked alone, a colleague is compared with fewer.
        alone = answer_for(Person.objects.get(number="柜员丙"), span.last)
        assert Decimal("7.2") not in {
            g.facts["average_points"] for g in alone.outcomes.of(GradeOutcome)
            if (g.rule, g.subject) == ("candidate", "柜员丙")
        }  # fmt: skip


def test_where_too_much_weighs_nothing_is_said_rather_than_something_wrong(a_year, monkeypatch):
    _organisation, scenario = a_year
    monkeypatch.setattr(together, "MOST", 5)
    with (
        clock.frozen_at(max(e.at for e in scenario.events)),
        pytest.raises(TooMany, match="--rule"),
    ):
        list(judged_together(enacted(Adoption.objects.get()), ["candidate"],
                             Span(date(2026, 1, 1), date(2026, 12, 31), ZONE)))  # fmt: skip
