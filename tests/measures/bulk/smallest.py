"""The smallest history about which two evaluators disagree, written so that it can be pasted.

What is printed is a scenario file: the events, and what the reference evaluator says of them as
expectations. Put among the scenarios of the measure it keeps the mistake from coming back.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from shouwen.measures.calendars import Period
from shouwen.measures.evaluation import Adoption, Event

Differ = Callable[[Sequence[list[Event]]], list[bool]]

_KINDS = {
    "duties": ("duty", "rule"), "breaches": ("breach", "norm"),
    "consequences": ("consequence", "rule"), "entries": ("entry", "ledger"),
    "balances": ("balance", "ledger"), "thresholds": ("threshold", "rule"),
    "grades": ("grade", "rule"), "rights": ("right", "rule"), "unknowns": ("unknown", "rule"),
    "anomalies": ("anomaly", "rule"),
}  # fmt: skip
"""By kind of outcome in bulk, the kind in scenarios and the column that names the outcome."""
_SHOWN = (
    "status", "deadline", "start", "due", "performed_at", "row", "person", "unit", "to", "at",
    "amount", "balance", "value", "subject", "period", "who", "until",
)  # fmt: skip


def smallest(events: Sequence[Event], differ: Differ) -> list[Event]:
    """A history that still differs, from which no event and no fact can be left out.

    Args:
        events: a history about which two evaluators disagree.
        differ: of several histories, whether they disagree about each; asking about many at once
            costs little more than about one.
    """
    found = list(events)
    size = max(1, len(found) // 2)
    while True:
        parts = [found[i : i + size] for i in range(0, len(found), size)]
        smaller = _first([_without(found, part) for part in parts], differ)
        if smaller is not None:
            found = smaller
            size = min(size, max(1, len(found) // 2))
        elif size > 1:
            size //= 2
        else:
            break
    while True:
        plainer = [[*found[:n], e, *found[n + 1 :]] for n in range(len(found))
                   for e in _plainer(found[n])]  # fmt: skip
        smaller = _first(plainer, differ)
        if smaller is None:
            return found
        found = smaller


def _first(histories: list[list[Event]], differ: Differ) -> list[Event] | None:
    """The first history that differs."""
    if not histories:
        return None
    told = zip(histories, differ(histories), strict=True)
    return next((history for history, differs in told if differs), None)


def _plainer(event: Event) -> Iterator[Event]:
    """An event without any fact, without one of them, without an instant at which it was told."""
    if len(event.facts) > 1:
        yield replace(event, facts={})
    for name in event.facts:
        yield replace(event, facts={k: v for k, v in event.facts.items() if k != name})
    if event.recorded_at is not None:
        yield replace(event, recorded_at=None)


def _without(events: Sequence[Event], gone: Sequence[Event]) -> list[Event]:
    """The events without some, and without those that correct them."""
    ids = {e.id for e in gone}
    while True:
        more = {e.id for e in events if e.supersedes in ids} - ids
        if not more:
            return [e for e in events if e.id not in ids]
        ids |= more


def renamed(events: Iterable[Event], before: str, after: str) -> list[Event]:
    """A history with another prefix."""

    def name(text: Any) -> Any:
        return text.replace(before, after) if isinstance(text, str) else text

    return [
        replace(e, id=name(e.id), supersedes=name(e.supersedes),
                facts={k: name(v) for k, v in e.facts.items()})
        for e in events
    ]  # fmt: skip


# --- as a scenario ------------------------------------------------------------------------------


def as_scenario(
    adoption: Adoption,
    events: Iterable[Event],
    as_of: datetime,
    differing: Mapping[tuple[str, str], Any],
) -> str:
    """A scenario file with a history and what the reference says of it.

    Args:
        adoption: the measure with its readings.
        events: the history.
        as_of: the instant at which it is looked at.
        differing: by kind and id, what the reference says and what bulk says (`differing` of
            `agreement`); None for nothing.
    """
    measure, zone = adoption.measure, adoption.zone
    chosen = {k: v for k, v in adoption.readings.items() if v != measure.readings[k].default}
    lines = [
        f"measure: ..  # {measure.id}, from its folder scenarios/",
        "scenarios:",
        "  - name: 两种算法说法不同",
    ]
    if chosen:
        lines.append("    readings: " + _mapping(chosen, zone))
    ordered = sorted(events, key=lambda e: (e.at, e.id))
    lines.append("    events:" if ordered else "    events: []")
    lines += ["      - " + _event(e, zone) for e in ordered]
    lines.append(f"    as_of: {_value(as_of, zone)}")
    expect, none = [], []
    for (kind, id_), (wanted, found) in differing.items():
        singular, named = _KINDS[kind]
        said = wanted or found
        line = {singular: said[named], "id": id_}
        if wanted is None:
            none.append(_mapping(line, zone))
            continue
        columns = [c for c in _SHOWN if c in wanted and (found is None or wanted[c] != found[c])]
        line |= {c: wanted[c] for c in columns if c != named}
        expect.append(_mapping(line, zone))
    lines += ["    expect:", *(f"      - {e}" for e in expect)] if expect else []
    lines += ["    none:", *(f"      - {n}" for n in none)] if none else []
    return "\n".join(lines)


def _event(event: Event, zone: ZoneInfo) -> str:
    own: dict[str, Any] = {"event": event.type, "id": event.id, "at": event.at}
    if event.recorded_at is not None:
        own["recorded_at"] = event.recorded_at
    if event.supersedes is not None:
        own["supersedes"] = event.supersedes
    if event.retracts:
        own["retracts"] = True
    return _mapping(own | {k: v for k, v in event.facts.items() if v is not None}, zone)


def _mapping(values: Mapping[str, Any], zone: ZoneInfo) -> str:
    return "{" + ", ".join(f"{_word(k)}: {_value(v, zone)}" for k, v in values.items()) + "}"


def _value(value: Any, zone: ZoneInfo) -> str:
    match value:
        case None:
            return "null"
        case bool():
            return "true" if value else "false"
        case datetime():
            return f"{value.astimezone(zone):%Y-%m-%d %H:%M:%S}"
        case date():
            return value.isoformat()
        case time():
            return json.dumps(value.isoformat())
        case Decimal():
            return f"{value:f}"
        case Period():
            return value.iso()
    return _word(str(value))


def _word(text: str) -> str:
    """A text as YAML takes for a text."""
    plain = re.fullmatch(r"[^\W\d][\w.-]*", text) and text.lower() not in (
        "null", "true", "false", "yes", "no", "on", "off", "y", "n", "无",
    )  # fmt: skip
    return text if plain else json.dumps(text, ensure_ascii=False)
