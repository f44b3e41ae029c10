from datetime import date

import pytest

from shouwen.measures.calendars import CalendarError, Every, Recurrence, cn
from tests.measures.calendars.moments import office, shanghai


def last_days(recurrence, start, end, calendar=None, **options):
    found = recurrence.occurrences(start, end, calendar or cn(), **options)
    return [occurrence.deadline.last_day for occurrence in found]


YEAR = shanghai(2026, 1, 1), shanghai(2027, 1, 1)


def test_by_day_25_of_each_month():
    days = last_days(Recurrence(Every.MONTH, day=25), *YEAR)
    assert [day.day for day in days] == [26, 25, 25, 27, 25, 25, 27, 25, 28, 26, 25, 25]
    # 25 September begins the Mid-Autumn holidays; 28 September is the Monday after them.
    assert days[8] == date(2026, 9, 28)


def test_without_rolling_a_due_day_stays_where_it_is():
    days = last_days(Recurrence(Every.MONTH, day=25), *YEAR, roll=False)
    assert [day.day for day in days] == [25] * 12


def test_by_30_december():
    recurrence = Recurrence(Every.YEAR, month=12, day=30)
    assert last_days(recurrence, shanghai(2024, 1, 1), shanghai(2027, 1, 1)) == [
        date(2024, 1, 2),  # of 2023: 30 December was a Saturday before the New Year holiday
        date(2024, 12, 30),
        date(2025, 12, 30),
        date(2026, 12, 30),
    ]


def test_the_last_day_of_each_quarter():
    assert last_days(Recurrence(Every.QUARTER), *YEAR) == [
        date(2026, 3, 31),
        date(2026, 6, 30),
        date(2026, 9, 30),
        date(2026, 12, 31),
    ]


def test_the_first_five_days_of_a_quarter():
    recurrence = Recurrence(Every.QUARTER, month=1, day=5, from_day=1)
    found = list(recurrence.occurrences(*YEAR, cn()))
    assert [(o.opens, o.deadline.last_day) for o in found] == [
        (shanghai(2026, 1, 1), date(2026, 1, 5)),
        (shanghai(2026, 4, 1), date(2026, 4, 7)),  # Qingming
        (shanghai(2026, 7, 1), date(2026, 7, 6)),  # a Sunday
        (shanghai(2026, 10, 1), date(2026, 10, 8)),  # National Day
    ]
    assert (found[0].first, found[0].last) == (date(2026, 1, 1), date(2026, 3, 31))
    assert found[3].deadline.steps[0].zh == "国庆节顺延至10月8日"


def test_the_fifth_and_the_last_working_day_of_a_month():
    start, end = shanghai(2026, 10, 1), shanghai(2026, 11, 1)
    fifth = Recurrence(Every.MONTH, day=5, working_days=True)
    assert last_days(fifth, start, end) == [date(2026, 10, 13)]
    assert last_days(Recurrence(Every.MONTH, working_days=True), start, end) == [date(2026, 10, 30)]


def test_a_report_on_a_month_is_due_in_the_next():
    recurrence = Recurrence(Every.MONTH, month=2, day=10)
    found = list(recurrence.occurrences(shanghai(2026, 3, 1), shanghai(2026, 5, 1), cn()))
    assert [(o.first, o.deadline.last_day) for o in found] == [
        (date(2026, 2, 1), date(2026, 3, 10)),
        (date(2026, 3, 1), date(2026, 4, 10)),
    ]


def test_a_day_that_a_month_does_not_have_is_its_last():
    recurrence = Recurrence(Every.MONTH, day=31)
    start, end = shanghai(2026, 2, 3), shanghai(2026, 3, 1)
    assert last_days(recurrence, start, end) == [date(2026, 2, 28)]


def test_every_day_and_every_week():
    start, end = shanghai(2026, 3, 2), shanghai(2026, 3, 9)
    daily = last_days(Recurrence(Every.DAY), start, end, roll=False)
    assert daily == [date(2026, 3, n) for n in range(2, 9)]
    weekly = last_days(Recurrence(Every.WEEK, day=5), start, shanghai(2026, 3, 16))
    assert weekly == [date(2026, 3, 6), date(2026, 3, 13)]


def test_every_half_year():
    recurrence = Recurrence(Every.HALF_YEAR, month=6, day=20)
    assert last_days(recurrence, *YEAR) == [date(2026, 6, 22), date(2026, 12, 21)]


def test_a_deadline_at_24_belongs_to_the_interval_that_ends_there():
    recurrence = Recurrence(Every.MONTH)
    february, march = shanghai(2026, 2, 3), shanghai(2026, 3, 1)
    assert last_days(recurrence, february, march) == [date(2026, 2, 28)]
    assert last_days(recurrence, march, shanghai(2026, 3, 31)) == []


def test_consecutive_intervals_give_each_occurrence_once():
    recurrence = Recurrence(Every.QUARTER, month=1, day=5)
    whole = last_days(recurrence, shanghai(2024, 1, 1), shanghai(2027, 1, 1))
    parts = []
    for year in (2024, 2025, 2026):
        parts += last_days(recurrence, shanghai(year, 1, 1), shanghai(year + 1, 1, 1))
    assert parts == whole
    assert len(whole) == 12


def test_an_office_is_due_at_its_close_of_business():
    (occurrence,) = Recurrence(Every.MONTH, day=25).occurrences(
        shanghai(2026, 3, 1), shanghai(2026, 4, 1), office()
    )
    assert occurrence.deadline.at == shanghai(2026, 3, 25, 17, 30)


def test_an_unpublished_year_is_told():
    (occurrence,) = Recurrence(Every.YEAR, month=6, day=5).occurrences(
        shanghai(2028, 1, 1), shanghai(2029, 1, 1), cn()
    )
    assert not occurrence.deadline.published


@pytest.mark.parametrize("options", [{"day": 32}, {"day": 0}, {"month": 25}, {"from_day": 0}])
def test_days_and_months_that_cannot_be_are_refused(options):
    with pytest.raises(CalendarError):
        Recurrence(Every.MONTH, **options)


def test_an_interval_that_ends_before_it_begins_is_refused():
    with pytest.raises(CalendarError, match="before the start"):
        next(Recurrence(Every.MONTH).occurrences(YEAR[1], YEAR[0], cn()))
