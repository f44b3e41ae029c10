"""Item definitions: the types of DMN models."""

from __future__ import annotations

from dataclasses import dataclass

from shouwen.measures.diagnostics import Report, Span, did_you_mean
from shouwen.measures.feel import (
    ANY,
    BOOLEAN,
    DATE,
    DATETIME,
    NUMBER,
    PERIOD,
    STRING,
    TIME,
    Dialect,
    EnumType,
    ListType,
    Literal,
    Scope,
    Type,
    UnaryTests,
    parse_unary_tests,
)
from shouwen.measures.interchange.dmn.xml import Element


@dataclass(frozen=True)
class Structure:
    """A type with components."""

    name: str
    components: tuple[tuple[str, ItemType], ...]


@dataclass(frozen=True)
class StructureList:
    """A list of structures; results may have this type, facts may not."""

    item: Structure


ItemType = Type | Structure | StructureList

BASIC: dict[str, Type] = {
    "string": STRING,
    "number": NUMBER,
    "boolean": BOOLEAN,
    "date": DATE,
    "time": TIME,
    "dateTime": DATETIME,
    "date and time": DATETIME,
    "dayTimeDuration": PERIOD,
    "days and time duration": PERIOD,
    "yearMonthDuration": PERIOD,
    "years and months duration": PERIOD,
    "Any": ANY,
}


class Items:
    """Reads item definitions, each when it is first asked for."""

    def __init__(self, definitions: Element, report: Report) -> None:
        self.report = report
        self.elements = {e.get("name") or "": e for e in definitions.all("itemDefinition")}
        self.read: dict[str, ItemType | None] = {}

    def type_of(self, reference: str | None, span: Span) -> ItemType:
        """The type that a `typeRef` means; `ANY` where there is none or it is refused."""
        if reference is None:
            return ANY
        reference = reference.strip().removeprefix("feel:")
        if reference in self.elements:
            return self._defined(reference)
        if reference in BASIC:
            return BASIC[reference]
        self.report.error(
            "unknown-type",
            f"There is no type '{reference}'.",
            span,
            hint=did_you_mean(reference, [*self.elements, *BASIC]),
        )
        return ANY

    def _defined(self, name: str) -> ItemType:
        element = self.elements[name]
        if name in self.read:
            known = self.read[name]
            if known is None:
                self.report.error(
                    "unsupported", f"The type '{name}' is defined by itself.", element.span
                )
                return ANY
            return known
        self.read[name] = None
        self.read[name] = result = self._type(element, name)
        return result

    def _type(self, element: Element, name: str) -> ItemType:
        components = list(element.all("itemComponent"))
        base: ItemType
        if components:
            base = Structure(
                name,
                tuple(
                    (c.get("name") or "", self._type(c, f"{name}.{c.get('name')}"))
                    for c in components
                ),
            )
        else:
            reference = element.first("typeRef")
            base = self.type_of(reference.text if reference else None, element.span)
            if base == STRING:
                base = self._enumeration(element, name) or base
        if element.get("isCollection") == "true":
            if isinstance(base, Structure):
                return StructureList(base)
            # Modellers repeat the flag on a type that is already a list of this kind.
            return base if isinstance(base, ListType | StructureList) else ListType(base)
        return base

    def _enumeration(self, element: Element, name: str) -> EnumType | None:
        """Allowed values that are texts make an enumeration; others are not restricted here."""
        allowed = element.first("allowedValues")
        texts = listed_texts(allowed, self.report)
        return EnumType(name, texts) if texts else None


def tests_of(element: Element | None, type_: Type, report: Report) -> UnaryTests | None:
    """The unary tests in the text of an element (allowed, input and output values)."""
    text = element.first("text") if element is not None else None
    if text is None or not text.text.strip():
        return None
    scope = Scope({}, dialect=Dialect.DMN)
    return parse_unary_tests(text.source_text, type_, scope, report)


def listed_texts(element: Element | None, report: Report) -> tuple[str, ...]:
    """The texts that an element lists ("a", "b"), in their order; empty if it says otherwise."""
    tests = tests_of(element, STRING, report)
    if tests is None or tests.negated:
        return ()
    values = [
        t.operand.value
        for t in tests.tests
        if t.op == "=" and isinstance(t.operand, Literal) and isinstance(t.operand.value, str)
    ]
    return tuple(dict.fromkeys(values)) if len(values) == len(tests.tests) else ()
