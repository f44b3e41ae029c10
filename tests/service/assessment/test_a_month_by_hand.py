"""A month of a station, counted by hand: what the pages say, and what the rows themselves say.

Everything is done by the actions that pages call: calls, visits, call-backs, complaints. What each
figure must come to was worked out on paper from the tables below; the same is asked of the rows in
plain SQL, which knows nothing of how figures are counted.
"""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.db import connection

from shouwen.service import clock
from shouwen.service.aftercare import actions as aftercare
from shouwen.service.aftercare.models import Answer, CallBack
from shouwen.service.assessment.counting import count_changed
from shouwen.service.cases import actions as cases
from shouwen.service.cases.models import Case, Topic
from shouwen.service.complaints.actions.receiving import Held, receive
from shouwen.service.complaints.models import Way
from shouwen.service.enactment.alarms import ring
from shouwen.service.intake import actions as intake

from ..conftest import ZONE
from ..pages.test_a_day import said

VISITS = [
    # day, reported, arrived, done, stars, what the customer said on the call-back
    # Twenty minutes each: twelve of them, in time.
    ("06", "09:00", "09:20", "09:50", 5, "good"), ("06", "10:00", "10:20", "10:40", 5, "good"),
    ("06", "14:00", "14:20", "14:50", 5, "good"), ("07", "09:00", "09:20", "09:50", 5, "good"),
    ("07", "10:00", "10:20", "10:40", 5, "good"), ("07", "14:00", "14:20", "14:50", 5, "good"),
    ("08", "09:00", "09:20", "09:50", 5, "good"), ("08", "10:00", "10:20", "10:40", 5, "good"),
    ("11", "09:00", "09:20", "09:50", 5, "good"), ("11", "10:00", "10:20", "10:40", 5, "good"),
    ("12", "09:00", "09:20", "09:50", 4, "good"), ("12", "10:00", "10:20", "10:40", 4, "good"),
    # Thirty minutes, on the dot: six of them, in time.
    ("13", "09:00", "09:30", "09:55", 4, "good"), ("13", "10:00", "10:30", "10:55", 4, "good"),
    ("13", "14:00", "14:30", "14:55", 4, "good"), ("14", "09:00", "09:30", "09:55", 4, "good"),
    ("14", "10:00", "10:30", "10:55", 4, "not"), ("14", "14:00", "14:30", "14:55", 4, "mute"),
    # A minute late: four of them.
    ("18", "09:00", "09:31", "09:55", 3, "not"), ("18", "10:00", "10:31", "10:55", 3, "not"),
    ("19", "09:00", "09:31", "09:55", 3, "mute"), ("19", "10:00", "10:31", "10:55", 3, None),
    # Nearly an hour: two of them, late.
    ("20", "09:00", "09:58", "09:59", 1, "not"), ("20", "14:00", "14:58", "14:59", 1, None),
]  # fmt: skip
ENQUIRIES = ("2026-05-06 16:00", "2026-05-13 16:00", "2026-05-21 09:00", "2026-05-22 09:00")
COMPLAINTS = ("2026-05-11 15:00", "2026-05-18 15:00", "2026-05-25 09:00")
TOLD = {"good": Answer.SATISFIED, "not": Answer.UNHAPPY, "mute": Answer.REFUSED}
BY_HAND = {
    # 17 of 20 calls; the two that were a nuisance are left out.
    "connected": ("85.00%", "17/20"),
    # 12 + 6 of 24 visits.
    "on-time": ("75.00%", "18/24"),
    # 12 × 20 + 6 × 30 + 4 × 31 + 2 × 58 = 660 minutes.
    "arrival": ("27.50分钟", "660/24"),
    # 24 settled; to 4 of them the customer had to come back.
    "first-time": ("83.33%", "20/24"),
    # 24 of the 24 visits, 4 enquiries that are open, and 4 matters taken up again.
    "closed": ("75.00%", "24/32"),
    # 16 content and 4 not, of these and 2 who did not want to say; 2 are still to be called.
    "reached": ("90.91%", "20/22"),
    "content": ("80.00%", "16/20"),
    # 10 × 5 + 8 × 4 + 4 × 3 + 2 × 1 = 96 stars.
    "stars": ("4.00★", "96/24"),
    # 3 for 200 customers.
    "complaints": ("15.00‰", "0/3"),
}
SQL = {
    "connected": "SELECT count(answered_at), count(*) FROM contacts_call WHERE NOT harassing",
    "on-time": "SELECT count(*) FILTER (WHERE status = 'met'), count(*) FROM enactment_clock "
               "WHERE norm = '3.3.2c'",
    "arrival": "SELECT sum(extract(epoch FROM arrived_at - reported_at)) / 60, count(*) "
               "FROM workorders_workorder WHERE arrived_at IS NOT NULL",
    "first-time": "SELECT count(*) FILTER (WHERE NOT EXISTS (SELECT FROM cases_case later "
                  "WHERE later.follows_id = c.id)), count(*) FROM cases_case c "
                  "WHERE state IN ('done', 'closed')",
    "closed": "SELECT count(*) FILTER (WHERE state IN ('done', 'closed')), count(*) "
              "FROM cases_case",
    "reached": "SELECT count(*) FILTER (WHERE answer IN ('satisfied', 'unhappy')), count(*) "
               "FROM aftercare_callback WHERE answer <> 'pending'",
    "content": "SELECT count(*) FILTER (WHERE answer = 'satisfied'), count(*) "
               "FROM aftercare_callback WHERE answer IN ('satisfied', 'unhappy')",
    "stars": "SELECT sum(rating), count(*) FROM workorders_receipt WHERE rating IS NOT NULL",
    "complaints": "SELECT 0, count(*) FROM complaints_complaint",
}  # fmt: skip


