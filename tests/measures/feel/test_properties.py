"""What holds of every text and every tree."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shouwen.measures.calendars import Period
from shouwen.measures.diagnostics import Report, SourceText
from shouwen.measures.feel import (
    BOOLEAN,
    DATE,
    DATETIME,
    NUMBER,
    PERIOD,
    STRING,
    TIME,
    ListType,
    RangeType,
    Scope,
    Type,
    Unknown,
    belongs,
    check,
    compile_expression,
    names,
    parse_expression,
    parse_outcome,
    parse_unary_tests,
    unparse,
)
from shouwen.measures.feel.lowering import kleene_and, kleene_or
from tests.measures.feel.interpreter import interpret
from tests.measures.feel.trees import cells, expressions, facts
from tests.measures.feel.words import AREA, FAULT, SCOPE, cell, expression

TYPES: list[Type] = [NUMBER, STRING, BOOLEAN, DATE, TIME, DATETIME, PERIOD, ListType(NUMBER)]
COLUMNS: list[Type] = [NUMBER, STRING, BOOLEAN, DATE, TIME, DATETIME, PERIOD, AREA, FAULT]

WORDS = [
    *SCOPE.types,
    *SCOPE.aliases,
    *AREA.members,
    *FAULT.members,
    *[
        "(",
        ")",
        "[",
        "]",
        ",",
        ".",
        "..",
        "+",
        "-",
        "*",
        "/",
        "=",
        "!=",
        "<",
        "<=",
        ">",
        ">=",
        "**",
        "==",
        "&&",
        "|",
        "!",
        "%",
        "#",
        "@",
        "；",
        "（",
        "）",
        "、",
        "—",
        "~",
        "…",
    ],
    *[
        "and",
        "or",
        "not",
        "if",
        "then",
        "else",
        "in",
        "between",
        "true",
        "null",
        "None",
        "且",
        "或",
        "非",
        "若",
        "则",
        "否则",
        "属于",
        "是",
    ],
    *[
        "min",
        "max",
        "count",
        "is",
        "known",
        "date",
        "date",
        "and",
        "time",
        "duration",
        "round",
        "half",
        "up",
        "最大",
        "已知",
        "string",
    ],
    *[
        "3",
        "1.5",
        "007",
        "100元",
        "1.5万元",
        "10%",
        "3次",
        "3次以上",
        "不满",
        "30分钟",
        "半天",
        "10个工作日",
        "17:30",
        "2013-09-01",
    ],
    *['"a"', "'a'", '"', "“城区”", "「", '@"PT30M"', '@"2013-09-01"', "@", "\\", "\x00", "𠀀"],
]
texts = st.one_of(
    st.text(max_size=40),
    st.lists(st.sampled_from(WORDS), max_size=12).map(" ".join),
    st.lists(st.sampled_from(WORDS), max_size=8).map("".join),
)


def says_where(report: Report, text: SourceText) -> None:
    """At least one diagnostic, and every one inside the text (or at its end)."""
    assert report.errors
    for problem in report:
        assert problem.span is not None
        assert problem.span.source is text.source
        offset = problem.span.offset - text.start
        assert 0 <= offset <= len(text.text)


@settings(max_examples=600)
@given(texts)
def test_every_text_gives_a_tree_or_says_where_it_is_wrong(text):
    piece = SourceText.alone("前|" + text + "|后").slice(2, 2 + len(text))
    report = Report()
    tree = parse_expression(piece, SCOPE, report)
    if tree is None:
        says_where(report, piece)
    else:
        assert not report.errors
        assert names(tree) <= SCOPE.types.keys()


@settings(max_examples=400)
@given(texts, st.sampled_from(COLUMNS))
def test_every_cell_gives_tests_or_says_where_it_is_wrong(text, type_):
    piece = SourceText.alone(text)
    report = Report()
    tests = parse_unary_tests(piece, type_, SCOPE, report)
    if tests is None:
        says_where(report, piece)
    else:
        assert cell(unparse(tests), type_) == tests


@settings(max_examples=300)
@given(texts, st.sampled_from([*COLUMNS, RangeType(NUMBER), None]))
def test_every_outcome_gives_a_value_a_dash_or_says_where_it_is_wrong(text, type_):
    piece = SourceText.alone(text)
    report = Report()
    outcome = parse_outcome(piece, SCOPE, report, type_)
    if report.errors:
        assert outcome is None
        says_where(report, piece)
    elif outcome is not None and type_ is not None:
        value = compile_expression(outcome)({})
        assert belongs(value, type_) or isinstance(value, Unknown)


@settings(max_examples=400)
@given(texts)
def test_what_parses_prints_and_parses_again_to_the_same_tree(text):
    tree = parse_expression(SourceText.alone(text), SCOPE, Report())
    if tree is not None:
        assert expression(unparse(tree)) == tree
        assert expression(unparse(tree, SCOPE, chinese=True)) == tree


@settings(max_examples=300)
@given(st.data())
def test_printing_a_tree_and_parsing_it_gives_the_same_tree(data):
    type_ = data.draw(st.sampled_from(TYPES))
    tree = data.draw(expressions(type_))
    assert expression(unparse(tree)) == tree
    assert expression(unparse(tree, SCOPE, chinese=True)) == tree


@settings(max_examples=200)
@given(st.data())
def test_printing_a_cell_and_parsing_it_gives_the_same_tests(data):
    type_ = data.draw(st.sampled_from(COLUMNS))
    tests = data.draw(cells(type_))
    assert cell(unparse(tests), type_) == tests
    assert cell(unparse(tests, SCOPE, chinese=True), type_) == tests


@settings(max_examples=150)
@given(st.data())
def test_checking_a_checked_tree_changes_nothing(data):
    type_ = data.draw(st.sampled_from(TYPES))
    tree = data.draw(expressions(type_))
    assert check(tree, SCOPE, Report(), type_) == tree


def comparable(value: Any) -> Any:
    """A value such that equal ones are really equal: not ``True == 1``, instants as instants."""
    if isinstance(value, tuple):
        return tuple(map(comparable, value))
    if isinstance(value, datetime):
        return ("instant", value.astimezone(UTC))
    return (type(value).__name__ if isinstance(value, bool) else "", value)


@pytest.mark.parametrize("type_", TYPES, ids=str)
def test_compiled_code_means_what_the_interpreter_says(type_):
    @settings(max_examples=120)
    @given(st.data())
    def holds(data):
        tree = data.draw(expressions(type_))
        given_facts = data.draw(st.one_of(facts(), facts(known=True)))
        result = compile_expression(tree)(given_facts)
        assert comparable(result) == comparable(interpret(tree, given_facts)), unparse(tree)
        assert belongs(result, type_)

    holds()


@settings(max_examples=200)
@given(st.data())
def test_an_unknown_never_turns_out_otherwise_when_the_fact_comes_in(data):
    """What is decided without a fact is the same whatever the fact is."""
    tree = data.draw(expressions(BOOLEAN))
    complete = data.draw(facts(known=True))
    gone = data.draw(st.sets(st.sampled_from(sorted(complete))))
    if "is known" in unparse(tree):
        return  # asks about knowledge itself
    partial = {k: v for k, v in complete.items() if k not in gone}
    decide = compile_expression(tree)
    before = decide(partial)
    if not isinstance(before, Unknown):
        assert decide(complete) is before
    elif not isinstance(decide(complete), Unknown):
        assert before.names & gone


@settings(max_examples=100)
@given(st.data())
def test_tests_of_a_cell_are_the_same_as_its_condition_in_a_formula(data):
    tests = data.draw(cells(NUMBER, negated=False).filter(lambda t: not t.dash))
    given_facts = data.draw(facts())
    formula = expression(f"salary in ({unparse(tests)})")
    condition = tests.condition(expression("salary"))
    assert compile_expression(formula)(given_facts) == compile_expression(condition)(given_facts)


ternary = st.sampled_from([True, False, Unknown.of("a"), Unknown.of("b"), Unknown()])


def negation(value: Any) -> Any:
    return value if isinstance(value, Unknown) else not value


@given(ternary, ternary, ternary)
def test_logic_is_kleenes(a, b, c):
    assert kleene_and(a, b) == kleene_and(b, a)
    assert kleene_or(a, b) == kleene_or(b, a)
    assert negation(kleene_and(a, b)) == kleene_or(negation(a), negation(b))
    assert kleene_and(a, a) == a == kleene_or(a, a)
    assert kleene_and(a, True) == a == kleene_or(a, False)
    assert kleene_and(a, False) is False
    assert kleene_or(a, True) is True
    assert negation(negation(a)) == a
    assert truth(kleene_and(a, kleene_and(b, c))) is truth(kleene_and(kleene_and(a, b), c))
    assert truth(kleene_or(a, kleene_or(b, c))) is truth(kleene_or(kleene_or(a, b), c))
    assert truth(kleene_and(a, kleene_or(b, c))) is truth(
        kleene_or(kleene_and(a, b), kleene_and(a, c))
    )


def truth(value: Any) -> bool | None:
    return None if isinstance(value, Unknown) else bool(value)


@given(st.integers(-5, 5), st.integers(0, 5))
def test_periods_with_exact_time_compare_by_their_length(days, seconds):
    scope = Scope({"p": PERIOD, "q": PERIOD})
    longer = compile_expression(expression("p > q", scope=scope))
    p = Period(days=abs(days), seconds=seconds)
    assert longer({"p": p, "q": Period(seconds=abs(days) * 86400)}) is (seconds > 0)
