"""Figures: counted by day from what changed, equal to a count from scratch, down to their cases."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from shouwen.service.aftercare.models import Answer
from shouwen.service.assessment.counting import count_changed, count_days
from shouwen.service.assessment.models import DayFigure, Scope
from shouwen.service.assessment.queries import Subject, rows_of
from shouwen.service.cases import actions as cases
from shouwen.service.cases.models import Channel, Topic
from shouwen.service.complaints.actions.receiving import Held, receive
from shouwen.service.complaints.models import Way
from shouwen.service.contacts.models import Call, CallState
from shouwen.service.enactment.alarms import ring
from shouwen.service.enactment.models import Event
from shouwen.service.house import actions as house
from shouwen.service.organisations.models import Reach, Role, Unit, UnitKind

from ..conftest import ZONE
from ..pages.test_a_day import said

MAY = (date(2026, 5, 1), date(2026, 5, 31))
ALL = Subject(Scope.ORGANISATION)


def count():
    while count_changed(ZONE):
        pass


def values(subject=ALL, first=MAY[0], last=MAY[1]):
    return {r.figure.key: r.value for r in rows_of(subject, first, last) if not r.norm}


def kept_days():
    rows = DayFigure.objects.exclude(figure="customers").values_list(
        "day", "figure", "norm", "unit", "person", "good", "total"
    )
    return sorted(rows, key=str)


def test_what_a_month_came_to_is_worked_out_as_the_formulas_say(
    visit, call_back, operator, the_clock_stands_at
):
    first = visit("2026-05-06 09:00", arrive="09:20", stars=5)
    call_back(first, Answer.SATISFIED)
    second = visit("2026-05-07 10:00", arrive="10:50", done="11:30", stars=2)
    call_back(second, Answer.UNHAPPY, at="2026-05-08 08:30")
    the_clock_stands_at("2026-05-08 14:00")
    receive(operator, Held(Way.BOOK, "窗口没人"))
    the_clock_stands_at("2026-05-09 18:00")
    while ring():
        pass
    count()
    found = values()
    assert found["arrival"] == Decimal("35.00")  # (20 + 50) / 2 minutes
    assert found["stars"] == Decimal("3.50")
    assert found["reached"] == Decimal("100.00")
    assert found["content"] == Decimal("50.00")
    # Two cases of customers, and the one that the unhappy answer opened; two are settled.
    assert found["closed"] == Decimal("66.67")
    assert found["first-time"] == Decimal("50.00")
    assert found["complaints"] == Decimal("5.00")  # one for 200 customers


def test_days_counted_from_what_changed_are_those_counted_from_scratch(
    visit, call_back, the_clock_stands_at
):
    case = visit("2026-05-06 09:00", arrive="09:50")
    count()
    call_back(case, Answer.UNHAPPY)
    count()
    visit("2026-05-07 23:50", topic=Topic.ENQUIRY)
    the_clock_stands_at("2026-05-09 12:00")
    while ring():
        pass
    count()
    kept = kept_days()
    assert {row[1] for row in kept} >= {"kept", "arrival", "closed", "content", "breaches"}
    DayFigure.objects.all().delete()
    count_days(*MAY, ZONE)
    assert kept_days() == kept


def test_nothing_new_counts_nothing(visit, django_assert_max_num_queries):
    visit("2026-05-06 09:00")
    count()
    with django_assert_max_num_queries(8):
        assert count_changed(ZONE) == 0


def test_a_promise_is_counted_on_the_day_it_was_due_and_under_its_norm(visit, the_clock_stands_at):
    visit("2026-05-06 09:00", arrive="09:31", done="09:50")
    visit("2026-05-06 14:00", arrive="14:30", done="14:50")
    count()
    rows = {r.norm: r for r in rows_of(ALL, *MAY) if r.figure.key == "kept"}
    assert (int(rows["3.3.2c"].good), rows["3.3.2c"].total) == (1, 2)
    assert rows["3.3.2c"].value == Decimal("50.00")
    everything = rows[""]
    assert everything.total == sum(r.total for n, r in rows.items() if n)


def test_harassing_calls_and_ringing_ones_are_left_out(station, the_clock_stands_at, visit):
    at = the_clock_stands_at("2026-05-06 10:00")
    for n, (state, answered, harassing) in enumerate([
        (CallState.ENDED, at, False), (CallState.MISSED, None, False),
        (CallState.ENDED, at, True), (CallState.RINGING, None, False),
    ]):  # fmt: skip
        Call.objects.create(uid=f"c{n}", state=state, unit=station, rang_at=at,
                            answered_at=answered, harassing=harassing)  # fmt: skip
    visit("2026-05-06 11:00", topic=Topic.ENQUIRY)
    count()
    row = next(r for r in rows_of(ALL, *MAY) if r.figure.key == "connected")
    assert (int(row.good), row.total) == (1, 2)


def test_a_late_correction_changes_the_day_it_belongs_to(visit, quality, the_clock_stands_at):
    """The arrival was written down an hour late; the event is corrected two weeks afterwards."""
    visit("2026-05-06 09:00", arrive="10:05", done="10:20")
    count()
    rows = {r.norm: r.value for r in rows_of(ALL, *MAY) if r.figure.key == "kept"}
    assert rows["3.3.2c"] == 0
    the_clock_stands_at("2026-05-20 09:00")
    from shouwen.service.access.actor import Actor
    from shouwen.service.enactment.bridge import correct

    event = Event.objects.get(type="repair.arrived")
    correct(Actor.of(quality.person), event, event.facts,
            event.at.replace(hour=1, minute=25))  # 09:25 in China  # fmt: skip
    count()
    rows = {r.norm: r.value for r in rows_of(ALL, *MAY) if r.figure.key == "kept"}
    assert rows["3.3.2c"] == 100


def test_who_moves_in_the_middle_of_a_month_leaves_the_days_before_to_the_old_unit(
    visit, call_back, station, staff, acting, operator, the_clock_stands_at
):
    boss = acting(staff("管理员", Role.ADMINISTRATOR, reach=Reach.ORGANISATION))
    other = Unit.objects.create(code="乡站", name="乡镇服务站", kind=UnitKind.STATION)
    call_back(visit("2026-05-06 09:00"))
    the_clock_stands_at("2026-05-11 08:00")
    house.move(boss, operator.person, other, date(2026, 5, 11))
    asked = cases.Asked(topic=Topic.ENQUIRY, channel=Channel.PHONE, matter="问价", rings=2)
    cases.open_case(acting(operator.person), asked)
    count()
    count_days(*MAY, ZONE)
    rows = DayFigure.objects.filter(person=operator.person)
    assert set(rows.filter(day__lt=date(2026, 5, 11)).values_list("unit", flat=True)) == {
        station.pk
    }
    assert set(rows.filter(day=date(2026, 5, 11)).values_list("unit", flat=True)) == {other.pk}


def test_a_unit_has_the_figures_of_those_below_it_and_no_others(visit, station):
    above = Unit.objects.create(code="公司", name="公司", kind=UnitKind.COMPANY)
    apart = Unit.objects.create(code="别站", name="别站", kind=UnitKind.STATION, parent=above)
    Unit.objects.filter(pk=station.pk).update(parent=above)
    visit("2026-05-06 09:00")
    count()
    assert values(Subject.of_unit(above))["closed"] == 100
    assert values(Subject.of_unit(station))["closed"] == 100
    assert values(Subject.of_unit(apart))["closed"] is None


def test_the_command_counts_all_there_is(visit, the_clock_stands_at):
    visit("2026-05-06 09:00")
    the_clock_stands_at("2026-05-08 12:00")
    out = StringIO()
    call_command("count_figures", organisation="cable", stdout=out)
    assert out.getvalue() == "cable: 3 days, 2026-05-06 to 2026-05-08\n"
    assert values()["closed"] == 100
    with pytest.raises(CommandError, match="no organisation 'nobody'"):
        call_command("count_figures", organisation="nobody")


def test_the_page_leads_from_a_figure_to_its_cases(visit, quality, the_clock_stands_at):
    case = visit("2026-05-06 09:00", arrive="09:40", done="09:55")
    the_clock_stands_at("2026-05-08 12:00")
    while ring():
        pass
    count()
    page = said(quality.get("/assessment/", {"month": "2026-05"}))
    assert "承诺兑现率" in page
    assert "3.3.2c" in page
    behind = said(quality.get("/assessment/cases/kept/", {"month": "2026-05", "norm": "3.3.2c"}))
    assert case.number in behind
    assert case.number in said(quality.get("/assessment/cases/closed/", {"month": "2026-05"}))
    assert case.number not in said(quality.get("/assessment/cases/closed/", {"month": "2026-04"}))
    assert quality.get("/assessment/cases/nothing/").status_code == 404


def test_pages_of_figures_ask_the_same_however_much_there_is(
    visit, quality, the_clock_stands_at, django_assert_max_num_queries
):
    for n in range(4):
        visit(f"2026-05-0{6 + n} 09:00")
    count()
    with django_assert_max_num_queries(32):
        quality.get("/assessment/", {"month": "2026-05"})


def test_units_and_people_side_by_side_are_asked_for_at_once(visit, quality, station, staff):
    visit("2026-05-06 09:00")
    count()

    def asked(**more):
        with CaptureQueriesContext(connection) as seen:
            quality.get("/assessment/", {"month": "2026-05"} | more)
        return len(seen)

    asked()
    few, of_the_station = asked(), asked(unit=station.pk)
    for n in range(6):
        Unit.objects.create(code=f"站{n}", name=f"第{n}站", kind=UnitKind.STATION)
        DayFigure.objects.create(day=date(2026, 5, 6), figure="closed", unit=station,
                                 person=staff(f"员工{n}"), good=1, total=2)  # fmt: skip
    assert asked() == few
    assert asked(unit=station.pk) == of_the_station
    page = said(quality.get("/assessment/", {"month": "2026-05", "unit": station.pk}))
    assert page.count("50.00%") >= 6


def test_a_head_sees_their_own_unit_and_nobody_else_s(visit, browser, station):
    apart = Unit.objects.create(code="别站", name="别站", kind=UnitKind.STATION)
    visit("2026-05-06 09:00")
    head = browser("站长", Role.HEAD, reach=Reach.UNIT)
    assert "城关服务站" in said(head.get("/assessment/"))
    assert head.get("/assessment/", {"unit": apart.pk}).status_code == 404
    assert head.get("/assessment/cases/kept/", {"unit": apart.pk}).status_code == 404
