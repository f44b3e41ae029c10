"""Findings: who, which norm, when, how known; and what the measure makes of them."""

from __future__ import annotations

from datetime import date, timedelta
from io import BytesIO

import pytest
from django.core.exceptions import ValidationError
from django.db import DatabaseError, transaction
from openpyxl import load_workbook

from shouwen.service.access.gate import NotAllowed
from shouwen.service.enactment.models import Adoption, Breach, Event, Thread
from shouwen.service.house.actions import move
from shouwen.service.inspections.actions import finding as actions
from shouwen.service.inspections.actions import planning
from shouwen.service.inspections.actions.finding import Found
from shouwen.service.inspections.judgement import judged
from shouwen.service.inspections.models import Finding, Rules, TakenBack
from shouwen.service.organisations.models import Person, Reach, Role, Unit, UnitKind
from tests.service.conftest import NOON
from tests.service.pages.test_a_day import said


def test_a_finding_is_the_measure_s_event_and_its_breach(found, clerk, station):
    row = found(norm="2.5.1")
    event = Event.objects.get()
    assert (event.type, event.facts["norm"], event.facts["person"]) == (
        "finding.made", "2.5.1", "营业员甲",
    )  # fmt: skip
    breach = Breach.objects.get()
    assert (breach.norm, breach.person, breach.unit, breach.at) == ("2.5.1", clerk, station, NOON)
    assert row.act == event.act
    judgement, thread = judged(row)
    assert [b.norm for b in judgement.breaches] == ["2.5.1"]
    assert judgement.consequences
    assert thread == event.thread


def test_the_unit_is_that_of_the_day_of_the_act(found, clerk, staff, acting, station):
    west = Unit.objects.create(code="河西站", name="河西服务站", kind=UnitKind.STATION)
    move(
        acting(staff("管理员", Role.ADMINISTRATOR, reach=Reach.ORGANISATION)),
        clerk,
        west,
        date(2026, 5, 4),
    )
    clerk.refresh_from_db()
    before = found(occurred_at=NOON - timedelta(days=3))
    after = found(occurred_at=NOON - timedelta(hours=1))
    assert (before.unit, after.unit) == (station, west)
    assert [b.unit for b in Breach.objects.order_by("at")] == [station, west]


def test_who_inspects_one_unit_finds_what_happened_there_even_if_the_person_has_gone(
    found, clerk, staff, acting, station
):
    west = Unit.objects.create(code="河西站", name="河西服务站", kind=UnitKind.STATION)
    move(
        acting(staff("管理员", Role.ADMINISTRATOR, reach=Reach.ORGANISATION)),
        clerk,
        west,
        date(2026, 5, 4),
    )
    clerk.refresh_from_db()
    head = acting(staff("站长", Role.HEAD, reach=Reach.UNIT))
    assert found(by=head, occurred_at=NOON - timedelta(days=3)).unit == station
    with pytest.raises(NotAllowed):
        found(by=head, occurred_at=NOON)


def test_what_was_found_before_today_shows_as_recorded_later(found):
    row = found(occurred_at=NOON - timedelta(days=6), found_at=NOON - timedelta(days=5))
    assert row.later
    assert row.recorded_at == NOON
    event = Event.objects.get()
    assert (event.at, event.recorded_at) == (NOON - timedelta(days=5), NOON)
    assert not found(norm="2.6d").later


@pytest.mark.parametrize(
    ("told", "says"),
    [
        ({"found_at": NOON - timedelta(days=8), "occurred_at": NOON - timedelta(days=8)}, "8"),
        ({"occurred_at": NOON - timedelta(days=181)}, "180"),
        ({"occurred_at": NOON + timedelta(minutes=1)}, "."),
        ({"found_at": NOON + timedelta(hours=1)}, "."),
        ({"norm": "99.9"}, "99.9"),
        ({"norm": ""}, "."),
        ({"said": " "}, "."),
        ({"evidence": ""}, "."),
        ({"person": None}, "."),
        ({"agent": "某商行"}, "."),
        ({"own": {"colour": "red"}}, "colour"),
        ({"own": {"fault": "不知道"}}, "fault|过失"),
    ],
)
def test_what_cannot_be_is_refused_whole(found, told, says):
    with pytest.raises(ValidationError, match=says):
        found(**told)
    assert not Finding.objects.exists()
    assert not Event.objects.exists()


