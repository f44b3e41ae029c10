"""Ledgers: entries in order of the acts, balances, thresholds."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime
from decimal import Decimal
from typing import Any

from shouwen.measures.evaluation import wording
from shouwen.measures.evaluation.engine import Engine
from shouwen.measures.evaluation.env import Env
from shouwen.measures.evaluation.notes import Note
from shouwen.measures.evaluation.outcomes import Balance, LedgerEntry, ThresholdReached
from shouwen.measures.evaluation.rows import Row, calendar_key
from shouwen.measures.evaluation.wording import number
from shouwen.measures.feel.values import Amount
from shouwen.measures.language.model import Ledger


def evaluate_ledger(engine: Engine, ledger: Ledger) -> None:
    """Book every fixed or decided amount, and watch the thresholds.

    An amount is booked at the instant of its act; a range that is not decided yet is not booked
    but listed as pending.
    """
    booked: dict[str, list[tuple[Row, Decimal]]] = defaultdict(list)
    pending: dict[tuple[str, str | None], list[str]] = defaultdict(list)
    subjects: dict[str, None] = {}
    for source in ledger.sources:
        for row in engine.rows(source.relation):
            value = row.values.get(source.column)
            subject = row.values.get(ledger.per)
            if value is None or subject is None or row.values.get("status") == "waived":
                continue
            subjects[subject] = None
            if isinstance(value, Amount):
                pending[subject, _period(ledger, row)].append(row.id)
            else:
                booked[subject].append((row, Decimal(value) * source.sign))
    rows: list[Row] = []
    crossings: dict[str, list[Row]] = {t.id: [] for t in ledger.thresholds}
    for subject in subjects:
        _account(engine, ledger, subject, booked[subject], pending, rows, crossings)
    engine.add_rows(ledger.id, rows)
    for threshold, found in crossings.items():
        engine.add_rows(threshold, found)


def _period(ledger: Ledger, row: Row) -> str | None:
    return in_period(ledger, row.at)


def in_period(ledger: Ledger, at: datetime) -> str | None:
    """The period of a ledger that an instant lies in (``2026``); None where it has none."""
    if ledger.period is None:
        return None
    return str(calendar_key(f"this_{ledger.period.replace('-', '_')}", at.date()))


def _account(
    engine: Engine,
    ledger: Ledger,
    subject: str,
    entries: list[tuple[Row, Decimal]],
    pending: dict[tuple[str, str | None], list[str]],
    rows: list[Row],
    crossings: dict[str, list[Row]],
) -> None:
    entries.sort(key=lambda e: (*e[0].order, e[0].id))
    balances: dict[str | None, tuple[Decimal, Row]] = {}
    evidence: dict[str | None, dict[str, None]] = defaultdict(dict)
    readings: dict[str | None, set[str]] = defaultdict(set)
    states: dict[str, bool] = {}
    current: str | None = None
    balance = ledger.base
    for source, amount in entries:
        period = _period(ledger, source)
        if period != current or not balances:
            current, balance = period, ledger.base
            states = {t.id: False for t in ledger.thresholds}
        balance += amount
        balances[period] = (balance, source)
        evidence[period] |= dict.fromkeys(source.events)
        readings[period] |= source.readings
        rows.append(_entry(engine, ledger, subject, source, amount, balance))
        _watch(engine, ledger, subject, rows[-1], states, crossings)
    for period in dict.fromkeys([*balances, *(p for s, p in pending if s == subject)]):
        value, last = balances.get(period, (ledger.base, None))
        engine.outcomes.append(
            Balance(
                id=f"{ledger.id}:{subject}:{period or ''}",
                rule=ledger.id,
                norm=ledger.norm,
                at=last.at if last is not None else engine.as_of,
                events=tuple(evidence[period]),
                readings=engine.chosen(readings[period]),
                ledger=ledger.id,
                subject=subject,
                period=period,
                value=value,
                facts={ledger.per: subject},
                pending=tuple(pending.get((subject, period), ())),
            )
        )


def _entry(
    engine: Engine, ledger: Ledger, subject: str, source: Row, amount: Decimal, balance: Decimal
) -> Row:
    entry_id = f"{ledger.id}:{source.id}"
    before = balance - amount
    unit = engine.measure.vocabulary.quantities[ledger.quantity].unit
    sum_ = f"{number(before)} {'+' if amount >= 0 else '-'} {number(abs(amount))} = "
    zh = f"{ledger.label.zh}：{sum_}{wording.amount(balance, unit.zh)}"
    en = f"{ledger.label.en}: {sum_}{wording.amount(balance, unit.en, 'en')}"
    outcome = LedgerEntry(
        id=entry_id,
        rule=ledger.id,
        norm=str(source.values.get("norm") or ledger.norm),
        at=source.at,
        events=source.events,
        readings=engine.chosen(source.readings),
        facts={ledger.per: subject},
        because=(source.id,),
        notes=(Note(zh, en, ledger.norm),),
        ledger=ledger.id,
        subject=subject,
        amount=amount,
        balance=balance,
        source=source.id,
    )
    engine.outcomes.append(outcome)
    values: dict[str, Any] = {ledger.per: subject, "amount": amount, "balance": balance}
    of_unit = source.values.get("unit")
    if of_unit is not None:
        values["unit"] = of_unit
    return Row(
        ledger.id, entry_id, source.at, values, source.origin, source.events, source.readings
    )


def _watch(
    engine: Engine,
    ledger: Ledger,
    subject: str,
    entry: Row,
    states: dict[str, bool],
    crossings: dict[str, list[Row]],
) -> None:
    """A threshold is reached by the entry that makes its condition true; a later entry that
    makes it false again does not undo that, but lets it be reached anew."""
    for threshold in ledger.thresholds:
        holds = engine.program.expression(threshold.when)(Env(engine, entry)) is True
        if holds and not states[threshold.id]:
            row = Row(
                threshold.id, f"{threshold.id}:{entry.id}", entry.at, entry.values, entry.origin,
                entry.events, entry.readings,
            )  # fmt: skip
            crossings[threshold.id].append(row)
            balance = entry.values["balance"]
            unit = engine.measure.vocabulary.quantities[ledger.quantity].unit
            engine.outcomes.append(
                ThresholdReached(
                    id=row.id,
                    rule=threshold.id,
                    norm=threshold.norm,
                    at=row.at,
                    events=row.events,
                    readings=engine.chosen(row.readings),
                    facts={ledger.per: subject},
                    because=(entry.id,),
                    notes=(
                        Note(
                            f"{threshold.label.zh}：余额{wording.amount(balance, unit.zh)}",
                            f"{threshold.label.en}: balance "
                            f"{wording.amount(balance, unit.en, 'en')}",
                            threshold.norm,
                        ),
                    ),
                    ledger=ledger.id,
                    subject=subject,
                    balance=balance,
                )
            )
        states[threshold.id] = holds
