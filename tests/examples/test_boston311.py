"""The example of Boston: its log is read, replayed, and agrees as far as its README says."""

from __future__ import annotations

import csv
import gzip
from collections import Counter
from datetime import timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from shouwen.measures.calendars import Counting, Period, deadlines, read_calendars
from shouwen.measures.evaluation import adopt, evaluate
from shouwen.measures.evaluation.outcomes import DutyOutcome
from shouwen.measures.interchange.logs import measure_of, read_log, read_mapping
from shouwen.measures.interchange.replay import compare
from shouwen.measures.language import load_measure

pytestmark = pytest.mark.slow

EXAMPLE = Path(__file__).parents[2] / "examples" / "boston311"
DEAD_ANIMAL = "Pick up Dead Animal"
BOSTON = ZoneInfo("America/New_York")


@pytest.fixture(scope="module")
def log():
    path = EXAMPLE / "mapping.yaml"
    measure = measure_of(path)
    assert measure is not None
    mapping = read_mapping(path, load_measure(measure))
    assert mapping.log is not None
    return read_log(EXAMPLE / mapping.log, mapping)


@pytest.fixture(scope="module")
def events(log):
    return list(log.events())


@pytest.fixture(scope="module")
def outcomes(log, events):
    return evaluate(log.mapping.measure, events, log.mapping.as_of)


@pytest.fixture(scope="module")
def replayed(log, events, outcomes):
    return compare(adopt(log.mapping.measure), log, events, outcomes)


def totals(compared, key, *kinds):
    """By a key: how many agree, and of how many, over some types of request."""
    found: dict[object, Counter[str]] = {}
    for group in compared.groups:
        if not kinds or group.keys["type"] in kinds:
            count = found.setdefault(group.keys[key], Counter())
            count.update(agree=group.agree, compared=group.compared)
    return {k: (c["agree"], c["compared"]) for k, c in found.items()}


def test_every_request_is_read(log):
    assert log.rows == 62_165
    assert {n: t.num_rows for n, t in log.table.tables.items()} == {
        "request.opened": 62_165, "request.closed": 40_728,
    }  # fmt: skip


def test_times_are_the_local_times_that_were_meant(events):
    """Another column of the log gives most closing times on the local clock, as they were."""
    closed = {e.facts["case"]: e.at for e in events if e.type == "request.closed"}
    with gzip.open(EXAMPLE / "boston311_animal_2013_2023.csv.gz", "rt", encoding="utf-8") as lines:
        remarks = {
            row["case_enquiry_id"]: row["closed_text_local"]
            for row in csv.DictReader(lines)
            if row["closed_text_local"] and row["case_enquiry_id"] in closed
        }
    found = {c: f"{closed[c].astimezone(BOSTON):%Y-%m-%d %H:%M}" for c in remarks}
    assert found == {case: said[:16] for case, said in remarks.items()}
    assert len(found) == 34_832


def test_all_27_817_flags_of_the_city_are_reproduced(replayed):
    flags = replayed["flags"]
    assert (flags.agree, flags.compared, flags.without_outcome) == (27_817, 27_817, 0)
    data = replayed.to_json()
    assert (data["requests_with_target"], data["flags_agree"]) == (27_817, 27_817)


def test_targets_for_dead_animals_are_reproduced_year_by_year(replayed):
    assert totals(replayed["targets"], "year", DEAD_ANIMAL) == {
        2013: (2163, 2171), 2014: (1917, 1926), 2015: (2235, 2247), 2016: (3379, 3396),
        2017: (3647, 3657), 2018: (3905, 3920), 2019: (4359, 4370),
    }  # fmt: skip


def test_targets_for_pests_and_bed_bugs_are_reproduced_but_for_nine(replayed):
    found = totals(replayed["targets"], "type", "Bed Bugs", "Pest Infestation - Residential")
    assert found == {"Bed Bugs": (2256, 2260), "Pest Infestation - Residential": (3860, 3865)}


def test_only_five_requests_have_a_target_that_no_rule_explains(replayed):
    assert replayed["targets"].without_outcome == 5
    assert replayed["targets"].without_deadline == 0


@pytest.mark.parametrize(
    ("calendar", "expected"),
    [
        ("boston-without-holidays", {2013: 2158, 2018: 3854}),
        ("boston-massachusetts", {2014: 1917, 2015: 2235, 2016: 3379, 2017: 3641, 2019: 4359}),
    ],
)
def test_one_calendar_for_all_years_explains_only_some_of_them(log, events, calendar, expected):
    calendars = read_calendars((EXAMPLE / "calendars.yaml").read_text("utf-8"), "calendars.yaml")
    adoption = adopt(log.mapping.measure, None, {"boston": calendars[calendar]})
    opened = [e for e in events if e.facts.get("type") == DEAD_ANIMAL]
    outcomes = evaluate(adoption, opened, log.mapping.as_of)
    found = totals(compare(adoption, log, opened, outcomes)["targets"], "year")
    assert {y: agree for y, (agree, _) in found.items() if y in expected} == expected
    for year, (agree, of) in found.items():
        assert (agree / of > 0.98) == (year in expected)


@pytest.mark.parametrize(
    ("rule", "period", "counting"),
    [("dead-animal", "P1WD", Counting.WORKING), ("pests", "P120D", Counting.SAME_TIME)],
)
def test_deadlines_of_whole_columns_are_those_of_the_evaluator(
    log, outcomes, rule, period, counting
):
    found = [o for o in outcomes.of(DutyOutcome) if o.rule == rule]
    starts = np.array([o.start.replace(tzinfo=None) - o.start.utcoffset() for o in found], "M8[us]")
    calendar = adopt(log.mapping.measure).calendar
    at = deadlines(starts, Period.parse(period), calendar, counting).at
    expected = [o.deadline.at.replace(tzinfo=None) - o.deadline.at.utcoffset() for o in found]
    assert np.array_equal(at, np.array(expected, "M8[us]"))
    assert len(found) == {"dead-animal": 21_688, "pests": 6_125}[rule]


def test_requests_closed_before_they_were_opened_are_in_time(outcomes):
    early = [
        o
        for o in outcomes.of(DutyOutcome)
        if o.rule == "city-target" and o.performed_at and o.performed_at < o.at
    ]
    assert len(early) == 10
    assert {o.status for o in early} == {"met"}
    assert max(o.at - o.performed_at for o in early) < timedelta(days=365)
