"""Scenarios as they are after reading, and what comes of running one."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from shouwen.measures.diagnostics import Span
from shouwen.measures.evaluation import Adoption, Event, Outcomes
from shouwen.measures.evaluation.outcomes import Outcome

Test = Callable[[Any], bool]
"""Whether the value of a column is the one that is wanted."""


@dataclass(frozen=True)
class Wanted:
    """One column of an expectation: what is written, where, and how to tell that it holds."""

    column: str
    text: str
    test: Test
    span: Span


@dataclass(frozen=True)
class Expectation:
    """An outcome that must be there, or must not be.

    Attributes:
        kind: the kind of outcome, as `Outcome.kind` has it.
        name: the rule, norm or ledger that is named behind the kind; ``*`` for any.
        subject: how to tell that an outcome is one of that name.
        columns: what its columns must be.
        text: the expectation as it is written.
    """

    kind: str
    name: str
    subject: Callable[[Outcome], bool]
    columns: tuple[Wanted, ...]
    text: str
    span: Span

    def about(self, outcome: Outcome) -> bool:
        """Whether an outcome is of the kind and name, whatever its columns are."""
        return outcome.kind == self.kind and self.subject(outcome)

    def differences(self, outcome: Outcome) -> tuple[Wanted, ...]:
        """The columns in which an outcome is not as wanted."""
        columns = outcome.columns()
        return tuple(w for w in self.columns if not w.test(columns.get(w.column)))

    def matches(self, outcome: Outcome) -> bool:
        """Whether an outcome is the one that is meant."""
        return self.about(outcome) and not self.differences(outcome)


@dataclass(frozen=True)
class Decision:
    """A `decision.made` whose proposal is described instead of named by its id."""

    event: str
    proposal: Expectation


@dataclass(frozen=True)
class Scenario:
    """A small history and what the measure must say of it.

    Attributes:
        name: what it shows, in words.
        adoption: the measure with the scenario's readings.
        norms: the clauses it shows.
        events: the history, those of the whole file first.
        decisions: the decisions whose proposal is still to be found.
        as_of: the instant of the evaluation.
        expect: each must match exactly one outcome.
        none: none may match any outcome.
    """

    name: str
    adoption: Adoption
    norms: tuple[str, ...]
    events: tuple[Event, ...]
    decisions: tuple[Decision, ...]
    as_of: datetime
    expect: tuple[Expectation, ...]
    none: tuple[Expectation, ...]
    span: Span


@dataclass(frozen=True)
class ScenarioFile:
    """The scenarios of one file, about one measure."""

    path: Path
    adoption: Adoption
    scenarios: tuple[Scenario, ...]


@dataclass(frozen=True)
class Candidate:
    """An outcome that comes near an expectation, and the columns in which it differs."""

    outcome: Outcome
    differences: tuple[Wanted, ...]


@dataclass(frozen=True)
class Failure:
    """What is wrong with the outcomes.

    `reason` is ``missing`` (no outcome matches; the candidate is the nearest there is),
    ``ambiguous`` (several do), ``forbidden`` (one does that must not be there), ``proposal`` (a
    decision does not say which one is meant) or ``refused`` (the history itself; `message` says
    why).
    """

    reason: str
    span: Span
    expectation: Expectation | None = None
    candidates: tuple[Candidate, ...] = ()
    message: str = ""


@dataclass(frozen=True)
class ScenarioResult:
    """A scenario with the outcomes it gave (None if there are none) and what is wrong with them."""

    scenario: Scenario
    outcomes: Outcomes | None
    failures: tuple[Failure, ...]
    events: Mapping[str, Event]

    @property
    def passed(self) -> bool:
        """Whether everything expected is there and nothing else is that must not be."""
        return not self.failures
