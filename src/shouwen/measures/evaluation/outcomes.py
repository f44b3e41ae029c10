"""What a measure says of a history: outcomes, each with where it comes from."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any, ClassVar, TypeVar

from shouwen.measures.evaluation.adoption import Adoption
from shouwen.measures.evaluation.events import Event
from shouwen.measures.evaluation.limits import Limit
from shouwen.measures.evaluation.notes import Note
from shouwen.measures.feel.values import Amount
from shouwen.measures.language.model import Label

Quantity = Decimal | Amount
"""A fixed amount, or a range that a person decides inside."""


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What all outcomes have.

    Attributes:
        id: the same for the same rule and history, whatever else is in it.
        rule: the rule that says so.
        norm: the clause it enacts.
        at: the instant it stands at, in the measure's zone.
        events: the ids of the events it rests on.
        readings: the readings it rests on, as (reading, option).
        row: the number of the table row that decided, if a table did.
        inputs: what that table looked at: the values of its columns, by their labels.
        facts: the facts the rule looked at, as they were.
        notes: the arithmetic, step by step.
        because: what set the rule off: the ids of events, or of outcomes of other rules. Empty for
            periodic rules, which the calendar sets off.
    """

    kind: ClassVar[str] = "outcome"

    id: str
    rule: str
    norm: str
    at: datetime
    events: tuple[str, ...] = ()
    readings: tuple[tuple[str, str], ...] = ()
    row: int | None = None
    inputs: Mapping[str, Any] = field(default_factory=dict)
    facts: Mapping[str, Any] = field(default_factory=dict)
    notes: tuple[Note, ...] = ()
    because: tuple[str, ...] = ()

    def columns(self) -> dict[str, Any]:
        """Its columns by name, for tests and tables; facts first, its own columns over them."""
        found: dict[str, Any] = dict(self.facts)
        found |= {
            "id": self.id,
            "rule": self.rule,
            "norm": self.norm,
            "at": self.at,
            "row": self.row,
            "readings": tuple(r for r, _ in self.readings),
        }
        return found


@dataclass(frozen=True, kw_only=True)
class DutyOutcome(Outcome):
    """A duty with its clock.

    `status` is pending, met, breached, exempt, unknown (`missing` names the facts) or, for an
    aim, aim missed. `deadline` is None for open duties and where it is unknown.
    """

    kind: ClassVar[str] = "duty"

    status: str
    bearer: str | None
    start: datetime
    deadline: Limit | None
    performed_at: datetime | None = None
    missing: frozenset[str] = frozenset()
    excused_by: str | None = None

    @property
    def due(self) -> date | None:
        """The last day on which it can be done."""
        if self.deadline is None:
            return None
        return self.deadline.last_instant.date()

    def columns(self) -> dict[str, Any]:
        """See `Outcome.columns`."""
        return super().columns() | {
            "status": self.status,
            "person": self.bearer,
            "start": self.start,
            "deadline": self.deadline.at if self.deadline is not None else None,
            "due": self.due,
            "performed_at": self.performed_at,
            "missing": tuple(sorted(self.missing)),
        }


@dataclass(frozen=True, kw_only=True)
class Breach(Outcome):
    """A norm that was broken: by a missed duty, a forbidden act, or as found."""

    kind: ClassVar[str] = "breach"

    person: str | None
    unit: str | None
    occasion: str

    def columns(self) -> dict[str, Any]:
        """See `Outcome.columns`."""
        return super().columns() | {
            "person": self.person,
            "unit": self.unit,
            "occasion": self.occasion,
        }


@dataclass(frozen=True, kw_only=True)
class ConsequenceOutcome(Outcome):
    """What follows for someone.

    `status` is proposed, decided, waived or unknown. `amounts` are fixed or ranges; `acts` are
    "yes", "may" or a period. `norms` are all norms broken; `modified` the norms of modifiers that
    applied; `share_of` the outcome this is a share of.
    """

    kind: ClassVar[str] = "consequence"

    to: str | None
    unit: str | None
    status: str
    norms: tuple[str, ...]
    amounts: Mapping[str, Quantity]
    acts: Mapping[str, Any]
    modified: tuple[str, ...] = ()
    share_of: str | None = None
    missing: frozenset[str] = frozenset()

    def columns(self) -> dict[str, Any]:
        """See `Outcome.columns`."""
        own = {
            "to": self.to,
            "unit": self.unit,
            "status": self.status,
            "norms": self.norms,
            "modified": self.modified,
            "share_of": self.share_of,
            "missing": tuple(sorted(self.missing)),
        }
        return super().columns() | own | dict(self.amounts) | dict(self.acts)


