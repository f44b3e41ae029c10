"""Typed clauses: what a measure says, after reading and checking.

The core idea is one kind of thing: a *relation* is a set of rows with an instant, keys and
fields. Event types are the relations that come from outside; every rule adds relations of its
own (duties, breaches, consequences, ledger entries, grades, rights). A rule is triggered by the
rows of one relation and may look at others; relations are ordered in strata, so that no rule
can depend on itself. That is all an evaluator, a SQL backend or a solver has to know.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import Enum

from shouwen.measures.calendars import Period
from shouwen.measures.diagnostics import Span
from shouwen.measures.feel.tables import DecisionTable
from shouwen.measures.feel.tree import Expr
from shouwen.measures.feel.types import Type


@dataclass(frozen=True)
class Label:
    """A name for people, in Chinese and English."""

    zh: str
    en: str


@dataclass(frozen=True)
class Clause:
    """A place in the measure that can be cited.

    `id` is local to the measure ("3.3.2c"); `cite` is the citation of the paper
    ("第三章第三条第2项"). A clause without children is a norm.
    """

    id: str
    cite: str
    title: str
    text: str
    gloss: str
    parent: str | None
    children: tuple[str, ...]
    span: Span
    origin: str = "own"
    """In a variant: own, restated, or inherited from the measure it is a variant of."""


# --- vocabulary ---------------------------------------------------------------------------------


@dataclass(frozen=True)
class Field:
    """A fact that a row may carry. `entity` names the kind of thing a key points at."""

    name: str
    type: Type
    label: Label
    entity: str | None = None


@dataclass(frozen=True)
class Relation:
    """Rows of one shape: an event type, or the outcomes of a rule."""

    name: str
    label: Label
    fields: Mapping[str, Field]
    span: Span | None = None


@dataclass(frozen=True)
class Quantity:
    """Something that is given in amounts: a fine in yuan, points."""

    name: str
    label: Label
    unit: Label


@dataclass(frozen=True)
class Vocabulary:
    """All the words of a measure."""

    entities: Mapping[str, Label]
    types: Mapping[str, Type]
    member_labels: Mapping[tuple[str, str], Label]
    """Labels of the members of an enumeration, by (type name, member)."""
    events: Mapping[str, Relation]
    posts: Mapping[str, Label]
    roles: Mapping[str, Label]
    quantities: Mapping[str, Quantity]
    acts: Mapping[str, Label]


# --- readings and windows -----------------------------------------------------------------------


@dataclass(frozen=True)
class Reading:
    """A named choice where the text is open (释义), with the alternatives and the default."""

    id: str
    norm: str
    question: Label
    options: Mapping[str, Label]
    default: str
    reason: Label
    span: Span


@dataclass(frozen=True)
class WindowRule:
    """A daily window by name ("08:00-21:00"), longer on special days ("08:00-24:00")."""

    id: str
    norm: str
    daily: str
    special: str | None
    span: Span


# --- facts --------------------------------------------------------------------------------------


class Take(Enum):
    """How a derived fact is drawn from the rows of a relation."""

    LATEST = "latest"
    FIRST = "first"
    ANY = "any"
    COUNT = "count"
    SUM = "sum"
    MIN = "min"
    MAX = "max"
    BALANCE = "balance"
    HOLDER = "holder"
    VALUE = "value"


class Earlier(Enum):
    """Which rows count, in the order (instant, id): all that are known, those before the asking
    row, or those up to and including it."""

    NO = "no"
    YES = "yes"
    INCLUSIVE = "inclusive"


@dataclass(frozen=True)
class Fact:
    """A fact drawn from other rows: the fault as last confirmed, the earlier breaches in a year.

    `same` are the keys in which the rows looked at agree with the row that asks. With `within`
    only rows count whose day lies at most that period before the asking row's day
    (corresponding day included). `where` is about the row looked at; ``asking.<field>`` is the
    row that asks. `distinct` counts groups of rows that agree in these keys; the group of the
    asking row itself is no earlier one. A `holder` fact is the person in a post.
    """

    name: str
    label: Label
    norm: str | None
    take: Take
    relation: str
    column: str | None
    same: tuple[str, ...]
    where: Expr | None
    within: Period | None
    earlier: Earlier
    default: object | None
    type: Type
    span: Span
    clauses: frozenset[str] = frozenset()
    """For facts about breaches: only those of these norms; empty means any."""
    distinct: tuple[str, ...] = ()
    holder: Bearer | None = None
    value: Expr | None = None


# --- rules --------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Bearer:
    """Who is meant: a key of the row ("technician"), the holder of a post in a unit at the instant
    of the row (post "chief", of "unit"), or of a post that there is once (field "")."""

    field: str
    post: str | None
    span: Span


@dataclass(frozen=True)
class Each:
    """Who a periodic rule is about: every value of a key in a relation, from `start` (the row's
    instant, if not given) until `until` (for ever)."""

    key: str
    relation: str
    column: str
    start: Expr | None
    until: Expr | None
    span: Span


@dataclass(frozen=True)
class Trigger:
    """The rows that set a rule off: those of one relation or of several.

    A periodic rule (`every`) is set off by the calendar, once a period for each subject.
    """

    relations: tuple[str, ...]
    when: Expr | None
    clauses: frozenset[str] = frozenset()
    """For breaches: only those of these norms; empty means any."""
    every: str | None = None
    each: Each | None = None
    due: str | None = None
    span: Span | None = None


class Force(Enum):
    """Whether missing it is a breach, or only reported."""

    BINDING = "binding"
    AIM = "aim"


@dataclass(frozen=True)
class Performance:
    """An event that performs a duty (or, for a prohibition, breaks it).

    `period_of` is a date fact of the event that says which period of a periodic duty it is for.
    """

    event: str
    when: Expr | None
    norm: str | None
    span: Span
    period_of: str | None = None


class Effect(Enum):
    """What a move does to a deadline."""

    UNTIL = "until"
    RESTART = "restart"
    EXTEND = "extend"
    PAUSE = "pause until"


@dataclass(frozen=True)
class Move:
    """An event that moves a deadline: an appointment, a postponement for weather, a pause.

    With `in_time` it counts only when it happens on or before the deadline it moves; the first
    that comes too late ends the chain, for then the breach is complete.
    """

    event: str
    when: Expr | None
    effect: Effect
    value: Expr
    in_time: bool
    norm: str | None
    span: Span
    cites: str | None = None
    """The norm that is broken if the moved deadline is missed; otherwise the rule's."""


