"""Stars: whom the office named, by what, what followed, and who stands how for the next time.

That someone is to be named, how often, and what it brings is said by the measure: a duty of every
month, quarter or year is performed by the event that names them, and the event sets off a
consequence that is decided like any other. Which duties these are stands in `NAMINGS`; all else is
read from the adopted measure. Where the criteria are left to other rules nobody is ranked by a
score of ours: the page puts beside each other what the measure itself weighs (earlier stars,
points, the standing its table gives) and the figures of the period.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from shouwen.measures.language.model import Clause, Duty, Label, Measure, Reading
from shouwen.service.access.actor import Actor
from shouwen.service.access.gate import visible
from shouwen.service.assessment.figures import FIGURES, Span
from shouwen.service.assessment.models import DayFigure
from shouwen.service.assessment.permissions import SEE_FIGURES
from shouwen.service.assessment.queries import sums_by
from shouwen.service.conduct.models import Decision, Proposal, Standing, Subject, What
from shouwen.service.conduct.queries import standing_only
from shouwen.service.enactment.enacted import enacted
from shouwen.service.enactment.models import Adoption, Breach, Clock, Event
from shouwen.service.enactment.texts import base_of
from shouwen.service.organisations.models import Person, Unit

MOST = 300
"""So many rows of a kind are shown."""
SHOWN = ("content", "stars", "kept", "breaches")
"""The figures that candidates are looked at by."""
GIVEN = frozenset({"bonus", "credit"})
"""The quantities by which measures give."""
HONOURS = frozenset({"commended", "rewarded", "prize"})
"""The acts by which they do."""


@dataclass(frozen=True)
class Naming:
    """How a measure has people named: by the event that performs a duty.

    `where` are the facts that tell this event from others of its type; `grade` the rule that says
    who is a candidate; `counts`: being named so weighs for it.
    """

    duty: str
    event: str
    where: Mapping[str, str] = field(default_factory=dict)
    grade: str = ""
    counts: bool = False


NAMINGS: dict[str, tuple[Naming, ...]] = {
    "bank": (
        Naming("choose-star", "reward.earned", {"ground": "月度明星"}, counts=True),
        Naming("rate-tellers", "tellers.rated"),
        Naming("five-models", "model.named", grade="candidate"),
    ),
}
"""By the key of a measure that ships; a text of one's own that rests on it names alike."""


@dataclass(frozen=True)
class Marks:
    """Figures of each person that the measure has published, and the norm that sets a mark for
    each: by fact of the event."""

    event: str
    norms: Mapping[str, str]


MARKS: dict[str, Marks] = {
    "bank": Marks(
        "star.published", {"switched_on": "4.2.15b", "satisfied": "4.2.15c", "rated": "4.2.15d"}
    )
}
"""By the key of a measure that ships: what the star-teller system says of everyone."""


@dataclass(frozen=True)
class Marked:
    """What was published of someone: by fact, the share (1 is all) and whether the measure finds
    that it misses its mark."""

    event: Event
    person: Person
    values: tuple[tuple[Decimal | None, bool], ...]


@dataclass(frozen=True)
class Follow:
    """What follows from being named: a proposal, and the decision that stands, if there is one."""

    proposal: Proposal
    decision: Decision | None


@dataclass(frozen=True)
class Star:
    """Someone (or a unit) that was named. `event` tells when and by whom."""

    event: Event
    person: Person | None
    unit: Unit | None
    follows: tuple[Follow, ...]


@dataclass(frozen=True)
class Round:
    """One way of naming in a period: what the measure asks, whether it was done, who was named.

    `readings` are the questions that the clause leaves open, each with the answer chosen.
    """

    naming: Naming
    duty: Duty
    clause: Clause
    readings: tuple[tuple[Reading, Label], ...]
    clocks: tuple[Clock, ...]
    stars: tuple[Star, ...]

    @property
    def every(self) -> str:
        """How often: month, quarter, year."""
        return self.duty.trigger.every or ""


@dataclass(frozen=True)
class Candidate:
    """Someone with what the measure weighs in the year, and the figures of the period."""

    person: Person
    subject: Subject | None
    named: tuple[datetime, ...]
    """When they were named in the year, by a naming that counts."""
    points: Decimal | None
    """What is left on the account; the base where nothing was booked; None: there is none."""
    rank: int | None
    """How many have more points, and one."""
    grade: Standing | None
    values: Mapping[str, Decimal | None]


def namings(adoption: Adoption) -> list[tuple[Naming, Duty]]:
    """How the adopted measure has people named; a duty that a text of one's own dropped is not
    among them."""
    duties = {d.id: d for d in enacted(adoption).measure.duties}
    wanted = NAMINGS.get(base_of(adoption.measure), ())
    return [(n, duties[n.duty]) for n in wanted if n.duty in duties]


