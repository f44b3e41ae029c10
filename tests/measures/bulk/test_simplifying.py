"""What can be said of a plan without data is said before it runs, and is what SQL would say."""

import ibis
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from shouwen.measures.bulk.engine import Engine
from shouwen.measures.bulk.needing import Needs
from shouwen.measures.bulk.pruning import pruned
from shouwen.measures.bulk.simplifying import simplified
from shouwen.measures.bulk.sqltypes import joined, names_of, nothing, tidy
from shouwen.measures.bulk.steps import Steps

VISITS = {"case": "string", "late": "boolean", "names": "array<string>"}
ROWS = pa.table(
    {"case": ["a", "b", "c"], "late": [True, False, None], "names": [["x"], [], None]},
    schema=ibis.schema(VISITS).to_pyarrow(),
)


def sql_of(steps: Steps, name: str) -> str:
    found = simplified(Needs({step.name: step.rows.op() for step in steps.steps}, {name: None}))
    return str(ibis.to_sql(found[name].to_expr(), dialect="duckdb", pretty=False))


def rows(steps: Steps, name: str, *, simpler: bool) -> list[tuple]:
    statements = [s.create for s in pruned(steps, {name: None})] if simpler else None
    with Engine(steps, statements) as engine:
        engine.register("visits", ROWS)
        engine.run()
        table = engine.table(name)
        return sorted(zip(*(table[c].to_pylist() for c in sorted(table.column_names)), strict=True),
                      key=str)  # fmt: skip


def test_a_constant_is_carried_from_step_to_step():
    steps = Steps()
    visits = ibis.table(VISITS, name="visits")
    first = steps.add("first", visits.mutate(missing=nothing(), settled=ibis.literal(False)))
    asked = ibis.cases((first["missing"].length() > 0, "unknown"), (first["settled"], "settled"),
                       else_="open")  # fmt: skip
    steps.add("second", first.select("case", said=asked))
    assert "CASE" not in sql_of(steps, "second")
    assert [r[1] for r in rows(steps, "second", simpler=True)] == ["open"] * 3


def test_a_constant_of_a_row_that_may_be_missing_is_none():
    steps = Steps()
    visits = ibis.table(VISITS, name="visits")
    late = visits.filter(visits["late"]).select(
        key=visits["case"], is_late=ibis.literal(True), why=nothing()
    )
    late = steps.add("late", late)
    found = visits.left_join(late, [visits["case"] == late["key"]])
    found = found.select(
        "case", was=found["is_late"].isnull(), why=found["why"].fill_null(nothing())
    )
    steps.add("found", found)
    assert rows(steps, "found", simpler=True) == [
        ("a", False, []),
        ("b", True, []),
        ("c", True, []),
    ]
    # An empty array or none at all, filled up, is empty whichever it was.
    assert "COALESCE" not in sql_of(steps, "found")


@pytest.mark.parametrize("where", [True, False])
def test_what_was_collected_from_nothing_is_nothing(where):
    steps = Steps()
    visits = ibis.table(VISITS, name="visits")
    first = steps.add("first", visits.mutate(doubts=nothing()))
    kept = first["case"] == "a" if where else None
    grouped = first.group_by("late").agg(doubts=first["doubts"].collect(where=kept).flatten())
    grouped = steps.add("grouped", grouped)
    steps.add("said", grouped.select("late", said=joined(grouped["doubts"], names_of(["z"]))))
    assert "doubts" not in sql_of(steps, "said")
    assert {tuple(r[1]) for r in rows(steps, "said", simpler=True)} == {("z",)}


BOOLEANS: st.SearchStrategy = st.deferred(
    lambda: st.one_of(
        st.sampled_from([True, False, None]).map(
            lambda v: lambda t: ibis.literal(v, type="boolean")
        ),
        st.just(lambda t: t["late"]),
        st.tuples(BOOLEANS, BOOLEANS).map(lambda p: lambda t: p[0](t) & p[1](t)),
        st.tuples(BOOLEANS, BOOLEANS).map(lambda p: lambda t: p[0](t) | p[1](t)),
        st.tuples(BOOLEANS, BOOLEANS).map(lambda p: lambda t: p[0](t) == p[1](t)),
        BOOLEANS.map(lambda p: lambda t: p(t).isnull()),
        BOOLEANS.map(lambda p: lambda t: p(t).fill_null(False)),
        st.tuples(BOOLEANS, BOOLEANS, BOOLEANS).map(
            lambda p: lambda t: ibis.ifelse(p[0](t), p[1](t), p[2](t))
        ),
        st.tuples(BOOLEANS, BOOLEANS, BOOLEANS).map(
            lambda p: lambda t: ibis.cases((p[0](t), p[1](t)), (p[1](t), p[2](t)), else_=p[0](t))
        ),
        ARRAYS.map(lambda p: lambda t: p(t).length() > 0),
    )
)
ARRAYS: st.SearchStrategy = st.deferred(
    lambda: st.one_of(
        st.just(lambda t: nothing()),
        st.just(lambda t: names_of(["z", "y"])),
        st.just(lambda t: t["names"]),
        st.tuples(ARRAYS, ARRAYS).map(lambda p: lambda t: joined(p[0](t), p[1](t))),
        ARRAYS.map(lambda p: lambda t: p(t).fill_null(nothing())),
        st.tuples(BOOLEANS, ARRAYS, ARRAYS).map(
            lambda p: lambda t: ibis.ifelse(p[0](t), p[1](t), p[2](t))
        ),
    )
)


@given(st.lists(st.one_of(BOOLEANS, ARRAYS), min_size=1, max_size=4))
def test_a_simpler_plan_says_the_same(expressions):
    steps = Steps()
    table = steps.add("first", ibis.table(VISITS, name="visits"))
    for i, expression in enumerate(expressions):
        table = steps.add(f"step {i}", table.mutate(**{f"x{i}": expression(table)}))
    name = steps.steps[-1].name
    assert rows(steps, name, simpler=True) == rows(steps, name, simpler=False)


@given(st.lists(st.lists(st.sampled_from(["β", "a", "B", "区域", "一天"])), min_size=1, max_size=4))
def test_a_set_of_few_known_texts_is_sorted_as_any_other(sets):
    steps = Steps()
    visits = ibis.table(VISITS, name="visits")
    guarded = [ibis.ifelse(visits["late"], names_of(s), nothing()) for s in sets]
    first = steps.add("first", visits.mutate(why=joined(*guarded, names_of(sets[0]))))
    steps.add("second", first.select("case", why=tidy(first["why"])))
    assert "SORT" not in next(s.sql for s in pruned(steps, {"second": None}) if s.name == "second")
    every, first_only = sorted({t for s in sets for t in s}), sorted(set(sets[0]))
    assert rows(steps, "second", simpler=True) == [
        ("a", every), ("b", first_only), ("c", first_only),
    ]  # fmt: skip
