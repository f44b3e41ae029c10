"""Reads `vocabulary` blocks: entities, enumerations, event types, posts, amounts, acts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from shouwen.measures.diagnostics import Report, Span, did_you_mean
from shouwen.measures.feel.lexicon import RESERVED
from shouwen.measures.feel.types import (
    BOOLEAN,
    DATE,
    DATETIME,
    NUMBER,
    PERIOD,
    STRING,
    TIME,
    EnumType,
    Type,
)
from shouwen.measures.language.blocks import Value
from shouwen.measures.language.model import Field, Label, Quantity, Relation, Vocabulary

BASIC: dict[str, Type] = {
    "text": STRING,
    "number": NUMBER,
    "money": NUMBER,
    "boolean": BOOLEAN,
    "date": DATE,
    "time": TIME,
    "instant": DATETIME,
    "period": PERIOD,
}
BASIC_ZH = {
    "文本": "text",
    "数字": "number",
    "金额": "money",
    "是否": "boolean",
    "日期": "date",
    "时刻": "instant",
    "期间": "period",
}
SECTIONS = ("entities", "types", "events", "posts", "roles", "amounts", "acts")

ID = Field("id", STRING, Label("编号", "id"))
AT = Field("at", DATETIME, Label("时间", "at"))
DECISION = "decision.made"


@dataclass
class VocabularyBuilder:
    """Collects the words of all vocabulary blocks, then becomes a `Vocabulary`."""

    entities: dict[str, Label] = field(default_factory=dict)
    types: dict[str, Type] = field(default_factory=dict)
    member_labels: dict[tuple[str, str], Label] = field(default_factory=dict)
    events: dict[str, Relation] = field(default_factory=dict)
    posts: dict[str, Label] = field(default_factory=dict)
    roles: dict[str, Label] = field(default_factory=dict)
    quantities: dict[str, Quantity] = field(default_factory=dict)
    acts: dict[str, Label] = field(default_factory=dict)
    norms: EnumType = field(default_factory=lambda: EnumType("norm", ()))
    pending_events: list[tuple[str, Span, Value]] = field(default_factory=list)

    def read(self, block: Value, report: Report) -> None:
        """Take in one block; event types wait until every type is known."""
        fields = block.fields("vocabulary", SECTIONS)
        simple = {
            "entities": self.entities,
            "posts": self.posts,
            "roles": self.roles,
            "acts": self.acts,
        }
        for section, target in simple.items():
            value = fields.get(section)
            for name, place, item in value.pairs() if value else ():
                self._once(name, place, target, report, section)
                target[name] = _label(item, name)
        types = fields.get("types")
        for name, place, item in types.pairs() if types else ():
            self._once(name, place, self.types, report, "types")
            self._enum(name, item, report)
        amounts = fields.get("amounts")
        for name, place, item in amounts.pairs() if amounts else ():
            self._once(name, place, self.quantities, report, "amounts")
            parts = item.fields("amount", ("zh", "en", "unit"))
            unit = parts.get("unit")
            default = Label("元", "yuan")
            self.quantities[name] = Quantity(
                name, _label(item, name), default if unit is None else _label(unit, "")
            )
        events = fields.get("events")
        for name, place, item in events.pairs() if events else ():
            if any(name == n for n, _, _ in self.pending_events):
                self._twice(name, place.span, report, "events")
            self.pending_events.append((name, place.span, item))

    def finish(self, report: Report) -> None:
        """Read the event types, now that every type and entity is known."""
        for name, span, item in self.pending_events:
            parts = item.fields("event type", ("zh", "en", "facts"))
            label = Label(parts.word("zh") or name, parts.word("en") or name)
            columns: dict[str, Field] = {"id": ID, "at": AT}
            facts = parts.get("facts")
            for fact, fact_place, value in facts.pairs() if facts else ():
                if fact in columns:
                    self._twice(fact, fact_place.span, report, "facts")
                    continue
                found = self._field(fact, value, report)
                if found is not None and not is_reserved(found.label.zh, fact_place, report):
                    is_reserved(fact, fact_place, report)
                    columns[fact] = found
            self.events[name] = Relation(name, label, columns, span)
        decision = self.events.get(DECISION)
        if decision is not None:
            # A decision settles whatever amounts the measure has.
            amounts = {
                n: Field(n, NUMBER, q.label)
                for n, q in self.quantities.items()
                if n not in decision.fields
            }
            self.events[DECISION] = replace(decision, fields={**decision.fields, **amounts})

    def type_named(self, word: str) -> tuple[Type, str | None] | None:
        """The type a word stands for, and the entity it points at (for keys)."""
        word = BASIC_ZH.get(word, word)
        if word in BASIC:
            return BASIC[word], None
        if word == "norm":
            return self.norms, None
        if word in self.types:
            return self.types[word], None
        if word in self.entities:
            return STRING, word
        return None

    def _field(self, name: str, value: Value, report: Report) -> Field | None:
        if value.is_mapping:
            parts = value.fields("fact", ("type", "zh", "en"))
            written = parts.need("type", "the type of the fact")
            if written is None:
                return None
            word, span = written.word(), written.span
            label = Label(parts.word("zh") or name, parts.word("en") or name)
        else:
            word, span = value.word(), value.span
            label = (
                self.entities.get(word, Label(name, name)) if name == word else Label(name, name)
            )
        found = self.type_named(word)
        if found is None:
            known = [*BASIC, "norm", *self.types, *self.entities]
            report.error(
                "unknown-type",
                f"There is no type '{word}'.",
                span,
                hint=did_you_mean(word, known) or "Known types: " + ", ".join(known) + ".",
            )
            return None
        if isinstance(found[0], EnumType) and not value.is_mapping and name == word:
            label = self.member_labels.get((word, ""), label)
        return Field(name, found[0], label, found[1])

    def _enum(self, name: str, item: Value, report: Report) -> None:
        parts = item.fields("type", ("zh", "en", "one of"))
        members: list[str] = []
        options = parts.need("one of", "the members, as 'member: English label'")
        if options is not None and options.is_mapping:
            for member, place, value in options.pairs():
                is_reserved(member, place, report)
                members.append(member)
                self.member_labels[name, member] = (
                    _label(value, member)
                    if value.is_mapping
                    else Label(member, value.word() or member)
                )
        elif options is not None:
            for member, _ in options.words():
                members.append(member)
                self.member_labels[name, member] = Label(member, member)
        self.member_labels[name, ""] = Label(parts.word("zh") or name, parts.word("en") or name)
        self.types[name] = EnumType(name, tuple(members))

    def _once(
        self, name: str, place: Value, target: Mapping[str, object], report: Report, section: str
    ) -> None:
        if name in target:
            self._twice(name, place.span, report, section)

    @staticmethod
    def _twice(name: str, span: Span, report: Report, section: str) -> None:
        report.error(
            "declared-twice", f"'{name}' is declared twice under {section}.", span,
            hint="Give one of them another name, or take it away.",
        )  # fmt: skip

    def build(self) -> Vocabulary:
        """The vocabulary as it stands."""
        return Vocabulary(
            self.entities, self.types, self.member_labels, self.events,
            self.posts, self.roles, self.quantities, self.acts,
        )  # fmt: skip


def is_reserved(name: str, place: Value, report: Report) -> bool:
    """Whether a name is a word of the expression language; then it is an error, too."""
    if name not in RESERVED:
        return False
    report.error(
        "reserved-word",
        f"'{name}' is a word of the expression language and cannot be a name.",
        place.span,
        hint="Choose another name or Chinese label.",
    )
    return True


def _label(value: Value, default: str) -> Label:
    if value.is_mapping:
        found = {k: v.word() for k, _, v in value.pairs() if k in ("zh", "en")}
        zh, en = found.get("zh", ""), found.get("en", "")
        return Label(zh or en or default, en or zh or default)
    word = value.word()
    return Label(word or default, word or default)
