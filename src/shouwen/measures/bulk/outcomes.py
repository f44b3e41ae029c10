"""The tables of outcomes that a plan gives, and what all of them have.

=============== ================================================================================
all             id, rule, norm, at (UTC), row (of the table that decided), events, readings
``duties``      trigger, status, person, unit (that the row itself names), start, deadline,
                inclusive, due, performed_at, missing, excused_by
``breaches``    person, unit, occasion
``consequences``  to, unit, status, norms, amounts (lo, hi, fixed; of each), acts, modified,
                share_of, missing
``entries``     ledger, subject, amount, balance, source: what is booked in ledgers
``balances``    ledger, subject, period, value, pending: what they stand at
``thresholds``  ledger, subject, balance: entries that reach one
``grades``      subject, and every output of every grade by its full name (``year-end.cap``)
``rights``      who, until
``unknowns``    missing: rules that cannot say whether they apply
``anomalies``   what does not fit and has no effect: acts before what calls for them, decisions
                outside the range of what they decide
=============== ================================================================================
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import ibis

from shouwen.measures.bulk.codes import Slot
from shouwen.measures.bulk.frames import AT, ID, Frame
from shouwen.measures.bulk.relations import EVENTS, READINGS
from shouwen.measures.bulk.sqltypes import Expr, Table, holds, tidy

if TYPE_CHECKING:
    from shouwen.measures.bulk.lowering import Lowering

KINDS = (
    "duties", "breaches", "consequences", "entries", "balances", "thresholds", "grades", "rights",
    "unknowns", "anomalies",
)  # fmt: skip


def rest(frame: Frame) -> None:
    """Replace the row's own events and readings by all that its outcome rests on."""
    frame.add(**{"~all events": frame.events(), "~all readings": frame.readings()})
    table = frame.table
    events, readings = tidy(table["~all events"]), tidy(table["~all readings"])
    frame.add(**{EVENTS: events, READINGS: readings})
    frame.drop("~all events", "~all readings")
    frame.looked.clear()


def only_where(lowering: Lowering, frame: Frame, condition: Slot, rule: str, norm: str) -> None:
    """Keep the rows of which a condition holds; those where it is unknown become `unknowns`."""
    frame.look(condition.trail)
    frame.keep("rows that ask")
    if condition.names is not None:
        _unknown_rows(lowering, frame, condition, rule, norm)
    frame.table = frame.table.filter(holds(frame.table[condition.value]))
    frame.sweep()


def _unknown_rows(lowering: Lowering, frame: Frame, condition: Slot, rule: str, norm: str) -> None:
    doubtful = Frame(
        frame.ground,
        frame.label,
        frame.table.filter(frame.table[condition.value].isnull()),
        frame.slots,
    )
    doubtful.looked = list(frame.looked)
    rest(doubtful)
    table = doubtful.table
    add_unknowns(
        lowering, rule, table, ibis.literal(f"{rule}:") + table[ID] + "?", ibis.literal(norm),
        doubtful.names_column(condition),
    )  # fmt: skip


def add_unknowns(
    lowering: Lowering, rule: str, table: Table, id_: Expr, norm: Expr, missing: Expr
) -> None:
    """Add outcomes of rules that cannot say whether they apply."""
    rows = table.select(
        id=id_,
        rule=ibis.literal(rule),
        norm=norm,
        at=table[AT],
        events=table[EVENTS],
        readings=table[READINGS],
        missing=missing,
    )
    rows = lowering.steps.add(f"{rule} unknown", rows)
    tidied = rows.mutate(missing=tidy(rows["missing"]))
    lowering.add_outcomes("unknowns", rule, tidied)
