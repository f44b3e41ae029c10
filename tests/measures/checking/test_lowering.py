"""What the solver takes an expression to be is what compiled Python gives, unknowns included."""

from __future__ import annotations

import decimal
from dataclasses import replace
from typing import Any
from zoneinfo import ZoneInfo

import z3
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from shouwen.measures.checking.solver.logic import neg
from shouwen.measures.checking.solver.lowering import Ground, Lowering
from shouwen.measures.checking.solver.oracle import Answer, Oracle
from shouwen.measures.checking.solver.terms import Term, Texts, constant, identical, value_in
from shouwen.measures.feel import (
    BOOLEAN,
    DATE,
    DATETIME,
    NUMBER,
    PERIOD,
    STRING,
    TIME,
    ListType,
    Type,
    tree,
)
from shouwen.measures.feel.python import compile_expression
from shouwen.measures.feel.unparse import unparse
from shouwen.measures.feel.values import CONTEXT
from tests.measures.bulk import trees as small
from tests.measures.feel import trees as large
from tests.measures.feel.words import AREA, SCOPE

PATIENT = 20_000  # milliseconds: here the solver is asked for truth, not for speed
SHANGHAI = ZoneInfo("Asia/Shanghai")


def lowered(
    node: tree.Expr, types: dict[str, Type], facts: dict[str, Any], zone: ZoneInfo
) -> tuple[Ground, Term, list[Any]]:
    """An expression as a term, and that its facts are these."""
    ground = Ground(zone)
    made: dict[str, Term] = {}

    def resolve(name: tree.Name) -> Term:
        if name.name not in made:
            type_ = types[name.name]
            made[name.name] = ground.fact(name.name, type_, z3.Bool(f"{name.name}?"))
        return made[name.name]

    term = Lowering(ground, resolve).lower(node)
    given_ = [
        identical(symbol, constant(facts.get(name), types[name]), ground.texts)
        for name, symbol in made.items()
    ]
    return ground, term, given_


def agree(node: tree.Expr, types: dict[str, Type], facts: dict[str, Any], zone: ZoneInfo) -> None:
    CONTEXT.clear_flags()
    wanted = compile_expression(node, zone)(facts)
    inexact = CONTEXT.flags[decimal.Inexact]
    divides = any(isinstance(n, tree.Arithmetic) and n.op in "*/" for n in tree.walk(node))
    assume(not (inexact and divides))  # the solver does not round at 34 digits
    ground, term, facts_hold = lowered(node, types, facts, zone)
    right = identical(term, constant(wanted, node.type), ground.texts)
    oracle = Oracle(PATIENT, 60)
    said = f"{unparse(node)} for {facts}: Python {wanted!r}"
    wrong = oracle.ask(ground, *facts_hold, neg(right))
    if wrong.model is not None:
        said += f", solver {value_in(wrong.model, term, ground.texts)!r}"
    assert wrong.answer is not Answer.POSSIBLE, said
    possible = oracle.ask(ground, *facts_hold, right).answer
    assert possible is not Answer.NEVER or ground.shortened, said


def typed(node: tree.Expr) -> tree.Expr:
    """As the checker leaves it: a list has the type of its items."""
    if isinstance(node, tree.ListNode) and not isinstance(node.type, ListType):
        return replace(node, type=ListType(small.AREA))
    return node


MEASURED = settings(max_examples=250, deadline=None, suppress_health_check=list(HealthCheck))


@MEASURED
@given(
    st.sampled_from([*small.TYPES, small.AMOUNT]).flatmap(lambda t: small.expressions(t, 3)),
    small.facts(),
    st.sampled_from(["Asia/Shanghai", "America/New_York", "UTC"]),
)
def test_a_tree_means_to_the_solver_what_it_means_in_python(node, facts, zone):
    agree(tree.transform(node, typed), small.FACTS, facts, ZoneInfo(zone))


WRITTEN = (BOOLEAN, NUMBER, STRING, DATE, TIME, DATETIME, PERIOD, AREA, ListType(NUMBER))


@MEASURED
@given(st.sampled_from(WRITTEN).flatmap(large.expressions), large.facts())
def test_every_function_and_list_means_the_same_too(node, facts):
    agree(node, dict(SCOPE.types), facts, SHANGHAI)


@MEASURED
@given(
    small.expressions(BOOLEAN, 3),
    st.lists(small.facts(), min_size=1, max_size=20),
    st.sampled_from(["Asia/Shanghai", "America/New_York"]),
)
def test_never_is_never_and_an_example_is_one(node, situations, zone):
    node = tree.transform(node, typed)
    assume(not any(isinstance(n, tree.Arithmetic) and n.op in "*/" for n in tree.walk(node)))
    ground = Ground(ZoneInfo(zone))
    made: dict[str, Term] = {}

    def resolve(name: tree.Name) -> Term:
        if name.name not in made:
            bit = z3.Bool(f"{name.name}?")
            made[name.name] = ground.fact(name.name, small.FACTS[name.name], bit)
        return made[name.name]

    found = Oracle(2_000, 20).ask(ground, Lowering(ground, resolve).holds(node))
    run = compile_expression(node, ZoneInfo(zone))
    if found.answer is Answer.NEVER:
        for facts in situations:
            assert run(facts) is not True, f"{unparse(node)} is true for {facts}"
    if found.model is not None:
        example = {name: value_in(found.model, term, ground.texts) for name, term in made.items()}
        assume(None not in example.values())  # a third has no decimal
        assert run(example) is True, f"{unparse(node)} is not true for {example}"


def test_a_text_made_up_for_a_number_has_that_number():
    """Else a function that gives it back, like upper case, would seem to give another."""
    texts = Texts({"城区": 0})
    assert texts.number(texts.text(8855)) == 8855
    assert texts.text(texts.number("农村")) == "农村"
