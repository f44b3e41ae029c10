"""From the rows of a chunk to parts of event tables."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from zoneinfo import ZoneInfo

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from shouwen.measures.bulk.event_table import (
    AT,
    ID,
    INSTANT,
    RECORDED_AT,
    RETRACTS,
    SUPERSEDES,
    arrow_type,
)
from shouwen.measures.feel.types import BOOLEAN, DATETIME, STRING
from shouwen.measures.interchange.logs.faults import Faults, clipped
from shouwen.measures.interchange.logs.instants import Bools, Converted, Int64s, to_instants
from shouwen.measures.interchange.logs.model import (
    ROW,
    Comparison,
    EventSource,
    FactSource,
    InstantSource,
    LogMapping,
    Template,
    TypeColumn,
)
from shouwen.measures.interchange.logs.rejects import Rejects
from shouwen.measures.interchange.logs.sources import Chunk
from shouwen.measures.interchange.logs.values import Columns, holds, suggestion, text_of, to_fact

NUMBER_OF_ROW = "#row"
Say = Callable[[str], tuple[str, str]]


@dataclass
class Part:
    """Events of one type from one chunk: the columns of its table, and the rows they are from."""

    type: str
    table: pa.Table


@dataclass
class _Marks:
    """The bad rows of a chunk."""

    faults: Faults
    columns: Columns
    bad: Bools
    reasons: dict[int, list[str]] | None
    """By number of the row, what is wrong; None where nobody wants to know."""

    def add(self, code: str, column: str, names: Sequence[str], rows: Int64s, say: Say) -> None:
        """Mark rows (by their place in the chunk) as bad for the sake of some columns."""
        if not len(rows):
            return
        self.bad[rows] = True
        numbers = self.columns.numbers[rows]

        def value(i: int) -> str:
            found = (self.columns.arrays[n][int(rows[i])].as_py() for n in names if n != ROW)
            return " ".join("" if v is None else str(v) for v in found)

        self.faults.rows(code, column, numbers.tolist(), value, say)
        if self.reasons is not None:
            for i, number in enumerate(numbers.tolist()):
                message = f"{column}: {say(clipped(value(i)))[0]}"
                self.reasons.setdefault(number, []).append(message)


@dataclass
class Reader:
    """Turns chunks into parts, and keeps what came of them.

    Attributes:
        parts: parts of event tables, with the column ``#row``.
        expected: for each comparison, parts with the columns event, expected and ``#row``.
    """

    mapping: LogMapping
    missing: frozenset[str]
    faults: Faults
    aside: Rejects | None = None
    rows: int = 0
    passed_over: int = 0
    parts: list[Part] = field(default_factory=list)
    expected: dict[str, list[pa.Table]] = field(default_factory=dict)
    _latest: dict[str, int] = field(default_factory=dict)
    _out_of_order: int = 0
    _twice: dict[str, dict[str, int]] = field(default_factory=dict)
    """By column and where it is looked at, how many of its times came twice."""

    def __post_init__(self) -> None:
        self.zone = ZoneInfo(self.mapping.measure.zone)
        several = len(self.mapping.events) > 1
        self.ids = {
            s.name: s.id or Template(("", f"/{s.name}" if several else ""), (ROW,))
            for s in self.mapping.events
        }
        self.expected = {c.id: [] for c in self.mapping.comparisons}

    def read(self, chunk: Chunk) -> None:
        """Read the rows of a chunk."""
        self.rows += len(chunk.numbers)
        columns = Columns(chunk.table, chunk.numbers)
        wanted = holds(columns, self.mapping.where, self.missing)
        if not wanted.all():
            self.passed_over += int((~wanted).sum())
            columns = columns.take(wanted)
        if not len(columns):
            return
        marks = _Marks(
            self.faults, columns, np.zeros(len(columns), np.bool_),
            None if self.aside is None else {},
        )  # fmt: skip
        for types in self.mapping.types:
            self._check_type(types, columns, marks)
        found: list[tuple[EventSource, pa.Table, Int64s]] = []
        for source in self.mapping.events:
            mask = holds(columns, source.when, self.missing)
            rows = np.nonzero(mask)[0]
            part = columns if len(rows) == len(columns) else columns.take(mask)
            if len(rows):
                found.append((source, self._events(source, part, rows, marks), rows))
        compared = [
            c
            for comparison in self.mapping.comparisons
            for c in self._compared(comparison, columns, found, marks)
        ]
        self._keep(chunk, found, compared, marks)

    def _keep(
        self,
        chunk: Chunk,
        found: list[tuple[EventSource, pa.Table, Int64s]],
        compared: list[tuple[str, pa.Table, Int64s]],
        marks: _Marks,
    ) -> None:
        """Keep what comes of good rows; count the others and set them aside."""
        some_bad = bool(marks.bad.any())
        for source, table, rows in found:
            if some_bad:
                table = table.filter(pa.array(~marks.bad[rows]))
            if table.num_rows:
                self.parts.append(Part(source.type, table))
                self._watch_order(source.name, table)
        for name, table, rows in compared:
            if some_bad:
                table = table.filter(pa.array(~marks.bad[rows]))
            self.expected[name].append(table)
        if some_bad:
            self.faults.bad_rows += int(marks.bad.sum())
            if self.aside is not None and marks.reasons:
                self.aside.rows(chunk, marks.reasons)

    def _check_type(self, types: TypeColumn, columns: Columns, marks: _Marks) -> None:
        texts = text_of(columns, Template.column(types.column), self.missing)
        known = pc.is_in(texts, pa.array(sorted(types.known), pa.string()))
        rows = np.nonzero(~known.to_numpy(zero_copy_only=False))[0]
        marks.add(
            "unknown-type", types.column, (types.column,), rows, partial(_say_type, types.known)
        )

    def _events(
        self, source: EventSource, columns: Columns, rows: Int64s, marks: _Marks
    ) -> pa.Table:
        """The events of a source; values that do not fit are null, their rows marked."""
        relation = self.mapping.measure.vocabulary.events[source.type]
        n = len(columns)
        at = self._instant(source.at, columns, rows, marks, source.name)
        absent = _nulls(at.array) & ~_any(at)
        marks.add(
            "missing-instant", source.at.title, source.at.columns, rows[absent],
            partial(_say_missing_instant, source),
        )  # fmt: skip
        template = self.ids[source.name]
        ids = text_of(columns, template, self.missing)
        marks.add(
            "missing-id", ", ".join(template.columns), template.columns, rows[_nulls(ids)],
            partial(_say_missing_id, template),
        )  # fmt: skip
        arrays: dict[str, pa.Array] = {ID: ids, AT: at.array}
        arrays[RECORDED_AT] = (
            pa.nulls(n, INSTANT)
            if source.recorded_at is None
            else self._instant(source.recorded_at, columns, rows, marks, RECORDED_AT).array
        )
        arrays[SUPERSEDES] = (
            pa.nulls(n, pa.string())
            if source.supersedes is None
            else text_of(columns, source.supersedes, self.missing)
        )
        retracts = pa.array(np.zeros(n, np.bool_))
        if source.retracts is not None:
            taken = FactSource(Template.column(source.retracts))
            found = to_fact(columns, taken, BOOLEAN, self.zone, self.missing)
            self._mark(found, source.retracts, (source.retracts,), rows, marks, RETRACTS)
            retracts = pc.fill_null(found.array, False)
        arrays[RETRACTS] = retracts
        for name, item in relation.fields.items():
            if name in (ID, AT):
                continue
            fact = source.facts.get(name)
            if fact is None:
                arrays[name] = pa.nulls(n, arrow_type(item.type))
                continue
            converted = to_fact(columns, fact, item.type, self.zone, self.missing)
            self._mark(converted, fact.title, fact.columns, rows, marks, f"{source.name}.{name}")
            arrays[name] = converted.array
        arrays[NUMBER_OF_ROW] = pa.array(columns.numbers)
        return pa.table(arrays)

    def _compared(
        self,
        comparison: Comparison,
        columns: Columns,
        found: list[tuple[EventSource, pa.Table, Int64s]],
        marks: _Marks,
    ) -> list[tuple[str, pa.Table, Int64s]]:
        """What the log itself says of the events that a comparison is about."""
        result = []
        for source, table, rows in found:
            if source.name != comparison.event:
                continue
            part = columns.take(np.isin(np.arange(len(columns)), rows))
            mask = holds(part, comparison.when, self.missing)
            part, rows = part.take(mask), rows[mask]
            type_ = DATETIME if comparison.outcome == "deadline" else STRING
            said = to_fact(part, comparison.expected, type_, self.zone, self.missing)
            columns_of = comparison.expected.columns
            self._mark(said, comparison.expected.title, columns_of, rows, marks, comparison.id)
            absent = _nulls(said.array) & ~_any(said)
            marks.add(
                "missing-value", comparison.expected.title, columns_of, rows[absent],
                partial(_say_not_compared, comparison),
            )  # fmt: skip
            ids = table[ID].filter(pa.array(mask)).combine_chunks()
            numbers = pa.array(part.numbers)
            result.append(
                (
                    comparison.id,
                    pa.table({"event": ids, "expected": said.array, NUMBER_OF_ROW: numbers}),
                    rows,
                )
            )
        return result

    def _instant(
        self, source: InstantSource, columns: Columns, rows: Int64s, marks: _Marks, place: str
    ) -> Converted:
        found = to_instants(columns.arrays, source, self.missing)
        self._mark(found, source.title, source.columns, rows, marks, place)
        return found

    def _mark(
        self,
        converted: Converted,
        title: str,
        names: Sequence[str],
        rows: Int64s,
        marks: _Marks,
        place: str,
    ) -> None:
        for problem in converted.problems:
            marks.add(problem.code, title, names, rows[problem.mask], problem.say)
        if converted.twice:
            counts = self._twice.setdefault(title, {})
            counts[place] = counts.get(place, 0) + converted.twice

    def _watch_order(self, name: str, table: pa.Table) -> None:
        at = pc.cast(table[AT], pa.int64()).to_numpy()
        highest = np.maximum.accumulate(at)
        before = self._latest.get(name, int(at[0]))
        self._out_of_order += int((at < np.maximum(highest, before)).sum())
        self._latest[name] = max(before, int(highest[-1]))

    def say_order(self) -> None:
        """Note what is odd about times without being wrong."""
        for title, counts in sorted(self._twice.items()):
            count = max(counts.values())
            self.faults.note(
                "time-twice", f"{count:,} times in column {title} came twice, when clocks were set "
                "back; the mapping says which is meant (twice:, otherwise the earlier).",
            )  # fmt: skip
        if self._out_of_order:
            self.faults.note(
                "out-of-order", f"{self._out_of_order:,} events stand behind later ones of their "
                "kind. That does no harm: events are put in order of time.",
            )  # fmt: skip


def _nulls(array: pa.Array) -> Bools:
    return np.asarray(pc.is_null(array).to_numpy(zero_copy_only=False), np.bool_)


def _any(converted: Converted) -> Bools:
    """The rows that already have a problem."""
    found = np.zeros(len(converted.array), np.bool_)
    for problem in converted.problems:
        found |= problem.mask
    return found


def _say_type(known: frozenset[str], value: str) -> tuple[str, str]:
    if not value:
        return "the type of the event is missing.", "Fill it in, or leave the row out (where:)."
    return (
        f"there is no event type '{value}' in the mapping.",
        suggestion(
            value,
            known,
            "Add it under 'types:', or say there with 'otherwise: skip' that others are left out.",
        ),
    )


def _say_missing_instant(source: EventSource, value: str) -> tuple[str, str]:
    return (
        f"the instant of '{source.name}' is missing.",
        "Fill it in; or, if it did not happen where nothing is written, add 'when:' to it in the "
        "mapping.",
    )


def _say_missing_id(template: Template, value: str) -> tuple[str, str]:
    what = "the id is missing."
    if template.only is None:
        what = f"the id is made as '{template}', of which a part is missing."
    return what, "Fill it in, or make the id of other columns."


def _say_not_compared(comparison: Comparison, value: str) -> tuple[str, str]:
    return (
        f"the comparison '{comparison.id}' has nothing to compare with.",
        "Fill it in, or add 'when:' to the comparison in the mapping.",
    )
