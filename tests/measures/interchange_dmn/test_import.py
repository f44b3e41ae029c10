"""DMN models of our own: what is read, what is refused, and in which words."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shouwen.measures.calendars import Period
from shouwen.measures.diagnostics import Report, render
from shouwen.measures.feel import DecisionTable
from shouwen.measures.interchange.dmn import Context, DmnModel, read_cases, read_model, run_case
from shouwen.measures.interchange.dmn.testcases import agrees

START = '<definitions xmlns="https://www.omg.org/spec/DMN/20230324/MODEL/" name="m">'
AGE = '<inputData id="i" name="Age"><variable name="Age" typeRef="number"/></inputData>'


def read(body: str) -> tuple[DmnModel | None, Report]:
    report = Report()
    return read_model(f"{START}{body}</definitions>", "m.dmn", report), report


def good(body: str) -> DmnModel:
    model, report = read(body)
    assert model is not None, "\n".join(map(render, report))
    return model


def refused(body: str) -> list[str]:
    model, report = read(body)
    assert model is None
    return [f"{d.code}: {d.message}" for d in report.sorted()]


def literal(name: str, text: str, more: str = "") -> str:
    return (
        f'<decision id="{name}" name="{name}">{more}<literalExpression><text>{text}</text>'
        "</literalExpression></decision>"
    )


def table(inner: str, attributes: str = "", variable: str = "") -> str:
    return (
        f'<decision id="d" name="d">{variable}<decisionTable {attributes}><input>'
        f"<inputExpression><text>Age</text></inputExpression></input>{inner}</decisionTable>"
        "</decision>"
    )


def rule(test: str, *outputs: str) -> str:
    entries = "".join(f"<outputEntry><text>{o}</text></outputEntry>" for o in outputs)
    return f"<rule><inputEntry><text>{test}</text></inputEntry>{entries}</rule>"


def test_decisions_may_rest_on_decisions_in_any_order():
    first = '<informationRequirement><requiredDecision href="#a"/></informationRequirement>'
    model = good(AGE + literal("b", "a * 2", first) + literal("a", "Age + 1"))
    assert model.evaluate({"Age": 3}) == {"a": Decimal(4), "b": Decimal(8)}
    assert model.evaluate({}) == {"a": None, "b": None}


def test_outputs_with_names_are_a_context_that_other_decisions_read():
    rules = rule("&lt; 18", '"no"', "2") + rule("-", '"yes"', "3")
    outputs = '<output name="Status"/><output name="Rate"/>'
    needs = '<informationRequirement><requiredDecision href="#d"/></informationRequirement>'
    model = good(
        AGE + table(outputs + rules, 'hitPolicy="FIRST"') + literal("e", 'd.Status + "!"', needs)
    )
    assert model.evaluate({"Age": 3}) == {"d": {"Status": "no", "Rate": 2}, "e": "no!"}
    assert model.evaluate({"Age": 30})["e"] == "yes!"
    assert isinstance(model.decisions["d"].logic, DecisionTable)


def test_an_item_definition_is_a_structure_a_list_or_an_enumeration():
    model = good(
        '<itemDefinition name="tRisk"><typeRef>string</typeRef>'
        '<allowedValues><text>"high", "low"</text></allowedValues></itemDefinition>'
        '<itemDefinition name="tCase"><itemComponent name="risk"><typeRef>tRisk</typeRef>'
        '</itemComponent><itemComponent name="fines" isCollection="true"><typeRef>number</typeRef>'
        "</itemComponent></itemDefinition>"
        '<inputData name="case" id="c"><variable name="case" typeRef="tCase"/></inputData>'
        + literal("total", 'if case.risk = "high" then sum(case.fines) else 0')
    )
    case: Context = {"risk": "high", "fines": (Decimal(1), Decimal(2))}
    assert model.evaluate({"case": case}) == {"total": Decimal(3)}
    assert model.evaluate({"case": {"risk": "low"}}) == {"total": Decimal(0)}
    assert model.evaluate({"case": {"risk": "high", "fines": (None,)}}) == {"total": None}


def test_a_member_that_an_enumeration_does_not_have_is_told_at_its_place():
    body = (
        '<itemDefinition name="tRisk"><typeRef>string</typeRef>'
        '<allowedValues><text>"high", "low"</text></allowedValues></itemDefinition>\n'
        '<inputData name="risk" id="r"><variable name="risk" typeRef="tRisk"/></inputData>\n'
        + literal("d", 'risk = "hihg"')
    )
    model, report = read(body)
    assert model is None
    (problem,) = report.errors
    assert problem.message == "'hihg' is not a member of tRisk."
    assert problem.span is not None
    assert problem.span.source.name == "m.dmn"
    assert problem.span.source.text[problem.span.offset :].startswith('"hihg"')


def test_an_error_in_an_escaped_text_is_told_by_the_line_of_the_file():
    model, report = read(AGE + "\n" + literal("d", "Age &lt; 3 &amp;&amp; true"))
    assert model is None
    (problem,) = report.errors
    assert str(problem.span) == "m.dmn:2:1:9"


def test_a_knowledge_model_is_put_in_place_of_its_calls():
    knowledge = (
        '<businessKnowledgeModel id="k" name="Double It"><encapsulatedLogic>'
        '<formalParameter name="x" typeRef="number"/><literalExpression><text>x + x</text>'
        "</literalExpression></encapsulatedLogic></businessKnowledgeModel>"
    )
    needs = '<knowledgeRequirement><requiredKnowledge href="#k"/></knowledgeRequirement>'
    model = good(AGE + knowledge + literal("d", "Double It(Age * 3) + 1", needs))
    assert model.evaluate({"Age": 2}) == {"d": Decimal(13)}
    boxed = (
        f'<decision id="d" name="d">{needs}<invocation><literalExpression><text>Double It</text>'
        '</literalExpression><binding><parameter name="x"/><literalExpression><text>Age * 3</text>'
        "</literalExpression></binding></invocation></decision>"
    )
    assert good(AGE + knowledge + boxed).evaluate({"Age": 2}) == {"d": Decimal(12)}
    assert refused(AGE + knowledge + literal("d", "Double It(Age, 3)", needs)) == [
        "arguments: Double It(...) takes 1 values, 2 are given."
    ]
    assert refused(AGE + knowledge + literal("d", 'Double It("a") + 1', needs)) == [
        "type: There is no string + number."
    ]


@pytest.mark.parametrize(
    ("attributes", "inner", "age", "result"),
    [
        ("", rule("&gt; 5", "1"), 3, None),
        ("", rule("&gt; 5", "1") + rule("&gt; 7", "2"), 9, None),
        ("", rule("", "1"), 9, Decimal(1)),
        ('hitPolicy="COLLECT"', rule("-", "1") + rule("&gt; 7", "2"), 9, (1, 2)),
        ('hitPolicy="COLLECT"', rule("&gt; 7", "2"), 3, None),
        ('hitPolicy="COLLECT" aggregation="SUM"', rule("-", "1") + rule("-", "2"), 9, 3),
        ('hitPolicy="COLLECT" aggregation="COUNT"', rule("-", "1") + rule("-", "1"), 9, 2),
        ('hitPolicy="ANY"', rule("-", "1") + rule("-", "2"), 9, None),
        ('hitPolicy="RULE ORDER"', rule("-", "2") + rule("-", "1"), 9, (2, 1)),
    ],
)
def test_tables_decide_as_their_hit_policy_says(attributes, inner, age, result):
    model = good(AGE + table("<output/>" + inner, attributes))
    assert model.evaluate({"Age": age}) == {"d": result}


def test_a_default_output_is_decided_where_no_rule_applies():
    output = "<output><defaultOutputEntry><text>7</text></defaultOutputEntry></output>"
    model = good(AGE + table(output + rule("&gt; 5", "1")))
    assert model.evaluate({"Age": 3}) == {"d": Decimal(7)}
    collects = good(AGE + table(output + rule("&gt; 5", "1"), 'hitPolicy="COLLECT"'))
    assert collects.evaluate({"Age": 3}) == {"d": (Decimal(7),)}


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (
            '<decision name="d"><context/></decision>',
            "unsupported: Not supported: <context> in the decision 'd'.",
        ),
        (
            '<decision name="d"><relation/></decision>',
            "unsupported: Not supported: <relation> in the decision 'd'.",
        ),
        (
            '<decision name="d"/>',
            "unsupported: Not supported: the decision 'd' without logic.",
        ),
        ('<import name="other"/>', "unsupported: Not supported: <import>."),
        ('<decisionService name="s"/>', "unsupported: Not supported: <decisionService>."),
        (
            '<inputData name="x"><variable name="x"/></inputData>',
            "untyped: The input 'x' has no type.",
        ),
        (
            '<inputData name="x"><variable name="x" typeRef="tNone"/></inputData>',
            "unknown-type: There is no type 'tNone'.",
        ),
        (
            '<itemDefinition name="tA"><typeRef>tA</typeRef></itemDefinition>'
            '<inputData name="x"><variable name="x" typeRef="tA"/></inputData>',
            "unsupported: The type 'tA' is defined by itself.",
        ),
        (
            literal("a", "1", '<informationRequirement><r href="#b"/></informationRequirement>')
            + literal("b", "1", '<informationRequirement><r href="#a"/></informationRequirement>'),
            "dmn: These decisions require each other:",
        ),
        (literal("d", "for i in 1..3 return i"), "unknown-name: There is no name 'for i'."),
        (literal("d", "{a: 1}"), "stray-character: '{' means nothing here."),
        (literal("d", "Age = null").join([AGE, ""]), "null: A comparison with null"),
        (
            '<businessKnowledgeModel name="k"><encapsulatedLogic><decisionTable/>'
            "</encapsulatedLogic></businessKnowledgeModel>",
            "unsupported: Not supported: <decisionTable> in a business knowledge model.",
        ),
        (
            AGE + table("<output/>" + rule("-"), 'hitPolicy="COLLECT" aggregation="MEDIAN"'),
            "unsupported: Not supported: the hit policy COLLECT with MEDIAN.",
        ),
        (
            AGE + table("<output/><rule><outputEntry><text>1</text></outputEntry></rule>"),
            "dmn: This rule has 0 input entries, the table 1 inputs.",
        ),
        (
            AGE + table("<output/>" + rule("-", "1") + rule("-", '"a"')),
            "type: The entries of the output 'd' differ in type.",
        ),
    ],
)
def test_what_lies_outside_is_refused_in_clear_words(body, said):
    messages = refused(body)
    assert any(m.startswith(said) for m in messages), messages


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("<definitions>", "This is not well-formed XML"),
        ("", "This is not well-formed XML"),
        ("<bpmn/>", "This is no DMN model: its root is <bpmn>."),
        (
            '<!DOCTYPE x [<!ENTITY a "b">]><definitions name="&a;"/>',
            "This document has a document type definition, which is not read.",
        ),
    ],
)
def test_a_document_that_is_no_model_is_refused(text, said):
    report = Report()
    assert read_model(text, "m.dmn", report) is None
    (problem,) = report.errors
    assert problem.message.startswith(said)
    assert problem.span is not None


@given(st.text(alphabet=st.sampled_from("<>/&;\"'= abdefinitosn\n\x00!-[]"), max_size=60))
def test_no_document_crashes_the_reader(text):
    report = Report()
    read_model(text, "m.dmn", report)
    read_cases(text, "t.xml", report)


def test_a_case_that_comes_out_otherwise_fails_and_says_how():
    model = good(AGE + literal("d", "Age + 1"))
    report = Report()
    (case,) = read_cases(
        '<testCases xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><testCase id="1">'
        '<inputNode name="Age"><value xsi:type="xsd:decimal">3</value></inputNode>'
        '<resultNode name="d"><expected><value xsi:type="xsd:decimal">5</value></expected>'
        '</resultNode><resultNode name="e"><expected><value xsi:nil="true"/></expected>'
        "</resultNode></testCase></testCases>",
        "t.xml",
        report,
    )
    result = run_case(model, case)
    assert not result.passed
    assert result.failures == {"d": (Decimal(5), Decimal(4)), "e": (None, None)}


def test_a_value_that_is_none_of_its_type_is_reported():
    report = Report()
    read_cases(
        '<testCases xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><testCase id="1">'
        '<inputNode name="Age"><value xsi:type="xsd:decimal">three</value></inputNode>'
        "</testCase></testCases>",
        "t.xml",
        report,
    )
    assert [d.message for d in report] == ["'three' is not a value of type decimal."]


@pytest.mark.parametrize(
    ("expected", "actual", "same"),
    [
        (Decimal(3), Decimal("3.0"), True),
        (Decimal(3), 3, True),
        (Decimal(1), True, False),
        (Decimal("3.1"), Decimal("3.10001"), False),
        (Decimal("562.707359373292"), Decimal("562.707359373265927"), True),
        (Decimal("562.707359373292"), Decimal("562.7073594"), False),
        ("a", "a", True),
        ("a", None, False),
        (None, None, True),
        (None, "a", False),
        (True, True, True),
        (True, 1, False),
        ((Decimal(1), "a"), (1, "a"), True),
        ((Decimal(1),), (1, 1), False),
        ((Decimal(1),), Decimal(1), False),
        ({"a": "x"}, {"a": "x", "b": "y"}, True),
        ({"a": "x"}, {"b": "x"}, False),
        ({"a": "x"}, "x", False),
        (Period(seconds=60), Period(seconds=60), True),
    ],
)
def test_results_agree(expected, actual, same):
    assert agrees(expected, actual) is same
