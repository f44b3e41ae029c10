"""The rows of consequences: drafts, what people decided of them, and how others see them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import ibis

from shouwen.measures.bulk.amounts import contains, quantity, rounded
from shouwen.measures.bulk.frames import AT, DAY, ID, ORIGIN, Frame
from shouwen.measures.bulk.relations import EVENTS, NORMS, READINGS, SEQ, Rows
from shouwen.measures.bulk.sqltypes import (
    DECIMAL,
    QUANTITY,
    Expr,
    Table,
    every,
    holds,
    joined,
    negated,
    nothing,
    null,
    tidy,
)
from shouwen.measures.feel.types import NUMBER, STRING, Type
from shouwen.measures.language.model import Consequence

if TYPE_CHECKING:
    from shouwen.measures.bulk.lowering import Lowering


@dataclass
class Draft:
    """The columns of a consequence while it is worked out for every row.

    `amounts` and `acts` are NULL where there is none of a kind; `missing` is an array of names.
    """

    norm: str
    missing: str
    row: str | None = None
    none: str | None = None
    amounts: dict[str, str] = field(default_factory=dict)
    acts: dict[str, str] = field(default_factory=dict)
    modified: str = ""


def rounded_amount(lowering: Lowering, name: str, amount: Expr) -> Expr:
    """Money to the fen, half up; every other amount as it is."""
    unit = lowering.measure.vocabulary.quantities[name].unit.zh
    return rounded(amount) if unit.startswith("元") else amount


def decide_by_people(lowering: Lowering, rule: str, frame: Frame, names: list[str]) -> None:
    """Let decisions of people take the place of what is proposed, where they lie inside it.

    Adds an anomaly for each that lies outside.
    """
    if lowering.is_empty("decision.made"):
        return
    made = lowering.rows("decision.made")
    decisions = made.table.filter(made.table["proposal"].notnull())
    rank = ibis.row_number().over(
        group_by=decisions["proposal"],
        order_by=[decisions[AT].desc(), decisions[ID].desc()],
    )
    decisions = decisions.mutate(**{"~rank": rank})
    decisions = decisions.filter(decisions["~rank"] == 0)
    decided = [n for n in names if n in made.fields]
    right = decisions.select(
        **{"x~proposal": decisions["proposal"], "x~id": decisions[ID],
           "x~outcome": decisions["outcome"], "x~at": decisions[AT]},
        **{f"x~{n}": decisions[n].cast(DECIMAL) for n in decided},
    )  # fmt: skip
    left = frame.table
    t = left.left_join(right, [left["~outcome"] == right["x~proposal"]])
    open_ = t["x~id"].notnull() & (t["~status"] == "proposed")
    waived = open_ & holds(t["x~outcome"].isin(["waived", "不予处理"]))
    outside = [
        t[f"x~{n}"].notnull() & t[f"~amount {n}"].notnull()
        & negated(holds(contains(t[f"~amount {n}"], t[f"x~{n}"])))
        for n in decided
    ]  # fmt: skip
    inside = every(*(negated(holds(o)) for o in outside))
    counts = open_ & negated(waived) & inside
    if outside:
        _add_outside(lowering, rule, t.filter(open_ & negated(waived) & negated(inside)))
    # Who settles one of two ranges has not decided yet.
    settled = every(
        *(
            t[f"~amount {n}"].isnull()
            | t[f"~amount {n}"].fixed
            | (t[f"x~{n}"].notnull() if n in decided else ibis.literal(False))
            for n in names
        )
    )
    columns: dict[str, Expr] = {
        "~status": ibis.cases(
            (waived, "waived"), (counts & holds(settled), "decided"), else_=t["~status"]
        ),
        EVENTS: ibis.ifelse(waived | counts, joined(t[EVENTS], ibis.array([t["x~id"]])), t[EVENTS]),
    }
    for n in decided:
        old = t[f"~amount {n}"]
        new = counts & t[f"x~{n}"].notnull() & old.notnull()
        columns[f"~amount {n}"] = ibis.ifelse(new, quantity(t[f"x~{n}"]), old)
    t = t.mutate(**columns)
    gone = ("proposal", "id", "outcome", "at", *decided)
    frame.table = t.drop(*(f"x~{n}" for n in gone))


def _add_outside(lowering: Lowering, rule: str, t: Table) -> None:
    """Decisions outside the range of what they decide: shown, and without effect."""
    outcomes = t.select(
        id=t["~outcome"] + ":" + t["x~id"],
        rule=ibis.literal(rule),
        norm=t["~norm"],
        at=t["x~at"],
        row=null("int64"),
        events=ibis.array([t["x~id"]]),
        readings=nothing(),
    )
    lowering.add_outcomes("anomalies", rule, outcomes)


def occasion(t: Table, rows: Rows) -> Expr:
    """What a row is about: its own occasion, its case, or the event it began with."""
    parts = [t[f].cast("string").nullif("") for f in ("occasion", "case") if f in rows.fields]
    return ibis.coalesce(*parts, t[ORIGIN])


# --- the outcome --------------------------------------------------------------------------------


def outcome_rows(lowering: Lowering, rule: Consequence, t: Table, draft: Draft) -> Table:
    """The outcomes as people get them: every amount and act of the measure is a column."""
    vocabulary = lowering.measure.vocabulary
    amounts = {
        n: t[f"~amount {n}"] if n in draft.amounts else null(QUANTITY)
        for n in vocabulary.quantities
    }
    acts = {n: t[f"~act {n}"] if n in draft.acts else null("string") for n in vocabulary.acts}
    return t.select(
        id=t["~outcome"],
        rule=ibis.literal(rule.id),
        norm=t["~norm"],
        at=t[AT],
        row=t["~row"],
        events=tidy(t[EVENTS]),
        readings=tidy(t[READINGS]),
        to=t["~to"],
        unit=t["~of unit"],
        status=t["~status"],
        norms=t[NORMS],
        modified=t["~modified"],
        share_of=t["~share of"],
        missing=tidy(t["~missing"]),
        **amounts,
        **acts,
    )


def relation_rows(lowering: Lowering, rows: Rows, t: Table, draft: Draft, seq: Expr) -> Table:
    """What other rules see of a consequence: the fields of its trigger, its own over them."""

    def over(name: str, value: Expr) -> Expr:
        if name not in rows.fields or name == "person":
            return value
        before = t[name]
        if value.type() == QUANTITY:
            before = quantity(before)
        return ibis.coalesce(value, before.cast(value.type()))

    own = {
        "norm": t["~norm"],
        "person": t["~to"],
        "unit": t["~of unit"],
        "occasion": occasion(t, rows),
        "status": t["~status"],
        "share_of": t["~share of"],
        **{n: t[f"~amount {n}"] for n in draft.amounts},
        **{n: t[f"~act {n}"] for n in draft.acts},
    }
    columns = {f: t[f] for f in rows.fields} | {n: over(n, v) for n, v in own.items()}
    for n in lowering.measure.vocabulary.quantities:
        columns.setdefault(n, null(QUANTITY))
        if n in rows.fields and n not in rows.quantities:
            columns[n] = quantity(columns[n])
    for n in lowering.measure.vocabulary.acts:
        columns.setdefault(n, null("string"))
    return t.select(
        **{ID: t["~outcome"], SEQ: seq},
        **{c: t[c] for c in (AT, DAY, ORIGIN, EVENTS, READINGS, NORMS)},
        **columns,
    )


def add_rows_of(lowering: Lowering, name: str, rows: Rows, table: Table) -> Rows:
    """A relation of a consequence, made from a table."""
    vocabulary = lowering.measure.vocabulary
    fields = {**rows.fields, **own_fields(lowering)}
    quantities = frozenset(vocabulary.quantities)
    return Rows(name, table, fields, quantities=quantities, pruned=rows.pruned - fields.keys())


def own_fields(lowering: Lowering) -> dict[str, Type]:
    """The fields that every consequence adds to those of its trigger."""
    vocabulary = lowering.measure.vocabulary
    return {
        **dict.fromkeys(("norm", "person", "unit", "occasion", "status", "share_of"), STRING),
        **dict.fromkeys(vocabulary.quantities, NUMBER),
        **dict.fromkeys(vocabulary.acts, STRING),
    }


# --- shares -------------------------------------------------------------------------------------
