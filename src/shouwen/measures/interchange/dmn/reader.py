"""Reads DMN models."""

from __future__ import annotations

from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter

from shouwen.measures.diagnostics import Report, SourceText, Span
from shouwen.measures.feel import (
    ANY,
    DecisionTable,
    Dialect,
    Expr,
    HitPolicy,
    Input,
    ListType,
    Literal,
    Output,
    RangeType,
    Row,
    Scope,
    Type,
    UnaryTests,
    Unknown,
    parse_expression,
    parse_unary_tests,
)
from shouwen.measures.feel.hints import common
from shouwen.measures.feel.parse import Parser
from shouwen.measures.feel.tables import check_policy
from shouwen.measures.feel.types import Macro
from shouwen.measures.interchange.dmn.items import (
    Items,
    ItemType,
    Structure,
    StructureList,
    listed_texts,
    tests_of,
)
from shouwen.measures.interchange.dmn.model import DmnDecision, DmnModel
from shouwen.measures.interchange.dmn.xml import Element, read_xml

_POLICIES = {
    ("UNIQUE", None): HitPolicy.UNIQUE,
    ("ANY", None): HitPolicy.ANY,
    ("FIRST", None): HitPolicy.FIRST,
    ("PRIORITY", None): HitPolicy.PRIORITY,
    ("OUTPUT ORDER", None): HitPolicy.OUTPUT_ORDER,
    ("RULE ORDER", None): HitPolicy.RULE_ORDER,
    ("COLLECT", None): HitPolicy.COLLECT,
    ("COLLECT", "SUM"): HitPolicy.COLLECT_SUM,
    ("COLLECT", "MIN"): HitPolicy.COLLECT_MIN,
    ("COLLECT", "MAX"): HitPolicy.COLLECT_MAX,
    ("COLLECT", "COUNT"): HitPolicy.COLLECT_COUNT,
}
_LOGIC = (
    "literalExpression",
    "decisionTable",
    "invocation",
    "context",
    "list",
    "relation",
    "functionDefinition",
    "conditional",
    "for",
    "every",
    "some",
    "filter",
)
_REFUSED = ("import", "decisionService")


def read_model(text: str, name: str, report: Report) -> DmnModel | None:
    """Read a DMN model.

    Args:
        text: the XML document.
        name: what diagnostics call it (a file name).
        report: takes everything that is wrong or lies outside the expression language.

    Returns:
        The model, or None if anything was refused: a model is imported whole or not at all.
    """
    before = len(report.errors)
    root = read_xml(text, name, report)
    if root is None:
        return None
    if root.tag != "definitions":
        report.error("dmn", f"This is no DMN model: its root is <{root.tag}>.", root.span)
        return None
    model = _Reader(root, report).read(name)
    return model if len(report.errors) == before else None


@dataclass
class _Unread:
    """A decision or business knowledge model that waits for what it requires."""

    name: str
    element: Element
    requires: tuple[str, ...]


