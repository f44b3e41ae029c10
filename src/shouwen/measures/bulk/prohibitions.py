"""Prohibitions and duties to keep something up: every matching event is a breach."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import ibis

from shouwen.measures.bulk.calendars import Limit
from shouwen.measures.bulk.codes import Slot
from shouwen.measures.bulk.duties import (
    BREACH_FIELDS,
    OWN_FIELDS,
    add_breaches,
    bearer_of,
    unit_of_outcome,
)
from shouwen.measures.bulk.frames import AT, ID, Frame
from shouwen.measures.bulk.outcomes import add_unknowns, only_where, rest
from shouwen.measures.bulk.performances import Excuse, excuse
from shouwen.measures.bulk.relations import NOBODY, Rows, union
from shouwen.measures.bulk.sqltypes import (
    Expr,
    Table,
    either,
    every,
    holds,
    joined,
    negated,
    nothing,
    null,
    whole,
)
from shouwen.measures.bulk.windows import opening
from shouwen.measures.language.model import Duty, Force, Performance

if TYPE_CHECKING:
    from shouwen.measures.bulk.lowering import Lowering


def lower_prohibition(lowering: Lowering, duty: Duty) -> None:
    """Add the steps, breaches and relations of a prohibition."""
    lowering.empty(duty.id, OWN_FIELDS)
    if lowering.idle(duty.trigger):
        lowering.empty(f"breach of {duty.id}", BREACH_FIELDS)
        return
    broken = [
        (rows, table)
        for event in dict.fromkeys(duty.trigger.relations)
        if not lowering.is_empty(event, duty.trigger.clauses)
        for rows, table in _by_event(lowering, duty, event)
    ]
    norms = {p.norm or duty.norms.default for p in duty.performances}
    if duty.force is Force.AIM or not broken:
        lowering.empty(f"breach of {duty.id}", BREACH_FIELDS)
        return
    if len(broken) == 1:
        add_breaches(lowering, duty.id, norms, *broken[0])
        return
    extra = {c for _, t in broken for c in t.columns if c in _KEPT}
    parts = [
        replace(rows, table=table, fields={**rows.fields}, is_event=False) for rows, table in broken
    ]
    whole_ = union(duty.id, parts, sorted(extra))
    kept = lowering.steps.add(f"{duty.id} broken", whole_.table.drop("~part"))
    add_breaches(lowering, duty.id, norms, whole_, kept)


_KEPT = ("~norm", "~bearer", "~of unit", "~row", "~breach at", "~number", "~own id", NOBODY)


def _by_event(lowering: Lowering, duty: Duty, event: str) -> list[tuple[Rows, Table]]:
    """The breaches by events of one type, norm by norm; one event may break several."""
    trigger = replace(duty.trigger, relations=(event,))
    rows, frame = lowering.triggering(trigger, f"{duty.id} {event}")
    when = frame.condition(duty.trigger.when)
    only_where(lowering, frame, when, duty.id, duty.norms.default)
    frame.keep("triggered")
    if duty.window is not None:
        inside = opening(lowering, frame, duty.window, AT).inside
        frame.table = frame.table.filter(frame.table[inside])
        frame.sweep()
    by_norm: dict[str, list[Performance]] = {}
    for performance in duty.performances:
        if performance.event == event:
            by_norm.setdefault(performance.norm or duty.norms.default, []).append(performance)
    return [
        (rows, _of_norm(lowering, duty, rows, frame, acts, norm, number))
        for number, (norm, acts) in enumerate(by_norm.items())
    ]


def _of_norm(
    lowering: Lowering,
    duty: Duty,
    rows: Rows,
    frame: Frame,
    acts: list[Performance],
    norm: str,
    number: int,
) -> Table:
    """The breaches of one norm; adds the outcomes of rows that may be one.

    The frame goes on to the next norm with what has been looked at so far.
    """
    held = [frame.condition(act.when) for act in acts]
    for slot in held:
        frame.look(slot.trail)
    column, may, doubt = frame.fresh("norm"), frame.fresh("may"), frame.fresh("doubt")
    is_broken, may_be, names = _held(frame, held)
    frame.add(
        **{
            column: ibis.literal(norm),
            "~act": frame.table[AT],
            "~at once": ibis.literal(True),
            may: is_broken | may_be,
            doubt: ibis.ifelse(is_broken, nothing(), names),
        }
    )
    before = len(frame.looked)
    limit = Limit("~act", "~at once")
    excused = excuse(lowering, duty.exemptions, duty.same, rows, frame, limit, column)
    for looked in frame.looked[before:]:
        looked.guard = may
    broken, missing = frame.fresh("broken"), frame.fresh("missing")
    frame.add(**{broken: _stands(frame, may, excused), missing: _missing(frame, doubt, excused)})
    frame.keep(f"judged {number}")
    own = frame.table[ID] if number == 0 else frame.table[ID] + f":{norm}"
    frame.add(**{f"{broken}id": own})
    _add_doubtful(lowering, duty, frame, broken, missing, norm)
    bearer = bearer_of(lowering, duty, frame)
    unit = unit_of_outcome(lowering, frame, rows, bearer if duty.who is not None else None)
    sure = holds(frame.table[broken]) & (frame.table[missing].length() == 0)
    found = Frame(frame.ground, frame.label, frame.table.filter(sure), frame.slots)
    found.looked = list(frame.looked)
    rest(found)
    t = found.table
    found.add(
        **{
            "~bearer": t[bearer],
            "~of unit": t[unit],
            "~row": null("int64"),
            "~breach at": t[AT],
            "~norm": ibis.literal(norm),
            "~number": whole(number),
            "~own id": t[f"{broken}id"],
            NOBODY: ibis.literal(duty.who is None),
        }
    )
    found.keep(f"broken {number}")
    return found.table


def _held(frame: Frame, held: list[Slot]) -> tuple[Expr, Expr, Expr]:
    """Whether some act is one, whether some may be, and what is missing to know."""
    values = [frame.table[slot.value] for slot in held]
    sure = either(*(holds(v) for v in values))
    may = either(*(v.isnull() for v in values))
    return sure, may, joined(*(frame.names_column(slot) for slot in held))


def _stands(frame: Frame, may: str, excused: Excuse | None) -> Expr:
    if excused is None:
        return frame.table[may]
    return every(frame.table[may], negated(frame.table[excused.excused]))


def _missing(frame: Frame, doubt: str, excused: Excuse | None) -> Expr:
    if excused is None:
        return frame.table[doubt]
    return joined(frame.table[doubt], frame.table[excused.missing])


def _add_doubtful(
    lowering: Lowering, duty: Duty, frame: Frame, broken: str, missing: str, norm: str
) -> None:
    t = frame.table
    doubtful = Frame(
        frame.ground,
        frame.label,
        t.filter(holds(t[broken]) & (t[missing].length() > 0)),
        frame.slots,
    )
    doubtful.looked = list(frame.looked)
    rest(doubtful)
    t = doubtful.table
    id_ = ibis.literal(f"{duty.id}:") + t[f"{broken}id"]
    add_unknowns(lowering, duty.id, t, id_, ibis.literal(norm), t[missing])