def test_everything_that_is_missing_is_said_at_once(found):
    with pytest.raises(ValidationError) as refused:
        found(norm="99.9", said="", evidence="", person=None, unit=None)
    assert len(refused.value.messages) == 1  # Nobody and no unit: there is nothing to go on with.
    with pytest.raises(ValidationError) as refused:
        found(norm="99.9", said="", evidence="")
    assert len(refused.value.messages) == 3


def test_the_organisation_sets_how_far_back_one_may_go(found, officer):
    long_ago = {"found_at": NOON - timedelta(days=20), "occurred_at": NOON - timedelta(days=300)}
    with pytest.raises(ValidationError):
        found(**long_ago)
    planning.set_rules(officer, Rules(entered_within=30, found_within=365, put_right_within=10))
    assert found(**long_ago).later


def test_nothing_is_found_against_a_day_without_a_measure(under):
    with under("cable", since=date(2026, 5, 1)) as (unit, officer):
        person = Person.objects.create(number="员工甲", name="员工甲", unit=unit)
        told = Found("2.5.1", NOON - timedelta(days=6), "倚靠柜台", "录像", person=person)
        with pytest.raises(ValidationError, match="没有施行的办法"):
            actions.find(officer, told)
        assert not Finding.objects.exists()
        told = Found("2.5.1", NOON - timedelta(days=5), "倚靠柜台", "录像", person=person)
        assert actions.find(officer, told).number


def test_nobody_finds_anything_of_themselves(found, officer):
    with pytest.raises(ValidationError):
        found(person=officer.person)


def test_who_may_not_inspect_finds_nothing(found, clerk, acting, staff):
    with pytest.raises(NotAllowed):
        found(by=acting(staff("营业员乙", Role.CLERK)))


def test_the_same_finding_twice_is_refused_with_its_number(found):
    first = found()
    with pytest.raises(ValidationError, match=first.number):
        found()
    # Another time, another act.
    assert found(occurred_at=NOON - timedelta(hours=1)).number != first.number


def test_one_act_that_broke_several_norms_is_one_occasion(found, staff):
    first = found(norm="2.5.1")
    second = found(norm="2.6d", same_act_as=first)
    assert second.occasion == first.number
    assert Thread.objects.filter(key=f"case:{first.number}").count() == 1
    # Under the reading that fines an occasion once there is one fine for both.
    fines = {c.outcome for c in judged(second)[0].consequences}
    assert len(judged(second)[0].breaches) == 1
    assert fines <= {c.outcome for c in judged(first)[0].consequences} | fines
    with pytest.raises(ValidationError, match=first.number):
        found(norm="2.6e", same_act_as=first, person=staff("营业员乙", Role.CLERK))
    with pytest.raises(ValidationError, match=second.number):
        found(norm="2.6d", same_act_as=first, occurred_at=NOON - timedelta(minutes=1))


def test_the_reading_in_force_at_the_act_decides_not_the_one_when_it_was_found(found, officer):
    """A slogan may be found broken by itself only under one of the readings."""
    Adoption.objects.create(
        measure="cable", readings={"口号": "可单独处罚"}, first_day=date(2026, 5, 6),
        adopted_at=NOON,
    )  # fmt: skip
    before = found(norm="2.1a", occurred_at=NOON - timedelta(days=1))
    assert before.adoption.first_day == date(2013, 9, 1)
    today = found(norm="2.1a", occurred_at=NOON)
    assert today.adoption.first_day == date(2026, 5, 6)
    assert bool(judged(before)[0].breaches) != bool(judged(today)[0].breaches)


