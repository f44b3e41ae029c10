"""Tries candidates: only what an evaluation of the changed history confirms is claimed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal

from shouwen.measures.evaluation.counterfactual.candidates import Candidates
from shouwen.measures.evaluation.counterfactual.model import Changes, applied, size
from shouwen.measures.evaluation.evaluate import evaluate
from shouwen.measures.evaluation.events import EventError
from shouwen.measures.evaluation.outcomes import (
    Breach,
    ConsequenceOutcome,
    DutyOutcome,
    GradeOutcome,
    Outcome,
    Outcomes,
    UnknownOutcome,
)
from shouwen.measures.feel.values import Amount

MISSED = ("breached", "aim missed")


@dataclass(frozen=True)
class Found:
    """Changes that were tried and do it; `instead` is what the rule would have said."""

    changes: Changes
    instead: Outcome | None


@dataclass
class Search:
    """Looks for the smallest changes of a history under which an outcome is gone.

    `budget` is how many changed histories may still be evaluated.
    """

    outcomes: Outcomes
    budget: int
    _breaches: frozenset[str] = field(init=False)
    _unknown: frozenset[str] = field(init=False)

    def __post_init__(self) -> None:
        self._breaches = frozenset(b.id for b in self.outcomes.of(Breach))
        self._unknown = frozenset(o.id for o in self.outcomes if _unknown(o))

    def find(self, outcome: Outcome, limit: int) -> list[Found]:
        """The smallest changes, at most `limit`, each tried."""
        candidates = _ordered(Candidates(self.outcomes.adoption, self.outcomes).of(outcome))
        found = self._tried(outcome, candidates, limit)
        if len(found) < limit and len(outcome.because) > 1:
            together = self._together(outcome)
            enough = any(all(c in together for c in f.changes) for f in found)
            if together and not enough:
                found += self._tried(outcome, [together], 1)
        return sorted(found, key=lambda f: size(f.changes))[:limit]

    def _tried(self, outcome: Outcome, candidates: Iterable[Changes], limit: int) -> list[Found]:
        found: list[Found] = []
        for changes in candidates:
            if len(found) >= limit or self.budget <= 0:
                break
            # The same act with other facts tells nothing new.
            if any(_alike(changes, f.changes) for f in found):
                continue
            verdict = self.attempt(outcome, changes)
            if verdict is not None:
                found.append(verdict)
        return found

    def _together(self, outcome: Outcome) -> Changes:
        """Of several causes, the smallest change for each, made together."""
        made: Changes = ()
        for id_ in outcome.because:
            cause = next((o for o in self.outcomes if o.id == id_), None)
            best = self.find(cause, 1) if cause is not None else []
            if not best:
                return ()
            made += tuple(c for c in best[0].changes if c not in made)
        return made

    def attempt(self, outcome: Outcome, changes: Changes) -> Found | None:
        """Evaluate the changed history; None unless the outcome is gone and no norm is broken
        that was not broken before."""
        self.budget -= 1
        adoption, as_of = self.outcomes.adoption, self.outcomes.as_of
        events = applied(changes, self.outcomes.events)
        try:
            said = evaluate(adoption, events.values(), as_of)
        except EventError:
            return None
        if any(b.id not in self._breaches for b in said.of(Breach)):
            return None
        instead = next((o for o in said if o.id == outcome.id and o.kind == outcome.kind), None)
        if not _gone(outcome, instead) or self._doubtful(outcome, said):
            return None
        return Found(changes, instead)

    def _doubtful(self, outcome: Outcome, said: Outcomes) -> bool:
        """Whether a rule that had a part in the outcome can no longer tell, so that the outcome
        would only be gone because it is not known."""
        chain = Candidates(self.outcomes.adoption, self.outcomes).chain(outcome)
        rules = {outcome.rule, *(o.rule for o in chain)}
        return any(o.rule in rules and _unknown(o) and o.id not in self._unknown for o in said)


def _unknown(outcome: Outcome) -> bool:
    return isinstance(outcome, UnknownOutcome) or getattr(outcome, "status", "") == "unknown"


def _ordered(candidates: Iterable[Changes]) -> list[Changes]:
    """Candidates by size, each once."""
    found: list[Changes] = []
    for changes in candidates:
        if changes not in found:
            found.append(changes)
    return sorted(found, key=size)


def _alike(a: Changes, b: Changes) -> bool:
    """Whether two sets of changes are about the same acts and facts."""

    def outline(changes: Changes) -> set[tuple[str, ...]]:
        return {
            (c.kind, *(e.type for e in c.after or c.before), *(e.id for e in c.before))
            + (c.facts if c.kind == "altered" else ())
            for c in changes
        }

    return outline(a) == outline(b)


def _gone(outcome: Outcome, instead: Outcome | None) -> bool:
    """Whether the outcome did not come about: it is not there, or is a lesser one."""
    if instead is None:
        return True
    match outcome, instead:
        case DutyOutcome(), DutyOutcome():
            return outcome.status in MISSED and instead.status not in (*MISSED, "unknown")
        case ConsequenceOutcome(), ConsequenceOutcome():
            return _lesser(outcome, instead)
        case GradeOutcome(), GradeOutcome():
            return outcome.outputs != instead.outputs
        case _:
            return False


def _lesser(outcome: ConsequenceOutcome, instead: ConsequenceOutcome) -> bool:
    """Whether a consequence gives less of something and more of nothing."""
    if instead.status == "unknown" or not set(instead.acts) <= set(outcome.acts):
        return False
    pairs = [
        (_ends(outcome.amounts.get(n)), _ends(instead.amounts.get(n)))
        for n in {*outcome.amounts, *instead.amounts}
    ]
    if any(new[0] > old[0] or new[1] > old[1] for old, new in pairs):
        return False
    fewer = set(instead.acts) < set(outcome.acts)
    return fewer or any(new != old for old, new in pairs)


def _ends(amount: Decimal | Amount | None) -> tuple[Decimal, Decimal]:
    """Both ends of an amount; nothing is zero, and what has no upper end is endless."""
    if amount is None:
        return Decimal(0), Decimal(0)
    if isinstance(amount, Amount):
        return amount.lo, Decimal("Infinity") if amount.hi is None else amount.hi
    return amount, amount
