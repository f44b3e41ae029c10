"""The reference evaluator: what a measure says of a history.

``evaluate(measure, events, as_of)`` is a pure function from events to outcomes, and the meaning
that every other backend is held to. It is written to be read, not to be fast over millions.

- `events`: what happened, checked and corrected; `rows`: the one shape rules see.
- `adoption`: a measure with its readings chosen and its calendars given.
- `engine`: relations, indexes and derived facts; `env`: the names of an expression.
- One module a construct: `duties` (with `clocks`, `limits`, `periods`), `consequences`,
  `ledgers`, `others` (findings, grades, rights).
- `outcomes`: what comes out, each with its clause, events, table row, readings and arithmetic.
- `explanation` puts an outcome into words, Chinese and English (`wording`, `notes`);
  `counterfactual` finds the smallest change of history under which it would not be.

Rules are evaluated stratum by stratum; each adds rows to relations that later rules look at.
"""

from shouwen.measures.evaluation.adoption import Adoption, AdoptionError, adopt
from shouwen.measures.evaluation.counterfactual import Counterfactual, counterfactual
from shouwen.measures.evaluation.evaluate import evaluate
from shouwen.measures.evaluation.events import Event, EventError
from shouwen.measures.evaluation.explanation import Explanation, explain
from shouwen.measures.evaluation.outcomes import Outcomes

__all__ = [
    "Adoption",
    "AdoptionError",
    "Counterfactual",
    "Event",
    "EventError",
    "Explanation",
    "Outcomes",
    "adopt",
    "counterfactual",
    "evaluate",
    "explain",
]
