"""A plan without what its outcomes do not need.

Rules put more into their frames than outcomes end up with: every step carries what a later one
*might* look at. Once a plan is whole it is known what is looked at (`needing`), and every step is
made again with the columns and joins that are needed only.

A step that is read in one place only need not be a table: as a view it becomes part of the
statement that reads it, its rows go through without being put down (`Statement.view`).

This also is how outcomes are had without what they rest on: leave out ``events`` and ``readings``,
and everything that only collects them goes.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from shouwen.measures.bulk.engine import quoted, written
from shouwen.measures.bulk.needing import Needs
from shouwen.measures.bulk.remaking import Remaking, kept, only
from shouwen.measures.bulk.simplifying import simplified
from shouwen.measures.bulk.steps import Steps, uncollected

_READ = re.compile(r'(?:FROM|JOIN) "((?:[^"]|"")+)"')


@dataclass(frozen=True)
class Statement:
    """A step as it is run: its name, its SQL, and whether a view is enough."""

    name: str
    sql: str
    view: bool

    @property
    def create(self) -> str:
        """The statement that makes it."""
        kind = "VIEW" if self.view else "TABLE"
        return f"CREATE TEMP {kind} {quoted(self.name)} AS {self.sql}"

    def reads(self) -> Counter[str]:
        """The tables it reads, and in how many places."""
        return Counter(name.replace('""', '"') for name in _READ.findall(self.sql))


def pruned(steps: Steps, wanted: Mapping[str, Collection[str] | None]) -> list[Statement]:
    """The statements of a plan without columns, joins and steps that are not needed.

    Args:
        steps: the steps of the plan.
        wanted: by name of a table, the columns that are wanted of it; None: all.
    """
    with uncollected():
        found = [(name, written(rows)) for name, rows in narrowed(steps, wanted).items()]
    reads: Counter[str] = Counter()
    for name, text in found:
        reads += Statement(name, text, view=False).reads()
    # What a statement names before it uses it (WITH) may be used more than once.
    shared = {n for name, text in found if "WITH " in text
              for n in Statement(name, text, view=False).reads()}  # fmt: skip
    return [
        # What is wanted is read once by whoever wants it.
        Statement(name, text, view=reads[name] + (name in wanted) == 1 and name not in shared)
        for name, text in found
    ]


def last_reads(
    statements: Iterable[tuple[str, Collection[str], bool]], wanted: Collection[str]
) -> dict[str, list[str]]:
    """By name of a statement, the tables that it is the last to read.

    What reads a view reads what the view reads. What is wanted, and what a view that is wanted
    reads, is read after the last statement.

    Args:
        statements: in order, the name of each, what it reads, and whether it puts down a table.
        wanted: the names of those that are wanted at the end.
    """
    through: dict[str, set[str]] = {}
    latest: dict[str, str] = {}
    for name, reads, is_table in statements:
        own: set[str] = set()
        for other in reads:
            own |= through.get(other, set())
        if not is_table:
            through[name] = own
            continue
        through[name] = {name}
        latest |= dict.fromkeys((name, *own), name)
    for name in wanted:
        for other in through.get(name, ()):
            latest.pop(other, None)
    found: dict[str, list[str]] = {}
    for name, reader in latest.items():
        found.setdefault(reader, []).append(name)
    return found


def narrowed(steps: Steps, wanted: Mapping[str, Collection[str] | None]) -> dict[str, Any]:
    """The tables of a plan that are needed, in order, each with the columns that are needed of it.

    What is needed is asked twice: of the plan as it was lowered, so that no more of it is
    simplified than is needed; and of the simplified one, which needs less.

    Args:
        steps: the steps of the plan.
        wanted: by name of a table, the columns that are wanted of it; None: all.
    """
    simpler = simplified(Needs({step.name: step.rows.op() for step in steps.steps}, wanted))
    needs = Needs(simpler, wanted)
    making = Remaking(needs.narrowed, needs.links)
    return {
        name: only(
            making.relation(simpler[name], needs.relations[name]),
            kept(simpler[name].schema.names, needs.tables[name]),
        ).to_expr()
        for name in simpler
        if name in needs.relations
    }
