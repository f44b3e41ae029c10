"""Of two measures only what may differ is evaluated, and that is enough."""

from __future__ import annotations

import shutil
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from shouwen import library
from shouwen.measures.assessment import EventSource, Terms, comparing
from shouwen.measures.assessment.differing import Differing, may_differ
from shouwen.measures.bulk.compile import rules_of
from shouwen.measures.evaluation import adopt
from shouwen.measures.language import load_measure
from tests.measures.bulk import test_random_histories
from tests.measures.bulk.chronicle import random_log
from tests.measures.bulk.effort import LONG
from tests.measures.bulk.words import Words

SMALL = Path(test_random_histories.__file__).parent
SHOP = SMALL / "shop.md"


def shop(folder, *changes):
    """The shop's measure with some words replaced."""
    text = SHOP.read_text("utf-8")
    for old, new in changes:
        assert old in text
        text = text.replace(old, new, 1)
    shutil.copyfile(SMALL / "shop-calendars.yaml", folder / "shop-calendars.yaml")
    (folder / "shop.md").write_text(text, "utf-8")
    return adopt(load_measure(folder / "shop.md"))


@pytest.fixture(scope="module")
def own():
    return adopt(load_measure(SHOP))


def test_other_words_for_readers_change_nothing(own, tmp_path):
    other = shop(
        tmp_path,
        ("zh: 加急怎么算？, en: How is urgent counted?", "zh: 急件怎么算？, en: And urgent ones?"),
        ("reason: {zh: 加急, en: urgent}", "reason: {zh: 另一个理由, en: another reason}"),
        ("```reading", "\n\n```reading"),
    )
    found = may_differ(own, other)
    assert not found.rules
    assert not found.wanted
    assert found.same == len(rules_of(own.measure))


def test_another_number_touches_its_rule_and_what_rests_on_it(own, tmp_path):
    found = may_differ(
        own, shop(tmp_path, ("| 1 | 小 | - | - | 2小时 |", "| 1 | 小 | - | - | 3小时 |"))
    )
    # The penalty follows from any breach, and from the penalty the talk; the right to complain too.
    assert found.rules == {"send", "penalty", "talk", "complain"}
    assert {"pack", "send-by-day"} <= found.wanted - found.rules
    assert "collected" not in found.wanted


def test_another_reading_touches_those_that_name_it(own):
    other = adopt(own.measure, {"加急算法": "照常"})
    assert may_differ(own, other).rules == {"send", "penalty", "talk", "complain"}


def test_a_rule_that_one_side_has_not_touches_whoever_looked_at_it_on_both(own, tmp_path):
    text = SHOP.read_text("utf-8")
    begins = text.index("```duty\nid: send-by-day")
    ends = text.index("```", begins + 3) + 3
    found = may_differ(own, shop(tmp_path, (text[begins:ends], "")))
    assert found.rules >= {"send-by-day", "penalty", "talk", "complain"}
    assert "send" not in found.rules


@pytest.mark.parametrize(
    "change",
    [("daily: 09:00-12:00", "daily: 08:00-12:00")],
    ids=["window"],
)
def test_what_concerns_every_rule_lets_everything_be_evaluated(own, tmp_path, change):
    found = may_differ(own, shop(tmp_path, change))
    assert found.rules == found.wanted == rules_of(own.measure).keys()
    assert found.same == 0


def test_a_reading_of_a_library_measure_that_one_rule_rests_on_asks_for_that_rule_alone():
    measure = load_measure(library.path_of("power"))
    sizes = []
    readings = list(measure.readings.values())
    for reading in readings if LONG else readings[::6]:
        other = next(o for o in reading.options if o != reading.default)
        found = may_differ(adopt(measure), adopt(measure, {reading.id: other}))
        assert found.rules <= found.wanted
        sizes.append(len(found.wanted))
    assert min(sizes) == 1
    assert max(sizes) < len(rules_of(measure))


def differs(row):
    """A row with the differences of its numbers in the place of both sides."""
    found = dict(row)
    for a, b in (("a", "b"), ("a_least", "b_least"), ("a_most", "b_most")):
        if a in found:
            found[a] = round(found.pop(b) - found[a], 6)
    return found


@pytest.mark.parametrize("seed", range(1, 11) if LONG else [1])
def test_what_is_left_out_would_have_been_the_same(own, tmp_path, monkeypatch, seed):
    logs, as_of = random_log(Words(own), seed, 60)
    events = [e for history in logs.values() for e in history]
    source = EventSource("log", f"log {seed}", lambda: iter(events))
    (tmp_path / "b").mkdir()
    other = shop(tmp_path / "b", ("within: 3小时", "within: 30小时"))
    sides = [Terms(side, as_of, trails=False) for side in (own, other)]

    def differences(name):
        found = comparing.compare_to(tmp_path / name, (source, source), (sides[0], sides[1]))
        # What both sides have alike may be counted or not; by how much they differ may not change.
        tables = {
            table: sorted(
                map(differs, pq.read_table(tmp_path / name / f"{table}.parquet").to_pylist()),
                key=str,
            )
            for table in ("flips", "changes", "people", "money", "money of people")
        }
        return found, tables

    narrow, few = differences("narrow")
    every = frozenset(rules_of(own.measure))
    monkeypatch.setattr(comparing, "may_differ", lambda a, b: Differing(every, every, 0))
    whole, all_ = differences("whole")
    assert narrow.flips > 0
    assert few == all_
    assert narrow.moved == whole.moved > 0
    assert len(narrow.a.rules) < len(whole.a.rules)
    assert narrow.same > 0
