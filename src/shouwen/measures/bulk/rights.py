"""Rights: what someone may do, from an instant on."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import ibis

from shouwen.measures.bulk.clocks import as_instant, norm_of_row
from shouwen.measures.bulk.frames import AT, ID, Frame
from shouwen.measures.bulk.outcomes import add_unknowns, only_where, rest
from shouwen.measures.bulk.relations import EVENTS, READINGS, Rows
from shouwen.measures.bulk.sqltypes import INSTANT, Expr, null
from shouwen.measures.bulk.tables import decide
from shouwen.measures.language.model import Right

if TYPE_CHECKING:
    from shouwen.measures.bulk.lowering import Lowering


def lower_right(lowering: Lowering, right: Right) -> None:
    """Add the steps, outcomes and relation of a right."""
    if lowering.idle(right.trigger):
        lowering.empty(right.id, {})
        return
    rows, frame = lowering.triggering(right.trigger, right.id)
    default = right.norms.default
    when = frame.condition(right.trigger.when)
    only_where(lowering, frame, when, right.id, default)
    norm, row = frame.fresh("norm"), frame.fresh("row")
    frame.add(**{norm: ibis.literal(default), row: null("int64")})
    if right.table is not None:
        decided = decide(frame, right.table, default)
        frame.look(decided.trail)
        lost = frame.table[decided.missing].length() > 0
        _unknown(lowering, right, frame, lost, frame.table[decided.missing], norm)
        frame.table = frame.table.filter(frame.table[decided.matched])
        row = decided.row
        norm = norm_of_row(frame, right.norms, row)
    until = frame.fresh("until")
    frame.add(**{until: null(INSTANT)})
    if right.until is not None:
        slot = frame.put(right.until)
        frame.look(slot.trail)
        if slot.names is not None:
            _unknown(
                lowering, right, frame, frame.table[slot.value].isnull(),
                frame.names_column(slot), norm,
            )  # fmt: skip
            frame.table = frame.table.filter(frame.table[slot.value].notnull())
        until = as_instant(lowering, frame, slot)
    rest(frame)
    t = frame.table
    frame.add(
        **{
            "~norm": t[norm],
            "~row": t[row],
            "~until": t[until],
            "~who": _who(lowering, right, rows, t),
        }
    )
    frame.keep("given")
    t = frame.table
    lowering.add_outcomes(
        "rights",
        right.id,
        t.select(
            id=ibis.literal(f"{right.id}:") + t[ID],
            rule=ibis.literal(right.id),
            norm=t["~norm"],
            at=t[AT],
            row=t["~row"],
            events=t[EVENTS],
            readings=t[READINGS],
            who=t["~who"],
            until=t["~until"],
        ),
    )
    own = t.mutate(**{ID: ibis.literal(f"{right.id}:") + t[ID]})
    lowering.add_relation(replace(rows, name=right.id, table=own, is_event=False))


def _who(lowering: Lowering, right: Right, rows: Rows, t: Expr) -> Expr:
    """A key of the row, or a role by its Chinese name."""
    role = lowering.measure.vocabulary.roles.get(right.who)
    named = ibis.literal(role.zh if role is not None else right.who)
    return ibis.coalesce(t[right.who].cast("string"), named) if right.who in rows.fields else named


def _unknown(
    lowering: Lowering, right: Right, frame: Frame, when: Expr, missing: Expr, norm: str
) -> None:
    frame.add(**{"~lost": when, "~names lost": missing})
    frame.keep("decided")
    inner = Frame(frame.ground, frame.label, frame.table.filter(frame.table["~lost"]), frame.slots)
    inner.looked = list(frame.looked)
    rest(inner)
    t = inner.table
    id_ = ibis.literal(f"{right.id}:") + t[ID] + "?"
    add_unknowns(lowering, right.id, t, id_, t[norm], t["~names lost"])
