"""Figures are exact: whatever is done, in whatever order, the days come out as counted anew."""

from __future__ import annotations

import contextlib
from datetime import date, datetime, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import transaction
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from shouwen.service import clock
from shouwen.service.access.actor import Actor
from shouwen.service.aftercare import actions as aftercare
from shouwen.service.aftercare.models import Answer, CallBack
from shouwen.service.assessment.counting import count_changed, count_days, first_day
from shouwen.service.assessment.models import DayFigure, Recount
from shouwen.service.cases import actions as cases
from shouwen.service.cases.models import Case, Channel, Topic
from shouwen.service.complaints.actions import answering, receiving
from shouwen.service.complaints.models import Complaint, Way
from shouwen.service.contacts.models import Call
from shouwen.service.enactment.alarms import ring
from shouwen.service.enactment.bridge import Refused, correct, take_back
from shouwen.service.enactment.models import Event
from shouwen.service.house import actions as house
from shouwen.service.intake import actions as intake
from shouwen.service.organisations.models import Holding, Person, Reach, Role, Unit, UnitKind
from shouwen.service.workorders import actions as work
from shouwen.service.workorders.models import WorkKind, WorkOrder

from ..conftest import ZONE


def days_kept():
    rows = DayFigure.objects.exclude(figure="customers").values_list(
        "day", "figure", "norm", "rule", "unit", "person", "good", "total"
    )
    return sorted(rows, key=str)


def count():
    while count_changed(ZONE):
        pass


def counted_anew():
    """What there is when every day is counted from the rows, in a world of its own."""
    with contextlib.suppress(Undone), transaction.atomic():
        DayFigure.objects.all().delete()
        first = first_day(ZONE)
        if first is not None:
            count_days(first, clock.now().astimezone(ZONE).date(), ZONE)
        found = days_kept()
        raise Undone
    return found


class Undone(Exception):
    """Ends a transaction that is to leave nothing."""


class Day:
    """People at work: each method is something that somebody does, if it is possible just now."""

    def __init__(self, operator, technician, quality, territory, passing=None):
        self.operator, self.technician, self.quality = operator, technician, quality
        self.territory, self.passing = territory, passing
        self.other = Unit.objects.create(code="乡站", name="乡镇服务站", kind=UnitKind.STATION)
        self.calls = 0

    def reports_a_fault(self, n):
        asked = cases.Asked(
            topic=Topic.REPAIR,
            channel=Channel.PHONE,
            matter="没有信号",
            phone=f"1380000000{n % 10}",
            territory=self.territory,
            rings=2,
        )
        work.order_work(self.operator, cases.open_case(self.operator, asked), WorkKind.REPAIR)

    def asks(self, n):
        asked = cases.Asked(topic=Topic.ENQUIRY, channel=Channel.PHONE, matter="问价", rings=9)
        cases.open_case(self.operator, asked)

    def rings_up(self, n):
        self.calls += 1
        intake.rang(f"uid{self.calls}", "13900000000", self.territory.unit)

    def is_answered(self, n):
        intake.answer(self.operator, pick(Call.objects.all(), n))

    def is_missed(self, n):
        intake.missed(self.operator, pick(Call.objects.all(), n))

    def arrives(self, n):
        job = pick(WorkOrder.objects.all(), n)
        work.accept(self.technician, job)
        work.arrive(self.technician, job)

    def finishes(self, n):
        job = work.finish(self.technician, pick(WorkOrder.objects.all(), n), "更换接头")
        work.sign(self.technician, job, "M1 1L2 2", n % 5 + 1)
        aftercare.owe(self.operator, job)

    def agrees_on_another_time(self, n):
        at = clock.now() + timedelta(hours=n % 30 + 1)
        work.agree_appointment(
            self.technician,
            pick(WorkOrder.objects.all(), n),
            at,
            at + timedelta(hours=2),
            cause="customer",
            consent=True,
            explained=True,
        )

    def settles(self, n):
        cases.settle(self.operator, pick(Case.objects.all(), n), "已处理")

    def closes(self, n):
        case = pick(Case.objects.filter(work_orders=None).exclude(state="closed"), n)
        if case.state != "done":
            cases.settle(self.operator, case, "已处理")
        cases.close(self.quality, case, "用户确认")

    def comes_again(self, n):
        cases.came_again(self.operator, pick(Case.objects.all(), n), Channel.PHONE)

    def hears_the_customer(self, n):
        answer = list(Answer)[n % 5]
        aftercare.answered(self.operator, pick(CallBack.objects.all(), n), answer, said="好")

    def complains(self, n):
        receiving.receive(self.operator, receiving.Held(Way.BOOK, "窗口没人"))

    def complains_of_the_same(self, n):
        first, last = pick(Complaint.objects.all(), n), pick(Complaint.objects.all(), n + 1)
        if first != last:
            answering.join(self.quality, last, first)

    def corrects(self, n):
        event = pick(Event.objects.exclude(type="post.held"), n)
        correct(self.quality, event, event.facts, event.at - timedelta(hours=n % 60))

    def takes_back(self, n):
        take_back(self.quality, pick(Event.objects.exclude(type="post.held"), n))

    def moves(self, n):
        person = (self.operator, self.technician)[n % 2].person
        person.refresh_from_db()
        to = self.other if person.unit_id != self.other.pk else self.territory.unit
        today = clock.now().astimezone(ZONE).date()
        house.move(self.quality, person, to, today - timedelta(days=n % 12))

    def held_a_post(self, n):
        today = clock.now().astimezone(ZONE).date()
        row = Holding(
            person=self.technician.person,
            unit=self.other,
            post="chief",
            since=today - timedelta(days=5),
            until=today - timedelta(days=n % 5),
        )
        house.hold(self.quality, row)

    def time_passes(self, n):
        hours = (1, 5, 13, 40, 200)[n % 5]
        self.passing.enter_context(clock.frozen_at(clock.now() + timedelta(hours=hours)))
        while ring():
            pass

    def is_counted(self, n):
        count_changed(ZONE)


