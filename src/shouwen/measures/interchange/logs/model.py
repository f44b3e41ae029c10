"""What a mapping says: how the columns of a log become events.

Made by `mapping_file` from YAML (docs/reference/mappings.md), or by `own` for the logs that this
library writes.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum
from typing import Any

from shouwen.measures.calendars import Period
from shouwen.measures.language.model import Measure

ROW = "row"
"""In a template, ``{row}`` is the number of the row."""

COUNTS = ("compared", "agree")
"""What the two counts of a comparison are called if the mapping gives them no names."""

TAKEN = frozenset(
    {
        "measure", "mapping", "log", "as_of", "rows", "set_aside", "events", "outcomes",
        "comparisons", "notes", "id", "rules", "outcome", "closer_than", "rate", "by", "groups",
        "without_outcome", "without_deadline", "examples",
    }
)  # fmt: skip
"""What else the result of a replay has, so that no count can be called that."""


@dataclass(frozen=True)
class FileFormat:
    """How the file is to be read.

    Attributes:
        format: csv, parquet or xes; None: by the ending of the file.
        encoding: of a CSV file; None: found out.
        delimiter: between cells of a CSV file; None: found out.
        quote: around cells of a CSV file; None: there are none.
        columns: the names of the columns of a CSV file without a header.
        missing: texts that stand for nothing; None: the empty text in CSV, none elsewhere.
    """

    format: str | None = None
    encoding: str | None = None
    delimiter: str | None = None
    quote: str | None = '"'
    columns: tuple[str, ...] | None = None
    missing: frozenset[str] | None = None


@dataclass(frozen=True)
class Template:
    """A text made of columns: ``case_id``, or ``{case_id}/opened``.

    `parts` are texts and columns in turn: of ``{a}/{b}`` they are ``("", "/", "")`` and `columns`
    ``("a", "b")``.
    """

    parts: tuple[str, ...]
    columns: tuple[str, ...]

    @classmethod
    def column(cls, name: str) -> Template:
        """The content of one column."""
        return cls(("", ""), (name,))

    @property
    def only(self) -> str | None:
        """The column, where the template is nothing but a column."""
        return self.columns[0] if self.parts == ("", "") else None

    def __str__(self) -> str:
        text = self.parts[0]
        for name, part in zip(self.columns, self.parts[1:], strict=True):
            text += f"{{{name}}}{part}"
        return self.only or text


class Twice(Enum):
    """Which instant is meant by a time that comes twice, when clocks are set back."""

    EARLIER = "earlier"
    LATER = "later"
    ERROR = "error"


@dataclass(frozen=True)
class InstantSource:
    """An instant in a log.

    Attributes:
        column: the column it stands in; or
        date, time: the columns of its day and its time of day, which are joined by a blank.
        format: with the directives of `strptime`; None: ISO 8601; ``unix`` or ``unix ms``: seconds
            or milliseconds since 1970-01-01T00:00Z.
        zone: the zone on whose clock it is written; None: every value has an offset of its own.
        shown_in: the zone on whose clock the instant is then looked up ...
        meant_in: ... and the zone on whose clock that time was meant.
        past_midnight: a column with a time of day that this one follows: a time of day that lies
            more than 12 hours before it is the next day's.
        twice: what a time that comes twice stands for.
        missing: further texts that stand for nothing in these columns.
    """

    column: str | None = None
    date: str | None = None
    time: str | None = None
    format: str | None = None
    zone: str | None = None
    shown_in: str | None = None
    meant_in: str | None = None
    past_midnight: str | None = None
    twice: Twice = Twice.EARLIER
    missing: frozenset[str] = frozenset()

    @property
    def columns(self) -> tuple[str, ...]:
        """Every column it looks at."""
        names = (self.column, self.date, self.time, self.past_midnight)
        return tuple(n for n in names if n is not None)

    @property
    def title(self) -> str:
        """What an error calls it."""
        return self.column if self.column is not None else f"{self.date} + {self.time}"


class Otherwise(Enum):
    """What becomes of a value that a value map does not have."""

    ERROR = "error"
    MISSING = "missing"
    KEEP = "keep"


@dataclass(frozen=True)
class FactSource:
    """Where a fact comes from.

    Attributes:
        text: the column or template; None for a constant.
        constant: the value itself, of the type of the fact.
        values: what stands in the log, and what it means.
        otherwise: what becomes of other values.
        format: how dates and times of day are written (`strptime`); None: ISO 8601.
        instant: for facts that are instants, how they are read.
        missing: further texts that stand for nothing.
    """

    text: Template | None = None
    constant: Any | None = None
    values: Mapping[str, str] | None = None
    otherwise: Otherwise = Otherwise.ERROR
    format: str | None = None
    instant: InstantSource | None = None
    missing: frozenset[str] = frozenset()

    @property
    def columns(self) -> tuple[str, ...]:
        """Every column it looks at."""
        if self.instant is not None:
            return self.instant.columns
        return () if self.text is None else self.text.columns

    @property
    def title(self) -> str:
        """What an error calls it."""
        return self.instant.title if self.instant is not None else str(self.text)


@dataclass(frozen=True)
class Condition:
    """A condition on a column: its text is one of some (or none of them), or it is there (or not).

    `values` None asks whether the column has a value.
    """

    column: str
    values: frozenset[str] | None = None
    negated: bool = False


@dataclass(frozen=True)
class EventSource:
    """The events that rows give: at most one a row.

    Attributes:
        name: what comparisons and errors call it; unique in a mapping.
        type: an event type of the measure.
        at: its instant.
        id: None: the number of the row, and the name where a row may give several events.
        when: only rows for which all of these hold.
    """

    name: str
    type: str
    at: InstantSource
    id: Template | None = None
    facts: Mapping[str, FactSource] = field(default_factory=dict)
    when: tuple[Condition, ...] = ()
    recorded_at: InstantSource | None = None
    supersedes: Template | None = None
    retracts: str | None = None

    @property
    def columns(self) -> Iterator[str]:
        """Every column it looks at."""
        yield from self.at.columns
        for template in (self.id, self.supersedes):
            if template is not None:
                yield from (c for c in template.columns if c != ROW)
        for fact in self.facts.values():
            yield from (c for c in fact.columns if c != ROW)
        for condition in self.when:
            yield condition.column
        if self.recorded_at is not None:
            yield from self.recorded_at.columns
        if self.retracts is not None:
            yield self.retracts


@dataclass(frozen=True)
class TypeColumn:
    """A column that says of which type an event is; rows with another value are errors."""

    column: str
    known: frozenset[str]


@dataclass(frozen=True)
class Comparison:
    """A column of the log that is held against what the measure says.

    Attributes:
        id: its name.
        event: the name of the `EventSource` whose events trigger the rule.
        rules: the duties; each event may trigger one of them.
        outcome: "status" or "deadline".
        expected: where the log's own answer stands; of type text or instant.
        closer_than: two deadlines agree if they are less than this apart; None: they are the same.
        when: only rows for which all of these hold.
        by: keys of groups: facts of the event, "year", "calendar version", "rule".
        compared_as, agree_as: what the two counts are called in the result.
    """

    id: str
    event: str
    rules: tuple[str, ...]
    outcome: str
    expected: FactSource
    closer_than: Period | None = None
    when: tuple[Condition, ...] = ()
    by: tuple[str, ...] = ()
    compared_as: str = COUNTS[0]
    agree_as: str = COUNTS[1]

    @property
    def columns(self) -> Iterator[str]:
        """Every column it looks at."""
        yield from self.expected.columns
        for condition in self.when:
            yield condition.column


@dataclass(frozen=True)
class LogMapping:
    """A mapping as a whole, checked against the vocabulary of its measure.

    Attributes:
        name: its key.
        measure: the measure whose events it gives.
        file: how files are read.
        where: only rows for which all of these hold give events; the others are passed over.
        events: what a row may give.
        types: the columns that say of which type an event is.
        comparisons: what can be held against the measure.
        as_of: the instant the log was taken at, if the mapping says so.
        log: the path of the log it was written for, if the mapping says so.
        complete: whether a file must have every column; if not, a column that it lacks is empty.
    """

    name: str
    measure: Measure
    file: FileFormat
    events: tuple[EventSource, ...]
    where: tuple[Condition, ...] = ()
    types: tuple[TypeColumn, ...] = ()
    comparisons: tuple[Comparison, ...] = ()
    as_of: datetime | None = None
    log: str | None = None
    complete: bool = True

    @property
    def columns(self) -> tuple[str, ...]:
        """Every column it looks at, once."""
        found: dict[str, None] = {}
        for condition in self.where:
            found[condition.column] = None
        for source in self.events:
            found |= dict.fromkeys(source.columns)
        for types in self.types:
            found[types.column] = None
        for comparison in self.comparisons:
            found |= dict.fromkeys(comparison.columns)
        return tuple(found)
