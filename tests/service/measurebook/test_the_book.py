"""The measure as people read it and write in it, whatever measure it is."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from shouwen.service.audit.models import LogEntry
from shouwen.service.enactment.enacted import in_force
from shouwen.service.enactment.models import Adoption, Breach, Clock, Event
from shouwen.service.organisations.models import Role, Unit, UnitKind
from shouwen.service.tenancy.models import Organisation
from shouwen.service.tenancy.scope import scope
from tests.service.conftest import NOON
from tests.service.pages.test_a_day import said

REPAIR = "/measure/events/register/repair.reported/"


@pytest.fixture
def quality(browser):
    return browser("质量员", Role.QUALITY)


@pytest.fixture
def facts(station, staff):
    return {
        "happened_at": "2026-05-06T11:00", "case": "C1", "area": "城区", "uid": "one",
        "technician": staff("维修员", Role.TECHNICIAN).pk, "unit": station.pk,
    }  # fmt: skip


def test_an_event_is_registered_by_a_form_made_from_the_vocabulary(quality, facts):
    form = said(quality.get(REPAIR))
    assert "区域" in form
    assert "城区" in form
    assert "农村" in form
    quality.post(REPAIR, facts)
    event = Event.objects.get()
    assert event.facts == {
        "case": "C1", "area": "城区", "technician": "维修员", "unit": "城关站"
    }  # fmt: skip
    assert Clock.objects.filter(rule="arrive", status="breached").exists()


def test_the_same_form_sent_twice_registers_one_event(quality, facts):
    quality.post(REPAIR, facts)
    quality.post(REPAIR, facts)
    assert Event.objects.count() == 1


def test_what_the_measure_would_say_is_shown_before_anything_is_written(quality, facts):
    page = said(quality.post(REPAIR, facts | {"look": "1"}))
    assert "3.3.2c" in page
    assert "维修员违反" in page
    assert not Event.objects.exists()


def test_what_lies_in_the_future_is_refused(quality, facts):
    answer = quality.post(REPAIR, facts | {"happened_at": "2026-05-06T13:00"})
    assert answer.status_code == 422
    assert not Event.objects.exists()


def test_an_event_that_did_not_happen_is_taken_back_with_a_reason_and_stays(quality, facts):
    quality.post(REPAIR, facts)
    event = Event.objects.get()
    address = f"/measure/events/{event.uid}/take-back/"
    quality.post(address, {"reason": " "})
    assert Event.objects.count() == 1
    quality.post(address, {"reason": "登记错了"})
    assert Event.objects.filter(retracts=True, supersedes=event.uid).count() == 1
    assert not Breach.objects.filter(gone=False).exists()
    again = quality.post(address, {"reason": "再来"}, follow=True)
    assert "已被更正或撤回" in said(again)


def test_a_breach_says_why_and_what_would_have_sufficed(quality, facts):
    quality.post(REPAIR, facts)
    breach = Breach.objects.get(norm="3.3.2c")
    assert "3.3.2c" in said(quality.get("/measure/breaches/"))
    page = said(quality.get(f"/measure/why/{breach.thread_id}/{breach.outcome}"))
    assert "城区报修，半小时内到场" in page
    assert "正好三十分钟到场" in page
    instead = said(quality.get(f"/measure/instead/{breach.thread_id}/{breach.outcome}"))
    assert "11:30" in instead


def test_why_is_not_told_to_strangers(quality, facts, browser):
    quality.post(REPAIR, facts)
    breach = Breach.objects.get(norm="3.3.2c")
    from shouwen.service.organisations.models import Reach

    stranger = browser("外人", Role.CLERK, reach=Reach.OWN)
    assert stranger.get(f"/measure/why/{breach.thread_id}/{breach.outcome}").status_code == 404


def test_every_norm_stands_in_the_book_and_is_found_by_its_words(quality):
    page = said(quality.get("/measure/"))
    assert page.count('class="norm-item"') == 264
    found = said(quality.get("/measure/?q=半小时内到场"))
    assert found.count('class="norm-item"') == 1


def test_checklists_are_made_of_the_standards_of_conduct(quality):
    assert "☐" in said(quality.get("/measure/checklists/"))


@pytest.fixture
def drafter(browser):
    return browser("起草人", Role.DRAFTER)


def other_reading(drafter):
    """The reading of 3.2.6f and an option that is not the default."""
    from shouwen.service.enactment.enacted import measure_of

    reading = next(r for r in measure_of("cable").readings.values() if r.norm == "3.2.6f")
    return reading.id, next(o for o in reading.options if o != reading.default)


def test_another_reading_is_looked_at_before_it_is_adopted(drafter, acting, staff):
    from shouwen.service.enactment.bridge import perform

    operator = acting(staff("接线员", Role.OPERATOR))
    call = {"person": "接线员", "unit": "城关站", "topic": "repair", "rings": 2}
    perform(operator, "call.answered", call, case="C1")
    id_, option = other_reading(drafter)
    page = said(drafter.post("/measure/adoption/", {id_: option, "look": "1",
                                                    "first_day": "2026-05-07"}))  # fmt: skip
    assert "case:C1" in page
    assert "3.2.6f" in page
    assert 'name="adopt"' in page
    assert 'name="adopt"' not in said(drafter.get("/measure/adoption/"))
    assert Adoption.objects.count() == 1
    drafter.post("/measure/adoption/", {id_: option, "adopt": "1", "first_day": "2026-05-07"})
    row = Adoption.objects.latest("id")
    assert (row.readings, row.first_day) == ({id_: option}, date(2026, 5, 7))


def test_the_past_is_not_read_anew_and_a_day_is_taken_once(drafter):
    past = {"adopt": "1", "first_day": "2026-05-05"}
    assert "过去的仍按原来的裁定" in said(drafter.post("/measure/adoption/", past))
    today = {"adopt": "1", "first_day": "2026-05-06"}
    drafter.post("/measure/adoption/", today)
    assert "今天已有采用记录" in said(drafter.post("/measure/adoption/", today))
    assert Adoption.objects.count() == 2


def test_what_was_adopted_for_a_day_to_come_may_be_decided_otherwise_until_then(drafter):
    id_, option = other_reading(drafter)
    for chosen in ({id_: option}, {}):
        asked = {**chosen, "adopt": "1", "first_day": "2026-05-09"}
        drafter.post("/measure/adoption/", asked)
    page = said(drafter.get("/measure/adoption/"))
    assert page.count("生效前已被取代") == 1
    assert page.count("/withdraw/") == 1
    in_force_then = in_force(NOON + timedelta(days=4))
    assert in_force_then == Adoption.objects.latest("id")


def test_an_adoption_is_withdrawn_with_a_reason_and_stays_on_record(drafter):
    id_, option = other_reading(drafter)
    drafter.post("/measure/adoption/", {id_: option, "adopt": "1", "first_day": "2026-05-09"})
    row = Adoption.objects.latest("id")
    address = f"/measure/adoption/{row.pk}/withdraw/"
    assert "请写明原因" in said(drafter.post(address, {"reason": " "}, follow=True))
    assert "已撤回" in said(drafter.post(address, {"reason": "职代会未通过"}, follow=True))
    going_on = in_force(NOON + timedelta(days=4))
    assert (going_on.measure, going_on.readings, going_on.reason) == ("cable", {}, "职代会未通过")
    assert Adoption.objects.filter(pk=row.pk).exists()
    assert LogEntry.objects.filter(verb="measure.withdraw").count() == 1
    again = said(drafter.post(address, {"reason": "再来一次"}, follow=True))
    assert "该日已另有采用" in again
    assert Adoption.objects.count() == 3


def test_what_is_in_force_cannot_be_withdrawn(drafter, the_clock_stands_at):
    id_, option = other_reading(drafter)
    drafter.post("/measure/adoption/", {id_: option, "adopt": "1", "first_day": "2026-05-07"})
    row = Adoption.objects.latest("id")
    the_clock_stands_at("2026-05-07 08:00")
    answer = drafter.post(f"/measure/adoption/{row.pk}/withdraw/", {"reason": "晚了"}, follow=True)
    assert "已经施行" in said(answer)
    assert Adoption.objects.count() == 2
    assert drafter.post("/measure/adoption/999999/withdraw/", {"reason": "无"}).status_code == 404


@pytest.mark.parametrize("measure", ["bank", "agent", "power", "bureau"])
def test_every_form_of_every_measure_can_be_opened(measure, db, at_noon, django_user_model):
    """Whatever an organisation has adopted, each of its events can be registered."""
    from shouwen.service.enactment.enacted import measure_of
    from shouwen.service.measurebook.forms import EventForm

    organisation = Organisation.objects.create(code=measure, name=measure)
    with scope(organisation.pk):
        Adoption.objects.create(measure=measure, first_day=date(2006, 1, 1), adopted_at=NOON)
        Unit.objects.create(code="U", name="U", kind=UnitKind.BRANCH)
        book = measure_of(measure)
        for relation in book.vocabulary.events.values():
            form = EventForm(book, relation, {"happened_at": "2026-05-06T11:00"})
            assert form.is_valid(), (relation.name, form.errors)
            assert form.as_p()


def test_a_record_knows_the_second_time_and_the_share_of_the_chief(
    quality, browser, staff, station, acting, the_clock_stands_at
):
    """Arriving late twice within a year: the second fine is higher, and the chief bears a part."""
    from shouwen.service.access.actor import Actor
    from shouwen.service.enactment.bridge import register

    technician = browser("维修员", Role.TECHNICIAN)
    chief = staff("主任", Role.HEAD)
    office = Actor(station.organisation, None)
    since = NOON.replace(year=2024)
    post = {"person": "主任", "unit": "城关站", "post": "chief", "from": since}
    register(office, "post.held", post, at=since)
    for n, day in enumerate(("2026-05-06", "2026-05-07")):
        case = {"case": f"C{n}", "technician": "维修员", "unit": "城关站", "area": "城区"}
        at = the_clock_stands_at(f"{day} 12:00")
        register(office, "repair.reported", case, at=at)
        at = the_clock_stands_at(f"{day} 12:50")
        register(office, "repair.arrived", {"case": f"C{n}"}, at=at)
    page = said(technician.get("/measure/record/"))
    assert page.count("维修员违反") >= 2
    assert "罚款" in page
    page = said(quality.get(f"/measure/records/{chief.pk}/"))
    assert "主任" in page


def test_a_record_is_seen_by_those_who_answer_for_the_person_only(browser, staff, station):
    from shouwen.service.audit.models import Sighting
    from shouwen.service.organisations.models import Reach

    person = staff("维修员", Role.TECHNICIAN)
    other = Unit.objects.create(code="河西站", name="河西站", kind=UnitKind.STATION)
    head = browser("站长", Role.HEAD, reach=Reach.UNIT)
    assert head.get(f"/measure/records/{person.pk}/").status_code == 200
    assert Sighting.objects.get().subject == "person:维修员"
    person.unit = other
    person.save()
    assert head.get(f"/measure/records/{person.pk}/").status_code == 404
    assert browser("接线员", Role.OPERATOR).get("/measure/records/").status_code == 403


def test_an_event_is_corrected_with_a_reason_and_the_breach_goes(
    quality, facts, the_clock_stands_at
):
    quality.post(REPAIR, facts)
    event = Event.objects.get()
    address = f"/measure/events/{event.uid}/correct/"
    form = said(quality.get(address))
    assert 'value="2026-05-06T11:00:00"' in form
    assert 'value="C1"' in form
    right = facts | {"happened_at": "2026-05-06T11:45:30"}
    assert quality.post(address, right).status_code == 422
    quality.post(address, right | {"why_corrected": "时间记错"})
    new = Event.objects.get(supersedes=event.uid)
    assert (new.facts, f"{new.at:%H:%M:%S}") == (event.facts, "03:45:30")
    assert not Breach.objects.filter(gone=False).exists()
    again = said(quality.post(address, right | {"why_corrected": "再来"}))
    assert "已被更正或撤回" in again


def test_a_correction_about_another_case_takes_the_first_back(quality, facts):
    quality.post(REPAIR, facts)
    event = Event.objects.get()
    other = facts | {"case": "C2", "why_corrected": "单号错了"}
    quality.post(f"/measure/events/{event.uid}/correct/", other)
    assert Event.objects.get(supersedes=event.uid).retracts
    assert Clock.objects.filter(rule="arrive", case_key="C2", status="breached").exists()
    assert not Breach.objects.filter(case_key="C1", gone=False).exists()


def test_nobody_corrects_what_others_registered_about_them(quality, facts, browser, acting):
    from django.core.exceptions import ValidationError

    from shouwen.service.measurebook import actions
    from shouwen.service.organisations.models import Reach

    clerk = browser("营业员", Role.CLERK, reach=Reach.OWN)
    quality.post(REPAIR, facts | {"technician": clerk.person.pk})
    event = Event.objects.get()
    assert clerk.get(f"/measure/events/{event.uid}/").status_code == 200
    assert clerk.get(f"/measure/events/{event.uid}/correct/").status_code == 404
    with pytest.raises(ValidationError):
        actions.take_back(acting(clerk.person), event, "不想要")
    assert Event.objects.count() == 1


@pytest.mark.parametrize("role", [Role.CLERK, Role.QUALITY, Role.HEAD])
def test_a_decision_is_registered_by_nobody_but_made_where_it_is_checked(browser, role):
    someone = browser("某人", role)
    told = {"happened_at": "2026-05-06T11:00", "proposal": "p", "outcome": "waived"}
    answer = someone.post("/measure/events/register/decision.made/", told)
    assert answer.status_code == 422
    assert "由系统校验、编号并送达" in said(answer)
    assert "decision.made" not in said(someone.get("/measure/events/register/"))
    assert not Event.objects.exists()


def test_events_and_breaches_are_found_by_person_thing_and_day(quality, facts):
    quality.post(REPAIR, facts)
    quality.post(REPAIR, facts | {"case": "C2", "uid": "two", "happened_at": "2026-05-04T11:00"})

    def shown(address):
        return said(quality.get(address)).count('href="/measure/events/form-')

    assert shown("/measure/events/") == 2
    assert shown("/measure/events/?key=C2") == 1
    assert shown("/measure/events/?key=case:C1") == 1
    assert shown("/measure/events/?person=维修员") == 2
    assert shown("/measure/events/?person=别人") == 0
    assert shown("/measure/events/?from=2026-05-06") == 1
    assert shown("/measure/events/?until=2026-05-04") == 1
    assert shown("/measure/events/?from=nonsense") == 2
    broken = said(quality.get("/measure/breaches/?person=维修员&until=2026-05-05"))
    assert "3.3.2c" in broken
    assert "3.3.2c" not in said(quality.get("/measure/breaches/?from=2026-05-07"))


def test_a_longer_list_of_events_asks_no_more_of_the_database(
    quality, facts, django_assert_num_queries
):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    quality.post(REPAIR, facts)
    with CaptureQueriesContext(connection) as captured:
        quality.get("/measure/events/")
    asked = len(captured)
    assert asked > 0
    for n in range(5):
        quality.post(REPAIR, facts | {"case": f"D{n}", "uid": f"d{n}"})
    with django_assert_num_queries(asked):
        quality.get("/measure/events/")


def test_what_a_grade_gives_has_its_name_in_english(db, organisation):
    from shouwen.service.measurebook.grades import grade_words

    Adoption.objects.create(measure="bank", first_day=date(2027, 1, 1), adopted_at=NOON)
    assert grade_words("en")("直接D") == "D outright"
    assert grade_words("en")("最高B; 3") == "at most B; 3"
    assert grade_words("zh")("直接D") == "直接D"