ACTIONS = [name for name in vars(Day) if not name.startswith("_")]


def pick(rows, n):
    """One of some rows; not doing anything where there are none."""
    found = list(rows.order_by("pk"))
    if not found:
        raise ValidationError("Nothing to do it to.")
    return found[n % len(found)]


@pytest.fixture
def people(operator, technician, territory, acting, staff):
    quality = staff(
        "质量办",
        Role.QUALITY,
        Role.EXECUTIVE,
        Role.ADMINISTRATOR,
        Role.OPERATOR,
        reach=Reach.ORGANISATION,
    )
    return operator, technician, acting(quality), territory


@given(
    done=st.lists(
        st.tuples(st.sampled_from(ACTIONS), st.integers(0, 1000)), min_size=15, max_size=30
    )
)
@settings(max_examples=15, phases=[Phase.generate])
def whatever_is_done(people, done, tried):
    with contextlib.suppress(Undone), transaction.atomic(), contextlib.ExitStack() as passing:
        # Afresh, since what an example did to them is undone.
        first, second, third = (Actor.of(Person.objects.get(pk=a.person.pk)) for a in people[:3])
        day = Day(first, second, third, people[3], passing)
        begun = [("reports_a_fault", 1), ("rings_up", 1), ("asks", 1), ("arrives", 0)]
        for name, number in [*begun, *done]:
            # An hour goes by with each, so that days are passed now and then.
            passing.enter_context(clock.frozen_at(clock.now() + timedelta(minutes=47)))
            try:
                with transaction.atomic():
                    getattr(day, name)(number)
                tried.add(name)
            except (ValidationError, Refused):
                continue  # It is not possible just now.
        count()
        assert days_kept() == counted_anew()
        assert not Recount.objects.filter(day__lte=clock.now().astimezone(ZONE).date()).exists()
        raise Undone


def test_whatever_is_done_the_days_are_as_counted_anew(people, the_clock_stands_at):
    the_clock_stands_at("2026-05-06 09:00")
    tried: set[str] = set()
    whatever_is_done(people, tried=tried)
    # None of them was refused every time.
    assert tried == set(ACTIONS)


