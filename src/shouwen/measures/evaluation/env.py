"""The environment of an expression: fields at once, everything else when it is asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from shouwen.measures.evaluation.rows import Row
from shouwen.measures.feel.values import Amount, Unknown

if TYPE_CHECKING:
    from shouwen.measures.evaluation.engine import Engine


class Env(dict[str, Any]):
    """The names an expression may read, for one row.

    Fields of the row are there from the start. Facts, readings and calendar keys are worked out
    when first asked for, and remembered with what they rest on: `readings` and `evidence` (ids of
    events) are the trail of an outcome, `looked_at` the facts it used.
    """

    __slots__ = ("asking", "engine", "evidence", "looked_at", "origin", "readings", "row")

    def __init__(self, engine: Engine, row: Row, over: Row | None = None) -> None:
        """For `row`; with `over`, the fields of that other row come first (a move's event)."""
        super().__init__(row.values)
        self["at"] = row.at
        self["id"] = row.id
        if over is not None:
            self.update(over.values)
            self["at"] = over.at
            self["id"] = over.id
        for name, value in self.items():
            if isinstance(value, Amount):
                # An amount is not known before it is decided.
                self[name] = Unknown.of(name)
        self.engine = engine
        self.row = row
        self.asking: Env | None = None
        self.origin = over.origin if over is not None else row.origin
        self.readings: set[str] = set(row.readings)
        self.evidence: dict[str, None] = dict.fromkeys(row.events)
        self.looked_at: dict[str, Any] = {}

    def get(self, name: str, default: Any = None) -> Any:
        """The value of a name, worked out if need be; never the default, but an Unknown."""
        return self[name]

    def __missing__(self, name: str) -> Any:
        value = self.engine.resolve(name, self)
        self[name] = value
        return value

    def child(self, over: Row) -> Env:
        """An environment in which another row's fields come first; what it looks at counts for
        this one too."""
        found = Env(self.engine, self.row, over)
        found.readings = self.readings
        found.evidence = self.evidence
        found.looked_at = self.looked_at
        if "start" in self:
            found["start"] = self["start"]
        return found
