"""Which columns of which step a plan needs, if some columns of some tables are wanted.

Steps are gone through from the last to the first; each is asked what it needs of those before it.
A table that is joined on the left, gives at most one row and of which no column is needed changes
nothing: its link is not kept. `Needs.unique` tells which tables give at most one row.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

import ibis.expr.operations as ops

from shouwen.measures.bulk.remaking import parents_first


@dataclass
class Needs:
    """What is needed of which step.

    Attributes:
        steps: the relations of a plan, by name and in order.
        wanted: by name of a table, the columns that are wanted of it; None: all.
        tables: by name of a table (steps, events, constants), the columns that are needed of it.
        relations: by step, what is needed of the relations in it.
        links: by join, the links that are kept.
    """

    steps: dict[str, Any]
    wanted: Mapping[str, Collection[str] | None]
    tables: dict[str, set[str]] = field(default_factory=dict)
    relations: dict[str, dict[Any, set[str]]] = field(default_factory=dict)
    links: dict[Any, tuple[Any, ...]] = field(default_factory=dict)
    _unique: dict[Any, frozenset[frozenset[str]]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for name, root in reversed(self.steps.items()):
            if name in self.wanted:
                columns = self.wanted[name]
                every = root.schema.names
                self.tables.setdefault(name, set()).update(every if columns is None else columns)
            if name in self.tables:
                self.relations[name] = self._look(root, self.tables[name])

    @property
    def narrowed(self) -> dict[str, set[str]]:
        """By name of a step, the columns that are needed of it."""
        return {name: self.tables[name] for name in self.relations}

    def _look(self, root: Any, columns: Collection[str]) -> dict[Any, set[str]]:
        """What some columns of a relation need of the relations it is made from."""
        need: dict[Any, set[str]] = {root: set(columns)}
        for node in reversed(parents_first(root)):
            own = need.get(node)
            if own is None:
                continue
            match node:
                case ops.UnboundTable():
                    self.tables.setdefault(node.name, set()).update(own)
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
        self.links[node] = tuple(reversed(kept))

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
            case ops.UnboundTable() if node.name in self.steps:
                return set(self.unique(self.steps[node.name]))
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
