"""Overlaps, gaps and rows that never apply, found without running a table."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, time
from decimal import Decimal
from itertools import combinations, product
from typing import Any
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from shouwen.measures.diagnostics import Report, Severity
from shouwen.measures.feel import (
    BOOLEAN,
    DATE,
    DATETIME,
    NUMBER,
    STRING,
    TIME,
    DecisionTable,
    Domain,
    EnumType,
    Outcome,
    Scope,
    analyse,
    compile_table,
    report_analysis,
)
from shouwen.measures.feel.cell_sets import point, value_at
from shouwen.measures.feel.sets import BOTTOM, TOP, Line, Members, before, behind
from tests.measures.feel.words import cell, table

COLOUR = EnumType("colour", ("red", "green", "blue"))
DIGIT = Domain(Decimal(0), Decimal(3), whole=True)
SCOPE = Scope(
    {
        "n": NUMBER,
        "k": NUMBER,
        "colour": COLOUR,
        "ok": BOOLEAN,
        "day": DATE,
        "at": TIME,
        "word": STRING,
    },
    domains={"k": DIGIT},
)


def rows(header: str, *lines: str) -> DecisionTable:
    columns = header.count("|") + 1
    text = [f"| U | {header} | → x |"]
    text += [f"| {i} | {line} | {i} |" for i, line in enumerate(lines, 1)]
    assert all(line.count("|") + 1 == columns for line in lines)
    return table("\n".join(text), SCOPE)


def test_a_table_without_overlaps_and_gaps_has_no_findings():
    analysis = analyse(rows("n | colour", "< 3 | red", "< 3 | not(red)", ">= 3 | -"))
    assert (analysis.overlaps, analysis.gaps, analysis.unreachable) == ((), (), ())
    assert analysis.exact
    assert analysis.complete


def test_between_two_numbers_there_is_a_gap_but_not_between_two_counts():
    (gap,) = analyse(rows("n", "<= 2", ">= 3")).gaps
    assert dict(gap.witness.values) == {"n": Decimal("2.5")}
    assert gap.region == "n in (2..3)"
    assert analyse(rows("k", "<= 2", ">= 3")).gaps == ()


def test_days_have_nothing_between_them():
    later, earlier = '>= @"2024-01-02"', '<= @"2024-01-01"'
    assert analyse(rows("day", earlier, later)).gaps == ()
    (gap,) = analyse(rows("day", '< @"2024-01-01"', later)).gaps
    assert dict(gap.witness.values) == {"day": date(2024, 1, 1)}
    assert gap.region == 'day = @"2024-01-01"'


def test_the_day_has_an_end_and_a_beginning():
    assert analyse(rows("at", "< 8:00", "[8:00..17:30]", "> 17:30")).gaps == ()
    (gap,) = analyse(rows("at", "[8:00..17:30)", "> 17:30", "< 8:00")).gaps
    assert dict(gap.witness.values) == {"at": time(17, 30)}


def test_texts_are_endless_but_truth_values_are_two():
    (gap,) = analyse(rows("word | ok", '"a", "b" | -', 'not("a") | 是')).gaps
    assert "word" in gap.region
    found = dict(gap.witness.values)
    assert found["word"] not in ("a", "b")
    assert found["ok"] is False


def test_a_row_that_contradicts_the_domain_of_its_column_never_applies():
    assert analyse(rows("k", "> 3", "[0..3]")).unreachable == (0,)
    assert analyse(rows("colour", "not(red, green, blue)", "-")).unreachable == (0,)


def test_under_f_a_row_whose_cases_are_all_taken_never_applies():
    read = rows("n | ok", "< 5 | 是", "< 5 | 否", "< 3 | -", "- | -")
    first = replace(read, policy=type(read.policy).FIRST)
    assert analyse(first).unreachable == (2,)
    assert analyse(read).unreachable == ()


def test_a_cell_that_depends_on_other_facts_is_left_undecided():
    analysis = analyse(rows("n | colour", "< k | red", ">= 3 | green", "- | blue"))
    assert analysis.undecided == (0,)
    assert analysis.overlaps == ()
    assert analysis.gaps


def test_constant_formulas_in_cells_are_decided():
    analysis = analyse(rows("n", "< 2 * 3", ">= 3 + 3"))
    assert (analysis.overlaps, analysis.gaps, analysis.undecided) == ((), (), ())


def test_constants_are_those_of_the_zone_of_the_evaluation():
    scope = Scope({"i": DATETIME})
    read = table(
        '| U | i | → x |\n| 1 | < start of day(@"2024-01-01") | 1 |\n'
        '| 2 | >= @"2024-01-01T00:00:00+08:00" | 2 |',
        scope,
    )
    assert not analyse(read).gaps
    assert not analyse(read).overlaps
    assert analyse(read, ZoneInfo("Asia/Tokyo")).gaps
    assert analyse(read, ZoneInfo("Europe/Berlin")).overlaps


def test_findings_on_computed_columns_may_be_impossible_and_are_only_warnings():
    read = rows("n | n * 2", "< 3 | -", "- | > 6")
    report = Report()
    analysis = report_analysis(read, report)
    assert not analysis.exact
    assert not report.errors
    assert [d.severity for d in report if d.code == "overlap"] == [Severity.WARNING]


def test_defaults_fill_gaps():
    report = Report()
    report_analysis(table("| U | n | → x |\n| 1 | < 3 | 1 |\n| * | - | 0 |", SCOPE), report)
    assert not report.diagnostics


def test_a_column_may_be_limited_to_allowed_values():
    read = rows("word", '"a"', '"b"')
    limited = replace(read.inputs[0], allowed=cell('"a", "b"', STRING))
    assert analyse(read).gaps
    assert analyse(replace(read, inputs=(limited,))).gaps == ()


def test_a_table_of_very_many_boxes_is_not_searched_to_the_end():
    names = [f"n{i}" for i in range(12)]
    scope = Scope(dict.fromkeys(names, NUMBER))
    text = [f"| C | {' | '.join(names)} | → x |"]
    for i in range(60):
        tests = " | ".join(f"[{(i * 7 + j) % 50}..{(i * 7 + j) % 50 + 5}]" for j in range(12))
        text.append(f"| {i + 1} | {tests} | 1 |")
    analysis = analyse(table("\n".join(text), scope))
    assert not analysis.complete
    assert analysis.gaps == ()


# --- against trying everything out ---------------------------------------------------------------

DIGITS = range(4)
digit = st.integers(0, 3)
number_cells = st.one_of(
    st.just("-"),
    digit.map(str),
    digit.map(lambda n: f"< {n}"),
    digit.map(lambda n: f">= {n}"),
    digit.map(lambda n: f"!= {n}"),
    digit.map(lambda n: f"> {n}.5"),
    st.tuples(digit, digit).map(lambda p: f"{p[0]}, > {p[1]}"),
    st.tuples(digit, digit).map(lambda p: f"not({p[0]}, {p[1]})"),
    st.tuples(digit, st.integers(4, 5)).map(lambda p: f"({p[0]}..{p[1]}]"),
    st.tuples(digit, st.integers(4, 5)).map(lambda p: f"[{p[0]}..{p[1]})"),
)
colour_cells = st.sampled_from(["-", "red", "green, blue", "not(blue)", "!= red", "not(red, blue)"])
boolean_cells = st.sampled_from(["-", "是", "否", "not(true)"])
bodies = st.lists(
    st.tuples(number_cells, colour_cells, boolean_cells).map(" | ".join), min_size=1, max_size=5
)
WORLD: list[dict[str, Any]] = [
    {"k": Decimal(k), "colour": colour, "ok": ok}
    for k, colour, ok in product(DIGITS, COLOUR.members, (True, False))
]


@settings(max_examples=300)
@given(bodies)
def test_the_analysis_agrees_with_trying_out_every_input(body):
    read = rows("k | colour | ok", *body)
    alone = [
        compile_table(replace(read, rows=(row,), policy=type(read.policy).FIRST))
        for row in read.rows
    ]
    hits = [
        {i for i, run in enumerate(alone) if run(facts).outcome is Outcome.MATCHED}
        for facts in WORLD
    ]
    analysis = analyse(read)
    pairs = {p for hit in hits for p in combinations(sorted(hit), 2)}
    assert {(o.first, o.second) for o in analysis.overlaps} == pairs
    assert bool(analysis.gaps) == any(not hit for hit in hits)
    assert set(analysis.unreachable) == set(range(len(body))).difference(*hits)

    run = compile_table(read)
    for overlap in analysis.overlaps:
        decision = run(overlap.witness.facts)
        assert decision.outcome is Outcome.CONFLICT
        assert {overlap.first, overlap.second} <= set(decision.rows)
    for gap in analysis.gaps:
        assert run(gap.witness.facts).outcome is Outcome.NO_MATCH

    first = replace(read, policy=type(read.policy).FIRST)
    taken = {min(hit) for hit in hits if hit}
    assert set(analyse(first).unreachable) == set(range(len(body))) - taken


@settings(max_examples=150)
@given(bodies)
def test_the_region_of_a_gap_can_be_added_as_rows_until_nothing_is_left(body):
    """Rows for the reported regions fill exactly these gaps, without any overlap."""
    read = rows("k | colour | ok", *body)
    for _ in range(60):
        analysis = analyse(read)
        if not analysis.gaps:
            break
        region = analysis.gaps[0].region
        body = [*body, _as_row(region)]
        before_ = len(analysis.overlaps)
        read = rows("k | colour | ok", *body)
        assert len(analyse(read).overlaps) == before_
    assert not analyse(read).gaps


def _as_row(region: str) -> str:
    found = {"k": "-", "colour": "-", "ok": "-"}
    for part in region.split(" and ") if region != "anything" else []:
        name, test = part.split(" ", 1)
        if test.startswith("in (") and ".." not in test:
            test = test[4:-1]
        elif test.startswith("in "):
            inner = test.removeprefix("in ")
            nested = inner.startswith("(") and any(c in inner[1:] for c in "[(,")
            test = inner[1:-1] if nested else inner
        found[name] = test.removeprefix("= ")
    return " | ".join(found.values())


lines = st.lists(
    st.tuples(st.integers(-5, 5), st.integers(0, 1), st.integers(-5, 5), st.integers(0, 1)),
    max_size=4,
).map(lambda parts: Line.of([((0, a, s), (0, b, t)) for a, s, b, t in parts], whole=False))
POINTS = [Decimal(n) / 2 for n in range(-14, 15)]


def inside(line: Line, at: Decimal) -> bool:
    return any(a <= before(at) and behind(at) <= b for a, b in line.intervals)


@given(lines, lines)
def test_sets_on_a_line_are_an_algebra(a, b):
    for at in POINTS:
        assert inside(a.intersection(b), at) == (inside(a, at) and inside(b, at))
        assert inside(a.union(b), at) == (inside(a, at) or inside(b, at))
        assert inside(a.complement(), at) == (not inside(a, at))
    assert a.complement().complement() == a
    for line in (a, b, a.complement()):
        sample = line.sample()
        assert (sample is None) == (not line)
        if sample is not None:
            assert inside(line, Decimal(sample))


members = st.builds(Members, st.frozensets(st.sampled_from("abcd")), st.booleans())


@given(members, members)
def test_sets_of_members_are_an_algebra(a, b):
    def has(s: Members, x: str) -> bool:
        return (x in s.values) != s.excluded

    for x in "abcdxyz":
        assert has(a.intersection(b), x) == (has(a, x) and has(b, x))
        assert has(a.union(b), x) == (has(a, x) or has(b, x))
        assert has(a.complement(), x) == (not has(a, x))
    sample = a.sample()
    assert (sample is None) == (not a)
    assert sample is None or has(a, str(sample))


def test_a_whole_line_knows_only_whole_numbers():
    line = Line.of([(behind(2), before(4))], whole=True)
    assert line.intervals == ((before(3), before(4)),)
    assert not Line.of([(behind(2), before(3))], whole=True)
    assert Line.of([(BOTTOM, TOP)], whole=True).sample(7) == 7
    half = Line.of([(behind(Decimal("2.5")), TOP)], whole=True)
    assert half.intervals == ((before(3), TOP),)


@given(st.dates(date(2, 1, 1), date(9998, 12, 31)), st.times())
def test_values_and_points_are_the_same_thing(day, clock):
    assert value_at(point(day), DATE) == day
    assert value_at(point(clock), TIME) == clock
