"""The other measures: what they ask for on publishing is theirs to say."""

from __future__ import annotations

from datetime import date, datetime

import pytest
from django.core.exceptions import ValidationError

from shouwen.service.access.actor import Actor
from shouwen.service.enactment.bridge import register
from shouwen.service.enactment.models import Adoption, Breach, Clock, Event, Stage
from shouwen.service.organisations.models import Person, Reach, Role, RoleGrant, Unit, UnitKind
from shouwen.service.publication import actions
from shouwen.service.publication.actions import Written
from shouwen.service.publication.gaps import board
from shouwen.service.publication.measure import known_to
from shouwen.service.publication.models import Audience, Page
from shouwen.service.publication.obligations import EACH, asked, obligations
from shouwen.service.publication.sheets import figure_rows
from shouwen.service.tenancy.models import Organisation
from shouwen.service.tenancy.scope import scope

from ..conftest import NOON, ZONE


@pytest.fixture
def under(db, at_noon):
    """An organisation under another measure: `under("bank")` gives its quality office."""
    from contextlib import ExitStack

    with ExitStack() as stack:

        def found(measure):
            row = Organisation.objects.create(code=measure, name=measure)
            stack.enter_context(scope(row.pk))
            Adoption.objects.create(measure=measure, first_day=date(2006, 1, 1), adopted_at=NOON)
            unit = Unit.objects.create(code="一科", name="一科", kind=UnitKind.DEPARTMENT)
            person = Person.objects.create(number="文优办", name="文优办", unit=unit)
            RoleGrant.objects.create(person=person, role=Role.QUALITY, reach=Reach.ORGANISATION)
            Person.objects.create(number="101", name="柜员甲", unit=unit)
            Person.objects.create(number="102", name="柜员乙", unit=unit)
            return Actor.of(person)

        yield found


def make(actor, slug, norm, text="如下", rows="", audience=Audience.STAFF):
    page = Page(slug=slug, title=slug, audience=audience, owner=actor.person)
    actions.plan(actor, page, [norm])
    return page, write(actor, page, norm, text, rows)


def write(actor, page, norm, text, rows):
    known = known_to(actor)
    assert known is not None
    fields = asked(known, EACH, [norm])[0].fields if rows else ()
    figures = {"rows": figure_rows(rows, fields, ZONE)} if rows else {}
    return actions.write(actor, page, Written(page.slug, text, "定期公布", figures=figures))


def row_of(actor, norm):
    return next(r for r in board(actor).rows if r.obligation.norm == norm)


def test_work_that_the_office_has_planned_is_the_reminder_and_ends_with_the_publication(under):
    office = under("bank")
    planned = {"case": "W1", "unit": "一科", "task": "公布积分", "due_day": date(2026, 5, 20)}
    register(office, "office-work.planned", planned)
    page, version = make(office, "points", "3n", "五月积分")
    row = row_of(office, "3n")
    assert row.clock.case_key == "W1"
    assert row.clock.deadline == datetime(2026, 5, 20, 23, 59, 59, tzinfo=ZONE)
    assert [g.kind.value for g in row.gaps] == ["soon"]
    actions.publish(office, page, version.number)
    clock = Clock.objects.get(rule="office-work")
    assert (clock.stage, clock.status) == (Stage.DONE, "met")
    assert row_of(office, "3n").clock is None


def test_published_data_of_tellers_are_told_row_by_row_and_a_miss_is_a_breach(under):
    office = under("bank")
    rows = "101\t一科\t100%\t99.2%\t90%\n102, 一科, 100%, 98%, 90%"
    page, version = make(office, "stars", "4.2.15a", rows=rows)
    actions.publish(office, page, version.number)
    told = Event.objects.filter(type="star.published").order_by("uid")
    assert {e.facts["person"]: e.facts["satisfied"] for e in told} == {
        "101": "0.992", "102": "0.98"}  # fmt: skip
    breach = Breach.objects.get(gone=False, bearer="102")
    assert breach.norm in ("4.2.15c", "4.2.15e")
    assert not Breach.objects.filter(bearer="101").exists()


def test_a_corrected_text_tells_no_row_twice_and_next_month_s_rows_are_told_again(
    under, the_clock_stands_at
):
    office = under("bank")
    rows = "101, 一科, 100%, 99%, 90%\n102, 一科, 100%, 98%, 90%"
    page, version = make(office, "stars", "4.2.15a", rows=rows)
    actions.publish(office, page, version.number)
    actions.publish(office, page, write(office, page, "4.2.15a", "改了错字", rows).number)
    assert Event.objects.filter(type="star.published").count() == 2
    the_clock_stands_at("2026-06-06 12:00")
    actions.publish(office, page, write(office, page, "4.2.15a", "六月", rows).number)
    assert Event.objects.filter(type="star.published").count() == 4


def test_prices_are_told_product_by_product_and_only_when_they_are_new(under, the_clock_stands_at):
    office = under("agent")
    page, version = make(office, "prices", "1.4a", rows="P1, 100\nP2, 88.50")
    actions.publish(office, page, version.number)
    the_clock_stands_at("2026-06-06 12:00")
    newer = write(office, page, "1.4a", "P2调价", "P1, 100\nP2, 90")
    actions.publish(office, page, newer.number)
    told = Event.objects.filter(type="price.suggested").order_by("at", "uid")
    assert [(e.facts["product"], e.facts["price"]) for e in told][:2] == [
        ("P1", "100"), ("P2", "88.50")]  # fmt: skip
    assert [(e.facts["product"], e.facts["price"]) for e in told][2:] == [("P2", "90")]


def test_the_calendar_of_reception_days_sets_the_clocks_of_the_days(under):
    office = under("power")
    page, version = make(office, "reception", "4.2.2b", rows="101, 2026-05-15",
                         audience=Audience.PUBLIC)  # fmt: skip
    actions.publish(office, page, version.number)
    assert Event.objects.get(type="reception-day.planned").facts["day"] == "2026-05-15"
    assert Clock.objects.get(rule="keep-reception-day").bearer == "101"


def test_what_does_not_fit_the_measure_is_refused_whole_with_every_line(under):
    office = under("bank")
    with pytest.raises(ValidationError) as refused:
        make(office, "stars", "4.2.15a", rows="101, 一科, 多, 99%, 90%\n999, 二科, 1, 1, 1\n101, 1")
    assert len(refused.value.messages) == 4
    assert not Event.objects.filter(type="star.published").exists()


@pytest.mark.parametrize("measure", ["cable", "bank", "agent", "power", "bureau"])
def test_every_measure_has_its_own_list_of_what_must_be_public(under, measure):
    office = under(measure)
    must = obligations(known_to(office).measure)
    assert must
    assert [r.gaps[0].kind.value for r in board(office).rows] == ["missing"] * len(must)


def test_without_a_measure_in_force_pages_can_be_kept_all_the_same(db, at_noon):
    row = Organisation.objects.create(code="new", name="新单位")
    with scope(row.pk):
        unit = Unit.objects.create(code="本部", name="本部", kind=UnitKind.COMPANY)
        person = Person.objects.create(number="1", name="办公室", unit=unit)
        RoleGrant.objects.create(person=person, role=Role.QUALITY, reach=Reach.ORGANISATION)
        office = Actor.of(person)
        page = actions.plan(office, Page(slug="about", title="关于", owner=person), [])
        actions.write(office, page, Written("关于", "我们是谁", "首次"))
        actions.publish(office, page, 1)
        assert board(office).rows == []
        assert [p.slug for p, _gaps in board(office).others] == ["about"]
