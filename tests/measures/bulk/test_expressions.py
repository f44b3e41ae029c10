"""Expressions in DuckDB give what compiled Python gives, unknowns and their names included."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import ibis
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from shouwen.measures.bulk.codes import Slot
from shouwen.measures.bulk.engine import Engine
from shouwen.measures.bulk.frames import Frame, Ground
from shouwen.measures.bulk.sqltypes import microseconds, sql_type
from shouwen.measures.bulk.steps import Steps
from shouwen.measures.bulk.zones import Zone
from shouwen.measures.calendars import Period
from shouwen.measures.feel import tree
from shouwen.measures.feel.python import compile_expression
from shouwen.measures.feel.types import TIME
from shouwen.measures.feel.unparse import unparse
from shouwen.measures.feel.values import Amount, Unknown
from tests.measures.bulk.effort import examples
from tests.measures.bulk.trees import AMOUNT, FACTS, TYPES, expressions, facts

SCHEMA = {"~key": "int64", **{name: sql_type(t) for name, t in FACTS.items()}}


def in_duckdb(
    trees: list[tree.Expr], rows: list[dict[str, Any]], zone: str
) -> list[list[tuple[Any, set[str]]]]:
    """The value and the missing names of every expression for every row of facts."""
    steps = Steps()
    table = ibis.table(SCHEMA, name="facts")
    slots = {n: Slot(n, t, frozenset({n})) for n, t in FACTS.items()}
    frame = Frame(Ground(steps, Zone(steps, zone), {}), "asking", table, slots)
    found = [frame.put(t) for t in trees]
    names = [f"names {i}" for i in range(len(found))]
    frame.add(**{n: frame.names_column(slot) for n, slot in zip(names, found, strict=True)})
    steps.add("answers", frame.table.select("~key", *names, *{s.value for s in found}))
    with Engine(steps) as engine:
        engine.given()
        engine.register("facts", arrow(rows))
        engine.run()
        answers = sorted(engine.table("answers").to_pylist(), key=lambda r: r["~key"])
    return [
        [(plain(row[slot.value], t), set(row[n])) for row, _ in zip(answers, rows, strict=True)]
        for slot, t, n in zip(found, trees, names, strict=True)
    ]


def arrow(rows: list[dict[str, Any]]) -> pa.Table:
    columns = {"~key": pa.array(range(len(rows)), pa.int64())}
    for name, type_ in FACTS.items():
        values = [_stored(row[name], type_) for row in rows]
        columns[name] = pa.array(values, ibis.schema({"x": sql_type(type_)}).to_pyarrow()[0].type)
    return pa.table(columns)


def _stored(value: Any, type_: Any) -> Any:
    if isinstance(value, time):
        return microseconds(value)
    if isinstance(value, datetime):
        return value.astimezone(UTC).replace(tzinfo=None)
    if isinstance(value, Period):
        return {k: getattr(value, k) for k in ("months", "days", "working_days", "seconds")}
    return value


def plain(value: Any, node: tree.Expr) -> Any:
    """A value of the database as the language has it."""
    if value is None:
        return None
    if node.type == AMOUNT:
        return Amount(value["lo"], value["hi"])
    if isinstance(value, dict):
        return Period(**value)
    if isinstance(value, datetime):
        return value.replace(tzinfo=UTC)
    if node.type == TIME:
        seconds, us = divmod(value, 1_000_000)
        return time(seconds // 3600, seconds // 60 % 60, seconds % 60, us)
    return value


def same(a: Any, b: Any) -> bool:
    if isinstance(a, datetime):
        return a - datetime(1970, 1, 1, tzinfo=UTC) == b - datetime(1970, 1, 1, tzinfo=UTC)
    if isinstance(a, time):
        return a == b.replace(fold=0)
    return bool(a == b)


def check(trees: list[tree.Expr], rows: list[dict[str, Any]], zone: str) -> None:
    for node, answers in zip(trees, in_duckdb(trees, rows, zone), strict=True):
        compiled = compile_expression(node, ZoneInfo(zone))
        for row, (value, names) in zip(rows, answers, strict=True):
            wanted = compiled(row)
            said = f"{unparse(node)} for {row}: Python {wanted!r}, DuckDB {value!r} {names}"
            if isinstance(wanted, Unknown):
                assert value is None, said
                assert names == wanted.names, said
            else:
                assert value is not None, said
                assert same(value, wanted), said


@examples(12, 5_000)
@given(
    st.sampled_from([*TYPES, AMOUNT]).flatmap(
        lambda t: st.lists(expressions(t, 3), min_size=1, max_size=4)
    ),
    st.lists(facts(), min_size=1, max_size=6),
    st.sampled_from(["Asia/Shanghai", "America/New_York", "UTC"]),
)
def test_every_expression_means_in_sql_what_it_means_in_python(trees, rows, zone):
    check(trees, rows, zone)


NONE = dict.fromkeys(FACTS)


@pytest.mark.parametrize("area", ["城区", "农村", None])
def test_a_condition_that_is_unknown_names_its_facts(area):
    town = tree.Compare("=", tree.Name("area1", type=FACTS["area1"]),
                        tree.Literal("城区", type=FACTS["area1"]), type=TYPES[0])  # fmt: skip
    flag = tree.Name("flag1", type=TYPES[0])
    check([tree.And(town, flag, type=TYPES[0])], [{**NONE, "area1": area}], "Asia/Shanghai")


def test_an_hour_that_comes_twice_stays_the_second_one():
    at = tree.Name("at1", type=FACTS["at1"])
    later = tree.Arithmetic("+", at, tree.Literal(Period(days=364), type=FACTS["length1"]),
                            type=FACTS["at1"])  # fmt: skip
    twice = [datetime(2021, 11, 7, h, 30, tzinfo=UTC) for h in (5, 6)]
    check([later], [{**NONE, "at1": t} for t in twice], "America/New_York")


def test_a_month_without_the_day_ends_on_its_last():
    day = tree.Name("day1", type=FACTS["day1"])
    month = tree.Literal(Period(months=1), type=FACTS["length1"])
    check(
        [tree.Arithmetic("+", day, month, type=FACTS["day1"])],
        [{**NONE, "day1": date(2024, 1, 31)}, {**NONE, "day1": date(2023, 1, 31)}],
        "Asia/Shanghai",
    )


def test_a_sum_that_does_not_fit_is_an_error_and_no_number():
    count = tree.Name("count1", type=FACTS["count1"])
    square: tree.Expr = count
    for _ in range(4):
        square = tree.Arithmetic("*", square, square, type=FACTS["count1"])
    with pytest.raises(Exception, match=r"(?i)overflow|out of range"):
        in_duckdb([square], [{**NONE, "count1": Decimal(5000)}], "UTC")
