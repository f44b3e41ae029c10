"""What a measure is and what it means.

A measure is a pure function: ``outcomes = evaluate(measure, events, as_of)``. The rooms, from
the ground up; each may import only those before it:

- `diagnostics`: where in a source something is wrong, and what to do about it.
- `calendars`: periods, working days, business hours, deadlines that say which rule moved them.
- `feel`: the expression language of conditions and decision-table cells.
- `language`: literate Markdown in, typed clauses out.
- `evaluation`: the reference evaluator, with trace, explanation and counterfactual.
- `checking`: what can be said of a measure with no events at all.
- `bulk`: the same rules over a whole event log, through Ibis.
- `interchange`: event logs and DMN models from elsewhere.
- `scenarios`: tests of a measure, written by the people who own it.
"""
