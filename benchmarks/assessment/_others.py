"""What an event costs elsewhere, on a log of a size that all of them finish.

The reference evaluator is given the same four rules and all of the log. The two engines of other
people know no clocks, calendars, moves or corrections. They are given what they can do: for every
repair a limit from the table of area and severity, both known beforehand. Their rates are told in
events of the log all the same, so that the figures can be read side by side; this flatters them.
"""

from __future__ import annotations

import json
import random
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from benchmarks.assessment._runs import AS_OF, RULES
from benchmarks.operation.logs import log, measure_of
from shouwen.measures.evaluation import adopt, evaluate

EVENTS = 40_000
LIMITS = {("城区", "小故障"): 60, ("城区", "大故障"): 1440, ("农村", "小故障"): 720,
          ("农村", "大故障"): 1440}  # fmt: skip
"""Minutes until restoration, as in 3.3.2d to 3.3.2h."""

BPMN = """<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL"
    xmlns:camunda="http://camunda.org/schema/1.0/bpmn" targetNamespace="repair" id="repairs">
  <process id="repair" isExecutable="true">
    <startEvent id="begin"><outgoing>a</outgoing></startEvent>
    <sequenceFlow id="a" sourceRef="begin" targetRef="limit" />
    <businessRuleTask id="limit" camunda:decisionRef="limits">
      <incoming>a</incoming><outgoing>b</outgoing>
    </businessRuleTask>
    <sequenceFlow id="b" sourceRef="limit" targetRef="end" />
    <endEvent id="end"><incoming>b</incoming></endEvent>
  </process>
</definitions>
"""
DMN = """<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="d" name="d"
    namespace="repair">
  <decision id="limits" name="limits">
    <decisionTable id="t">
      <input id="i1" label="area"><inputExpression id="e1" typeRef="string">
        <text>area</text></inputExpression></input>
      <input id="i2" label="severity"><inputExpression id="e2" typeRef="string">
        <text>severity</text></inputExpression></input>
      <output id="o" label="minutes" name="minutes" typeRef="integer" />
      {rules}
    </decisionTable>
  </decision>
</definitions>
"""
RULE = """<rule id="r{n}"><inputEntry id="a{n}"><text>"{area}"</text></inputEntry>
<inputEntry id="b{n}"><text>"{severity}"</text></inputEntry>
<outputEntry id="c{n}"><text>{minutes}</text></outputEntry></rule>"""


def show(ours: float) -> None:
    """Measure and print; what is not installed is left out, with a word on it.

    `ours`: how many events the plan takes in a second of processor time.
    """
    made = log("cable", EVENTS)
    count, cases = len(made), len(made.tables["repair.reported"])
    print(f"\n{count:,} events, {cases:,} repairs; events in a second of processor time:")
    runs: dict[str, Callable[[], float | str]] = {
        "reference evaluator": lambda: _reference(made),
        "zen-engine, two decisions a case": lambda: _zen(cases),
        "SpiffWorkflow, a process with a decision a case": lambda: _spiff(cases),
    }
    print(f"  {'the plan, with trails (above)':<48}{ours:>11,.0f}")
    for name, one in runs.items():
        found = one()
        if isinstance(found, str):
            print(f"  {name:<48}{found}")
        else:
            rate = count / found
            print(f"  {name:<48}{rate:>11,.0f}   the plan is {ours / rate:.1f} times as fast")


def _timed(work: Callable[[], Any]) -> float:
    began = time.process_time()
    work()
    return time.process_time() - began


def _reference(made: Any) -> float:
    """The reference evaluator with these rules only."""
    measure = measure_of("cable")
    chosen = replace(
        measure, duties=tuple(d for d in measure.duties if d.id in RULES), findings=(),
        consequences=(), ledgers=(), grades=(), rights=(),
        strata=tuple(tuple(r for r in s if r in RULES) for s in measure.strata),
    )  # fmt: skip
    events = list(made.events())
    return _timed(lambda: evaluate(adopt(chosen), events, AS_OF))


def _cases(count: int) -> list[dict[str, Any]]:
    rng = random.Random(1)
    keys = list(LIMITS)
    return [dict(zip(("area", "severity"), rng.choice(keys), strict=True)) for _ in range(count)]


def _zen(count: int) -> float | str:
    try:
        import zen
    except ImportError:
        return "not installed (benchmarks/requirements.txt)"
    content = {
        "nodes": [
            {"id": "in", "name": "in", "type": "inputNode", "content": {}},
            {"id": "t", "name": "t", "type": "decisionTableNode", "content": {
                "hitPolicy": "first",
                "inputs": [{"id": n, "name": n, "field": n} for n in ("area", "severity")],
                "outputs": [{"id": "m", "name": "minutes", "field": "minutes"}],
                "rules": [
                    {"_id": str(i), "area": f'"{a}"', "severity": f'"{s}"', "m": str(minutes)}
                    for i, ((a, s), minutes) in enumerate(LIMITS.items())
                ],
            }},
            {"id": "out", "name": "out", "type": "outputNode", "content": {}},
        ],
        "edges": [
            {"id": "1", "sourceId": "in", "targetId": "t", "type": "edge"},
            {"id": "2", "sourceId": "t", "targetId": "out", "type": "edge"},
        ],
    }  # fmt: skip
    decision = zen.ZenDecisionContent(json.dumps(content))
    engine = zen.ZenEngine({"loader": lambda key: decision})
    requests: list[Any] = [{"key": "t", "context": c} for c in _cases(count)]
    seconds, results = 0.0, []
    for _ in range(2):
        began = time.process_time()
        results = engine.evaluate_batch(requests)
        seconds += time.process_time() - began
    right = [LIMITS[c["area"], c["severity"]] for c in _cases(count)]
    said = [_minutes(r) for r in results]
    assert said == right, (said[:3], right[:3])
    return seconds


def _minutes(result: Any) -> Any:
    found = result
    for key in ("data", "result", "minutes"):
        if isinstance(found, dict) and key in found:
            found = found[key]
    return found


def _spiff(count: int) -> float | str:
    try:
        from lxml import etree
        from SpiffWorkflow.bpmn import BpmnWorkflow
        from SpiffWorkflow.camunda.parser import CamundaParser
    except ImportError:
        return "not installed (benchmarks/requirements.txt)"
    parser = CamundaParser()
    parser.add_bpmn_xml(etree.fromstring(BPMN.encode()))
    rules = "".join(
        RULE.format(n=n, area=a, severity=s, minutes=m)
        for n, ((a, s), m) in enumerate(LIMITS.items())
    )
    parser.add_dmn_xml(etree.fromstring(DMN.format(rules=rules).encode()))
    spec = parser.get_spec("repair")
    share = min(count, 1_000)
    cases = _cases(share)

    def work() -> None:
        for case in cases:
            workflow = BpmnWorkflow(spec)
            workflow.data.update(case)
            for task in workflow.get_tasks():
                task.data.update(case)
            workflow.run_all()
            assert workflow.data["minutes"] == LIMITS[case["area"], case["severity"]]

    # Every case costs the same: the first thousand stand for all.
    return _timed(work) * count / share
