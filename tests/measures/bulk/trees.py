"""Random typed trees and random facts for them."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from functools import cache
from typing import Any

from hypothesis import strategies as st

from shouwen.measures.calendars import Period
from shouwen.measures.feel import tree
from shouwen.measures.feel.types import (
    BOOLEAN,
    DATE,
    DATETIME,
    NUMBER,
    PERIOD,
    STRING,
    TIME,
    EnumType,
    ListType,
    RangeType,
    Type,
)

AREA = EnumType("area", ("城区", "农村"))
AMOUNT = RangeType(NUMBER)
TYPES: tuple[Type, ...] = (BOOLEAN, NUMBER, STRING, AREA, DATE, TIME, DATETIME, PERIOD)
FACTS: dict[str, Type] = {
    f"{name}{i}": type_
    for i in (1, 2)
    for name, type_ in zip(
        ("flag", "count", "text", "area", "day", "time", "at", "length"), TYPES, strict=True
    )
}

NUMBERS = st.integers(-5000, 5000).map(lambda n: Decimal(n) / 100)
TEXTS = st.text("aAbZ李é-", max_size=4)
# Around both changes of the clock of New York and of Shanghai in 1986, and plain days.
DAYS = st.one_of(
    st.dates(date(1986, 4, 20), date(1986, 9, 20)),
    st.dates(date(2023, 12, 20), date(2024, 3, 20)),
    st.sampled_from([date(2024, 2, 29), date(2024, 3, 10), date(2024, 11, 3), date(2023, 10, 31)]),
)
INSTANTS = st.builds(
    lambda day, s, us: (
        datetime(day.year, day.month, day.day, tzinfo=UTC) + timedelta(seconds=s, microseconds=us)
    ),
    DAYS,
    st.one_of(st.integers(0, 86_399), st.sampled_from([0, 14_400, 18_000, 21_600, 57_600])),
    st.sampled_from([0, 0, 1, 999_999]),
)
PERIODS = st.one_of(
    st.builds(lambda s: Period(seconds=s), st.integers(-90_000, 90_000)),
    st.builds(lambda d: Period(days=d), st.integers(-40, 40)),
    st.builds(lambda m, d: Period(months=m, days=d), st.integers(0, 14), st.integers(0, 31)),
    st.builds(lambda m: Period(months=-m), st.integers(0, 14)),
    st.builds(lambda n: Period(working_days=n), st.integers(1, 3)),
    st.builds(lambda d, s: Period(days=d, seconds=s), st.integers(0, 2), st.integers(0, 5000)),
)
VALUES: dict[Type, st.SearchStrategy[Any]] = {
    BOOLEAN: st.booleans(),
    NUMBER: NUMBERS,
    STRING: TEXTS,
    AREA: st.sampled_from(AREA.members),
    DATE: DAYS,
    TIME: st.times().map(lambda t: t.replace(fold=0)) | st.sampled_from([time(), time(12)]),
    DATETIME: INSTANTS,
    PERIOD: PERIODS,
}


def facts() -> st.SearchStrategy[dict[str, Any]]:
    """A value for every fact; about one in five is missing."""
    return st.fixed_dictionaries(
        {name: st.one_of(*[VALUES[type_]] * 4, st.none()) for name, type_ in FACTS.items()}
    )


@cache
def expressions(type_: Type, depth: int) -> st.SearchStrategy[tree.Expr]:
    """Expressions of a type."""
    if type_ == AMOUNT and depth <= 0:
        return st.one_of(*_compound(type_, 0)[1:])
    leaves: list[st.SearchStrategy[tree.Expr]] = []
    if type_ in VALUES:
        names = [n for n, t in FACTS.items() if t == type_]
        leaves.append(st.sampled_from(names).map(lambda n: tree.Name(n, type=type_)))
        leaves.append(VALUES[type_].map(lambda v: tree.Literal(v, type=type_)))
    if depth <= 0 and leaves:
        return st.one_of(*leaves)
    return st.one_of(*leaves, *_compound(type_, depth - 1))


def _call(name: str, result: Type, *arguments: st.SearchStrategy[tree.Expr]) -> Any:
    return st.builds(lambda *a: tree.Call(name, a, type=result), *arguments)


def _binary(op: str, result: Type, a: Type, b: Type, depth: int) -> Any:
    return st.builds(
        lambda x, y: tree.Arithmetic(op, x, y, type=result),  # type: ignore[arg-type]
        expressions(a, depth),
        expressions(b, depth),
    )


def _compound(type_: Type, depth: int) -> list[st.SearchStrategy[tree.Expr]]:
    def e(wanted: Type) -> st.SearchStrategy[tree.Expr]:
        return expressions(wanted, depth)

    condition = st.deferred(
        lambda: st.builds(
            lambda c, a, b: tree.If(c, a, b, type=type_), e(BOOLEAN), e(type_), e(type_)
        )
    )
    if type_ == BOOLEAN:
        return [condition, *_booleans(depth)]
    if type_ == NUMBER:
        return [condition, *_numbers(depth)]
    if type_ in (STRING, AREA):
        if type_ == AREA:
            return [condition]
        return [
            condition,
            _binary("+", STRING, STRING, AREA, depth),
            _call("upper case", STRING, e(STRING)),
            _call("lower case", STRING, e(STRING)),
        ]
    if type_ == DATE:
        return [
            condition,
            _binary("+", DATE, DATE, PERIOD, depth),
            _binary("-", DATE, DATE, PERIOD, depth),
            _call("date of", DATE, e(DATETIME)),
            _call("max", DATE, e(DATE), e(DATE)),
        ]
    if type_ == TIME:
        return [condition, _call("time of", TIME, e(DATETIME))]
    if type_ == DATETIME:
        return [
            condition,
            _binary("+", DATETIME, DATETIME, PERIOD, depth),
            _binary("-", DATETIME, DATETIME, PERIOD, depth),
            _call("date and time", DATETIME, e(DATE), e(TIME)),
            _call("start of day", DATETIME, e(DATE)),
            _call("end of day", DATETIME, e(DATE)),
            _call("min", DATETIME, e(DATETIME), e(DATETIME)),
        ]
    if type_ == PERIOD:
        return [
            condition,
            _binary("+", PERIOD, PERIOD, PERIOD, depth),
            _binary("-", PERIOD, PERIOD, PERIOD, depth),
            _binary("-", PERIOD, DATE, DATE, depth),
            _binary("-", PERIOD, DATETIME, DATETIME, depth),
            st.builds(lambda x: tree.Negate(x, type=PERIOD), e(PERIOD)),
        ]
    assert type_ == AMOUNT
    return [
        condition,
        st.builds(lambda a, b: tree.RangeNode(a, b, type=AMOUNT), e(NUMBER), e(NUMBER)),
        st.builds(lambda a: tree.RangeNode(a, None, type=AMOUNT), e(NUMBER)),
    ]


def _booleans(depth: int) -> list[st.SearchStrategy[tree.Expr]]:
    def e(wanted: Type) -> st.SearchStrategy[tree.Expr]:
        return expressions(wanted, depth)

    both = (e(BOOLEAN), e(BOOLEAN))
    ordered = st.sampled_from([NUMBER, DATE, TIME, DATETIME, PERIOD])
    equal = st.sampled_from([STRING, AREA, BOOLEAN])
    order = st.sampled_from(["=", "!=", "<", "<=", ">", ">="])

    def compare(types: st.SearchStrategy[Type], ops: st.SearchStrategy[str]) -> Any:
        return types.flatmap(
            lambda t: st.builds(
                lambda op, a, b: tree.Compare(op, a, b, type=BOOLEAN), ops, e(t), e(t)
            )
        )

    tests = st.lists(
        st.one_of(
            st.builds(lambda op, x: tree.Test(op, x), order, e(NUMBER)),
            st.builds(
                lambda a, b, low, high: tree.Test(
                    "in", tree.RangeNode(a, b, low, high, type=AMOUNT)
                ),
                e(NUMBER), e(NUMBER), st.booleans(), st.booleans(),
            ),
        ),
        max_size=3,
    )  # fmt: skip
    return [
        st.builds(lambda a, b: tree.And(a, b, type=BOOLEAN), *both),
        st.builds(lambda a, b: tree.Or(a, b, type=BOOLEAN), *both),
        st.builds(lambda a: tree.Not(a, type=BOOLEAN), e(BOOLEAN)),
        compare(ordered, order),  # type: ignore[arg-type]
        compare(equal, st.sampled_from(["=", "!="])),  # type: ignore[arg-type]
        st.builds(
            lambda a, b, c: tree.Between(a, b, c, type=BOOLEAN),
            e(NUMBER), e(NUMBER), e(NUMBER),
        ),
        st.builds(
            lambda v, t, n: tree.InTests(v, tree.UnaryTests(tuple(t), n), type=BOOLEAN),
            e(NUMBER), tests, st.booleans(),
        ),
        st.sampled_from(list(FACTS.items())).map(
            lambda f: tree.IsKnown(tree.Name(f[0], type=f[1]), type=BOOLEAN)
        ),
        *(
            _call(f, BOOLEAN, e(STRING), e(STRING))
            for f in ("contains", "starts with", "ends with")
        ),
        st.builds(
            lambda items, x: tree.Call("list contains", (items, x), type=BOOLEAN),
            st.lists(e(AREA), max_size=3).map(
                lambda items: tree.ListNode(tuple(items), type=ListType(AREA))
            ),
            e(AREA),
        ),
    ]  # fmt: skip


def _numbers(depth: int) -> list[st.SearchStrategy[tree.Expr]]:
    def e(wanted: Type) -> st.SearchStrategy[tree.Expr]:
        return expressions(wanted, depth)

    moments = st.sampled_from([DATE, DATETIME])
    divisors = st.sampled_from([Decimal(2), Decimal(4), Decimal(10), Decimal(-8), Decimal(0)])
    listed = st.lists(e(NUMBER), max_size=3).map(
        lambda items: tree.ListNode(tuple(items), type=ListType(NUMBER))
    )
    places = st.integers(-2, 3).map(lambda n: tree.Literal(Decimal(n), type=NUMBER))
    return [
        *(_binary(op, NUMBER, NUMBER, NUMBER, depth) for op in ("+", "-")),
        st.builds(
            lambda x, y: tree.Arithmetic("*", x, y, type=NUMBER),
            e(NUMBER), expressions(NUMBER, 0),
        ),
        st.builds(
            lambda x, y: tree.Arithmetic("/", x, tree.Literal(y, type=NUMBER), type=NUMBER),
            e(NUMBER), divisors,
        ),
        st.builds(lambda x: tree.Negate(x, type=NUMBER), e(NUMBER)),
        *(_call(f, NUMBER, e(NUMBER)) for f in ("abs", "floor", "ceiling")),
        *(_call(f, NUMBER, e(NUMBER), places) for f in ("round half up", "decimal")),
        _call("modulo", NUMBER, e(NUMBER), expressions(NUMBER, 0)),
        _call("string length", NUMBER, e(STRING)),
        *(_call(f, NUMBER, listed) for f in ("min", "max", "sum", "count")),
        _call("max", NUMBER, e(NUMBER), e(NUMBER)),
        *(
            moments.flatmap(lambda t, f=f: _call(f, NUMBER, e(t)))  # type: ignore[misc]
            for f in ("year", "month", "day", "weekday")
        ),
    ]  # fmt: skip
