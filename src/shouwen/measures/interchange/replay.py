"""Replays a log: runs a measure over real events and holds its verdicts against the log's own.

A log often says itself what became of a case: a flag "on time", a target. The comparisons of a
mapping say which column is held against which outcome; a replay counts in how many cases the two
agree, group by group, and shows some in which they do not.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Any

from shouwen.measures.calendars import Calendar
from shouwen.measures.diagnostics import Diagnostic, Severity, to_json
from shouwen.measures.evaluation import Adoption, Event, Outcomes, adopt, evaluate
from shouwen.measures.evaluation.outcomes import DutyOutcome
from shouwen.measures.interchange.logs import EventLog, LogMapping, read_log
from shouwen.measures.interchange.logs.model import COUNTS, Comparison
from shouwen.measures.language.model import Measure

Progress = Callable[[str, int, int | None], None]
"""Called with the stage ("reading", "evaluating", "comparing"), how much of it is done, and of how
many (None: not known)."""

EXAMPLES = 10


@dataclass(frozen=True)
class Group:
    """The cases that agree in the keys of a comparison.

    Attributes:
        keys: by name; texts, years (numbers) and days.
        compared: how many cases the log and the measure both speak about.
        agree: in how many of these they say the same.
    """

    keys: Mapping[str, Any]
    compared: int
    agree: int

    @property
    def rate(self) -> Decimal:
        """`agree` of `compared`, to four places."""
        return rate(self.agree, self.compared)


@dataclass(frozen=True)
class Disagreement:
    """A case in which the log and the measure differ."""

    event: str
    at: datetime
    expected: str | datetime
    found: str | datetime | None
    outcome: str


@dataclass(frozen=True)
class Compared:
    """What came of one comparison.

    Attributes:
        comparison: as the mapping has it.
        compared: how many cases the log and the measure both speak about.
        agree: in how many of these they say the same.
        without_outcome: cases of the log for which the measure has no such duty.
        without_deadline: cases in which the duty has no deadline to compare.
        groups: by the keys of the comparison, in their order.
        examples: the first few cases that differ, in order of time.
    """

    comparison: Comparison
    compared: int
    agree: int
    without_outcome: int
    without_deadline: int
    groups: tuple[Group, ...]
    examples: tuple[Disagreement, ...]

    @property
    def rate(self) -> Decimal:
        """`agree` of `compared`, to four places."""
        return rate(self.agree, self.compared)


@dataclass(frozen=True)
class Replay:
    """The result of a replay.

    Attributes:
        measure: the key of the measure.
        mapping: the key of the mapping.
        log: the name of the log.
        as_of: the instant at which the measure was asked.
        rows: how many rows the log has.
        set_aside: how many of them were bad and set aside.
        events: how many events of each type it gave.
        outcomes: how many outcomes of each kind the measure gave.
        comparisons: what came of each comparison of the mapping.
        notes: what the reader of the log had to say.
    """

    measure: str
    mapping: str
    log: str
    as_of: datetime
    rows: int
    set_aside: int
    events: Mapping[str, int]
    outcomes: Mapping[str, int]
    comparisons: tuple[Compared, ...]
    notes: tuple[Diagnostic, ...] = field(default=())

    def __getitem__(self, comparison: str) -> Compared:
        """What came of a comparison, by its id. Raises KeyError."""
        for compared in self.comparisons:
            if compared.comparison.id == comparison:
                return compared
        raise KeyError(comparison)

    def to_json(self) -> dict[str, Any]:
        """The result as plain data.

        The two counts of a comparison also stand at the top, if the mapping gives them names.
        """
        found: dict[str, Any] = {
            "measure": self.measure,
            "mapping": self.mapping,
            "log": self.log,
            "as_of": self.as_of.isoformat(),
            "rows": self.rows,
            "set_aside": self.set_aside,
            "events": dict(self.events),
            "outcomes": dict(self.outcomes),
        }
        for compared in self.comparisons:
            comparison = compared.comparison
            for name, count in (
                (comparison.compared_as, compared.compared),
                (comparison.agree_as, compared.agree),
            ):
                if name not in COUNTS:
                    found[name] = count
        found["comparisons"] = [_compared_json(c) for c in self.comparisons]
        found["notes"] = [to_json(n) for n in self.notes]
        return found


def _compared_json(compared: Compared) -> dict[str, Any]:
    comparison = compared.comparison

    def counts(of: Compared | Group) -> dict[str, Any]:
        return {
            comparison.compared_as: of.compared,
            comparison.agree_as: of.agree,
            "rate": float(of.rate),
        }

    return {
        "id": comparison.id,
        "rules": list(comparison.rules),
        "outcome": comparison.outcome,
        "closer_than": None if comparison.closer_than is None else comparison.closer_than.iso(),
        **counts(compared),
        "without_outcome": compared.without_outcome,
        "without_deadline": compared.without_deadline,
        "by": list(comparison.by),
        "groups": [
            {**{k.replace(" ", "_"): _plain(v) for k, v in g.keys.items()}, **counts(g)}
            for g in compared.groups
        ],
        "examples": [
            {
                "event": e.event,
                "at": e.at.isoformat(),
                "expected": _plain(e.expected),
                "found": _plain(e.found),
                "outcome": e.outcome,
            }
            for e in compared.examples
        ],
    }


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value


def rate(agree: int, compared: int) -> Decimal:
    """A share, to four places, rounded half up; 0 of 0 is 0."""
    if not compared:
        return Decimal("0.0000")
    return (Decimal(agree) / compared).quantize(Decimal("0.0001"), ROUND_HALF_UP)


def replay(
    measure: Measure | Adoption,
    log: Path | EventLog,
    mapping: LogMapping,
    *,
    as_of: datetime | None = None,
    rejects: Path | None = None,
    progress: Progress | None = None,
) -> Replay:
    """Run a measure over a log and compare, as the mapping says.

    Args:
        measure: with its default readings and calendars, or an adoption of it.
        log: the path of a log, or one that `read_log` gave.
        mapping: read for the same measure.
        as_of: the instant to ask at; default: that of the mapping, else the last instant in the
            log.
        rejects: as in `read_log`.
        progress: told what is being done.

    Raises:
        LogError: as `read_log`.
        EventError: as `evaluate`.
        ValueError: when the mapping was read for another measure.
    """
    adoption = measure if isinstance(measure, Adoption) else adopt(measure)
    if mapping.measure is not adoption.measure:
        raise ValueError(
            f"The mapping '{mapping.name}' was read for another measure object than "
            f"'{adoption.measure.id}'. Read it with the measure that is replayed."
        )
    tell = progress or (lambda stage, done, total: None)
    if isinstance(log, Path):
        log = read_log(
            log, mapping, rejects=rejects, progress=lambda rows: tell("reading", rows, None)
        )
    count = len(log.table)
    tell("evaluating", 0, count)
    events = list(log.events())
    moment = as_of or mapping.as_of or _last(events)
    outcomes = evaluate(adoption, events, moment)
    tell("evaluating", count, count)
    return compare(adoption, log, events, outcomes, progress=tell)


def _last(events: Iterable[Event]) -> datetime:
    return max((e.known_from for e in events), default=datetime(1970, 1, 1, tzinfo=UTC))


def compare(
    adoption: Adoption,
    log: EventLog,
    events: Iterable[Event],
    outcomes: Outcomes,
    *,
    progress: Progress | None = None,
) -> Replay:
    """Hold outcomes that are already there against what the log says (see `replay`)."""
    mapping = log.mapping
    by_id = {e.id: e for e in events}
    duties: dict[str, dict[str, DutyOutcome]] = {}
    kinds: dict[str, int] = {}
    for outcome in outcomes:
        kinds[outcome.kind] = kinds.get(outcome.kind, 0) + 1
        if isinstance(outcome, DutyOutcome):
            trigger = outcome.id.removeprefix(f"{outcome.rule}:")
            duties.setdefault(outcome.rule, {})[trigger] = outcome
    found = []
    for done, comparison in enumerate(mapping.comparisons, 1):
        found.append(_compare(adoption, comparison, log, by_id, duties))
        if progress is not None:
            progress("comparing", done, len(mapping.comparisons))
    return Replay(
        measure=adoption.measure.id,
        mapping=mapping.name,
        log=log.file,
        as_of=outcomes.as_of,
        rows=log.rows,
        set_aside=log.set_aside,
        events={name: table.num_rows for name, table in log.table.tables.items()},
        outcomes=dict(sorted(kinds.items())),
        comparisons=tuple(found),
        notes=(*log.notes, *_out_of_reach(adoption, log.file, by_id.values())),
    )


def _out_of_reach(adoption: Adoption, file: str, events: Iterable[Event]) -> list[Diagnostic]:
    """A note on the events of days on which the measure is not in force: it judges none of them."""
    first, last = adoption.first_day, adoption.last_day
    days = [e.at.astimezone(adoption.zone).date() for e in events]
    found = []
    for word, count, day, bound in (
        ("before", sum(first is not None and d < first for d in days), first, "first"),
        ("after", sum(last is not None and d > last for d in days), last, "last"),
    ):
        if count:
            found.append(
                Diagnostic(
                    "not-in-force",
                    f"{count:,} of {len(days):,} events come {word} {day}, the {bound} day of the "
                    f"measure '{adoption.measure.id}'. It says nothing of what happened then.",
                    hint="Replay them with the version that was in force, if there is one.",
                    severity=Severity.NOTE, where=file,
                )
            )  # fmt: skip
    return found


def _compare(
    adoption: Adoption,
    comparison: Comparison,
    log: EventLog,
    events: Mapping[str, Event],
    duties: Mapping[str, Mapping[str, DutyOutcome]],
) -> Compared:
    closer = None
    if comparison.closer_than is not None:
        closer = timedelta(seconds=comparison.closer_than.seconds)
    counts: dict[tuple[Any, ...], list[int]] = {}
    differing: list[Disagreement] = []
    lacking = undated = 0
    table = log.expected[comparison.id]
    for id_, expected in zip(
        table["event"].to_pylist(), table["expected"].to_pylist(), strict=True
    ):
        outcomes = [o for r in comparison.rules if (o := duties.get(r, {}).get(id_)) is not None]
        if not outcomes:
            lacking += 1
        for outcome in outcomes:
            said: str | datetime | None = outcome.status
            if comparison.outcome == "deadline":
                said = None if outcome.deadline is None else outcome.deadline.at
                if said is None:
                    undated += 1
                    continue
            agrees = _agrees(expected, said, closer)
            keys = tuple(_key(adoption, k, events[id_], outcome) for k in comparison.by)
            count = counts.setdefault(keys, [0, 0])
            count[0] += 1
            count[1] += agrees
            if not agrees:
                differing.append(Disagreement(id_, outcome.at, expected, said, outcome.id))
    groups = [
        Group(dict(zip(comparison.by, keys, strict=True)), compared, agree)
        for keys, (compared, agree) in sorted(
            counts.items(), key=lambda c: tuple((v is not None, str(v)) for v in c[0])
        )
    ]
    differing.sort(key=lambda d: (d.at, d.event))
    return Compared(
        comparison,
        sum(g.compared for g in groups),
        sum(g.agree for g in groups),
        lacking,
        undated,
        tuple(groups) if comparison.by else (),
        tuple(differing[:EXAMPLES]),
    )


def _agrees(expected: Any, said: Any, closer: timedelta | None) -> bool:
    if closer is None or not isinstance(expected, datetime):
        return bool(expected == said)
    difference: timedelta = abs(expected - said)
    return difference < closer


def _key(adoption: Adoption, name: str, event: Event, outcome: DutyOutcome) -> Any:
    match name:
        case "year":
            return outcome.at.year
        case "rule":
            return outcome.rule
        case "calendar version":
            return _version(_calendar(adoption, outcome.rule), outcome.start)
        case "id":
            return event.id
        case "at":
            return outcome.at
    return event.facts.get(name)


def _calendar(adoption: Adoption, rule: str) -> Calendar:
    duty = next(d for d in adoption.measure.duties if d.id == rule)
    if duty.calendar is None or duty.calendar == "none":
        return adoption.calendar
    return adoption.calendars[duty.calendar]


def _version(calendar: Calendar, start: datetime) -> date | None:
    """The first day of the version that decides about a start; None for the one that has none."""
    day, found = start.astimezone(calendar.zone).date(), None
    for version in calendar.versions:
        if version.valid_from is not None and version.valid_from <= day:
            found = version.valid_from
    return found
