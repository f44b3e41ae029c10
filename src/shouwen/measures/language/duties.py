"""Reads `duty` blocks."""

from __future__ import annotations

from shouwen.measures.diagnostics import did_you_mean
from shouwen.measures.feel.types import BOOLEAN, DATE, DATETIME, PERIOD, Scope, Type
from shouwen.measures.language.blocks import Fields, Value
from shouwen.measures.language.context import Context
from shouwen.measures.language.model import (
    Duty,
    DutyKind,
    Effect,
    Exemption,
    Force,
    Move,
    Performance,
    Relation,
    StartShift,
    Trigger,
)
from shouwen.measures.language.parts import (
    event_relation,
    need_same,
    pair,
    read_bearer,
    read_trigger,
)
from shouwen.measures.language.relations import Header, Shapes
from shouwen.measures.language.tables import read_table

COUNTINGS = ("civil", "elapsed", "working", "same time")
EFFECT_TYPES: dict[Effect, Type | tuple[Type, ...]] = {
    Effect.UNTIL: (DATE, DATETIME),
    Effect.RESTART: DATETIME,
    Effect.EXTEND: PERIOD,
    Effect.PAUSE: DATETIME,
}


def read_duty(context: Context, shapes: Shapes, header: Header) -> Duty | None:
    """A duty: who must do (or not do) what, by when."""
    fields, block = header.fields, header.block
    kind = _kind(context, fields)
    relation = shapes.trigger(header) if kind in (DutyKind.ACHIEVE, DutyKind.PERIODIC) else None
    performances_value = fields.get("do") or fields.get("never")
    first_event = _first_event(context, performances_value)
    if relation is None and kind in (DutyKind.NEVER, DutyKind.MAINTAIN):
        # A prohibition has no trigger but the forbidden event itself.
        relation = first_event
    # Where the trigger is wrong, names are still checked against all fields there are.
    names_of = relation or context.everything()
    scope = context.scope(names_of)
    clock = context.scope(names_of, started=True)
    limits = [k for k in ("within", "by", "ahead") if k in fields]
    if len(limits) > 1:
        context.report.error(
            "two-limits", f"A duty has one time limit; this one has {' and '.join(limits)}.",
            fields.keys[limits[1]].span, hint="Keep one of them, or make two duties.",
        )  # fmt: skip
    outputs: dict[str, Type] = {"within": PERIOD, "by": DATETIME}
    table = read_table(context, block, header.norm, clock, outputs)
    if kind in (DutyKind.ACHIEVE, DutyKind.PERIODIC):
        trigger = read_trigger(context, shapes, header, relation, scope)
    else:
        when = context.value(fields.get("when"), scope, BOOLEAN)
        names = _events(context, performances_value)
        trigger = Trigger(names, when, span=header.span) if relation is not None else None
    if kind is DutyKind.ACHIEVE:
        fields.need("do", "the event that performs the duty (or `never:` for a prohibition)")
    if trigger is None or relation is None:
        return None
    return Duty(
        id=header.id,
        norms=table.norms,
        label=context.label(fields.get("label"), context.clause_label(header.norm)),
        kind=kind,
        force=_force(context, fields),
        who=read_bearer(context, fields.get("who"), relation),
        trigger=trigger,
        same=need_same(context, fields, relation, "case", header.span),
        performances=_performances(context, performances_value, relation),
        within=context.value(fields.get("within"), clock, PERIOD),
        by=context.value(fields.get("by"), clock, (DATE, DATETIME)),
        ahead=context.value(fields.get("ahead"), scope, PERIOD),
        table=table.table,
        starts=_starts(context, fields.get("start"), scope),
        moves=_moves(context, fields.get("moves"), relation),
        exemptions=_exemptions(context, fields.get("unless"), relation),
        window=_window(context, fields.get("during")),
        counting=_one_of(context, fields.get("count"), COUNTINGS),
        calendar=fields.word("calendar") or None,
        span=header.span,
        early=_flag(fields.get("early")),
        at_least=_count(context, fields.get("at least")),
    )


def _flag(value: Value | None) -> bool:
    return value is not None and value.flag()


def _count(context: Context, value: Value | None) -> int:
    if value is None:
        return 1
    word = value.word()
    if not word.isdecimal() or int(word) < 1:
        context.report.error(
            "number", f"'{word}' is no number of times.", value.span, hint="Such as 2."
        )
        return 1
    return int(word)


def _events(context: Context, value: Value | None) -> tuple[str, ...]:
    """The names of the events of a prohibition; what is wrong with them is said elsewhere."""
    found = []
    for item in value.items() if value is not None else ():
        written: Value | None = item
        if item.is_mapping:
            written = next((v for k, _, v in item.pairs() if k == "event"), None)
        event = context.vocabulary.events.get(written.word()) if written is not None else None
        by_label = context.relation_by_label(written.word()) if written is not None else None
        if event is not None or by_label is not None:
            found.append((event or by_label).name)  # type: ignore[union-attr]
    return tuple(found)


def _kind(context: Context, fields: Fields) -> DutyKind:
    never = fields.get("never")
    if never is not None:
        if "do" in fields:
            context.report.error(
                "do-and-never", "A duty says `do` or `never`, not both.", never.span,
                hint="Make two duties of it.",
            )  # fmt: skip
        return DutyKind.MAINTAIN if "during" in fields else DutyKind.NEVER
    return DutyKind.PERIODIC if "every" in fields else DutyKind.ACHIEVE


