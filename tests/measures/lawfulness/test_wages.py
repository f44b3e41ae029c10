"""Minimum wages: what is known is given, what is not is named."""

from __future__ import annotations

from decimal import Decimal

import pytest

from shouwen.measures.diagnostics import SourceError
from shouwen.measures.lawfulness import (
    MinimumWages,
    Missing,
    Month,
    builtin_minimum_wages,
    read_minimum_wages,
)

RATE = "{{from: {start}, until: {until}, monthly: {monthly}, source: 通知, checked: {checked}}}"


def rate(start="2020-01-01", until="2020-12-31", monthly="1000", checked="text") -> str:
    return RATE.format(start=start, until=until, monthly=monthly, checked=checked)


def table(*rates: str, code: str = "420000") -> MinimumWages:
    rows = "".join(f"    - {r}\n" for r in rates)
    return read_minimum_wages(f'"{code}":\n  name: {{zh: 湖北省, en: Hubei}}\n  rates:\n{rows}')


def test_shanghai_in_september_2013_is_1620_yuan() -> None:
    assert builtin_minimum_wages().of("310000", None, Month(2013, 9)) == Decimal(1620)


def test_a_county_of_shanghai_has_the_wage_of_shanghai() -> None:
    assert builtin_minimum_wages().of("310115", None, Month(2013, 9)) == Decimal(1620)


def test_a_missing_wage_names_province_and_month() -> None:
    found = builtin_minimum_wages().of("420000", None, Month(2013, 9))
    assert isinstance(found, Missing)
    assert (found.fact, found.region, found.month) == ("minimum wage", "420000", Month(2013, 9))
    assert found.zh == "湖北省（420000）2013年9月的最低工资，表中没有。"
    assert found.en == "The minimum wage of Hubei (420000) in 2013-09 is not in the table."


def test_a_province_that_the_table_does_not_know_is_named_by_its_code() -> None:
    found = builtin_minimum_wages().of("150000", None, Month(2024, 1))
    assert isinstance(found, Missing)
    assert found.zh == "150000地区2024年1月的最低工资，表中没有。"


def test_several_tiers_ask_which() -> None:
    wages = builtin_minimum_wages()
    asked = wages.of("330000", None, Month(2024, 3))
    assert isinstance(asked, Missing)
    assert asked.fact == "tier"
    assert wages.of("330000", "2", Month(2024, 3)) == Decimal(2260)


def test_a_tier_that_does_not_exist_is_unknown() -> None:
    found = builtin_minimum_wages().of("330000", "9", Month(2024, 3))
    assert isinstance(found, Missing)
    assert "第9档" in found.zh


def test_a_month_known_only_in_part_is_unknown() -> None:
    assert isinstance(table(rate(start="2020-03-02")).of("420000", None, Month(2020, 3)), Missing)
    assert isinstance(table(rate(until="2020-03-30")).of("420000", None, Month(2020, 3)), Missing)


def test_where_the_wage_changes_within_a_month_the_higher_one_counts() -> None:
    wages = table(rate(until="2020-03-15"), rate(start="2020-03-16", monthly="1200"))
    assert wages.of("420000", None, Month(2020, 2)) == Decimal(1000)
    assert wages.of("420000", None, Month(2020, 3)) == Decimal(1200)


def test_what_is_not_established_does_not_count() -> None:
    assert isinstance(table(rate(checked="no")).of("420000", None, Month(2020, 3)), Missing)


@pytest.mark.parametrize(
    ("rates", "code"),
    [
        ([rate(), rate(start="2020-12-31", until="2021-12-31")], "overlap"),
        ([rate(monthly="viel")], "not-money"),
        ([rate(monthly="-5")], "not-money"),
        ([rate(until="2019-12-31")], "backward-period"),
        ([rate(checked="maybe")], "unknown-word"),
        (["{from: 2020-01-01}"], "missing-field"),
    ],
)
def test_an_error_in_the_table_says_where_it_is(rates: list[str], code: str) -> None:
    with pytest.raises(SourceError) as refused:
        table(*rates)
    found = {d.code: d.span.line for d in refused.value.diagnostics}
    assert found[code] == 3 + len(rates)


def test_a_code_that_is_no_region_is_refused() -> None:
    with pytest.raises(SourceError, match="six digits of GB/T 2260"):
        table(rate(), code="Hubei")


def test_every_rate_that_comes_with_the_library_names_its_source() -> None:
    for region in builtin_minimum_wages().regions.values():
        assert all(found.source for found in region.rates)
