"""Grades: what a decision table says of a subject, of a row or at the end of a period."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import ibis

from shouwen.measures.bulk.clocks import norm_of_row
from shouwen.measures.bulk.codes import Slot
from shouwen.measures.bulk.frames import AT, ID, Frame
from shouwen.measures.bulk.outcomes import add_unknowns, only_where, rest
from shouwen.measures.bulk.relations import EVENTS, READINGS, Rows
from shouwen.measures.bulk.sqltypes import Expr, null, sql_type
from shouwen.measures.bulk.tables import Decided, decide
from shouwen.measures.feel.types import Type
from shouwen.measures.language.model import Grade

if TYPE_CHECKING:
    from shouwen.measures.bulk.lowering import Lowering


def lower_grade(lowering: Lowering, grade: Grade) -> None:
    """Add the steps, outcomes and relation of a grade."""
    given = {o.name: o.type for o in grade.table.outputs}
    if lowering.idle(grade.trigger):
        lowering.empty(grade.id, given)
        return
    default = grade.norms.default
    rows, frame = lowering.triggering(grade.trigger, grade.id)
    when = frame.condition(grade.trigger.when)
    only_where(lowering, frame, when, grade.id, default)
    decided = decide(frame, grade.table, default)
    frame.look(decided.trail)
    frame.keep("decided")
    _undecided(lowering, grade, frame, decided)
    frame.table = frame.table.filter(frame.table[decided.matched])
    norm = norm_of_row(frame, grade.norms, decided.row)
    rest(frame)
    t = frame.table
    subject = t[grade.subject].cast("string") if grade.subject in rows.fields else null("string")
    frame.add(
        **{
            "~norm": t[norm],
            "~row": t[decided.row],
            "~subject": subject,
            **{f"~out {n}": _output(t, decided.outputs[n], type_) for n, type_ in given.items()},
        }
    )
    frame.keep("graded")
    t = frame.table
    lowering.add_outcomes("grades", grade.id, _outcomes(lowering, grade, t))
    lowering.add_relation(_relation(grade, rows, t, given), keep=True)


def _output(table: Expr, slot: Slot, type_: Type) -> Expr:
    return table[slot.value].cast(sql_type(type_))


def _undecided(lowering: Lowering, grade: Grade, frame: Frame, decided: Decided) -> None:
    """Outcomes of the rows of which the table cannot say what they are."""
    t = frame.table
    lost = t.filter(t[decided.missing].length() > 0)
    inner = Frame(frame.ground, frame.label, lost, frame.slots)
    inner.looked = list(frame.looked)
    rest(inner)
    t = inner.table
    id_ = ibis.literal(f"{grade.id}:") + t[ID] + "?"
    norm = ibis.literal(grade.norms.default)
    add_unknowns(lowering, grade.id, t, id_, norm, t[decided.missing])


def _outcomes(lowering: Lowering, grade: Grade, t: Expr) -> Expr:
    """The outcomes: every output of every grade is a column, such as ``year-end.cap``."""
    outputs = {
        f"{g.id}.{o.name}": (
            t[f"~out {o.name}"] if g is grade else null(sql_type(o.type))
        )
        for g in lowering.measure.grades
        for o in g.table.outputs
    }  # fmt: skip
    return t.select(
        id=ibis.literal(f"{grade.id}:") + t[ID],
        rule=ibis.literal(grade.id),
        norm=t["~norm"],
        at=t[AT],
        row=t["~row"],
        events=t[EVENTS],
        readings=t[READINGS],
        subject=t["~subject"],
        **outputs,
    )


def _relation(grade: Grade, rows: Rows, t: Expr, given: dict[str, Type]) -> Rows:
    """The rows of the grade: the fields of what it is of, its outputs over them."""
    own: dict[str, Expr] = {}
    for name in given:
        value = t[f"~out {name}"]
        # What the table leaves open keeps a field of that name that the trigger had.
        own[name] = ibis.coalesce(value, t[name]) if name in rows.fields else value
    table = t.mutate(**own, **{ID: ibis.literal(f"{grade.id}:") + t[ID]})
    fields = {**rows.fields, **given}
    return replace(
        rows,
        name=grade.id,
        table=table,
        fields=fields,
        is_event=False,
        quantities=rows.quantities - given.keys(),
        pruned=rows.pruned - given.keys(),
    )
