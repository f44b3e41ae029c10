"""The nearest counterfactual: the smallest change of history under which an outcome is gone.

"Had the line check been announced by 10:30 there would be no breach." Whoever is held to account
learns what would have sufficed, and whoever decides sees what the outcome hangs on.

- `model`: changes of a history, and how big they are.
- `candidates` (with `guesses`): what might have been different, read off the rules that had a part
  in the outcome: an act in time, another act that performs the duty, an agreed appointment, an
  excuse; other facts of conditions and table rows; an earlier matter outside its window; the act
  itself left undone.
- `search`: every candidate is tried by evaluating the changed history. It counts only if the
  outcome is gone (or a lesser one), known to be gone, and no other norm is broken for it.
- `words`: the sentence.

The search is bounded and not exhaustive: single changes (and, where several breaches have one
consequence, one change for each), values from the enumerations and constants that the rules
themselves name, at most `budget` evaluations. Smaller comes first: fewer changes; then an act in
time before one more act, before another fact, before an older matter, before an act left undone;
then less time moved.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from shouwen.measures.evaluation.adoption import Adoption, adopt
from shouwen.measures.evaluation.counterfactual.model import Change, Counterfactual
from shouwen.measures.evaluation.counterfactual.search import Search
from shouwen.measures.evaluation.counterfactual.words import sentence
from shouwen.measures.evaluation.evaluate import evaluate
from shouwen.measures.evaluation.events import Event
from shouwen.measures.evaluation.outcomes import Anomaly, Outcome, UnknownOutcome
from shouwen.measures.language.model import Measure


def counterfactual(
    measure: Measure | Adoption,
    events: Iterable[Event],
    as_of: datetime,
    outcome: Outcome | str,
    *,
    limit: int = 5,
    budget: int = 200,
) -> tuple[Counterfactual, ...]:
    """What would have had to be different for an outcome not to come about, the least first.

    Args:
        measure: a measure with its default readings, or an adoption of it.
        events: the history, best only that of the case and the people concerned.
        as_of: an aware instant.
        outcome: an outcome of that history, or its id.
        limit: how many are looked for.
        budget: how many changed histories are evaluated at most.

    Returns:
        Changes that were tried; none when none was found within the budget, which does not mean
        that there are none. Always none for what is unknown or an anomaly.

    Raises:
        EventError: as `evaluate` does.
        KeyError: for an outcome that the history does not have.
    """
    adoption = measure if isinstance(measure, Adoption) else adopt(measure)
    outcomes = evaluate(adoption, events, as_of)
    target = outcomes.by_id(outcome if isinstance(outcome, str) else outcome.id)
    if isinstance(target, UnknownOutcome | Anomaly):
        return ()
    return tuple(
        Counterfactual(
            found.changes,
            found.instead,
            sentence(target, outcomes, found, "zh"),
            sentence(target, outcomes, found, "en"),
        )
        for found in Search(outcomes, budget).find(target, limit)
    )


__all__ = ["Change", "Counterfactual", "counterfactual"]