def _first_event(context: Context, value: Value | None) -> Relation | None:
    for item in value.items() if value is not None else ():
        if item.is_mapping:
            return event_relation(context, item.fields("event", PERFORMANCE_KEYS).get("event"))
        return event_relation(context, item)
    return None


PERFORMANCE_KEYS = ("event", "when", "norm", "for")


def _performances(
    context: Context, value: Value | None, trigger: Relation
) -> tuple[Performance, ...]:
    found = []
    for item in value.items() if value is not None else ():
        fields: Fields | None = None
        event_value: Value | None = item
        if item.is_mapping:
            fields = item.fields("event", PERFORMANCE_KEYS)
            event_value = fields.need("event", "the event that performs the duty")
        event = event_relation(context, event_value)
        if event is None:
            continue
        when, norm, period_of = None, None, None
        if fields is not None:
            scope = context.scope(pair(event, trigger))
            when = context.value(fields.get("when"), scope, BOOLEAN)
            norm = context.norm_reference(fields)
            named = fields.get("for")
            if named is not None:
                period_of = context.column(event, named.word(), named.span)
        found.append(Performance(event.name, when, norm, item.span, period_of))
    return tuple(found)


def _starts(context: Context, value: Value | None, scope: Scope) -> tuple[StartShift, ...]:
    found = []
    for item in value.items() if value is not None else ():
        fields = item.fields("start", ("when", "opening", "at", "norm"))
        opening = fields.get("opening")
        at = fields.get("at")
        if opening is None and at is None:
            context.report.error(
                "start", "This start says neither `opening` nor `at`.", item.span,
                hint="Write `opening: <window>` or `at: <instant>`.",
            )  # fmt: skip
        found.append(
            StartShift(
                context.value(fields.get("when"), scope, BOOLEAN),
                _window(context, opening),
                context.value(at, scope, (DATE, DATETIME)),
                context.norm_reference(fields),
                item.span,
            )
        )
    return tuple(found)


def _moves(context: Context, value: Value | None, trigger: Relation) -> tuple[Move, ...]:
    found = []
    effects = tuple(e.value for e in Effect)
    for item in value.items() if value is not None else ():
        fields = item.fields("move", ("on", "when", "in time", "norm", "cites", *effects))
        event = event_relation(context, fields.need("on", "the event that moves the deadline"))
        named = [e for e in Effect if e.value in fields]
        if len(named) != 1:
            context.report.error(
                "move-effect",
                f"A move has one effect; this one has {len(named)}.",
                item.span,
                hint="Write one of: " + ", ".join(effects) + ".",
            )
            continue
        if event is None:
            continue
        scope = context.scope(pair(event, trigger))
        effect = named[0]
        amount = context.value(fields.get(effect.value), scope, EFFECT_TYPES[effect])
        if amount is None:
            continue
        in_time = fields.get("in time")
        found.append(
            Move(
                event.name,
                context.value(fields.get("when"), scope, BOOLEAN),
                effect,
                amount,
                in_time.flag() if in_time is not None else True,
                context.norm_reference(fields),
                item.span,
                context.norm_reference(fields, "cites"),
            )
        )
    return tuple(found)


def _exemptions(context: Context, value: Value | None, trigger: Relation) -> tuple[Exemption, ...]:
    found = []
    for item in value.items() if value is not None else ():
        fields = item.fields("exemption", ("on", "when", "norm", "in time"))
        in_time = fields.get("in time")
        on = fields.get("on")
        event = event_relation(context, on) if on is not None else None
        if on is None and "when" not in fields:
            context.report.error(
                "exemption", "This exemption says neither `on` nor `when`.", item.span,
                hint="Write the event (`on:`) or the condition (`when:`) that excuses.",
            )  # fmt: skip
        scope = context.scope(pair(event, trigger) if event is not None else trigger)
        when = context.value(fields.get("when"), scope, BOOLEAN)
        found.append(
            Exemption(
                event.name if event is not None else None,
                when,
                context.norm_reference(fields),
                item.span,
                in_time.flag() if in_time is not None else True,
            )
        )
    return tuple(found)


def _window(context: Context, value: Value | None) -> str | None:
    if value is None:
        return None
    word = value.word()
    if word not in context.windows:
        context.report.error(
            "unknown-window", f"There is no window '{word}'.", value.span,
            hint=did_you_mean(word, context.windows) or "Declare it in a window block.",
        )  # fmt: skip
        return None
    return word


def _force(context: Context, fields: Fields) -> Force:
    word = _one_of(context, fields.get("force"), ("binding", "aim", "强制", "目标"))
    return Force.AIM if word in ("aim", "目标") else Force.BINDING


def _one_of(context: Context, value: Value | None, options: tuple[str, ...]) -> str | None:
    if value is None:
        return None
    word = value.word()
    if word not in options:
        context.report.error(
            "unknown-word", f"'{word}' is not known here.", value.span,
            hint=did_you_mean(word, options) or "One of: " + ", ".join(options) + ".",
        )  # fmt: skip
        return None
    return word