def rounds(actor: Actor, adoption: Adoption, span: Span) -> list[Round]:
    """What was to be named in a period, and who was, as far as an actor may see."""
    adopted = enacted(adoption).adopted
    found = []
    for naming, duty in namings(adoption):
        norm = duty.norms.default
        # A period begins with the last second of the one before.
        clocks = Clock.objects.filter(
            rule=duty.id, start__lt=span.ends - timedelta(seconds=1), deadline__gte=span.begins
        ).exclude(status="withdrawn")
        readings = [r for r in adopted.measure.readings.values() if r.norm == norm]
        found.append(
            Round(
                naming, duty, adopted.measure.clauses[norm],
                tuple((r, r.options[adopted.readings[r.id]]) for r in readings),
                tuple(clocks.order_by("deadline", "pk")[:MOST]),
                tuple(_stars(actor, naming, span, adopted.measure)),
            )
        )  # fmt: skip
    return found


def marks(adoption: Adoption) -> list[Clause]:
    """The clauses that set a mark for what is published of everyone, in the order of the text."""
    clauses = enacted(adoption).measure.clauses
    wanted = MARKS.get(base_of(adoption.measure))
    return [clauses[n] for n in wanted.norms.values() if n in clauses] if wanted else []


def marked(actor: Actor, adoption: Adoption, span: Span) -> list[Marked]:
    """What was published of everyone in a period, the last first, as far as an actor may see."""
    wanted = MARKS.get(base_of(adoption.measure))
    if wanted is None:
        return []
    counting = _counting(wanted.event, span.begins, span.ends)
    rows = counting.filter(facts__has_key="person").order_by("-at", "uid")[:MOST]
    people = _people(actor, {e.facts["person"] for e in rows})
    missed = set(
        Breach.objects.filter(
            thread__in={e.thread_id for e in rows}, norm__in=wanted.norms.values(), gone=False
        ).values_list("thread", "bearer", "norm", "at")
    )
    found = []
    for event in rows:
        name = event.facts["person"]
        if name not in people:
            continue
        values = [
            (_share(event.facts.get(fact)), (event.thread_id, name, norm, event.at) in missed)
            for fact, norm in wanted.norms.items()
        ]
        found.append(Marked(event, people[name], tuple(values)))
    return found


def _share(value: Any) -> Decimal | None:
    return None if value is None else Decimal(str(value))


def _named(naming: Naming, begins: datetime, ends: datetime) -> QuerySet[Event]:
    """The events by which someone was named."""
    facts = {f"facts__{name}": value for name, value in naming.where.items()}
    return _counting(naming.event, begins, ends).filter(**facts)


def _counting(type_: str, begins: datetime, ends: datetime) -> QuerySet[Event]:
    """The events of a type in a time, those that were corrected or taken back left out."""
    later = Event.objects.filter(supersedes=OuterRef("uid"))
    rows = Event.objects.filter(~Exists(later), type=type_, retracts=False)
    return rows.filter(at__gte=begins, at__lt=ends)


def _people(actor: Actor, numbers: Collection[Any]) -> dict[str, Person]:
    """People by their staff number, as far as an actor may see."""
    seen = _seen(actor, Person.objects.filter(number__in=numbers))
    return {p.number: p for p in seen.select_related("unit")}


def _stars(actor: Actor, naming: Naming, span: Span, measure: Measure) -> Iterable[Star]:
    rows = list(
        _named(naming, span.begins, span.ends).select_related("by").order_by("at", "uid")[:MOST]
    )
    people = _people(actor, {e.facts.get("person") for e in rows} - {None})
    units = {u.code: u for u in _units(actor, {e.facts.get("unit") for e in rows} - {None})}
    rules = [c.id for c in measure.consequences if naming.event in c.trigger.relations]
    follows = _follows(actor, Proposal.objects.filter(
        thread__in={e.thread_id for e in rows}, rule__in=rules, gone=False, share_of=""
    ))  # fmt: skip
    for event in rows:
        person = people.get(event.facts.get("person", ""))
        unit = person.unit if person is not None else units.get(event.facts.get("unit", ""))
        if person is None and (unit is None or "person" in event.facts):
            continue
        mine = (
            f for f in follows
            if person is not None and f.proposal.person_id == person.pk
            and f.proposal.thread_id == event.thread_id and f.proposal.at == event.at
        )  # fmt: skip
        yield Star(event, person, unit, tuple(mine))


