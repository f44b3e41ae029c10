"""A plan without what its outcomes do not need.

Rules put more into their frames than outcomes end up with: every step carries what a later one
*might* look at. Once a plan is whole it is known what is looked at. `pruned` goes through the steps
from the last to the first and asks of each which columns of the steps before it needs; then every
step is made again with these columns only. A table that is joined on the left, gives at most one
row and of which no column is needed changes nothing; it is not joined (`unique` tells which).

A step that is read in one place only need not be a table: as a view it becomes part of the
statement that reads it, its rows go through without being put down (`Statement.view`).

This also is how outcomes are had without what they rest on: leave out ``events`` and ``readings``,
and everything that only collects them goes.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import ibis
import ibis.expr.operations as ops

from shouwen.measures.bulk.engine import quoted
from shouwen.measures.bulk.simplifying import again, parents_first, simplified
from shouwen.measures.bulk.steps import Steps

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
    pruning = Pruning(steps, wanted)
    found = [
        (step.name, str(ibis.to_sql(pruning.made(step.name), dialect="duckdb", pretty=False)))
        for step in steps.steps
        if step.name in pruning.needs
    ]
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


@dataclass
class Pruning:
    """What is needed of which step.

    Attributes:
        needs: by name of a table (steps, events, constants), the columns that are needed of it.
    """

    steps: Steps
    wanted: Mapping[str, Collection[str] | None]
    needs: dict[str, set[str]] = field(default_factory=dict)
    _ops: dict[str, Any] = field(default_factory=dict)
    _need: dict[str, dict[Any, set[str]]] = field(default_factory=dict)
    """By step, what is needed of the relations in it."""
    _links: dict[Any, tuple[Any, ...]] = field(default_factory=dict)
    """By join, the links that are kept."""
    _unique: dict[Any, frozenset[frozenset[str]]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._ops = simplified({step.name: step.rows.op() for step in self.steps.steps})
        for step in reversed(self.steps.steps):
            if step.name in self.wanted:
                columns = self.wanted[step.name]
                every = step.rows.schema().names
                self.needs.setdefault(step.name, set()).update(
                    every if columns is None else columns
                )
            if step.name in self.needs:
                self._need[step.name] = self._look(self._ops[step.name], self.needs[step.name])

    # --- what is needed -------------------------------------------------------------------------

    def _look(self, root: Any, columns: Collection[str]) -> dict[Any, set[str]]:
        """What some columns of a relation need of the relations it is made from."""
        need: dict[Any, set[str]] = {root: set(columns)}
        for node in reversed(parents_first(root)):
            own = need.get(node)
            if own is None:
                continue
            match node:
                case ops.UnboundTable():
                    self.needs.setdefault(node.name, set()).update(own)
                case ops.Project():
                    _read([node.values[n] for n in own], need)
                    need.setdefault(node.parent, set())
                case ops.JoinChain():
                    self._look_at_join(node, own, need)
                case ops.Aggregate():
                    _read([v for n, v in node.metrics.items() if n in own], need)
                    _read(node.groups.values(), need)
                    need.setdefault(node.parent, set())
                case ops.Filter():
                    need.setdefault(node.parent, set()).update(own)
                    _read(node.predicates, need)
                case ops.DropColumns() | ops.Reference():
                    need.setdefault(node.parent, set()).update(own)
                case ops.Union() if not node.distinct:
                    for side in (node.left, node.right):
                        need.setdefault(side, set()).update(own)
                case _:
                    raise NotImplementedError(f"{type(node).__name__} in a plan")
        return need

    def _look_at_join(self, node: Any, own: Collection[str], need: dict[Any, set[str]]) -> None:
        _read([node.values[n] for n in own], need)
        kept = []
        for link in reversed(node.rest):
            idle = link.how == "left" and not need.get(link.table)
            if idle and self._at_most_one(link):
                continue
            _read(link.predicates, need)
            need.setdefault(link.table, set())
            kept.append(link)
        need.setdefault(node.first, set())
        self._links[node] = tuple(reversed(kept))

    def _at_most_one(self, link: Any) -> bool:
        """Whether a row finds at most one of the table that is joined."""
        keys = {
            side.name
            for p in link.predicates
            if isinstance(p, ops.Equals)
            for side in (p.left, p.right)
            if isinstance(side, ops.Field) and side.rel == link.table
        }
        return any(columns <= keys for columns in self.unique(link.table))

    def unique(self, node: Any) -> frozenset[frozenset[str]]:
        """Sets of columns of which no two rows of a relation have the same values."""
        if node not in self._unique:
            self._unique[node] = frozenset(self._unique_of(node))
        return self._unique[node]

    def _unique_of(self, node: Any) -> set[frozenset[str]]:
        match node:
            case ops.UnboundTable() if node.name in self._ops:
                return set(self.unique(self._ops[node.name]))
            case ops.Aggregate():
                return {frozenset(node.groups)}
            case ops.Project():
                names: dict[str, str] = {}
                for name, value in node.values.items():
                    if isinstance(value, ops.Field):
                        names.setdefault(value.name, name)
                return {
                    frozenset(names[c] for c in columns)
                    for columns in self.unique(node.parent)
                    if columns <= names.keys()
                }
            case ops.Filter():
                return set(self.unique(node.parent)) | _first_of(node)
            case ops.DropColumns():
                return {c for c in self.unique(node.parent) if not c & node.columns_to_drop}
            case ops.Reference():
                return set(self.unique(node.parent))
        return set()

    # --- made again -----------------------------------------------------------------------------

    def made(self, step: str) -> Any:
        """A step with the columns that are needed of it."""
        root, need = self._ops[step], self._need[step]
        new: dict[Any, Any] = {}
        for node in parents_first(root):
            if node in need:
                new[node] = self._made(node, need[node], new)
        return _only(new[root], _kept(root.schema.names, self.needs[step])).to_expr()

    def _made(self, node: Any, own: Collection[str], new: Mapping[Any, Any]) -> Any:
        def made(value: Any) -> Any:
            return again(value, new)

        match node:
            case ops.UnboundTable() if node.name in self._ops:
                names = _kept(node.schema.names, self.needs[node.name])
                return ops.UnboundTable(
                    name=node.name, schema=ibis.schema({n: node.schema[n] for n in names})
                )
            case ops.UnboundTable():
                return node
            case ops.Project():
                names = _kept(node.values, own)
                return ops.Project(new[node.parent], {n: made(node.values[n]) for n in names})
            case ops.JoinChain():
                names = _kept(node.values, own)
                links = [
                    ops.JoinLink(k.how, new[k.table], [made(p) for p in k.predicates])
                    for k in self._links[node]
                ]
                values = {n: made(node.values[n]) for n in names}
                if not links:
                    first = new[node.first]
                    plain = {n: again(v, {first: first.parent}) for n, v in values.items()}
                    return ops.Project(first.parent, plain)
                return ops.JoinChain(first=new[node.first], rest=links, values=values)
            case ops.Aggregate():
                metrics = {n: made(v) for n, v in node.metrics.items() if n in own}
                groups = {n: made(v) for n, v in node.groups.items()}
                return ops.Aggregate(new[node.parent], groups=groups, metrics=metrics)
            case ops.Filter():
                return ops.Filter(new[node.parent], [made(p) for p in node.predicates])
            case ops.DropColumns():
                return _only(new[node.parent], _kept(node.schema.names, own))
            case ops.Reference():
                return node.copy(parent=new[node.parent])
            case ops.Union():
                names = _kept(node.schema.names, own)
                sides = [_only(new[s], names) for s in (node.left, node.right)]
                return ops.Union(*sides, distinct=False)
        raise NotImplementedError(f"{type(node).__name__} in a plan")


def _kept(names: Collection[str], need: Collection[str]) -> list[str]:
    """The names that are needed, in their order; a table has one column at least."""
    found = [n for n in names if n in need]
    return found or list(names)[:1]


def _only(node: Any, names: list[str]) -> Any:
    """A relation with these columns."""
    if list(node.schema.names) == names:
        return node
    return ops.Project(node, {n: ops.Field(node, n) for n in names})


def _first_of(node: Any) -> set[frozenset[str]]:
    """Of a filter that keeps the first row of each group: the columns it groups by."""
    found: set[frozenset[str]] = set()
    parent = node.parent
    for predicate in node.predicates:
        match predicate:
            case ops.Equals(left=ops.Field(rel=rel, name=name), right=ops.Literal(value=0)) if (
                rel == parent and isinstance(parent, ops.Project)
            ):
                rank = parent.values[name]
                if isinstance(rank, ops.WindowFunction) and isinstance(rank.func, ops.RowNumber):
                    names = [
                        next((n for n, v in parent.values.items() if v == group), None)
                        for group in rank.group_by
                    ]
                    if names and None not in names:
                        found.add(frozenset(n for n in names if n is not None))
    return found


def _read(values: Collection[Any], need: dict[Any, set[str]]) -> None:
    """The fields that values read."""
    for value in values:
        for node in value.find((ops.Field, ops.Subquery), filter=ops.Value):
            if isinstance(node, ops.Field):
                need.setdefault(node.rel, set()).add(node.name)
            else:
                need.setdefault(node.rel, set()).update(node.rel.schema.names)