class _Reader:
    def __init__(self, root: Element, report: Report) -> None:
        self.root, self.report = root, report
        self.items = Items(root, report)
        self.types: dict[str, Type] = {}
        self.macros: dict[str, Macro] = {}
        self.decisions: dict[str, DmnDecision] = {}

    def read(self, name: str) -> DmnModel:
        for element in self.root.children:
            if element.tag in _REFUSED:
                self._refuse(element, f"<{element.tag}>")
        inputs: dict[str, ItemType] = {}
        for element in self.root.all("inputData"):
            input_name = _name(element)
            type_ = self._variable_type(element)
            if type_ == ANY:
                self.report.error(
                    "untyped",
                    f"The input '{input_name}' has no type.",
                    element.span,
                    hint="Give its variable a typeRef.",
                )
            inputs[input_name] = type_
            self._declare(input_name, type_, element.span)
        for unread in self._in_order():
            if unread.element.tag == "businessKnowledgeModel":
                self._knowledge(unread)
            else:
                self._decision(unread)
        return DmnModel(self.root.get("name") or name, inputs, self.decisions)

    # --- names and order ---------------------------------------------------------------------

    def _variable_type(self, element: Element) -> ItemType:
        variable = element.first("variable")
        reference = variable.get("typeRef") if variable is not None else None
        return self.items.type_of(reference, (variable or element).span)

    def _declare(self, name: str, type_: ItemType, span: Span) -> None:
        """Put a name in scope; a structure by its components."""
        if isinstance(type_, Structure):
            for component, inner in type_.components:
                self._declare(f"{name}.{component}", inner, span)
        elif isinstance(type_, StructureList):
            pass  # only a result; a text that reads it finds no such name
        else:
            self.types[name] = type_

    def _in_order(self) -> list[_Unread]:
        """Decisions and knowledge models, each after what it requires."""
        by_id: dict[str, _Unread] = {}
        for tag in ("businessKnowledgeModel", "decision"):
            for element in self.root.all(tag):
                requires = tuple(
                    (target.get("href") or "").rpartition("#")[2]
                    for requirement in element.children
                    if requirement.tag in ("informationRequirement", "knowledgeRequirement")
                    for target in requirement.children
                )
                identity = element.get("id") or _name(element)
                by_id[identity] = _Unread(_name(element), element, requires)
        graph = {key: [r for r in u.requires if r in by_id] for key, u in by_id.items()}
        try:
            return [by_id[key] for key in TopologicalSorter(graph).static_order()]
        except CycleError as error:
            cycle = [by_id[key] for key in error.args[1]]
            self.report.error(
                "dmn",
                f"These decisions require each other: {', '.join(u.name for u in cycle)}.",
                cycle[0].element.span,
            )
            return []

    def _scope(self) -> Scope:
        return Scope(dict(self.types), dialect=Dialect.DMN, macros=dict(self.macros))

    # --- knowledge models --------------------------------------------------------------------

    def _knowledge(self, unread: _Unread) -> None:
        logic = unread.element.first("encapsulatedLogic")
        if logic is None:
            self._refuse(unread.element, "a business knowledge model without logic")
            return
        body = logic.first("literalExpression")
        text = body.first("text") if body is not None else None
        if text is None:
            other = next((c for c in logic.children if c.tag in _LOGIC), logic)
            self._refuse(other, f"<{other.tag}> in a business knowledge model")
            return
        parameters = {_name(p): p for p in logic.all("formalParameter")}
        types: dict[str, Type] = {}
        for parameter, element in parameters.items():
            type_ = self.items.type_of(element.get("typeRef"), element.span)
            if isinstance(type_, Structure | StructureList):
                self._refuse(element, "a structure as parameter")
                return
            types[parameter] = type_
        scope = Scope(types, dialect=Dialect.DMN, macros=dict(self.macros))
        # Checked by itself, so that errors are told at their place and once.
        if parse_expression(text.source_text, scope, self.report) is None:
            return
        tree = Parser(text.source_text, scope, Report()).whole_expression()
        self.macros[unread.name] = Macro(tuple(parameters), tree)

    # --- decisions ---------------------------------------------------------------------------

    def _decision(self, unread: _Unread) -> None:
        element = unread.element
        logic = next((c for c in element.children if c.tag in _LOGIC), None)
        if logic is None:
            self._refuse(element, f"the decision '{unread.name}' without logic")
            return
        type_ = self._variable_type(element)
        decision: DmnDecision | None = None
        if logic.tag == "literalExpression":
            decision = self._literal(unread.name, logic, type_)
        elif logic.tag == "decisionTable":
            decision = self._table(unread.name, logic, type_)
        elif logic.tag == "invocation":
            decision = self._invocation(unread.name, logic, type_)
        else:
            self._refuse(logic, f"<{logic.tag}> in the decision '{unread.name}'")
        if decision is None:
            return
        self.decisions[unread.name] = decision
        result = type_ if type_ != ANY else _type_of(decision)
        self._declare(unread.name, result, element.span)

    def _literal(self, name: str, logic: Element, type_: ItemType) -> DmnDecision | None:
        text = logic.first("text")
        if text is None:
            self._refuse(logic, f"the decision '{name}' without a text")
            return None
        expr = parse_expression(text.source_text, self._scope(), self.report, _simple(type_))
        return DmnDecision(name, expr) if expr is not None else None

    def _invocation(self, name: str, logic: Element, type_: ItemType) -> DmnDecision | None:
        """A boxed call is the same as a call written out."""
        called = logic.first("literalExpression")
        target = called.first("text") if called is not None else None
        function = target.text.strip() if target is not None else ""
        macro = self.macros.get(function)
        if macro is None:
            self._refuse(logic, f"an invocation of '{function}', which is no knowledge model read")
            return None
        arguments: dict[str, str] = {}
        for binding in logic.all("binding"):
            parameter, value = binding.first("parameter"), binding.first("literalExpression")
            text = value.first("text") if value is not None else None
            if parameter is None or text is None:
                self._refuse(binding, "a binding that is no literal expression")
                return None
            arguments[_name(parameter)] = text.text
        missing = [p for p in macro.parameters if p not in arguments]
        if missing:
            self.report.error(
                "dmn", f"This invocation does not bind {', '.join(missing)}.", logic.span
            )
            return None
        written = f"{function}({', '.join(arguments[p] for p in macro.parameters)})"
        place = SourceText.alone(written, f"{logic.span}")
        expr = parse_expression(place, self._scope(), self.report, _simple(type_))
        return DmnDecision(name, expr) if expr is not None else None

    # --- tables ------------------------------------------------------------------------------

    def _table(self, name: str, logic: Element, type_: ItemType) -> DmnDecision | None:
        before = len(self.report.errors)
        key = (logic.get("hitPolicy") or "UNIQUE", logic.get("aggregation"))
        policy = _POLICIES.get(key)
        if policy is None:
            self._refuse(logic, f"the hit policy {key[0]} with {key[1]}")
            return None
        scope = self._scope()
        inputs = [self._input(e, scope) for e in logic.all("input")]
        outputs = list(logic.all("output"))
        rules = list(logic.all("rule"))
        tested = [self._tests(rule, inputs, scope) for rule in rules]
        columns = [self._output(i, outputs, rules, scope, name, type_) for i in range(len(outputs))]
        if len(self.report.errors) > before:
            return None
        table = DecisionTable(
            policy,
            tuple(inputs),
            tuple(column for column, _ in columns),
            tuple(
                Row(
                    i + 1,
                    tested[i],
                    tuple(cells[i] for _, cells in columns),
                    span=rule.span,
                )
                for i, rule in enumerate(rules)
            ),
            name,
            span=logic.span,
        )
        check_policy(table, self.report)
        return DmnDecision(name, table, named_outputs=len(outputs) > 1)

    def _input(self, element: Element, scope: Scope) -> Input:
        expression = element.first("inputExpression")
        text = expression.first("text") if expression is not None else None
        if text is None:
            self._refuse(element, "an input without an expression")
            return Input(_placeholder(), "", span=element.span)
        parsed = parse_expression(text.source_text, scope, self.report)
        if parsed is None:
            return Input(_placeholder(), text.text, span=element.span)
        if isinstance(parsed.type, ListType | RangeType):
            self._refuse(element, "an input that is a list")
        allowed = tests_of(element.first("inputValues"), parsed.type, self.report)
        return Input(parsed, text.text.strip(), allowed=allowed, span=element.span)

    def _tests(self, rule: Element, inputs: list[Input], scope: Scope) -> tuple[UnaryTests, ...]:
        entries = list(rule.all("inputEntry"))
        if len(entries) != len(inputs):
            self.report.error(
                "dmn",
                f"This rule has {len(entries)} input entries, the table {len(inputs)} inputs.",
                rule.span,
            )
            return ()
        tests = []
        for entry, column in zip(entries, inputs, strict=True):
            text = entry.first("text")
            if text is None or not text.text.strip():
                tests.append(UnaryTests(span=entry.span))
                continue
            parsed = parse_unary_tests(text.source_text, column.type, scope, self.report)
            tests.append(parsed or UnaryTests())
        return tuple(tests)

    def _output(
        self,
        index: int,
        outputs: list[Element],
        rules: list[Element],
        scope: Scope,
        name: str,
        type_: ItemType,
    ) -> tuple[Output, list[Expr | None]]:
        element = outputs[index]
        label = element.get("name") or (name if len(outputs) == 1 else f"output {index + 1}")
        declared = self._output_type(element, label, len(outputs), type_)
        cells: list[Expr | None] = []
        for rule in rules:
            entries = list(rule.all("outputEntry"))
            text = entries[index].first("text") if index < len(entries) else None
            if text is None or not text.text.strip():
                cells.append(None)
                continue
            cells.append(parse_expression(text.source_text, scope, self.report, declared))
        found: Type = ANY
        for cell in cells:
            shared = common(found, cell.type) if cell is not None else found
            if shared is None:
                self.report.error(
                    "type", f"The entries of the output '{label}' differ in type.", element.span
                )
                break
            found = shared
        default_element = element.first("defaultOutputEntry")
        default_text = default_element.first("text") if default_element is not None else None
        default = (
            parse_expression(default_text.source_text, scope, self.report, declared)
            if default_text is not None and default_text.text.strip()
            else None
        )
        priorities = listed_texts(element.first("outputValues"), self.report)
        column = Output(label, declared or found, label, default, priorities, span=element.span)
        return column, cells

    def _output_type(
        self, element: Element, label: str, count: int, type_: ItemType
    ) -> Type | None:
        """The type of an output: its own, that of its component, or a single one's: the table's."""
        if element.get("typeRef"):
            return _simple(self.items.type_of(element.get("typeRef"), element.span))
        structure = type_.item if isinstance(type_, StructureList) else type_
        if isinstance(structure, Structure):
            return _simple(dict(structure.components).get(label, ANY))
        single = structure.item if isinstance(structure, ListType) else structure
        return _simple(single) if count == 1 else None

    def _refuse(self, element: Element, what: str) -> None:
        self.report.error(
            "unsupported",
            f"Not supported: {what}.",
            element.span,
            hint="Only literal expressions and decision tables are imported.",
        )


def _name(element: Element) -> str:
    return " ".join((element.get("name") or "").split())


def _simple(type_: ItemType) -> Type | None:
    """A type to check an expression against, if it is one of the language."""
    if isinstance(type_, Structure | StructureList) or type_ == ANY:
        return None
    return type_


def _placeholder() -> Expr:
    return Literal(Unknown())


def _type_of(decision: DmnDecision) -> ItemType:
    """What a decision without a declared type is."""
    logic = decision.logic
    if not isinstance(logic, DecisionTable):
        return logic.type
    if logic.policy.lists:
        return ListType(logic.outputs[0].type) if not decision.named_outputs else ANY
    if decision.named_outputs:
        return Structure(decision.name, tuple((o.name, o.type) for o in logic.outputs))
    return logic.outputs[0].type
