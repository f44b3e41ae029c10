"""Duties: for every row that triggers one, whether it was done in time."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import ibis

from shouwen.measures.bulk.calendars import last_instant, met_by
from shouwen.measures.bulk.clocks import Run, clock_of, move_clock, run_clock
from shouwen.measures.bulk.codes import Slot
from shouwen.measures.bulk.errors import NotLoweredYet
from shouwen.measures.bulk.frames import AT, DAY, ID, KEY, ORIGIN, Frame
from shouwen.measures.bulk.outcomes import only_where, rest
from shouwen.measures.bulk.people import person, unit_of_row
from shouwen.measures.bulk.performances import Done, Excuse, excuse, performed
from shouwen.measures.bulk.periods import LIMIT, OPENS, period_rows
from shouwen.measures.bulk.relations import EVENTS, NOBODY, READINGS, SEQ, Rows
from shouwen.measures.bulk.sqltypes import (
    Expr,
    Table,
    holds,
    nothing,
    null,
    sql_type,
    tidy,
)
from shouwen.measures.feel.types import DATE, DATETIME, STRING, Type
from shouwen.measures.language.model import Duty, DutyKind, Force

if TYPE_CHECKING:
    from shouwen.measures.bulk.lowering import Lowering

OWN_FIELDS: dict[str, Type] = {
    "status": STRING, "start": DATETIME, "deadline": DATETIME, "due": DATE,
    "performed_at": DATETIME, "person": STRING, "unit": STRING,
}  # fmt: skip
BREACH_FIELDS: dict[str, Type] = {
    "norm": STRING, "rule": STRING, "person": STRING, "unit": STRING, "occasion": STRING,
}  # fmt: skip


def lower_duty(lowering: Lowering, duty: Duty) -> None:
    """Add the steps, outcomes and relations of a duty."""
    if lowering.idle(duty.trigger):
        lowering.empty(duty.id, OWN_FIELDS)
        lowering.empty(f"breach of {duty.id}", BREACH_FIELDS)
        return
    _refuse_facts_about_the_start(lowering, duty)
    periodic = duty.kind is DutyKind.PERIODIC
    periods = None
    if periodic:
        clock = clock_of(lowering, duty)
        periods = period_rows(lowering, duty.id, duty.trigger, clock)
    rows, frame = lowering.triggering(duty.trigger, duty.id, periods)
    if NOBODY in frame.table.columns and "person" in duty.same:
        raise NotLoweredYet("same: person, of breaches of the issuer", duty.norms.default)
    when = frame.condition(duty.trigger.when)
    only_where(lowering, frame, when, duty.id, duty.norms.default)
    frame.keep("triggered")
    run = _period_clock(duty, frame) if periodic else run_clock(lowering, duty, frame)
    done = performed(lowering, duty, rows, frame)
    if not periodic:
        move_clock(lowering, duty, rows, frame, run, done.at)
    run.period = None
    frame.sweep(*run.columns(), done.at, done.event, done.missing)
    bearer = bearer_of(lowering, duty, frame)
    excused = excuse(lowering, duty.exemptions, duty.same, rows, frame, run.limit, run.norm)
    _status(lowering, duty, frame, run, done, excused)
    _finish(lowering, duty, rows, frame, run, done, bearer, excused)


def _period_clock(duty: Duty, frame: Frame) -> Run:
    """The clock of a period: it opens when the one before is due, and nothing moves it."""
    norm, missing = frame.fresh("norm"), frame.fresh("missing")
    frame.add(**{norm: ibis.literal(duty.norms.default), missing: nothing()})
    return Run(OPENS, LIMIT, norm, missing)


def _refuse_facts_about_the_start(lowering: Lowering, duty: Duty) -> None:
    """In a duty, `start` changes its meaning once the clock runs; a fact about it would too."""
    from shouwen.measures.bulk.candidates import needed_names
    from shouwen.measures.feel import tree
    from shouwen.measures.language.strata import expressions

    for node in expressions(duty):
        for name in tree.names(node):
            fact = lowering.measure.facts.get(name)
            if fact is None:
                continue
            used = needed_names(lowering, fact.value) if fact.value is not None else frozenset()
            if "start" in used or "start" in fact.same:
                raise NotLoweredYet("a fact about `start` in a duty", fact.norm, fact.span)


def bearer_of(lowering: Lowering, duty: Duty, frame: Frame) -> str:
    """The column of who bears a duty; NULL where nobody or nobody known does."""
    column = frame.fresh("bearer")
    if duty.who is None:
        frame.add(**{column: null("string")})
        return column
    found = person(lowering, frame, duty.who).slot
    frame.look(found.trail)
    frame.add(**{column: frame.table[found.value].cast("string")})
    return column


def _status(
    lowering: Lowering, duty: Duty, frame: Frame, run: Run, done: Done, excused: Excuse | None
) -> None:
    t = frame.table
    performed_at, limit = t[done.at], t[run.limit.at]
    as_of = lowering.steps.as_of()
    late_status = "breached" if duty.force is Force.BINDING else "aim missed"
    cases: list[tuple[Expr, Expr, Expr]] = [
        (t[run.missing].length() > 0, ibis.literal("unknown"), t[run.missing]),
        (limit.isnull() & performed_at.notnull(), ibis.literal("met"), nothing()),
        (limit.isnull(), ibis.literal("pending"), nothing()),
        (holds(met_by(t, run.limit, performed_at)), ibis.literal("met"), nothing()),
        (
            performed_at.isnull() & holds(met_by(t, run.limit, as_of)),
            ibis.literal("pending"),
            nothing(),
        ),
        (t[done.missing].length() > 0, ibis.literal("unknown"), t[done.missing]),
    ]
    if excused is not None:
        cases.insert(0, (t[excused.excused], ibis.literal("exempt"), nothing()))
        cases.append((t[excused.missing].length() > 0, ibis.literal("unknown"), t[excused.missing]))
    status = ibis.cases(*((c, s) for c, s, _ in cases), else_=ibis.literal(late_status))
    missing = ibis.cases(*((c, m) for c, _, m in cases), else_=nothing())
    frame.add(**{"~status": status, "~missing": missing})


def _finish(
    lowering: Lowering, duty: Duty, rows: Rows, frame: Frame, run: Run, done: Done, bearer: str,
    excused: Excuse | None,
) -> None:  # fmt: skip
    """The outcomes of a duty, its relation and its breaches."""
    unit = unit_of_outcome(lowering, frame, rows, bearer if duty.who is not None else None)
    excuse_columns = (excused.excused, excused.norm) if excused is not None else ()
    frame.sweep(*run.columns(), done.at, bearer, unit, *excuse_columns)
    rest(frame)
    t = frame.table
    frame.add(
        **{
            "~deadline": t[run.limit.at],
            "~inclusive": t[run.limit.inclusive],
            "~last": last_instant(t, run.limit),
            "~norm": t[run.norm],
            "~started": t[run.start],
            "~performed": t[done.at],
            "~bearer": t[bearer],
            "~of unit": t[unit],
            "~row": t[run.row] if run.row is not None else null("int64"),
            "~excused by": (
                ibis.ifelse(t[excused.excused], t[excused.norm], null("string"))
                if excused is not None else null("string")
            ),
        }
    )  # fmt: skip
    frame.table, local = lowering.zone.local(frame.table, "~last", "~due")
    frame.table = frame.table.rename({"~due": local.day}).drop(local.time)
    fields = [f for f in rows.fields if f in frame.table.columns]
    keep = [KEY, ID, AT, DAY, ORIGIN, SEQ, EVENTS, READINGS, "~deadline", "~inclusive", "~last",
            "~norm", "~started", "~performed", "~bearer", "~of unit", "~row", "~excused by",
            "~due", "~status", "~missing"]  # fmt: skip
    table = lowering.steps.add(f"{duty.id} outcomes", frame.table.select(*keep, *fields))
    lowering.add_outcomes("duties", duty.id, _outcomes(duty, rows, table))
    lowering.add_relation(_relation(lowering, duty, rows, table))
    breached = table.filter(table["~status"] == "breached")
    nobody = ibis.literal(duty.who is None)
    facts = breached.mutate(**{"~breach at": breached["~last"], NOBODY: nobody})
    norms = {*duty.norms.by_row.values(), duty.norms.default}
    norms |= {m.cites for m in duty.moves if m.cites is not None}
    add_breaches(lowering, duty.id, norms, rows, facts)


def unit_of_outcome(lowering: Lowering, frame: Frame, rows: Rows, bearer: str | None) -> str:
    """The unit that what a rule makes of a row stands under: its own, else the bearer's."""
    if "unit" not in rows.fields:
        frame.rebind("unit", _empty(frame))
    if bearer is None:
        return frame.resolve("unit", STRING).value
    return unit_of_row(lowering, frame, bearer).value


