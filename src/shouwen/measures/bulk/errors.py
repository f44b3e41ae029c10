"""What the bulk engine cannot say yet."""

from __future__ import annotations

from shouwen.measures.diagnostics import Span


class NotLoweredYet(NotImplementedError):
    """A construct that has no lowering to Ibis yet.

    It is raised while a plan is made, never while it runs: a plan that exists says what the
    reference evaluator says.

    Attributes:
        construct: what is not lowered, such as "ledger" or "move: extend".
        clause: the clause of the rule that uses it, where there is one.
        span: where it is written, where that is known.
    """

    def __init__(self, construct: str, clause: str | None = None, span: Span | None = None) -> None:
        self.construct = construct
        self.clause = clause
        self.span = span
        where = f" (clause {clause})" if clause else ""
        place = f" at {span}" if span is not None and span.source.text else ""
        super().__init__(
            f"The bulk engine does not lower '{construct}' yet{where}{place}. "
            "Evaluate this rule with the reference evaluator."
        )
