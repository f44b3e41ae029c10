"""Stars: who was named, what followed, and who stands how for the next time."""

from __future__ import annotations

import io
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from openpyxl import load_workbook

from shouwen.service import clock
from shouwen.service.access.actor import Actor
from shouwen.service.accounts.models import User
from shouwen.service.assessment import stars
from shouwen.service.assessment.figures import Span
from shouwen.service.audit.models import LogEntry
from shouwen.service.conduct import actions
from shouwen.service.conduct.deciding import Chosen
from shouwen.service.conduct.keeping import keep
from shouwen.service.conduct.models import Proposal
from shouwen.service.demo import days, naming
from shouwen.service.demo.houses import found
from shouwen.service.enactment.alarms import ring
from shouwen.service.enactment.bridge import take_back
from shouwen.service.enactment.enacted import enacted
from shouwen.service.enactment.models import Adoption, Event
from shouwen.service.measurebook.actions import register
from shouwen.service.organisations.models import Person, Reach, Role, RoleGrant, Unit, UnitKind
from shouwen.service.tenancy.models import Organisation
from shouwen.service.tenancy.scope import scope

from ..conftest import NOON, ZONE
from ..pages.test_a_day import said

APRIL = Span(date(2026, 4, 1), date(2026, 4, 30), ZONE)
MAY = Span(date(2026, 5, 1), date(2026, 5, 31), ZONE)
PAGE = "/assessment/stars/"


@pytest.fixture
def branch(db, at_noon):
    """A bank branch: two sections with two tellers each, and the office."""
    found = Organisation.objects.create(code="bank", name="某支行", name_en="Branch")
    with scope(found.pk):
        Adoption.objects.create(measure="bank", first_day=date(2006, 1, 1), adopted_at=NOON)
        top = Unit.objects.create(code="总部", name="总部", kind=UnitKind.COMPANY)
        for code in ("一科", "二科"):
            unit = Unit.objects.create(code=code, name=code, kind=UnitKind.BRANCH, parent=top)
            for number in (f"{code}甲", f"{code}乙"):
                Person.objects.create(number=number, name=number, unit=unit)
        yield found


@pytest.fixture
def somebody(branch):
    """Makes someone with a login: `somebody("质办", Role.QUALITY)`."""

    def make(number, *roles, reach=Reach.ORGANISATION, unit="总部"):
        unit = Unit.objects.get(code=unit)
        person = Person.objects.create(number=number, name=number, unit=unit)
        for role in roles:
            where = unit if reach == Reach.UNIT else None
            RoleGrant.objects.create(person=person, role=role, reach=reach, unit=where)
        person.user = User.objects.create(username=number, organisation=branch)
        person.save()
        client: Any = Client()
        client.force_login(person.user)
        client.person = person
        return client

    return make


@pytest.fixture
def kept():
    """Lets the workers ask about everyone who was stirred, until nobody is left."""

    def ask():
        while keep():
            pass

    return ask


@pytest.fixture
def quality(somebody):
    return somebody("质办", Role.QUALITY)


@pytest.fixture
def office(quality):
    return Actor.of(quality.person)


@pytest.fixture
def named(office):
    """The office names someone: `named("一科甲", "2026-04-28 16:00")`."""

    def name(number, at, ground="月度明星"):
        instant = datetime.fromisoformat(at).replace(tzinfo=ZONE)
        person = Person.objects.select_related("unit").get(number=number)
        facts = {"case": f"S{at}{number}", "person": number, "unit": person.unit.code,
                 "ground": ground}  # fmt: skip
        with clock.frozen_at(max(instant, NOON)):
            return register(office, "reward.earned", facts, instant)

    return name


def adoption():
    return Adoption.objects.get()


def star_of_the_month(actor, span):
    return next(r for r in stars.rounds(actor, adoption(), span) if r.naming.counts)


def numbers(found):
    return [s.person.number for s in found.stars]


def test_the_duties_of_naming_are_those_of_the_measure_and_are_done_by_what_is_looked_for(branch):
    """A change of the measure that moved them would leave the page empty."""
    found = stars.namings(adoption())
    assert [n.duty for n, _duty in found] == [n.duty for n in stars.NAMINGS["bank"]]
    grades = {g.id for g in enacted(adoption()).measure.grades}
    for one, duty in found:
        assert [p.event for p in duty.performances] == [one.event]
        assert not one.grade or one.grade in grades


def test_a_star_stands_in_the_month_it_was_named_in_and_in_no_other(named, office):
    named("一科甲", "2026-04-30 23:59")
    named("二科乙", "2026-05-01 00:00")
    assert numbers(star_of_the_month(office, APRIL)) == ["一科甲"]
    assert numbers(star_of_the_month(office, MAY)) == ["二科乙"]


