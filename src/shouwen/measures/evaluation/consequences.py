"""Consequences: what follows for whom, how it is modified, who shares it, what was decided."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from shouwen.measures.calendars import Period
from shouwen.measures.evaluation import wording
from shouwen.measures.evaluation.engine import Engine
from shouwen.measures.evaluation.env import Env
from shouwen.measures.evaluation.notes import Note
from shouwen.measures.evaluation.outcomes import (
    Anomaly,
    ConsequenceOutcome,
    Quantity,
    UnknownOutcome,
)
from shouwen.measures.evaluation.periods import ended_periods
from shouwen.measures.evaluation.rows import Row
from shouwen.measures.evaluation.triggers import triggered
from shouwen.measures.feel.values import Amount, Unknown
from shouwen.measures.language.model import Consequence, Modifier, Share

FEN = Decimal("0.01")


@dataclass
class _Draft:
    """A consequence while it is worked out for one row."""

    env: Env
    norm: str
    row: int | None = None
    amounts: dict[str, Quantity] = field(default_factory=dict)
    acts: dict[str, Any] = field(default_factory=dict)
    modified: list[str] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)
    missing: frozenset[str] = frozenset()
    inputs: dict[str, Any] = field(default_factory=dict)


def evaluate_consequence(engine: Engine, rule: Consequence) -> None:
    """Add the outcomes and rows of a consequence."""
    periods = ended_periods(engine, rule.id, rule.trigger)
    environments = list(triggered(engine, rule.id, rule.norms.default, rule.trigger, periods))
    rows: list[Row] = []
    share_rows: list[Row] = []
    for group in _groups(engine, rule, environments):
        drafts = [_draft(engine, rule, env) for env in group]
        chosen = _kept(rule, drafts)
        outcome, own = _outcome(engine, rule, chosen, drafts)
        if outcome is None:
            continue
        engine.outcomes.append(outcome)
        if outcome.status in ("unknown", "waived"):
            continue  # nothing follows from it
        rows.append(own)
        for share in rule.shares:
            shared = _share(engine, rule, share, chosen, outcome, own)
            if shared is not None:
                share_rows.append(shared)
    engine.add_rows(rule.id, rows)
    engine.add_rows(f"{rule.id}.shares", share_rows)


def _groups(engine: Engine, rule: Consequence, environments: list[Env]) -> Iterable[list[Env]]:
    """Rows that have one consequence together, each group in order of time."""
    if not rule.once_per:
        return ([env] for env in environments)
    groups: dict[tuple[Any, ...], list[Env]] = {}
    for env in environments:
        key = tuple(_group_key(engine, env, name) for name in rule.once_per)
        groups.setdefault(key, []).append(env)
    return groups.values()


def _group_key(engine: Engine, env: Env, name: str) -> Any:
    if name == "occasion":
        return occasion_of(env.row)
    value = env[name]
    # What is not known is not known to be the same.
    return (env.row.id,) if isinstance(value, Unknown) else value


def occasion_of(row: Row) -> str:
    """What a row is about: its own occasion, its case, or the event it began with."""
    return str(row.values.get("occasion") or row.values.get("case") or row.origin)


def _draft(engine: Engine, rule: Consequence, env: Env) -> _Draft:
    draft = _Draft(env, rule.norms.default)
    if rule.table is not None:
        decided_ = engine.decide(rule.table, env)
        draft.inputs = decided_.inputs
        if decided_.unknown is not None:
            draft.missing = decided_.unknown.names
            return draft
        if decided_.outputs is None:
            return draft
        draft.row = decided_.number
        draft.norm = rule.norms.of(draft.row)
        for name, value in decided_.outputs.items():
            _give(engine, draft, name, value)
    for name, tree in rule.give.items():
        _give(engine, draft, name, engine.program.expression(tree)(env))
    for modifier in rule.modifiers:
        _modify(engine, draft, modifier)
    return draft


def _give(engine: Engine, draft: _Draft, name: str, value: Any) -> None:
    if isinstance(value, Unknown):
        draft.missing |= value.names
        return
    quantity = engine.measure.vocabulary.quantities.get(name)
    if quantity is None:
        if value is True:
            value = "yes"
        if value not in (None, False, "no"):
            draft.acts[name] = value
        return
    if value is None:
        return
    amount = exact(value)
    draft.amounts[name] = amount
    zh, en = (wording.quantity(engine.measure, name, amount, w) for w in wording.LANGUAGES)
    draft.notes.append(Note(zh, en, draft.norm))


def _modify(engine: Engine, draft: _Draft, modifier: Modifier) -> None:
    holds = engine.program.expression(modifier.when)(draft.env)
    if isinstance(holds, Unknown):
        draft.missing |= holds.names
        return
    if holds is not True:
        return
    changed = False
    if modifier.times is not None:
        factor = engine.program.expression(modifier.times)(draft.env)
        if isinstance(factor, Unknown):
            draft.missing |= factor.names
            return
        for name in modifier.of:
            if name in draft.amounts:
                before = draft.amounts[name]
                draft.amounts[name] = scaled(before, Decimal(factor))
                changed = True
                _step(engine, draft, modifier, name, before, "×", Decimal(factor))
    for name, tree in modifier.plus.items():
        more = engine.program.expression(tree)(draft.env)
        if isinstance(more, Unknown):
            draft.missing |= more.names
            return
        before = draft.amounts.get(name, Decimal(0))
        more = exact(more)
        draft.amounts[name] = added(before, more)
        changed = True
        _step(engine, draft, modifier, name, before, "+", more)
    if changed:
        draft.modified.append(modifier.norm)


def _step(
    engine: Engine,
    draft: _Draft,
    modifier: Modifier,
    name: str,
    before: Quantity,
    sign: str,
    by: Quantity,
) -> None:
    unit = engine.measure.vocabulary.quantities[name].unit
    parts = []
    for language in wording.LANGUAGES:
        start = wording.quantity(engine.measure, name, before, language)
        # What is added has the unit of the amount; a factor has none.
        own = wording.pick(unit, language) if sign == "+" else ""
        end = wording.amount(draft.amounts[name], wording.pick(unit, language), language)
        step = f"{start} {sign} {wording.amount(by, own, language)} = {end}"
        colon = "：" if language == "zh" else ": "
        parts.append(wording.pick(modifier.label, language).rstrip(".") + colon + step)
    draft.notes.append(Note(parts[0], parts[1], modifier.norm))


def _kept(rule: Consequence, drafts: list[_Draft]) -> _Draft:
    if rule.keep is None or len(drafts) == 1:
        return drafts[0]
    name = rule.keep

    def most(draft: _Draft) -> tuple[bool, Decimal]:
        amount = draft.amounts.get(name, Decimal(0))
        if isinstance(amount, Amount):
            return (amount.hi is None, amount.hi if amount.hi is not None else amount.lo)
        return (False, amount)

    return max(drafts, key=most)  # the first of equals


def _outcome(
    engine: Engine, rule: Consequence, draft: _Draft, group: list[_Draft]
) -> tuple[ConsequenceOutcome | None, Row]:
    env = draft.env
    if rule.table is not None and draft.row is None and not draft.missing and not draft.amounts:
        return None, env.row
    to = engine.person(rule.to, env)
    missing = draft.missing
    if isinstance(to, Unknown):
        missing, to = missing | to.names, None
    elif to is None:
        return None, env.row  # a vacant post, or the issuer itself: nobody bears it
    evidence: dict[str, None] = {}
    readings: set[str] = set()
    for member in group:
        evidence.update(member.env.evidence)
        readings |= member.env.readings
    broken = tuple(dict.fromkeys(n for d in group for n in _broken(d)))
    key = _name(engine, rule, env)
    unit = engine.unit_for(env, to)
    outcome = ConsequenceOutcome(
        id=f"{rule.id}:{key}",
        rule=rule.id,
        norm=draft.norm,
        at=env.row.at,
        events=tuple(evidence),
        readings=engine.chosen(readings),
        row=draft.row,
        inputs=draft.inputs,
        facts=engine.facts_of(env),
        notes=tuple(draft.notes),
        because=tuple(b for d in group for b in engine.because(rule.id, d.env)),
        to=None if to is None else str(to),
        unit=unit,
        status="unknown" if missing else "proposed",
        norms=broken,
        amounts={n: rounded(engine, n, a) for n, a in draft.amounts.items()},
        acts=draft.acts,
        modified=tuple(draft.modified),
        missing=missing,
    )
    if not missing:
        outcome = decided(engine, outcome)
    return outcome, _row(env, outcome, rule.id, frozenset(readings))


def _broken(draft: _Draft) -> tuple[str, ...]:
    """The norms broken: of a consequence that follows from another, those of that one."""
    values = draft.env.row.values
    norms: tuple[str, ...] = values.get("norms", ())
    return norms or (str(values.get("norm") or draft.norm),)


def _name(engine: Engine, rule: Consequence, env: Env) -> str:
    if not rule.once_per:
        return env.row.id
    keys = [str(_group_key(engine, env, k)) for k in rule.once_per]
    return ":".join(keys)


def _row(env: Env, outcome: ConsequenceOutcome, relation: str, readings: frozenset[str]) -> Row:
    values = dict(env.row.values)
    values.pop("person", None)
    own = {
        "norm": outcome.norm,
        "norms": outcome.norms,
        "person": outcome.to,
        "unit": outcome.unit,
        "occasion": occasion_of(env.row),
        "status": outcome.status,
        "share_of": outcome.share_of,
        **outcome.amounts,
        **outcome.acts,
    }
    values |= {k: v for k, v in own.items() if v is not None}
    return Row(relation, outcome.id, env.row.at, values, env.row.origin, outcome.events, readings)


def decided(engine: Engine, outcome: ConsequenceOutcome) -> ConsequenceOutcome:
    """The outcome as a person decided it, if someone did and stayed inside the range."""
    decision = None
    for event in engine.history.of("decision.made"):
        if event.facts.get("proposal") == outcome.id:
            decision = event
    if decision is None:
        return outcome
    events = tuple(dict.fromkeys((*outcome.events, decision.id)))
    if decision.facts.get("outcome") in ("waived", "不予处理"):
        note = Note("决定不予处理", "decided: waived")
        return replace(outcome, status="waived", events=events, notes=(*outcome.notes, note))
    amounts = dict(outcome.amounts)
    notes = list(outcome.notes)
    for name, proposed in outcome.amounts.items():
        value = decision.facts.get(name)
        if value is None:
            continue
        value = Decimal(value)
        if not contains(proposed, value):
            _outside(engine, outcome, decision, name, proposed, value)
            return outcome
        amounts[name] = value
        zh, en = (wording.quantity(engine.measure, name, value, w) for w in wording.LANGUAGES)
        notes.append(Note(f"决定{zh}", f"decided: {en}", outcome.norm))
    # Who settles one of two ranges has not decided yet.
    open_ranges = any(isinstance(a, Amount) for a in amounts.values())
    status = "proposed" if open_ranges else "decided"
    return replace(outcome, status=status, amounts=amounts, events=events, notes=tuple(notes))


def _outside(
    engine: Engine,
    outcome: ConsequenceOutcome,
    decision: Any,
    name: str,
    proposed: Quantity,
    value: Decimal,
) -> None:
    zh, en = (wording.quantity(engine.measure, name, value, w) for w in wording.LANGUAGES)
    unit = engine.measure.vocabulary.quantities[name].unit
    engine.outcomes.append(
        Anomaly(
            id=f"{outcome.id}:{decision.id}",
            rule=outcome.rule,
            norm=outcome.norm,
            at=decision.at,
            events=(decision.id,),
            because=(outcome.id,),
            zh=f"决定{zh}，超出幅度{wording.amount(proposed, unit.zh)}，不生效",
            en=f"decided: {en}; it lies outside {wording.amount(proposed, unit.en, 'en')} and has "
            "no effect",
        )
    )


def _share(
    engine: Engine,
    rule: Consequence,
    share: Share,
    draft: _Draft,
    whole: ConsequenceOutcome,
    own: Row,
) -> Row | None:
    """A share of the amounts for another person, as an outcome of its own."""
    env = draft.env
    if share.when is not None:
        holds = engine.program.expression(share.when)(env)
        if isinstance(holds, Unknown):
            _share_unknown(engine, rule, share, whole, holds.names)
            return None
        if holds is not True:
            return None
    to = engine.person(share.to, env)
    if isinstance(to, Unknown):
        _share_unknown(engine, rule, share, whole, to.names)
        return None
    if to is None or to == whole.to:
        return None  # a vacant post; nobody bears a share of his own consequence
    percent = engine.program.expression(share.percent)(env)
    if isinstance(percent, Unknown):
        _share_unknown(engine, rule, share, whole, percent.names)
        return None
    amounts: dict[str, Quantity] = {}
    notes: list[Note] = []
    for name in share.of:
        base = whole.amounts.get(name)
        if base is None:
            continue
        part = rounded(engine, name, scaled(base, exact(percent)))
        amounts[name] = part
        notes.append(_share_note(engine, share, name, base, exact(percent), part))
    if not amounts:
        return None
    outcome = ConsequenceOutcome(
        id=f"{whole.id}#{share.norm}",
        rule=rule.id,
        norm=share.norm,
        at=whole.at,
        events=tuple(env.evidence) + tuple(e for e in whole.events if e not in env.evidence),
        readings=engine.chosen({r for r, _ in whole.readings} | env.readings),
        facts=whole.facts,
        notes=tuple(notes),
        because=(whole.id,),
        to=str(to),
        unit=whole.unit,
        status=whole.status,
        norms=whole.norms,
        amounts=amounts,
        acts={},
        share_of=whole.id,
    )
    outcome = decided(engine, outcome)
    engine.outcomes.append(outcome)
    if outcome.status == "waived":
        return None
    rests_on = frozenset(r for r, _ in outcome.readings)
    return _row(env, outcome, f"{rule.id}.shares", rests_on)


def _share_note(
    engine: Engine, share: Share, name: str, base: Quantity, percent: Quantity, part: Quantity
) -> Note:
    unit = engine.measure.vocabulary.quantities[name].unit
    parts = []
    for language in wording.LANGUAGES:
        start = wording.quantity(engine.measure, name, base, language)
        end = wording.amount(part, wording.pick(unit, language), language)
        colon = "：" if language == "zh" else ": "
        label = wording.pick(share.label, language).rstrip(".")
        parts.append(f"{label}{colon}{start} × {shown_percent(percent)} = {end}")
    return Note(parts[0], parts[1], share.norm)


def _share_unknown(
    engine: Engine,
    rule: Consequence,
    share: Share,
    whole: ConsequenceOutcome,
    missing: frozenset[str],
) -> None:
    engine.outcomes.append(
        UnknownOutcome(
            id=f"{whole.id}#{share.norm}",
            rule=rule.id,
            norm=share.norm,
            at=whole.at,
            events=whole.events,
            readings=whole.readings,
            facts=whole.facts,
            because=(whole.id,),
            missing=missing,
        )
    )


# --- amounts ------------------------------------------------------------------------------------


def exact(value: Any) -> Quantity:
    """A number as a number, also where it is written as a range with one end."""
    if isinstance(value, Amount):
        return Decimal(value.lo) if value.lo == value.hi else value
    return Decimal(value)


def scaled(amount: Quantity, factor: Decimal | Amount) -> Quantity:
    """An amount times a factor; ranges end to end."""
    if isinstance(factor, Amount):
        low = amount.lo if isinstance(amount, Amount) else amount
        high = amount.hi if isinstance(amount, Amount) else amount
        top = None if high is None or factor.hi is None else high * factor.hi
        return Amount(low * factor.lo, top)
    if isinstance(amount, Amount):
        return Amount(amount.lo * factor, None if amount.hi is None else amount.hi * factor)
    return amount * factor


def added(a: Quantity, b: Quantity) -> Quantity:
    """The sum of two amounts."""
    if not isinstance(a, Amount) and not isinstance(b, Amount):
        return a + b
    first = a if isinstance(a, Amount) else Amount(a, a)
    second = b if isinstance(b, Amount) else Amount(b, b)
    high = None if first.hi is None or second.hi is None else first.hi + second.hi
    return Amount(first.lo + second.lo, high)


def contains(amount: Quantity, value: Decimal) -> bool:
    """Whether a decided value lies inside what was proposed."""
    if isinstance(amount, Amount):
        return amount.lo <= value and (amount.hi is None or value <= amount.hi)
    return amount == value


def rounded(engine: Engine, name: str, amount: Quantity) -> Quantity:
    """Money to the fen, half up; points stay exact."""
    if not engine.measure.vocabulary.quantities[name].unit.zh.startswith("元"):
        return amount

    def fen(value: Decimal) -> Decimal:
        return value.quantize(FEN, ROUND_HALF_UP).normalize() + 0

    if isinstance(amount, Amount):
        return Amount(fen(amount.lo), None if amount.hi is None else fen(amount.hi))
    return fen(amount)


def shown_percent(percent: Quantity) -> str:
    """A rate for people."""
    if isinstance(percent, Amount):
        return f"{shown_percent(percent.lo)}–{shown_percent(percent.hi or percent.lo)}"
    return f"{wording.number(percent * 100)}%"


def is_period(value: Any) -> bool:
    """Whether an act is given for a period (a suspension of 2 years)."""
    return isinstance(value, Period)
