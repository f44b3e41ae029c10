"""What the measure holds against or for a person: breaches, what is proposed, accounts.

The slice is every event that names the person, the threads of those events, and what every thread
sees. So a second breach within the time that the measure looks back is known as one, and a share of
a superior is found with the events of those below.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from shouwen.measures.evaluation import Outcomes, evaluate, explain, wording
from shouwen.measures.evaluation.outcomes import Balance, Breach, ConsequenceOutcome
from shouwen.service import clock
from shouwen.service.enactment.enacted import Enacted
from shouwen.service.enactment.models import Event, EventKey
from shouwen.service.enactment.threads import happened
from shouwen.service.measurebook.words import language, pick
from shouwen.service.organisations.models import Person
from shouwen.service.ui.words import listed

YEARS = timedelta(days=3 * 366)
"""How far back events are looked at; no measure that ships looks back further than a year."""
MOST = 4_000


@dataclass(frozen=True)
class Line:
    """A sentence about an outcome, with its norm; `amounts` in words where there are any."""

    at: Any
    norm: str
    said: str
    status: str = ""
    amounts: str = ""


@dataclass(frozen=True)
class Record:
    """What there is about a person, the last first."""

    breaches: list[Line]
    consequences: list[Line]
    accounts: list[tuple[str, str, str]]
    cut: bool
    """Whether there were more events than were looked at."""


def record_of(person: Person, known: Enacted) -> Record:
    """What the measure says of a person just now."""
    outcomes, cut = outcomes_of(person, known, clock.now())
    return Record(
        _breaches(outcomes, person),
        _consequences(outcomes, person, known),
        _accounts(outcomes, person, known),
        cut,
    )


def outcomes_of(person: Person, known: Enacted, as_of: datetime) -> tuple[Outcomes, bool]:
    """What the measure says of a person at an instant, and whether there were more events than
    were looked at."""
    since = as_of - YEARS
    mine = EventKey.objects.filter(key=f"person:{person.number}", at__gte=since, at__lte=as_of)
    named = Event.objects.filter(pk__in=mine.values("event"))
    threads = named.values("thread")
    recent = Event.objects.filter(at__gte=since, at__lte=as_of)
    theirs = recent.filter(thread__in=threads.exclude(thread__key=""))
    rows = {e.pk: e for e in named[:MOST]}
    rows |= {e.pk: e for e in theirs[:MOST]}
    context = Event.objects.filter(type__in=known.context_types, at__lte=as_of)
    rows |= {e.pk: e for e in context}
    decided = recent.filter(type="decision.made")
    rows |= {e.pk: e for e in decided.filter(facts__proposal__contains=f":{person.number}:")}
    uids = {e.uid for e in rows.values()}
    events = [happened(e) for e in rows.values() if e.supersedes is None or e.supersedes in uids]
    return evaluate(known.adopted, events, as_of), len(rows) >= MOST


def _breaches(outcomes: Outcomes, person: Person) -> list[Line]:
    own = [b for b in outcomes.of(Breach) if b.person == person.number]
    return [Line(b.at, b.norm, explain(b, outcomes, language()).summary) for b in own[::-1][:100]]


def _consequences(outcomes: Outcomes, person: Person, known: Enacted) -> list[Line]:
    own = [c for c in outcomes.of(ConsequenceOutcome) if c.to == person.number]
    return [
        Line(c.at, c.norm, explain(c, outcomes, language()).summary, c.status,
             _amounts(c, known))
        for c in own[::-1][:100]
    ]  # fmt: skip


def _amounts(consequence: ConsequenceOutcome, known: Enacted) -> str:
    return listed(
        wording.quantity(known.measure, name, value, language())
        for name, value in consequence.amounts.items()
    )


def _accounts(outcomes: Outcomes, person: Person, known: Enacted) -> list[tuple[str, str, str]]:
    labels = {r.id: r.label for r in known.measure.ledgers}
    found = [b for b in outcomes.of(Balance) if b.subject == person.number]
    return [
        (pick(labels[b.ledger]) if b.ledger in labels else b.ledger, b.period or "",
         f"{b.value.normalize():f}")
        for b in found[::-1][:24]
    ]  # fmt: skip
