"""A DMN model that was read, and deciding with it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import tzinfo
from graphlib import TopologicalSorter

from shouwen.measures.feel import (
    Decision,
    DecisionTable,
    Expr,
    Facts,
    Outcome,
    Unknown,
    Value,
    compile_expression,
    compile_table,
    facts_of,
    names,
)
from shouwen.measures.feel.python import SHANGHAI
from shouwen.measures.interchange.dmn.items import ItemType

Context = Mapping[str, "DmnValue"]
"""A structure: values by component."""
DmnValue = Value | None | Context | tuple["DmnValue", ...]
"""What inputs and decisions are: a value, None (null), a context, or a list of these."""


@dataclass(frozen=True)
class DmnDecision:
    """A decision: a literal expression or a decision table, under the name it has in the model."""

    name: str
    logic: Expr | DecisionTable
    named_outputs: bool = False
    """Whether the outputs of the table are components; otherwise it has one, without a name."""

    def facts(self) -> frozenset[str]:
        """The facts it reads: inputs, their components, other decisions."""
        if isinstance(self.logic, DecisionTable):
            return frozenset(facts_of(self.logic))
        return names(self.logic)


@dataclass(frozen=True)
class DmnModel:
    """A DMN model inside the expression language."""

    name: str
    inputs: Mapping[str, ItemType]
    decisions: Mapping[str, DmnDecision]
    zone: tzinfo = SHANGHAI
    _compiled: dict[str, Callable[[Facts], DmnValue]] = field(default_factory=dict, compare=False)

    def evaluate(self, inputs: Mapping[str, DmnValue]) -> dict[str, DmnValue]:
        """Decide everything. `inputs` by name, structures as mappings; what is left out is null.

        None is null: a fact is missing, or the operation has no result, or no row applies, or a
        table contradicts its hit policy.
        """
        facts: dict[str, Value | None] = {}
        for name, value in inputs.items():
            _flatten(name, value, facts)
        results: dict[str, DmnValue] = {}
        for name in self._order():
            result = self._run(name)(facts)
            results[name] = result
            _flatten(name, result, facts)
        return {name: results[name] for name in self.decisions}

    def _order(self) -> list[str]:
        graph: dict[str, set[str]] = {}
        for name, decision in self.decisions.items():
            graph[name] = {
                other
                for other in self.decisions
                if any(f == other or f.startswith(f"{other}.") for f in decision.facts())
            } - {name}
        return list(TopologicalSorter(graph).static_order())

    def _run(self, name: str) -> Callable[[Facts], DmnValue]:
        if name not in self._compiled:
            self._compiled[name] = _compile(self.decisions[name], self.zone)
        return self._compiled[name]


def _compile(decision: DmnDecision, zone: tzinfo) -> Callable[[Facts], DmnValue]:
    logic = decision.logic
    if isinstance(logic, DecisionTable):
        table = compile_table(logic, zone)
        return lambda facts: _result(table(facts), decision.named_outputs)
    expression = compile_expression(logic, zone)
    return lambda facts: _known(expression(facts))


def _known(value: Value) -> DmnValue:
    """A value with null for what is unknown."""
    if isinstance(value, Unknown):
        return None
    return tuple(map(_known, value)) if isinstance(value, tuple) else value


def _result(decision: Decision, named: bool) -> DmnValue:
    """A decision as DMN has it: a value, a context, or a list of either."""
    if decision.outcome not in (Outcome.MATCHED, Outcome.DEFAULT):
        return None
    policy = decision.table.policy
    columns = {name: _known(value) for name, value in decision.outputs.items()}
    if not named:
        value = columns.get(decision.table.outputs[0].name)
        if decision.outcome is Outcome.DEFAULT and policy.lists:
            return (value,)
        return value
    if not policy.lists or decision.outcome is Outcome.DEFAULT:
        return columns
    lists = {name: value for name, value in columns.items() if isinstance(value, tuple)}
    return tuple(
        {name: values[i] for name, values in lists.items()} for i in range(len(decision.rows))
    )


def _flatten(name: str, value: DmnValue, facts: dict[str, Value | None]) -> None:
    """Components become facts of their own; lists of contexts are no facts."""
    if isinstance(value, Mapping):
        for component, inner in value.items():
            _flatten(f"{name}.{component}", inner, facts)
    elif isinstance(value, tuple):
        items = [Unknown() if v is None else v for v in value]
        if not any(isinstance(v, Mapping) for v in items):
            facts[name] = tuple(items)  # type: ignore[arg-type]
    else:
        facts[name] = value
