"""From the parts of all chunks to the tables of a log; ids are unique, corrections have targets."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from shouwen.measures.bulk.event_table import ID, SUPERSEDES, schema_of
from shouwen.measures.interchange.logs.chunks import NUMBER_OF_ROW, Part
from shouwen.measures.interchange.logs.faults import Faults
from shouwen.measures.interchange.logs.instants import INSTANT, Bools, Int64s
from shouwen.measures.interchange.logs.model import LogMapping
from shouwen.measures.language.model import Measure


class Assembly:
    """Puts a log together.

    Attributes:
        copies: how many events were left out because the same one had come before.
        bad: rows that turned out bad only now, with the reasons. Their events are left out.
    """

    def __init__(self, measure: Measure, faults: Faults) -> None:
        self.measure = measure
        self.faults = faults
        self.copies = 0
        self.bad: dict[int, list[str]] = {}

    def tables(self, parts: list[Part]) -> dict[str, pa.Table]:
        """One table for each event type that occurs, in the order of the file."""
        by_type: dict[str, list[pa.Table]] = {}
        for part in parts:
            by_type.setdefault(part.type, []).append(part.table)
        tables = {type_: self._joined(type_, found) for type_, found in by_type.items()}
        tables = self._unique(tables)
        self._corrections(tables)
        if self.bad:
            self.faults.bad_rows += len(self.bad)
            gone = pa.array(sorted(self.bad), pa.int64())
            tables = {
                type_: table.filter(pc.invert(pc.is_in(table[NUMBER_OF_ROW], gone)))
                for type_, table in tables.items()
            }
        return {
            type_: table.drop_columns([NUMBER_OF_ROW])
            for type_, table in tables.items()
            if table.num_rows
        }

    def expected(
        self, mapping: LogMapping, parts: Mapping[str, list[pa.Table]]
    ) -> dict[str, pa.Table]:
        """What the log says of its own events, for each comparison."""
        found = {}
        gone = pa.array(sorted(self.bad), pa.int64())
        for comparison in mapping.comparisons:
            type_ = INSTANT if comparison.outcome == "deadline" else pa.string()
            schema = pa.schema(
                [("event", pa.string()), ("expected", type_), (NUMBER_OF_ROW, pa.int64())]
            )
            table = pa.concat_tables([schema.empty_table(), *parts[comparison.id]])
            table = table.filter(pc.invert(pc.is_in(table[NUMBER_OF_ROW], gone)))
            found[comparison.id] = table.drop_columns([NUMBER_OF_ROW])
        return found

    def _joined(self, type_: str, tables: list[pa.Table]) -> pa.Table:
        """The parts of a type, numbers with as many digits behind the point as any part needs."""
        scales: dict[str, int] = {}
        for table in tables:
            for field in table.schema:
                if pa.types.is_decimal(field.type):
                    scales[field.name] = max(scales.get(field.name, 0), field.type.scale)
        schema = schema_of(self.measure.vocabulary.events[type_], scales)
        schema = schema.append(pa.field(NUMBER_OF_ROW, pa.int64()))
        joined = []
        for table in tables:
            try:
                joined.append(table.cast(schema))
            except pa.ArrowInvalid as error:
                self.faults.refuse(
                    "too-large", f"A number of '{type_}' is too large: {error}.",
                    "Numbers of one fact may have 38 digits, places behind the point included.",
                )  # fmt: skip
        if self.faults.fatal:
            raise self.faults.error()
        return pa.concat_tables(joined)

    # --- ids ------------------------------------------------------------------------------------

    def _unique(self, tables: dict[str, pa.Table]) -> dict[str, pa.Table]:
        """Leave out copies; events that have the same id and differ make their rows bad."""
        ids = [chunk for t in tables.values() for chunk in t[ID].chunks]
        if not ids:
            return tables
        encoded = pa.chunked_array(ids).combine_chunks().dictionary_encode()
        codes = np.asarray(encoded.indices.to_numpy(), np.int64)
        if len(encoded.dictionary) == len(codes):
            return tables
        _, first = np.unique(codes, return_index=True)
        found, start, clashes = {}, 0, np.zeros(len(encoded.dictionary), np.bool_)
        keeps: list[tuple[str, pa.Table, Bools]] = []
        for type_, table in tables.items():
            mine = codes[start : start + table.num_rows]
            origin = first[mine] - start
            again = origin != np.arange(table.num_rows)
            same = again & (origin >= 0) & _equal_rows(table, origin, again)
            clashes[mine[again & ~same]] = True
            self.copies += int(same.sum())
            keeps.append((type_, table, ~same))
            start += table.num_rows
        self._clash(tables, codes, clashes)
        for type_, table, keep in keeps:
            found[type_] = table.filter(pa.array(keep))
        if self.copies:
            self.faults.note(
                "copies", f"{self.copies:,} events were left out: the same one had come before, "
                "with the same id and the same facts.",
            )  # fmt: skip
        return found

    def _clash(self, tables: dict[str, pa.Table], codes: Int64s, clashes: Bools) -> None:
        if not clashes.any():
            return
        numbers = np.concatenate([t[NUMBER_OF_ROW].to_numpy() for t in tables.values()])
        ids = pa.chunked_array([c for t in tables.values() for c in t[ID].chunks])
        places = np.nonzero(clashes[codes])[0]
        rows_of: dict[int, list[int]] = {}
        for place in places.tolist():
            rows_of.setdefault(int(codes[place]), []).append(int(numbers[place]))
        for place in places.tolist():
            id_, row = ids[place].as_py(), int(numbers[place])
            others = sorted(n for n in rows_of[int(codes[place])] if n != row)
            where = f"row {others[0]}" if others else "another event of this row"
            message = f"the id '{id_}' also stands for {where}, which says something else."
            self._late(
                "contradictory-event", row, id_, message,
                "Make ids of more columns, or let one event supersede the other.",
            )  # fmt: skip

    def _late(self, code: str, row: int, value: str, message: str, hint: str) -> None:
        reasons = self.bad.setdefault(row, [])
        if message not in reasons:
            reasons.append(message)
            self.faults.rows(code, "", [row], lambda _: value, lambda _: (message, hint))

    # --- corrections ----------------------------------------------------------------------------

    def _corrections(self, tables: dict[str, pa.Table]) -> None:
        """Events that supersede one that the log does not have."""
        some = {n: t for n, t in tables.items() if t[SUPERSEDES].null_count < t.num_rows}
        if not some:
            return
        known = pa.chunked_array([c for t in tables.values() for c in t[ID].chunks])
        for table in some.values():
            lost = pc.and_(
                pc.is_valid(table[SUPERSEDES]),
                pc.invert(pc.is_in(table[SUPERSEDES], known.combine_chunks())),
            )
            for row in table.filter(lost).select([SUPERSEDES, NUMBER_OF_ROW]).to_pylist():
                target = row[SUPERSEDES]
                self._late(
                    "unknown-event", row[NUMBER_OF_ROW], target,
                    f"it supersedes the event '{target}', which is not in the log.",
                    "Correct the id, or add the event that is superseded.",
                )  # fmt: skip


def _equal_rows(table: pa.Table, origin: Int64s, asked: Bools) -> Bools:
    """Which of the rows `asked` are equal, but for the number of the row, to those of `origin`."""
    result = asked & (origin >= 0)
    places = np.nonzero(result)[0]
    if not len(places):
        return result
    here = table.take(pa.array(places))
    there = table.take(pa.array(origin[places]))
    equal: Any = np.ones(len(places), np.bool_)
    for name in table.column_names:
        if name == NUMBER_OF_ROW:
            continue
        a, b = here[name], there[name]
        missing = pc.is_null(a).to_numpy() & pc.is_null(b).to_numpy()
        pairs = [(a, b)]
        if pa.types.is_struct(a.type):
            pairs = [(pc.struct_field(a, n), pc.struct_field(b, n)) for n in a.type.names]
        for one, other in pairs:
            equal &= missing | pc.fill_null(pc.equal(one, other), False).to_numpy()
    result[places] = equal
    return result
