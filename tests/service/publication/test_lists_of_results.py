"""Lists of results: taken over from decisions, masked, and only what stands."""

from __future__ import annotations

from datetime import date

import pytest

from shouwen.service.conduct import actions as conduct
from shouwen.service.conduct.deciding import Chosen
from shouwen.service.conduct.models import Way
from shouwen.service.conduct.serving import serve
from shouwen.service.organisations.models import Person, Role
from shouwen.service.publication.results import decisions_of, lines_from, sources
from tests.service.conduct.conftest import bank, happens, kept, people, section
from tests.service.conduct.test_decisions import chief, chosen, complained_of, office, teller

__all__ = ["bank", "chief", "complained_of", "happens", "kept", "office", "people", "section",
           "teller"]  # fmt: skip

MAY = date(2026, 5, 1)


def test_a_decision_is_listed_once_it_was_served_and_can_no_longer_be_appealed(
    office, complained_of, teller, the_clock_stands_at
):
    Person.objects.filter(pk=teller.pk).update(name="欧阳晓明")
    made = conduct.decide(office, complained_of, chosen())
    assert decisions_of(office, MAY) == []
    serve(office, made, Way.HAND)
    made.refresh_from_db()
    assert decisions_of(office, MAY) == []
    the_clock_stands_at(f"{made.service.appeal_until} 23:00")
    assert decisions_of(office, MAY) == []
    the_clock_stands_at("2026-06-10 09:00")
    [line] = decisions_of(office, MAY)
    assert line["who"] == "欧**"
    assert "300" in line["text"]
    assert "fine 300 yuan" in line["text_en"]
    assert "晓明" not in str(line)
    assert decisions_of(office, date(2026, 6, 1)) == []


def test_a_decision_that_another_took_the_place_of_is_not_listed(
    office, complained_of, the_clock_stands_at
):
    made = conduct.decide(office, complained_of, chosen())
    serve(office, made, Way.HAND)
    conduct.amend(office, made, Chosen("查无实据", waived=True))
    the_clock_stands_at("2026-06-10 09:00")
    assert decisions_of(office, MAY) == []


def test_only_the_last_months_can_be_taken_and_what_is_not_known_is_empty(office):
    assert [s for s, _label in sources(office) if s.startswith("decisions")] == [
        "decisions 2026-05", "decisions 2026-04", "decisions 2026-03"]  # fmt: skip
    for source in (
        "",
        "decisions 2020-01",
        "decisions x",
        "stars 2026-05",
        "grades 1999",
        "sheet 2026-13",
    ):
        assert lines_from(office, source) == []


@pytest.mark.parametrize("role", [Role.CLERK, Role.QUALITY])
def test_the_form_offers_lists_and_takes_one_or_what_is_typed(browser, planned, role):
    page = planned("results", "3.1.2a")
    client = browser("写手", role)
    page.owner = client.person
    page.save()
    assert "decisions 2026-05" in client.get("/published/results/write/").content.decode()
    answer = client.post("/published/results/write/", {
        "title": "结果", "text": "如下", "why": "每月", "lines": "写手, 之星",
        "take": "decisions 2026-05",
    })  # fmt: skip
    assert answer.status_code == 422
    assert "不能两样都填" in answer.content.decode()