def _empty(frame: Frame) -> Slot:
    column = frame.fresh("none")
    frame.add(**{column: null("string")})
    return Slot(column, STRING, frozenset({"unit"}))


def _outcomes(duty: Duty, rows: Rows, t: Table) -> Table:
    return t.select(
        id=ibis.literal(f"{duty.id}:") + t[ID],
        rule=ibis.literal(duty.id),
        norm=t["~norm"],
        at=t[AT],
        row=t["~row"],
        events=t[EVENTS],
        readings=t[READINGS],
        trigger=t[ID],
        status=t["~status"],
        person=t["~bearer"],
        unit=t["unit"].cast("string") if "unit" in rows.fields else null("string"),
        start=t["~started"],
        deadline=t["~deadline"],
        inclusive=t["~inclusive"],
        due=t["~due"],
        performed_at=t["~performed"],
        missing=tidy(t["~missing"]),
        excused_by=t["~excused by"],
    )


def _relation(lowering: Lowering, duty: Duty, rows: Rows, t: Table) -> Rows:
    own = {
        "status": t["~status"],
        "start": t["~started"],
        "deadline": t["~deadline"],
        "due": t["~due"],
        "performed_at": t["~performed"],
        "person": t["~bearer"],
        "unit": t["~of unit"],
    }  # fmt: skip
    # What has no deadline keeps a field of that name that the trigger had.
    for name in ("deadline", "due", "performed_at"):
        if name in rows.fields:
            own[name] = ibis.coalesce(own[name], t[name])
    columns = {f: t[f] for f in rows.fields} | own
    table = t.select(
        **{ID: ibis.literal(f"{duty.id}:") + t[ID]},
        **{c: t[c] for c in (KEY, AT, DAY, ORIGIN, SEQ, EVENTS, READINGS)},
        **columns,
    )
    fields = {**rows.fields, **OWN_FIELDS}
    return Rows(
        duty.id, table, fields, quantities=rows.quantities, pruned=rows.pruned - fields.keys(),
        known=_still_known(rows, OWN_FIELDS), key=KEY,
    )  # fmt: skip


