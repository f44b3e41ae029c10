"""Duties that no thread alone can tell of: what is to be done once someone must be retrained."""

from __future__ import annotations

import pytest
from django.test import Client

from shouwen.service.access.actor import Actor
from shouwen.service.accounts.models import User
from shouwen.service.conduct.models import Subject
from shouwen.service.enactment.bridge import ask, refresh, take_back
from shouwen.service.enactment.models import Breach, Clock, Event, Thread
from shouwen.service.organisations.models import Person, Role
from shouwen.service.tenancy.models import Organisation
from tests.service.pages.test_a_day import said

NEVER_AGAIN = ("F1", "4.2.4a", "2026-03-02 10:00"), ("F2", "4.2.1d", "2026-03-09 10:00"), (
    "F3", "4.2.5a", "2026-03-16 10:00",
)  # fmt: skip


@pytest.fixture
def teller(people, section):
    return people("柜员甲", Role.EMPLOYEE, unit=section)


@pytest.fixture
def found(happens, teller, people, kept):
    """Three violations within thirty days, each in a case of its own."""
    happens("post.held", "2026-01-01 00:00", person=people("主任丁").number, post="director")
    for case, item, at in NEVER_AGAIN:
        happens("violation.found", at, case=case, person="柜员甲", unit="一科", item=item,
                source="检查", inspection=f"I{case}")  # fmt: skip
    kept()
    return [Event.objects.get(facts__case=case) for case, _item, _at in NEVER_AGAIN]


def clocks():
    return {c.rule: (c.status, c.bearer) for c in Clock.objects.exclude(status="withdrawn")
            if c.rule in ("have-talk", "decide-form")}  # fmt: skip


def too_early():
    return Breach.objects.filter(rule="back-too-early", gone=False)


def test_none_of_the_cases_says_so_by_itself(found):
    for event in found:
        outcomes, _own = ask(event.thread)
        assert not [o for o in outcomes if o.rule in ("have-talk", "back-too-early")]


def test_whoever_must_be_retrained_is_to_be_talked_to_and_a_form_is_to_be_decided(
    found, happens, kept
):
    assert clocks() == {"have-talk": ("pending", "主任丁"), "decide-form": ("pending", "主任丁")}
    talk = Clock.objects.select_related("person").get(rule="have-talk")
    assert talk.person is not None
    assert (talk.person.number, talk.norm, talk.thread.key) == ("主任丁", "3g", "case:F3")
    happens("talk.held", "2026-03-17 10:00", person="柜员甲")
    kept()
    assert clocks() == {"have-talk": ("met", "主任丁"), "decide-form": ("pending", "主任丁")}
    happens("training.ordered", "2026-03-17 11:00", person="柜员甲", unit="一科", form="在岗学习")
    kept()
    assert clocks() == {"have-talk": ("met", "主任丁"), "decide-form": ("met", "主任丁")}


def test_a_talk_with_another_person_is_none(found, happens, kept, people, section):
    people("柜员乙", Role.EMPLOYEE, unit=section)
    happens("talk.held", "2026-03-17 10:00", person="柜员乙")
    kept()
    assert clocks()["have-talk"] == ("pending", "主任丁")


def test_who_is_back_on_the_post_without_a_test_has_broken_the_norm(found, happens, kept):
    happens("post.resumed", "2026-04-10 08:00", case="P1", person="柜员甲", unit="一科")
    kept()
    breach = too_early().get()
    assert (breach.norm, breach.bearer, breach.thread.key) == ("3l", "柜员甲", "case:P1")
    assert breach.person == Person.objects.get(number="柜员甲")


def test_who_has_passed_the_test_since_has_not(found, happens, kept):
    happens("test.passed", "2026-04-09 10:00", person="柜员甲")
    happens("post.resumed", "2026-04-10 08:00", case="P1", person="柜员甲", unit="一科")
    kept()
    assert not too_early().exists()


def test_a_test_that_is_told_of_later_takes_the_breach_away(found, happens, kept):
    happens("post.resumed", "2026-04-10 08:00", case="P1", person="柜员甲", unit="一科")
    kept()
    assert too_early().exists()
    happens("test.passed", "2026-04-09 10:00", person="柜员甲")
    kept()
    assert not too_early().exists()


def test_a_finding_that_was_taken_back_takes_along_what_hung_on_it(found, happens, kept):
    happens("post.resumed", "2026-04-10 08:00", case="P1", person="柜员甲", unit="一科")
    kept()
    office = Actor(Organisation.objects.get(), None)
    take_back(office, found[1])
    kept()
    assert clocks() == {}
    assert not too_early().exists()
    assert Subject.objects.get(key="person:柜员甲").apart == []


def test_asking_about_the_threads_again_leaves_it_as_it_is(found, happens, kept):
    happens("post.resumed", "2026-04-10 08:00", case="P1", person="柜员甲", unit="一科")
    kept()
    before = clocks()
    for thread in Thread.objects.select_related("adoption"):
        refresh(thread)
    assert clocks() == before
    assert too_early().exists()


def test_asking_about_another_in_the_same_section_leaves_it_as_it_is(
    found, happens, kept, people, section
):
    """Whoever has the talk bears the duty, and is asked about too; it is about the other."""
    people("柜员乙", Role.EMPLOYEE, unit=section)
    happens("violation.found", "2026-03-20 10:00", case="F4", person="柜员乙", unit="一科",
            item="4.2.4a", source="检查", inspection="I4")  # fmt: skip
    kept()
    assert clocks() == {"have-talk": ("pending", "主任丁"), "decide-form": ("pending", "主任丁")}
    assert Subject.objects.get(key="person:柜员乙").apart == []


def test_the_page_says_why(found, happens, kept, people, bank):
    happens("post.resumed", "2026-04-10 08:00", case="P1", person="柜员甲", unit="一科")
    kept()
    person = people("质办", Role.QUALITY)
    person.user = User.objects.create(username="质办", organisation=bank)
    person.save()
    quality = Client()
    quality.force_login(person.user)
    breach = too_early().get()
    answer = quality.get(f"/measure/why/{breach.thread_id}/{breach.outcome}")
    assert answer.status_code == 200
    assert "3l" in said(answer)