def test_praise_is_no_star_but_another_reward(named, office, kept):
    named("一科甲", "2026-04-28 16:00", ground="表扬信")
    kept()
    found = stars.rounds(office, adoption(), APRIL)
    assert [s for r in found for s in r.stars] == []
    (other,) = stars.others(office, APRIL, found)
    assert (other.proposal.person.number, other.proposal.norm) == ("一科甲", "4.1.3a")
    assert other.proposal.amounts == {"credit": ["2", "2"]}


def test_a_naming_that_was_taken_back_is_none(named, office):
    event = named("一科甲", "2026-04-28 16:00")
    take_back(office, event)
    assert numbers(star_of_the_month(office, APRIL)) == []
    assert all(not c.named for c in stars.candidates(office, adoption(), APRIL))


def test_whether_the_month_s_star_was_named_in_time_is_the_measure_s_own_clock(named, office):
    set_up = datetime(2026, 3, 30, 9, tzinfo=ZONE)
    register(office, "office.established", {"unit": "总部"}, set_up)
    named("一科甲", "2026-04-28 16:00")
    with clock.frozen_at(NOON + timedelta(hours=1, seconds=1)):
        ring()  # What falls due by the calendar is asked about every hour.
    (april,) = star_of_the_month(office, APRIL).clocks
    assert (april.status, april.norm) == ("met", "1.4.5")
    (may,) = star_of_the_month(office, MAY).clocks
    assert (may.status, may.deadline.astimezone(ZONE).date()) == ("pending", MAY.last)


def test_a_star_leads_to_what_the_measure_gives_and_to_the_decision(
    named, office, quality, somebody, kept
):
    named("一科甲", "2026-04-28 16:00")
    kept()
    (star,) = star_of_the_month(office, APRIL).stars
    (follow,) = star.follows
    assert (follow.proposal.norm, follow.decision) == ("4.1.1a", None)
    page = said(quality.get(PAGE + "?period=2026-04"))
    assert "一科甲" in page
    assert f"/conduct/proposals/{follow.proposal.pk}/" in page
    leader = somebody("主任", Role.EXECUTIVE)
    made = actions.decide(
        Actor.of(leader.person), Proposal.objects.get(pk=follow.proposal.pk), Chosen("实至名归")
    )
    kept()
    page = said(quality.get(PAGE + "?period=2026-04"))
    assert made.cited in page
    assert f"/conduct/decisions/{made.number}/" in page


def test_candidates_are_stars_of_the_year_first_then_by_points_as_the_measure_counts_them(
    named, office, kept
):
    named("二科乙", "2026-02-27 16:00")
    named("二科乙", "2026-03-30 16:00")
    named("一科乙", "2026-04-28 16:00")
    named("一科甲", "2026-04-29 16:00", ground="表扬信")
    # A star of the year before weighs nothing now.
    named("二科甲", "2025-12-30 16:00")
    kept()
    for row in Proposal.objects.filter(person__number="一科甲"):
        actions.decide(office, row, Chosen("表扬"))
    kept()
    found = stars.candidates(office, adoption(), APRIL)
    assert [(c.person.number, len(c.named), f"{c.points}", c.rank) for c in found] == [
        # 12 and a point for each month, and two for a letter of praise.
        ("二科乙", 2, "14", 1), ("一科乙", 1, "13", 3), ("一科甲", 0, "14", 1),
        ("二科甲", 0, "12", 4), ("质办", 0, "12", 4),
    ]  # fmt: skip


def test_a_head_sees_the_own_section_and_no_other(named, somebody, office):
    named("一科甲", "2026-04-28 16:00")
    named("二科乙", "2026-04-29 16:00")
    head = somebody("科长", Role.HEAD, reach=Reach.UNIT, unit="一科")
    page = said(head.get(PAGE + "?period=2026-04"))
    assert "一科甲" in page
    assert "二科" not in page.partition("</header>")[2]
    book = load_workbook(io.BytesIO(head.get(PAGE + "stars.xlsx?period=2026-04").content))
    cells = [c.value for sheet in book for row in sheet.iter_rows() for c in row]
    assert "一科甲" in cells
    assert "二科乙" not in cells


def test_the_workbook_has_stars_and_candidates_and_taking_it_out_is_logged(named, quality, kept):
    named("一科甲", "2026-04-28 16:00")
    kept()
    answer = quality.get(PAGE + "stars.xlsx?period=2026-04")
    first, second, _marks = load_workbook(io.BytesIO(answer.content))
    rows = [[c.value for c in row] for row in first.iter_rows()]
    assert rows[1][:5] == ["每月评服务明星", "1.4.5", "一科甲", "一科甲", "一科"]
    assert rows[1][5:7] == ["2026-04-28 16:00", "质办"]
    assert [row[0].value for row in second.iter_rows()][1] == "一科甲"
    entry = LogEntry.objects.get(verb="assessment.take-out-stars")
    assert (entry.subject, entry.person) == ("period:2026-04", quality.person)