@dataclass(frozen=True)
class Exemption:
    """What excuses: an event of the same case, or a condition.

    With `in_time` an event counts only when it happens on or before the deadline (for a
    prohibition: not after the act).
    """

    event: str | None
    when: Expr | None
    norm: str | None
    span: Span
    in_time: bool = True


@dataclass(frozen=True)
class StartShift:
    """A clock that does not start with the trigger but with the next opening of a window, or at
    an instant that is computed."""

    when: Expr | None
    opening: str | None
    at: Expr | None
    norm: str | None
    span: Span


class DutyKind(Enum):
    """The four shapes of duties."""

    ACHIEVE = "achieve"
    NEVER = "never"
    MAINTAIN = "maintain"
    PERIODIC = "periodic"


@dataclass(frozen=True)
class RowNorms:
    """Which norm each row of a table cites, by row number; the rule's own norm otherwise."""

    by_row: Mapping[int, str]
    default: str

    def of(self, row: int | None) -> str:
        """The norm of a row."""
        return self.by_row.get(row, self.default) if row is not None else self.default


@dataclass(frozen=True)
class Duty:
    """Something to be done by a deadline, kept up in a window, done every period, or never done."""

    id: str
    norms: RowNorms
    label: Label
    kind: DutyKind
    force: Force
    who: Bearer | None
    trigger: Trigger
    same: tuple[str, ...]
    performances: tuple[Performance, ...]
    within: Expr | None
    by: Expr | None
    """A day (until its end) or an instant, instead of a period."""
    ahead: Expr | None
    """For duties that must be done a period *before* an instant ("10 working days before").
    With none of the three (and no table) the duty is open: never late."""
    table: DecisionTable | None
    """Gives the column `within` row by row, instead of `within`."""
    starts: tuple[StartShift, ...]
    moves: tuple[Move, ...]
    exemptions: tuple[Exemption, ...]
    window: str | None
    counting: str | None
    calendar: str | None
    span: Span
    early: bool = False
    """Whether an act before the trigger performs it too."""
    at_least: int = 1
    """How many performances it takes."""


@dataclass(frozen=True)
class Finding:
    """Turns an event (a verified complaint, an inspection finding) into a breach of the norm it
    names, or of its own norm."""

    id: str
    norm: str
    label: Label
    trigger: Trigger
    who: Bearer
    norm_field: str | None
    span: Span
    at_field: str | None = None
    """The instant of the act, where the event that told of it came later."""


@dataclass(frozen=True)
class Modifier:
    """Multiplies or adds to amounts: doubled on repetition."""

    label: Label
    norm: str
    when: Expr
    times: Expr | None
    plus: Mapping[str, Expr]
    of: tuple[str, ...]
    span: Span


@dataclass(frozen=True)
class Share:
    """Joint liability: a part of the amounts that another person bears."""

    label: Label
    norm: str
    when: Expr | None
    of: tuple[str, ...]
    percent: Expr
    to: Bearer
    span: Span


