"""Readings whose alternatives make no difference wherever they are looked at."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

import z3

from shouwen.measures.checking.coverage import readings_used
from shouwen.measures.checking.solver.logic import neg
from shouwen.measures.checking.solver.oracle import Answer, Oracle
from shouwen.measures.checking.solver.plainly import contingent
from shouwen.measures.checking.solver.sites import Place, conditions, values
from shouwen.measures.checking.solver.situations import READING, Rows, followed
from shouwen.measures.checking.solver.tables import row_conditions
from shouwen.measures.checking.solver.terms import Term, identical, mapped
from shouwen.measures.diagnostics import Report
from shouwen.measures.feel.python import compile_expression
from shouwen.measures.feel.tree import Compare, Expr, InTests, Name, names, walk
from shouwen.measures.feel.types import BOOLEAN
from shouwen.measures.language.model import Measure, Reading


def check_readings(measure: Measure, places: list[Place], oracle: Oracle, report: Report) -> None:
    """Report readings, and single alternatives, that change nothing."""
    used = readings_used(measure)
    by_reading: dict[str, list[tuple[Place, Expr, Rows]]] = {}
    for place in places:
        for node, rows in _looked_at(place):
            read = {n.name for n in followed(measure, [node]) if isinstance(n, Name)}
            for name in read:
                if name.startswith(READING):
                    found = by_reading.setdefault(name.removeprefix(READING), [])
                    found.append((place, node, rows))
    for reading in measure.readings.values():
        if used.get(reading.id):
            _check(reading, by_reading.get(reading.id, []), oracle, report)


def _looked_at(place: Place) -> Iterator[tuple[Expr, Rows]]:
    for site in conditions(place):
        yield site.node, site.rows
    for node, rows in values(place):
        if node.type == BOOLEAN or names(node):
            yield node, rows
    if place.table is not None:
        for condition in row_conditions(place.table):
            yield condition, place.rows


def _check(
    reading: Reading,
    sites: list[tuple[Place, Expr, Rows]],
    oracle: Oracle,
    report: Report,
) -> None:
    name = f"{READING}{reading.id}"
    # The shortest are the likeliest to show a difference at once.
    sites = sorted(sites, key=lambda s: s[1].span.length)
    alike = [
        (a, b)
        for a, b in combinations(reading.options, 2)
        if sites and not any(_matters(p, n, r, name, (a, b), oracle) for p, n, r in sites)
    ]
    if not alike:
        return
    if len(alike) == len(list(combinations(reading.options, 2))):
        message = f"Choosing another alternative of the reading '{reading.id}' changes nothing."
    else:
        pairs = "; ".join(f"{a} / {b}" for a, b in alike)
        message = f"These alternatives of the reading '{reading.id}' come to the same: {pairs}."
    places = list(dict.fromkeys(p.name for p, _, _ in sites))
    report.warning(
        "idle-reading",
        message,
        reading.span,
        hint=f"It is looked at in: {', '.join(places)}. State there what each alternative means.",
    )


def _matters(
    place: Place, node: Expr, rows: Rows, name: str, pair: tuple[str, str], oracle: Oracle
) -> bool:
    """Whether an expression can differ between two alternatives (or that is not certain)."""
    tests = contingent(node, place.measure)
    if tests is not None and name in tests and _told_apart(node, name, pair):
        return True
    term = rows.lowering.lower(node)
    texts = place.ground.texts
    symbol = z3.Int(name)
    one, two = (_with(term, symbol, texts.number(option)) for option in pair)
    return oracle.ask(place.ground, neg(identical(one, two, texts))).answer is not Answer.NEVER


def _told_apart(node: Expr, name: str, pair: tuple[str, str]) -> bool:
    """Whether the one test of a reading in an expression goes differently for two options."""
    for inner in walk(node):
        if isinstance(inner, Compare | InTests) and names(inner) == {name}:
            run = compile_expression(inner)
            return run({name: pair[0]}) != run({name: pair[1]})
    return False


def _with(term: Term, symbol: z3.ArithRef, number: int) -> Term:
    """A term with the reading chosen."""
    chosen = (symbol, z3.IntVal(number))
    return mapped(term, lambda part: z3.substitute(part, chosen) if z3.is_expr(part) else part)
