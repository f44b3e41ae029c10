"""The yearly evaluation: where everyone stands, which cap the tables give, and why."""

from __future__ import annotations

import io
from datetime import date

import pytest
from openpyxl import load_workbook

from shouwen.service.conduct import actions
from shouwen.service.conduct.deciding import Chosen
from shouwen.service.conduct.models import Proposal, Standing, Way, What
from shouwen.service.conduct.serving import serve
from shouwen.service.config.worker import remind
from shouwen.service.organisations.models import Person, Reach, Role, Unit, UnitKind
from shouwen.service.publication.results import decisions_of, grades_of, lines_from, sources

YEAR = "/conduct/years/?year=2026"


@pytest.fixture
def client_of(bank):
    from django.test import Client

    from shouwen.service.accounts.models import User

    def log_in(person):
        person.user = User.objects.create(username=person.number, organisation=bank)
        person.save()
        client = Client()
        client.force_login(person.user)
        return client

    return log_in


@pytest.fixture
def section_of_three(people, section, happens, kept):
    """One without a mark, one at ten points without a complaint, one at ten with one."""
    for name in ("无过", "十分", "十分一诉"):
        people(name, Role.EMPLOYEE, unit=section)
        happens("employment.started", "2026-01-05 09:00", person=name, unit="一科")
    happens("violation.found", "2026-02-02 10:00", case="A1", person="十分", unit="一科",
            item="4.2.7a", source="检查", inspection="I1")  # fmt: skip
    happens("violation.found", "2026-02-02 10:00", case="C1", person="十分一诉", unit="一科",
            item="4.2.7a", source="投诉")  # fmt: skip
    kept()


@pytest.fixture
def year_over(section_of_three, the_clock_stands_at, kept):
    the_clock_stands_at("2027-01-02 08:00")
    remind()
    kept()


def caps():
    rows = Standing.objects.filter(what=What.GRADE, rule="year-end", year=2026)
    return {s.subject.name: (s.value, s.norm) for s in rows.select_related("subject__person")}


def points():
    rows = Standing.objects.filter(what=What.LEDGER, year=2026).select_related("subject__person")
    return {s.subject.name: s.value for s in rows}


def test_points_stand_in_it_as_soon_as_they_are_taken_and_no_cap_before_the_year_is_over(
    section_of_three,
):
    assert points()["十分"] == "10"
    assert caps() == {}


def test_when_the_year_is_over_everyone_gets_a_cap_also_who_never_was_asked_about(year_over):
    found = caps()
    assert found["无过"][0] == "不限"
    assert found["十分"][0] == "不限"
    assert found["十分一诉"] == ("最高B", "4.2.0e")


def test_the_page_says_who_stands_where_and_why(year_over, people, client_of):
    client = client_of(people("质量员", Role.QUALITY))
    text = client.get(YEAR).content.decode()
    assert "最高B" in text
    assert "4.2.0e" in text
    row = Standing.objects.get(subject__key="person:十分一诉", rule="year-end")
    assert row.steps
    assert all(step in text for step in row.steps[:1])
    client.cookies["django_language"] = "en"
    english = client.get(YEAR).content.decode()
    assert "cap on the year-end grade" in english


def test_it_goes_into_a_spreadsheet(year_over, people, client_of):
    answer = client_of(people("质量员", Role.QUALITY)).get(f"{YEAR}&format=xlsx")
    sheet = load_workbook(io.BytesIO(answer.content)).active
    rows = [[c.value for c in r] for r in sheet.iter_rows()]
    assert ["十分一诉", "一科", "年底等级上限", "4.2.0e", "最高B"] in [r[:5] for r in rows]


def test_a_head_sees_the_own_unit_and_a_clerk_nothing(year_over, people, client_of, section):
    other = Unit.objects.create(code="二科", name="二科", kind=UnitKind.BRANCH)
    head = people("二科长", unit=other)
    head.grants.create(role=Role.HEAD, reach=Reach.UNIT, unit=other)
    assert "最高B" not in client_of(head).get(YEAR).content.decode()
    clerk = Person.objects.get(number="十分")
    assert client_of(clerk).get(YEAR).status_code == 403


def test_a_page_of_it_asks_the_database_as_much_for_three_as_for_thirty(
    year_over, people, client_of, section, django_assert_max_num_queries, kept, happens
):
    client = client_of(people("质量员", Role.QUALITY))
    client.get(YEAR)
    with django_assert_max_num_queries(16):
        client.get(YEAR)
    for n in range(27):
        people(f"人{n}", Role.EMPLOYEE, unit=section)
        happens("employment.started", "2026-01-05 09:00", person=f"人{n}", unit="一科")
    remind()
    kept()
    with django_assert_max_num_queries(16):
        client.get(YEAR)


def test_grades_are_taken_over_into_a_page_with_masked_names(year_over, acting, people):
    office = acting(people("质量员", Role.QUALITY))
    assert "grades 2026" in dict(sources(office))
    lines = lines_from(office, "grades 2026")
    assert {"who": "十**", "text": "年底等级上限 最高B (4.2.0e)",
            "text_en": "cap on the year-end grade at most B (4.2.0e)"} in lines  # fmt: skip
    assert "十分一诉" not in str(lines)
    assert grades_of(office, 2020) == []


def test_a_star_of_the_month_is_listed_among_rewards_and_a_fine_is_not(
    section_of_three, people, acting, happens, kept, the_clock_stands_at
):
    office = acting(people("质量员", Role.QUALITY))
    happens("reward.earned", "2026-05-05 10:00", case="R1", person="无过", ground="月度明星")
    kept()
    for row in Proposal.objects.filter(state="open", share_of=""):
        chosen = Chosen("按条文", {n: low for n, (low, _high) in row.amounts.items()})
        serve(office, actions.decide(office, row, chosen), Way.HAND)
    the_clock_stands_at("2026-06-10 09:00")
    may = date(2026, 5, 1)
    assert len(decisions_of(office, may)) > len(decisions_of(office, may, rewards=True)) > 0
    [line] = [x for x in lines_from(office, "rewards 2026-05") if "100" in x["text"]]
    assert line["who"] == "无*"