def _still_known(rows: Rows, own: Iterable[str]) -> frozenset[str]:
    """The fields of the trigger that are known and that no field of its own takes the place of; a
    unit of the row stays what it is."""
    return rows.known - (set(own) - {"unit"})


def add_breaches(lowering: Lowering, rule: str, norms: Iterable[str], rows: Rows, t: Table) -> Rows:
    """Add the breach outcomes and rows of a rule.

    `t` has the rows that broke it, with ``~breach at``, ``~norm``, ``~bearer``, ``~of unit``,
    ``~row``, `NOBODY` and, where one row may break several norms, ``~number`` and ``~own id``.
    """
    case = t["case"] if "case" in rows.fields else null("string")
    own = {
        "norm": t["~norm"],
        "rule": ibis.literal(rule),
        "person": t["~bearer"],
        "unit": t["~of unit"],
        "occasion": ibis.coalesce(_nonempty(case), t[ORIGIN]),
    }
    several = "~number" in t.columns
    order = [t[AT], t[SEQ], t["~number"]] if several else [t[AT], t[SEQ]]
    seq = ibis.row_number().over(group_by=t[ORIGIN], order_by=order)
    fields = {**rows.fields, **BREACH_FIELDS}
    columns = {f: t[f] for f in rows.fields} | own
    for name, column in _OF_DUTY.items():
        # What the missed duty says of itself, unless the trigger has a field of that name.
        if column in t.columns and name not in own:
            said = t[column].cast(sql_type(OWN_FIELDS[name]))
            columns[name] = ibis.coalesce(t[name], said) if name in rows.fields else said
            fields.setdefault(name, OWN_FIELDS[name])
    table = t.select(
        **{
            ID: ibis.literal(f"breach:{rule}:") + (t["~own id"] if several else t[ID]),
            "~row": t["~row"],
            AT: t["~breach at"],
            ORIGIN: t[ORIGIN],
            SEQ: seq,
            EVENTS: t[EVENTS],
            READINGS: t[READINGS],
            NOBODY: t[NOBODY],
        },
        **columns,
    )
    table = lowering.steps.add(f"breach of {rule}", lowering.with_day(table))
    lowering.add_outcomes(
        "breaches",
        rule,
        table.select(
            id=table[ID],
            rule=table["rule"],
            norm=table["norm"],
            at=table[AT],
            row=table["~row"],
            events=table[EVENTS],
            readings=table[READINGS],
            person=table["person"],
            unit=table["unit"],
            occasion=table["occasion"],
        ),
    )
    breaches = Rows(
        f"breach of {rule}",
        table.drop("~row"),
        fields,
        quantities=rows.quantities,
        pruned=rows.pruned - fields.keys(),
        known=_still_known(rows, (*BREACH_FIELDS, *OWN_FIELDS)),
    )
    lowering.add_breaches(rule, breaches, norms)
    return breaches


_OF_DUTY = {
    "status": "~status",
    "start": "~started",
    "deadline": "~deadline",
    "due": "~due",
    "performed_at": "~performed",
}


def _nonempty(text: Expr) -> Expr:
    """A text, NULL if it is empty: what Python's ``or`` passes over."""
    return text.cast("string").nullif("")
