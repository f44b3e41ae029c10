"""What expressions come to, case by case."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from shouwen.measures.calendars import Period
from shouwen.measures.feel import (
    DATETIME,
    FUNCTIONS,
    NUMBER,
    Amount,
    Dialect,
    RangeType,
    Scope,
    Unknown,
    belongs,
    compile_expression,
)
from shouwen.measures.feel.values import (
    DIVISION_BY_ZERO,
    EMPTY_LIST,
    NO_FIXED_LENGTH,
    OUT_OF_RANGE,
)
from tests.measures.feel.words import AREA, SCOPE, expression

SHANGHAI = ZoneInfo("Asia/Shanghai")
FACTS: dict[str, Any] = {
    "area": "城区",
    "fault": "大",
    "salary": Decimal(3000),
    "wage": Decimal("2999.99"),
    "repeats": 2,
    "outage": Period(seconds=1800),
    "reported": datetime(2024, 1, 31, 16, 30, tzinfo=UTC),  # 0:30 on 1 February in Shanghai
    "repair.arrived": datetime(2024, 2, 1, 1, 0, tzinfo=SHANGHAI),
    "signed": date(2024, 1, 31),
    "closes": time(17, 30),
    "vip": True,
    "holiday": False,
    "remark": "客户Abc",
    "fines": (Decimal(100), Decimal(50), Decimal(50)),
    "tags": ("a", "b"),
    "areas": ("城区",),
}


def value(text: str, **changes: Any) -> Any:
    return compile_expression(expression(text))(
        {k: v for k, v in (FACTS | changes).items() if v is not None}
    )


@pytest.mark.parametrize(
    ("text", "result"),
    [
        ("salary + 0.1 + 0.2", Decimal("3000.3")),
        ("salary / 7", Decimal("428.5714285714285714285714285714286")),
        ("repeats / 3 * 3", Decimal("2.000000000000000000000000000000000")),
        ("-(salary) * 2", Decimal(-6000)),
        ('remark + "/" + area', "客户Abc/城区"),
        ("salary >= 3000 and salary <= 3000", True),
        ("salary < 3000 or salary > 3000", False),
        ("salary = 3000.00", True),
        ("salary != 3000", False),
        ("salary between 3000 and 3000", True),
        ("salary in [3000..4000]", True),
        ("salary in (3000..4000]", False),
        ("salary in [2000..3000)", False),
        ("salary in (2000, 3000)", True),
        ("salary in (< 100, > 2999)", True),
        ("salary in 3000元以上", True),
        ("salary in 超过3000元", False),
        ("area = 城区", True),
        ("area in (农村)", False),
        ('not(area = "农村")', True),
        ("vip = holiday", False),
        ("if repeats >= 2 then 2 * 100 else 100", Decimal(200)),
        ("if area = 农村 then 1 else 2", Decimal(2)),
        ("closes < 17:30:01", True),
        ("signed + 1个月", date(2024, 2, 29)),
        ("signed + 13个月", date(2025, 2, 28)),
        ("signed - 2个月", date(2023, 11, 30)),
        ("signed + 1个月 + 1天", date(2024, 3, 1)),
        ("signed + 30天", date(2024, 3, 1)),
        ('signed - @"2023-12-31"', Period(days=31)),
        ("repair.arrived - reported", Period(seconds=1800)),
        ("repair.arrived - reported > 30分钟", False),
        ("repair.arrived - reported >= 30分钟", True),
        ("reported + 30分钟 = repair.arrived", True),
        ('reported + 1个月 = @"2024-03-01T00:30:00+08:00"', True),
        ("outage + 30分钟 = 1小时", True),
        ("1天 = 24小时", True),
        ("-outage = -30分钟", True),
        ("1小时30分钟 / outage", Decimal(3)),
        ("(repair.arrived - reported) / 15分钟", Decimal(2)),
        ("min(fines)", Decimal(50)),
        ("max(salary, wage, 1)", Decimal(3000)),
        ('min(signed, @"2024-01-30")', date(2024, 1, 30)),
        ("max(reported, repair.arrived) = repair.arrived", True),
        ("sum(fines)", Decimal(200)),
        ("sum(1, 2, 3)", Decimal(6)),
        ("count(fines)", Decimal(3)),
        ("count([])", Decimal(0)),
        ("abs(-2.5)", Decimal("2.5")),
        ("floor(-2.5)", Decimal(-3)),
        ("ceiling(-2.5)", Decimal(-2)),
        ("round half up(2.5, 0)", Decimal(3)),
        ("round half up(-2.5, 0)", Decimal(-3)),
        ("round half up(2.675, 2)", Decimal("2.68")),
        ("decimal(2.5, 0)", Decimal(2)),
        ("decimal(3.5, 0)", Decimal(4)),
        ("decimal(1 / 3, 2)", Decimal("0.33")),
        ("modulo(7, 3)", Decimal(1)),
        ("modulo(-7, 3)", Decimal(2)),
        ("modulo(7, -3)", Decimal(-2)),
        ("modulo(6, 3)", Decimal(0)),
        ("string length(remark)", Decimal(5)),
        ('contains(remark, "户A")', True),
        ('starts with(remark, "户")', False),
        ('ends with(remark, "bc")', True),
        ("upper case(remark)", "客户ABC"),
        ("lower case(remark)", "客户abc"),
        ("list contains(fines, 50)", True),
        ("list contains(areas, 农村)", False),
        ("year(reported)", Decimal(2024)),
        ("month(reported)", Decimal(2)),
        ("day(reported)", Decimal(1)),
        ("day(signed)", Decimal(31)),
        ("weekday(signed)", Decimal(3)),
        ("date of(reported)", date(2024, 2, 1)),
        ("time of(reported)", time(0, 30)),
        ('date and time(signed, closes) = @"2024-01-31T17:30:00+08:00"', True),
        ('start of day(signed) = @"2024-01-31T00:00:00+08:00"', True),
        ('end of day(signed) = @"2024-02-01T00:00:00+08:00"', True),
        ("is known(salary)", True),
    ],
)
def test_with_all_facts_known(text, result):
    actual = value(text)
    assert actual == result
    assert isinstance(actual, bool) == isinstance(result, bool)


def test_every_function_is_tried_out():
    (mark,) = test_with_all_facts_known.pytestmark
    texts = " ".join(text for text, _ in mark.args[1])
    assert [name for name in FUNCTIONS if f"{name}(" not in texts] == []


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("salary + wage", {"salary", "wage"}),
        ("salary > 3", {"salary"}),
        ("not(vip)", {"vip"}),
        ("vip and holiday", {"vip", "holiday"}),
        ("salary in (1, wage)", {"salary", "wage"}),
        ("if vip then salary else 1", {"vip", "salary"}),
        ("max(salary, wage)", {"salary", "wage"}),
        ("sum(fines)", {"fines"}),
        ("date of(reported)", {"reported"}),
        ("[salary, 1]", None),
    ],
)
def test_an_unknown_names_all_missing_facts(text, names):
    result = compile_expression(expression(text))({})
    if names is None:
        assert result == (Unknown.of("salary"), Decimal(1))
    else:
        assert result == Unknown(frozenset(names))
        assert str(result) == f"unknown ({', '.join(sorted(names))})"


@pytest.mark.parametrize(
    ("text", "missing", "result"),
    [
        ("holiday and vip", {"vip"}, False),
        ("vip or holiday", {"holiday"}, True),
        ("holiday or vip", {"vip"}, Unknown.of("vip")),
        ("salary between 5000 and wage", {"wage"}, False),
        ("salary in (3000, wage)", {"wage"}, True),
        ("salary in [wage..100]", {"wage"}, False),
        ("if holiday then wage else salary", {"wage"}, Decimal(3000)),
        ("if vip then 5 else 2 + 3", {"vip"}, Decimal(5)),
        ("if vip then 5 else 4", {"vip"}, Unknown.of("vip")),
        ("salary * 0", {"salary"}, Unknown.of("salary")),
        ("salary = salary", {"salary"}, Unknown.of("salary")),
        ("is known(salary)", {"salary"}, False),
        ("is known(salary) and salary > 3", {"salary"}, False),
    ],
)
def test_what_does_not_need_the_missing_fact_is_decided(text, missing, result):
    assert value(text, **dict.fromkeys(missing)) == result


@pytest.mark.parametrize(
    ("text", "changes", "reason"),
    [
        ("100 / repeats", {"repeats": 0}, DIVISION_BY_ZERO),
        ("100 / repeats > 3", {"repeats": 0}, DIVISION_BY_ZERO),
        ("-(100 / repeats) + 1 in [1..3] and vip", {"repeats": 0}, DIVISION_BY_ZERO),
        ("if 100 / repeats > 3 then 1 else 2", {"repeats": 0}, DIVISION_BY_ZERO),
        ("modulo(100, repeats)", {"repeats": 0}, DIVISION_BY_ZERO),
        ("modulo(100, repeats) > 3 and vip", {"repeats": 0}, DIVISION_BY_ZERO),
        ("min(fines) > 3 and vip", {"fines": ()}, EMPTY_LIST),
        ("not(outage > 30分钟)", {"outage": Period(months=1)}, NO_FIXED_LENGTH),
        ("date of(reported + outage) = signed", {"outage": Period(working_days=1)}, OUT_OF_RANGE),
        ("1小时 / outage", {"outage": Period()}, DIVISION_BY_ZERO),
        ("min(fines)", {"fines": ()}, EMPTY_LIST),
        ("max(fines)", {"fines": ()}, EMPTY_LIST),
        ("outage > 30分钟", {"outage": Period(months=1)}, NO_FIXED_LENGTH),
        ("outage = 30分钟", {"outage": Period(working_days=1)}, NO_FIXED_LENGTH),
        ("outage / 30分钟", {"outage": Period(months=1)}, NO_FIXED_LENGTH),
        ("signed + outage", {}, OUT_OF_RANGE),
        ("signed + outage", {"outage": Period(working_days=1)}, OUT_OF_RANGE),
        ("reported + outage", {"outage": Period(working_days=1)}, OUT_OF_RANGE),
        ("signed + outage", {"outage": Period(months=12 * 9000)}, OUT_OF_RANGE),
        ("reported - outage", {"outage": Period(months=12 * 2023)}, OUT_OF_RANGE),
        ("1天 - outage", {}, OUT_OF_RANGE),
        (
            "modulo(salary, wage)",
            {"salary": Decimal("1e60"), "wage": Decimal("3e-9")},
            OUT_OF_RANGE,
        ),
    ],
)
def test_what_has_no_result_is_unknown_and_says_why(text, changes, reason):
    assert value(text, **changes) == Unknown.of(reason)


def test_what_does_not_need_a_result_is_decided_without_it():
    assert value("100 / repeats > 3 or vip", repeats=0) is True
    assert value("outage > 30分钟 and holiday", outage=Period(months=1)) is False
    assert value("if 100 / repeats > 3 then 7 else 7", repeats=0) == 7


def test_a_list_with_an_unknown_item_can_be_counted_but_not_summed():
    fines = (Decimal(100), Unknown.of("the third fine"))
    assert value("count(fines)", fines=fines) == 2
    assert value("sum(fines)", fines=fines) == Unknown.of("the third fine")
    assert value("count([salary, wage])", salary=None) == 2


def test_a_known_fact_may_itself_be_an_unknown_from_elsewhere():
    assert value("salary + 1", salary=Unknown.of("contract")) == Unknown.of("contract")


def test_whole_numbers_may_be_ints_and_come_out_as_decimals():
    result = value("repeats + 1")
    assert result == 3
    assert isinstance(result, Decimal)


def test_numbers_have_34_digits_whatever_the_context_of_the_caller():
    import decimal

    with decimal.localcontext() as context:
        context.prec = 3
        assert value("-(salary / 7)") == Decimal("-428.5714285714285714285714285714286")
        assert value("12345.6789 + 0") == Decimal("12345.6789")


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("[100..500]", Amount(Decimal(100), Decimal(500))),
        ("[100..]", Amount(Decimal(100), None)),
        ("100", Amount(Decimal(100), Decimal(100))),
        ("[wage..salary]", Amount(Decimal("2999.99"), Decimal(3000))),
        ("[salary..wage]", Unknown.of(OUT_OF_RANGE)),
    ],
)
def test_an_amount_is_a_range_with_both_bounds(text, amount):
    tree = expression(text, RangeType(NUMBER))
    assert compile_expression(tree)(FACTS) == amount


def test_an_amount_contains_its_bounds():
    fine = Amount(Decimal(100), Decimal(500))
    assert 100 in fine
    assert Decimal(500) in fine
    assert Decimal("500.01") not in fine
    assert 10**9 in Amount(Decimal(100), None)
    with pytest.raises(ValueError, match="above the upper bound"):
        Amount(Decimal(2), Decimal(1))


def test_the_zone_of_the_evaluation_says_which_day_it_is():
    tree = expression("date of(reported)")
    assert compile_expression(tree, UTC)(FACTS) == date(2024, 1, 31)
    assert compile_expression(tree)(FACTS) == date(2024, 2, 1)


def test_across_a_change_of_the_clock_time_passes_as_it_does():
    berlin = ZoneInfo("Europe/Berlin")
    scope = Scope({"a": DATETIME, "b": DATETIME})
    before = datetime(2024, 10, 27, 2, 30, tzinfo=berlin)
    after = datetime(2024, 10, 27, 2, 30, fold=1, tzinfo=berlin)
    facts = {"a": after, "b": before}
    for text in ("a > b", "a != b", "a - b = 1小时", "max(a, b) > b", "b + 1小时 = a"):
        tree = expression(text, scope=scope)
        assert compile_expression(tree, berlin)(facts) is True, text
    tomorrow: Any = compile_expression(expression("b + 1天", scope=scope), berlin)(facts)
    assert tomorrow == datetime(2024, 10, 28, 2, 30, tzinfo=berlin)
    assert tomorrow - before.astimezone(UTC) == timedelta(hours=25)


def test_an_unknown_has_no_truth():
    with pytest.raises(TypeError, match="neither true nor false"):
        bool(Unknown.of("vip"))


@pytest.mark.parametrize(
    ("wrong", "name"),
    [
        (3.5, "salary"),
        (True, "salary"),
        (Decimal("NaN"), "salary"),
        (Decimal("1e6145"), "salary"),
        ("郊区", "area"),
        (datetime(2024, 1, 1), "reported"),
        (datetime(2024, 1, 1, tzinfo=UTC), "signed"),
        (date(1, 1, 1), "signed"),
        (time(8, tzinfo=UTC), "closes"),
        (["a"], "tags"),
        (("a", 3), "tags"),
        (1, "vip"),
        ("PT1H", "outage"),
    ],
)
def test_values_of_other_types_do_not_belong(wrong, name):
    assert not belongs(wrong, SCOPE.types[name])
    assert belongs(FACTS[name], SCOPE.types[name])


def test_null_and_powers_are_of_the_dmn_dialect_only():
    scope = Scope({"x": NUMBER}, dialect=Dialect.DMN)
    assert compile_expression(expression("x ** 2", scope=scope))({"x": 3}) == 9
    assert compile_expression(expression("2 ** -1", scope=scope))({"x": 3}) == Decimal("0.5")
    for text in ("x + null", "null", "null * x", "0 ** -1", "(-1) ** 0.5", "x / 0"):
        result = compile_expression(expression(text, scope=scope))({"x": 3})
        assert isinstance(result, Unknown), text


def test_members_of_enumerations_have_labels():
    assert AREA.member("城区") == "城区"
    assert AREA.member("urban") is None
    assert AREA.label("城区") == "城区"
