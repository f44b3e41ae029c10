"""Relations made again: over others than before, with fewer columns and joins, with other values.

A plan is gone through more than once before it runs (`pruning`, `simplifying`). Each time its
relations are made again from those that they stand on; `Remaking` is what all of these have in
common, and values are what they differ in. A part of a value is made once for a relation, in
however many of its columns it stands.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any

import ibis
import ibis.expr.operations as ops


def parents_first(root: Any) -> list[Any]:
    """The relations that a relation is made from, each after those it is made from itself."""
    found: list[Any] = []
    seen: set[Any] = set()
    stack: list[tuple[Any, bool]] = [(root, False)]
    while stack:
        node, done = stack.pop()
        if done:
            if isinstance(node, ops.Relation):
                found.append(node)
        elif node not in seen:
            seen.add(node)
            if not isinstance(node, ops.Field):
                stack.append((node, True))
            stack += [(child, False) for child in node.__children__]
    return found


class Values:
    """Values over relations that were made again, each part of them once."""

    def __init__(self, new: Mapping[Any, Any]) -> None:
        self._new = new
        self._made: dict[Any, Any] = {}

    def again(self, value: Any) -> Any:
        """A value as it was, over the new relations."""
        return remade(value, self._made, self._renewed)

    def column(self, value: Any) -> Any:
        """A value that becomes a column."""
        return self.again(value)

    def condition(self, value: Any) -> Any:
        """A condition that rows are kept by; None if it holds for all."""
        return self.again(value)

    def _renewed(self, node: Any, made: Any) -> Any:
        if isinstance(node, ops.Field):
            rel = self._new.get(node.rel)
            return node if rel is None or rel is node.rel else ops.Field(rel, node.name)
        if isinstance(node, ops.Subquery):
            rel = self._new.get(node.rel)
            return node if rel is None else node.copy(rel=rel)
        return made


def again(value: Any, new: Mapping[Any, Any]) -> Any:
    """A value over relations that were made again."""
    return Values(new).again(value)


def remade(root: Any, made: dict[Any, Any], rule: Any) -> Any:
    """A value with a rule applied to every part of it, the innermost first.

    Args:
        root: the value. Relations within it are not entered.
        made: what was made already, by what it was before; grows.
        rule: takes a part as it was and with its own parts made again, gives what it becomes.
    """
    stack = [root]
    while stack:
        node = stack[-1]
        if node in made:
            stack.pop()
            continue
        below = [] if isinstance(node, ops.Field) else list(_parts(node.__args__))
        missing = [part for part in below if part not in made]
        if missing:
            stack += missing
            continue
        stack.pop()
        changed = node
        if any(made[part] is not part for part in below):
            pairs = zip(node.__argnames__, node.__args__, strict=True)
            changed = node.__recreate__({name: _with(arg, made) for name, arg in pairs})
        made[node] = rule(node, changed)
    return made[root]


def _parts(args: Iterable[Any]) -> Iterable[Any]:
    for arg in args:
        if isinstance(arg, ops.Value):
            yield arg
        elif isinstance(arg, tuple):
            yield from _parts(arg)


def _with(arg: Any, made: Mapping[Any, Any]) -> Any:
    if isinstance(arg, ops.Value):
        return made[arg]
    return tuple(_with(a, made) for a in arg) if isinstance(arg, tuple) else arg


class Remaking:
    """Steps made again with the columns and joins that are needed.

    Args:
        narrowed: by name of a table, the columns that it has from now on; others keep theirs.
        links: by join, its links that are kept; others keep theirs.
    """

    def __init__(
        self, narrowed: Mapping[str, Collection[str]], links: Mapping[Any, tuple[Any, ...]]
    ) -> None:
        self._narrowed = narrowed
        self._links = links

    def relation(self, root: Any, need: Mapping[Any, Collection[str]]) -> Any:
        """A relation made again; `need` says which columns of those it is made from it takes."""
        new: dict[Any, Any] = {}
        for node in parents_first(root):
            if node in need:
                new[node] = self.known(node, self._made(node, need[node], new))
        return new[root]

    def values(self, node: Any, new: Mapping[Any, Any]) -> Values:
        """How the values of a relation are made."""
        return Values(new)

    def known(self, node: Any, made: Any) -> Any:
        """A relation that was made, from what it was; what is to be kept in mind of it is."""
        return made

    def _made(self, node: Any, own: Collection[str], new: Mapping[Any, Any]) -> Any:
        match node:
            case ops.UnboundTable() if node.name in self._narrowed:
                names = kept(node.schema.names, self._narrowed[node.name])
                return ops.UnboundTable(
                    name=node.name, schema=ibis.schema({n: node.schema[n] for n in names})
                )
            case ops.UnboundTable():
                return node
            case ops.Project():
                values = self.values(node, new)
                names = kept(node.values, own)
                return ops.Project(
                    new[node.parent], {n: values.column(node.values[n]) for n in names}
                )
            case ops.JoinChain():
                return self._joined(node, own, new)
            case ops.Aggregate():
                values = self.values(node, new)
                metrics = {n: values.column(v) for n, v in node.metrics.items() if n in own}
                groups = {n: values.again(v) for n, v in node.groups.items()}
                return ops.Aggregate(new[node.parent], groups=groups, metrics=metrics)
            case ops.Filter():
                values = self.values(node, new)
                asked = [values.condition(p) for p in node.predicates]
                asked = [p for p in asked if p is not None]
                return ops.Filter(new[node.parent], asked) if asked else new[node.parent]
            case ops.DropColumns():
                return only(new[node.parent], kept(node.schema.names, own))
            case ops.Reference():
                return node.copy(parent=new[node.parent])
            case ops.Union():
                names = kept(node.schema.names, own)
                sides = [only(new[s], names) for s in (node.left, node.right)]
                return ops.Union(*sides, distinct=False)
        raise NotImplementedError(f"{type(node).__name__} in a plan")

    def _joined(self, node: Any, own: Collection[str], new: Mapping[Any, Any]) -> Any:
        names = kept(node.values, own)
        links = self._links.get(node, node.rest)
        if not links:
            # A join with nothing is a projection of what its first table refers to.
            first = node.first
            values = self.values(node, {**new, first: new[first].parent})
            return ops.Project(new[first].parent, {n: values.column(node.values[n]) for n in names})
        values = self.values(node, new)
        rest = [
            ops.JoinLink(k.how, new[k.table], [values.again(p) for p in k.predicates])
            for k in links
        ]
        columns = {n: values.column(node.values[n]) for n in names}
        return ops.JoinChain(first=new[node.first], rest=rest, values=columns)


def kept(names: Collection[str], need: Collection[str]) -> list[str]:
    """The names that are needed, in their order; a table has one column at least."""
    found = [n for n in names if n in need]
    return found or list(names)[:1]


def only(node: Any, names: list[str]) -> Any:
    """A relation with these columns."""
    if list(node.schema.names) == names:
        return node
    return ops.Project(node, {n: ops.Field(node, n) for n in names})
