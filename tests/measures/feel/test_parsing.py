"""What may be written, and what it means."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import Decimal

import pytest

from shouwen.measures.calendars import Period
from shouwen.measures.diagnostics import Report, Source, SourceText
from shouwen.measures.feel import (
    BOOLEAN,
    DATE,
    DATETIME,
    NUMBER,
    PERIOD,
    STRING,
    TIME,
    And,
    Arithmetic,
    Compare,
    EnumType,
    Literal,
    Name,
    Not,
    Or,
    Scope,
    parse_expression,
    parse_unary_tests,
    unparse,
)
from tests.measures.feel.words import AREA, FAULT, SCOPE, cell, expression


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("3", Decimal(3)),
        ("1.50", Decimal("1.5")),
        (".872", Decimal("0.872")),
        ("-.872", Decimal("-0.872")),
        ("100元", Decimal(100)),
        ("100 元", Decimal(100)),
        ("1.5万元", Decimal(15000)),
        ("2亿元", Decimal(200_000_000)),
        ("3万", Decimal(30000)),
        ("10%", Decimal("0.10")),
        ("10％", Decimal("0.10")),
        ("5‰", Decimal("0.005")),
        ("3次", Decimal(3)),
        ("２次", Decimal(2)),
        ('"a"', "a"),
        ("“城 区”", "城 区"),
        ("「好」", "好"),
        (r'"a\"b\\c\n\u4e00"', 'a"b\\c\n一'),
        ("true", True),
        ("是", True),
        ("false", False),
        ("否", False),
        ('date("2013-09-01")', date(2013, 9, 1)),
        ('@"2013-09-01"', date(2013, 9, 1)),
        ("2013年9月1日", date(2013, 9, 1)),
        ('time("08:30:00")', time(8, 30)),
        ('@"08:30"', time(8, 30)),
        ("8:30", time(8, 30)),
        ("17：30", time(17, 30)),
        ('duration("PT30M")', Period(seconds=1800)),
        ('@"PT30M"', Period(seconds=1800)),
        ("PT30M", Period(seconds=1800)),
        ("P10WD", Period(working_days=10)),
        ("30分钟", Period(seconds=1800)),
        ("半天", Period(seconds=43200)),
        ("10个工作日", Period(working_days=10)),
        ("十个工作日", Period(working_days=10)),
        ("1小时30分钟", Period(seconds=5400)),
        ("3 个月", Period(months=3)),
        ("-3天", Period(days=-3)),
    ],
)
def test_a_literal_has_this_value(text, value):
    tree = expression(text)
    assert isinstance(tree, Literal)
    assert tree.value == value
    assert type(tree.value) is type(value)


def test_an_instant_has_the_zone_it_is_written_with():
    shanghai = timezone(timedelta(hours=8))
    for text, value in [
        ('@"2013-09-01T08:00:00+08:00"', datetime(2013, 9, 1, 8, tzinfo=shanghai)),
        ('date and time("2013-09-01T08:00:00Z")', datetime(2013, 9, 1, 8, tzinfo=UTC)),
        ('@"2013-09-01T08:00:00@Asia/Shanghai"', datetime(2013, 9, 1, 8, tzinfo=shanghai)),
    ]:
        tree = expression(text)
        assert isinstance(tree, Literal)
        assert tree.value == value
        assert tree.type == DATETIME


@pytest.mark.parametrize(
    ("text", "grouped"),
    [
        ("1 + 2 * 3", "1 + (2 * 3)"),
        ("10 - 3 - 2", "(10 - 3) - 2"),
        ("-salary + 1", "(-salary) + 1"),
        ("salary + 1 > 2 * wage", "(salary + 1) > (2 * wage)"),
        ("vip and holiday or vip", "(vip and holiday) or vip"),
        ("vip or holiday and vip", "vip or (holiday and vip)"),
        ("not(vip) and holiday", "(not(vip)) and holiday"),
        ("salary between 1 and 5 and vip", "(salary between 1 and 5) and vip"),
        ("salary in (1, 2) or vip", "(salary in (1, 2)) or vip"),
        ("if vip then 1 else 2 + 3", "if vip then 1 else (2 + 3)"),
        ("salary in 1 + 2", "salary in (1 + 2)"),
    ],
)
def test_operators_bind_in_this_order(text, grouped):
    assert expression(text) == expression(grouped)


@pytest.mark.parametrize(
    ("text", "same"),
    [
        ("区域 = 城区", 'area = "城区"'),
        ("城区 = area", '"城区" = area'),
        ("故障等级 = large", 'fault = "大"'),
        ("Monthly  Salary * 12", "salary * 12"),
        ("月薪＞３０００", "salary > 3000"),
        ("（月薪＋1）×2 ÷ 4 ≥ 100", "(salary + 1) * 2 / 4 >= 100"),
        ("区域 in（城区、农村）", 'area in ("城区", "农村")'),
        ("月薪 ≠ 3 且 非(大客户)", "salary != 3 and not(vip)"),
        ("若 大客户 则 1 否则 2", "if vip then 1 else 2"),
        ("已知(月薪) 或 大客户", "is known(salary) or vip"),
        ("月薪 介于 1 且 5", "salary between 1 and 5"),
        ("月薪 属于 [1..5)", "salary in [1..5)"),
        ("月薪 不超过 3000", "salary <= 3000"),
        ("重复次数 不满 3次", "repeats < 3"),
        ("最大(月薪, 100)", "max(salary, 100)"),
        ("四舍五入(月薪, 2)", "round half up(salary, 2)"),
        ("到场时间 - 报修时间 > 30分钟", 'repair.arrived - reported > @"PT30M"'),
        ("salary in ]1..5[", "salary in (1..5)"),
        ("salary in [1…5]", "salary in [1..5]"),
    ],
)
def test_chinese_and_sloppy_punctuation_mean_the_same(text, same):
    tree = expression(text)
    assert unparse(tree) == unparse(expression(same))


def test_the_longest_name_wins():
    scope = Scope({"a": NUMBER, "a b": NUMBER, "a b - c": NUMBER, "c": NUMBER})
    assert expression("a b - c", scope=scope) == Name("a b - c", type=NUMBER)
    assert isinstance(expression("a b -  c + a", scope=scope), Arithmetic)
    assert expression("a b", scope=scope) == Name("a b", type=NUMBER)


def test_a_name_does_not_end_inside_a_word():
    scope = Scope({"大": NUMBER, "大客户": NUMBER, "x": NUMBER, "x.y": NUMBER})
    assert expression("大客户", scope=scope) == Name("大客户", type=NUMBER)
    assert expression("x.y", scope=scope) == Name("x.y", type=NUMBER)


def test_a_fact_may_share_its_name_with_a_function():
    scope = Scope({"count": NUMBER, "日期": DATE})
    assert expression("count + 1", scope=scope).type == NUMBER
    assert expression("日期", scope=scope) == Name("日期", type=DATE)
    assert expression("count([1, 2])", scope=scope).type == NUMBER


def test_a_name_of_the_same_type_wins_over_a_member_and_quotes_mean_the_member():
    level = EnumType("level", ("normal", "usual"))
    scope = Scope({"level": level, "usual": level})
    bare, quoted = (
        expression("level = usual", scope=scope),
        expression('level = "usual"', scope=scope),
    )
    assert isinstance(bare, Compare)
    assert isinstance(quoted, Compare)
    assert bare.right == Name("usual", type=level)
    assert quoted.right == Literal("usual", type=level)


def test_a_member_wins_over_a_name_of_another_type():
    scope = Scope({"level": EnumType("level", ("fine", "grave")), "fine": NUMBER})
    tree = expression("level = fine", scope=scope)
    assert isinstance(tree, Compare)
    assert tree.right == Literal("fine", type=EnumType("level", ("fine", "grave")))


def test_members_with_any_characters_are_found_bare_and_quoted():
    status = EnumType("status", ("SELF-EMPLOYED", "EMPLOYED"))
    scope = Scope({"Employment Status": status})
    assert expression("Employment Status = SELF-EMPLOYED", scope=scope) == expression(
        'Employment Status = "SELF-EMPLOYED"', scope=scope
    )


@pytest.mark.parametrize(
    ("text", "type_", "canonical"),
    [
        ("-", NUMBER, "-"),
        (" — ", NUMBER, "-"),
        ("< 3", NUMBER, "< 3"),
        (">= 10, [1..5)", NUMBER, ">= 10, [1..5)"),
        ("-5", NUMBER, "-5"),
        ("(1..3], > 100", NUMBER, "(1..3], > 100"),
        ("[1, 2]", NUMBER, "1, 2"),
        ("!= 3", NUMBER, "!= 3"),
        ("not(1, 2)", NUMBER, "not(1, 2)"),
        ("not(< 3)", NUMBER, "not(< 3)"),
        ("城区", AREA, '"城区"'),
        ('"城区"', AREA, '"城区"'),
        ("城区、农村", AREA, '"城区", "农村"'),
        ("not(城区)", AREA, 'not("城区")'),
        ("large", FAULT, '"大"'),
        ('"a", "b"', STRING, '"a", "b"'),
        ("是", BOOLEAN, "true"),
        ("not(true)", BOOLEAN, "not(true)"),
        ("vip", BOOLEAN, "vip"),
        ("3次以上", NUMBER, ">= 3"),
        ("3次以下", NUMBER, "<= 3"),
        ("不满3次", NUMBER, "< 3"),
        ("超过100元", NUMBER, "> 100"),
        ("不超过1.5万元", NUMBER, "<= 15000"),
        ("30分钟以内", PERIOD, '<= @"PT30M"'),
        ("半天以上", PERIOD, '>= @"PT12H"'),
        ("[30分钟..2小时)", PERIOD, '[@"PT30M"..@"PT2H")'),
        ('> @"2013-09-01"', DATE, '> @"2013-09-01"'),
        ("[8:00..17:30]", TIME, '[@"08:00:00"..@"17:30:00"]'),
        ("> wage * 2", NUMBER, "> wage * 2"),
        ("(wage + 1) * 2, 7", NUMBER, "(wage + 1) * 2, 7"),
    ],
)
def test_a_cell_reads_as_these_tests(text, type_, canonical):
    tests = cell(text, type_)
    assert unparse(tests) == canonical
    assert cell(canonical, type_) == tests


def test_a_negated_cell_of_booleans_is_not_a_negated_value():
    assert cell("not(vip)", BOOLEAN).negated
    tests = cell("not(vip), holiday", BOOLEAN)
    assert not tests.negated
    assert isinstance(tests.tests[0].operand, Not)


def test_long_cells_make_shallow_conditions():
    tests = cell(", ".join(map(str, range(500))), NUMBER)
    node, depth = tests.condition(Name("salary", type=NUMBER)), 0
    while isinstance(node, Or):
        node, depth = node.left, depth + 1
    assert depth < 10


def test_places_are_those_of_the_enclosing_document():
    document = Source("measure.md", "第一行\n| 1 | area = 城郊 |\n")
    piece = SourceText(" area = 城郊 ", document, document.text.index(" area"))
    report = Report()
    assert parse_expression(piece, SCOPE, report) is None
    (problem,) = report.errors
    assert str(problem.span) == "measure.md:2:14"
    assert problem.span is not None
    assert problem.span.length == 2


def test_every_node_knows_its_place_and_type():
    text = "vip and salary * 2 > 100"
    tree = expression(text)
    assert tree.type == BOOLEAN
    assert isinstance(tree, And)
    comparison = tree.right
    assert isinstance(comparison, Compare)
    start = comparison.span.offset
    assert text[start : start + comparison.span.length] == "salary * 2 > 100"
    assert comparison.left.type == NUMBER


def test_all_errors_of_a_text_are_reported_at_once():
    report = Report()
    parse_expression(SourceText.alone("faukt = 大 && sallary == 'x'"), SCOPE, report)
    assert {d.code for d in report.errors} == {
        "unknown-name",
        "foreign-operator",
        "single-quotes",
    }
    assert len(report.errors) == 5


def test_what_was_reported_before_does_not_refuse_a_good_text():
    report = Report()
    report.error("other", "Something else.")
    assert parse_expression(SourceText.alone("salary"), SCOPE, report) is not None
    assert parse_unary_tests(SourceText.alone("< 3"), NUMBER, SCOPE, report) is not None
