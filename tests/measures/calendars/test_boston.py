"""The City of Boston's own targets, reproduced (see examples/boston311)."""

import csv
import gzip
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest

from shouwen.measures.calendars import Counting, Period, deadline, deadlines, read_calendars
from shouwen.measures.calendars.zones import from_us, to_us, zone_table
from tests.measures.calendars.moments import NEW_YORK

EXAMPLE = Path(__file__).resolve().parents[3] / "examples" / "boston311"
CALENDARS = read_calendars((EXAMPLE / "calendars.yaml").read_text("utf-8"), "calendars.yaml")
TOLERANCE = np.timedelta64(60, "s")  # cases taken by telephone have their seconds cut


def true_local(text):
    """The file has local times minus the offset: as New York's, to UTC, without the zone."""
    shifted = datetime.fromisoformat(text).replace(tzinfo=NEW_YORK).astimezone(UTC)
    return to_us(shifted.replace(tzinfo=NEW_YORK))


@pytest.fixture(scope="module")
def requests():
    file = EXAMPLE / "boston311_animal_2013_2023.csv.gz"
    with gzip.open(file, "rt", encoding="utf-8") as lines:
        rows = [row for row in csv.DictReader(lines) if row["sla_target_dt"]]
    return {
        kind: tuple(
            np.array([true_local(row[column]) for row in rows if row["type"] == kind]).view(
                "M8[us]"
            )
            for column in ("open_dt", "sla_target_dt")
        )
        for kind in ("Pick up Dead Animal", "Bed Bugs", "Pest Infestation - Residential")
    }


def agreement(opened, targets, period, calendar, counting):
    """By year: how many targets are reproduced, and of how many."""
    found = deadlines(opened, Period.parse(period), CALENDARS[calendar], counting).at
    agrees = abs(found - targets) <= TOLERANCE
    local_day, _ = zone_table("America/New_York").locals(opened.view(np.int64))
    years = local_day.astype("M8[D]").astype("M8[Y]").astype(int) + 1970
    return {
        year: (int(agrees[years == year].sum()), int((years == year).sum()))
        for year in sorted(Counter(years.tolist()))
    }


def test_one_business_day_reproduces_more_than_99_percent_of_every_year(requests):
    opened, targets = requests["Pick up Dead Animal"]
    assert agreement(opened, targets, "P1WD", "boston", Counting.WORKING) == {
        2013: (2163, 2171),
        2014: (1917, 1926),
        2015: (2236, 2247),
        2016: (3379, 3396),
        2017: (3648, 3657),
        2018: (3906, 3920),
        2019: (4360, 4370),
    }


def test_the_holidays_of_suffolk_county_alone_were_not_kept(requests):
    opened, targets = requests["Pick up Dead Animal"]
    state = agreement(opened, targets, "P1WD", "boston-massachusetts", Counting.WORKING)
    county = agreement(opened, targets, "P1WD", "boston-suffolk", Counting.WORKING)
    assert all(county[year][0] < state[year][0] for year in state)


def test_one_business_day_is_the_next_day_at_the_same_time_not_8_and_a_half_hours(requests):
    opened, targets = requests["Pick up Dead Animal"]
    hours = agreement(opened, targets, "PT8H30M", "boston", Counting.WORKING)
    assert sum(n for n, _ in hours.values()) < 10_000  # starts outside hours end a day early


def test_120_days_for_pests_end_at_the_same_local_time(requests):
    results = {}
    for kind in ("Bed Bugs", "Pest Infestation - Residential"):
        opened, targets = requests[kind]
        for counting in (Counting.SAME_TIME, Counting.ELAPSED):
            years = agreement(opened, targets, "P120D", "boston", counting).values()
            results[kind, counting] = (sum(a for a, _ in years), sum(n for _, n in years))
    assert results["Bed Bugs", Counting.SAME_TIME] == (2256, 2260)
    assert results["Pest Infestation - Residential", Counting.SAME_TIME] == (3864, 3865)
    assert results["Bed Bugs", Counting.ELAPSED] == (706, 2260)


def test_single_deadlines_agree_with_the_column(requests):
    opened, _ = requests["Pick up Dead Animal"]
    calendar, period = CALENDARS["boston"], Period.parse("P1WD")
    found = deadlines(opened, period, calendar, Counting.WORKING).at.view(np.int64)
    for i in range(0, len(opened), 211):
        start = from_us(int(opened[i].astype(np.int64)), NEW_YORK)
        assert to_us(deadline(start, period, calendar, Counting.WORKING).at) == found[i]
