"""All questions to the solver about one measure."""

from __future__ import annotations

from dataclasses import dataclass

from shouwen.measures.checking.solver.conditions import check_branches, check_conditions
from shouwen.measures.checking.solver.conflicts import check_conflicts
from shouwen.measures.checking.solver.oracle import MILLISECONDS, SECONDS, Oracle
from shouwen.measures.checking.solver.readings import check_readings
from shouwen.measures.checking.solver.sites import places
from shouwen.measures.checking.solver.tables import check_table
from shouwen.measures.diagnostics import Report
from shouwen.measures.language.model import Measure


@dataclass(frozen=True)
class Examination:
    """How many questions were put to the solver, and how many stayed open."""

    asked: int
    open: int


def examine(
    measure: Measure,
    report: Report,
    *,
    milliseconds: int = MILLISECONDS,
    seconds: float = SECONDS,
) -> Examination:
    """Add warnings about what can never happen, never fail to happen, or contradicts itself.

    Args:
        measure: a measure that was read without errors.
        report: takes the warnings.
        milliseconds: the time for each question; one that takes longer stays open.
        seconds: the time for all questions together.
    """
    oracle = Oracle(milliseconds, seconds)
    every = places(measure)
    for place in every:
        if check_conditions(place, oracle, report):
            check_table(place, oracle, report)
            check_branches(place, oracle, report)
    check_conflicts(measure, oracle, report)
    check_readings(measure, every, oracle, report)
    return Examination(oracle.asked, oracle.open)