@dataclass(frozen=True, kw_only=True)
class LedgerEntry(Outcome):
    """An entry in a ledger, and the balance after it."""

    kind: ClassVar[str] = "entry"

    ledger: str
    subject: str
    amount: Decimal
    balance: Decimal
    source: str

    def columns(self) -> dict[str, Any]:
        """See `Outcome.columns`."""
        return super().columns() | {
            "amount": self.amount,
            "balance": self.balance,
            "subject": self.subject,
            "source": self.source,
        }


@dataclass(frozen=True, kw_only=True)
class Balance(Outcome):
    """What a ledger stands at for a subject, at `as_of` in the current period and at the end of
    earlier ones. `pending` are consequences whose range is not decided yet."""

    kind: ClassVar[str] = "balance"

    ledger: str
    subject: str
    period: str | None
    value: Decimal
    pending: tuple[str, ...] = ()

    def columns(self) -> dict[str, Any]:
        """See `Outcome.columns`."""
        return super().columns() | {
            "subject": self.subject,
            "period": self.period,
            "value": self.value,
            "pending": self.pending,
        }


@dataclass(frozen=True, kw_only=True)
class ThresholdReached(Outcome):
    """A balance that an entry brought to a threshold."""

    kind: ClassVar[str] = "threshold"

    ledger: str
    subject: str
    balance: Decimal

    def columns(self) -> dict[str, Any]:
        """See `Outcome.columns`."""
        return super().columns() | {"subject": self.subject, "balance": self.balance}


@dataclass(frozen=True, kw_only=True)
class GradeOutcome(Outcome):
    """A grade, by its table."""

    kind: ClassVar[str] = "grade"

    subject: str | None
    outputs: Mapping[str, Any]

    def columns(self) -> dict[str, Any]:
        """See `Outcome.columns`."""
        return super().columns() | {"subject": self.subject} | dict(self.outputs)


@dataclass(frozen=True, kw_only=True)
class RightOutcome(Outcome):
    """A right that someone has from `at` (until `until`, if it ends)."""

    kind: ClassVar[str] = "right"

    who: str
    may: Label
    until: datetime | None = None

    def columns(self) -> dict[str, Any]:
        """See `Outcome.columns`."""
        return super().columns() | {"who": self.who, "from": self.at, "until": self.until}


@dataclass(frozen=True, kw_only=True)
class UnknownOutcome(Outcome):
    """A rule that could not say whether it applies, because facts are missing."""

    kind: ClassVar[str] = "unknown"

    missing: frozenset[str]

    def columns(self) -> dict[str, Any]:
        """See `Outcome.columns`."""
        return super().columns() | {"missing": tuple(sorted(self.missing))}


@dataclass(frozen=True, kw_only=True)
class Anomaly(Outcome):
    """Something in the history that does not fit: an arrival before the report, a decision
    outside its range. It is shown and has no effect."""

    kind: ClassVar[str] = "anomaly"

    zh: str
    en: str


Kind = TypeVar("Kind", bound=Outcome)


@dataclass(frozen=True)
class Outcomes:
    """Everything a measure says of a history at an instant.

    `adoption` and `events` (those that count, by id) are what it was said by and of.
    """

    measure: str
    as_of: datetime
    all: tuple[Outcome, ...]
    adoption: Adoption = field(compare=False, repr=False)
    events: Mapping[str, Event] = field(compare=False, repr=False)

    def __iter__(self) -> Iterator[Outcome]:
        return iter(self.all)

    def __len__(self) -> int:
        return len(self.all)

    def of(self, kind: type[Kind]) -> tuple[Kind, ...]:
        """The outcomes of one kind, in order."""
        return tuple(o for o in self.all if isinstance(o, kind))

    def by_id(self, id_: str) -> Outcome:
        """The outcome with an id. Raises KeyError."""
        for outcome in self.all:
            if outcome.id == id_:
                return outcome
        raise KeyError(id_)
