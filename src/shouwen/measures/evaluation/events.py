"""What happened: events, and the history that an evaluation may see."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from types import MappingProxyType
from typing import Any
from zoneinfo import ZoneInfo

from shouwen.measures.calendars import Period
from shouwen.measures.diagnostics import Report, did_you_mean
from shouwen.measures.feel.types import (
    BOOLEAN,
    DATE,
    DATETIME,
    NUMBER,
    PERIOD,
    STRING,
    TIME,
    EnumType,
    Type,
)
from shouwen.measures.feel.values import FIRST_YEAR, LAST_YEAR, belongs
from shouwen.measures.language.model import Measure

NO_FACTS: Mapping[str, Any] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened at an instant.

    Attributes:
        id: unique in a history; the same event sent twice has the same id.
        type: an event type of the measure's vocabulary.
        at: when it happened; an aware instant.
        facts: what it carries, by name. A fact that is absent is unknown, never a default.
        recorded_at: when it became known; an aware instant. None: at once.
        supersedes: the id of the event this one corrects; that one no longer counts once this
            one is recorded. The act itself stays where it was: history is never edited.
        retracts: with `supersedes`, nothing takes its place.
    """

    id: str
    type: str
    at: datetime
    facts: Mapping[str, Any] = field(default_factory=lambda: NO_FACTS)
    recorded_at: datetime | None = None
    supersedes: str | None = None
    retracts: bool = False

    @property
    def known_from(self) -> datetime:
        """The instant from which the event is known."""
        return self.recorded_at if self.recorded_at is not None else self.at


@dataclass
class History:
    """The events an evaluation may see: checked, corrected, in order of (instant, id)."""

    events: list[Event]
    by_type: dict[str, list[Event]] = field(default_factory=dict)
    superseded: dict[str, str] = field(default_factory=dict)
    """Ids of events that no longer count, with the id of what took their place."""

    def of(self, type_: str) -> Sequence[Event]:
        """The events of a type, in order."""
        return self.by_type.get(type_, ())


class EventError(ValueError):
    """A history was refused; `diagnostics` say what is wrong with which event."""

    def __init__(self, report: Report) -> None:
        self.diagnostics = report.sorted()
        super().__init__(
            "\n".join(
                f"{d.where or d.span or ''}: {d.message}" + (f" {d.hint}" if d.hint else "")
                for d in self.diagnostics
            )
        )


def history(measure: Measure, events: Iterable[Event], as_of: datetime, report: Report) -> History:
    """Check events against the vocabulary and take those known at `as_of`.

    Every event is checked and every error reported, with the event's id as its place. A copy of
    an event (same id, same content) counts once; two different events of one id are an error.
    """
    zone = ZoneInfo(measure.zone)
    seen: dict[str, Event] = {}
    for event in events:
        checked = check_event(measure, event, zone, report)
        if checked is None:
            continue
        first = seen.get(checked.id)
        if first is None:
            seen[checked.id] = checked
        elif first != checked:
            report.error(
                "contradictory-event",
                f"There are two different events with the id '{checked.id}'.",
                where=f"event {checked.id}",
                hint="Give them ids of their own, or let one supersede the other.",
            )
    return _visible(seen, as_of, report)


def _visible(seen: dict[str, Event], as_of: datetime, report: Report) -> History:
    known: list[tuple[str, str, bool]] = []
    for event in seen.values():
        target = event.supersedes
        if target is None:
            continue
        if target not in seen:
            report.error(
                "unknown-event",
                f"Event {event.id} supersedes '{target}', which is not in the history.",
                where=f"event {event.id}",
                hint=did_you_mean(target, seen),
            )
        elif event.known_from <= as_of:
            known.append((event.id, target, event.retracts))
    superseded = no_longer_counting(known)
    visible = sorted(
        (
            e
            for e in seen.values()
            if e.known_from <= as_of and e.id not in superseded and not e.retracts
        ),
        key=lambda e: (e.at, e.id),
    )
    by_type: dict[str, list[Event]] = {}
    for event in visible:
        by_type.setdefault(event.type, []).append(event)
    return History(visible, by_type, superseded)


def no_longer_counting(corrections: Iterable[tuple[str, str, bool]]) -> dict[str, str]:
    """The events that corrections put out of count, each with the correction that does.

    A correction that was taken back, by a retraction that was not itself taken back, corrects
    nothing: the event it corrected counts again, unless another correction still stands.

    Args:
        corrections: those that are known: the id of the event, the id of the one it supersedes,
            whether it only retracts that.
    """
    known = list(corrections)
    retractions: dict[str, list[str]] = {}
    for id_, target, retracts in known:
        if retracts:
            retractions.setdefault(target, []).append(id_)
    void: dict[str, bool] = {}
    begun: set[str] = set()
    for first, _, _ in known:
        # Retractions may follow one another for ever; a stack of our own does not run out.
        stack = [first]
        while stack:
            id_ = stack[-1]
            waiting = [r for r in retractions.get(id_, ()) if r not in begun]
            begun.add(id_)
            if waiting:
                begun.update(waiting)
                stack += waiting
                continue
            stack.pop()
            void[id_] = any(not void.get(r, False) for r in retractions.get(id_, ()))
    return {target: id_ for id_, target, _ in known if not void[id_]}


