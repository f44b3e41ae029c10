"""Values that facts might have had: what an added or altered event says."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from itertools import islice, product
from typing import Any

from shouwen.measures.calendars import Period
from shouwen.measures.evaluation.adoption import Adoption
from shouwen.measures.evaluation.program import program_of
from shouwen.measures.feel.tree import AnyNode, Expr, Literal, walk
from shouwen.measures.feel.types import (
    BOOLEAN,
    DATE,
    DATETIME,
    NUMBER,
    PERIOD,
    STRING,
    EnumType,
    Type,
)
from shouwen.measures.feel.values import Unknown
from shouwen.measures.language.model import Field

MOST_MEMBERS = 8
"""Of a longer enumeration only the first members are tried."""
MOST_COMBINATIONS = 32
"""How many combinations of facts are tried for one event."""
COPIED = ("norm", "rule", "status", "share_of")
"""Fields of outcomes that are no facts of an event."""


def literals(trees: Sequence[AnyNode | None], type_: Type) -> list[Any]:
    """The constants of a type that expressions speak of."""
    found = [
        node.value
        for tree in trees
        if tree is not None
        for node in walk(tree)
        if isinstance(node, Literal) and node.type == type_
    ]
    return list(dict.fromkeys(found))


def values(type_: Type, trees: Sequence[AnyNode | None], moment: datetime) -> list[Any]:
    """The values worth trying for a fact of a type; none where there is no telling."""
    if type_ == BOOLEAN:
        return [True, False]
    if isinstance(type_, EnumType):
        return [] if type_.name == "norm" else list(type_.members[:MOST_MEMBERS])
    if type_ == DATETIME:
        return [moment]
    if type_ == DATE:
        return [moment.date()]
    if type_ == PERIOD:
        return [Period(days=1)]
    if type_ == NUMBER:
        one = Decimal(1)
        found = [v for n in literals(trees, NUMBER) for v in (n, n - one, n + one)]
        return list(dict.fromkeys(Decimal(v) for v in found))
    if type_ == STRING:
        return literals(trees, STRING)
    return []


def facts_for(
    adoption: Adoption,
    fields: Mapping[str, Field],
    known: Mapping[str, Any],
    when: Expr | None,
    open_: Sequence[str],
    moment: datetime,
) -> Iterator[tuple[dict[str, Any], tuple[str, ...]]]:
    """Facts for an event of a type under which a condition holds, as far as can be told.

    What the event shares with the matter (`known`: the case, the person) is taken over; the facts
    the condition looks at and those in `open_` are tried. Yields facts with the names of those
    that were chosen.
    """
    facts = {
        n: known[n]
        for n in fields
        if n in known and n not in ("id", "at", *COPIED) and plain(known[n])
    }
    condition = program_of(adoption.measure).condition(when)
    asked = [] if when is None else sorted({n.name for n in walk(when) if hasattr(n, "name")})
    names = [n for n in dict.fromkeys([*asked, *open_]) if n in fields and n not in facts]
    choices = [values(fields[n].type, [when], moment) for n in names]
    readings = {f"reading.{n}": option for n, option in adoption.readings.items()}
    for combination in islice(product(*choices), MOST_COMBINATIONS):
        chosen = dict(zip(names, combination, strict=True))
        found = facts | chosen
        holds = True
        if condition is not None:
            holds = condition({**known, **readings, **found, "at": moment})
        # What hangs on more than the event is left to the evaluation.
        if holds is True or isinstance(holds, Unknown):
            yield found, tuple(names)


def plain(value: Any) -> bool:
    """Whether a value can be a fact of an event."""
    return value is not None and not isinstance(value, Unknown | tuple)


def other_values(
    field: Field, current: Any, trees: Sequence[AnyNode | None], moment: datetime
) -> list[Any]:
    """The values a fact might have had instead of the one it has."""
    if field.type in (DATETIME, DATE, PERIOD):
        return []
    return [v for v in values(field.type, trees, moment) if v != current]


def shifted(facts: Mapping[str, Any], by: timedelta) -> dict[str, Any]:
    """Facts with their days and instants moved."""
    from datetime import date

    return {n: v + by if isinstance(v, date) else v for n, v in facts.items()}
