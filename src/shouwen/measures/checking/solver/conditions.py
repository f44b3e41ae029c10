"""Conditions that can never be true, that are always true, and branches never taken."""

from __future__ import annotations

from collections.abc import Iterator

from shouwen.measures.checking.solver.logic import Bool, conj, neg
from shouwen.measures.checking.solver.oracle import Answer, Oracle
from shouwen.measures.checking.solver.plainly import contingent
from shouwen.measures.checking.solver.sites import Place, Site, conditions, conjuncts, values
from shouwen.measures.checking.solver.situations import Rows, followed
from shouwen.measures.diagnostics import Report
from shouwen.measures.feel.tree import Expr, If, Name, children, names


def check_conditions(place: Place, oracle: Oracle, report: Report) -> bool:
    """Report them. False if the rule's own trigger can never be true: nothing else then is."""
    for site in conditions(place):
        given = [name for node in (*(n for n, _ in site.given), *site.past) for name in names(node)]
        if contingent(site.node, place.measure, _leaves(place, given)) is not None:
            continue
        before = site.before()
        past = [neg(site.rows.holds(n)) for n in site.past]
        if _never(place, site, [*before, *past], oracle, report):
            if site.what == "trigger":
                return False
            continue
        if names(site.node):
            _always(place, site, before, oracle, report)
    return True


def _leaves(place: Place, given: list[str]) -> set[str]:
    """Names, and the names that their values are worked out from."""
    nodes = [Name(name) for name in given]
    return {n.name for n in followed(place.measure, nodes) if isinstance(n, Name)}


def _never(place: Place, site: Site, before: list[Bool], oracle: Oracle, report: Report) -> bool:
    holds = site.rows.holds(site.node)
    if oracle.ask(place.ground, *before, holds).answer is not Answer.NEVER:
        return False
    parts = [(n, site.rows) for n in conjuncts(site.node)] + [
        (c, rows) for n, rows in site.given for c in conjuncts(n)
    ]
    earlier = [(n, neg(site.rows.holds(n))) for n in site.past]
    truths = [rows.holds(n) for n, rows in parts] + [t for _, t in earlier]
    texts = [_quoted(n, rows) for n, rows in parts]
    texts += [f"not({site.rows.text(n)}), an earlier start," for n, _ in earlier]
    core = oracle.core(place.ground, truths)
    report.warning(
        "never-true",
        f"The condition of this {_what(place, site)} can never be true.",
        site.node.span,
        hint=excluded([texts[i] for i in core]),
    )
    return True


def _always(place: Place, site: Site, before: list[Bool], oracle: Oracle, report: Report) -> None:
    holds = site.rows.holds(site.node)
    if oracle.ask(place.ground, *before, neg(holds)).answer is not Answer.NEVER:
        return
    parts = [(c, rows) for n, rows in site.given for c in conjuncts(n)]
    core = oracle.core(place.ground, [neg(holds), *(rows.holds(n) for n, rows in parts)])
    reasons = [_quoted(*parts[i - 1]) for i in core if i > 0]
    why = f"It follows from {' and '.join(reasons)}. " if reasons else ""
    message = f"The condition of this {_what(place, site)} is always true, all facts being known."
    if site.excuses:
        message = f"This exemption of {place.name} always holds: the duty never binds."
    report.warning(
        "always-true",
        message,
        site.node.span,
        hint=f"{why}Take it away, or correct it.",
    )


def _what(place: Place, site: Site) -> str:
    return f"{site.what} ({place.name})"


def _quoted(node: Expr, rows: Rows) -> str:
    return f"`{rows.text(node)}`"


def excluded(texts: list[str]) -> str:
    """Why some conditions cannot hold together, in words."""
    if len(texts) == 1:
        return f"{texts[0]} holds of no value."
    return f"{' and '.join(texts)} exclude each other."


# --- branches ---------------------------------------------------------------------------------


def check_branches(place: Place, oracle: Oracle, report: Report) -> None:
    """Report branches of ``if`` that are never taken."""
    when = place.when
    given = [place.rows.holds(when)] if when is not None else []
    for site in conditions(place):
        _branches(place, site.node, site.rows, site.before(), oracle, report)
    for node, rows in values(place):
        _branches(place, node, rows, given, oracle, report)


def _branches(
    place: Place, node: Expr, rows: Rows, path: list[Bool], oracle: Oracle, report: Report
) -> None:
    for choice, before in _choices(node, rows, path):
        condition = rows.lowering.lower(choice.condition)
        for taken, branch in ((condition.value, choice.then),
                              (neg(condition.value), choice.otherwise)):  # fmt: skip
            reached = conj(condition.known, taken)
            if oracle.ask(place.ground, *before, reached).answer is Answer.NEVER:
                never = "never" if branch is choice.then else "always"
                report.warning(
                    "dead-branch",
                    f"This branch is never taken: {_quoted(choice.condition, rows)} is {never} "
                    f"true here ({place.name}).",
                    branch.span,
                    hint="Take the branch away, or correct the condition.",
                )
                break


def _choices(node: Expr, rows: Rows, path: list[Bool]) -> Iterator[tuple[If, list[Bool]]]:
    """Every ``if`` in an expression, with what holds when it is reached."""
    if isinstance(node, If):
        yield node, path
        yield from _choices(node.condition, rows, path)
        condition = rows.lowering.lower(node.condition)
        # With an unknown condition both branches are looked at.
        yield from _choices(node.then, rows, [*path, _maybe(condition.known, condition.value)])
        other = _maybe(condition.known, neg(condition.value))
        yield from _choices(node.otherwise, rows, [*path, other])
        return
    for child in children(node):
        if hasattr(child, "type"):
            yield from _choices(child, rows, path)  # type: ignore[arg-type]
        else:
            for inner in children(child):
                if hasattr(inner, "type"):
                    yield from _choices(inner, rows, path)  # type: ignore[arg-type]


def _maybe(known: Bool, value: Bool) -> Bool:
    return neg(conj(known, neg(value)))
