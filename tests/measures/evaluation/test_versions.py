"""Versions of a measure: the one in force on the day of an act decides about it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from shouwen.measures.evaluation import AdoptionError, Event
from shouwen.measures.evaluation.outcomes import ConsequenceOutcome
from shouwen.measures.evaluation.versions import evaluate_versions, succession
from shouwen.measures.language import Measure, parse_measure

from .conftest import instant

Happened = Callable[..., Event]

TEXT = """---
measure: shop
title: 门店办法
version: "{version}"
supersedes: {supersedes}
effective: {effective}
---
# 门店办法
```vocabulary
events:
  complained: {{zh: 投诉属实, en: complaint verified, facts: {{person: person}}}}
amounts: {{fine: {{zh: 罚款, en: fine}}}}
```
## 第一条 罚款 {{#1}}
```fact
name: earlier
zh: 一年内已有
count: complained
same: person
within: 1年
```
```consequence
id: penalty
on: complained
to: person
give: {{fine: {fine}元}}
modify: [{{when: earlier > 0, times: 2}}]
```
"""


def version(number: str, effective: str, fine: int, supersedes: str = "null") -> Measure:
    """A version of the shop's measure."""
    return parse_measure(
        TEXT.format(version=number, effective=effective, fine=fine, supersedes=supersedes)
    )


@pytest.fixture
def versions() -> list[Measure]:
    return [
        version("2", "{from: 2026-07-01}", 300, supersedes='"1"'),
        version("1", "{from: 2026-01-01}", 100),
    ]


def fines(versions: list[Measure], events: list[Event]) -> list[tuple[str, Any]]:
    """What every version says, as (version, fine)."""
    found = []
    for outcomes in evaluate_versions(versions, events, instant("12-31 00:00")):
        assert outcomes.adoption is not None
        number = outcomes.adoption.measure.version
        found += [(number, c.amounts["fine"]) for c in outcomes.of(ConsequenceOutcome)]
    return found


def test_the_version_in_force_on_the_day_of_the_act_decides(
    versions: list[Measure], happened: Happened
) -> None:
    events = [
        happened("complained", "06-30 23:59:59", person="甲"),
        happened("complained", "07-01 00:00", person="乙"),
    ]
    assert fines(versions, events) == [("1", 100), ("2", 300)]


def test_an_act_under_the_old_version_counts_as_an_earlier_one_under_the_new(
    versions: list[Measure], happened: Happened
) -> None:
    events = [
        happened("complained", "06-01 10:00", person="甲"),
        happened("complained", "08-01 10:00", person="甲"),
    ]
    assert fines(versions, events) == [("1", 100), ("2", 600)]


def test_an_act_before_the_first_version_counts_for_nothing(
    versions: list[Measure], happened: Happened
) -> None:
    events = [
        happened("complained", "2025-12-31 10:00", person="甲"),
        happened("complained", "06-01 10:00", person="甲"),
    ]
    assert fines(versions, events) == [("1", 100)]


def test_two_versions_in_force_at_once_are_refused() -> None:
    overlapping = [
        version("1", "{from: 2026-01-01, to: 2026-08-01}", 100),
        version("2", "{from: 2026-07-01}", 300),
    ]
    with pytest.raises(AdoptionError, match="both in force on 2026-07-01"):
        succession(overlapping)


def test_a_version_that_names_another_before_it_is_refused(versions: list[Measure]) -> None:
    third = version("3", "{from: 2026-10-01}", 500, supersedes='"1"')
    with pytest.raises(AdoptionError, match="supersedes '1'"):
        succession([*versions, third])


def test_a_version_without_a_first_day_has_no_place_among_others(
    versions: list[Measure],
) -> None:
    with pytest.raises(AdoptionError, match="does not say from when"):
        succession([*versions, version("0", "{}", 50)])


def test_between_versions_there_may_be_a_time_without_any(happened: Happened) -> None:
    apart = [
        version("1", "{from: 2026-01-01, to: 2026-03-31}", 100),
        version("2", "{from: 2026-07-01}", 300),
    ]
    assert fines(apart, [happened("complained", "05-01 10:00", person="甲")]) == []
