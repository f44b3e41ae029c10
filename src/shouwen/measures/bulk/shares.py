"""Shares: parts of a consequence that others bear, as outcomes and rows of their own."""

from __future__ import annotations

from typing import TYPE_CHECKING

import ibis

from shouwen.measures.bulk.amounts import quantity, scaled
from shouwen.measures.bulk.codes import Slot
from shouwen.measures.bulk.consequence_rows import (
    Draft,
    add_rows_of,
    decide_by_people,
    outcome_rows,
    relation_rows,
    rounded_amount,
)
from shouwen.measures.bulk.frames import Frame
from shouwen.measures.bulk.outcomes import add_unknowns
from shouwen.measures.bulk.people import person
from shouwen.measures.bulk.relations import EVENTS, READINGS, SEQ, Rows
from shouwen.measures.bulk.sqltypes import (
    QUANTITY,
    Table,
    every,
    holds,
    joined,
    negated,
    nothing,
    null,
    stacked,
)
from shouwen.measures.language.model import Consequence, Share

if TYPE_CHECKING:
    from shouwen.measures.bulk.lowering import Lowering


def lower_share(
    lowering: Lowering, rule: Consequence, rows: Rows, whole: Frame, draft: Draft, number: int,
    share: Share,
) -> Table | None:  # fmt: skip
    """The outcomes of one share, as rows for other rules; None if it can never have any."""
    base = [n for n in share.of if n in draft.amounts]
    if not base:
        return None
    # What was looked at for the shares before counts for this one too, as in one environment.
    frame = whole
    when = frame.condition(share.when)
    frame.look(when.trail)
    frame.keep(f"share {number}")
    who = person(lowering, frame, share.to)
    asked = frame.fresh("asked")
    frame.add(**{asked: holds(frame.table[when.value])})
    frame.look(who.slot.trail, asked)
    to = frame.fresh("to")
    frame.add(**{to: frame.table[who.slot.value].cast("string")})
    vacant = holds(frame.table[who.vacant]) if who.vacant is not None else ibis.literal(False)
    other = frame.table["~to"].isnull() | holds(frame.table[to] != frame.table["~to"])
    bears = frame.fresh("bears")
    frame.add(
        **{bears: frame.table[asked] & frame.table[to].notnull() & other,
           f"{bears} unknown": frame.table[asked] & frame.table[to].isnull() & negated(vacant)}
    )  # fmt: skip
    percent = frame.put(share.percent)
    frame.look(percent.trail, bears)
    frame.keep(f"share {number} borne")
    _share_unknowns(lowering, rule, share, frame, when, who.slot, percent, bears)
    return _share_rows(lowering, rule, share, frame, base, draft, to, bears, percent, rows, number)


def _share_unknowns(
    lowering: Lowering, rule: Consequence, share: Share, frame: Frame, when: Slot, who: Slot,
    percent: Slot, bears: str,
) -> None:  # fmt: skip
    t = frame.table
    no_when = t[when.value].isnull()
    no_percent = t[bears] & t[percent.value].isnull()
    names = ibis.cases(
        (no_when, frame.names_column(when)),
        (t[f"{bears} unknown"], frame.names_column(who)),
        else_=frame.names_column(percent),
    )
    table = t.mutate(**{"~lost": names}).filter(
        holds(no_when) | t[f"{bears} unknown"] | holds(no_percent)
    )
    id_ = table["~outcome"] + f"#{share.norm}"
    add_unknowns(lowering, rule.id, table, id_, ibis.literal(share.norm), table["~lost"])


def _share_rows(
    lowering: Lowering, rule: Consequence, share: Share, frame: Frame, base: list[str],
    draft: Draft, to: str, bears: str, percent: Slot, rows: Rows, number: int,
) -> Table:  # fmt: skip
    own, read = frame.events(), frame.readings()
    t = frame.table
    rate = quantity(t[percent.value])
    amounts = {
        f"~amount {n}": rounded_amount(lowering, n, scaled(t[f"~amount {n}"], rate)) for n in base
    }
    amounts |= {f"~amount {n}": null(QUANTITY) for n in draft.amounts if n not in base}
    some = [t[f"~amount {n}"].notnull() for n in base]
    gives = negated(every(*(negated(s) for s in some)))
    t = t.mutate(
        **amounts,
        **{f"~act {n}": null("string") for n in draft.acts},
        **{
            "~share of": t["~outcome"],
            "~outcome": t["~outcome"] + f"#{share.norm}",
            "~norm": ibis.literal(share.norm),
            "~row": null("int64"),
            "~to": t[to],
            "~modified": nothing(),
            "~missing": nothing(),
            EVENTS: joined(own, t[EVENTS]),
            READINGS: joined(read, t[READINGS]),
            "~gives": gives,
        },
    )
    t = t.filter(t[bears] & t["~gives"] & t[percent.value].notnull())
    inner = Frame(frame.ground, f"{frame.label} share {number}", t, frame.slots)
    inner.keep("")
    # A share of a decided amount is decided with it, until somebody decides otherwise.
    inner.add(**{"~before": inner.table["~status"], "~status": ibis.literal("proposed")})
    decide_by_people(lowering, rule.id, inner, base)
    again = ibis.ifelse(
        inner.table["~status"] == "proposed", inner.table["~before"], inner.table["~status"]
    )
    inner.add(**{"~status": again})
    inner.keep("decided")
    lowering.add_outcomes("consequences", rule.id, outcome_rows(lowering, rule, inner.table, draft))
    table = inner.table.filter(inner.table["~status"] != "waived")
    seq = table[SEQ] * len(rule.shares) + number
    return relation_rows(lowering, rows, table, draft, seq)


def share_relation(
    lowering: Lowering, rule: Consequence, rows: Rows, draft: Draft, shared: list[Table | None]
) -> None:
    """The relation of the shares of a consequence."""
    tables = [t for t in shared if t is not None]
    if not tables:
        return
    whole = stacked(tables)
    name = f"{rule.id}.shares"
    lowering.add_relation(add_rows_of(lowering, name, rows, whole), keep=True)
