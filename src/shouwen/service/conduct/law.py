"""What the law of the day of the act says beside an outcome."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cache
from zoneinfo import ZoneInfo

from shouwen.measures.diagnostics import Severity
from shouwen.measures.lawfulness import Employment, LegalFacts, Month, Uses, load_uses, notes
from shouwen.service import clock
from shouwen.service.conduct.deciding import Open
from shouwen.service.conduct.times import rules
from shouwen.service.enactment.enacted import measure_of
from shouwen.service.measurebook.words import language
from shouwen.service.organisations.models import Person


@dataclass(frozen=True)
class Note:
    """A note on the law, in the language of the page."""

    text: str
    steps: list[str]
    cites: list[str]
    warns: bool


@cache
def uses_of(key: str) -> Uses:
    """What the owner of a measure declared its amounts and acts to be to the law."""
    return load_uses(measure_of(key))


def law_notes(found: Open, person: Person | None, zone: ZoneInfo) -> list[Note]:
    """The notes on one outcome; they warn and change nothing."""
    outcomes = found.answer.outcomes
    facts = legal_facts(month_of(clock.now().astimezone(zone).date()), person)
    zh = language() == "zh"
    said = notes(outcomes, facts, uses_of(found.answer.known.measure.id))
    return [
        Note(
            n.zh if zh else n.en,
            [s.zh if zh else s.en for s in n.steps] + [m.zh if zh else m.en for m in n.missing],
            [c.cite(language()) for c in n.cites],
            n.severity is Severity.WARNING,
        )
        for n in said
        if n.outcome == found.outcome.id
    ]


def frozen_law(found: Open, person: Person | None, zone: ZoneInfo) -> list[dict[str, object]]:
    """The same in both languages, as plain JSON, to be kept with a decision."""
    outcomes = found.answer.outcomes
    facts = legal_facts(month_of(outcomes.as_of.astimezone(zone).date()), person)
    said = notes(outcomes, facts, uses_of(found.answer.known.measure.id))
    return [
        {
            "text": [n.zh, n.en],
            "cites": [[c.cite("zh"), c.cite("en")] for c in n.cites],
            "warns": n.severity is Severity.WARNING,
        }
        for n in said
        if n.outcome == found.outcome.id
    ]


def month_of(day: date) -> Month:
    """The calendar month of a day."""
    return Month(day.year, day.month)


def legal_facts(month: Month, person: Person | None) -> LegalFacts:
    """What the notes have to be told: where people work, and whom it is about."""
    chosen = rules()
    people = {person.number: Employment()} if person is not None else {}
    return LegalFacts(month, people, chosen.region or None, chosen.tier or None)
