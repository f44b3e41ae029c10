"""What tables decide, under every hit policy, with facts that are known and that are not."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shouwen.measures.feel import (
    NUMBER,
    STRING,
    HitPolicy,
    Outcome,
    Scope,
    Unknown,
    compile_table,
)
from tests.measures.feel.words import table

LETTERS = Scope({"a": NUMBER, "b": NUMBER, "c": NUMBER, "s": STRING})


def decide(policy: str, rows: str, **facts: Any) -> Any:
    """Run a table with columns a and b and an output x; rows separated by ``;``."""
    body = "\n".join(
        f"| {i} | {' | '.join(row.split())} |" for i, row in enumerate(rows.split(";"), 1)
    )
    read = table(f"| {policy} | a | b | → x |\n{body}", LETTERS)
    return compile_table(read)(facts)


def came(decision: Any) -> tuple[str, tuple[int, ...], Any]:
    return decision.outcome.value, decision.numbers, decision.outputs.get("x")


MISSING_A, MISSING_B = Unknown.of("a"), Unknown.of("b")
STEPS = "<5 - 1; [5..9] - 2; >9 - 3"
OVERLAPPING = "<5 - 1; - >7 2"


@pytest.mark.parametrize(
    ("policy", "rows", "facts", "result"),
    [
        ("U", STEPS, {"a": 4}, ("matched", (1,), 1)),
        ("U", STEPS, {"a": 5}, ("matched", (2,), 2)),
        ("U", STEPS, {"a": Decimal("9.01")}, ("matched", (3,), 3)),
        ("U", STEPS, {}, ("unknown", (1, 2, 3), MISSING_A)),
        ("U", "<5 - 1; >9 - 3", {"a": 7}, ("no match", (), None)),
        ("U", OVERLAPPING, {"a": 1, "b": 9}, ("conflict", (1, 2), None)),
        ("U", OVERLAPPING, {"a": 1, "b": 1}, ("matched", (1,), 1)),
        # Row 2 may apply too, and then there would be two.
        ("U", OVERLAPPING, {"a": 1}, ("unknown", (2,), MISSING_B)),
        ("U", "<5 - 1; <9 - 2; - >7 3", {"a": 1}, ("conflict", (1, 2), None)),
        # What excludes the other rows is known, so b is not asked for.
        ("U", "<5 - 1; >=5 >7 2; >=5 <=7 3", {"a": 1}, ("matched", (1,), 1)),
        ("U", "<5 - 1; >=5 >7 2; >=5 <=7 3", {"a": 6}, ("unknown", (2, 3), MISSING_B)),
        ("F", OVERLAPPING, {"a": 1, "b": 9}, ("matched", (1,), 1)),
        ("F", OVERLAPPING, {"a": 9, "b": 9}, ("matched", (2,), 2)),
        ("F", OVERLAPPING, {"a": 1}, ("matched", (1,), 1)),
        ("F", OVERLAPPING, {"b": 9}, ("unknown", (1,), MISSING_A)),
        ("F", OVERLAPPING, {"a": 9}, ("unknown", (2,), MISSING_B)),
        ("F", OVERLAPPING, {"a": 9, "b": 1}, ("no match", (), None)),
        ("F", "- >7 1; <5 - 2; - - 3", {"a": 1, "b": 1}, ("matched", (2,), 2)),
        ("F", "- >7 1; <5 - 2; - - 3", {"b": 1}, ("unknown", (2,), MISSING_A)),
        ("A", "<5 - 1; - >7 1", {"a": 1, "b": 9}, ("matched", (1, 2), 1)),
        ("A", OVERLAPPING, {"a": 1, "b": 9}, ("conflict", (1, 2), None)),
        ("A", "<5 - 1; - >7 1", {"a": 1}, ("matched", (1,), 1)),
        ("A", OVERLAPPING, {"a": 1}, ("unknown", (2,), MISSING_B)),
        ("A", OVERLAPPING, {"a": 9}, ("unknown", (2,), MISSING_B)),
        ("A", OVERLAPPING, {"a": 9, "b": 1}, ("no match", (), None)),
        ("C", OVERLAPPING, {"a": 1, "b": 9}, ("matched", (1, 2), (1, 2))),
        ("C", OVERLAPPING, {"a": 9, "b": 9}, ("matched", (2,), (2,))),
        ("C", OVERLAPPING, {"a": 1}, ("unknown", (2,), MISSING_B)),
        ("C", OVERLAPPING, {"a": 9, "b": 1}, ("no match", (), None)),
        ("C", "<5 - 1; - >7 -", {"a": 1, "b": 9}, ("matched", (1, 2), (1,))),
        ("C+", OVERLAPPING, {"a": 1, "b": 9}, ("matched", (1, 2), 3)),
        ("C+", OVERLAPPING, {"a": 1}, ("unknown", (2,), MISSING_B)),
        ("C<", OVERLAPPING, {"a": 1, "b": 9}, ("matched", (1, 2), 1)),
        ("C>", OVERLAPPING, {"a": 1, "b": 9}, ("matched", (1, 2), 2)),
        ("C#", OVERLAPPING, {"a": 1, "b": 9}, ("matched", (1, 2), 2)),
        ("C#", OVERLAPPING, {"a": 9, "b": 1}, ("no match", (), None)),
        ("C+", "<5 - c; - >7 2", {"a": 1, "b": 9}, ("matched", (1, 2), Unknown.of("c"))),
        ("U", "<5 - c*2; >=5 - 2", {"a": 1, "c": 3}, ("matched", (1,), 6)),
        ("U", "<5 - c*2; >=5 - 2", {"a": 1}, ("matched", (1,), Unknown.of("c"))),
        ("U", "<5 - c*2; >=5 - 2", {"a": 6}, ("matched", (2,), 2)),
        ("A", "<5 - c; - >7 c", {"a": 1, "b": 9}, ("conflict", (1, 2), None)),
    ],
)
def test_a_table_decides(policy, rows, facts, result):
    assert came(decide(policy, rows, **facts)) == result


def test_a_decision_carries_its_trace():
    decision = decide("U", STEPS, a=Decimal(5))
    assert decision.trace == {"a": Decimal(5), "b": Unknown.of("b")}
    assert decision.inputs == (Decimal(5), Unknown.of("b"))
    assert decision.rows == (1,)
    assert [s.line for s in decision.spans] == [3]
    assert decision.table.rows[1].number == 2
    assert decision.unknown is None
    assert repr(decision) == "<Decision matched, rows [2]: {'x': Decimal('2')}>"


def test_an_unknown_decision_says_what_is_missing_for_every_output():
    read = table(
        "| U | a | b | → x | → y |\n| 1 | <5 | <5 | 1 | 2 |\n| 2 | >=5 | - | 3 | 4 |", LETTERS
    )
    decision = compile_table(read)({})
    both = Unknown.of("a", "b")
    assert dict(decision.outputs) == {"x": both, "y": both}
    assert decision.unknown == both


def test_a_computed_column_is_computed_once_and_traced():
    read = table("| U | a / b | → x |\n| 1 | < 1, > 3 | 1 |\n| 2 | [1..3] | 2 |", LETTERS)
    run = compile_table(read)
    assert run({"a": 6, "b": 3}).trace == {"a / b": Decimal(2)}
    assert run({"a": 6, "b": 3}).numbers == (2,)
    undefined = run({"a": 6, "b": 0})
    assert undefined.outcome is Outcome.UNKNOWN
    assert undefined.unknown == Unknown.of("division by zero")


def test_defaults_apply_only_where_no_row_may():
    rows = "<5 >7 1; >=5 >7 2"
    body = "\n".join(f"| {i} | {' | '.join(r.split())} |" for i, r in enumerate(rows.split(";"), 1))
    run = compile_table(table(f"| U | a | b | → x |\n{body}\n| * | - | - | 0 |", LETTERS))
    assert came(run({"b": 1})) == ("default", (), 0)
    assert came(run({"a": 1})) == ("unknown", (1,), MISSING_B)


def test_a_row_of_dashes_applies_whatever_is_missing():
    assert came(decide("U", "- - 7")) == ("matched", (1,), 7)


def test_a_cell_may_ask_about_an_unknown_fact_only_of_others():
    read = table(
        "| U | is known(a) | a | → x |\n| 1 | 否 | - | 0 |\n| 2 | 是 | < 5 | 1 |\n"
        "| 3 | 是 | >= 5 | 2 |",
        LETTERS,
    )
    run = compile_table(read)
    assert run({}).outputs["x"] == 0
    assert run({"a": 3}).outputs["x"] == 1


# --- against a slow and plain reading ------------------------------------------------------------

small = st.integers(0, 3)
cells = st.one_of(
    st.just("-"),
    small.map(str),
    small.map(lambda n: f"< {n}"),
    small.map(lambda n: f">= {n}"),
    st.tuples(small, small).map(lambda p: f"not({p[0]}, {p[1]})"),
    st.sampled_from(["< c", "c", "[1..2]", "(0..3)"]),
)
rows = st.lists(st.tuples(cells, cells, st.integers(1, 3)), min_size=1, max_size=4)


def applies(cell: str, value: int | None, c: int | None) -> bool | None:
    """Whether a cell holds of a value: True, False or None."""
    if cell == "-":
        return True
    if value is None or (c is None and "c" in cell):
        return None
    if cell.startswith("not"):
        return str(value) not in cell
    if cell == "[1..2]":
        return value in (1, 2)
    if cell == "(0..3)":
        return 0 < value < 3
    operand = c if cell.endswith("c") else int(cell.split()[-1])
    assert operand is not None
    if cell.startswith("<"):
        return value < operand
    return value >= operand if cell.startswith(">") else value == operand


def row_applies(row: Any, facts: dict[str, int]) -> bool | None:
    answers = [applies(row[i], facts.get("ab"[i]), facts.get("c")) for i in (0, 1)]
    if False in answers:
        return False
    return None if None in answers else True


def expected(policy: str, body: Any, facts: dict[str, int]) -> Any:
    """The outcome by words: try all that the missing rows could be, and see if it matters."""
    matches = [row_applies(row, facts) for row in body]
    outputs = [row[2] for row in body]
    sure = [i for i, m in enumerate(matches) if m is True]
    may = [i for i, m in enumerate(matches) if m is None]
    if not sure and not may:
        return "no match", None
    if policy == "U":
        if len(sure) > 1:
            return "conflict", None
        return ("unknown", None) if may else ("matched", outputs[sure[0]])
    if policy == "F":
        first = next(i for i, m in enumerate(matches) if m is not False)
        return ("matched", outputs[first]) if matches[first] else ("unknown", None)
    if policy == "A":
        if len({outputs[i] for i in sure}) > 1:
            return "conflict", None
        if sure and all(outputs[i] == outputs[sure[0]] for i in may):
            return "matched", outputs[sure[0]]
        return "unknown", None
    if may:
        return "unknown", None
    chosen = [outputs[i] for i in sure]
    aggregate = {"C": tuple, "C+": sum, "C<": min, "C>": max, "C#": len}[policy]
    return "matched", aggregate(chosen)  # type: ignore[operator]


@settings(max_examples=400)
@given(
    st.sampled_from(["U", "F", "A", "C", "C+", "C<", "C>", "C#"]),
    rows,
    st.dictionaries(st.sampled_from(["a", "b", "c"]), small),
)
def test_decisions_are_those_of_a_plain_reading(policy, body, facts):
    text = "\n".join(f"| {i} | {a} | {b} | {x} |" for i, (a, b, x) in enumerate(body, 1))
    run = compile_table(table(f"| {policy} | a | b | → x |\n{text}", LETTERS))
    decision = run(facts)
    outcome, output = expected(policy, body, facts)
    assert decision.outcome.value == outcome
    if outcome == "matched":
        assert decision.outputs["x"] == output
    if outcome == "unknown":
        assert decision.unknown is not None
        assert decision.unknown.names
        assert not decision.unknown.names & facts.keys()


@given(rows, st.fixed_dictionaries({"a": small, "b": small, "c": small}), st.data())
def test_a_decision_made_without_a_fact_stands_when_the_fact_comes_in(body, facts, data):
    policy = data.draw(st.sampled_from(["U", "F", "A", "C", "C+"]))
    gone = data.draw(st.sets(st.sampled_from(["a", "b", "c"])))
    text = "\n".join(f"| {i} | {a} | {b} | {x} |" for i, (a, b, x) in enumerate(body, 1))
    run = compile_table(table(f"| {policy} | a | b | → x |\n{text}", LETTERS))
    before = run({k: v for k, v in facts.items() if k not in gone})
    if before.outcome is not Outcome.UNKNOWN:
        after = run(facts)
        assert after.outcome is before.outcome
        assert dict(after.outputs) == dict(before.outputs)


# --- policies of DMN models ----------------------------------------------------------------------


def ranked(policy: HitPolicy, facts: dict[str, Any]) -> Any:
    """Three rows whose outputs are ranked 3, 1, 2."""
    read = table(
        "| F | a | b | → x |\n| 1 | <5 | - | 2 |\n| 2 | - | <5 | 1 |\n| 3 | >3 | - | 3 |", LETTERS
    )
    output = replace(read.outputs[0], priorities=(Decimal(3), Decimal(1), Decimal(2)))
    return compile_table(replace(read, policy=policy, outputs=(output,)))(facts)


@pytest.mark.parametrize(
    ("policy", "facts", "result"),
    [
        (HitPolicy.PRIORITY, {"a": 4, "b": 1}, ("matched", (3,), 3)),
        (HitPolicy.PRIORITY, {"a": 1, "b": 1}, ("matched", (2,), 1)),
        # Row 2 may apply but is less important than row 3.
        (HitPolicy.PRIORITY, {"a": 9}, ("matched", (3,), 3)),
        (HitPolicy.PRIORITY, {"b": 1}, ("unknown", (3,), MISSING_A)),
        (HitPolicy.PRIORITY, {"a": 1}, ("unknown", (2,), MISSING_B)),
        (HitPolicy.OUTPUT_ORDER, {"a": 4, "b": 1}, ("matched", (3, 2, 1), (3, 1, 2))),
        (HitPolicy.RULE_ORDER, {"a": 4, "b": 1}, ("matched", (1, 2, 3), (2, 1, 3))),
        (HitPolicy.RULE_ORDER, {"a": 4}, ("unknown", (2,), MISSING_B)),
    ],
)
def test_the_policies_of_dmn_models(policy, facts, result):
    assert came(ranked(policy, facts)) == result