@pytest.fixture
def the_month(visit, call_back, operator, station, the_clock_stands_at):
    waiting = []
    for day, reported, arrive, done, stars, answer in VISITS:
        case = visit(f"2026-05-{day} {reported}", arrive=arrive, done=done, stars=stars)
        waiting.append((day, case, answer))
    for n, (day, case, answer) in enumerate(waiting):
        if answer is not None:
            morning = f"2026-05-{int(day) + 1:02d} 08:{30 + n:02d}"
            call_back(case, TOLD[answer], at=morning)
    for at in ENQUIRIES:
        visit(at, topic=Topic.ENQUIRY)
    for at in COMPLAINTS:
        the_clock_stands_at(at)
        receive(operator, Held(Way.BOOK, "窗口没人"))
    first = the_clock_stands_at("2026-05-15 09:00")
    for n in range(22):
        with clock.frozen_at(first + timedelta(minutes=5 * n)):
            call = intake.rang(f"call{n}", f"139000000{n:02d}", station)
        with clock.frozen_at(first + timedelta(minutes=5 * n, seconds=8)):
            if n < 3:
                intake.missed(operator, call)
                continue
            intake.answer(operator, call)
        with clock.frozen_at(first + timedelta(minutes=5 * n + 2)):
            intake.ended(operator, call, by_customer=True, harassing=n >= 20)
    the_clock_stands_at("2026-06-02 09:00")
    while ring():
        pass
    while count_changed(ZONE):
        pass


def shown(page):
    """The value and the parts of each figure on the page, the norms left out."""
    found = {}
    for row in re.findall(r"<tr>(.*?)</tr>", page, re.DOTALL):
        key = re.search(r"/assessment/cases/([\w-]+)/", row)
        value = re.search(r"<td class=\"right num nowrap\"><a[^>]*>(.*?)</a>", row)
        parts = re.search(r"<span class=\"num\">([\d.E+]+/\d+)</span>", row)
        if key and value and parts:
            found[key[1]] = (value[1], parts[1])
    return found


def test_pages_cases_and_rows_have_what_was_counted_by_hand(the_month, quality):
    found = shown(said(quality.get("/assessment/?period=2026-05")))
    assert {key: found[key] for key in BY_HAND} == BY_HAND
    for key, (_value, parts) in BY_HAND.items():
        with connection.cursor() as cursor:
            cursor.execute(SQL[key])
            good, total = cursor.fetchone()
        assert f"{float(good):g}/{total}" == parts, key
        page = said(quality.get(f"/assessment/cases/{key}/?period=2026-05"))
        lines = re.findall(r"<tbody>(.*?)</tbody>", page, re.DOTALL)[0].count("<tr")
        assert lines == total, key


def test_a_call_back_nobody_answered_is_given_up_after_three_attempts_and_counts(
    the_month, operator, quality, the_clock_stands_at
):
    the_clock_stands_at("2026-06-03 09:00")
    call = CallBack.objects.filter(answer=Answer.PENDING).order_by("pk")[0]
    for attempt in range(3):
        aftercare.not_reached(operator, call, give_up=attempt == 2)
    while count_changed(ZONE):
        pass
    found = shown(said(quality.get("/assessment/?period=2026-05")))
    assert found["reached"] == ("86.96%", "20/23")
    assert found["content"] == BY_HAND["content"]


def test_a_matter_that_is_settled_later_counts_in_the_month_it_was_taken_up(
    the_month, operator, quality
):
    again = Case.objects.filter(follows__isnull=False).order_by("pk")[0]
    cases.settle(operator, again, "上门重修")
    while count_changed(ZONE):
        pass
    found = shown(said(quality.get("/assessment/?period=2026-05")))
    assert found["closed"] == ("78.13%", "25/32")
    assert found["first-time"] == ("84.00%", "21/25")
