"""Two periods and any units beside each other."""

from __future__ import annotations

import io
from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from openpyxl import load_workbook

from shouwen.service.assessment.comparing import compared, figures_of, subjects_of
from shouwen.service.assessment.counting import count_changed
from shouwen.service.assessment.models import DayFigure
from shouwen.service.assessment.periods import Period, asked_for, choices, period_of
from shouwen.service.organisations.models import Reach, Role, Unit, UnitKind

from ..conftest import ZONE
from ..pages.test_a_day import said

APRIL = Period(date(2026, 4, 1), date(2026, 4, 30))
MAY = Period(date(2026, 5, 1), date(2026, 5, 31))


@pytest.fixture
def two_months(station, the_clock_stands_at):
    """A station and another one, with a few days each in April and May."""
    other = Unit.objects.create(code="乡站", name="乡镇服务站", kind=UnitKind.STATION)

    def day(day_, unit, good, total, figure="closed"):
        DayFigure.objects.create(day=day_, figure=figure, unit=unit, good=good, total=total)

    day(date(2026, 4, 3), station, 1, 4)
    day(date(2026, 5, 3), station, 3, 4)
    day(date(2026, 5, 4), station, 1, 1)
    day(date(2026, 5, 3), other, 0, 2)
    day(date(2026, 5, 3), other, 100, 4, "arrival")
    the_clock_stands_at("2026-06-02 09:00")
    return station, other


@pytest.mark.parametrize(
    ("token", "first", "last"),
    [
        ("2026-02", date(2026, 2, 1), date(2026, 2, 28)),
        ("2026-Q4", date(2026, 10, 1), date(2026, 12, 31)),
        ("2026-H1", date(2026, 1, 1), date(2026, 6, 30)),
        ("2026", date(2026, 1, 1), date(2026, 12, 31)),
        ("2026-05-03..2026-05-09", date(2026, 5, 3), date(2026, 5, 9)),
    ],
)
def test_a_period_has_a_name_that_leads_back_to_it(token, first, last):
    assert period_of(token) == Period(first, last)
    assert Period(first, last).token == token


@pytest.mark.parametrize("token", ["", "2026-13", "2026-Q5", "2026-H0", "0000", "9" * 5000, "x..y",
                                   "2026-05-09..2026-05-03"])  # fmt: skip
def test_what_is_no_period_is_none(token):
    assert period_of(token) is None


def test_before_whole_months_come_as_many_months_and_before_days_as_many_days():
    assert Period(date(2026, 3, 1), date(2026, 3, 31)).before.token == "2026-02"
    assert Period(date(2026, 1, 1), date(2026, 3, 31)).before.token == "2025-Q4"
    assert Period(date(2026, 5, 4), date(2026, 5, 10)).before.token == "2026-04-27..2026-05-03"


def test_choices_end_with_the_present_and_each_of_them_is_a_period():
    today = date(2026, 5, 6)
    tokens = [t for _group, found in choices(today) for t, _label in found]
    assert {"2026-05", "2026-Q2", "2026-H1", "2026"} <= set(tokens)
    assert all(period_of(t) is not None for t in tokens)
    assert asked_for({"from": "2026-02-30", "until": "2026-03-01"}, today).token == "2026-05"


def test_values_and_differences_are_those_of_the_days(two_months, quality, acting):
    station, other = two_months
    subjects = subjects_of(acting(quality.person), ["all", str(station.pk), str(other.pk)])
    ((_, lines),) = compared(subjects, MAY, APRIL, figures_of(["closed"]))
    values = [(line.first.value, line.second.value, line.difference, line.better) for line in lines]
    assert [tuple(map(str, v)) for v in values] == [
        ("57.14", "25.00", "32.14", "True"),
        ("0.00", "None", "None", "None"),
        ("80.00", "25.00", "55.00", "True"),
    ]


def test_less_is_better_where_it_is(two_months, quality, acting):
    _station, other = two_months
    DayFigure.objects.create(day=date(2026, 4, 9), figure="arrival", unit=other, good=90, total=2)
    subjects = subjects_of(acting(quality.person), [str(other.pk)])
    ((_, (line,)),) = compared(subjects, MAY, APRIL,
                               figures_of(["arrival"]))  # fmt: skip
    assert (str(line.difference), line.better) == ("-20.00", True)


def test_the_page_puts_them_beside_each_other_and_leads_to_the_cases(two_months, quality):
    station, other = two_months
    address = {"a": "2026-Q2", "b": "2026-04", "unit": [station.pk, other.pk], "figure": "closed"}
    page = said(quality.get("/assessment/compare/", address))
    assert "2026年第2季度" in page
    assert "城关服务站" in page
    assert f"/assessment/cases/closed/?unit={station.pk}" in page.replace("&amp;", "&")
    assert "91" in page, "The periods differ in length, and it says so."
    assert "30" in page


def test_the_workbook_has_a_row_for_each_figure_and_unit(two_months, quality):
    station, other = two_months
    answer = quality.get("/assessment/compare/compare.xlsx", {
        "a": "2026-05", "b": "2026-04", "unit": [station.pk, other.pk],
        "figure": ["closed", "arrival"]})  # fmt: skip
    rows = list(load_workbook(io.BytesIO(answer.content)).active.iter_rows(values_only=True))
    assert len(rows) == 5
    closed = next(r for r in rows if r[0] == "办结率" and r[1] == "城关服务站")
    assert closed[2:9] == (80, 4, 5, 25, 1, 4, 55)


def test_however_many_units_there_are_it_asks_the_same(two_months, quality):
    station, other = two_months

    def asked(units):
        with CaptureQueriesContext(connection) as seen:
            quality.get("/assessment/compare/", {"a": "2026-05", "unit": units})
        return len(seen)

    asked([station.pk])
    few = asked([station.pk, other.pk])
    more = [Unit.objects.create(code=f"站{n}", name=f"第{n}站", kind=UnitKind.STATION)
            for n in range(8)]  # fmt: skip
    assert asked([station.pk, *(u.pk for u in more)]) == few


def test_a_head_compares_their_own_units_only(two_months, browser):
    _station, other = two_months
    head = browser("站长", Role.HEAD, reach=Reach.UNIT)
    page = said(head.get("/assessment/compare/", {"unit": [other.pk, "all"]}))
    assert "乡镇服务站" not in page
    assert "城关服务站" in page


def test_a_comparison_of_real_days_is_the_page_of_figures(visit, quality, station):
    visit("2026-05-06 09:00", arrive="09:20")
    while count_changed(ZONE):
        pass
    page = said(quality.get("/assessment/compare/", {"a": "2026-05", "figure": "arrival"}))
    assert "20.00" in page
