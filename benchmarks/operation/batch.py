"""Events of one part, collected as columns."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from benchmarks.operation.world import DAY, HOUR, HOURS, MINUTE, SECOND, Bools, Ints, World
from shouwen.measures.bulk.event_table import schema_of
from shouwen.measures.feel.types import NUMBER
from shouwen.measures.language import Measure


def keys(prefix: str, numbers: Ints) -> pa.Array:
    """Keys such as C000000042."""
    texts = pc.utf8_lpad(pa.array(numbers).cast(pa.string()), 9, "0")
    return pc.binary_join_element_wise(prefix, texts, "")


def pick(rng: np.random.Generator, n: int, shares: dict[str | None, float]) -> pa.Array:
    """Texts with the shares that they have of all; None stands for a fact that nobody noted."""
    names = list(shares)
    total = np.array(list(shares.values()), float)
    return texts(rng.choice(len(names), n, p=total / total.sum()), names)


def texts(codes: Any, names: list[str | None]) -> pa.Array:
    """The texts with some numbers."""
    return pa.array(names, pa.string()).take(pa.array(np.asarray(codes, np.int32)))


@dataclass
class Batch:
    """Cases of one part, and the events that were collected.

    Attributes:
        first: the number of the first case.
        at: by case, when it began (microseconds since 1970, UTC).
        day: by case, the day of the year it began on; of `hour` the hour on the wall.
        unit, person: by case, the unit and the person that it falls to.
        wet: by case, whether it rains or snows.
    """

    measure: Measure
    world: World
    part: int
    first: int
    count: int
    corrected: float = 0.004
    tables: dict[str, list[pa.Table]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        world, n = self.world, self.count
        self.rng = rng = world.rng(self.part)
        self.case = np.arange(self.first, self.first + n, dtype=np.int64)
        self.day = rng.choice(world.days, n, p=world.day_share)
        self.hour = rng.choice(24, n, p=HOURS / HOURS.sum())
        second = rng.integers(0, 3600, n)
        self.at = world.start + self.day * DAY + self.hour * HOUR + second * SECOND
        self.unit = rng.choice(world.units, n, p=world.unit_share)
        self.person = world.first_person[self.unit] + rng.integers(0, world.people[self.unit])
        self.wet = world.wet[self.day]
        self.slow = world.slowness[self.person]
        self.slips = world.slips[self.person]
        self.unit_keys, self.person_keys = keys("U", self.unit), keys("P", self.person)
        self.case_keys = keys("C", self.case)

    def chance(self, p: Any) -> Bools:
        """By case, whether something happens that has this chance (a number, or one a case)."""
        return self.rng.random(self.count) < p

    def minutes(self, median: Any, spread: float = 0.5, slow: bool = True) -> Ints:
        """By case, a duration around a median in minutes (lognormal), to the second; longer for
        those who are slow."""
        drawn = np.exp(self.rng.normal(0, spread, self.count)) * median * 60
        if slow:
            drawn = drawn * self.slow
        return drawn.astype(np.int64) * SECOND

    def next_day(self, at: Ints, hour: int) -> Ints:
        """An hour of the day after an instant, on the wall."""
        start = self.world.start
        return start + ((at - start) // DAY + 1) * DAY + hour * HOUR

    def emit(
        self,
        type_: str,
        at: Ints,
        facts: dict[str, Any] | None = None,
        where: Bools | None = None,
        tag: str | None = None,
        late: float = 0.02,
    ) -> None:
        """Collect an event of a type for each case (for those of `where`).

        Facts are Arrow or NumPy arrays, one value a case; `case`, `unit` and `person` need not be
        given where the type has them. Of the events a share is written down late (`late`); some
        are corrected weeks afterwards (`corrected`): the instant was wrong, or the event is taken
        back.
        """
        relation = self.measure.vocabulary.events[type_]
        schema = schema_of(relation, {n: 2 for n, f in relation.fields.items() if f.type == NUMBER})
        every = {"case": self.case_keys, "unit": self.unit_keys, "person": self.person_keys}
        given = {**{n: v for n, v in every.items() if n in relation.fields}, **(facts or {})}
        suffix = f"/{tag or type_}"
        columns: dict[str, Any] = {
            "id": pc.binary_join_element_wise(self.case_keys, suffix, ""),
            "at": at,
            **given,
        }
        n = self.count
        chosen = np.ones(n, np.bool_) if where is None else np.asarray(where, np.bool_)
        delay = (self.rng.lognormal(5.5, 1.0, n)).astype(np.int64) * MINUTE
        recorded = pa.array(at + delay, mask=self.rng.random(n) >= late)
        columns["recorded_at"] = recorded
        columns["retracts"] = np.zeros(n, np.bool_)
        self._add(type_, schema, columns, chosen)
        wrong = chosen & (self.rng.random(n) < self.corrected)
        if not wrong.any():
            return
        when = at + self.rng.integers(1, 30, n) * DAY
        moved = at - self.rng.integers(1, 90, n) * MINUTE
        columns |= {
            "supersedes": columns["id"],
            "id": pc.binary_join_element_wise(self.case_keys, f"{suffix}/corrected", ""),
            "at": moved,
            "recorded_at": when,
            "retracts": self.rng.random(n) < 0.1,
        }
        self._add(type_, schema, columns, wrong)

    def _add(self, type_: str, schema: pa.Schema, columns: dict[str, Any], chosen: Bools) -> None:
        every = bool(chosen.all())
        mask = pa.array(chosen)
        arrays = []
        for item in schema:
            value = columns.get(item.name)
            if value is None:
                arrays.append(pa.nulls(int(chosen.sum()), item.type))
                continue
            array = value if isinstance(value, pa.Array | pa.ChunkedArray) else pa.array(value)
            if not every:
                array = array.filter(mask)
            arrays.append(array.cast(item.type))
        self.tables.setdefault(type_, []).append(pa.table(arrays, schema=schema))

    def once(self, type_: str, rows: list[dict[str, Any]]) -> None:
        """Collect a few events that belong to no case, row by row."""
        relation = self.measure.vocabulary.events[type_]
        schema = schema_of(relation)
        columns = {
            item.name: [r.get(item.name, False if item.name == "retracts" else None) for r in rows]
            for item in schema
        }
        self.tables.setdefault(type_, []).append(pa.table(columns, schema=schema))

    def finished(self) -> dict[str, pa.Table]:
        """The tables by event type."""
        return {t: pa.concat_tables(found) for t, found in self.tables.items() if found}
