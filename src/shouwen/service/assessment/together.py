"""Grades that compare people, asked with all of them.

"More points than the average", "among the first ten": what a measure says so of one hangs on
everyone, so it is asked with the events that weigh for anybody. Only what weighs is read, and no
more than `MOST` events; with more, nothing is said rather than something wrong, and the grade is
had from `shouwen assess --rule`, which judges logs of any size.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from functools import cache

from django.utils.translation import gettext as _

from shouwen.measures.assessment.links import compares
from shouwen.measures.evaluation import evaluate
from shouwen.measures.evaluation.outcomes import GradeOutcome
from shouwen.measures.language.model import Measure
from shouwen.service import clock
from shouwen.service.assessment.figures import Span
from shouwen.service.conduct.slices import slice_of_all
from shouwen.service.enactment.enacted import Enacted
from shouwen.service.enactment.threads import happened

MOST = 60_000


class TooMany(ValueError):
    """More weighs than can be asked about at once; the message says what to do."""

    def __init__(self, rules: Collection[str]) -> None:
        names = " ".join(f"--rule {r}" for r in sorted(rules))
        super().__init__(
            _("More than %(most)d events weigh for a grade that compares people. Assess the period "
              "with: shouwen assess %(rules)s")
            % {"most": MOST, "rules": names}
        )  # fmt: skip


@cache
def comparing(measure: Measure) -> frozenset[str]:
    """The grades of a measure that compare people or units."""
    return frozenset(g.id for g in measure.grades if compares(measure, g.id))


def judged_together(known: Enacted, rules: Collection[str], span: Span) -> Iterator[GradeOutcome]:
    """The grades that some rules give within days, to whomever, as is known now.

    Raises:
        TooMany: when more weighs than can be asked about at once.
    """
    now = clock.now()
    found = slice_of_all(known, now, MOST)
    if found.cut:
        raise TooMany(rules)
    outcomes = evaluate(known.adopted, [happened(e) for e in found.events], now)
    for grade in outcomes.of(GradeOutcome):
        if grade.rule in rules and span.begins <= grade.at < span.ends:
            yield grade
