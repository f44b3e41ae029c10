"""Test cases of the DMN Technology Compatibility Kit (testCases.xsd), and running them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal, InvalidOperation

from shouwen.measures.calendars import Period
from shouwen.measures.diagnostics import Report
from shouwen.measures.interchange.dmn.model import DmnModel, DmnValue
from shouwen.measures.interchange.dmn.xml import Element, read_xml


@dataclass(frozen=True)
class TestCase:
    """Inputs by name, and the results expected of decisions."""

    __test__ = False  # or pytest takes the class for a test case

    identity: str
    inputs: Mapping[str, DmnValue]
    expected: Mapping[str, DmnValue]


@dataclass(frozen=True)
class CaseResult:
    """What came of a case: for every decision asked for, what was expected and what came."""

    case: TestCase
    results: Mapping[str, DmnValue]

    @property
    def failures(self) -> dict[str, tuple[DmnValue, DmnValue]]:
        """Decisions that came out otherwise: (expected, actual)."""
        return {
            name: (expected, self.results.get(name))
            for name, expected in self.case.expected.items()
            if name not in self.results or not agrees(expected, self.results[name])
        }

    @property
    def passed(self) -> bool:
        """Whether everything came out as expected."""
        return not self.failures


def read_cases(text: str, name: str, report: Report) -> list[TestCase]:
    """The cases of a testCases document."""
    root = read_xml(text, name, report)
    if root is None:
        return []
    cases = []
    for element in root.all("testCase"):
        inputs = {n.get("name") or "": _value(n, report) for n in element.all("inputNode")}
        expected = {}
        for node in element.all("resultNode"):
            result = node.first("expected")
            if result is not None:
                expected[node.get("name") or ""] = _value(result, report)
        cases.append(TestCase(element.get("id") or "", inputs, expected))
    return cases


def run_case(model: DmnModel, case: TestCase) -> CaseResult:
    """Run a case on its model."""
    return CaseResult(case, model.evaluate(case.inputs))


def agrees(expected: DmnValue, actual: DmnValue) -> bool:
    """Whether a result is the expected one.

    Numbers agree if they are equal. Where the kit states a result with 15 digits or more, it comes
    of binary floating point, and is off from the 14th digit on (562.707359373292 for
    562.707359373265...); there a relative difference of 1e-12 is allowed.
    """
    if isinstance(expected, Mapping):
        return isinstance(actual, Mapping) and all(
            agrees(value, actual.get(key)) for key, value in expected.items()
        )
    if isinstance(expected, tuple):
        return (
            isinstance(actual, tuple)
            and len(expected) == len(actual)
            and all(agrees(e, a) for e, a in zip(expected, actual, strict=True))
        )
    if isinstance(expected, Decimal) and not isinstance(expected, bool):
        if isinstance(actual, bool) or not isinstance(actual, Decimal | int):
            return False
        if len(expected.as_tuple().digits) < 15:
            return actual == expected
        return abs(actual - expected) <= abs(expected) * Decimal("1e-12")
    return type(expected) is type(actual) and expected == actual


def _value(element: Element, report: Report) -> DmnValue:
    """The value of an inputNode, expected, item or component."""
    components = list(element.all("component"))
    if components:
        return {c.get("name") or "": _value(c, report) for c in components}
    items = element.first("list")
    if items is not None:
        return tuple(_value(item, report) for item in items.all("item"))
    value = element.first("value")
    if value is None or value.get("nil") == "true":
        return None
    kind = (value.get("type") or "xsd:string").rpartition(":")[2]
    try:
        return _scalar(kind, value.text)
    except (ValueError, InvalidOperation):
        report.error("testcase", f"'{value.text}' is not a value of type {kind}.", value.span)
        return None


def _scalar(kind: str, text: str) -> DmnValue:
    match kind:
        case "string":
            return text
        case "boolean":
            return text.strip() in ("true", "1")
        case "decimal" | "double" | "float" | "integer" | "int" | "long":
            return Decimal(text.strip())
        case "date":
            return date.fromisoformat(text.strip())
        case "time":
            return time.fromisoformat(text.strip())
        case "dateTime":
            return datetime.fromisoformat(text.strip())
        case "duration":
            return Period.parse(text.strip())
        case _:
            raise ValueError(kind)
