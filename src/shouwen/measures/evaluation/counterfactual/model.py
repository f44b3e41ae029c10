"""Changes of a history, and what they would have changed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Literal

from shouwen.measures.evaluation.events import Event
from shouwen.measures.evaluation.limits import Limit
from shouwen.measures.evaluation.outcomes import Outcome

Kind = Literal["moved", "added", "altered", "earlier", "absent"]
KINDS: tuple[Kind, ...] = ("moved", "added", "altered", "earlier", "absent")
"""From the smallest: an act in time, an act more, another fact, an older matter, no act at all."""


@dataclass(frozen=True)
class Change:
    """One change of a history.

    Attributes:
        kind: ``moved`` (an act in time), ``added`` (an act that was not done), ``altered`` (another
            value of a fact), ``earlier`` (something older, with all its events), ``absent``.
        before: the events as they were; empty for ``added``.
        after: the events as they would have been; empty for ``absent``.
        by: for acts in time, the last moment at which it would have done.
        facts: the facts of the events that matter, for words.
        of: for ``earlier``, the outcome that would have been older.
    """

    kind: Kind
    before: tuple[Event, ...] = ()
    after: tuple[Event, ...] = ()
    by: Limit | None = None
    facts: tuple[str, ...] = ()
    of: Outcome | None = None

    @property
    def distance(self) -> timedelta:
        """How far events are moved, the farthest of them."""
        if not self.before or not self.after:
            return timedelta()
        return max(abs(b.at - a.at) for b, a in zip(self.before, self.after, strict=True))

    @property
    def renamed(self) -> int:
        """How many altered facts have another value than just the opposite."""
        if self.kind != "altered":
            return 0
        return sum(not isinstance(e.facts[n], bool) for e in self.after for n in self.facts)

    def apply(self, events: Mapping[str, Event]) -> dict[str, Event]:
        """The history with the change made."""
        found = dict(events)
        for event in self.before:
            found.pop(event.id, None)
        for event in self.after:
            found[event.id] = event
        return found


Changes = tuple[Change, ...]
"""Changes that are made together."""


def size(changes: Changes) -> tuple[int, int, timedelta, int]:
    """How big changes are: how many, the biggest kind among them, how far events are moved, and
    how many facts are not just turned from yes to no or back."""
    kind = max((KINDS.index(c.kind) for c in changes), default=0)
    moved = sum((c.distance for c in changes), timedelta())
    return len(changes), kind, moved, sum(c.renamed for c in changes)


def applied(changes: Iterable[Change], events: Mapping[str, Event]) -> dict[str, Event]:
    """The history with all of the changes made."""
    found = dict(events)
    for change in changes:
        found = change.apply(found)
    return found


@dataclass(frozen=True)
class Counterfactual:
    """Changes of history under which an outcome would not have come about.

    Every one has been tried: the changed history was evaluated, and broke no other norm.

    Attributes:
        changes: what would have been different, the least that does it.
        instead: what the same rule would have said; None when it would have said nothing.
        zh, en: the whole as a sentence.
    """

    changes: Changes
    instead: Outcome | None
    zh: str
    en: str
