"""People who take turns of duty."""

from __future__ import annotations

from datetime import date

import pytest

from shouwen.service.enactment.models import Event
from shouwen.service.organisations.models import Role, RosterShift

from ..conftest import ZONE
from ..pages.test_a_day import said


@pytest.fixture
def administrator(browser):
    return browser("管理员", Role.ADMINISTRATOR)


@pytest.fixture
def leaders(staff):
    return [staff(n) for n in ("经理甲", "经理乙", "经理丙")]


def form(station, **more):
    return {
        "kind": "executive", "unit": station.pk, "people": "经理甲\n经理乙 经理丙",
        "first": "2026-05-04", "last": "2026-05-11", "days": "all", "begins": "08:00",
        "ends": "18:00", "stretch": "1",
    } | more  # fmt: skip


def turns():
    rows = RosterShift.objects.select_related("person").order_by("starts")
    return [(s.starts.astimezone(ZONE).date().day, s.person.number) for s in rows]


def test_nothing_is_kept_before_it_was_looked_at(administrator, station, leaders):
    page = said(administrator.post("/house/roster/rotation/", form(station, do="look")))
    assert page.count("05-04 08:00") == 1
    assert not RosterShift.objects.exists()
    administrator.post("/house/roster/rotation/", form(station, do="keep"))
    assert turns() == [
        (4, "经理甲"), (5, "经理乙"), (6, "经理丙"), (7, "经理甲"), (8, "经理乙"),
        (9, "经理丙"), (10, "经理甲"), (11, "经理乙"),
    ]  # fmt: skip
    assert Event.objects.filter(type="shift.planned").count() == 8


def test_working_days_are_those_of_the_state_council_and_a_stretch_stays_with_one(
    administrator, station, leaders
):
    # 4 and 5 May 2026 are Labour Day's, Saturday 9 May makes up for one of them.
    administrator.post(
        "/house/roster/rotation/", form(station, do="keep", days="working", stretch="2")
    )
    assert turns() == [
        (6, "经理甲"), (7, "经理甲"), (8, "经理乙"), (9, "经理乙"), (11, "经理丙"),
    ]  # fmt: skip


def test_a_night_ends_on_the_next_day(administrator, station, leaders):
    night = form(station, do="keep", kind="night", begins="22:00", ends="08:00", last="2026-05-04")
    administrator.post("/house/roster/rotation/", night)
    shift = RosterShift.objects.get()
    assert shift.ends.astimezone(ZONE).date() == date(2026, 5, 5)


def test_all_turns_are_kept_or_none_and_every_clash_is_named(administrator, station, leaders):
    own = {"kind": "hall", "person": leaders[0].pk, "unit": station.pk,
           "starts": "2026-05-07T09:00", "ends": "2026-05-07T17:00"}  # fmt: skip
    administrator.post("/house/roster/", own)
    again = own | {"starts": "2026-05-10T09:00", "ends": "2026-05-10T17:00"}
    administrator.post("/house/roster/", again)
    page = administrator.post("/house/roster/rotation/", form(station, do="keep", kind="hall"))
    assert page.status_code == 422
    assert "2026-05-07: 经理甲" in said(page)
    assert "2026-05-10: 经理甲" in said(page)
    assert RosterShift.objects.count() == 2


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"people": "经理甲 张无 李无"}, "没有工号为 张无, 李无 的人员"),
        ({"last": "2026-05-03"}, "末日早于首日"),
        ({"days": "rest", "first": "2026-05-06", "last": "2026-05-07"}, "这些日期之间没有值班日"),
        ({"last": "2028-05-03"}, "一次最多排 400"),
    ],
)
def test_what_cannot_be_planned_is_said(administrator, station, leaders, wrong, words):
    page = administrator.post("/house/roster/rotation/", form(station, do="keep") | wrong)
    assert page.status_code == 422
    assert words in said(page)
    assert not RosterShift.objects.exists()


def test_the_roster_is_looked_at_week_by_week(administrator, station, leaders):
    administrator.post("/house/roster/rotation/", form(station, do="keep", last="2026-06-30"))
    assert "06-03 08:00" not in said(administrator.get("/house/roster/"))
    assert "06-03 08:00" in said(administrator.get("/house/roster/", {"from": "2026-06-01"}))
    assert administrator.get("/house/roster/", {"from": "2026-13-01"}).status_code == 200