def test_what_the_measure_must_know_besides_is_named(found):
    """Hair that is too long is found only with a picture or note, or a limit."""
    unknown = judged(found(norm="2.6c"))[0]
    assert not unknown.breaches
    assert "有照片或笔录" in "".join(unknown.missing)
    known = judged(found(norm="2.6c", own={"documented": True}, occurred_at=NOON.replace(hour=9)))
    assert [b.norm for b in known[0].breaches] == ["2.6c"]


def test_a_finding_taken_back_takes_its_breach_with_it_and_stays_on_record(found, officer):
    row = found()
    actions.take_back(officer, row, "认错了人")
    assert not Breach.objects.filter(gone=False).exists()
    assert Finding.objects.get() == row
    assert TakenBack.objects.get().reason == "认错了人"
    assert Event.objects.get(retracts=True).supersedes == Event.objects.get(retracts=False).uid
    assert judged(row)[0].nothing
    with pytest.raises(ValidationError):
        actions.take_back(officer, row, "再撤一次")


def test_what_was_taken_back_may_be_found_again(found, officer):
    actions.take_back(officer, found(), "时间记错")
    assert found().number


def test_a_finding_is_taken_back_with_a_reason_by_the_quality_office_and_not_by_oneself(
    found, officer, acting, staff, clerk
):
    row = found()
    with pytest.raises(ValidationError):
        actions.take_back(officer, row, " ")
    with pytest.raises(NotAllowed):
        actions.take_back(acting(staff("站长", Role.HEAD, reach=Reach.UNIT)), row, "不对")
    other = acting(staff("质量员乙", Role.QUALITY, reach=Reach.ORGANISATION))
    about = found(by=officer, person=other.person)
    with pytest.raises(ValidationError):
        actions.take_back(other, about, "我没有")


def test_a_finding_in_the_place_of_another_takes_that_one_back(found, officer, staff):
    first = found()
    right = staff("营业员乙", Role.CLERK)
    told = Found("2.5.1", NOON, "接待时倚靠柜台", "录像", person=right)
    second = actions.replace(officer, first, told, "认错了人")
    assert second.instead_of == first
    assert [b.person for b in Breach.objects.filter(gone=False)] == [right]
    wrong = Found("99.9", NOON, "说错", "录像", person=right)
    with pytest.raises(ValidationError):
        actions.replace(officer, second, wrong, "再改")
    assert not TakenBack.objects.filter(finding=second).exists()


