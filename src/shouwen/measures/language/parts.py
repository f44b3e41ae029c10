"""Parts that several rules share: triggers, bearers, expressions over two rows."""

from __future__ import annotations

import re

from shouwen.measures.diagnostics import Span, did_you_mean
from shouwen.measures.feel.tree import Expr
from shouwen.measures.feel.types import BOOLEAN, DATE, DATETIME, STRING, Scope
from shouwen.measures.language.blocks import Fields, Value
from shouwen.measures.language.context import Context
from shouwen.measures.language.model import Bearer, Each, Relation, Trigger
from shouwen.measures.language.relations import BREACH, EACH_KEYS, Header, Shapes

PERIODS = {
    "day": "day",
    "week": "week",
    "month": "month",
    "quarter": "quarter",
    "half-year": "half-year",
    "year": "year",
    "日": "day",
    "周": "week",
    "月": "month",
    "季": "quarter",
    "季度": "quarter",
    "半年": "half-year",
    "年": "year",
}

DUE = re.compile(
    r"day \d{1,2}|第?\d{1,2}日|last day|最后一日|\d{2}-\d{2}|\+\d{1,3} days?|次期\d{1,3}日内"
)


def read_trigger(
    context: Context, shapes: Shapes, header: Header, relation: Relation | None, scope: Scope
) -> Trigger | None:
    """What sets a rule off."""
    fields = header.fields
    when = context.value(fields.get("when"), scope, BOOLEAN)
    on, every = fields.get("on"), fields.get("every")
    if on is not None and every is not None:
        context.report.error(
            "two-triggers", "A rule is triggered by `on` or by `every`, not by both.",
            every.span, hint="Take one of them away.",
        )  # fmt: skip
    if on is not None and relation is not None:
        names = tuple(r.name for r in shapes.triggers(header))
        clauses = shapes.clauses(fields) if BREACH in names else frozenset[str]()
        return Trigger(names, when, clauses, span=on.span)
    if every is None:
        if on is None:
            fields.need("on", "the event or rule that sets it off (or `every:` for periodic ones)")
        return None
    period = PERIODS.get(every.word())
    if period is None:
        context.report.error(
            "every", f"'{every.word()}' is no period of a calendar.", every.span,
            hint=did_you_mean(every.word(), PERIODS) or "One of: " + ", ".join(PERIODS) + ".",
        )  # fmt: skip
        return None
    return Trigger((), when, every=period, each=_each(context, fields),
                   due=_due(context, fields), span=every.span)  # fmt: skip


def _each(context: Context, fields: Fields) -> Each | None:
    value = fields.get("each")
    if value is None:
        return None
    parts = value.fields("each", EACH_KEYS)
    key, source = parts.need("key", "the key that names whom it is about"), parts.get("in")
    if source is None:
        parts.need("in", "the event or rule whose rows say who there is")
    if key is None or source is None:
        return None
    relation = context.relation(source.word(), source.span)
    if relation is None:
        return None
    column = context.column(relation, key.word(), key.span)
    scope = context.scope(relation)
    kinds = (DATE, DATETIME)
    start = context.value(parts.get("from"), scope, kinds)
    until = context.value(parts.get("until"), scope, kinds)
    if column is None:
        return None
    return Each(key.word(), relation.name, column, start, until, value.span)


def _due(context: Context, fields: Fields) -> str | None:
    value = fields.get("due")
    if value is None:
        return None
    word = value.word()
    if not DUE.fullmatch(word):
        context.report.error(
            "due", f"'{word}' is no due day.", value.span,
            hint="Write 'day 25', 'last day', '12-30' or '+5 days' (into the next period).",
        )  # fmt: skip
        return None
    return word


def read_bearer(context: Context, value: Value | None, relation: Relation | None) -> Bearer | None:
    """A person or unit: a key of the row, or the holder of a post ("chief of unit")."""
    if value is None or relation is None:
        return None
    word, span = value.word(), value.span
    post: str | None = None
    match = re.fullmatch(r"(.+?) of (\S+)", word) or None
    if match is None:
        chinese = re.fullmatch(r"(.+?)的(.+)", word)
        if chinese is not None:
            word, post = chinese.group(1), chinese.group(2)
    else:
        post, word = match.group(1), match.group(2)
    if post is not None:
        found = _post_named(context, post)
        if found is None:
            posts = context.vocabulary.posts
            known = [*posts, *(label.zh for label in posts.values())]
            context.report.error(
                "unknown-post", f"There is no post '{post}'.", span,
                hint=did_you_mean(post, known) or "Declare it under posts.",
            )  # fmt: skip
            return None
        post = found
        if word in ("unit", "单位") and "unit" not in relation.fields:
            return Bearer("unit", post, span)
    elif word not in relation.fields:
        alone = _post_named(context, word)
        if alone is not None:
            return Bearer("", alone, span)
    fact = _person_fact(context, word)
    if fact is not None and word not in relation.fields:
        return Bearer(fact, post, span)
    column = context.column(relation, word, span)
    return None if column is None else Bearer(column, post, span)


def _post_named(context: Context, word: str) -> str | None:
    """The post of that id or label."""
    for name, label in context.vocabulary.posts.items():
        if word in (name, label.zh):
            return name
    return None


def _person_fact(context: Context, word: str) -> str | None:
    """The fact of that name or label, if it is one that can name a person."""
    for fact in context.facts.values():
        if word in (fact.name, fact.label.zh) and fact.type == STRING:
            return fact.name
    return None


def pair(first: Relation, second: Relation | None) -> Relation:
    """The names an expression about two rows may use: those of the first come first."""
    if second is None:
        return first
    return Relation(first.name, first.label, {**second.fields, **first.fields}, first.span)


def event_relation(context: Context, value: Value | None) -> Relation | None:
    """An event type (not a rule) by name or label."""
    if value is None:
        return None
    word = value.word()
    events = context.vocabulary.events
    found = events.get(word) or next((e for e in events.values() if e.label.zh == word), None)
    if found is None:
        known = [*events, *(e.label.zh for e in events.values())]
        context.report.error(
            "unknown-event", f"There is no event '{word}'.", value.span,
            hint=did_you_mean(word, known) or "Declare it under events in a vocabulary.",
        )  # fmt: skip
    return found


def need_same(
    context: Context, fields: Fields, first: Relation | None, default: str, span: Span
) -> tuple[str, ...]:
    """The keys in which two rows agree."""
    value = fields.get("same")
    if value is None:
        if first is not None and default in first.fields:
            return (default,)
        return ()
    if not value.is_list and value.word() in ("none", "无"):
        return ()
    found = []
    for word, place in value.words():
        column = context.column(first, word, place) if first is not None else word
        if column is not None:
            found.append(column)
    return tuple(found)


def is_breach(relation: Relation | None) -> bool:
    """Whether rows of the relation are breaches."""
    return relation is not None and (
        relation.name == BREACH or relation.name.startswith("breach of ")
    )


def all_expressions(*items: Expr | None) -> tuple[Expr, ...]:
    """The expressions that are there."""
    return tuple(e for e in items if e is not None)