@dataclass(frozen=True)
class Consequence:
    """What follows: amounts (fixed or a range for a person to decide in) and acts."""

    id: str
    norms: RowNorms
    label: Label
    trigger: Trigger
    to: Bearer
    once_per: tuple[str, ...]
    give: Mapping[str, Expr]
    table: DecisionTable | None
    modifiers: tuple[Modifier, ...]
    shares: tuple[Share, ...]
    span: Span
    keep: str | None = None
    """Of the rows of one group, the one with the most of this amount is kept; otherwise the
    first."""


@dataclass(frozen=True)
class LedgerSource:
    """Rows that are entered in a ledger: the amounts of a consequence, with a sign."""

    relation: str
    column: str
    sign: int
    span: Span


@dataclass(frozen=True)
class Threshold:
    """A balance that, when an entry reaches it, is an event of its own (at every crossing)."""

    id: str
    norm: str
    label: Label
    when: Expr
    span: Span


@dataclass(frozen=True)
class Ledger:
    """An account per person or unit: base, period, entries, thresholds."""

    id: str
    norm: str
    label: Label
    quantity: str
    per: str
    period: str | None
    base: Decimal
    sources: tuple[LedgerSource, ...]
    thresholds: tuple[Threshold, ...]
    span: Span


@dataclass(frozen=True)
class Grade:
    """A decision table over the facts of a person, unit or agent at the end of a period, or of
    the row that asks for it."""

    id: str
    norms: RowNorms
    label: Label
    trigger: Trigger
    subject: str
    table: DecisionTable
    span: Span


@dataclass(frozen=True)
class Right:
    """Something that someone may do, from an instant on."""

    id: str
    norms: RowNorms
    label: Label
    trigger: Trigger
    who: str
    may: Label
    until: Expr | None
    span: Span
    table: DecisionTable | None = None


@dataclass(frozen=True)
class Conduct:
    """Standards checked by inspection; checklists are made of them."""

    id: str
    norms: tuple[str, ...]
    label: Label
    roles: tuple[str, ...]
    places: tuple[str, ...]
    prohibited: tuple[str, ...]
    """Those of `norms` that forbid."""
    span: Span


@dataclass(frozen=True)
class Publication:
    """What must be public, where and for whom."""

    id: str
    norms: tuple[str, ...]
    label: Label
    where: Label
    by: str
    span: Span


@dataclass(frozen=True)
class Roster:
    """A post that must be staffed in a window."""

    id: str
    norms: tuple[str, ...]
    label: Label
    role: str
    window: str | None
    span: Span


@dataclass(frozen=True)
class Prose:
    """Norms that demand nothing that can happen or fail to happen, each with the reason."""

    norms: tuple[str, ...]
    reason: Label
    span: Span


Rule = Duty | Finding | Consequence | Ledger | Grade | Right
"""The rules that have outcomes of their own."""


@dataclass(frozen=True, eq=False)
class Measure:
    """A measure as a whole, read and checked. Two are equal only if they are the same object."""

    id: str
    title: Label
    issuer: Label
    version: str
    effective_from: date | None
    effective_to: date | None
    supersedes: str | None
    zone: str
    calendar: str
    clauses: Mapping[str, Clause]
    vocabulary: Vocabulary
    readings: Mapping[str, Reading]
    windows: Mapping[str, WindowRule]
    facts: Mapping[str, Fact]
    duties: tuple[Duty, ...]
    findings: tuple[Finding, ...]
    consequences: tuple[Consequence, ...]
    ledgers: tuple[Ledger, ...]
    grades: tuple[Grade, ...]
    rights: tuple[Right, ...]
    conducts: tuple[Conduct, ...]
    publications: tuple[Publication, ...]
    rosters: tuple[Roster, ...]
    prose: tuple[Prose, ...]
    relations: Mapping[str, Relation]
    """Every relation by name: event types, "breach", and the outcomes of rules."""
    strata: tuple[tuple[str, ...], ...]
    """Ids of the rules in an order in which each depends only on those before."""
    sources: tuple[str, ...] = field(default=())
    calendars_file: str | None = None
    variant_of: str | None = None
    """The key of the measure that this one is a variant of."""

    @property
    def norms(self) -> tuple[Clause, ...]:
        """The clauses without children, in the order of the text."""
        return tuple(c for c in self.clauses.values() if not c.children)

    def under(self, clause: str) -> frozenset[str]:
        """The id of a clause and of everything that stands under it."""
        found = {clause}
        for child in self.clauses[clause].children:
            found |= self.under(child)
        return frozenset(found)

    def cite(self, norm: str) -> str:
        """A citation for people: "第三章第三条第2项（3.3.2c 城区半小时到）"."""
        clause = self.clauses[norm]
        return f"{clause.cite}（{clause.id} {clause.title}）"
