"""A plan without what its outcomes do not need gives the same rows."""

from __future__ import annotations

import duckdb
import ibis
import pytest

from shouwen.measures.bulk.pruning import pruned
from shouwen.measures.bulk.steps import Steps

CASES = {"case": "string", "unit": "string", "at": "int64"}
VISITS = {"case": "string", "at": "int64", "by": "string"}


@pytest.fixture
def steps():
    """Cases with their first visit, and with every visit."""
    made = Steps()
    cases, visits = ibis.table(CASES, name="cases"), ibis.table(VISITS, name="visits")
    first = visits.group_by("case").aggregate(first=visits["at"].min())
    asked = cases.left_join(first, cases["case"] == first["case"]).drop("case_right")
    with_first = made.add("with first", asked.mutate(late=asked["first"] > asked["at"] + 30))
    rank = ibis.row_number().over(group_by=visits["case"], order_by=visits["at"].desc())
    latest = visits.mutate(rank=rank)
    latest = latest.filter(latest["rank"] == 0).select(key="case", by="by")
    joined = with_first.left_join(latest, with_first["case"] == latest["key"])
    with_latest = made.add("with latest", joined)
    every = visits.select(key="case", when="at")
    made.add("outcome", with_latest)
    made.add("all visits", cases.left_join(every, cases["case"] == every["key"]))
    return made


def rows(steps, wanted):
    """What the pruned statements give, and their SQL."""
    with duckdb.connect() as connection:
        connection.execute(
            "CREATE TABLE cases AS FROM (VALUES ('a', 'U', 0), ('b', 'V', 5), ('c', NULL, 9)) "
            't("case", unit, "at")'
        )
        connection.execute(
            "CREATE TABLE visits AS FROM (VALUES ('a', 40, 'x'), ('a', 50, 'y'), ('b', 6, 'z')) "
            't("case", "at", "by")'
        )
        statements = pruned(steps, wanted)
        for statement in statements:
            connection.execute(statement.create)
        found = {}
        for name, columns in wanted.items():
            quoted = ", ".join(f'"{c}"' for c in columns)
            found[name] = sorted(
                connection.execute(f'SELECT {quoted} FROM "{name}"').fetchall(), key=str
            )
        return found, {s.name: s for s in statements}


def test_all_columns_are_the_same_as_without_pruning(steps):
    found, _ = rows(steps, {"outcome": ["case", "unit", "late", "by"]})
    assert found["outcome"] == [
        ("a", "U", True, "y"), ("b", "V", False, "z"), ("c", None, None, None),
    ]  # fmt: skip


def test_a_join_that_gives_at_most_one_row_is_left_out_where_nobody_needs_it(steps):
    found, statements = rows(steps, {"outcome": ["case", "late"]})
    assert found["outcome"] == [("a", True), ("b", False), ("c", None)]
    assert "JOIN" not in statements["with latest"].sql
    found, statements = rows(steps, {"outcome": ["case"]})
    assert found["outcome"] == [("a",), ("b",), ("c",)]
    assert not any("visits" in s.sql for s in statements.values())


def test_a_join_that_gives_several_rows_is_kept(steps):
    found, statements = rows(steps, {"all visits": ["case"]} | {"outcome": ["unit"]})
    assert found["all visits"] == [("a",), ("a",), ("b",), ("c",)]
    assert "JOIN" in statements["all visits"].sql


def test_steps_that_no_wanted_table_rests_on_are_left_out(steps):
    _, statements = rows(steps, {"all visits": ["case", "when"]})
    assert list(statements) == ["all visits"]


def test_what_is_read_in_one_place_is_a_view_outcomes_too(steps):
    _, statements = rows(steps, {"outcome": ["case", "by"]})
    assert statements["with first"].view
    assert statements["outcome"].view
