"""Hypothesis strategies for checked trees of every type, and for facts they speak of."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import Decimal
from functools import cache, partial
from typing import Any
from zoneinfo import ZoneInfo

from hypothesis import strategies as st

from shouwen.measures.calendars import Period
from shouwen.measures.feel import (
    BOOLEAN,
    DATE,
    DATETIME,
    FUNCTIONS,
    NUMBER,
    PERIOD,
    STRING,
    TIME,
    And,
    Arithmetic,
    Between,
    Call,
    Compare,
    EnumType,
    Expr,
    If,
    InTests,
    IsKnown,
    ListNode,
    ListType,
    Literal,
    Name,
    Negate,
    Not,
    Or,
    RangeNode,
    RangeType,
    Type,
    UnaryTests,
    Unknown,
)
from shouwen.measures.feel import Test as OneTest
from tests.measures.feel.words import AREA, FAULT, SCOPE

ORDERED = (NUMBER, DATE, TIME, DATETIME, PERIOD)
COMPARATORS = ("=", "!=", "<", "<=", ">", ">=")
SHANGHAI = ZoneInfo("Asia/Shanghai")

# Small domains, so that values meet, and the ends and halves where mistakes are made.
numbers = st.one_of(
    st.integers(-2, 3).map(Decimal),
    st.sampled_from(["0.5", "1.5", "2.5", "-0.5", "0.125", "2.675"]).map(Decimal),
    st.decimals(-(10**9), 10**9, allow_nan=False, allow_infinity=False, places=3),
)
fixed_periods = st.one_of(
    st.sampled_from([Period(days=1), Period(seconds=86_400), Period(), Period(seconds=1)]),
    st.builds(Period, days=st.integers(0, 3), seconds=st.integers(0, 200_000)),
)
any_periods = st.one_of(
    fixed_periods,
    st.builds(Period, months=st.integers(0, 14), days=st.integers(0, 40)),
    st.builds(Period, working_days=st.integers(1, 9)),
    fixed_periods.map(lambda p: -p),
)
days = st.one_of(
    st.sampled_from([date(2024, 1, 31), date(2023, 2, 28), date(2024, 2, 29), date(2024, 12, 31)]),
    st.dates(date(1990, 1, 1), date(2040, 12, 31)),
)
ZONES = [UTC, SHANGHAI, timezone(timedelta(hours=-5))]
instants = st.one_of(
    st.builds(
        lambda hour, zone: datetime(2024, 1, 31, hour, tzinfo=UTC).astimezone(zone),
        st.sampled_from([15, 16, 17]),  # midnight in Shanghai, and around
        st.sampled_from(ZONES),
    ),
    st.datetimes(datetime(2000, 1, 1), datetime(2030, 12, 31), timezones=st.sampled_from(ZONES)),
)
texts = st.text(st.sampled_from('ab城"\\\n '), max_size=4)

VALUES: dict[Type, st.SearchStrategy[Any]] = {
    NUMBER: numbers,
    STRING: texts,
    BOOLEAN: st.booleans(),
    DATE: days,
    TIME: st.sampled_from([time(0), time(8), time(17, 30)]) | st.times(),
    DATETIME: instants,
    PERIOD: fixed_periods,
    AREA: st.sampled_from(AREA.members),
    FAULT: st.sampled_from(FAULT.members),
}


def values_of(type_: Type) -> st.SearchStrategy[Any]:
    """Known values of a type, as facts may have them."""
    if isinstance(type_, ListType):
        return st.lists(VALUES[type_.item] | st.just(Unknown.of("an item")), max_size=3).map(tuple)
    if type_ == PERIOD:
        return any_periods
    return VALUES[type_] | st.integers(-3, 9) if type_ == NUMBER else VALUES[type_]


def facts(known: bool = False) -> st.SearchStrategy[dict[str, Any]]:
    """Facts for the names of the scope; unless `known`, some are missing."""
    gone = st.nothing() if known else st.one_of(st.none(), st.just(Unknown.of("elsewhere")))
    every = {name: values_of(type_) | gone for name, type_ in SCOPE.types.items()}
    return st.fixed_dictionaries(every if known else {}, optional={} if known else every)


def literal(type_: Type) -> st.SearchStrategy[Expr]:
    return VALUES[type_].map(lambda v: Literal(v, type=type_))


def named(type_: Type) -> st.SearchStrategy[Expr]:
    return st.sampled_from([Name(n, type=t) for n, t in SCOPE.types.items() if t == type_])


def leaf(type_: Type) -> st.SearchStrategy[Expr]:
    if isinstance(type_, ListType):
        return named(type_)
    return st.one_of(named(type_), literal(type_))


@cache
def expressions(type_: Type, depth: int = 2) -> st.SearchStrategy[Expr]:
    """Trees of a type, as the parser and checker would make them."""
    if isinstance(type_, EnumType):
        return named(type_)  # a member alone has no meaning without a neighbour
    if depth == 0:
        return leaf(type_)
    return st.deferred(lambda: st.one_of(leaf(type_), *_made(type_, depth - 1)))


def _made(type_: Type, depth: int) -> list[st.SearchStrategy[Expr]]:
    made: list[st.SearchStrategy[Expr]] = []
    boolean = expressions(BOOLEAN, depth)
    if isinstance(type_, ListType):
        items = st.lists(expressions(type_.item, depth), min_size=1, max_size=3)
        return [items.map(lambda i: ListNode(tuple(i), type=type_))]
    made.append(
        st.builds(
            lambda c, a, b: If(c, a, b, type=type_),
            boolean,
            expressions(type_, depth),
            expressions(type_, depth),
        )
    )
    made += _arithmetic(type_, depth)
    made += [
        _call(name, signature.parameters, signature.result, signature.variadic, depth)
        for name, function in FUNCTIONS.items()
        for signature in function.signatures
        if signature.result == type_
    ]
    if type_ in (NUMBER, PERIOD):
        made.append(
            expressions(type_, depth)
            .filter(lambda e: not isinstance(e, Literal))
            .map(lambda e: Negate(e, type=type_))
        )
    if type_ == BOOLEAN:
        made += _conditions(depth)
    return made


def _arithmetic(type_: Type, depth: int) -> list[st.SearchStrategy[Expr]]:
    by_result: dict[Type, list[tuple[str, Type, Type]]] = {
        NUMBER: [*((op, NUMBER, NUMBER) for op in "+-*/"), ("/", PERIOD, PERIOD)],
        STRING: [("+", STRING, STRING), ("+", AREA, STRING)],
        DATE: [("+", DATE, PERIOD), ("-", DATE, PERIOD)],
        DATETIME: [("+", DATETIME, PERIOD), ("-", DATETIME, PERIOD)],
        PERIOD: [*((op, PERIOD, PERIOD) for op in "+-"), *(("-", t, t) for t in (DATE, DATETIME))],
    }
    return [
        st.builds(
            lambda a, b, op=op: Arithmetic(op, a, b, type=type_),
            expressions(left, depth),
            expressions(right, depth).filter(partial(_allowed, op, left)),
        )
        for op, left, right in by_result.get(type_, [])
    ]


def _allowed(op: str, left: Type, right: Expr) -> bool:
    """Leave out what the checker refuses: a written zero as divisor, hours added to a date."""
    if not isinstance(right, Literal):
        return True
    if op == "/" and right.value == Decimal(0):
        return False
    return not (left == DATE and isinstance(right.value, Period) and right.value.seconds)


def _call(
    name: str, parameters: tuple[Type, ...], result: Type, variadic: bool, depth: int
) -> st.SearchStrategy[Expr]:
    if FUNCTIONS[name].literal:
        scale = st.integers(0, 4).map(lambda n: Literal(Decimal(n), type=NUMBER))
        arguments: st.SearchStrategy[Any] = st.tuples(expressions(NUMBER, depth), scale)
    elif name == "count":
        arguments = st.tuples(expressions(ListType(NUMBER), depth))
    elif variadic:
        arguments = st.lists(expressions(parameters[0], depth), min_size=1, max_size=3).map(tuple)
    elif any(isinstance(p, ListType) and p.item not in (NUMBER, STRING) for p in parameters):
        return st.nothing()  # the scope has no such lists
    else:
        arguments = st.tuples(*(expressions(p, depth) for p in parameters))
    return arguments.map(lambda a: Call(name, a, type=result))


def _conditions(depth: int) -> list[st.SearchStrategy[Expr]]:
    boolean = expressions(BOOLEAN, depth)
    made: list[st.SearchStrategy[Expr]] = [
        boolean.map(lambda e: Not(e, type=BOOLEAN)),
        st.builds(lambda a, b: And(a, b, type=BOOLEAN), boolean, boolean),
        st.builds(lambda a, b: Or(a, b, type=BOOLEAN), boolean, boolean),
        st.sampled_from([IsKnown(Name(n, type=t), type=BOOLEAN) for n, t in SCOPE.types.items()]),
    ]
    for type_ in (NUMBER, STRING, DATE, TIME, DATETIME, PERIOD, AREA, FAULT):
        made.append(_comparison(type_, depth))
        made.append(
            st.builds(
                lambda v, t: InTests(v, t, type=BOOLEAN),
                expressions(type_, depth),
                cells(type_, negated=False).filter(lambda t: not t.dash),
            )
        )
    for ordered in ORDERED:
        made.append(
            st.builds(
                lambda v, a, b: Between(v, a, b, type=BOOLEAN),
                expressions(ordered, depth),
                expressions(ordered, depth),
                expressions(ordered, depth),
            ).filter(lambda e: not _crossed(e.low, e.high))
        )
    return made


def _operand(type_: Type, depth: int) -> st.SearchStrategy[Expr]:
    return leaf(type_) if isinstance(type_, EnumType) else expressions(type_, depth)


def _comparison(type_: Type, depth: int) -> st.SearchStrategy[Expr]:
    ops = COMPARATORS if type_ in ORDERED else COMPARATORS[:2]
    return st.builds(
        lambda op, a, b: Compare(op, a, b, type=BOOLEAN),
        st.sampled_from(ops),
        expressions(type_, depth),
        _operand(type_, depth),
    )


def _not_crossed(test: Any) -> bool:
    return not _crossed(test.operand.low, test.operand.high)


def _crossed(low: Expr, high: Expr) -> bool:
    """Whether the checker would refuse these bounds."""
    if not (isinstance(low, Literal) and isinstance(high, Literal)):
        return False
    a: Any = low.value
    b: Any = high.value
    if isinstance(a, Period):
        a, b = a.days * 86400 + a.seconds, b.days * 86400 + b.seconds
    return bool(a >= b)


@cache
def cells(type_: Type, negated: bool | None = None) -> st.SearchStrategy[UnaryTests]:
    """Cells of a column."""
    ops = COMPARATORS if type_ in ORDERED else COMPARATORS[:2]
    plain = st.builds(OneTest, st.sampled_from(ops), _operand(type_, 1))
    one: st.SearchStrategy[Any] = plain
    if type_ in ORDERED:
        ranges: st.SearchStrategy[Any] = st.builds(
            lambda a, b, lc, hc: OneTest("in", RangeNode(a, b, lc, hc, type=RangeType(type_))),
            expressions(type_, 1),
            expressions(type_, 1),
            st.booleans(),
            st.booleans(),
        ).filter(_not_crossed)
        one = st.one_of(plain, ranges)
    negation = st.booleans() if negated is None else st.just(negated)
    some = st.builds(
        lambda t, n: UnaryTests(tuple(t), n), st.lists(one, min_size=1, max_size=3), negation
    )
    return some | st.just(UnaryTests()) if negated is None else some