def test_closing_a_case_counts_the_day_it_was_taken_up(people, visit, the_clock_stands_at):
    operator, *_ = people
    asked = cases.Asked(topic=Topic.ENQUIRY, channel=Channel.PHONE, matter="问价", rings=2)
    case = cases.open_case(operator, asked)
    count()
    closed = DayFigure.objects.filter(figure="closed", day=date(2026, 5, 6))
    assert closed.get().good == 0
    the_clock_stands_at("2026-05-20 12:00")
    count()
    cases.settle(operator, case, "已答复")
    waiting = set(Recount.objects.values_list("source", "day"))
    assert ("cases", date(2026, 5, 6)) in waiting
    count()
    assert closed.get().good == 1


def test_a_call_that_rings_and_is_missed_counts_its_day_though_no_act_tells_of_it(
    people, station, the_clock_stands_at
):
    operator, *_ = people
    the_clock_stands_at("2026-05-06 23:59")
    call = intake.rang("u1", "13900000000", station)
    count()
    assert not DayFigure.objects.filter(figure="connected").exists()
    the_clock_stands_at("2026-05-07 00:01")
    intake.answer(operator, call)
    count()
    row = DayFigure.objects.get(figure="connected")
    assert (row.day, int(row.good)) == (date(2026, 5, 6), 1)
    assert row.person == operator.person


def test_a_move_that_is_recorded_late_takes_along_the_days_since(people, the_clock_stands_at):
    operator, technician, quality, territory = people
    day = Day(operator, technician, quality, territory)
    for n in (6, 11):
        the_clock_stands_at(f"2026-05-{n:02} 09:00")
        day.reports_a_fault(n)
    the_clock_stands_at("2026-05-18 09:00")
    while ring():
        pass
    count()
    mine = DayFigure.objects.filter(figure="breaches", person=technician.person)
    kept = set(mine.values_list("day", "unit"))
    assert kept, "Nobody came, which is a breach of the technician's."
    house.move(quality, technician.person, day.other, date(2026, 5, 10))
    count()
    assert days_kept() == counted_anew()
    units = dict(mine.values_list("day", "unit"))
    assert {units[d] for d in units if d < date(2026, 5, 10)} <= {territory.unit.pk}


def test_a_statement_that_changes_nothing_that_is_counted_lets_no_day_be_counted(visit):
    visit("2026-05-06 09:00")
    count()
    Recount.objects.all().delete()
    Case.objects.update(matter="有信号了", phone="13800000002")
    assert not Recount.objects.exists()
    Case.objects.update(times_asked=3)
    assert Recount.objects.values_list("source", "day").get() == ("cases", date(2026, 5, 6))


def test_what_ends_in_days_to_come_waits_until_they_are_there(people, the_clock_stands_at):
    """A case with a date next week, done today: its promise is one of next week's."""
    operator, technician, quality, territory = people
    the_clock_stands_at("2026-05-06 09:00")
    Day(operator, technician, quality, territory).reports_a_fault(1)
    count()
    ahead = Recount.objects.filter(day__gt=date(2026, 5, 6))
    the_clock_stands_at("2026-05-16 09:00")
    while ring():
        pass
    count()
    assert not ahead.filter(day__lte=date(2026, 5, 16)).exists()
    assert days_kept() == counted_anew()


def test_today_begins_when_it_begins_where_the_organisation_is(people, the_clock_stands_at):
    operator, *_ = people
    the_clock_stands_at("2026-05-07 00:30")
    assert clock.now().astimezone(ZONE).date() == date(2026, 5, 7)
    asked = cases.Asked(topic=Topic.ENQUIRY, channel=Channel.PHONE, matter="问价", rings=2)
    cases.open_case(operator, asked)
    assert set(Recount.objects.filter(source="cases").values_list("day", flat=True)) == {
        date(2026, 5, 7)
    }
    assert datetime(2026, 5, 7, 0, 30, tzinfo=ZONE) == clock.now()
