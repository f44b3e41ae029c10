"""What random histories of a measure are made of: its events, and values that its rules ask about.

Values that no rule compares with anything tell evaluators apart as little as a dry key tells pens.
So constants are collected from expressions and tables, by the name of the fact that is compared;
lengths of time and edges of windows too, for instants that lie on them or a second beside.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cached_property
from typing import Any

from shouwen.measures.bulk.compile import rules_of
from shouwen.measures.bulk.liveness import named_by
from shouwen.measures.calendars import Period
from shouwen.measures.evaluation import Adoption
from shouwen.measures.feel import tree
from shouwen.measures.feel.tables import DecisionTable
from shouwen.measures.language.model import Duty, Fact, Ledger, Rule
from shouwen.measures.language.strata import expressions

# Ordinary days, both ends of months, quarters, halves and years, statutory holidays of 2026 and
# the days around them, and days on which people work instead.
DAYS = [
    date(2026, 1, 1), date(2026, 1, 5), date(2026, 2, 14), date(2026, 2, 28), date(2026, 3, 1),
    date(2026, 3, 31), date(2026, 4, 1), date(2026, 5, 6), date(2026, 5, 8), date(2026, 5, 9),
    date(2026, 6, 30), date(2026, 7, 1), date(2026, 9, 20), date(2026, 9, 30), date(2026, 10, 1),
    date(2026, 10, 7), date(2026, 10, 10), date(2026, 12, 31),
]  # fmt: skip
CLOCK = [time(), time(0, 0, 1), time(8, 30), time(12), time(17, 30), time(23, 59, 59)]


@dataclass(frozen=True, eq=False)
class Words:
    """The measure, and what its rules ask about (see the module)."""

    adoption: Adoption

    @cached_property
    def rules(self) -> Mapping[str, Rule]:
        """Its rules by id."""
        return rules_of(self.adoption.measure)

    @cached_property
    def types(self) -> frozenset[str]:
        """The event types that histories have: those that a rule or a fact looks at."""
        return frozenset(self.adoption.measure.vocabulary.events)

    @cached_property
    def near(self) -> Mapping[str, tuple[Any, ...]]:
        """By name of a fact, the constants that it is compared with."""
        found: dict[str, dict[Any, None]] = defaultdict(dict)
        for node in self._nodes():
            if isinstance(node, tree.Compare | tree.Between | tree.InTests):
                parts = [n for c in tree.children(node) for n in tree.walk(c)]
                constants = [n.value for n in parts if isinstance(n, tree.Literal)]
                for part in parts:
                    if isinstance(part, tree.Name):
                        found[part.name].update(dict.fromkeys(constants))
        for table in self._tables():
            for i, column in enumerate(table.inputs):
                for name in tree.names(column.expression):
                    cells = [n for row in table.rows for n in tree.walk(row.cells[i])]
                    constants = [n.value for n in cells if isinstance(n, tree.Literal)]
                    found[name].update(dict.fromkeys(constants))
        for fact in self.adoption.measure.facts.values():
            if fact.column is not None:
                found[fact.column].update(found.get(fact.name, {}))
        return {name: tuple(values) for name, values in found.items()}

    @cached_property
    def lengths(self) -> tuple[timedelta, ...]:
        """Lengths of time of the measure, months as thirty days."""
        found = {timedelta(0), timedelta(seconds=1), timedelta(hours=1), timedelta(days=1)}
        periods: list[Any] = [n.value for n in self._nodes() if isinstance(n, tree.Literal)]
        periods += [f.within for f in self.adoption.measure.facts.values()]
        for period in periods:
            if isinstance(period, Period):
                days = period.months * 30 + period.days + period.working_days
                length = timedelta(days=days, seconds=period.seconds)
                if timedelta(0) < length < timedelta(days=800):
                    found |= {length, length - timedelta(seconds=1), length + timedelta(seconds=1)}
        return tuple(sorted(found))

    @cached_property
    def moments(self) -> tuple[datetime, ...]:
        """Instants at which something may begin."""
        clocks = {*CLOCK, time(9, 30, 15)}
        for window in self.adoption.measure.windows.values():
            for hour, minute in re.findall(r"(\d+):(\d+)", f"{window.daily} {window.special}"):
                if int(hour) < 24:
                    clocks.add(time(int(hour), int(minute)))
        days = [*DAYS, *(d for d in (self.adoption.first_day, self.adoption.last_day) if d)]
        zone = self.adoption.zone
        return tuple(datetime.combine(d, c, zone) for d in days for c in sorted(clocks))

    @cached_property
    def norms(self) -> tuple[str, ...]:
        """Norms that rules tell apart; all of them where they tell none."""
        measure = self.adoption.measure
        named = {n for v in (self.near.get("norm", ()),) for n in v if n in measure.clauses}
        for rule in self.rules.values():
            named |= getattr(getattr(rule, "trigger", None), "clauses", frozenset())
        for fact in measure.facts.values():
            named |= fact.clauses
        leaves = sorted(n for n in named if not measure.clauses[n].children)
        return tuple(leaves) or tuple(c.id for c in measure.norms)

    @cached_property
    def beside(self) -> Mapping[str, tuple[str, ...]]:
        """By rule, the event types that have a part in it: what sets it off comes first."""
        return {rule_id: tuple(self._beside(rule)) for rule_id, rule in self.rules.items()}

    @cached_property
    def starters(self) -> tuple[str, ...]:
        """The rules that events set off, or whose subjects they name."""
        return tuple(r for r, types in self.beside.items() if types)

    def _beside(self, rule: Rule) -> dict[str, None]:
        events = self.adoption.measure.vocabulary.events
        found: dict[str, None] = {}
        trigger = None if isinstance(rule, Ledger) else rule.trigger
        if trigger is not None:
            found.update(dict.fromkeys(trigger.relations))
            if trigger.each is not None:
                found[trigger.each.relation] = None
        if not any(name in events for name in found):
            return {}
        if isinstance(rule, Duty):
            acts = [*(p.event for p in rule.performances), *(m.event for m in rule.moves)]
            acts += [x.event for x in rule.exemptions if x.event is not None]
            found.update(dict.fromkeys(acts))
        for fact in self.facts(rule):
            found[fact.relation] = None
        return {name: None for name in found if name in events}

    def facts(self, rule: Rule) -> Iterator[Fact]:
        """The facts that a rule reads, and those that these read."""
        known = self.adoption.measure.facts
        stack = [*named_by(rule), *(n for e in expressions(rule) for n in tree.names(e))]
        seen: set[str] = set()
        while stack:
            name = stack.pop().removeprefix("asking.")
            if name in known and name not in seen:
                seen.add(name)
                fact = known[name]
                yield fact
                stack += [*fact.same, *fact.distinct]
                stack += [n for e in (fact.where, fact.value) if e is not None
                          for n in tree.names(e)]  # fmt: skip

    def _nodes(self) -> Iterator[tree.AnyNode]:
        facts = self.adoption.measure.facts.values()
        roots = [e for rule in self.rules.values() for e in expressions(rule)]
        roots += [e for f in facts for e in (f.where, f.value) if e is not None]
        return (node for root in roots for node in tree.walk(root))

    def _tables(self) -> Iterator[DecisionTable]:
        for rule in self.rules.values():
            table = getattr(rule, "table", None)
            if isinstance(table, DecisionTable):
                yield table
