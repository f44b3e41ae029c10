"""Asks the solver, bounded in time, and believes a model only when Python agrees with it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from time import monotonic

import z3

from shouwen.measures.checking.solver.logic import Bool, conj, formula
from shouwen.measures.checking.solver.lowering import Ground

MILLISECONDS = 200
"""The time the solver has for one query."""
SECONDS = 10.0
"""The time it has for a whole measure; after that, questions stay open."""
MOST_ROUNDS = 8
"""How often the functions of a model are put right before a question is left open."""


MOST_NESTED = 4
"""How deep functions are followed whose arguments are held."""


class Answer(Enum):
    """Whether some facts make a condition true."""

    NEVER = "never"
    POSSIBLE = "possible"
    OPEN = "open"
    """The time was up, or the condition is beyond the solver."""


@dataclass(frozen=True)
class Found:
    """An answer and, if possible, facts that show it."""

    answer: Answer
    model: z3.ModelRef | None = None


class Oracle:
    """One solver for all questions about a measure."""

    def __init__(self, milliseconds: int = MILLISECONDS, seconds: float = SECONDS) -> None:
        """With the time for each query, and for all of them together."""
        self._solver = z3.Solver()
        self._solver.set("timeout", milliseconds)
        self._until = monotonic() + seconds
        self.asked = 0
        self.open = 0

    def ask(self, ground: Ground, *conditions: Bool, wishes: tuple[Bool, ...] = ()) -> Found:
        """Whether the conditions hold together for some facts.

        `wishes` are what a model should also be like (everyday values), where that can be had.
        """
        wanted = conj(*conditions)
        if wanted is False:
            return Found(Answer.NEVER)
        self.asked += 1
        solver = self._solver
        depth = solver.num_scopes()
        solver.push()
        try:
            solver.add(*ground.limits, *ground.applications.bounds, formula(wanted))
            found = self._search(ground)
            if found.answer is Answer.POSSIBLE:
                found = self._nicer(ground, wishes, found)
        finally:
            solver.pop(solver.num_scopes() - depth)
        if found.answer is Answer.NEVER and ground.shortened:
            found = Found(Answer.OPEN)
        self.open += found.answer is Answer.OPEN
        return found

    def _nicer(self, ground: Ground, wishes: tuple[Bool, ...], found: Found) -> Found:
        """As many of the wishes fulfilled as fit together, one after the other."""
        for wish in wishes:
            if isinstance(wish, bool):
                continue
            depth = self._solver.num_scopes()
            self._solver.push()
            self._solver.add(wish)
            better = self._search(ground)
            if better.answer is not Answer.POSSIBLE:
                self._solver.pop(self._solver.num_scopes() - depth)
                continue
            # The scope stays open, so that later wishes keep this one; `ask` closes it.
            found = better
        return found

    def _search(self, ground: Ground) -> Found:
        """A model that has all functions right, or that there is none.

        Where a model has a function wrong, its arguments are first held where they are, to see
        whether the rest can follow; only then is another model looked for.
        """
        solver, applications = self._solver, ground.applications
        for _ in range(MOST_ROUNDS):
            found, corrections = self._model(ground)
            if found is not None:
                return found
            solver.push()
            solver.add(*applications.held(solver.model()), *corrections)
            for _ in range(MOST_NESTED):
                followed, more = self._model(ground)
                if followed is not None:
                    break
                solver.add(*more)
            if followed is not None and followed.answer is Answer.POSSIBLE:
                return followed  # in the scope that holds the arguments; the caller closes it
            solver.pop()
            solver.add(*corrections)
        return Found(Answer.OPEN)

    def _model(self, ground: Ground) -> tuple[Found | None, list[z3.BoolRef]]:
        """One question to the solver: an answer, or what its model has wrong."""
        if monotonic() > self._until:
            return Found(Answer.OPEN), []
        result = self._solver.check()
        if result != z3.sat:
            return Found(Answer.NEVER if result == z3.unsat else Answer.OPEN), []
        model = self._solver.model()
        corrections = ground.applications.corrections(model)
        if corrections is None:
            return Found(Answer.OPEN), []
        return (None, corrections) if corrections else (Found(Answer.POSSIBLE, model), [])

    def core(self, ground: Ground, parts: list[Bool]) -> list[int]:
        """Of parts that cannot hold together, the indexes of as few as still cannot."""
        solver = self._solver
        kept = [i for i, part in enumerate(parts) if part is not True]
        solver.push()
        try:
            solver.add(*ground.limits, *ground.applications.bounds)
            for index in list(kept):
                solver.push()
                solver.add(*(formula(parts[i]) for i in kept if i != index))
                if solver.check() == z3.unsat:
                    kept.remove(index)
                solver.pop()
        finally:
            solver.pop()
        return kept
