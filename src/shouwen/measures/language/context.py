"""What the readers of blocks share: the report, the clauses, the words known so far."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace

from shouwen.measures.diagnostics import Report, SourceText, Span, did_you_mean
from shouwen.measures.feel.parse import parse_expression
from shouwen.measures.feel.tree import (
    Expr,
    If,
    InTests,
    Literal,
    Name,
    Test,
    UnaryTests,
    transform,
)
from shouwen.measures.feel.types import COUNT, DATE, DATETIME, STRING, EnumType, Scope, Type
from shouwen.measures.language.blocks import Fields, Value
from shouwen.measures.language.document import BlockText, ClauseText
from shouwen.measures.language.model import Fact, Field, Label, Reading, Relation, Take, WindowRule
from shouwen.measures.language.vocabulary import VocabularyBuilder

DAY_KIND = EnumType("day_kind", ("工作日", "周休日", "调休日", "法定节日"))
"""What kind of day a date is: working day, weekly rest day, rest day shifted next to a festival,
statutory festival day (全国年节及纪念日放假办法)."""

CALENDAR_KEYS: tuple[Field, ...] = (
    Field("this_day", DATE, Label("当日", "day")),
    Field("this_week", STRING, Label("当周", "week")),
    Field("this_month", STRING, Label("当月", "month")),
    Field("this_quarter", STRING, Label("当季", "quarter")),
    Field("this_half_year", STRING, Label("当半年", "half-year")),
    Field("this_year", STRING, Label("当年", "year")),
    Field("day_kind", DAY_KIND, Label("日别", "kind of day")),
)
"""The keys that every row has from its instant."""


@dataclass
class Context:
    """The state of reading one measure."""

    report: Report
    clauses: dict[str, ClauseText] = field(default_factory=dict)
    vocabulary: VocabularyBuilder = field(default_factory=lambda: VocabularyBuilder())
    readings: dict[str, Reading] = field(default_factory=dict)
    windows: dict[str, WindowRule] = field(default_factory=dict)
    facts: dict[str, Fact] = field(default_factory=dict)
    relations: dict[str, Relation] = field(default_factory=dict)
    _scopes: dict[object, Scope] = field(default_factory=dict)
    _common: Scope | None = None
    _everything: tuple[int, Relation] | None = None

    # --- labels and places -------------------------------------------------------------------

    def label(self, value: Value | None, default: Label) -> Label:
        """A label: ``{zh: .., en: ..}``, or one word for both."""
        if value is None:
            return default
        if not value.is_mapping:
            word = value.word()
            return Label(word, word)
        fields = value.fields("label", ("zh", "en", "unit"))
        zh, en = fields.word("zh"), fields.word("en")
        return Label(zh or en or default.zh, en or zh or default.en)

    def clause_label(self, norm: str) -> Label:
        """The title of a clause as a label; its gloss is the English."""
        clause = self.clauses.get(norm)
        if clause is None:
            return Label(norm, norm)
        return Label(clause.title, clause.gloss or clause.title)

    # --- norms ----------------------------------------------------------------------------------

    def norm(self, word: str, span: Span, block: BlockText | None = None) -> str | None:
        """A clause by id; it must stand under the block's own clause."""
        clause = self.clauses.get(word)
        if clause is None:
            self.report.error(
                "unknown-norm",
                f"There is no clause '{word}' in this measure.",
                span,
                hint=did_you_mean(word, self.clauses) or "Anchors look like {#3.3.2c}.",
            )
            return None
        if block is not None and block.clause is not None and not clause.within(block.clause):
            self.report.error(
                "norm-elsewhere",
                f"Clause {word} does not stand under {block.clause.id}, where this block is.",
                span,
                hint=f"Move the block under {word}, or name a norm under {block.clause.id}.",
                related=((f"{word} stands here", clause.span),),
            )
            return None
        return word

    def norm_of(self, fields: Fields, block: BlockText) -> str:
        """The norm a block enacts: its `norm` key, or the clause it stands under."""
        written = fields.get("norm")
        if written is not None and not written.is_list:
            found = self.norm(written.word(), written.span, block)
            if found is not None:
                return found
        if block.clause is not None:
            return block.clause.id
        self.report.error(
            "no-clause", f"This {fields.construct} stands under no clause.", block.span,
            hint="Put it under a heading with an anchor, such as '## 第一条 {#1.1}'.",
        )  # fmt: skip
        return ""

    def norms_of(self, fields: Fields, block: BlockText) -> tuple[str, ...]:
        """The norms a block enacts: those named, or every norm under its clause."""
        written = fields.get("norms") or fields.get("norm")
        if written is not None:
            found = [self.norm(w, s, block) for w, s in written.words()]
            return tuple(n for n in found if n is not None)
        if block.clause is None:
            self.norm_of(fields, block)
            return ()
        return tuple(self.leaves(block.clause))

    def leaves(self, clause: ClauseText) -> Iterable[str]:
        """The norms under a clause, itself if it has none."""
        if not clause.children:
            yield clause.id
        for child in clause.children:
            yield from self.leaves(child)

    def norm_reference(self, fields: Fields, key: str = "norm") -> str | None:
        """The `norm` of a part of a rule (a move, a share): anywhere in the measure."""
        written = fields.get(key)
        return None if written is None else self.norm(written.word(), written.span)

    # --- expressions ------------------------------------------------------------------------

    def scope(
        self,
        relation: Relation | None,
        *,
        asking: Relation | None = None,
        started: bool = False,
    ) -> Scope:
        """The names an expression about rows of a relation may use.

        `asking` adds the fields and facts of the row that asks, as ``asking.<name>``; `started`
        adds `start`, the instant a clock starts.
        """
        key = (_shape(relation), _shape(asking), started)
        found = self._scopes.get(key)
        if found is None:
            found = self._scope(relation)
            if asking is not None:
                asked = self._scope(asking)
                found = found.extended(
                    {f"asking.{n}": t for n, t in asked.types.items()},
                    {f"本行.{a}": f"asking.{n}" for a, n in asked.aliases.items()},
                )
            if started:
                found = found.extended({"start": DATETIME}, {"起算时间": "start"})
            self._scopes[key] = found
        return found

    def forget_scopes(self) -> None:
        """Facts have changed: scopes made before no longer hold."""
        self._scopes.clear()
        self._common = None

    def _scope(self, relation: Relation | None) -> Scope:
        if self._common is None:
            self._common = self._common_scope()
        common = self._common
        if relation is None:
            return common
        types = {f.name: f.type for f in relation.fields.values()}
        aliases = {f.label.zh: f.name for f in relation.fields.values() if f.label.zh not in types}
        return common.extended(types, aliases)

    def _common_scope(self) -> Scope:
        """The names that every expression may use: readings, calendar keys, facts."""
        types: dict[str, Type] = {}
        aliases: dict[str, str] = {}
        for reading in self.readings.values():
            name = f"reading.{reading.id}"
            types[name] = reading_type(reading)
            aliases[f"释义.{reading.id}"] = name
        for key in CALENDAR_KEYS:
            types[key.name] = key.type
            aliases[key.label.zh] = key.name
        for fact in self.facts.values():
            types[fact.name] = fact.type
            aliases[fact.label.zh] = fact.name
        counts = {f.name: COUNT for f in self.facts.values() if self._counts(f, 0)}
        return Scope(types, {a: n for a, n in aliases.items() if a not in types}, counts)

    def _counts(self, fact: Fact, depth: int) -> bool:
        """Whether a fact is 0, 1, 2, ...: a count, or a choice between counts."""
        if fact.take is Take.COUNT:
            return True

        def counts(node: Expr) -> bool:
            if isinstance(node, If):
                return counts(node.then) and counts(node.otherwise)
            named = self.facts.get(node.name) if isinstance(node, Name) else None
            return named is not None and depth < len(self.facts) and self._counts(named, depth + 1)

        return fact.take is Take.VALUE and fact.value is not None and counts(fact.value)

    def expression(
        self, text: SourceText, scope: Scope, expected: Type | tuple[Type, ...] | None
    ) -> Expr | None:
        """A checked expression, or None with the errors in the report.

        Where one of several types may stand, `expected` lists them.
        """
        one = None if isinstance(expected, tuple) else expected
        tree = parse_expression(text, scope, self.report, one)
        if tree is None:
            return None
        if isinstance(expected, tuple) and tree.type not in expected:
            self.report.error(
                "type",
                f"This is of type {tree.type}; "
                + " or ".join(str(t) for t in expected)
                + " is wanted.",
                tree.span,
                hint="Give a value of that type.",
            )
            return None
        return self.widened(tree)

    def value(
        self, value: Value | None, scope: Scope, expected: Type | tuple[Type, ...] | None
    ) -> Expr | None:
        """The expression a key holds, or None when the key is not written (or wrong)."""
        if value is None:
            return None
        piece = value.source_text
        texts = (None, STRING)
        if value.is_quoted and expected not in texts and not isinstance(expected, EnumType):
            # Quotes that only keep a comma or colon from YAML are no part of the expression.
            piece = piece.slice(1, len(piece.text) - 1)
        return self.expression(piece, scope, expected)

    def widened(self, tree: Expr) -> Expr:
        """The tree with every ``norm in ("4.2")`` standing for the norms under clause 4.2."""
        norms = self.vocabulary.norms

        def change(node: Expr) -> Expr:
            if isinstance(node, InTests) and node.value.type == norms:
                return replace(node, tests=self.widened_tests(node.tests))
            return node

        return transform(tree, change)

    def widened_tests(self, tests: UnaryTests) -> UnaryTests:
        """Tests of a norm, with every clause replaced by the clause and all under it."""
        found: list[Test] = []
        for test in tests.tests:
            literal = test.operand
            if test.op == "=" and isinstance(literal, Literal) and literal.value in self.clauses:
                found += [
                    replace(test, operand=replace(literal, value=clause.id))
                    for clause in family(self.clauses[str(literal.value)])
                ]
            else:
                found.append(test)
        return replace(tests, tests=tuple(found))

    # --- relations ------------------------------------------------------------------------------

    def relation(self, word: str, span: Span, what: str = "event or rule") -> Relation | None:
        """A relation by name or Chinese label."""
        found = self.relations.get(word) or self.relation_by_label(word)
        if found is None:
            self.report.error(
                "unknown-relation",
                f"There is no {what} '{word}'.",
                span,
                hint=did_you_mean(word, self.relation_names()),
            )
        return found

    def merged(self, relations: list[Relation]) -> Relation:
        """Several relations as one: a field that one of them lacks is unknown in its rows."""
        first = relations[0]
        if len(relations) == 1:
            return first
        fields = {name: f for r in reversed(relations) for name, f in r.fields.items()}
        return Relation(" | ".join(r.name for r in relations), first.label, fields, first.span)

    def everything(self) -> Relation:
        """All fields of all relations: what any row may have."""
        size = len(self.relations)
        if self._everything is None or self._everything[0] != size:
            fields = {n: f for r in reversed(self.relations.values()) for n, f in r.fields.items()}
            self._everything = (size, Relation("row", Label("本行", "row"), fields))
        return self._everything[1]

    def relation_by_label(self, word: str) -> Relation | None:
        """The relation whose Chinese label this is."""
        return next((r for r in self.relations.values() if r.label.zh == word), None)

    def relation_names(self) -> list[str]:
        """Every name a relation can be called by."""
        return [*self.relations, *(r.label.zh for r in self.relations.values())]

    def column(self, relation: Relation, word: str, span: Span) -> str | None:
        """A field of a relation by name or Chinese label; `at` is always there."""
        if word in relation.fields:
            return word
        for item in relation.fields.values():
            if item.label.zh == word:
                return item.name
        for key in CALENDAR_KEYS:
            if word in (key.name, key.label.zh):
                return key.name
        self.report.error(
            "unknown-field",
            f"'{relation.name}' has no field '{word}'.",
            span,
            hint=did_you_mean(word, relation.fields),
        )
        return None


def _shape(relation: Relation | None) -> object:
    """What of a relation its scope depends on."""
    if relation is None:
        return None
    return tuple((f.name, f.type, f.label.zh) for f in relation.fields.values())


def family(clause: ClauseText) -> Iterator[ClauseText]:
    """A clause and everything under it."""
    yield clause
    for child in clause.children:
        yield from family(child)


def reading_type(reading: Reading) -> EnumType:
    """A reading as an enumeration of its options."""
    return EnumType(f"reading.{reading.id}", tuple(reading.options))
