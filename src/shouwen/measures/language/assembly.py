"""Runs the passes over the documents of a measure and puts the typed measure together."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TypeVar

from shouwen.measures.diagnostics import did_you_mean
from shouwen.measures.feel.types import ANY, EnumType
from shouwen.measures.language.blocks import Fields, read_block
from shouwen.measures.language.constructs import KEYS, RULES
from shouwen.measures.language.context import Context
from shouwen.measures.language.document import BlockText, ClauseText, Document, iter_clauses
from shouwen.measures.language.duties import read_duty
from shouwen.measures.language.facts import (
    fact_relation,
    fact_take,
    fact_type,
    read_fact,
    read_reading,
    read_window,
    value_fact_type,
)
from shouwen.measures.language.front import Front
from shouwen.measures.language.model import (
    Clause,
    Conduct,
    Consequence,
    Duty,
    Earlier,
    Fact,
    Finding,
    Grade,
    Label,
    Ledger,
    Measure,
    Prose,
    Publication,
    Relation,
    Right,
    Roster,
    Rule,
)
from shouwen.measures.language.outcomes import (
    read_consequence,
    read_finding,
    read_grade,
    read_ledger,
    read_right,
)
from shouwen.measures.language.relations import Header, Shapes
from shouwen.measures.language.standards import (
    read_conduct,
    read_prose,
    read_publication,
    read_roster,
)
from shouwen.measures.language.strata import order
from shouwen.measures.language.tables import table_norms
from shouwen.measures.language.vocabulary import is_reserved
from shouwen.measures.language.words import CONSTRUCTS, CONSTRUCTS_ZH

T = TypeVar("T", bound=Rule)


@dataclass
class Assembly:
    """Runs the passes in order over all documents of a measure."""

    context: Context
    front: Front
    documents: list[Document]
    prelude: Document
    blocks: list[tuple[str, Fields, BlockText]] = field(default_factory=list)
    rules: list[Rule] = field(default_factory=list)
    conducts: list[Conduct] = field(default_factory=list)
    publications: list[Publication] = field(default_factory=list)
    rosters: list[Roster] = field(default_factory=list)
    prose: list[Prose] = field(default_factory=list)
    norms_of_rule: dict[str, frozenset[str]] = field(default_factory=dict)
    variant_of: str | None = None

    def measure(self) -> Measure | None:
        """The measure, or None where anything refuses it."""
        context = self.context
        self._clauses()
        self._blocks()
        for construct, fields, block in self.blocks:
            if construct == "reading":
                read_reading(context, fields, block)
            elif construct == "window":
                read_window(context, fields, block)
        shapes = Shapes(context)
        context.relations = dict(context.vocabulary.events)
        for construct, fields, block in self.blocks:
            if construct in RULES:
                self._header(shapes, construct, fields, block)
        for header in list(shapes.headers.values()):
            shapes.of(header.id, header.span)
        self._facts(shapes)
        for header in shapes.headers.values():
            self._rule(shapes, header)
        self._standards()
        strata: tuple[tuple[str, ...], ...] = ()
        if all(d.code != "cycle" for d in context.report):
            strata = order(self.rules, context.facts, self.norms_of_rule, context.report)
        if context.report.errors:
            return None
        return self._build(strata)

    def _clauses(self) -> None:
        context = self.context
        for clause in iter_clauses(self.documents):
            known = context.clauses.get(clause.id)
            if known is not None:
                context.report.error(
                    "clause-twice", f"The anchor {{#{clause.id}}} is used twice.", clause.span,
                    related=(("the first is here", known.span),),
                    hint="Every clause has an anchor of its own.",
                )  # fmt: skip
                continue
            context.clauses[clause.id] = clause
        context.vocabulary.norms = EnumType("norm", tuple(context.clauses))

    def _blocks(self) -> None:
        context = self.context
        vocabulary = context.vocabulary
        for document in [self.prelude, *self.documents]:
            for block in document.blocks:
                construct = CONSTRUCTS_ZH.get(block.construct, block.construct)
                if construct not in CONSTRUCTS:
                    self._unknown_construct(block)
                    continue
                value = read_block(block, context.report)
                if value is None:
                    continue
                if construct == "vocabulary":
                    vocabulary.read(value, context.report)
                else:
                    self.blocks.append((construct, value.fields(construct, KEYS[construct]), block))
        vocabulary.finish(context.report)
        if self.variant_of is not None:
            self.blocks = _restated(self.blocks)

    def _unknown_construct(self, block: BlockText) -> None:
        known = [*CONSTRUCTS, *CONSTRUCTS_ZH]
        hint = did_you_mean(block.construct, known)
        if not block.construct:
            hint = "Write its construct behind the fence, such as ```duty."
        self.context.report.error(
            "unknown-construct", f"There is no construct '{block.construct}'.", block.span,
            hint=hint or "One of: " + ", ".join(CONSTRUCTS) + ".",
        )  # fmt: skip

    def _header(self, shapes: Shapes, construct: str, fields: Fields, block: BlockText) -> None:
        context = self.context
        norm = context.norm_of(fields, block)
        name = fields.get("id")
        rule_id = name.word() if name is not None else norm
        cells = [c.text for c in table_norms(block.table)]
        parts = [v for k in ("do", "never") if (v := fields.get(k)) is not None]
        cells += [
            w.word()
            for v in parts
            for item in v.items()
            if item.is_mapping
            for k, _, w in item.pairs()
            if k in ("norm", "条款")
        ]
        header = Header(rule_id, construct, block, fields, norm, frozenset({norm, *cells}))
        if rule_id in shapes.headers or rule_id in context.relations:
            first = shapes.headers.get(rule_id)
            context.report.error(
                "rule-twice", f"There are two rules (or an event) named '{rule_id}'.", header.span,
                hint="Give this one an `id:` of its own.",
                related=(("the first is here", first.span),) if first is not None else (),
            )  # fmt: skip
            return
        shapes.headers[rule_id] = header
        self.norms_of_rule[rule_id] = header.norms

    def _facts(self, shapes: Shapes) -> None:
        context = self.context
        found: list[tuple[Fields, BlockText, Relation | None]] = []
        for construct, fields, block in self.blocks:
            if construct != "fact":
                continue
            name = fields.word("name")
            for key in ("name", "zh"):
                written = fields.get(key)
                if written is not None:
                    is_reserved(written.word(), written, context.report)
            relation = fact_relation(context, shapes, fields)
            found.append((fields, block, relation))
            known = context.facts.get(name)
            if known is not None:
                context.report.error(
                    "declared-twice", f"The fact '{name}' is declared twice.", fields.span,
                    related=(("the first is here", known.span),),
                    hint="Give one of them another name.",
                )  # fmt: skip
            label = Label(fields.word("zh") or name, fields.word("en") or name)
            # Named first, so that every expression can use every fact; read in full just below.
            context.facts[name] = Fact(
                name, label, None, fact_take(fields), "", None, (), None, None, Earlier.NO, None,
                fact_type(context, fields, relation), fields.span,
            )  # fmt: skip
        # Named expressions may use one another: their types settle round by round.
        pending = [fields for fields, _, _ in found if "value" in fields]
        while pending:
            context.forget_scopes()
            settled = {f.word("name"): value_fact_type(context, f) for f in pending}
            settled = {name: type_ for name, type_ in settled.items() if type_ != ANY}
            if not settled:
                break
            for name, type_ in settled.items():
                context.facts[name] = replace(context.facts[name], type=type_)
            pending = [f for f in pending if f.word("name") not in settled]
        context.forget_scopes()
        for fields, block, relation in found:
            read = read_fact(context, shapes, fields, block, relation)
            if read is not None:
                context.facts[read.name] = read
        context.forget_scopes()  # what facts count is known only now

    def _rule(self, shapes: Shapes, header: Header) -> None:
        context = self.context
        rule: Rule | None
        match header.construct:
            case "duty":
                rule = read_duty(context, shapes, header)
            case "finding":
                rule = read_finding(context, shapes, header)
            case "consequence":
                rule = read_consequence(context, shapes, header)
            case "ledger":
                rule = read_ledger(context, shapes, header)
            case "grade":
                rule = read_grade(context, shapes, header)
            case _:
                rule = read_right(context, shapes, header)
        if rule is not None:
            self.rules.append(rule)

    def _standards(self) -> None:
        context = self.context
        for construct, fields, block in self.blocks:
            if construct == "conduct":
                self.conducts.append(read_conduct(context, fields, block))
            elif construct == "publication":
                self.publications.append(read_publication(context, fields, block))
            elif construct == "roster":
                self.rosters.append(read_roster(context, fields, block))
            elif construct == "prose":
                self.prose.append(read_prose(context, fields, block))

    def _build(self, strata: tuple[tuple[str, ...], ...]) -> Measure:
        context, front = self.context, self.front

        def of(kind: type[T]) -> tuple[T, ...]:
            return tuple(r for r in self.rules if isinstance(r, kind))

        return Measure(
            id=front.id,
            title=front.title,
            issuer=front.issuer,
            version=front.version,
            effective_from=front.start,
            effective_to=front.end,
            supersedes=front.supersedes,
            zone=front.zone,
            calendar=front.calendar,
            clauses={c.id: _clause(c) for c in context.clauses.values()},
            vocabulary=context.vocabulary.build(),
            readings=context.readings,
            windows=context.windows,
            facts=context.facts,
            duties=of(Duty),
            findings=of(Finding),
            consequences=of(Consequence),
            ledgers=of(Ledger),
            grades=of(Grade),
            rights=of(Right),
            conducts=tuple(self.conducts),
            publications=tuple(self.publications),
            rosters=tuple(self.rosters),
            prose=tuple(self.prose),
            relations=context.relations,
            strata=strata,
            sources=tuple(d.source.name for d in self.documents),
            calendars_file=front.calendars,
            variant_of=self.variant_of,
        )


Block = tuple[str, Fields, BlockText]


def _restated(blocks: list[Block]) -> list[Block]:
    """In a variant: a rule, fact or reading of its own replaces the inherited one of that name."""

    def key(block: Block) -> tuple[str, str] | None:
        construct, fields, _ = block
        kind = "rule" if construct in RULES else construct
        name = fields.word("id") or fields.word("name")
        return (kind, name) if name else None

    own = {key(b) for b in blocks if not b[2].inherited} - {None}
    return [b for b in blocks if not (b[2].inherited and key(b) in own)]


def _clause(clause: ClauseText) -> Clause:
    return Clause(
        clause.id,
        clause.cite,
        clause.title,
        clause.text,
        clause.gloss,
        clause.parent.id if clause.parent is not None else None,
        tuple(c.id for c in clause.children),
        clause.span,
        clause.origin,
    )
