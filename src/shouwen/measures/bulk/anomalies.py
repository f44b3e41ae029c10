"""What does not fit in a history: acts before what calls for them.

They are shown and have no effect. (Decisions outside their range, the other kind, are found where
decisions are looked up: `consequence_rows`.)
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import ibis

from shouwen.measures.bulk.candidates import EVENT, TRIGGER, WHEN
from shouwen.measures.bulk.frames import AT, DAY, ID, KEY, Frame
from shouwen.measures.bulk.keys import calendar_key
from shouwen.measures.bulk.relations import EVENTS, Rows
from shouwen.measures.bulk.sqltypes import Expr, Table, nothing, null, stacked
from shouwen.measures.feel.types import STRING
from shouwen.measures.language.model import Duty

if TYPE_CHECKING:
    from shouwen.measures.bulk.lowering import Lowering


def add_preceding(
    lowering: Lowering, duty: Duty, rows: Rows, frame: Frame, acts: list[Table]
) -> None:
    """Add an anomaly for every act that precedes what calls for it.

    `acts` are pairs of a triggering row and an earlier event that agrees with it (`TRIGGER`,
    `EVENT`, `WHEN`). An act that belongs to an earlier trigger of the same keys is none.
    """
    slots = [frame.resolve(k, rows.fields.get(k, STRING)) for k in duty.same]
    t = frame.table
    calling = t.select(
        **{"c~key": t[KEY], "c~id": t[ID], "c~events": t[EVENTS]},
        **{f"c~same {i}": t[s.value] for i, s in enumerate(slots)},
    )
    found = stacked(acts)
    found = found.inner_join(calling, [found[TRIGGER] == calling["c~key"]])
    before = _first_calls(lowering, duty)
    if before is not None:
        same = [found[f"c~same {i}"] == before[f"b~same {i}"] for i in range(len(slots))]
        found = found.left_join(before, same)
        found = found.filter(found["b~at"].isnull() | (found["b~at"] > found[WHEN]))
    outcomes = found.select(
        id=ibis.literal(f"{duty.id}:") + found["c~id"] + ":" + found[EVENT],
        rule=ibis.literal(duty.id),
        norm=ibis.literal(duty.norms.default),
        at=found[WHEN],
        row=null("int64"),
        events=ibis.array([found[EVENT]]).concat(found["c~events"]),
        readings=nothing(),
    )
    lowering.add_outcomes("anomalies", duty.id, outcomes)


def _first_calls(lowering: Lowering, duty: Duty) -> Table | None:
    """By the keys of a duty, the first row that may call for it; None if the keys tell nothing."""
    parts = []
    for name in duty.trigger.relations:
        if lowering.is_empty(name, duty.trigger.clauses):
            continue
        rows = lowering.rows(name, duty.trigger.clauses)
        table = rows.table
        if duty.trigger.clauses and name == "breach":
            table = table.filter(table["norm"].isin(sorted(duty.trigger.clauses)))
        keys: list[Expr] = []
        for key in duty.same:
            own = table[key] if key in rows.fields else calendar_key(key, table[DAY])
            keys += [own] if own is not None else []
        # A key that the relation does not have is unknown there, and agrees with nothing.
        if len(keys) == len(duty.same):
            named = {f"b~same {i}": k for i, k in enumerate(keys)}
            parts.append(table.select(**named, **{"b~when": table[AT]}))
    if not parts or not duty.same:
        return None
    calls = stacked(parts)
    by = [f"b~same {i}" for i in range(len(duty.same))]
    return calls.group_by(by).agg(**{"b~at": calls["b~when"].min()})
