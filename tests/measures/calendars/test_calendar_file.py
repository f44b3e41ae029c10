from datetime import date

import pytest

from shouwen.measures.calendars import DayKind, read_calendars
from shouwen.measures.diagnostics import SourceError, render
from tests.measures.calendars.moments import shanghai

GOOD = """
holidays:
  ours:
    statutory: cn
    annual:
      - {name: 建司纪念日, on: 06-18}
    dates:
      - {name: 停电检修, on: 2026-03-02/2026-03-03}
calendars:
  hotline:
    zone: Asia/Shanghai
    hours: 每日 08:00-22:00
    exceptions:
      - {on: 2026-02-16/2026-02-18, extra: "22:00-24:00", name: 春节特殊时段}
  hall:
    zone: Asia/Shanghai
    versions:
      - hours: 周一至周五 09:00-17:00；周六 09:00-12:00
        holidays: ours
      - from: 2026-07-01
        hours: Mon-Fri 08:30-12:00, 14:30-17:30
        holidays: cn
        make-up-hours: 09:00-16:00
        exceptions:
          - {on: 2026-07-02, closed: yes, name: 盘点}
  days:
    zone: Asia/Shanghai
    holidays: {statutory: cn}
"""


def test_calendars_are_read_from_yaml():
    calendars = read_calendars(GOOD)
    hotline, hall, days = (calendars[key] for key in ("hotline", "hall", "days"))
    assert hotline.is_open(shanghai(2026, 2, 17, 23, 30))
    assert not hotline.is_open(shanghai(2026, 2, 19, 23, 30))
    assert hall.is_open(shanghai(2026, 6, 27, 10))  # a Saturday
    assert not hall.is_working_day(date(2026, 6, 18))
    assert not hall.is_working_day(date(2026, 3, 3))
    assert not hall.is_open(shanghai(2026, 7, 4, 10))
    assert hall.facts(date(2026, 7, 2)).name == "盘点"
    assert hall.facts(date(2026, 10, 10)).hours == ((9 * 3600, 16 * 3600),)
    assert days.facts(date(2026, 10, 10)).kind is DayKind.MAKE_UP


def problems(text):
    with pytest.raises(SourceError) as error:
        read_calendars(text, "calendars.yaml")
    return error.value.diagnostics


def test_all_errors_are_told_at_once_each_at_its_place():
    found = problems(
        """
holidays:
  ours:
    annual:
      - {name: A, on: 13-01}
      - {name: B, on: 01-01, observed: monday}
    dates:
      - {name: C, on: 2026-02-30}
calendars:
  a:
    zone: Asia/Shanghai
    hours: Mon-Fri 08:30-25:00
    holidays: oars
  b:
    zone: Asia/Shangai
    hours: 09:00-17:00
  c:
    zone: Asia/Shanghai
    hours: closed
  d:
    zone: Asia/Shanghai
    hour: 09:00-17:00
  e:
    hours: 09:00-17:00
  f:
    zone: Asia/Shanghai
    hours: 09:00-17:00
    exceptions:
      - {on: 2026-05-01, closed: yes, hours: 09:00-12:00}
      - {on: 2026-05-02}
      - {on: 2026-05-03, closed: yes}
      - {on: 2026-05-03, closed: yes}
  g:
    zone: Asia/Shanghai
    hours: 09:00-17:00
    versions:
      - {from: 2026-01-01, hours: 09:00-17:00}
      - {from: 2026-01-01, hours: 09:00-18:00}
"""
    )
    lines = [(d.code, d.span.line) for d in found if d.span is not None]
    assert lines == [
        ("not-a-day", 5),
        ("unknown-value", 6),
        ("not-a-date", 8),
        ("bad-hours", 12),
        ("unknown-holidays", 13),
        ("bad-calendar", 15),
        ("bad-calendar", 18),
        ("unknown-field", 22),
        ("missing-field", 24),
        ("unclear-exception", 29),
        ("unclear-exception", 30),
        ("day-given-twice", 32),
        ("beside-versions", 35),
    ]


def test_an_error_in_hours_points_at_the_character():
    (found,) = problems("calendars:\n  a: {zone: UTC, hours: 'Mon-Fri 08:30-25:00'}\n")
    assert "25:00" in render(found)
    assert found.span is not None
    assert found.span.source.text[found.span.offset :].startswith("25:00")


def test_two_versions_from_the_same_date_are_refused():
    (found,) = problems(
        """
calendars:
  a:
    zone: UTC
    versions:
      - {from: 2026-01-01, hours: 09:00-17:00}
      - {from: 2026-01-01, hours: 09:00-18:00}
"""
    )
    assert found.code == "bad-calendar"
    assert "same date" in found.message


@pytest.mark.parametrize("text", ["", "calendars: [", "- a\n- b", "calendars: 7"])
def test_what_is_no_file_of_calendars_is_refused(text):
    assert problems(text)


@pytest.mark.parametrize(
    ("version", "code"),
    [
        ("hours: 09:00-17:00\n    make-up-hours: closed", "no-hours"),
        ("hours: 09:00-17:00\n    make-up-hours: 9-17", "bad-hours"),
        ("hours:", "missing-value"),
        ("hours: [09:00-17:00]", "wrong-kind"),
        ("holidays: {statutory: us}", "unknown-statute"),
        ("holidays: {annual: [{name: x}]}", "missing-field"),
        ("holidays: {annual: [{name: x, on: 07-04, from: 1776}]}", "not-a-year"),
        ("holidays: {dates: [{name: x, on: 2020-01-01/2022-01-01}]}", "long-run"),
        ("exceptions: [{on: 2026-05-01, closed: no}]", "unknown-value"),
        ("exceptions: [{on: 2026-05-01, hours: 9-12}]", "bad-hours"),
        ("exceptions: [{on: 2026-13-01, closed: yes}]", "not-a-date"),
        ("exceptions: [{on: 1950-01-01, closed: yes}]", "bad-calendar"),
        ("zone: UTC", "repeated-field"),
        ("versions: [{from: 1.1.2026, hours: 09:00-17:00}]", "not-a-date"),
    ],
)
def test_every_field_is_checked(version, code):
    found = problems(f"calendars:\n  a:\n    zone: UTC\n    {version}\n")
    assert [d.code for d in found] == [code]