def others(actor: Actor, span: Span, named: Iterable[Round]) -> list[Follow]:
    """What else people were given in a period: praise, prizes. What is given for a complaint is
    kept from most, and is not among it."""
    known = {f.proposal.pk for r in named for s in r.stars for f in s.follows}
    rows = Proposal.objects.filter(
        at__gte=span.begins, at__lt=span.ends, person__isnull=False, share_of="",
        subject__complaint__isnull=True, gone=False,
    ).exclude(pk__in=known)  # fmt: skip
    given = rows.filter(
        Q(amounts__has_any_keys=sorted(GIVEN)) | Q(acts__has_any_keys=sorted(HONOURS))
    )
    return [f for f in _follows(actor, given) if _only_gives(f.proposal)]


def _only_gives(row: Proposal) -> bool:
    return bool(row.amounts.keys() <= GIVEN and row.acts.keys() <= HONOURS)


def _follows(actor: Actor, rows: QuerySet[Proposal]) -> list[Follow]:
    seen = visible(actor, SEE_FIGURES, rows).select_related("person__unit", "thread__adoption")
    found = list(seen.order_by("at", "pk")[:MOST])
    made = standing_only(Decision.objects.filter(outcome__in=[p.outcome for p in found]))
    decisions = {d.outcome: d for d in made}
    return [Follow(p, decisions.get(p.outcome)) for p in found]


def candidates(actor: Actor, adoption: Adoption, span: Span) -> list[Candidate]:
    """Those who may be named next, whom the measure puts first at the front: stars of the year,
    then those with more points, then those with fewer breaches in the period.

    All who work there, as far as an actor may see; the year is that of the last day.
    """
    known = enacted(adoption)
    year = span.last.year
    people = list(
        _seen(actor, Person.objects.filter(is_active=True)).select_related("unit").order_by("pk")
    )
    times = _times(adoption, year, span)
    subjects = {s.person_id: s for s in Subject.objects.filter(person__in=[p.pk for p in people])}
    ledger = next((x for x in known.measure.ledgers if x.per == "person" and x.base > 0), None)
    standings = Standing.objects.filter(year=year, subject__in=[s.pk for s in subjects.values()])
    accounts = {
        s.subject_id: s
        for s in standings.filter(what=What.LEDGER, rule=ledger.id if ledger else "")
    }
    rules = {n.grade for n, _duty in namings(adoption) if n.grade}
    grades = {s.subject_id: s for s in standings.filter(what=What.GRADE, rule__in=rules)}
    shown = [FIGURES[key] for key in SHOWN]
    days = DayFigure.objects.filter(day__gte=span.first, day__lte=span.last)
    sums = sums_by("person", days.filter(person__in=[p.pk for p in people]), shown)
    points: dict[int, Decimal | None] = {}
    for person in people:
        account = accounts.get(subjects[person.pk].pk) if person.pk in subjects else None
        base = ledger.base if ledger else None
        points[person.pk] = Decimal(account.value) if account is not None else base
    order = sorted((p for p in points.values() if p is not None), reverse=True)
    places = {value: n for n, value in reversed([*enumerate(order, 1)])}
    found = []
    for person in people:
        subject, has = subjects.get(person.pk), points[person.pk]
        own = sums.get(person.pk, {})
        found.append(
            Candidate(
                person, subject, tuple(times.get(person.number, ())), has,
                places[has] if has is not None else None,
                grades.get(subject.pk) if subject else None,
                {f.key: f.value(*own.get(f.key, (Decimal(0), 0)), 0) for f in shown},
            )
        )  # fmt: skip
    zero = Decimal(0)
    return sorted(found, key=lambda c: (
        -len(c.named), -(c.points or zero), c.values["breaches"] or zero,
        -(c.values["content"] or zero), -(c.values["stars"] or zero), c.person.number,
    ))  # fmt: skip


def _times(adoption: Adoption, year: int, span: Span) -> dict[str, list[datetime]]:
    whole = Span(date(year, 1, 1), date(year, 12, 31), span.zone)
    found: dict[str, list[datetime]] = {}
    for naming, _duty in namings(adoption):
        if naming.counts:
            for event in _named(naming, whole.begins, whole.ends).order_by("at"):
                found.setdefault(str(event.facts.get("person", "")), []).append(event.at)
    return found


def _seen(actor: Actor, rows: QuerySet[Person]) -> QuerySet[Person]:
    return visible(actor, SEE_FIGURES, rows)


def _units(actor: Actor, codes: Iterable[Any]) -> QuerySet[Unit]:
    return visible(actor, SEE_FIGURES, Unit.objects.filter(code__in=list(codes)), unit="pk")
