"""Local minimum wages by region, tier and month, as far as they are established."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from functools import cache
from importlib import resources

from shouwen.measures.calendars.yaml_source import Entry, compose
from shouwen.measures.diagnostics import Report
from shouwen.measures.language.model import Label
from shouwen.measures.lawfulness.law import CHECKED, choice, label, period
from shouwen.measures.lawfulness.model import Checked, Missing, Month, money, region_code


@dataclass(frozen=True)
class Rate:
    """What a notice set, in yuan a month by tier ("" where there is one for all)."""

    start: date
    until: date
    monthly: Mapping[str, Decimal]
    source: str
    checked: Checked


@dataclass(frozen=True)
class Region:
    """A region with its rates in order of time."""

    code: str
    name: Label
    rates: tuple[Rate, ...]


@dataclass(frozen=True)
class MinimumWages:
    """The table. A city with rates of its own goes before its province."""

    regions: Mapping[str, Region]

    def name(self, code: str) -> Label:
        """What a region is called: its code and, where the table has it, its name."""
        for region in self._around(code):
            if region.code == code:
                return Label(f"{region.name.zh}（{code}）", f"{region.name.en} ({code})")
        return Label(f"{code}地区", f"region {code}")

    def of(self, code: str, tier: str | None, month: Month) -> Decimal | Missing:
        """The minimum wage of a month.

        Where it changes within the month, the higher one.

        Returns:
            the wage in yuan; or what is missing: the minimum wage, or the tier where the region
            has several.
        """
        for region in self._around(code):
            rates = [
                rate
                for rate in region.rates
                if rate.checked is not Checked.NO
                and rate.start <= month.last
                and month.first <= rate.until
            ]
            if not rates or not _cover(rates, month):
                continue
            tiers = {t for rate in rates for t in rate.monthly}
            if tiers == {""}:
                return max(rate.monthly[""] for rate in rates)
            if tier is not None and all(tier in rate.monthly for rate in rates):
                return max(rate.monthly[tier] for rate in rates)
            if tier is None:
                return self._missing_tier(code, month, tiers)
        return self._missing(code, tier, month)

    def _around(self, code: str) -> list[Region]:
        codes = dict.fromkeys((code, code[:4] + "00", code[:2] + "0000"))
        return [self.regions[c] for c in codes if c in self.regions]

    def _missing(self, code: str, tier: str | None, month: Month) -> Missing:
        name = self.name(code)
        tier_zh, tier_en = (f"第{tier}档", f", tier {tier},") if tier else ("", "")
        return Missing(
            "minimum wage",
            f"{name.zh}{tier_zh}{month.zh}的最低工资，表中没有。",
            f"The minimum wage of {name.en}{tier_en} in {month} is not in the table.",
            region=code,
            month=month,
        )

    def _missing_tier(self, code: str, month: Month, tiers: set[str]) -> Missing:
        name, known = self.name(code), sorted(tiers)
        return Missing(
            "tier",
            f"{name.zh}{month.zh}的最低工资分档（{'、'.join(known)}），没有说明适用哪一档。",
            f"{name.en} has several minimum wages in {month} (tiers {', '.join(known)}); "
            "it is not said which applies.",
            region=code,
            month=month,
        )


def _cover(rates: list[Rate], month: Month) -> bool:
    day = month.first.toordinal()
    for rate in rates:
        if rate.start.toordinal() > day:
            return False
        day = max(day, rate.until.toordinal() + 1)
    return day > month.last.toordinal()


@cache
def builtin_minimum_wages() -> MinimumWages:
    """The table that comes with the library."""
    file = resources.files("shouwen.measures.lawfulness") / "data" / "minimum-wages.yaml"
    return read_minimum_wages(file.read_text("utf-8"), "minimum-wages.yaml")


def read_minimum_wages(text: str, name: str = "minimum-wages.yaml") -> MinimumWages:
    """Read a table of minimum wages.

    Raises:
        SourceError: with everything that is wrong, each with its line and column.
    """
    report = Report()
    regions: dict[str, Region] = {}
    root = compose(text, name, report)
    for code, entry in root.fields().items() if root is not None else ():
        try:
            region_code(code)
        except ValueError as error:
            entry.error("not-a-region", str(error))
            continue
        fields = entry.fields(("name", "rates"), required=("name", "rates"))
        called = label(fields.get("name"))
        rates = _rates(fields["rates"]) if "rates" in fields else ()
        if called is not None:
            regions[code] = Region(code, called, rates)
    report.raise_if_errors()
    return MinimumWages(regions)


def _rates(entry: Entry) -> tuple[Rate, ...]:
    found: list[Rate] = []
    needed = ("from", "until", "monthly", "source", "checked")
    for item in entry.items():
        fields = item.fields(needed, required=needed)
        if len(fields) < len(needed):
            continue
        in_force, monthly = period(fields), _monthly(fields["monthly"])
        source, checked = fields["source"].text(), choice(fields["checked"], CHECKED)
        if in_force is None or in_force[1] is None or not monthly or not source or not checked:
            continue
        rate = Rate(in_force[0], in_force[1], monthly, source, CHECKED[checked])
        if found and rate.start <= found[-1].until:
            fields["from"].error(
                "overlap",
                f"this rate begins before the one above ends ({found[-1].until}).",
                "Write the rates in order of time, and end each before the next.",
            )
        found.append(rate)
    return tuple(found)


def _monthly(entry: Entry) -> dict[str, Decimal]:
    cells = entry.fields() if entry.is_mapping else {"": entry}
    found = {}
    for tier, cell in cells.items():
        if (text := cell.text()) is None:
            continue
        try:
            found[tier] = money(Decimal(text), "monthly")
        except (InvalidOperation, ValueError):
            cell.error("not-money", f"'{text}' is no sum in yuan.", "Write it as 1620.")
    return found
