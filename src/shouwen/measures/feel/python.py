"""The Python backend: a typed tree becomes a function from facts to a value.

This is the reference meaning of the language; the other backends are tested against it.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable, Sequence
from datetime import tzinfo
from typing import Any
from zoneinfo import ZoneInfo

from shouwen.measures.feel.lowering import Code, Lowering, is_unknown, load
from shouwen.measures.feel.tree import Expr, names
from shouwen.measures.feel.values import Facts, Unknown, Value

SHANGHAI = ZoneInfo("Asia/Shanghai")


def compile_expression(expr: Expr, zone: tzinfo = SHANGHAI) -> Callable[[Facts], Value]:
    """Compile a checked expression.

    The function takes facts by canonical name, of the types of the scope; a fact that is left out
    or None is unknown. It never raises for such facts. `zone` is the zone of the evaluation, in
    which instants have a date and a time of day.

    >>> from shouwen.measures.diagnostics import Report, SourceText
    >>> from shouwen.measures.feel.parse import parse_expression
    >>> from shouwen.measures.feel.types import NUMBER, Scope
    >>> scope = Scope({"fine": NUMBER, "wage": NUMBER}, {"罚款": "fine"})
    >>> expr = parse_expression(SourceText.alone("罚款 <= wage * 20%"), scope, Report())
    >>> allowed = compile_expression(expr)
    >>> allowed({"fine": 300, "wage": 2000})
    True
    >>> print(allowed({"fine": 300}))
    unknown (wage)
    """
    facts = sorted(names(expr))

    def body(lowering: Lowering) -> list[ast.stmt]:
        return [ast.Return(lowering.lower(expr).syntax)]

    return build_function(facts, body, zone)


def build_function(
    facts: Sequence[str], body: Callable[[Lowering], list[ast.stmt]], zone: tzinfo
) -> Callable[[Facts], Any]:
    """A function of facts whose body is lowered twice: with all facts known, and in general."""
    variables = [f"v{i}" for i in range(len(facts))]
    general = Lowering(zone, _variables(facts, variables, maybe=True))
    known = Lowering(zone, _variables(facts, variables, maybe=False), general.namespace)

    reads = [_read(v, f) for v, f in zip(variables, facts, strict=True)]
    completions = [
        _complete(v, general.shared(Unknown.of(f))) for v, f in zip(variables, facts, strict=True)
    ]
    general_function = _function("general", [*reads, *completions, *body(general)])
    known_body: list[ast.stmt] = [*reads]
    if facts:
        known_body.append(ast.If(_any_missing(variables), [_return_call("general")], []))
    known_function = _function("known", [*known_body, *body(known)])

    module = ast.Module([general_function, known_function], [])
    ast.fix_missing_locations(module)
    namespace: dict[str, Any] = general.namespace
    exec(compile(module, "<measure>", "exec"), namespace)
    result: Callable[[Facts], Any] = namespace["known"]
    return result


def _variables(facts: Iterable[str], variables: Iterable[str], *, maybe: bool) -> dict[str, Code]:
    return {f: Code(load(v), maybe) for f, v in zip(facts, variables, strict=True)}


def _read(variable: str, fact: str) -> ast.stmt:
    """``v = facts.get("fact")``."""
    get = ast.Attribute(load("facts"), "get", ast.Load())
    return ast.Assign([ast.Name(variable, ast.Store())], ast.Call(get, [ast.Constant(fact)], []))


def _is_none(variable: str) -> ast.expr:
    return ast.Compare(load(variable), [ast.Is()], [ast.Constant(None)])


def _complete(variable: str, unknown: ast.expr) -> ast.stmt:
    """``if v is None: v = Unknown.of("fact")``."""
    assign = ast.Assign([ast.Name(variable, ast.Store())], unknown)
    return ast.If(_is_none(variable), [assign], [])


def _any_missing(variables: Iterable[str]) -> ast.expr:
    tests = [t for v in variables for t in (_is_none(v), is_unknown(load(v)))]
    return ast.BoolOp(ast.Or(), tests)


def _return_call(function: str) -> ast.stmt:
    return ast.Return(ast.Call(load(function), [load("facts")], []))


def _function(name: str, body: list[ast.stmt]) -> ast.stmt:
    arguments = ast.arguments(
        posonlyargs=[], args=[ast.arg("facts")], kwonlyargs=[], kw_defaults=[], defaults=[]
    )
    return ast.FunctionDef(name, arguments, body, [], type_params=[])  # type: ignore[call-arg,unused-ignore]
