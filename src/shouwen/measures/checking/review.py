"""A second look at a whole measure: what its drafter may have forgotten."""

from __future__ import annotations

from shouwen.measures.checking.coverage import coverage, readings_used, rules
from shouwen.measures.diagnostics import Report
from shouwen.measures.language.model import Duty, Ledger, Measure, Take


def review(measure: Measure, report: Report, *, solver: bool = True) -> None:
    """Add warnings about what looks forgotten. Nothing here refuses a measure.

    With `solver`, also about what can never happen, never fail to happen, or contradicts itself.
    """
    if solver:
        # Imported here, since it takes longer than all the rest: who does not ask does not pay.
        from shouwen.measures.checking.solver import examine

        examine(measure, report)
    for norm in coverage(measure).missing:
        report.warning(
            "not-enacted",
            f"Norm {norm.clause.id} ({norm.clause.title}) is enacted by no rule.",
            norm.clause.span,
            hint="State its rule, list it under a conduct, or give the reason in a prose block.",
        )
    for reading, used in readings_used(measure).items():
        if not used:
            found = measure.readings[reading]
            report.warning(
                "unused-reading",
                f"No rule looks at the reading '{reading}': choosing another changes nothing.",
                found.span,
                hint=f"Use reading.{reading} in a condition, or take the reading away.",
            )
    _keyless(measure, report)
    used_events = _events_used(measure)
    for name, relation in measure.vocabulary.events.items():
        if name not in used_events and relation.span is not None:
            if relation.span.source.name == "<prelude>":
                continue
            report.warning(
                "unused-event",
                f"No rule or fact looks at the event '{name}'.",
                relation.span,
                hint="It may be meant for people only; otherwise state the rule that needs it.",
            )


def _keyless(measure: Measure, report: Report) -> None:
    """Events that a duty looks at but that have none of its keys: each would match every case."""
    for duty in measure.duties:
        if not duty.same:
            continue
        parts = [
            (p.event, p.span) for p in duty.performances if duty.trigger.relations != (p.event,)
        ]
        parts += [(m.event, m.span) for m in duty.moves]
        parts += [(x.event, x.span) for x in duty.exemptions if x.event is not None]
        for event, span in parts:
            fields = measure.vocabulary.events[event].fields
            if not any(k in fields or k.startswith("this_") for k in duty.same):
                report.warning(
                    "no-shared-key",
                    f"'{event}' has none of the keys of this duty ({', '.join(duty.same)}), so "
                    "every such event counts for every case.",
                    span,
                    hint="Give the event the key, or name another key under `same`.",
                )


def _events_used(measure: Measure) -> set[str]:
    found: set[str] = set()
    for rule in rules(measure):
        if isinstance(rule, Ledger):
            found |= {s.relation for s in rule.sources}
            continue
        found |= set(rule.trigger.relations)
        if rule.trigger.each is not None:
            found.add(rule.trigger.each.relation)
        if isinstance(rule, Duty):
            found |= {p.event for p in rule.performances}
            found |= {m.event for m in rule.moves}
            found |= {x.event for x in rule.exemptions if x.event is not None}
    for fact in measure.facts.values():
        if fact.take not in (Take.VALUE, Take.HOLDER):
            found.add(fact.relation)
    return found
