"""The person complained about never learns who complained, by whatever address they ask."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from shouwen.service.access.gate import PUBLIC
from shouwen.service.accounts.models import User
from shouwen.service.audit.models import LogEntry, Sighting
from shouwen.service.complaints.actions import deciding, handling
from shouwen.service.complaints.actions.deciding import Line
from shouwen.service.complaints.actions.receiving import receive
from shouwen.service.complaints.models import Complainant, Complaint, Evidence, Step, Verdict, Way
from shouwen.service.complaints.standing import Standing, found, may_know
from shouwen.service.enactment.models import Act, Event, Thread
from shouwen.service.organisations.models import Person, Reach, Role, RoleGrant, Unit, UnitKind
from shouwen.service.tenancy.models import Organisation
from shouwen.service.tenancy.scope import scope
from tests.service.complaints.conftest import ADDRESS, NAME, PHONE, WORDS
from tests.service.pages.test_every_url import addresses

INNER = "内部备注：客户住在他家楼下"
SECRETS = (NAME, PHONE, ADDRESS, "K00077", INNER, WORDS)


@pytest.fixture
def told(complaint, quality, looked_into, technician):
    """A complaint with an inner note, evidence, a result."""
    handling.note(quality, complaint, INNER)
    looked_into(complaint)
    line = Line("3.3.6a", complaint.happened_at, person=technician)
    deciding.conclude(quality, complaint, Verdict.VERIFIED, INNER, [line])
    return complaint


def standing_of(actor, complaint):
    seen = found(actor, complaint.number)
    return seen and seen[1]


def every_address(complaint):
    """Every address of the service, filled with what there is."""
    evidence = Evidence.objects.get()
    values = {
        "<str:number>": complaint.number, "<int:pk>": str(evidence.pk), "<slug:verb>": "note",
        "<slug:name>": "accept", "<str:key>": complaint.number, "<str:token>": "x",
        "<int:thread_id>": str(Thread.objects.first().pk),
    }  # fmt: skip
    for route, view in addresses():
        if view.permission == PUBLIC or "logout" in route:
            continue
        filled = re.sub(r"<[^>]+>", lambda m: values.get(m[0], complaint.number), route)
        yield filled


@pytest.mark.parametrize("asked", [False, True])
def test_no_address_tells_the_person_complained_about_who_complained(
    told, technician, client_of, quality, asked
):
    """Whatever roles they have: here all of them, over the whole organisation."""
    for role in set(Role) - {Role.TECHNICIAN, Role.EMPLOYEE}:
        RoleGrant.objects.create(person=technician, role=role, reach=Reach.ORGANISATION)
    if asked:
        deciding.reopen(quality, told, "再听一次")
        handling.ask(quality, told, technician, "当天几点进的门？")
    client = client_of(technician)
    client.raise_request_exception = False
    seen = 0
    for address in every_address(told):
        # A customer whom they serve is known to them anyway; the complaint must not be.
        for ask in (client.get, client.post):
            answer = ask(address, follow=True)
            text = b"".join(answer.streaming_content) if answer.streaming else answer.content
            said = text.decode(errors="replace")
            if not address.startswith(("/customers/", "/complaints/new/")):
                leaked = [s for s in SECRETS if s in said]
                assert leaked == [], (address, leaked)
            seen += answer.status_code == 200
    assert seen > 20
    # Nothing was done to it by all that asking.
    assert not Step.objects.filter(person=technician).exclude(kind="statement").exists()


def test_before_being_asked_the_complaint_is_not_there_for_them(complaint, technician, client_of):
    client = client_of(technician)
    assert client.get(f"/complaints/{complaint.number}/").status_code == 404
    assert complaint.number not in client.get("/complaints/").content.decode()


def test_asked_for_their_side_they_see_the_question_and_answer_it(
    complaint, technician, client_of, quality
):
    handling.ask(quality, complaint, technician, "当天几点进的门？")
    client = client_of(technician)
    page = client.get(f"/complaints/{complaint.number}/").content.decode()
    assert "当天几点进的门？" in page
    assert not [s for s in SECRETS if s in page]
    client.post(f"/complaints/{complaint.number}/statement/", {"words": "九点，没抽烟"})
    assert Step.objects.get(kind="statement").person == technician
    assert "九点，没抽烟" in client.get(f"/complaints/{complaint.number}/").content.decode()


def test_the_quality_office_reads_who_it_was_and_each_reading_is_written_down(
    complaint, quality, client_of
):
    client = client_of(quality.person)
    address = f"/complaints/{complaint.number}/"
    masked = client.get(address).content.decode()
    assert NAME not in masked
    assert PHONE not in masked
    assert "胡**" in masked
    assert not Sighting.objects.exists()
    full = client.post(f"{address}complainant/").content.decode()
    assert NAME in full
    assert PHONE in full
    seen = Sighting.objects.get()
    assert (seen.person, seen.subject, seen.what) == (
        quality.person, f"complaint:{complaint.number}", "complainant",
    )  # fmt: skip
    assert "已查看 1 次" in client.get(address).content.decode()


@pytest.mark.parametrize("role", [r for r in Role if r not in (Role.QUALITY, Role.EXECUTIVE)])
def test_nobody_else_reads_who_complained(complaint, staff, client_of, role):
    client = client_of(staff("别人", role, reach=Reach.ORGANISATION))
    assert client.post(f"/complaints/{complaint.number}/complainant/").status_code in (403, 404)
    page = client.get(f"/complaints/{complaint.number}/").content.decode()
    assert NAME not in page
    assert PHONE not in page
    assert not Sighting.objects.exists()


def test_a_head_sees_complaints_about_the_unit_but_not_what_colleagues_report(
    complaint, held, staff, acting, station
):
    head = acting(staff("站长", Role.HEAD, reach=Reach.UNIT))
    assert standing_of(head, complaint) is Standing.HANDLER
    assert not may_know(head, complaint)
    informer = acting(staff("举报人", Role.EMPLOYEE))
    report = receive(informer, held(way=Way.STAFF, name="", phone="", address=""))
    assert found(head, report.number) is None


def test_a_colleague_who_reports_is_named_nowhere_but_to_the_quality_office(
    held, staff, acting, quality, leader
):
    informer = acting(staff("举报人", Role.EMPLOYEE))
    report = receive(informer, held(way=Way.STAFF, name="", phone="", address=""))
    assert report.received_by is None
    assert not Event.objects.filter(by=informer.person).exists()
    assert not Act.objects.filter(person=informer.person).exists()
    assert not LogEntry.objects.filter(person=informer.person).exists()
    assert not Step.objects.filter(person=informer.person).exists()
    told = [str(r) for m in (Event, Act, LogEntry, Step) for r in m.objects.values()]
    assert not [t for t in told if "举报人" in t]
    assert may_know(quality, report)
    assert not may_know(acting(leader), report)
    assert standing_of(informer, report) is Standing.TELLER


def test_told_by_nobody_it_is_nobody_s(held, staff, acting):
    informer = acting(staff("举报人", Role.EMPLOYEE))
    report = receive(informer, held(way=Way.STAFF, name="", phone="", address="", anonymous=True))
    assert report.complainants.get().anonymous
    assert found(informer, report.number) is None


def test_no_event_of_the_measure_names_the_complainant(told):
    facts = " ".join(str(e.facts) for e in Event.objects.all())
    assert not [s for s in (NAME, PHONE, ADDRESS, "K00077") if s in facts]


def test_taken_out_again_they_still_do_not_see_it(complaint, quality, technician, client_of):
    handling.drop(quality, complaint.concerns.get(), "认错了人")
    RoleGrant.objects.create(person=technician, role=Role.QUALITY, reach=Reach.ORGANISATION)
    client = client_of(technician)
    assert client.get(f"/complaints/{complaint.number}/").status_code == 404


def test_whoever_took_it_down_sees_what_came_of_it_and_no_more(told, operator, client_of):
    client = client_of(operator.person)
    page = client.get(f"/complaints/{told.number}/").content.decode()
    assert WORDS in page
    assert INNER not in page
    assert PHONE not in page
    assert client.get(f"/complaints/{told.number}/result/").status_code == 403


def test_a_quality_officer_does_not_decide_on_themselves(held, operator, staff, acting, client_of):
    officer = staff("质检员乙", Role.QUALITY, reach=Reach.ORGANISATION)
    complaint = receive(operator, held(person=officer))
    assert found(acting(officer), complaint.number) is None
    client = client_of(officer)
    for address in ("", "result/", "complainant/", "note/", "report/", "evidence/"):
        assert client.post(f"/complaints/{complaint.number}/{address}").status_code in (404, 405)


def test_another_organisation_finds_nothing(complaint, organisation):
    other = Organisation.objects.create(code="other", name="别家")
    with scope(other.pk):
        assert not Complaint.objects.exists()
        assert not Complainant.objects.exists()
        unit = Unit.objects.create(code="总部", name="总部", kind=UnitKind.COMPANY)
        person = Person.objects.create(number="1", name="质检", unit=unit)
        RoleGrant.objects.create(person=person, role=Role.QUALITY, reach=Reach.ORGANISATION)
        person.user = User.objects.create(username="other", organisation=other)
        person.save()
        client = Client()
        client.force_login(person.user)
        assert client.get(f"/complaints/{complaint.number}/").status_code == 404
        assert client.post(f"/complaints/{complaint.number}/complainant/").status_code == 404
