"""The values of expectations: how each kind of column is read and compared."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from shouwen.measures.calendars import Period, PeriodError
from shouwen.measures.diagnostics import did_you_mean
from shouwen.measures.evaluation import Adoption
from shouwen.measures.evaluation.events import convert, describe
from shouwen.measures.feel.types import DATE, DATETIME, EnumType, ListType, RangeType, Type
from shouwen.measures.feel.values import Amount
from shouwen.measures.language.blocks import Value
from shouwen.measures.scenarios.instants import InstantError, parse_instant
from shouwen.measures.scenarios.model import Test

Reader = Callable[[Value, Adoption], Test | None]
"""Reads the wanted value of a column; None, with errors in the report, if it is no such value."""

NOTHING = ("null", "~", "", "无")
"""What says that a column has no value."""
ANYTHING = "*"
"""What says that a column has some value."""


def read_wanted(value: Value, adoption: Adoption, reader: Reader) -> Test | None:
    """The test of a column; ``null`` and ``*`` are the same for every kind of it."""
    if not value.is_mapping and not value.is_list:
        word = value.word()
        if word in NOTHING:
            return lambda found: found is None or found == ()
        if word == ANYTHING:
            return lambda found: found is not None and found != ()
    return reader(value, adoption)


def equals(wanted: Any) -> Test:
    """Whether a value is a certain one."""
    return lambda found: found is not None and bool(found == wanted)


def text(value: Value, adoption: Adoption) -> Test | None:
    """A text, exactly as it is."""
    return equals(value.word())


def instant(value: Value, adoption: Adoption) -> Test | None:
    """An instant."""
    found = read_instant(value, adoption)
    return None if found is None else equals(found)


def read_instant(value: Value, adoption: Adoption) -> datetime | None:
    """An instant; an error in the report if it is none."""
    try:
        return parse_instant(value.word(), adoption.zone)
    except InstantError as error:
        value.report.error("instant", str(error), value.span, hint=error.hint)
        return None


def read_value(value: Value, type_: Type, adoption: Adoption, name: str) -> Any | None:
    """A value of a type; an error in the report if it is none."""
    if isinstance(type_, ListType):
        items = [read_value(v, type_.item, adoption, name) for v in value.items()]
        return None if any(i is None for i in items) else tuple(items)
    if isinstance(type_, RangeType):
        return read_amount(value)
    if type_ == DATETIME:
        return read_instant(value, adoption)
    word = value.word()
    # Python would also read 20260506 as a date.
    strange = type_ == DATE and len(word) != 10
    found = None if strange else convert(word, type_, adoption.zone)
    if found is None:
        hint = None
        if isinstance(type_, EnumType):
            spellings = [*type_.members, *(a for a, _ in type_.aliases)]
            hint = did_you_mean(word, spellings)
        elif type_ == DATE:
            hint = "Write it as 2026-05-06."
        value.report.error(
            "wrong-type", f"'{word}' is no {describe(type_)}; '{name}' needs one.", value.span,
            hint=hint,
        )  # fmt: skip
    return found


def of_type(type_: Type, name: str) -> Reader:
    """A value of a type of the vocabulary."""

    def read(value: Value, adoption: Adoption) -> Test | None:
        wanted = read_value(value, type_, adoption, name)
        if wanted is None:
            return None
        if isinstance(wanted, date) and not isinstance(wanted, datetime):
            return lambda found: type(found) is date and found == wanted
        return equals(wanted)

    return read


def read_amount(value: Value) -> Decimal | Amount | None:
    """An amount: ``50``, ``100..500``, ``13000..``; an error in the report if it is none."""
    word = value.word().replace("元", "").replace("≥", "").strip()
    low, dots, high = word.partition("..")
    try:
        if dots:
            return Amount(Decimal(low.strip()), Decimal(high.strip()) if high.strip() else None)
        if "≥" in value.word():
            return Amount(Decimal(low), None)
        found = Decimal(low)
        if found.is_finite():
            return found
    except (InvalidOperation, ValueError):
        pass
    value.report.error(
        "amount", f"'{value.word()}' is no amount.", value.span,
        hint="Write 50, a range as 100..500, or 13000.. where nothing bounds it above.",
    )  # fmt: skip
    return None


def amount(value: Value, adoption: Adoption) -> Test | None:
    """A fixed amount or a range."""
    wanted = read_amount(value)
    if wanted is None:
        return None
    ranged = isinstance(wanted, Amount)

    def holds(found: Any) -> bool:
        return found is not None and isinstance(found, Amount) is ranged and found == wanted

    return holds


_ACTS = {"yes": "yes", "true": "yes", "是": "yes", "may": "may", "可以": "may", "可": "may"}
_NO_ACT = ("no", "false", "否")


def act(value: Value, adoption: Adoption) -> Test | None:
    """An act: yes, may, no (not given), or a period."""
    word = value.word()
    if word.lower() in _NO_ACT:
        return lambda found: found is None
    if word.lower() in _ACTS:
        return equals(_ACTS[word.lower()])
    try:
        return equals(Period.parse(word))
    except PeriodError as error:
        value.report.error(
            "act", f"'{word}' is neither yes, no, may nor a period.", value.span,
            hint=error.hint or "Write a period such as 2年.",
        )  # fmt: skip
        return None


def rule(value: Value, adoption: Adoption) -> Test | None:
    """The id of a rule (or of a threshold, which stands for its ledger's)."""
    word = value.word()
    measure = adoption.measure
    known = [r for stratum in measure.strata for r in stratum]
    known += [t.id for ledger in measure.ledgers for t in ledger.thresholds]
    if word not in known:
        value.report.error(
            "unknown-rule", f"Measure {measure.id} has no rule '{word}'.", value.span,
            hint=did_you_mean(word, known),
        )  # fmt: skip
        return None
    return equals(word)


def status(allowed: tuple[str, ...]) -> Reader:
    """One of a few words."""

    def read(value: Value, adoption: Adoption) -> Test | None:
        word = value.word()
        if word not in allowed:
            value.report.error(
                "unknown-status", f"There is no status '{word}'.", value.span,
                hint=did_you_mean(word, allowed) or "One of: " + ", ".join(allowed) + ".",
            )  # fmt: skip
            return None
        return equals(word)

    return read


def known_norm(value: Value, adoption: Adoption) -> str | None:
    """A clause of the measure; an error in the report if there is none."""
    word = value.word()
    clauses = adoption.measure.clauses
    if word in clauses:
        return word
    value.report.error(
        "unknown-norm", f"There is no clause '{word}' in measure {adoption.measure.id}.",
        value.span, hint=did_you_mean(word, clauses),
    )  # fmt: skip
    return None


def norm(value: Value, adoption: Adoption) -> Test | None:
    """A norm, or any norm under a clause."""
    found = known_norm(value, adoption)
    if found is None:
        return None
    meant = adoption.measure.under(found)
    return lambda norm: norm in meant


def norms(value: Value, adoption: Adoption) -> Test | None:
    """These norms and no others, in any order."""
    found = [known_norm(v, adoption) for v in value.items()]
    if any(n is None for n in found):
        return None
    return same_names(n for n in found if n is not None)


def names(value: Value, adoption: Adoption) -> Test | None:
    """These names and no others, in any order."""
    return same_names(v.word() for v in value.items())


def same_names(wanted: Iterable[str]) -> Test:
    """Whether a list has these names, in any order."""
    meant = sorted(wanted)
    return lambda found: sorted(found or ()) == meant


def readings(value: Value, adoption: Adoption) -> Test | None:
    """Readings that must be among those an outcome rests on."""
    wanted = set()
    known = adoption.measure.readings
    sound = True
    for item in value.items():
        word = item.word()
        wanted.add(word)
        if word not in known:
            sound = False
            value.report.error(
                "unknown-reading", f"Measure {adoption.measure.id} has no reading '{word}'.",
                item.span, hint=did_you_mean(word, known),
            )  # fmt: skip
    return (lambda found: wanted <= set(found or ())) if sound else None


def row(value: Value, adoption: Adoption) -> Test | None:
    """The number of a table row."""
    word = value.word()
    if not word.isdecimal():
        value.report.error(
            "row", f"'{word}' is no number of a row.", value.span, hint="Write it as 4."
        )
        return None
    return equals(int(word))


@dataclass(frozen=True)
class Column:
    """A column that an expectation may name, and how its value is read."""

    name: str
    read: Reader
    label: str | None = None