def check_event(
    measure: Measure, event: Event, zone: ZoneInfo, report: Report, where: str | None = None
) -> Event | None:
    """An event with its facts as the vocabulary types them and its instants in the zone.

    None, with errors in the report, when something about it is wrong.
    """
    where = where or f"event {event.id}"
    before = len(report.diagnostics)
    relation = measure.vocabulary.events.get(event.type)
    if relation is None:
        known = measure.vocabulary.events
        by_label = next((n for n, r in known.items() if r.label.zh == event.type), None)
        if by_label is None:
            report.error(
                "unknown-event-type",
                f"There is no event type '{event.type}' in measure {measure.id}.",
                where=where,
                hint=did_you_mean(event.type, [*known, *(r.label.zh for r in known.values())]),
            )
            return None
        relation = known[by_label]
    for name, instant in (("at", event.at), ("recorded_at", event.recorded_at)):
        if instant is not None and instant.tzinfo is None:
            report.error(
                "no-zone",
                f"'{name}' ({instant.isoformat()}) has no time zone.",
                where=where,
                hint=f"Say which zone it is in, such as {zone.key}.",
            )
            return None
        if instant is not None and not belongs(instant, DATETIME):
            report.error(
                "out-of-range",
                f"'{name}' ({instant.isoformat()}) lies outside of the years that are counted.",
                where=where,
                hint=f"Write a year from {FIRST_YEAR} to {LAST_YEAR}.",
            )
            return None
    facts: dict[str, Any] = {}
    for written, value in event.facts.items():
        name, item = written, relation.fields.get(written)
        if item is None:
            labels = {f.label.zh: n for n, f in relation.fields.items()}
            name = labels.get(written, written)
            item = relation.fields.get(name)
        if item is None or name in ("id", "at"):
            report.error(
                "unknown-fact",
                f"'{relation.name}' has no fact '{written}'.",
                where=where,
                hint=did_you_mean(
                    written, [*relation.fields, *(f.label.zh for f in relation.fields.values())]
                ),
            )
            continue
        if value is None:
            continue
        found = convert(value, item.type, zone)
        if found is None:
            report.error(
                "wrong-type",
                f"'{written}' of {relation.name} is {value!r}, which is no {describe(item.type)}.",
                where=where,
                hint=_what_fits(value, item.type),
            )
            continue
        facts[name] = found
    if len(report.diagnostics) > before:
        return None
    recorded = event.recorded_at.astimezone(zone) if event.recorded_at is not None else None
    return Event(
        event.id, relation.name, event.at.astimezone(zone), facts, recorded,
        event.supersedes, event.retracts,
    )  # fmt: skip


def _what_fits(value: Any, type_: Type) -> str | None:
    if isinstance(type_, EnumType):
        return did_you_mean(str(value), type_.members)
    if type_ in (DATE, DATETIME):
        return f"Years from {FIRST_YEAR} to {LAST_YEAR} are counted; leave out what has no end."
    return None


def describe(type_: Type) -> str:
    """A type in words."""
    if isinstance(type_, EnumType) and len(type_.members) <= 12:
        return f"{type_.name} (" + ", ".join(type_.members) + ")"
    return str(type_)


def convert(value: Any, type_: Type, zone: ZoneInfo) -> Any | None:
    """A plain value as a value of the type; None when it is none, or one beyond what the
    language counts with (`feel.values.belongs`)."""
    if isinstance(type_, EnumType):
        return type_.member(str(value))
    converter = _CONVERTERS.get(type_)
    if converter is None:
        return value
    try:
        found = converter(value, zone)
    except (ValueError, ArithmeticError, TypeError):
        return None
    return found if found is not None and belongs(found, type_) else None


def _string(value: Any, zone: ZoneInfo) -> str:
    return str(value)


def _number(value: Any, zone: ZoneInfo) -> Decimal | None:
    if isinstance(value, bool):
        return None
    if isinstance(value, float):
        # The shortest text of a float is what its writer meant.
        return Decimal(repr(value))
    found = Decimal(str(value).strip().removesuffix("元"))
    return found if found.is_finite() else None


def _boolean(value: Any, zone: ZoneInfo) -> bool | None:
    if isinstance(value, bool):
        return value
    return {
        "true": True, "yes": True, "1": True, "是": True,
        "false": False, "no": False, "0": False, "否": False,
    }.get(str(value).strip().lower())  # fmt: skip


def _date(value: Any, zone: ZoneInfo) -> date | None:
    if isinstance(value, datetime):
        return value.astimezone(zone).date() if value.tzinfo is not None else value.date()
    return value if isinstance(value, date) else date.fromisoformat(str(value).strip())


def _time(value: Any, zone: ZoneInfo) -> Any:
    from datetime import time

    return value if isinstance(value, time) else time.fromisoformat(str(value).strip())


def _instant(value: Any, zone: ZoneInfo) -> datetime | None:
    if isinstance(value, datetime):
        return value.astimezone(zone) if value.tzinfo is not None else None
    found = datetime.fromisoformat(str(value).strip())
    return found.astimezone(zone) if found.tzinfo is not None else found.replace(tzinfo=zone)


def _period(value: Any, zone: ZoneInfo) -> Period:
    return value if isinstance(value, Period) else Period.parse(str(value))


_CONVERTERS: Mapping[Type, Any] = {
    STRING: _string,
    NUMBER: _number,
    BOOLEAN: _boolean,
    DATE: _date,
    TIME: _time,
    DATETIME: _instant,
    PERIOD: _period,
}
