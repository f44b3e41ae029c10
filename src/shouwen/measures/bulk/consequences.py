"""Consequences: drafted for every row, one kept of each group, decided by people, shared."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

import ibis

from shouwen.measures.bulk.amounts import added, quantity, scaled
from shouwen.measures.bulk.clocks import norm_of_row
from shouwen.measures.bulk.codes import Slot, Trail
from shouwen.measures.bulk.consequence_rows import (
    Draft,
    add_rows_of,
    decide_by_people,
    occasion,
    outcome_rows,
    own_fields,
    relation_rows,
    rounded_amount,
)
from shouwen.measures.bulk.duties import unit_of_outcome
from shouwen.measures.bulk.errors import NotLoweredYet
from shouwen.measures.bulk.frames import AT, ID, KEY, ORIGIN, Frame
from shouwen.measures.bulk.outcomes import only_where, rest
from shouwen.measures.bulk.people import person
from shouwen.measures.bulk.relations import NOBODY, NORMS, ORDER, SEQ, Rows
from shouwen.measures.bulk.shares import lower_share, share_relation
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
)
from shouwen.measures.bulk.tables import decide
from shouwen.measures.feel import tree
from shouwen.measures.feel.types import BOOLEAN, PERIOD, STRING, Type
from shouwen.measures.language.model import Consequence, Modifier

if TYPE_CHECKING:
    from shouwen.measures.bulk.lowering import Lowering

GROUP, PLACE = "~group", "~place"


def lower_consequence(lowering: Lowering, rule: Consequence) -> None:
    """Add the steps, outcomes and relations of a consequence."""
    if lowering.idle(rule.trigger):
        fields = own_fields(lowering)
        lowering.empty(rule.id, fields)
        lowering.empty(f"{rule.id}.shares", fields)
        return
    rows, frame = lowering.triggering(rule.trigger, rule.id)
    when = frame.condition(rule.trigger.when)
    only_where(lowering, frame, when, rule.id, rule.norms.default)
    frame.keep("triggered")
    draft = _drafted(lowering, rule, frame)
    chosen = _chosen(lowering, rule, rows, frame, draft)
    whole = _outcome(lowering, rule, rows, chosen, draft)
    shared = [
        lower_share(lowering, rule, rows, whole, draft, i, share)
        for i, share in enumerate(rule.shares)
    ]
    share_relation(lowering, rule, rows, draft, shared)


# --- drafts -------------------------------------------------------------------------------------


def _drafted(lowering: Lowering, rule: Consequence, frame: Frame) -> Draft:
    draft = Draft(frame.fresh("norm"), frame.fresh("missing"))
    frame.add(
        **{draft.norm: ibis.literal(rule.norms.default), draft.missing: nothing(),
           "~drafting": ibis.literal(True)}
    )  # fmt: skip
    if rule.table is not None:
        _from_table(lowering, rule, frame, draft)
    for name, given in rule.give.items():
        slot = frame.put(given)
        frame.look(slot.trail, "~drafting")
        _give(lowering, frame, draft, name, slot, given)
    draft.modified = frame.fresh("modified")
    frame.add(**{draft.modified: nothing()})
    for modifier in rule.modifiers:
        _modify(lowering, frame, draft, modifier)
    return draft


def _from_table(lowering: Lowering, rule: Consequence, frame: Frame, draft: Draft) -> None:
    assert rule.table is not None
    quantities = lowering.measure.vocabulary.quantities

    def lift(inner: Frame, name: str, slot: Slot) -> Slot:
        if name not in quantities:
            return slot
        return _held(inner, slot, quantity(inner.table[slot.value]))

    decided = decide(frame, rule.table, rule.norms.default, lift)
    frame.look(decided.trail)
    t = frame.table
    undecided = t[decided.missing].length() > 0
    draft.row, draft.none = frame.fresh("row"), "~nothing"
    frame.add(
        **{
            draft.row: t[decided.row],
            f"{draft.missing}+": t[decided.missing],
            "~nothing": negated(t[decided.matched]),
            "~drafting": t[decided.matched] & negated(undecided),
        }
    )
    draft.missing = f"{draft.missing}+"
    draft.norm = norm_of_row(frame, rule.norms, draft.row)
    for output in rule.table.outputs:
        slot = decided.outputs[output.name]
        _give(lowering, frame, draft, output.name, slot, None, decided.given[output.name])


def _held(frame: Frame, slot: Slot, value: Expr) -> Slot:
    column = frame.fresh("amount")
    frame.add(**{column: value})
    return Slot(column, slot.type, slot.names, slot.trail)


def _give(
    lowering: Lowering, frame: Frame, draft: Draft, name: str, slot: Slot,
    written: tree.Expr | None, given: str | None = None,
) -> None:  # fmt: skip
    """Put an amount or an act into a draft, or the names of what is missing to it."""
    guard = frame.table["~drafting"]
    if given is not None:
        guard = guard & frame.table[given]
    if slot.names is not None:
        lost = guard & frame.table[slot.value].isnull()
        _lost(frame, draft, lost, frame.names_column(slot))
    column = frame.fresh(name)
    if name in lowering.measure.vocabulary.quantities:
        value = quantity(frame.table[slot.value])
        kind: Any = QUANTITY
        before = draft.amounts.get(name)
        draft.amounts[name] = column
    else:
        value = _act(frame.table[slot.value], slot.type, written)
        kind = "string"
        before = draft.acts.get(name)
        draft.acts[name] = column
    otherwise = null(kind) if before is None else frame.table[before]
    if before is not None:
        value = ibis.coalesce(value, otherwise)
    frame.add(**{column: ibis.ifelse(guard, value, otherwise)})


def _act(value: Expr, type_: Type, written: tree.Expr | None) -> Expr:
    """An act as a text: yes, may, or a period in ISO 8601; NULL for no."""
    if type_ == BOOLEAN:
        return ibis.ifelse(holds(value), "yes", null("string"))
    if type_ == PERIOD:
        if not isinstance(written, tree.Literal):
            raise NotLoweredYet("an act for a computed period")
        period: Any = written.value
        return ibis.literal(period.iso())
    return ibis.ifelse(value == "no", null("string"), value)


def _lost(frame: Frame, draft: Draft, when: Expr, names: Expr) -> None:
    column = frame.fresh("missing")
    before = frame.table[draft.missing]
    frame.add(**{column: ibis.ifelse(when, joined(before, names), before)})
    draft.missing = column


def _modify(lowering: Lowering, frame: Frame, draft: Draft, modifier: Modifier) -> None:
    when = frame.put(modifier.when)
    frame.look(when.trail, "~drafting")
    applies, changed = frame.fresh("applies"), frame.fresh("changed")
    drafting = frame.table["~drafting"]
    if when.names is not None:
        lost = drafting & frame.table[when.value].isnull()
        _lost(frame, draft, lost, frame.names_column(when))
    frame.add(**{applies: drafting & holds(frame.table[when.value]), changed: ibis.literal(False)})
    if modifier.times is not None:
        factor = frame.put(modifier.times)
        frame.look(factor.trail, applies)
        applies = _unless_lost(frame, draft, factor, applies)
        for name in modifier.of:
            if name in draft.amounts:
                by = quantity(frame.table[factor.value])
                new = scaled(frame.table[draft.amounts[name]], by)
                has = frame.table[draft.amounts[name]].notnull()
                changed = _replaced(frame, draft, name, applies, changed, new, has)
    for name, written in modifier.plus.items():
        more = frame.put(written)
        frame.look(more.trail, applies)
        applies = _unless_lost(frame, draft, more, applies)
        if name not in draft.amounts:
            draft.amounts[name] = frame.fresh(name)
            frame.add(**{draft.amounts[name]: null(QUANTITY)})
        new = added(frame.table[draft.amounts[name]], quantity(frame.table[more.value]))
        changed = _replaced(frame, draft, name, applies, changed, new, ibis.literal(True))
    column = frame.fresh("modified")
    before = frame.table[draft.modified]
    own = joined(before, ibis.array([ibis.literal(modifier.norm)]))
    frame.add(**{column: ibis.ifelse(frame.table[changed], own, before)})
    draft.modified = column


def _unless_lost(frame: Frame, draft: Draft, slot: Slot, applies: str) -> str:
    if slot.names is None:
        return applies
    unknown = frame.table[slot.value].isnull()
    _lost(frame, draft, frame.table[applies] & unknown, frame.names_column(slot))
    column = frame.fresh("applies")
    frame.add(**{column: frame.table[applies] & frame.table[slot.value].notnull()})
    return column


def _replaced(
    frame: Frame, draft: Draft, name: str, applies: str, changed: str, new: Expr, has: Expr
) -> str:
    """Change an amount where a modifier applies; gives the column that says whether one did."""
    column, now_changed = frame.fresh(name), frame.fresh("changed")
    old = frame.table[draft.amounts[name]]
    frame.add(
        **{
            column: ibis.ifelse(frame.table[applies], new, old),
            now_changed: frame.table[changed] | (frame.table[applies] & has),
        }
    )
    draft.amounts[name] = column
    return now_changed


# --- groups -------------------------------------------------------------------------------------


def _chosen(lowering: Lowering, rule: Consequence, rows: Rows, frame: Frame, draft: Draft) -> Frame:
    """The row that each group keeps, with what the whole group rests on."""
    name = _group_keys(rule, rows, frame)
    frame.add(**{"~d events": frame.events(), "~d readings": frame.readings()})
    t = frame.table
    norm = t["norm"] if "norm" in rows.fields else null("string")
    broken = ibis.array([ibis.coalesce(norm.cast("string").nullif(""), t[draft.norm])])
    if NORMS in t.columns:
        # What follows from a consequence answers for the same norms.
        broken = ibis.ifelse(t[NORMS].notnull() & (t[NORMS].length() > 0), t[NORMS], broken)
    frame.add(**{"~broken": broken})
    frame.keep("drafts")
    order = [frame.table[c] for c in ORDER]
    place = ibis.row_number().over(group_by=GROUP, order_by=order)
    frame.add(**{PLACE: place})
    best = [frame.table[PLACE]]
    if rule.keep is not None:
        if rule.keep not in draft.amounts:
            raise NotLoweredYet(f"keep: highest {rule.keep}, which is not given")
        amount = frame.table[draft.amounts[rule.keep]]
        is_open = holds(amount.notnull() & amount.hi.isnull())
        zero = ibis.literal(Decimal(0), type=DECIMAL)
        top = ibis.coalesce(amount.hi, amount.lo, zero)
        frame.add(**{"~open": ibis.ifelse(is_open, 1, 0), "~top": top})
        best = [frame.table["~open"].desc(), frame.table["~top"].desc(), frame.table[PLACE]]
    frame.add(**{"~rank": ibis.row_number().over(group_by=GROUP, order_by=best)})
    frame.keep("ranked")
    grouped = _grouped(frame.table)
    kept = frame.table.filter(frame.table["~rank"] == 0)
    table = kept.left_join(grouped, [kept[GROUP] == grouped["g~group"]]).drop("g~group")
    chosen = Frame(frame.ground, frame.label, table, frame.slots)
    if draft.none is not None:
        t = chosen.table
        some = [t[a].notnull() for a in draft.amounts.values()]
        nothing = (
            t["~nothing"]
            & every(*(negated(s) for s in some))
            & (t[draft.missing].length() == 0)
            & t[draft.row].isnull()
        )
        chosen.table = t.filter(negated(nothing))
    chosen.look(
        Trail(reading_columns=frozenset({"g~readings"}), event_columns=frozenset({"g~events"}))
    )
    chosen.add(**{"~name": chosen.table[name]})
    return chosen


def _grouped(t: Table) -> Table:
    order = [t[PLACE]]
    first = t[PLACE] == 0
    return t.group_by(GROUP).agg(
        **{
            "g~events": t["~d events"].collect().flatten(),
            "g~readings": t["~d readings"].collect().flatten(),
            "g~norms": t["~broken"].collect(order_by=order).flatten(),
            "g~at": t[AT].max(where=first),
            "g~origin": t[ORIGIN].max(where=first),
            "g~seq": t[SEQ].max(where=first),
        }
    ).rename({"g~group": GROUP})  # fmt: skip


def _group_keys(rule: Consequence, rows: Rows, frame: Frame) -> str:
    """Add `GROUP`; gives the column with what the outcome of a group is named by."""
    name = frame.fresh("name")
    if not rule.once_per:
        frame.add(**{name: frame.table[ID], GROUP: frame.table[KEY].cast("string")})
        return name
    parts: list[Expr] = []
    shown: list[Expr] = []
    for key in rule.once_per:
        if key == "occasion":
            value = occasion(frame.table, rows)
            parts.append(value)
            shown.append(value)
            continue
        slot = frame.resolve(key, rows.fields.get(key, STRING))
        frame.look(slot.trail)
        value = frame.table[slot.value].cast("string")
        # What is not known is not known to be the same.
        apart = ibis.literal("\2") + frame.table[ID]
        named = ibis.literal("('") + frame.table[ID] + "',)"
        if key == "person" and NOBODY in frame.table.columns:
            nobody = frame.table[NOBODY]
            apart = ibis.ifelse(nobody, "\2nobody", apart)
            named = ibis.ifelse(nobody, "None", named)
        parts.append(ibis.coalesce(value, apart))
        shown.append(ibis.coalesce(value, named))
    frame.add(**{name: _between(shown, ":"), GROUP: _between(parts, "\1")})
    return name


def _between(parts: list[Expr], separator: str) -> Expr:
    found = parts[0]
    for part in parts[1:]:
        found = found + separator + part
    return found


def _outcome(
    lowering: Lowering, rule: Consequence, rows: Rows, frame: Frame, draft: Draft
) -> Frame:
    """Add the outcomes and the relation; gives the rows that shares are taken of."""
    frame.keep("chosen")
    norms = frame.table["g~norms"]
    # Each norm once, in the order in which they were broken.
    frame.add(**{NORMS: norms.filter(lambda norm, i: norms.index(norm) == i)})
    who = person(lowering, frame, rule.to)
    frame.look(who.slot.trail)
    bearer = frame.fresh("to")
    frame.add(**{bearer: frame.table[who.slot.value].cast("string")})
    if who.vacant is not None:
        # A vacant post, or the issuer itself: nobody bears it.
        frame.table = frame.table.filter(negated(holds(frame.table[who.vacant])))
    missing = joined(frame.table[draft.missing], frame.names_column(who.slot))
    frame.add(**{"~missing": missing})
    unit = unit_of_outcome(lowering, frame, rows, bearer)
    rest(frame)
    t = frame.table
    amounts = {f"~amount {n}": rounded_amount(lowering, n, t[c]) for n, c in draft.amounts.items()}
    frame.add(
        **amounts,
        **{f"~act {n}": t[c] for n, c in draft.acts.items()},
        **{
            "~outcome": ibis.literal(f"{rule.id}:") + t["~name"],
            "~to": t[bearer],
            "~of unit": t[unit],
            "~norm": t[draft.norm],
            "~row": t[draft.row] if draft.row is not None else null("int64"),
            "~modified": t[draft.modified],
            "~share of": null("string"),
            "~status": ibis.ifelse(t["~missing"].length() > 0, "unknown", "proposed"),
        },
    )
    frame.keep("worked out")
    decide_by_people(lowering, rule.id, frame, list(draft.amounts))
    frame.keep("outcomes")
    lowering.add_outcomes("consequences", rule.id, outcome_rows(lowering, rule, frame.table, draft))
    known = frame.table.filter(frame.table["~status"].notin(["unknown", "waived"]))
    order = ibis.row_number().over(
        group_by=known[ORIGIN], order_by=[known["g~at"], known["g~origin"], known["g~seq"]]
    )
    table = relation_rows(lowering, rows, known, draft, order)
    lowering.add_relation(add_rows_of(lowering, rule.id, rows, table), keep=True)
    frame.table = known
    frame.keep("shared")
    return frame
