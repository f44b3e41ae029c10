"""Reads `finding`, `consequence`, `ledger`, `grade` and `right` blocks."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation

from shouwen.measures.diagnostics import did_you_mean
from shouwen.measures.feel.outcomes import parse_outcome
from shouwen.measures.feel.tree import Expr, Literal
from shouwen.measures.feel.types import BOOLEAN, DATETIME, NUMBER, PERIOD, RangeType, Scope, Type
from shouwen.measures.language.blocks import Value
from shouwen.measures.language.context import Context
from shouwen.measures.language.model import (
    Consequence,
    Finding,
    Grade,
    Label,
    Ledger,
    LedgerSource,
    Modifier,
    Relation,
    Right,
    Share,
    Threshold,
)
from shouwen.measures.language.parts import PERIODS, read_bearer, read_trigger
from shouwen.measures.language.relations import ACT, OCCASION, THRESHOLD_KEYS, Header, Shapes
from shouwen.measures.language.tables import read_table

AMOUNT = RangeType(NUMBER)


def read_finding(context: Context, shapes: Shapes, header: Header) -> Finding | None:
    """A finding: which event makes a breach of the norm it names."""
    fields = header.fields
    relation = shapes.trigger(header)
    scope = context.scope(relation or context.everything())
    trigger = read_trigger(context, shapes, header, relation, scope)
    cites, at = fields.get("cites"), fields.get("at")
    who = read_bearer(context, fields.need("who", "the person who broke the norm"), relation)
    if relation is None or trigger is None or who is None:
        return None
    column = at_field = None
    if cites is not None:
        column = context.column(relation, cites.word(), cites.span)
    if at is not None:
        at_field = context.column(relation, at.word(), at.span)
    if cites is not None and column and relation.fields[column].type != context.vocabulary.norms:
        context.report.error(
            "cites", f"'{column}' is not of type norm.", cites.span,
            hint="Declare the fact with the type norm.",
        )  # fmt: skip
    label = context.label(fields.get("label"), context.clause_label(header.norm))
    return Finding(header.id, header.norm, label, trigger, who, column, header.span, at_field)


def _outputs(context: Context) -> dict[str, Type]:
    found: dict[str, Type] = dict.fromkeys(context.vocabulary.quantities, AMOUNT)
    found |= dict.fromkeys(context.vocabulary.acts, ACT)
    return found


def _output_name(context: Context, word: str, value: Value) -> str | None:
    vocabulary = context.vocabulary
    labels = {q.label.zh: n for n, q in vocabulary.quantities.items()}
    labels |= {label.zh: n for n, label in vocabulary.acts.items()}
    name = labels.get(word, word)
    if name not in vocabulary.quantities and name not in vocabulary.acts:
        known = [*vocabulary.quantities, *vocabulary.acts, *labels]
        context.report.error(
            "unknown-amount", f"There is no amount or act '{word}'.", value.span,
            hint=did_you_mean(word, known) or "Declare it under amounts or acts.",
        )  # fmt: skip
        return None
    return name


def _given(context: Context, value: Value | None, scope: Scope) -> dict[str, Expr]:
    found: dict[str, Expr] = {}
    for word, _, item in value.pairs() if value is not None else ():
        name = _output_name(context, word, item)
        if name is None:
            continue
        tree = _amount_or_act(context, name, item, scope)
        if tree is not None:
            found[name] = tree
    return found


def _amount_or_act(context: Context, name: str, item: Value, scope: Scope) -> Expr | None:
    if name in context.vocabulary.quantities:
        return parse_outcome(item.source_text, scope, context.report, AMOUNT)
    member = ACT.member(item.word())
    if member is not None:
        return Literal(member, span=item.span, type=ACT)
    return context.value(item, scope, (PERIOD, BOOLEAN))


def read_consequence(context: Context, shapes: Shapes, header: Header) -> Consequence | None:
    """A consequence: to whom, how much, how modified, who shares it."""
    fields = header.fields
    relation = shapes.trigger(header)
    scope = context.scope(relation or context.everything())
    trigger = read_trigger(context, shapes, header, relation, scope)
    # Where no row applies nothing follows; that is no gap.
    table = read_table(context, header.block, header.norm, scope, _outputs(context), gaps=False)
    give = _given(context, fields.get("give"), scope)
    to = read_bearer(context, fields.need("to", "who bears it"), relation)
    if not give and table.table is None and "give" not in fields:
        context.report.error(
            "no-consequence", "This consequence gives nothing.", header.span,
            hint="Add `give:` with amounts or acts, or a table.",
        )  # fmt: skip
    once = fields.get("once per")
    once_per: list[str] = []
    for word, span in once.words() if once is not None else ():
        if word in ("occasion", OCCASION.label.zh):
            once_per.append("occasion")
        elif word in context.facts:
            once_per.append(word)
        elif relation is not None:
            column = context.column(relation, word, span)
            once_per += [column] if column is not None else []
    if relation is None or trigger is None or to is None:
        return None
    return Consequence(
        header.id,
        table.norms,
        context.label(fields.get("label"), context.clause_label(header.norm)),
        trigger,
        to,
        tuple(once_per),
        give,
        table.table,
        _modifiers(context, header, scope),
        _shares(context, header, scope, relation),
        header.span,
        _keep(context, fields.get("keep")),
    )


def _keep(context: Context, value: Value | None) -> str | None:
    """``highest fine`` (最高罚款); ``first`` is what happens anyway."""
    if value is None or value.word() in ("first", "最先"):
        return None
    word = value.word().removeprefix("highest").removeprefix("最高").strip()
    return _output_name(context, word, value)


def _quantities(context: Context, value: Value | None) -> tuple[str, ...]:
    if value is None:
        return tuple(context.vocabulary.quantities)
    found = [_output_name(context, v.word(), v) for v in value.items()]
    return tuple(n for n in found if n is not None)


def _modifiers(context: Context, header: Header, scope: Scope) -> tuple[Modifier, ...]:
    value = header.fields.get("modify")
    found = []
    for item in value.items() if value is not None else ():
        fields = item.fields("modifier", ("label", "norm", "when", "times", "plus", "of"))
        when = context.value(fields.need("when", "the condition it applies under"), scope, BOOLEAN)
        if "times" not in fields and "plus" not in fields:
            context.report.error(
                "modifier", "This modifier changes nothing.", item.span,
                hint="Add `times: 2` or `plus: {fine: 50元}`.",
            )  # fmt: skip
        norm = context.norm_reference(fields) or header.norm
        if when is None:
            continue
        found.append(
            Modifier(
                context.label(fields.get("label"), context.clause_label(norm)),
                norm,
                when,
                context.value(fields.get("times"), scope, NUMBER),
                _given(context, fields.get("plus"), scope),
                _quantities(context, fields.get("of")),
                item.span,
            )
        )
    return tuple(found)


def _shares(
    context: Context, header: Header, scope: Scope, relation: Relation
) -> tuple[Share, ...]:
    value = header.fields.get("shares")
    found = []
    for item in value.items() if value is not None else ():
        fields = item.fields("share", ("label", "norm", "when", "of", "percent", "to"))
        percent_value = fields.need("percent", "the part that is borne, such as 10%")
        to = read_bearer(
            context, fields.need("to", "who bears it, such as 'chief of unit'"), relation
        )
        norm = context.norm_reference(fields) or header.norm
        when = context.value(fields.get("when"), scope, BOOLEAN)
        if percent_value is None or to is None:
            continue
        percent = parse_outcome(percent_value.source_text, scope, context.report, AMOUNT)
        if percent is None:
            continue
        found.append(
            Share(
                context.label(fields.get("label"), context.clause_label(norm)),
                norm,
                when,
                _quantities(context, fields.get("of")),
                percent,
                to,
                item.span,
            )
        )
    return tuple(found)


def read_ledger(context: Context, shapes: Shapes, header: Header) -> Ledger | None:
    """A ledger: base, period, entries and thresholds."""
    fields = header.fields
    quantity_value = fields.need("of", "the amount that is booked, such as points")
    entries = fields.need("entries", "what is booked")
    if quantity_value is None or entries is None:
        return None
    quantity = _output_name(context, quantity_value.word(), quantity_value)
    sources = []
    for item in entries.items():
        parts = item.fields("entry", ("on", "take", "sign"))
        on, take = parts.need("on", "the rule whose amounts are booked"), parts.get("take")
        relation = shapes.of(on.word(), on.span) if on is not None else None
        if relation is None or on is None:
            continue
        column = quantity
        if take is not None:
            column = context.column(relation, take.word(), take.span)
        sign = parts.word("sign", "minus")
        if sign not in ("plus", "minus", "加", "减"):
            context.report.error(
                "sign", f"'{sign}' is no sign.", parts.values["sign"].span, hint="plus or minus."
            )
        if column is not None:
            sources.append(
                LedgerSource(relation.name, column, 1 if sign in ("plus", "加") else -1, item.span)
            )
    relation = context.relations.get(header.id)
    scope = context.scope(relation)
    period = fields.get("period")
    if period is not None and period.word() not in PERIODS:
        context.report.error(
            "every", f"'{period.word()}' is no period.", period.span,
            hint="One of: " + ", ".join(PERIODS) + ".",
        )  # fmt: skip
    return Ledger(
        header.id,
        header.norm,
        context.label(fields.get("label"), context.clause_label(header.norm)),
        quantity or "",
        fields.word("per", "person"),
        PERIODS.get(period.word()) if period is not None else None,
        _number(context, fields.get("base")),
        tuple(sources),
        _thresholds(context, header, scope),
        header.span,
    )


def _number(context: Context, value: Value | None) -> Decimal:
    if value is None:
        return Decimal(0)
    try:
        return Decimal(value.word())
    except InvalidOperation:
        context.report.error(
            "number", f"'{value.word()}' is no number.", value.span, hint="Such as 12 or 0.5."
        )
        return Decimal(0)


def _thresholds(context: Context, header: Header, scope: Scope) -> tuple[Threshold, ...]:
    value = header.fields.get("thresholds")
    found = []
    for item in value.items() if value is not None else ():
        fields = item.fields("threshold", THRESHOLD_KEYS)
        name = fields.need("id", "the name other rules use")
        when = context.value(fields.need("when", "such as balance <= 0"), scope, BOOLEAN)
        norm = context.norm_reference(fields) or header.norm
        if name is None or when is None:
            continue
        label = context.label(fields.get("label"), context.clause_label(norm))
        found.append(Threshold(f"{header.id}.{name.word()}", norm, label, when, item.span))
    return tuple(found)


def read_grade(context: Context, shapes: Shapes, header: Header) -> Grade | None:
    """A grade: a table over the facts of a subject."""
    fields = header.fields
    relation = shapes.trigger(header)
    scope = context.scope(relation or context.everything())
    trigger = read_trigger(context, shapes, header, relation, scope)
    made = context.relations.get(header.id)
    outputs = {n: f.type for n, f in made.fields.items()} if made is not None else {}
    table = read_table(context, header.block, header.norm, scope, outputs)
    if table.table is None:
        context.report.error(
            "no-table", "A grade is decided by a table; there is none.", header.span,
            hint="Put a Markdown table directly behind the block.",
        )  # fmt: skip
    subject_value = fields.get("of")
    subject = subject_value.word() if subject_value is not None else "person"
    if trigger is None or table.table is None:
        return None
    label = context.label(fields.get("label"), context.clause_label(header.norm))
    return Grade(header.id, table.norms, label, trigger, subject, table.table, header.span)


def read_right(context: Context, shapes: Shapes, header: Header) -> Right | None:
    """A right: who may do what, from when on."""
    fields = header.fields
    relation = shapes.trigger(header)
    scope = context.scope(relation or context.everything())
    trigger = read_trigger(context, shapes, header, relation, scope)
    may = fields.need("may", "what the right allows")
    who = fields.need("who", "who has the right")
    table = read_table(context, header.block, header.norm, scope, {"may": BOOLEAN})
    until = context.value(fields.get("until"), scope, DATETIME)
    if trigger is None or may is None or who is None:
        return None
    return Right(
        header.id,
        table.norms,
        context.label(fields.get("label"), context.clause_label(header.norm)),
        trigger,
        who.word(),
        context.label(may, Label("", "")),
        until,
        header.span,
        table.table,
    )
