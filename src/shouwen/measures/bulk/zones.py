"""Local wall clocks by joining tables of offsets, one row a day.

No extension and no session setting has a say: the offsets are those of `calendars.zones`, the
same that every deadline of the reference evaluator is reckoned with. Instants outside 1970 to 2102
find no row and become NULL.
"""

from __future__ import annotations

from typing import NamedTuple

import ibis
import numpy as np
import pyarrow as pa

from shouwen.measures.bulk.sqltypes import (
    DAY_US,
    Expr,
    Table,
    day_number,
    day_of,
    floored,
    instant,
    us,
)
from shouwen.measures.bulk.steps import Steps
from shouwen.measures.calendars.zones import ZoneTable, zone_table

_SCHEMA = {"day": "int64", "offset": "int64", "later_from": "int64", "later": "int64"}


class Local(NamedTuple):
    """The columns of a local wall clock: the date, and microseconds since midnight."""

    day: str
    time: str


class Zone:
    """The wall clock of one time zone, as joins."""

    def __init__(self, steps: Steps, key: str) -> None:
        self.key = key
        zones = zone_table(key)
        self._fixed = zones.fixed
        self._utc = steps.constant(f"zone {key} by UTC day", _SCHEMA, lambda: _by_utc_day(zones))
        self._local = steps.constant(f"zone {key} by day", _SCHEMA, lambda: _by_local_day(zones))

    def local(self, table: Table, at: str, prefix: str) -> tuple[Table, Local]:
        """The local date and time of the instants in a column."""
        day, time = f"{prefix}~day", f"{prefix}~time"
        moment = us(table[at])
        if self._fixed is not None:
            number, rest = floored(moment + self._fixed, DAY_US)
            return table.mutate(**{day: day_of(number), time: rest}), Local(day, time)
        joined = _joined(table, self._utc, floored(moment, DAY_US)[0])
        moment = us(joined[at])
        changed = floored(moment, DAY_US)[1] >= joined["~later_from"]
        offset = ibis.ifelse(changed, joined["~later"], joined["~offset"])
        number, rest = floored(moment + offset, DAY_US)
        found = joined.select(*table.columns, **{day: day_of(number), time: rest})
        return found, Local(day, time)

    def second(self, table: Table, at: str, local: Local, name: str) -> Table:
        """Add a column: whether it is the second time that the clock shows this time that day."""
        if self._fixed is not None:
            return table.mutate(**{name: ibis.literal(False)})
        first = f"{name}~first"
        table = self.instants(table, local.day, local.time, first)
        return table.mutate(**{name: table[first] != table[at]}).drop(first)

    def instants(
        self, table: Table, day: str, time: str, name: str, fold: str | None = None
    ) -> Table:
        """Add a column with the instants of local dates and times of day (0 to 24 hours).

        Where the clock shows a time twice it is the first one, unless `fold` says the second.
        """

        def parts(t: Table) -> tuple[Expr, Expr]:
            over = ibis.ifelse(t[time] >= DAY_US, 1, 0)
            return day_number(t[day]) + over, t[time] - over * DAY_US

        number, rest = parts(table)
        if self._fixed is not None:
            return table.mutate(**{name: instant(number * DAY_US + rest - self._fixed)})
        joined = _joined(table, self._local, number)
        number, rest = parts(joined)
        second = ibis.literal(False) if fold is None else joined[fold]
        at = _instant(joined, number, rest, second)
        return joined.select(*table.columns, **{name: at})


def _joined(table: Table, zone: Table, key: Expr) -> Table:
    right = zone.select(
        **{
            "~z": zone.day,
            "~offset": zone.offset,
            "~later_from": zone.later_from,
            "~later": zone.later,
        }
    )
    # A key of its own: Ibis 12 loses track of an expression over a table that is itself a join.
    keyed = table.mutate(**{"~key of zone": key})
    return keyed.left_join(right, [keyed["~key of zone"] == right["~z"]])


def _instant(table: Table, number: Expr, time: Expr, second: Expr) -> Expr:
    """`ZoneTable.instant`, with the second of two like times where that is asked for."""
    gap = (table["~offset"] - table["~later"]).abs()
    from_time = table["~later_from"] - ibis.ifelse(second, gap, 0)
    offset = ibis.ifelse(time >= from_time, table["~later"], table["~offset"])
    return instant(number * DAY_US + time - offset)


def _by_utc_day(zones: ZoneTable) -> pa.Table:
    return pa.table(
        {
            "day": pa.array(np.arange(len(zones.utc_offset))),
            "offset": pa.array(zones.utc_offset),
            "later_from": pa.array(zones.utc_later_from),
            "later": pa.array(zones.utc_later),
        }
    )


def _by_local_day(zones: ZoneTable) -> pa.Table:
    return pa.table(
        {
            "day": pa.array(np.arange(len(zones.offset))),
            "offset": pa.array(zones.offset),
            "later_from": pa.array(zones.later_from),
            "later": pa.array(zones.offset_later),
        }
    )
