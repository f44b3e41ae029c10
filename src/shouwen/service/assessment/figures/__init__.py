"""What is counted, and by which formula.

A `Figure` holds its words, the kind of its value, and a source: a query that gives the rows of a
span of days, each saying whose it is and what it adds. Counting groups that query; the page behind
a figure lists it. What a formula leaves out, its source leaves out, and nothing else does.

Read `figure`, then `sources`, then `catalogue`.
"""

from shouwen.service.assessment.figures.catalogue import FIGURES, PEOPLE, figure, resting_on
from shouwen.service.assessment.figures.figure import Figure, Kind, Span

__all__ = ["FIGURES", "PEOPLE", "Figure", "Kind", "Span", "figure", "resting_on"]
