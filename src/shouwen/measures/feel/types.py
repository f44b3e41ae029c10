"""The types of the expression language, and the scope that gives names their types.

Types are frozen and compare by value, so that they can be keys and be compared with ``==``.
An enumeration is a closed set of strings: comparing it with a text that is no member is an error
of the source, not a comparison that happens to be false.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import Enum
from functools import cached_property, lru_cache
from typing import Any


@dataclass(frozen=True)
class BasicType:
    """A type without parameters; the eight instances below are all there are."""

    name: str

    def __str__(self) -> str:
        return self.name

    def __repr__(self) -> str:
        return f"<{self.name}>"


STRING = BasicType("string")
NUMBER = BasicType("number")
BOOLEAN = BasicType("boolean")
DATE = BasicType("date")
TIME = BasicType("time")
DATETIME = BasicType("date and time")
PERIOD = BasicType("period")
ANY = BasicType("any")
"""Before checking: not yet known. After checking: only of the literal ``null`` of DMN models."""


@dataclass(frozen=True)
class EnumType:
    """A closed set of strings.

    `aliases` are further spellings of members, as (alias, member) pairs: a label in another
    language. Values at run time are always members.
    """

    name: str
    members: tuple[str, ...]
    aliases: tuple[tuple[str, str], ...] = ()

    def member(self, text: str) -> str | None:
        """The member that a text stands for, or None."""
        if text in self.members:
            return text
        return next((member for alias, member in self.aliases if alias == text), None)

    def label(self, member: str) -> str:
        """The first Chinese spelling of a member, or the member itself."""
        spellings = [member, *(a for a, m in self.aliases if m == member)]
        return next((s for s in spellings if is_chinese(s)), member)

    def __str__(self) -> str:
        return self.name


@dataclass(frozen=True)
class ListType:
    """A list whose items are all of one type."""

    item: Type

    def __str__(self) -> str:
        return f"list of {self.item}"


@dataclass(frozen=True)
class RangeType:
    """An amount left to discretion between two bounds, such as a fine of 100 to 500."""

    item: Type

    def __str__(self) -> str:
        return f"range of {self.item}"


Type = BasicType | EnumType | ListType | RangeType

ORDERED: frozenset[Type] = frozenset({NUMBER, DATE, TIME, DATETIME, PERIOD})
"""Types with ``<``. Strings are left out: their order differs between databases."""


def is_text(type_: Type) -> bool:
    """Whether values of the type are texts: a string or a member of an enumeration."""
    return type_ == STRING or isinstance(type_, EnumType)


def is_chinese(text: str) -> bool:
    """Whether a text has a Chinese character."""
    return any("\u4e00" <= c <= "\u9fff" for c in text)


@dataclass(frozen=True)
class FunctionSignature:
    """The types a function takes and gives; a function has one or more of them.

    With `variadic`, the last parameter may be given once or more.
    """

    parameters: tuple[Type, ...]
    result: Type
    variadic: bool = False

    def accepts(self, arguments: tuple[Type, ...]) -> bool:
        """Whether a call with arguments of these types falls under the signature."""
        if self.variadic:
            if len(arguments) < len(self.parameters):
                return False
            extra = len(arguments) - len(self.parameters)
            parameters = self.parameters + self.parameters[-1:] * extra
        else:
            parameters = self.parameters
        return len(arguments) == len(parameters) and all(
            assignable(a, p) for a, p in zip(arguments, parameters, strict=True)
        )

    def __str__(self) -> str:
        inside = ", ".join(map(str, self.parameters)) + (", ..." if self.variadic else "")
        return f"({inside}) → {self.result}"


def assignable(given: Type, wanted: Type) -> bool:
    """Whether a value of one type may stand where another is wanted.

    Everything may stand for `ANY` and, in DMN models, `ANY` (null) for everything. A member of an
    enumeration is a string; the reverse does not hold.
    """
    if ANY in (given, wanted) or given == wanted:
        return True
    if isinstance(given, ListType) and isinstance(wanted, ListType):
        return assignable(given.item, wanted.item)
    return isinstance(given, EnumType) and wanted == STRING


class Dialect(Enum):
    """What the text is: part of a measure, or of a DMN model that is being imported.

    `DMN` also has ``null`` and ``**``, which only the Python backend knows.
    """

    MEASURE = "measure"
    DMN = "dmn"


@dataclass(frozen=True)
class Domain:
    """What is known of a fact beyond its type; table analysis and the solver start from it."""

    minimum: Decimal | None = None
    maximum: Decimal | None = None
    whole: bool = False
    """Only whole numbers: 2 and 3 have nothing between them."""


COUNT = Domain(minimum=Decimal(0), whole=True)
"""The domain of a count: 0, 1, 2, ..."""


@dataclass(frozen=True)
class Macro:
    """A formula with parameters: `body` is an unchecked `tree.Expr` on their names."""

    parameters: tuple[str, ...]
    body: Any


@dataclass(frozen=True)
class Scope:
    """The names an expression may use.

    `types` gives the type of every canonical name; names may have dots (``repair.cause``).
    `aliases` are other spellings (Chinese labels, names with spaces), each for a canonical name.
    `domains` narrows numbers. A canonical name is what facts are keyed by at run time.

    >>> scope = Scope({"salary": NUMBER}, {"月薪": "salary", "Monthly Salary": "salary"})
    >>> scope.match("Monthly  Salary * 12", 0)
    ('salary', 15)
    """

    types: Mapping[str, Type]
    aliases: Mapping[str, str] = field(default_factory=dict)
    domains: Mapping[str, Domain] = field(default_factory=dict)
    dialect: Dialect = Dialect.MEASURE
    macros: Mapping[str, Macro] = field(default_factory=dict)
    """Formulas with parameters that calls are replaced by when they are parsed (DMN: business
    knowledge models). Measures have none."""

    def resolve(self, text: str) -> str | None:
        """The canonical name that a spelling stands for, or None."""
        text = " ".join(text.split())
        if text in self.types:
            return text
        return self.aliases.get(text)

    def match(self, text: str, position: int) -> tuple[str, int] | None:
        """The longest known name that stands in `text` at `position`, and where it ends.

        Runs of blanks in names count as one. A name never ends inside a word.
        """
        if self._pattern is None:
            return None
        found = self._pattern.match(text, position)
        if found is None:
            return None
        spelling = " ".join(found.group().split())
        return self.resolve(spelling) or spelling, found.end()

    @cached_property
    def _pattern(self) -> re.Pattern[str] | None:
        return name_pattern(self.spellings())

    def spellings(self) -> Iterator[str]:
        """Every way to write every name."""
        yield from self.types
        yield from self.aliases
        yield from self.macros

    @cached_property
    def enums(self) -> tuple[EnumType, ...]:
        """The enumerations that names of the scope have."""
        found: dict[EnumType, None] = {}
        for type_ in self.types.values():
            item = type_.item if isinstance(type_, ListType) else type_
            if isinstance(item, EnumType):
                found[item] = None
        return tuple(found)

    def label(self, name: str) -> str:
        """The first Chinese spelling of a name, or the name itself."""
        spellings = (name, *(a for a, n in self.aliases.items() if n == name))
        return next((s for s in spellings if is_chinese(s)), name)

    def extended(
        self,
        types: Mapping[str, Type],
        aliases: Mapping[str, str] | None = None,
        domains: Mapping[str, Domain] | None = None,
    ) -> Scope:
        """A scope with more names; a name given again takes the new type."""
        return Scope(
            {**self.types, **types},
            {**self.aliases, **(aliases or {})},
            {**self.domains, **(domains or {})},
            self.dialect,
            self.macros,
        )


def name_pattern(spellings: Iterator[str] | list[str]) -> re.Pattern[str] | None:
    """A pattern that finds the longest of some names, or None when there is none."""
    spelled = {_spelled(s) for s in spellings}
    spelled.discard(_spelled(""))
    if not spelled:
        return None
    longest_first = sorted(spelled, key=lambda pair: len(pair[0]), reverse=True)
    return re.compile(rf"(?:{'|'.join(part for _, part in longest_first)})(?!\w|\.\w)")


@lru_cache(maxsize=65_536)
def _spelled(name: str) -> tuple[str, str]:
    """A name with single blanks, and the pattern that finds it whatever its blanks are."""
    words = name.split()
    return " ".join(words), r"\s+".join(re.escape(word) for word in words)
