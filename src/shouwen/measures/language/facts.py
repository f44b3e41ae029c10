"""Reads `fact`, `reading` and `window` blocks."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from shouwen.measures.calendars import HoursError, Period, PeriodError, Window, parse_spans
from shouwen.measures.diagnostics import Report, did_you_mean
from shouwen.measures.feel.parse import parse_expression
from shouwen.measures.feel.python import compile_expression
from shouwen.measures.feel.types import ANY, BOOLEAN, NUMBER, STRING, Scope, Type
from shouwen.measures.feel.values import Unknown
from shouwen.measures.language.blocks import Fields, Value
from shouwen.measures.language.constructs import TAKES
from shouwen.measures.language.context import Context
from shouwen.measures.language.document import BlockText
from shouwen.measures.language.model import (
    Earlier,
    Fact,
    Label,
    Reading,
    Relation,
    Take,
    WindowRule,
)
from shouwen.measures.language.parts import read_bearer
from shouwen.measures.language.relations import BREACH, Shapes


def read_reading(context: Context, fields: Fields, block: BlockText) -> None:
    """A reading: a choice, its alternatives, the default and the reason."""
    name = fields.need("id", "the name of the choice")
    options_value = fields.need("options", "at least two alternatives")
    default_value = fields.need("default", "the alternative that holds unless another is chosen")
    if name is None or options_value is None or default_value is None:
        return
    options: dict[str, Label] = {}
    for option, _, value in options_value.pairs():
        options[option] = context.label(value, Label(option, option))
    default = default_value.word()
    norm = context.norm_of(fields, block)
    question = context.label(fields.get("question"), context.clause_label(norm))
    reason = context.label(fields.get("reason"), Label("", ""))
    if len(options) < 2:
        context.report.error(
            "reading-options", "A reading needs at least two alternatives.", options_value.span,
            hint="Where there is only one way to read the text, no reading is needed.",
        )  # fmt: skip
    if default not in options:
        context.report.error(
            "reading-default",
            f"'{default}' is not one of the alternatives.",
            default_value.span,
            hint=did_you_mean(default, options),
        )
        return
    if name.word() in context.readings:
        context.report.error(
            "declared-twice", f"The reading '{name.word()}' is declared twice.", name.span,
            related=(("the first is here", context.readings[name.word()].span),),
            hint="Give one of them another id.",
        )  # fmt: skip
    reading = Reading(name.word(), norm, question, options, default, reason, name.span)
    context.readings[reading.id] = reading


def read_window(context: Context, fields: Fields, block: BlockText) -> None:
    """A window: daily hours, longer ones on special days."""
    name = fields.need("id", "the name of the window")
    daily = fields.need("daily", "the hours, such as 08:00-21:00")
    if name is None or daily is None:
        return
    special = fields.get("special")
    for value, parse in ((daily, Window.parse), (special, parse_spans)):
        if value is None:
            continue
        try:
            parse(value.word())
        except HoursError as error:
            context.report.error(
                "window", str(error), value.span, hint="Write hours as 08:00-21:00."
            )
    context.windows[name.word()] = WindowRule(
        name.word(),
        context.norm_of(fields, block),
        daily.word(),
        special.word() if special is not None else None,
        name.span,
    )


def fact_type(context: Context, fields: Fields, relation: Relation | None) -> Type:
    """The type of a fact, from the column it is drawn from."""
    key = _take(fields)
    if key == "any":
        return BOOLEAN
    if key == "holder":
        return STRING
    if key == "value":
        return ANY
    value = fields.get(key) if key is not None else None
    if key in ("count", "sum", "balance") or relation is None or value is None:
        return NUMBER
    column = _column_word(value.word(), relation)
    found = relation.fields.get(column) or next(
        (f for f in relation.fields.values() if f.label.zh == column), None
    )
    return found.type if found is not None else NUMBER


def fact_take(fields: Fields) -> Take:
    """How a fact is drawn, as far as it says so."""
    key = _take(fields)
    return Take.ANY if key is None else Take(key)


def _take(fields: Fields) -> str | None:
    return next((k for k in TAKES if k in fields), None)


def fact_relation(context: Context, shapes: Shapes, fields: Fields) -> Relation | None:
    """The relation a fact looks at; None for those that look at none (and on an error)."""
    key = _take(fields)
    value = fields.get(key) if key else None
    if value is None or key is None:
        context.report.error(
            "missing-key",
            "This fact does not say what it is drawn from.",
            fields.span,
            hint="Write one of: " + ", ".join(TAKES) + ".",
        )
        return None
    if key in ("value", "holder"):
        return None
    word = value.word()
    if word in (BREACH, "违规"):
        return shapes.breaches(shapes.clauses(fields), value.span)
    if key in ("any", "count", "balance") or word in shapes.headers:
        return shapes.of(word, value.span)
    name, _, column = word.rpartition(".")
    if name in (BREACH, "违规"):
        return shapes.breaches(shapes.clauses(fields), value.span)
    known = {*context.relations, *(r.label.zh for r in context.relations.values())}
    if name not in known:
        context.report.error(
            "unknown-relation",
            f"'{word}' names no field of an event or rule.",
            value.span,
            hint=did_you_mean(name or column, known)
            or "Write it as 'event.field', such as repair.classified.fault.",
        )
        return None
    return shapes.of(name, value.span)


def _column_word(word: str, relation: Relation) -> str:
    for prefix in (relation.name, relation.label.zh):
        if word.startswith(prefix + "."):
            return word[len(prefix) + 1 :]
    return word.rpartition(".")[2]


def read_fact(
    context: Context, shapes: Shapes, fields: Fields, block: BlockText, relation: Relation | None
) -> Fact | None:
    """A fact, with its condition checked against the rows it looks at."""
    name = fields.need("name", "the name expressions use")
    key = _take(fields)
    value = fields.get(key) if key else None
    if name is None or key is None or value is None:
        return None
    for other in TAKES:
        if other in fields and other != key:
            context.report.error(
                "fact-takes", f"A fact cannot be both '{key}' and '{other}'.",
                fields.keys[other].span,
                hint="Make two facts of it.",
            )  # fmt: skip
    take = Take(key)
    asking = context.everything()
    label = Label(fields.word("zh") or name.word(), fields.word("en") or name.word())
    norm_value = fields.get("norm")
    norm = context.norm(norm_value.word(), norm_value.span) if norm_value is not None else None
    bare = Fact(
        name.word(), label, norm, take, "", None, (), None, None, Earlier.NO, None,
        context.facts[name.word()].type, name.span,
    )  # fmt: skip
    if take is Take.VALUE:
        tree = context.value(value, context.scope(asking), None)
        return None if tree is None else replace(bare, value=tree, type=tree.type)
    if take is Take.HOLDER:
        bearer = read_bearer(context, value, asking)
        return None if bearer is None else replace(bare, holder=bearer)
    if relation is None:
        return None
    column: str | None = None
    if take not in (Take.ANY, Take.COUNT, Take.BALANCE):
        column = context.column(relation, _column_word(value.word(), relation), value.span)
    within = _period(context, fields.get("within"))
    scope = context.scope(relation, asking=asking)
    return replace(
        bare,
        relation=relation.name,
        column=column,
        same=_keys(context, fields.get("same"), relation),
        where=context.value(fields.get("where"), scope, BOOLEAN),
        within=within,
        earlier=_earlier(context, fields.get("earlier"), within),
        default=_default(context, fields.get("default"), bare.type, take),
        clauses=shapes.clauses(fields) if relation.name == BREACH else frozenset(),
        distinct=_keys(context, fields.get("distinct"), relation),
    )


def value_fact_type(context: Context, fields: Fields) -> Type:
    """The type of a named expression, as far as it is known yet."""
    value = fields.get("value")
    if value is None:
        return ANY
    scope = context.scope(context.everything())
    tree = parse_expression(value.source_text, scope, Report())
    return ANY if tree is None else tree.type


def _keys(context: Context, value: Value | None, relation: Relation) -> tuple[str, ...]:
    found = []
    for word, span in value.words() if value is not None else ():
        key = context.column(relation, word, span)
        if key is not None:
            found.append(key)
    return tuple(found)


def _earlier(context: Context, value: Value | None, within: Period | None) -> Earlier:
    if value is None:
        return Earlier.YES if within is not None else Earlier.NO
    word = {"是": "yes", "否": "no", "含本行": "inclusive"}.get(value.word(), value.word())
    if word not in ("yes", "no", "inclusive"):
        context.report.error(
            "unknown-word", f"'{word}' is not known here.", value.span,
            hint="yes, no or inclusive.",
        )  # fmt: skip
        return Earlier.NO
    return Earlier(word)


def _default(context: Context, value: Value | None, type_: Type, take: Take) -> object | None:
    """A constant; where none is written, counts and sums of nothing are 0 and 'any' is false."""
    if value is None:
        return {Take.COUNT: Decimal(0), Take.SUM: Decimal(0), Take.ANY: False}.get(take)
    tree = context.expression(value.source_text, Scope({}), type_)
    if tree is None:
        return None
    found = compile_expression(tree)({})
    return None if isinstance(found, Unknown) else found


def _period(context: Context, value: Value | None) -> Period | None:
    if value is None:
        return None
    try:
        return Period.parse(value.word())
    except PeriodError as error:
        context.report.error("period", str(error), value.span, hint="Such as 1年, 30天 or PT2H.")
        return None