def test_the_form_to_register_a_naming_knows_what_it_is_for(quality):
    page = said(quality.get(PAGE))
    assert "/measure/events/register/reward.earned/?ground=" in page
    form = said(quality.get("/measure/events/register/reward.earned/?ground=月度明星"))
    assert '<option value="月度明星" selected' in form


def test_in_english_nothing_is_said_in_chinese_but_names(named, quality, kept):
    named("一科甲", "2026-04-28 16:00")
    kept()
    quality.cookies["django_language"] = "en"
    page = quality.get(PAGE + "?period=2026-04").content.decode()
    assert "a service star every month" in page
    assert "Candidates" in page


def test_where_the_measure_names_no_stars_what_it_gives_is_shown(browser, organisation):
    client = browser("质办", Role.QUALITY)
    page = said(client.get(PAGE))
    assert "所采用的办法没有设服务明星" in page
    assert "本年当选次数" not in page


@pytest.fixture
def published(office):
    """What the star-teller system says of someone is published."""

    def publish(number, on, satisfied, rated):
        unit = Person.objects.get(number=number).unit.code
        facts = {"case": f"D{number}", "person": number, "unit": unit, "switched_on": Decimal(on),
                 "satisfied": Decimal(satisfied), "rated": Decimal(rated)}  # fmt: skip
        at = datetime(2026, 4, 30, 10, tzinfo=ZONE)
        return register(office, "star.published", facts, at)

    return publish


def test_marks_of_the_star_teller_system_are_missed_as_the_measure_says(published, office):
    published("一科甲", "1", "0.99", "0.85")
    published("一科乙", "0.9999", "0.9899", "0.8499")
    heads = [(c.id, c.title) for c in stars.marks(adoption())]
    assert heads == [("4.2.15b", "开机率100%"), ("4.2.15c", "满意率不低于99%"),
                     ("4.2.15d", "评价率不低于85%")]  # fmt: skip
    found = {m.person.number: m.values for m in stars.marked(office, adoption(), APRIL)}
    assert [(str(v), missed) for v, missed in found["一科甲"]] == [
        ("1", False), ("0.99", False), ("0.85", False)
    ]  # fmt: skip
    assert [(str(v), missed) for v, missed in found["一科乙"]] == [
        ("0.9999", True), ("0.9899", True), ("0.8499", True)
    ]  # fmt: skip
    assert stars.marked(office, adoption(), MAY) == []


def test_the_page_and_the_workbook_show_what_was_published(published, quality, somebody):
    published("一科乙", "1", "0.985", "0.9")
    page = said(quality.get(PAGE + "?period=2026-04"))
    assert "满意率不低于99%" in page
    assert "98.50%" in page
    assert page.count("未达标") == 1
    book = load_workbook(io.BytesIO(quality.get(PAGE + "stars.xlsx?period=2026-04").content))
    rows = [[c.value for c in row] for row in book["公布的个人数据"].iter_rows()]
    assert rows[1][1:3] == ["一科乙", "一科"]
    assert rows[1][4:] == [1, 0, 0.985, 1, 0.9, 0]
    head = somebody("科长", Role.HEAD, reach=Reach.UNIT, unit="二科")
    assert "98.50%" not in said(head.get(PAGE + "?period=2026-04"))


@pytest.mark.parametrize(
    ("until", "stars_on"),
    [("2026-05-06 12:00", ["2026-04-30"]), ("2026-05-29 12:00", ["2026-05-23"])],
)
def test_the_bank_s_demonstration_has_a_star_whenever_it_is_opened(db, until, stars_on):
    """At the end of a month; where none ends within the days, some days before they do."""
    until = datetime.fromisoformat(until).replace(tzinfo=ZONE)
    organisation = Organisation.objects.create(code="bank", name="某支行")
    with scope(organisation.pk), clock.frozen_at(until):
        house = found("bank")
        for n in range(3):
            person = Person.objects.create(number=f"柜员{n}", name="柜员", unit=house.units["总部"])
            RoleGrant.objects.create(person=person, role=Role.EMPLOYEE, reach=Reach.OWN)
        days.run(days.heap(naming.namings(house, until, 28)), until)
        told = Event.objects.filter(type="reward.earned").order_by("at")
        named = [e.at.astimezone(ZONE).date() for e in told if e.facts["ground"] == "月度明星"]
        assert [str(day) for day in named] == stars_on
        assert any(e.facts["ground"] == "表扬信" for e in told)
