"""A plan with everything worked out that can be said without data.

Rules are lowered one by one, each ready for whatever the others may hand it: an array for the names
of what is missing although nothing can be, a condition that the readings have decided. Once a plan
is whole, constants are carried from step to step and through the expressions that read them; what
is left is what hangs on events.

Nothing is said here that SQL would not say: NULL is unknown, AND and OR are Kleene's. Two things
are known of a column: that it is a constant; or, of an array of texts, which texts it can hold at
most. If there are none it is `BARE`: an empty array or NULL, as an array becomes that a row did not
find its partner for, or that was collected from nothing. Where they are few, as the readings are
that an outcome rests on, an array is sorted by asking of each, in order, whether it is there; to
sort texts for every row takes DuckDB six times as long.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import ibis.expr.datashape as ds
import ibis.expr.datatypes as dt
import ibis.expr.operations as ops

from shouwen.measures.bulk.needing import Needs
from shouwen.measures.bulk.remaking import Remaking, Values, kept, only, remade
from shouwen.measures.bulk.sqltypes import NAMES, nothing

NOTHING = nothing().op()
BARE: frozenset[str] = frozenset()
FEW = 24
"""So many texts at most are asked for one by one."""
TRUE, FALSE = (ops.Literal(value, dtype=dt.boolean) for value in (True, False))
UNKNOWN = ops.Literal(None, dtype=dt.boolean)
_OF_COLUMNS = (ops.SortKey, ops.Reduction, ops.Analytic)
_OF_SETS = ("list_sort", "list_distinct")

Kinds = dict[str, Any]
"""By column, the constant that it is, or the texts that it can hold at most."""


def simplified(needs: Needs) -> dict[str, Any]:
    """The relations of a plan, by name and in order, as far as they are needed, without what needs
    no data."""
    work = _Simplifying(needs)
    return {name: work.step(name) for name in needs.steps if name in needs.relations}


class _Simplifying(Remaking):
    def __init__(self, needs: Needs) -> None:
        super().__init__(needs.narrowed, needs.links)
        self._needs = needs
        self._tables: dict[str, Kinds] = {}
        self._kinds: dict[Any, Kinds] = {}

    def step(self, name: str) -> Any:
        """A step, after those that it reads."""
        root = self._needs.steps[name]
        found = self.relation(root, self._needs.relations[name])
        self._tables[name] = self._kinds[found]
        return only(found, kept(root.schema.names, self._needs.tables[name]))

    def values(self, node: Any, new: Mapping[Any, Any]) -> _Simpler:
        return _Simpler(new, self._env(node, new))

    def _env(self, node: Any, new: Mapping[Any, Any]) -> dict[Any, Kinds]:
        """What is known of the columns that the values of a relation read."""
        if not isinstance(node, ops.JoinChain):
            return {new[node.parent]: self._kinds[new[node.parent]]}
        env = {new[node.first]: self._kinds[new[node.first]]}
        for link in self._links.get(node, node.rest):
            table = new[link.table]
            kinds = self._kinds[table]
            env[table] = kinds if link.how == "inner" else _perhaps(kinds)
        return env

    def known(self, node: Any, made: Any) -> Any:
        self._kinds[made] = self._kinds_made(made)
        return made

    def _kinds_made(self, made: Any) -> Kinds:
        match made:
            case ops.UnboundTable():
                return self._tables.get(made.name, {})
            case ops.Project():
                return _kinds_of(made.values, {made.parent: self._kinds[made.parent]})
            case ops.JoinChain():
                env = {made.first: self._kinds[made.first]}
                for link in made.rest:
                    kinds = self._kinds[link.table]
                    env[link.table] = kinds if link.how == "inner" else _perhaps(kinds)
                return _kinds_of(made.values, env)
            case ops.Aggregate():
                env = {made.parent: self._kinds[made.parent]}
                # Of no rows, what is constant in every row is not even there.
                kinds = {n: _texts(_kind(v, env)) for n, v in made.metrics.items()}
                return {n: k for n, k in kinds.items() if k is not None}
            case ops.Union():
                one, other = self._kinds[made.left], self._kinds[made.right]
                return {
                    n: kind
                    for n, k in one.items()
                    if n in other
                    and (kind := k if k == other[n] else _together((k, other[n]))) is not None
                }
        return self._kinds[made.parent]


class _Simpler(Values):
    """Values without what needs no data; `env` says what is known of the columns they read."""

    def __init__(self, new: Mapping[Any, Any], env: Mapping[Any, Kinds]) -> None:
        super().__init__(new)
        self._env = env
        self._simple: dict[Any, Any] = {}
        self._kept: dict[Any, Any] = {}

    def column(self, value: Any) -> Any:
        found = self._simplified(value)
        return found if found.dtype == value.dtype else ops.Cast(found, to=value.dtype)

    def condition(self, value: Any) -> Any:
        found = self._simplified(value)
        return None if _constant(found) is True else found

    def _simplified(self, value: Any) -> Any:
        # What rows are ordered by stays a column: engines take a bare number for a place. What is
        # taken together over rows stays one too: Ibis wants it so.
        if not isinstance(value, ops.Field):
            for part in value.find(_OF_COLUMNS, filter=ops.Value):
                self._simple[part] = remade(part, self._kept, self._ruled)
        return remade(value, self._simple, self._said)

    def _said(self, node: Any, made: Any) -> Any:
        """A part of a value, where a constant may stand for a column."""
        if isinstance(node, ops.Field):
            field = self._renewed(node, made)
            kind = self._env.get(field.rel, {}).get(field.name)
            return field if kind is None or isinstance(kind, frozenset) else kind
        return self._ruled(node, made)

    def _ruled(self, node: Any, made: Any) -> Any:
        found = self._renewed(node, made)
        rule = _RULES.get(type(found))
        if rule is not None:
            return rule(found, self._env)
        if getattr(found, "__func_name__", None) in _OF_SETS:
            return _of_set(found, self._env)
        return found


def _perhaps(kinds: Kinds) -> Kinds:
    """What is known of columns of rows that may be missing."""
    found: Kinds = {}
    for name, kind in kinds.items():
        texts = _texts(kind)
        if texts is not None:
            found[name] = texts
        elif _is_null(kind):
            found[name] = kind
    return found


def _kinds_of(values: Mapping[str, Any], env: Mapping[Any, Kinds]) -> Kinds:
    kinds = {name: _kind(value, env) for name, value in values.items()}
    return {name: kind for name, kind in kinds.items() if kind is not None}


def _kind(node: Any, env: Mapping[Any, Kinds]) -> Any:
    """What is known of a value: a constant, the texts it can hold at most, or None."""
    if _is_nothing(node):
        return NOTHING
    if _is_literal(node):
        return node
    match node:
        case ops.Field(rel=rel, name=name):
            return env.get(rel, {}).get(name)
        case ops.Array(exprs=parts) if node.dtype == NAMES:
            texts = [_constant(part) for part in parts]
            return frozenset(texts) if all(isinstance(t, str) for t in texts) else None
        case ops.Cast(arg=arg) if isinstance(node.to, dt.Array):
            return _texts(_kind(arg, env))
        case ops.ArrayFlatten(arg=ops.ArrayCollect(arg=arg)):
            return _texts(_kind(arg, env))
        case ops.ArrayFlatten(arg=ops.Array(exprs=parts)):
            return _together(tuple(_kind(part, env) for part in parts))
        case (
            ops.ArrayFilter(arg=arg)
            | ops.ScalarUDF(__func_name__="list_sort" | "list_distinct", args=(arg,))
        ):
            return _texts(_kind(arg, env))
        case ops.First(arg=arg) | ops.ArgMax(arg=arg) | ops.ArgMin(arg=arg):
            return _texts(_kind(arg, env))
        case ops.IfElse(true_expr=a, false_null_expr=b):
            return _of_all((a, b), env)
        case ops.SearchedCase(results=results, default=default):
            return _of_all((*results, default), env)
        case ops.Coalesce(arg=args):
            return _of_all(args, env)
    return None


def _of_all(values: tuple[Any, ...], env: Mapping[Any, Kinds]) -> Any:
    return _together(tuple(_kind(v, env) for v in values))


def _together(kinds: tuple[Any, ...]) -> frozenset[str] | None:
    """The texts that an array can hold at most which is one of several or made from them."""
    found: set[str] = set()
    arrays = False
    for kind in kinds:
        texts = _texts(kind)
        if texts is not None:
            found |= texts
            arrays = True
        elif kind is None or not _is_null(kind):
            return None
    return frozenset(found) if arrays else None


def _texts(kind: Any) -> frozenset[str] | None:
    """The texts that an array can hold at most, from what is known of it."""
    if isinstance(kind, frozenset):
        return kind
    return BARE if kind is not None and _is_nothing(kind) else None


def _of_set(node: Any, env: Mapping[Any, Kinds]) -> Any:
    """Sorting an array, or leaving out what it holds twice."""
    inner = node.args[0]
    if _is_nothing(inner):
        return NOTHING
    match inner:
        case ops.ScalarUDF(__func_name__="list_distinct", args=(array,)) if (
            node.__func_name__ == "list_sort" and _never_null(array)
        ):
            texts = _kind(array, env)
            if isinstance(texts, frozenset) and 0 < len(texts) <= FEW:
                one = ops.Argument(name="one", shape=ds.scalar, dtype=dt.string)
                every = ops.Array(tuple(ops.Literal(t, dtype=dt.string) for t in sorted(texts)))
                return ops.ArrayFilter(every, ops.ArrayContains(array, one), one, None)
    return node


# --- values ---------------------------------------------------------------------------------------


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
    if isinstance(node, ops.Coalesce):
        return _never_null(node.arg[-1])
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
