"""One case by both sides: what each says of it, and why."""

from __future__ import annotations

from dataclasses import dataclass, replace

from shouwen.measures.assessment.comparing import tried_on
from shouwen.measures.evaluation import Explanation, Outcomes, evaluate, explain
from shouwen.service.drafting import documents
from shouwen.service.drafting.models import Flip, Trial
from shouwen.service.enactment.enacted import Enacted, enacted
from shouwen.service.enactment.threads import slice_of
from shouwen.service.measurebook.words import language


@dataclass(frozen=True)
class Side:
    """What a side says of a case; None where it has nothing to say, being no duty nor breach."""

    name: str
    explanation: Explanation | None


def sides_of(trial: Trial, flip: Flip) -> tuple[Side, Side]:
    """What both sides say of a case, at the instant of the trial.

    Where a side has no breach, its duty is explained; where the duty is not there either, that is
    what there is to say.
    """
    assert flip.thread is not None
    a = enacted(trial.adoption)
    b = Enacted(tried_on(documents.side_b(trial), a.adopted), a.dialect)
    return _side("A", a, trial, flip), _side("B", b, trial, flip)


def _side(name: str, known: Enacted, trial: Trial, flip: Flip) -> Side:
    assert flip.thread is not None
    outcomes = asked(known, trial, flip)
    duty = flip.outcome.removeprefix("breach:")
    for wanted in dict.fromkeys((flip.outcome, duty)):
        try:
            outcome = outcomes.by_id(wanted)
        except KeyError:
            continue
        return Side(name, explain(outcome, outcomes, language()))
    return Side(name, None)


def asked(known: Enacted, trial: Trial, flip: Flip) -> Outcomes:
    """What a side says of the thread of a case."""
    assert flip.thread is not None
    assert trial.as_of is not None
    events, _own = slice_of(flip.thread, known)
    types = known.measure.vocabulary.events
    fits = [
        replace(e, facts={n: v for n, v in e.facts.items() if n in types[e.type].fields})
        for e in events
        if e.type in types
    ]
    return evaluate(known.adopted, fits, trial.as_of)
