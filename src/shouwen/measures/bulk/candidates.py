"""Events that agree with a triggering row in its keys: what may perform, move or excuse a duty.

They become frames of pairs, in which the fields of the event come first and those of the trigger
show through where the event has none. `at` is the instant of the event, which also tells what is
earlier.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import ibis

from shouwen.measures.bulk.codes import Slot
from shouwen.measures.bulk.errors import NotLoweredYet
from shouwen.measures.bulk.frames import AT, DAY, ID, KEY, ORIGIN, Frame
from shouwen.measures.bulk.keys import calendar_key
from shouwen.measures.bulk.liveness import names_read
from shouwen.measures.bulk.relations import Rows
from shouwen.measures.bulk.sqltypes import Expr
from shouwen.measures.feel import tree
from shouwen.measures.feel.types import DATETIME, STRING

if TYPE_CHECKING:
    from shouwen.measures.bulk.lowering import Lowering

TRIGGER, EVENT, WHEN = "~trigger", "~event", "~when"
"""The key of the triggering row, the id of the event, the instant of the event."""


def paired(
    lowering: Lowering,
    frame: Frame,
    rows: Rows,
    same: tuple[str, ...],
    event: str,
    carried: tuple[str, ...] = (),
    needed: frozenset[str] | None = None,
) -> Frame:
    """A frame of (triggering row, event of a type) that agree in those keys the type has.

    `rows` are the triggering rows; `carried` are further columns to keep; with
    `needed`, only fields of these names are kept.
    """
    if needed is not None and needed & rows.quantities:
        raise NotLoweredYet(f"an amount of the trigger beside '{event}'")
    fields = lowering.slots(rows)
    happening = lowering.rows(event)
    keys = [k for k in same if k in happening.fields or k.startswith("this_")]
    slots = [frame.resolve(k, happening.fields.get(k, STRING)) for k in keys]
    for slot in slots:
        frame.look(slot.trail)
    frame.keep(f"before {event}")
    table = frame.table
    shown = {
        n: s for n, s in fields.items() if n not in ("at", "id") and (needed is None or n in needed)
    }
    left: dict[str, Expr] = {
        TRIGGER: table[KEY], "t~at": table[AT],
        **{f"t:{n}": table[s.value] for n, s in shown.items()},
        **{f"t~key {i}": table[s.value] for i, s in enumerate(slots)},
        **{c: table[c] for c in carried},
    }  # fmt: skip
    start = frame.slots.get("start")
    if start is not None:
        left["t~start"] = table[start.value]
    asking = table.select(**left)
    events = happening.table
    right: dict[str, Expr] = {
        EVENT: events[ID], WHEN: events[AT], DAY: events[DAY],
        **{f"e:{n}": events[n] for n in happening.fields if needed is None or n in needed},
    }  # fmt: skip
    for i, key in enumerate(keys):
        own = events[key] if key in happening.fields else calendar_key(key, events[DAY])
        right[f"e~key {i}"] = own
    happened = events.select(**right)
    on = [asking[f"t~key {i}"] == happened[f"e~key {i}"] for i in range(len(keys))]
    pairs = asking.inner_join(happened, on) if on else asking.cross_join(happened)
    columns = {c: pairs[c] for c in (TRIGGER, EVENT, WHEN, DAY, "t~at", *carried)}
    columns |= {
        KEY: ibis.row_number().over(),
        AT: pairs[WHEN],
        ID: pairs[EVENT],
        ORIGIN: pairs[EVENT],
    }
    known: dict[str, Slot] = {
        "at": Slot(AT, DATETIME), "id": Slot(ID, STRING),
    }  # fmt: skip
    if start is not None:
        columns["t~start"] = pairs["t~start"]
    for name in (n for n in (*happening.fields, *shown) if needed is None or n in needed):
        if name in known:
            continue
        own = pairs[f"e:{name}"] if name in happening.fields else None
        through = pairs[f"t:{name}"] if name in shown else None
        parts = [p for p in (own, through) if p is not None]
        columns[name] = ibis.coalesce(*parts) if len(parts) > 1 else parts[0]
        if name not in lowering.measure.facts:
            type_ = happening.fields[name] if name in happening.fields else shown[name].type
            certain = (own is not None and name in happening.known) or (
                through is not None and shown[name].names is None
            )
            known[name] = Slot(name, type_, None if certain else frozenset({name}))
    if start is not None:
        known["start"] = Slot("t~start", DATETIME, start.names if not isinstance(
            start.names, str) else frozenset({"start"}))  # fmt: skip
    return Frame(
        lowering.ground, f"{frame.label}: {event}", pairs.select(**columns), known,
        (happening.pruned | rows.pruned | happening.fields.keys() | rows.fields.keys())
        - known.keys(),
    )  # fmt: skip


def needed_names(lowering: Lowering, *expressions: tree.Expr | None) -> frozenset[str]:
    """The names that expressions read, those that their facts ask with among them."""
    return frozenset(names_read(lowering.measure, expressions))


def judged(frame: Frame, when: tree.Expr | None, number: int) -> dict[str, Expr]:
    """The columns of candidates: whether the condition holds, what is missing, what it rests on."""
    slot = frame.condition(when)
    frame.looked.clear()
    frame.look(slot.trail)
    table = frame.table
    return {
        TRIGGER: table[TRIGGER],
        EVENT: table[EVENT],
        WHEN: table[WHEN],
        "~rule": ibis.literal(number, type="int64"),
        "~holds": table[slot.value],
        "~names": frame.names_column(slot),
        "~readings": frame.readings(),
        "~events": frame.events(),
    }
