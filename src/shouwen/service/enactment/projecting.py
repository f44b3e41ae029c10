"""Keeping what the measure says of a thread: clocks, breaches and the next alarm."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime, time, timedelta
from typing import Any, cast

from django.db.models import Field, QuerySet

from shouwen.measures.evaluation import Outcomes
from shouwen.service import clock
from shouwen.service.enactment.enacted import Enacted
from shouwen.service.enactment.models import (
    Alarm,
    Breach,
    Clock,
    ClockChange,
    Stage,
    Thread,
)
from shouwen.service.enactment.projection import BreachState, ClockState, breaches_of, clocks_of
from shouwen.service.enactment.signals import clock_changed
from shouwen.service.enactment.threads import STANDING
from shouwen.service.organisations.models import Person, Unit

_CLOCK_FIELDS = (
    "status", "stage", "bearer", "person", "unit", "start", "deadline", "by_day", "amber_at",
    "performed_at", "missing", "reasons", "norm", "aim",
)  # fmt: skip
_BREACH_FIELDS = ("norm", "at", "bearer", "person", "unit", "said_zh", "said_en", "gone")


def project(thread: Thread, known: Enacted, outcomes: Outcomes, own: frozenset[str]) -> None:
    """Bring the clocks and breaches of a thread to what the measure says, and set its alarm."""
    clocks = [c for c in clocks_of(outcomes) if _belongs(c, thread, known, own)]
    breaches = [b for b in breaches_of(outcomes) if _belongs(b, thread, known, own)]
    names = _Names(clocks, breaches)
    now = clock.now()
    # What hangs on a person is kept by whoever asks about them.
    apart = known.personal_rules
    had = Clock.objects.filter(thread=thread).exclude(rule__in=apart)
    _clocks(had, [(thread, c) for c in clocks], names, now)
    broken = Breach.objects.filter(thread=thread).exclude(rule__in=apart)
    _breaches(broken, [(thread, b) for b in breaches], names)
    _alarm(thread, clocks, known, now)
    Thread.objects.filter(pk=thread.pk).update(asked_at=now)


def project_apart(
    clocks: Sequence[tuple[Thread, ClockState]],
    breaches: Sequence[tuple[Thread, BreachState]],
    before: Collection[str],
) -> list[str]:
    """Bring clocks and breaches that hang on a person (`Enacted.personal_rules`) to what the
    measure says of them.

    Args:
        clocks: each with the thread that it is shown under.
        breaches: likewise.
        before: the ids of the outcomes that were kept for that person the last time.

    Returns:
        the ids of those that are kept now.
    """
    names = _Names([c for _, c in clocks], [b for _, b in breaches])
    ids = [c.id for _, c in clocks] + [b.id for _, b in breaches]
    _clocks(Clock.objects.filter(outcome__in=[*before, *ids]), clocks, names, clock.now())
    _breaches(Breach.objects.filter(outcome__in=[*before, *ids]), breaches, names)
    return ids


def _belongs(
    state: ClockState | BreachState, thread: Thread, known: Enacted, own: frozenset[str]
) -> bool:
    """Whether an outcome speaks of this thread, not of an event that it shares with others."""
    if state.rule in known.periodic_rules:
        return thread.key == STANDING
    if state.rule in known.personal_rules:
        return False
    return not own.isdisjoint(state.events)


def _clocks(
    had: QuerySet[Clock], states: Iterable[tuple[Thread, ClockState]], names: _Names, now: datetime
) -> None:
    """Keep clocks, and withdraw those that were there before and are said no more."""
    stored = {c.outcome: c for c in had}
    changed: list[tuple[Clock, Stage]] = []
    new, old = [], []
    for thread, state in states:
        row = stored.pop(state.id, None) or Clock(
            outcome=state.id, thread=thread, rule=state.rule,
            label_zh=state.label.zh, label_en=state.label.en, case_key=state.case or "",
        )  # fmt: skip
        before = _stored(row, _CLOCK_FIELDS) if row.pk else None
        stage = stage_of(state, now)
        row.status, row.stage = state.status, stage
        row.norm, row.aim = state.norm, state.aim
        row.bearer = state.bearer or ""
        row.person, row.unit = names.person(state.bearer), names.unit_of(state)
        row.start, row.deadline, row.by_day = state.start, state.last_instant, state.by_day
        row.amber_at, row.performed_at = state.amber_at, state.performed_at
        row.missing = sorted(state.missing)
        row.reasons = [[r.zh, r.en] for r in state.reasons]
        if before is None:
            new.append(row)
        elif before != _stored(row, _CLOCK_FIELDS):
            old.append(row)
        else:
            continue
        if stage in (Stage.AMBER, Stage.RED) and (before is None or before["stage"] != stage):
            changed.append((row, stage))
    # The measure no longer speaks of these, after a correction.
    for row in stored.values():
        if row.status != "withdrawn":
            row.status, row.stage = "withdrawn", Stage.EXCUSED
            old.append(row)
    Clock.objects.bulk_create(new)
    Clock.objects.bulk_update(old, _CLOCK_FIELDS)
    for row, stage in changed:
        _, first = ClockChange.objects.get_or_create(clock=row, stage=stage, defaults={"at": now})
        if first:
            clock_changed.send(sender=Clock, clock=row, stage=stage)


def _stored(row: Clock | Breach, fields: tuple[str, ...]) -> dict[str, Any]:
    """What is stored of a row: of what it refers to the key only, which needs no query."""
    return {
        f: getattr(row, cast("Field[Any, Any]", row._meta.get_field(f)).attname) for f in fields
    }


def stage_of(state: ClockState, now: datetime) -> Stage:
    """How pressing a clock is at an instant."""
    if state.performed_at is not None or state.status == "met":
        return Stage.DONE
    if state.status == "exempt":
        return Stage.EXCUSED
    if state.status == "unknown":
        return Stage.UNKNOWN
    if state.status in ("breached", "aim missed"):
        return Stage.RED
    if state.amber_at is not None and now >= state.amber_at:
        return Stage.AMBER
    return Stage.GREEN


def _breaches(
    had: QuerySet[Breach], states: Iterable[tuple[Thread, BreachState]], names: _Names
) -> None:
    stored = {b.outcome: b for b in had}
    new, old = [], []
    for thread, state in states:
        row = stored.pop(state.id, None) or Breach(
            outcome=state.id, thread=thread, rule=state.rule, case_key=state.case or ""
        )
        before = _stored(row, _BREACH_FIELDS) if row.pk else None
        row.norm, row.at, row.bearer = state.norm, state.at, state.person or ""
        row.person, row.unit = names.person(state.person), names.unit_of(state)
        who, number = row.person, state.person or ""
        row.said_zh, row.said_en, row.gone = (
            _named(state.sentence.zh, number, who.name if who else None),
            _named(state.sentence.en, number, (who.name_en or who.name) if who else None),
            False,
        )
        if before is None:
            new.append(row)
        elif before != _stored(row, _BREACH_FIELDS):
            old.append(row)
    for row in stored.values():
        row.gone = True
        old.append(row)
    Breach.objects.bulk_create(new)
    Breach.objects.bulk_update(old, _BREACH_FIELDS)


def _named(sentence: str, number: str, name: str | None) -> str:
    """A sentence about someone with the name instead of the staff number."""
    return (
        name + sentence.removeprefix(number) if name and sentence.startswith(number) else sentence
    )


def _alarm(thread: Thread, states: list[ClockState], known: Enacted, now: datetime) -> None:
    """The next instant at which a clock of the thread turns amber or expires, or at which what a
    clock waits for may be known."""
    second = timedelta(seconds=1)
    moments = [
        m
        for s in states
        if s.status == "pending"
        for m in (s.amber_at, s.last_instant + second if s.last_instant else None)
        if m is not None and m > now
    ]
    if any(s.status == "unknown" and _waits_for_rules(s, known) for s in states):
        # A new day may set off what it is drawn from: the next month's report.
        tomorrow = now.astimezone(known.adopted.zone).date() + timedelta(days=1)
        moments.append(datetime.combine(tomorrow, time(0, 0, 1), known.adopted.zone))
    if thread.key == STANDING:
        # A new day may begin a new period.
        moments.append(now + timedelta(hours=1))
    set_alarm(thread, min(moments, default=None))


def _waits_for_rules(state: ClockState, known: Enacted) -> bool:
    """Whether what is missing of a clock is drawn from what other rules say, not from events;
    events would wake the thread themselves."""
    measure = known.measure
    facts = [measure.facts[name] for name in state.missing if name in measure.facts]
    return any(f.relation not in measure.vocabulary.events for f in facts)


def set_alarm(thread: Thread, at: datetime | None) -> None:
    """Let a thread be looked at again at an instant, or not at all."""
    organisation_id, thread_id = cast(int, thread.organisation_id), thread.pk
    if at is None:
        Alarm.objects.filter(organisation_id=organisation_id, thread_id=thread_id).delete()
        return
    Alarm.objects.bulk_create(
        [Alarm(organisation_id=organisation_id, thread_id=thread_id, at=at)],
        update_conflicts=True,
        update_fields=["at"],
        unique_fields=["organisation_id", "thread_id"],
    )


class _Names:
    """People and units by what the measure's events call them, looked up once."""

    def __init__(self, clocks: Iterable[ClockState], breaches: Iterable[BreachState]) -> None:
        people = {c.bearer for c in clocks} | {b.person for b in breaches}
        units = {c.unit for c in clocks} | {b.unit for b in breaches}
        self._people: dict[str, Person] = {
            p.number: p for p in Person.objects.filter(number__in=people - {None})
        }
        self._units: dict[str, Unit] = {
            u.code: u for u in Unit.objects.filter(code__in=units - {None})
        }

    def person(self, number: str | None) -> Person | None:
        """The person of a number, if there is one."""
        return self._people.get(number or "")

    def unit_of(self, state: Any) -> Unit | None:
        """The unit an outcome stands under: its own, or else that of its bearer."""
        return self._units.get(state.unit or "")
