"""Clocks that are extended and paused: bulk folds their moves as the reference evaluator does."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest

from shouwen.measures.bulk import run
from shouwen.measures.bulk.event_table import event_table
from shouwen.measures.calendars import Period
from shouwen.measures.evaluation import Event
from tests.measures.bulk.agreement import agree, by_bulk
from tests.measures.bulk.test_random_histories import plan

ZONE = ZoneInfo("Asia/Shanghai")


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZONE)


def event(id_: str, type_: str, when: str, **facts: object) -> Event:
    return Event(id_, f"job.{type_}", at(when), {"case": "c", **facts})


def duty(rule: str, *events: Event) -> dict:
    """What bulk says of a duty for a job taken on Wednesday 6 May 2026 at nine o'clock."""
    history = [event("job", "taken", "2026-05-06T09:00:00", hurry=False), *events]
    as_of = at("2026-06-30T12:00:00")
    agree(plan("mender.md"), history, as_of)
    measure = plan("mender.md").adoption.measure
    found = run(plan("mender.md"), event_table(measure, history).tables, as_of)
    return by_bulk(found, measure)["duties"][f"{rule}:job"]


def extended(id_: str, when: str, by: Period, *, agreed: bool = True) -> Event:
    return event(id_, "extended", when, by=by, agreed=agreed)


def test_each_extension_begins_where_the_one_before_has_rolled_to():
    # Three days end on Saturday the 9th, on which people work; the day after is a Sunday.
    one = extended("x", "2026-05-07T09:00:00", Period(days=1))
    assert duty("three-days")["due"] == date(2026, 5, 9)
    assert duty("three-days", one)["due"] == date(2026, 5, 11)
    found = duty("three-days", one, extended("y", "2026-05-08T09:00:00", Period(days=1)))
    assert (found["due"], found["norm"]) == (date(2026, 5, 12), "1e")
    assert {"x", "y"} <= found["events"]


def test_pauses_that_overlap_stop_the_clock_once():
    first = event("p", "paused", "2026-05-06T10:00:00", back=at("2026-05-06T12:00:00"))
    second = event("q", "paused", "2026-05-06T11:00:00", back=at("2026-05-06T13:00:00"))
    for events, until in (((), "09:00"), ((first,), "11:00"), ((first, second), "12:00")):
        assert duty("hours", *events)["deadline"] == at(f"2026-05-07T{until}:00")


def test_a_pause_of_working_time_counts_only_hours_of_work():
    # Six hours from nine: three until noon, three from one o'clock until four.
    pause = event("p", "paused", "2026-05-06T11:00:00", back=at("2026-05-06T13:30:00"))
    assert duty("hours-of-work")["deadline"] == at("2026-05-06T16:00:00")
    assert duty("hours-of-work", pause)["deadline"] == at("2026-05-06T17:30:00")


@pytest.mark.parametrize(("when", "until"), [("10:59:59", "13:00:01"), ("11:00:01", "11:00:00")])
def test_a_move_after_the_deadline_that_the_one_before_set_ends_the_chain(when, until):
    first = event("p", "paused", "2026-05-06T10:00:00", back=at("2026-05-06T12:00:00"))
    late = event("q", "paused", f"2026-05-07T{when}", back=at("2026-05-07T13:00:00"))
    assert duty("hours", first, late)["deadline"] == at(f"2026-05-07T{until}")


def test_a_clock_begun_anew_forgets_its_pauses():
    pause = event("p", "paused", "2026-05-06T10:00:00", back=at("2026-05-06T12:00:00"))
    anew = event("r", "restarted", "2026-05-06T13:00:00")
    assert duty("hours-of-work", pause, anew)["deadline"] == at("2026-05-07T10:00:00")
