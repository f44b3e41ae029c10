"""Replays: the verdicts of a measure held against those of the log itself."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from shouwen.measures.evaluation import adopt
from shouwen.measures.interchange.logs import LogError, parse_mapping
from shouwen.measures.interchange.replay import rate, replay
from shouwen.measures.language import load_measure
from tests.measures.interchange.conftest import HERE

MAPPING = """\
mapping: desk
instants: {zone: Asia/Shanghai}
events:
  - type: report.made
    at: opened
    id: "{id}"
    facts: {case: id, area: area, promised: promised}
  - {type: report.settled, at: closed, when: closed, id: "{id}/end", facts: {case: id}}
compare:
  - id: flags
    event: report.made
    rule: settle
    when: flag
    status: {column: flag, values: {"Y": met, "N": breached, "?": pending}}
    by: [area, year]
    counts: {compared: flagged, agree: flags_agree}
  - id: targets
    event: report.made
    rule: settle
    when: target
    deadline: target
    closer than: PT60S
    by: [calendar version, rule]
"""
LOG = """\
id,area,opened,promised,closed,flag,target
1,城区,2025-12-31 23:00,2026-01-01 12:00,2026-01-01 12:00,Y,2026-01-01 12:00:59
2,城区,2025-12-31 23:00,2026-01-01 12:00,2026-01-01 12:01,Y,2026-01-01 12:01:00
3,农村,2026-01-01 00:00,2026-01-02 12:00,,N,2026-01-02 11:59:01
4,农村,2026-01-01 00:00,2026-01-09 12:00,,?,
5,,2026-01-01 00:00,,,N,2026-01-01 12:00
"""
AS_OF = datetime(2026, 1, 5, tzinfo=UTC)


@pytest.fixture
def replayed(desk, tmp_path):
    def replaying(log=LOG, mapping=MAPPING, **options):
        path = tmp_path / "log.csv"
        path.write_text(log, "utf-8")
        options = {"as_of": AS_OF} | options
        return replay(desk, path, parse_mapping(mapping, desk), **options)

    return replaying


def test_verdicts_are_counted_that_agree_with_the_log(replayed):
    flags = replayed()["flags"]
    assert (flags.compared, flags.agree) == (4, 3)
    (differs,) = flags.examples
    assert (differs.event, differs.expected, differs.found) == ("2", "met", "breached")


def test_a_case_without_a_duty_is_counted_apart(replayed):
    result = replayed()
    assert result["flags"].without_outcome == 1
    assert result["targets"].without_outcome == 1


def test_deadlines_agree_that_are_less_than_the_tolerance_apart(replayed):
    targets = replayed()["targets"]
    assert (targets.compared, targets.agree) == (3, 2)
    assert [e.event for e in targets.examples] == ["2"], "60 seconds are not less than 60 seconds"


def test_without_a_tolerance_deadlines_agree_that_are_the_same(replayed):
    exact = replayed(mapping=MAPPING.replace("    closer than: PT60S\n", ""))
    assert exact["targets"].agree == 0
    same = replayed(
        LOG.replace("12:00:59", "12:00:00"), MAPPING.replace("    closer than: PT60S\n", "")
    )
    assert same["targets"].agree == 1


def test_groups_are_counted_by_facts_and_by_the_year_of_the_event(replayed):
    groups = {
        (g.keys["area"], g.keys["year"]): (g.compared, g.agree) for g in replayed()["flags"].groups
    }
    assert groups == {("城区", 2025): (2, 1), ("农村", 2026): (2, 2)}


def test_the_totals_are_the_sums_of_the_groups(replayed):
    for compared in replayed().comparisons:
        assert compared.compared == sum(g.compared for g in compared.groups)
        assert compared.agree == sum(g.agree for g in compared.groups)


def test_the_result_as_data_has_the_named_counts_at_its_top(replayed):
    data = replayed().to_json()
    assert json.loads(json.dumps(data)) == data
    assert (data["flagged"], data["flags_agree"]) == (4, 3)
    assert "compared" not in data
    flags, targets = data["comparisons"]
    assert flags["groups"][0] == {
        "area": "农村", "year": 2026, "flagged": 2, "flags_agree": 2, "rate": 1.0,
    }  # fmt: skip
    assert targets["groups"] == [
        {"calendar_version": None, "rule": "settle", "compared": 3, "agree": 2, "rate": 0.6667}
    ]
    assert data["events"] == {"report.made": 5, "report.settled": 2}


def test_the_log_is_asked_about_at_its_own_instant(replayed):
    assert replayed().as_of == AS_OF
    mapping = MAPPING + "as of: 2026-02-01T00:00:00+08:00\n"
    assert replayed(mapping=mapping, as_of=None).as_of == datetime(2026, 1, 31, 16, tzinfo=UTC)
    assert replayed(as_of=None).as_of == datetime(2026, 1, 1, 4, 1, tzinfo=UTC), "the last event"


def test_stages_are_told(replayed):
    told = []
    replayed(progress=lambda *stage: told.append(stage))
    assert told == [
        ("reading", 5, None), ("evaluating", 0, 7), ("evaluating", 7, 7),
        ("comparing", 1, 2), ("comparing", 2, 2),
    ]  # fmt: skip


def test_a_bad_log_is_not_replayed_unless_bad_rows_are_set_aside(replayed, tmp_path):
    bad = LOG.replace("2,城区", "2,城")
    with pytest.raises(LogError):
        replayed(bad)
    result = replayed(bad, rejects=tmp_path / "rejects.csv")
    assert (result.rows, result.set_aside, result["flags"].compared) == (5, 1, 3)


def test_a_verdict_that_the_mapping_does_not_know_is_an_error_of_the_log(replayed):
    with pytest.raises(LogError, match="does not say what 'X' means"):
        replayed(LOG.replace(",Y,", ",X,"))


def test_an_adoption_may_be_replayed_but_no_other_measure(desk, replayed, tmp_path):
    mapping = parse_mapping(MAPPING, desk)
    path = tmp_path / "log.csv"
    path.write_text(LOG, "utf-8")
    assert replay(adopt(desk), path, mapping, as_of=AS_OF).to_json() == replayed().to_json()
    with pytest.raises(ValueError, match="another measure"):
        replay(load_measure(HERE / "desk.md"), path, mapping)


@pytest.mark.parametrize(
    ("agree", "compared", "expected"), [(0, 0, "0.0000"), (2, 3, "0.6667"), (1, 20_000, "0.0001")]
)
def test_rates_have_four_places_rounded_half_up(agree, compared, expected):
    assert rate(agree, compared) == Decimal(expected)


def test_events_of_days_on_which_the_measure_is_not_in_force_are_noted(desk, tmp_path):
    path = tmp_path / "log.csv"
    path.write_text(LOG, "utf-8")
    later = replace(adopt(desk), first_day=date(2026, 1, 1))
    found = replay(later, path, parse_mapping(MAPPING, desk), as_of=AS_OF)
    (note,) = [n for n in found.notes if n.code == "not-in-force"]
    assert note.message.startswith("2 of 7 events come before 2026-01-01, the first day"), note
    assert found["flags"].without_outcome == 3, "the two of 2025, and the one without an area"


def test_nothing_is_noted_where_the_measure_is_always_in_force(replayed):
    assert [n for n in replayed().notes if n.code == "not-in-force"] == []
