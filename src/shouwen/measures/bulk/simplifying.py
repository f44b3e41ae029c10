"""A plan with everything worked out that can be said without data.

Rules are lowered one by one, each ready for whatever the others may hand it: an array for the names
of what is missing although nothing can be, a condition that the readings have decided. Once a plan
is whole, constants are carried from step to step and through the expressions that read them; what
is left is what hangs on events.

Nothing is said here that SQL would not say: NULL is unknown, AND and OR are Kleene's. Two things
are known of a column: that it is a constant, or that it is `BARE`: an empty array or NULL, as an
array becomes that a row did not find its partner for, or that was collected from nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import ibis.expr.datatypes as dt
import ibis.expr.operations as ops

from shouwen.measures.bulk.sqltypes import nothing

NOTHING = nothing().op()
BARE = object()
TRUE, FALSE = (ops.Literal(value, dtype=dt.boolean) for value in (True, False))
UNKNOWN = ops.Literal(None, dtype=dt.boolean)
_OF_SETS = ("list_sort", "list_distinct")

Kinds = dict[str, Any]
"""By column, the constant that it is, or `BARE`."""


def simplified(steps: Mapping[str, Any]) -> dict[str, Any]:
    """The relations of a plan, by name and in order, without what needs no data."""
    work = _Simplifying()
    return {name: work.relation(name, root) for name, root in steps.items()}


@dataclass
class _Simplifying:
    tables: dict[str, Kinds] = field(default_factory=dict)
    kinds: dict[Any, Kinds] = field(default_factory=dict)

    def relation(self, name: str, root: Any) -> Any:
        new: dict[Any, Any] = {}
        for node in parents_first(root):
            new[node] = self._made(node, new)
        found = new[root]
        self.tables[name] = self.kinds.get(found, {})
        return found

    def _made(self, node: Any, new: Mapping[Any, Any]) -> Any:
        match node:
            case ops.UnboundTable():
                return self._known(node, self.tables.get(node.name, {}))
            case ops.Project():
                parent = new[node.parent]
                env = {parent: self.kinds.get(parent, {})}
                values = {n: self._column(v, new, env) for n, v in node.values.items()}
                return self._known(ops.Project(parent, values), _kinds_of(values, env))
            case ops.Filter():
                parent = new[node.parent]
                env = {parent: self.kinds.get(parent, {})}
                asked = [_value(again(p, new), env) for p in node.predicates]
                asked = [p for p in asked if _constant(p) is not True]
                found = ops.Filter(parent, asked) if asked else parent
                return self._known(found, env[parent])
            case ops.Aggregate():
                parent = new[node.parent]
                env = {parent: self.kinds.get(parent, {})}
                groups = {n: again(v, new) for n, v in node.groups.items()}
                metrics = {n: self._column(v, new, env) for n, v in node.metrics.items()}
                found = ops.Aggregate(parent, groups=groups, metrics=metrics)
                # Of no rows, what is constant in every row is not even there.
                bare = {n: BARE for n, v in metrics.items() if _kind(v, env) in (BARE, NOTHING)}
                return self._known(found, bare)
            case ops.JoinChain():
                return self._join(node, new)
            case ops.Reference():
                parent = new[node.parent]
                return self._known(node.copy(parent=parent), self.kinds.get(parent, {}))
            case ops.DropColumns():
                parent = new[node.parent]
                kept = {n: ops.Field(parent, n) for n in node.schema.names}
                kinds = self.kinds.get(parent, {})
                return self._known(
                    ops.Project(parent, kept), {n: k for n, k in kinds.items() if n in kept}
                )
            case ops.Union():
                left, right = new[node.left], new[node.right]
                one, other = self.kinds.get(left, {}), self.kinds.get(right, {})
                same = {n: k for n, k in one.items() if n in other and k == other[n]}
                return self._known(node.copy(left=left, right=right), same)
        raise NotImplementedError(f"{type(node).__name__} in a plan")

    def _known(self, node: Any, kinds: Kinds) -> Any:
        self.kinds[node] = kinds
        return node

    def _join(self, node: Any, new: Mapping[Any, Any]) -> Any:
        env = {new[node.first]: self.kinds.get(new[node.first], {})}
        links = []
        for link in node.rest:
            table = new[link.table]
            links.append(
                link.copy(table=table, predicates=[again(p, new) for p in link.predicates])
            )
            kinds = self.kinds.get(table, {})
            env[table] = kinds if link.how == "inner" else _perhaps(kinds)
        values = {n: self._column(v, new, env) for n, v in node.values.items()}
        found = ops.JoinChain(first=new[node.first], rest=links, values=values)
        return self._known(found, _kinds_of(values, env))

    def _column(self, value: Any, new: Mapping[Any, Any], env: Mapping[Any, Kinds]) -> Any:
        found = _value(again(value, new), env)
        return found if found.dtype == value.dtype else ops.Cast(found, to=value.dtype)


def _perhaps(kinds: Kinds) -> Kinds:
    """What is known of columns of rows that may be missing."""
    found: Kinds = {}
    for name, kind in kinds.items():
        if kind is BARE or _is_nothing(kind):
            found[name] = BARE
        elif _is_null(kind):
            found[name] = kind
    return found


def _kinds_of(values: Mapping[str, Any], env: Mapping[Any, Kinds]) -> Kinds:
    kinds = {name: _kind(value, env) for name, value in values.items()}
    return {name: kind for name, kind in kinds.items() if kind is not None}


def _kind(node: Any, env: Mapping[Any, Kinds]) -> Any:
    """What is known of a value: a constant, `BARE`, or None."""
    if _is_nothing(node):
        return NOTHING
    if _is_literal(node):
        return node
    match node:
        case ops.Field(rel=rel, name=name):
            return env.get(rel, {}).get(name)
        case ops.Cast(arg=arg) if isinstance(node.to, dt.Array):
            return BARE if _kind(arg, env) in (BARE, NOTHING) else None
        case ops.ArrayFlatten(arg=ops.ArrayCollect(arg=arg)):
            return BARE if _kind(arg, env) in (BARE, NOTHING) else None
        case ops.First(arg=arg) | ops.ArgMax(arg=arg) | ops.ArgMin(arg=arg):
            return BARE if _kind(arg, env) in (BARE, NOTHING) else None
        case ops.IfElse(true_expr=a, false_null_expr=b):
            return _of_all((a, b), env)
        case ops.SearchedCase(results=results, default=default):
            return _of_all((*results, default), env)
        case ops.Coalesce(arg=args):
            return _of_all(args, env)
    return None


def _of_all(values: tuple[Any, ...], env: Mapping[Any, Kinds]) -> Any:
    kinds = [_kind(v, env) for v in values]
    bare = all(k is BARE or _is_nothing(k) or (k is not None and _is_null(k)) for k in kinds)
    arrays = any(k is BARE or _is_nothing(k) for k in kinds)
    return BARE if bare and arrays else None


# --- values ---------------------------------------------------------------------------------------


def _value(value: Any, env: Mapping[Any, Kinds]) -> Any:
    """A value without what needs no data."""
    # What rows are ordered by stays a column: engines take a bare number for a place. What is taken
    # together over rows stays one too: Ibis wants it so.
    stay = {f for part in value.find((ops.SortKey, ops.Reduction, ops.Analytic), filter=ops.Value)
            for f in part.find(ops.Field, filter=ops.Value)}  # fmt: skip

    def simpler(node: Any, changed: dict[str, Any] | None) -> Any:
        made = node.__recreate__(changed) if changed else node
        if isinstance(made, ops.Field):
            kind = env.get(made.rel, {}).get(made.name)
            if kind is None or kind is BARE or node in stay:
                return made
            return kind
        rule = _RULES.get(type(made))
        if rule is not None:
            return rule(made, env)
        if getattr(made, "__func_name__", None) in _OF_SETS and _is_nothing(made.args[0]):
            return NOTHING
        return made

    return value.replace(simpler, filter=ops.Value)


def _is_literal(node: Any) -> bool:
    if isinstance(node, ops.Cast):
        return _is_literal(node.arg)
    return isinstance(node, ops.Literal)


def _is_nothing(node: Any) -> bool:
    """Whether a value is the empty array."""
    while isinstance(node, ops.Cast):
        node = node.arg
    return isinstance(node, ops.Literal) and isinstance(node.dtype, dt.Array) and node.value == ()


def _is_null(node: Any) -> bool:
    while isinstance(node, ops.Cast):
        node = node.arg
    return isinstance(node, ops.Literal) and node.value is None


def _never_null(node: Any) -> bool:
    if _is_nothing(node) or isinstance(node, ops.Array):
        return True
    return _is_literal(node) and not _is_null(node)


def _constant(node: Any) -> Any:
    """The value of a constant that Python and SQL compare alike; None of anything else."""
    found = node
    while isinstance(found, ops.Cast):
        found = found.arg
    if not isinstance(found, ops.Literal) or found.value is None:
        return None
    if isinstance(node.dtype, dt.Boolean) and isinstance(found.value, bool):
        return found.value
    if isinstance(node.dtype, dt.Integer):
        return int(found.value)
    if isinstance(node.dtype, dt.String) and isinstance(found.value, str):
        return found.value
    return None


def _said(value: bool) -> Any:
    return TRUE if value else FALSE


def _coalesce(node: Any, env: Mapping[Any, Kinds]) -> Any:
    args = []
    for arg in node.arg:
        if _is_null(arg):
            continue
        args.append(arg)
        if _never_null(arg):
            break
    if not args:
        return node
    if _is_nothing(args[-1]) and all(_kind(a, env) in (BARE, NOTHING) for a in args):
        return NOTHING
    if len(args) == 1:
        return args[0]
    return node if len(args) == len(node.arg) else ops.Coalesce(tuple(args))


def _is_null_rule(node: Any, env: Mapping[Any, Kinds]) -> Any:
    if _is_null(node.arg):
        return _said(isinstance(node, ops.IsNull))
    if _never_null(node.arg):
        return _said(isinstance(node, ops.NotNull))
    return node


def _length(node: Any, env: Mapping[Any, Kinds]) -> Any:
    if _is_nothing(node.arg):
        return ops.Literal(0, dtype=node.dtype)
    if isinstance(node.arg, ops.Array):
        return ops.Literal(len(node.arg.exprs), dtype=node.dtype)
    return node


def _flatten(node: Any, env: Mapping[Any, Kinds]) -> Any:
    if not isinstance(node.arg, ops.Array):
        return node
    kept: list[Any] = []
    for part in node.arg.exprs:
        match part:
            case ops.ArrayFlatten(arg=ops.Array(exprs=inner)):
                kept += inner
            case _ if _kind(part, env) not in (BARE, NOTHING):
                kept.append(part)
    if not kept:
        return NOTHING
    if len(kept) == 1 and isinstance(kept[0], ops.Array):
        return kept[0]
    return node if tuple(kept) == node.arg.exprs else ops.ArrayFlatten(ops.Array(tuple(kept)))


def _junction(node: Any, env: Mapping[Any, Kinds]) -> Any:
    """AND and OR: one truth settles it, of the other truth nothing is left."""
    settles = isinstance(node, ops.Or)
    for one, other in ((node.left, node.right), (node.right, node.left)):
        truth = _constant(one)
        if truth is not None:
            return _said(settles) if truth is settles else other
    return node


def _if(node: Any, env: Mapping[Any, Kinds]) -> Any:
    if _is_literal(node.bool_expr):
        return node.true_expr if _constant(node.bool_expr) is True else node.false_null_expr
    return node.true_expr if node.true_expr == node.false_null_expr else node


def _cases(node: Any, env: Mapping[Any, Kinds]) -> Any:
    cases, results, default = [], [], node.default
    for case, result in zip(node.cases, node.results, strict=True):
        if _constant(case) is True:
            default = result
            break
        if not _is_literal(case):
            cases.append(case)
            results.append(result)
    if all(result == default for result in results):
        return default
    if len(cases) == len(node.cases):
        return node
    return ops.SearchedCase(cases=tuple(cases), results=tuple(results), default=default)


def _compared(node: Any, env: Mapping[Any, Kinds]) -> Any:
    if _is_null(node.left) or _is_null(node.right):
        return UNKNOWN
    one, other = _constant(node.left), _constant(node.right)
    if one is None or other is None or isinstance(one, str) != isinstance(other, str):
        return node
    return _said(_COMPARISONS[type(node)](one, other))


_COMPARISONS: dict[type, Callable[[Any, Any], bool]] = {
    ops.Equals: lambda a, b: a == b,
    ops.NotEquals: lambda a, b: a != b,
    ops.Greater: lambda a, b: a > b,
    ops.GreaterEqual: lambda a, b: a >= b,
    ops.Less: lambda a, b: a < b,
    ops.LessEqual: lambda a, b: a <= b,
}
_RULES: dict[type, Callable[[Any, Mapping[Any, Kinds]], Any]] = {
    ops.Coalesce: _coalesce,
    ops.IsNull: _is_null_rule,
    ops.NotNull: _is_null_rule,
    ops.ArrayLength: _length,
    ops.ArrayFlatten: _flatten,
    ops.And: _junction,
    ops.Or: _junction,
    ops.IfElse: _if,
    ops.SearchedCase: _cases,
    **dict.fromkeys(_COMPARISONS, _compared),
}


# --- relations ------------------------------------------------------------------------------------


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
            stack.append((node, True))
            stack += [(child, False) for child in node.__children__]
    return found


def again(value: Any, new: Mapping[Any, Any]) -> Any:
    """A value over relations that were made again."""
    mapping = {}
    for node in value.find((ops.Field, ops.Subquery), filter=ops.Value):
        if node.rel in new:
            mapping[node] = node.copy(rel=new[node.rel])
    return value.replace(mapping, filter=ops.Value)
