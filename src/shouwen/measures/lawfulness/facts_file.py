"""The facts of a payroll month from a YAML file."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal, InvalidOperation
from typing import TypeVar

from shouwen.measures.calendars.yaml_source import Entry, compose
from shouwen.measures.diagnostics import Report
from shouwen.measures.lawfulness.model import Employment, LegalFacts, Month, money, region_code

T = TypeVar("T")


def read_legal_facts(text: str, name: str = "payroll.yaml") -> LegalFacts:
    """Read what the notes have to be told.

    Raises:
        SourceError: with everything that is wrong, each with its line and column.
    """
    report = Report()
    root = compose(text, name, report)
    month: Month | None = None
    region: str | None = None
    tier: str | None = None
    people: dict[str, Employment] = {}
    sums: dict[str, dict[str, Decimal]] = {"settled": {}, "losses": {}}
    if root is not None:
        known = ("month", "region", "tier", "people", "settled", "losses")
        fields = root.fields(known, required=("month",))
        month = _read(fields.get("month"), Month.parse)
        region = _read(fields.get("region"), region_code)
        tier = fields["tier"].text() if "tier" in fields else None
        if "people" in fields:
            people = {p: _employment(e) for p, e in fields["people"].fields().items()}
        for key, found in sums.items():
            for outcome, entry in fields[key].fields().items() if key in fields else ():
                if (value := _read(entry, _money)) is not None:
                    found[outcome] = value
    report.raise_if_errors()
    assert month is not None  # otherwise an error was reported
    return LegalFacts(month, people, region, tier, **sums)


def _employment(entry: Entry) -> Employment:
    fields = entry.fields(("wage", "region", "tier", "deducted", "standard wage"))
    return Employment(
        wage=_read(fields.get("wage"), _money),
        region=_read(fields.get("region"), region_code),
        tier=fields["tier"].text() if "tier" in fields else None,
        deducted=_read(fields.get("deducted"), _money) or Decimal(0),
        standard_wage=_read(fields.get("standard wage"), _money),
    )


def _money(text: str) -> Decimal:
    try:
        return money(Decimal(text), "it")
    except (InvalidOperation, ValueError):
        raise ValueError(f"'{text}' is no sum in yuan; write it as 3000 or 3000.50.") from None


def _read(entry: Entry | None, read: Callable[[str], T]) -> T | None:
    if entry is None or (text := entry.text()) is None:
        return None
    try:
        return read(text)
    except ValueError as error:
        entry.error("wrong-value", str(error))
        return None