def test_a_finding_cannot_be_edited_or_deleted_in_the_database(found):
    row = found()
    for misuse in (
        lambda: Finding.objects.filter(pk=row.pk).update(said="没有的事"),
        lambda: Finding.objects.filter(pk=row.pk).delete(),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            misuse()
    assert Finding.objects.get().said == "接待时倚靠柜台"


# --- under the other measures ---


@pytest.mark.parametrize(
    ("measure", "norm", "type_"),
    [("power", "4.1.13b", "finding.made"), ("bureau", "4.1.13b", "finding.made"),
     ("bank", "4.2.4a", "violation.found")],
)  # fmt: skip
def test_the_same_page_serves_every_measure(under, measure, norm, type_):
    with under(measure) as (unit, officer):
        person = Person.objects.create(number="员工甲", name="员工甲", unit=unit)
        row = actions.find(officer, Found(norm, NOON, "不合规范", "当场所见", person=person))
        event = Event.objects.get()
        assert event.type == type_
        judgement, _thread = judged(row)
        assert [b.norm for b in judgement.breaches] == [norm], judgement
        assert Breach.objects.get().person == person


def test_under_the_agents_measure_a_finding_is_of_an_agent_or_of_the_company(under):
    with under("agent") as (unit, officer):
        actions.find(officer, Found("2.3b", NOON, "私下转让", "合同复印件", unit=unit,
                                    agent="江州商行"))  # fmt: skip
        actions.find(officer, Found("1.7a", NOON, "未按期供货", "发货单", unit=unit))
        told = {e.type: e.facts for e in Event.objects.all()}
        assert told["finding.made"]["agent"] == "江州商行"
        assert told["lapse.confirmed"]["department"] == "本部"
        assert Breach.objects.count() == 2


# --- the pages ---


@pytest.fixture
def page(browser):
    return browser("质检", Role.QUALITY)


def form(clerk, **more):
    return {"person": clerk.pk, "norm": "2.5.1", "occurred_at": "2026-05-06T11:30",
            "found_at": "", "said": "接待时倚靠柜台", "evidence": "当场所见"} | more  # fmt: skip


def test_one_looks_at_what_the_measure_would_say_before_anything_is_written(page, clerk):
    shown = said(page.post("/inspections/findings/new/", form(clerk, look="1")))
    assert "100" in shown  # the fine that would be proposed
    assert "500" in shown
    assert not Finding.objects.exists()
    shown = said(page.post("/inspections/findings/new/", form(clerk, norm="2.6c", look="1")))
    assert "有照片或笔录" in shown


def test_a_finding_is_recorded_shown_changed_and_taken_back_in_the_browser(page, clerk, staff):
    at = page.post("/inspections/findings/new/", form(clerk))["Location"]
    shown = said(page.get(at))
    for words in ("接待时倚靠柜台", "2.5.1", "营业员甲", "当场所见", "一般违规罚款"):
        assert words in shown
    right = staff("营业员乙", Role.CLERK)
    changed = page.post(f"{at}change/", form(right, reason="认错了人"))
    new = changed["Location"]
    assert "认错了人" in said(page.get(at))
    page.post(f"{new}take-back/", {"reason": "查无此事"})
    assert "查无此事" in said(page.get(new))
    assert not Breach.objects.filter(gone=False).exists()


def test_a_form_that_is_wrong_says_what(page, clerk):
    answer = page.post("/inspections/findings/new/", form(clerk, norm="1.0"))
    assert answer.status_code == 422
    answer = page.post("/inspections/findings/new/", form(clerk, occurred_at="2025-05-06T11:30"))
    assert answer.status_code == 422
    assert "180" in said(answer)


def test_everyone_sees_what_was_found_of_themselves_and_heads_that_of_their_unit(
    found, browser, staff, clerk
):
    row = found()
    clerk_client = browser("营业员丙", Role.EMPLOYEE, reach=Reach.OWN)
    assert clerk_client.get(f"/inspections/findings/{row.number}/").status_code == 404
    own = found(person=clerk_client.person)
    assert own.said in said(clerk_client.get(f"/inspections/findings/{own.number}/"))
    listed = said(clerk_client.get("/inspections/findings/"))
    assert own.number in listed
    assert row.number not in listed
    head = browser("站长", Role.HEAD, reach=Reach.UNIT)
    head.person.grants.update(unit=clerk.unit)
    assert row.number in said(head.get("/inspections/findings/"))


def test_the_list_is_filtered_and_taken_out_as_a_sheet(page, found, officer):
    first = found()
    second = found(norm="2.6d", said="=1+1")
    actions.take_back(officer, first, "不对")
    shown = said(page.get("/inspections/findings/?state=standing"))
    assert second.number in shown
    assert first.number not in shown
    assert first.number in said(page.get("/inspections/findings/?norm=2.5.1"))
    assert first.number not in said(page.get("/inspections/findings/?from=2026-05-07"))
    answer = page.get("/inspections/findings/?format=xlsx")
    rows = list(load_workbook(BytesIO(answer.content)).active.values)
    assert len(rows) == 3
    # A sheet must not reckon what someone wrote.
    assert any("'=1+1" in r for r in rows)
