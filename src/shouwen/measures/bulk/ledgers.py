"""Ledgers: entries in order of the acts, running balances, thresholds, as window functions.

The entries of all sources are laid out by subject and period in the order of the acts; a balance
is the base and the sum so far; a threshold is reached by an entry of which its condition holds
while it did not hold of the entry before.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import ibis

from shouwen.measures.bulk.codes import Slot, Trail
from shouwen.measures.bulk.frames import AT, DAY, KEY, Frame
from shouwen.measures.bulk.keys import calendar_key
from shouwen.measures.bulk.relations import (
    EVENTS,
    ID,
    NOBODY,
    ORDER,
    ORIGIN,
    READINGS,
    SEQ,
    Rows,
)
from shouwen.measures.bulk.sqltypes import (
    DECIMAL,
    INSTANT,
    NAMES,
    Expr,
    Table,
    holds,
    literal,
    negated,
    nothing,
    null,
    number,
    stacked,
    tidy,
)
from shouwen.measures.feel.types import NUMBER, STRING, Type
from shouwen.measures.language.model import Fact, Ledger, LedgerSource, Threshold

if TYPE_CHECKING:
    from shouwen.measures.bulk.lowering import Lowering

SUBJECT, AMOUNT, PERIOD = "~subject", "~amount", "~period"


def lower_ledger(lowering: Lowering, ledger: Ledger) -> None:
    """Add the steps, outcomes and relations of a ledger and of its thresholds."""
    fields: dict[str, Type] = {ledger.per: STRING, "amount": NUMBER, "balance": NUMBER}
    fields.setdefault("unit", STRING)
    sources = [s for s in ledger.sources if not lowering.is_empty(s.relation)]
    parts = [_booked(lowering, ledger, source) for source in sources]
    parts = [part for part in parts if part is not None]
    if not parts:
        for name in (ledger.id, *(t.id for t in ledger.thresholds)):
            lowering.empty(name, fields)
        return
    label = f"{ledger.id} sources"
    whole = lowering.steps.add(label, stacked(parts))
    entries = _entries(lowering, ledger, whole)
    _entry_outcomes(lowering, ledger, entries)
    _balances(lowering, ledger, whole, entries)
    rows = Rows(ledger.id, lowering.steps.add(ledger.id, _relation(ledger, entries)), fields)
    lowering.add_relation(rows)
    frame = lowering.frame(rows, ledger.id)
    for threshold in ledger.thresholds:
        _threshold(lowering, ledger, threshold, rows, frame)


def _booked(lowering: Lowering, ledger: Ledger, source: LedgerSource) -> Table | None:
    """The rows of a source with an amount and a subject; `AMOUNT` is NULL where it is pending."""
    rows = lowering.rows(source.relation)
    if source.column not in rows.fields or ledger.per not in rows.fields:
        return None
    t = rows.table
    value = t[source.column]
    amount = value
    if source.column in rows.quantities:
        amount = ibis.ifelse(value.fixed, value.lo, null(DECIMAL))
    unit = t["unit"] if "unit" in rows.fields else null("string")
    norm = t["norm"].cast("string").nullif("") if "norm" in rows.fields else null("string")
    counts = value.notnull() & t[ledger.per].notnull()
    if "status" in rows.fields:
        counts = counts & negated(holds(t["status"] == "waived"))
    period = null("string")
    if ledger.period is not None:
        key = calendar_key(f"this_{ledger.period.replace('-', '_')}", t[DAY])
        assert key is not None
        period = key.cast("string")
    return t.filter(counts).select(
        **{
            ID: t[ID],
            AT: t[AT],
            DAY: t[DAY],
            ORIGIN: t[ORIGIN],
            EVENTS: rows.events(t),
            READINGS: rows.readings(t),
            SUBJECT: t[ledger.per].cast("string"),
            PERIOD: period,
            AMOUNT: (amount * source.sign).cast(DECIMAL),
            "unit": unit.cast("string"),
            "norm": ibis.coalesce(norm, ibis.literal(ledger.norm)),
        }
    )


def _entries(lowering: Lowering, ledger: Ledger, whole: Table) -> Table:
    """What is booked, in order, each with the balance it leaves."""
    t = whole.filter(whole[AMOUNT].notnull())
    by_account = [t[SUBJECT], t[PERIOD]]
    order = [t[AT], t[ORIGIN], t[ID]]
    place = ibis.row_number().over(group_by=by_account, order_by=order)
    seq = ibis.row_number().over(group_by=t[ORIGIN], order_by=[t[AT], t[ID]])
    t = lowering.steps.add(f"{ledger.id} booked", t.mutate(**{"~place": place, SEQ: seq}))
    so_far = t[AMOUNT].sum().over(
        group_by=[t[SUBJECT], t[PERIOD]], order_by=t["~place"], rows=(None, 0)
    )  # fmt: skip
    balance = (number(ledger.base) + so_far.cast(DECIMAL)).cast(DECIMAL)
    return lowering.steps.add(f"{ledger.id} entries", t.mutate(**{"~balance": balance}))


def _entry_outcomes(lowering: Lowering, ledger: Ledger, t: Table) -> None:
    lowering.add_outcomes(
        "entries",
        ledger.id,
        t.select(
            id=ibis.literal(f"{ledger.id}:") + t[ID],
            rule=ibis.literal(ledger.id),
            norm=t["norm"],
            at=t[AT],
            row=null("int64"),
            events=tidy(t[EVENTS]),
            readings=tidy(t[READINGS]),
            ledger=ibis.literal(ledger.id),
            subject=t[SUBJECT],
            amount=t[AMOUNT],
            balance=t["~balance"],
            source=t[ID],
        ),
    )


def _balances(lowering: Lowering, ledger: Ledger, whole: Table, entries: Table) -> None:
    """What every account stands at, in every period in which something was or may be booked."""
    last = [entries["~place"].desc()]
    booked = entries.group_by(SUBJECT, PERIOD).agg(
        at=entries[AT].max(),
        value=entries["~balance"].first(order_by=last),
        events=entries[EVENTS].collect().flatten(),
        readings=entries[READINGS].collect().flatten(),
        pending=null(NAMES),
    )
    open_ = whole.filter(whole[AMOUNT].isnull())
    pending = open_.group_by(SUBJECT, PERIOD).agg(
        at=null(INSTANT),
        value=null(DECIMAL),
        events=null(NAMES),
        readings=null(NAMES),
        pending=open_[ID].collect(),
    )
    both = lowering.steps.add(f"{ledger.id} accounts", stacked([booked, pending]))
    t = both.group_by(SUBJECT, PERIOD).agg(
        at=both["at"].max(),
        value=both["value"].max(),
        events=both["events"].first(),
        readings=both["readings"].first(),
        pending=both["pending"].first(),
    )
    account = ibis.literal(f"{ledger.id}:") + t[SUBJECT] + ":"
    lowering.add_outcomes(
        "balances",
        ledger.id,
        t.select(
            id=account + t[PERIOD].fill_null(""),
            rule=ibis.literal(ledger.id),
            norm=ibis.literal(ledger.norm),
            at=ibis.coalesce(t["at"], lowering.steps.as_of()),
            row=null("int64"),
            events=tidy(t["events"]),
            readings=tidy(t["readings"]),
            ledger=ibis.literal(ledger.id),
            subject=t[SUBJECT],
            period=t[PERIOD],
            value=ibis.coalesce(t["value"], number(ledger.base)),
            pending=tidy(t["pending"]),
        ),
    )


def _relation(ledger: Ledger, t: Table) -> Table:
    columns = {"unit": t["unit"], ledger.per: t[SUBJECT]}
    return t.select(
        **{ID: ibis.literal(f"{ledger.id}:") + t[ID]},
        **{c: t[c] for c in (AT, DAY, ORIGIN, SEQ, EVENTS, READINGS, PERIOD, "~place")},
        **columns,
        amount=t[AMOUNT],
        balance=t["~balance"],
    )


def _threshold(
    lowering: Lowering, ledger: Ledger, threshold: Threshold, rows: Rows, frame: Frame
) -> None:
    """The entries that reach a threshold; below it again, it can be reached anew."""
    slot = frame.put(threshold.when)
    reached, before = frame.fresh("reached"), frame.fresh("before")
    frame.add(**{reached: ibis.ifelse(holds(frame.table[slot.value]), 1, 0)})
    frame.keep(f"before {threshold.id}")
    t = frame.table
    earlier = t[reached].lag().over(
        group_by=[t[ledger.per], t[PERIOD]], order_by=t["~place"]
    )  # fmt: skip
    frame.add(**{before: earlier.fill_null(0)})
    t = frame.table
    own = t.filter((t[reached] == 1) & (t[before] == 0))
    id_ = ibis.literal(f"{threshold.id}:") + own[ID]
    kept = [AT, DAY, ORIGIN, SEQ, EVENTS, READINGS, *rows.fields]
    table = lowering.steps.add(threshold.id, own.select(**{ID: id_}, **{c: own[c] for c in kept}))
    lowering.add_outcomes(
        "thresholds",
        threshold.id,
        table.select(
            id=table[ID],
            rule=ibis.literal(threshold.id),
            norm=ibis.literal(threshold.norm),
            at=table[AT],
            row=null("int64"),
            events=tidy(table[EVENTS]),
            readings=tidy(table[READINGS]),
            ledger=ibis.literal(ledger.id),
            subject=table[ledger.per],
            balance=table["balance"],
        ),
    )
    lowering.add_relation(Rows(threshold.id, table, rows.fields))


# --- what a ledger stands at --------------------------------------------------------------------


def balance(lowering: Lowering, frame: Frame, fact: Fact) -> Slot:
    """The columns of a fact that is what a ledger stands at, at the instant of the asking row
    (its own entries included)."""
    ledger = next(r for r in lowering.measure.ledgers if r.id == fact.relation)
    keys = [frame.resolve(k, STRING) for k in fact.same]
    lost: list[str] = [k.value for k in keys if k.names is not None]
    prefix = frame.fresh(fact.name)
    subject = f"{prefix}subject"
    asked = frame.table[keys[0].value].cast("string") if keys else null("string")
    frame.add(**{subject: asked})
    frame.keep(f"before {fact.name}")
    if lowering.is_empty(ledger.id):
        found = frame.table.mutate(
            **{f"{prefix}v": null(DECIMAL), f"{prefix}!": nothing(), f"{prefix}&": nothing()}
        )
    else:
        found = _stands(lowering, frame, ledger, subject, prefix)
    frame.table = found
    t = frame.table
    unknown = ibis.literal(False)
    for name in lost:
        missing = t[name].isnull()
        if NOBODY in t.columns and name == "person":
            # What nobody bears has an account in which nothing is booked.
            missing = missing & negated(t[NOBODY])
        unknown = unknown | missing
    default: Expr = null(DECIMAL)
    if fact.default is not None:
        default = literal(fact.default, fact.type)
    stands = ibis.coalesce(t[f"{prefix}v"], number(ledger.base))
    frame.add(**{f"{prefix}=": ibis.ifelse(unknown, default, stands)})
    frame.drop(subject, f"{prefix}v")
    names = frozenset({fact.name}) if fact.default is None and lost else None
    trail = Trail(
        reading_columns=frozenset({f"{prefix}&"}), event_columns=frozenset({f"{prefix}!"})
    )
    for key in keys:
        trail = trail | key.trail
    return Slot(f"{prefix}=", fact.type, names, trail)


def _stands(lowering: Lowering, frame: Frame, ledger: Ledger, subject: str, prefix: str) -> Table:
    """The asking rows with the last balance before each, and what it rests on."""
    t = frame.table
    asking = t.filter(t[subject].notnull()).select(
        **{"a~key": t[KEY], "a~at": t[AT], "a~day": t[DAY], "a~subject": t[subject]}
    )
    booked = lowering.rows(ledger.id).table
    pairs = asking.inner_join(booked, [asking["a~subject"] == booked[ledger.per]])
    pairs = pairs.filter(pairs[AT] <= pairs["a~at"])
    if ledger.period is not None:
        unit = f"this_{ledger.period.replace('-', '_')}"
        own, other = calendar_key(unit, pairs["a~day"]), calendar_key(unit, pairs[DAY])
        assert own is not None
        assert other is not None
        pairs = pairs.filter(own == other)
    order = [pairs[c].desc() for c in ORDER]
    found = pairs.group_by("a~key").agg(
        **{
            f"{prefix}v": pairs["balance"].first(order_by=order),
            f"{prefix}!": pairs[EVENTS].collect().flatten(),
            f"{prefix}&": pairs[READINGS].collect().flatten(),
        }
    ).rename({f"{prefix}key": "a~key"})  # fmt: skip
    joined = t.left_join(found, [t[KEY] == found[f"{prefix}key"]]).drop(f"{prefix}key")
    return joined.mutate(
        **{c: joined[c].fill_null(nothing()) for c in (f"{prefix}!", f"{prefix}&")}
    )
