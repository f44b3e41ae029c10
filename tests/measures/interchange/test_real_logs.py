"""Logs that nobody made for this: a help desk and a call centre (for Boston see tests/examples)."""

from __future__ import annotations

import csv
import gzip
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from shouwen.measures.evaluation import evaluate
from shouwen.measures.evaluation.outcomes import DutyOutcome
from shouwen.measures.interchange.logs import measure_of, read_log, read_mapping
from shouwen.measures.language import load_measure

pytestmark = pytest.mark.slow

REAL = Path(__file__).parent / "real"
JERUSALEM = ZoneInfo("Asia/Jerusalem")


def log_of(name, file):
    path = REAL / f"{name}.yaml"
    measure = measure_of(path)
    assert measure is not None
    return read_log(file, read_mapping(path, load_measure(measure)))


def rows_of(file):
    with gzip.open(file, "rt", encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


@pytest.fixture(scope="module")
def desk(shared_data):
    return log_of("helpdesk", shared_data / "helpdesk" / "helpdesk_italy.csv.gz")


@pytest.fixture(scope="module")
def calls_file(shared_data):
    return shared_data / "callcenter" / "technion_1999_08.csv.gz"


@pytest.fixture(scope="module")
def calls(calls_file):
    return log_of("callcenter", calls_file)


def test_the_help_desk_has_21_348_events_in_4_580_cases(desk):
    assert desk.rows == len(desk.table) == 21_348
    assert len({e.facts["case"] for e in desk.events()}) == 4_580
    assert {n: t.num_rows for n, t in desk.table.tables.items()} == {
        "ticket.opened": 118, "ticket.graded": 4_938, "ticket.taken": 5_060,
        "ticket.resolved": 4_983, "ticket.closed": 4_574, "ticket.noted": 1_675,
    }  # fmt: skip


def test_the_help_desk_has_a_heading_twice_and_times_without_a_zone(desk):
    assert [n.code for n in desk.notes if n.code != "out-of-order"] == ["repeated-heading"]
    first = min(desk.events(), key=lambda e: e.at)
    assert first.at == datetime(2010, 1, 13, 7, 40, 25, tzinfo=UTC), "08:40:25 in an Italian winter"


def test_every_call_comes_in_and_those_answered_are_answered(calls, calls_file):
    rows = rows_of(calls_file)
    happened = {
        name: sum(row[column] != "0:00:00" for row in rows)
        for name, column in (
            ("call.entered", "vru_entry"), ("call.queued", "q_start"),
            ("call.answered", "ser_start"), ("call.ended", "ser_exit"),
        )
    }  # fmt: skip
    assert {n: t.num_rows for n, t in calls.table.tables.items()} == happened
    assert happened["call.entered"] == calls.rows == 42_078


def test_a_call_that_goes_on_past_midnight_ends_on_the_next_day(calls):
    begun, ended = (
        {e.facts["call"]: e.at for e in calls.events() if e.type == type_}
        for type_ in ("call.answered", "call.ended")
    )
    lengths = [ended[c] - begun[c] for c in begun.keys() & ended.keys()]
    assert max(lengths) < timedelta(hours=12)
    over = [
        c
        for c in begun.keys() & ended.keys()
        if begun[c].astimezone(JERUSALEM).date() < ended[c].astimezone(JERUSALEM).date()
    ]
    assert over, "there are such calls"


def seconds(text):
    hours, minutes, rest = (int(part) for part in text.split(":"))
    return (hours * 60 + minutes) * 60 + rest


def test_callers_waited_as_long_as_the_clocks_of_the_log_say(calls, calls_file):
    measure = calls.mapping.measure
    outcomes = evaluate(measure, calls.events(), datetime(1999, 9, 1, tzinfo=JERUSALEM))
    found = {o.facts["call"]: o for o in outcomes.of(DutyOutcome)}
    expected = {}
    for number, row in enumerate(rows_of(calls_file), 2):
        if row["q_start"] != "0:00:00":
            waited = (seconds(row["ser_start"]) - seconds(row["q_start"])) % 86_400
            answered = row["ser_start"] != "0:00:00"
            expected[str(number)] = "met" if answered and waited <= 60 else "breached"
    assert {call: o.status for call, o in found.items()} == expected
    assert len(set(expected.values())) == 2
