"""Who held which post when, from the events that say so (`post.held`)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from shouwen.measures.evaluation.events import Event
from shouwen.measures.language.model import Vocabulary

ANY_UNIT = ""
"""In place of a unit: a post that there is once in the whole organisation."""


@dataclass(frozen=True)
class Holder:
    """An answer about a post: a person, or that it is vacant, with the event that says so."""

    person: str | None
    event: str


class Organisation:
    """The dated chart of posts.

    A `post.held` counts from its `from` (its own instant, if it has none) until its `to`, which
    is excluded; one without `to` lasts until the next of the same unit and post begins.
    """

    def __init__(self, events: Sequence[Event], vocabulary: Vocabulary) -> None:
        ids = {label.zh: name for name, label in vocabulary.posts.items()}
        self._by_post: dict[tuple[str, str], list[Event]] = defaultdict(list)
        self._by_person: dict[str, list[Event]] = defaultdict(list)
        for event in sorted(events, key=lambda e: (_start(e), e.id)):
            post = event.facts.get("post")
            unit = event.facts.get("unit")
            person = event.facts.get("person")
            if post is not None:
                name = ids.get(post, post)
                self._by_post[ANY_UNIT, name].append(event)
                if unit is not None:
                    self._by_post[unit, name].append(event)
            if person is not None:
                self._by_person[person].append(event)

    def holder(self, post: str, unit: str, at: datetime) -> Holder | None:
        """Who held a post of a unit (or of `ANY_UNIT`) at an instant; None when nobody is on
        record."""
        for event in reversed(self._by_post.get((unit, post), ())):
            if _start(event) <= at:
                end = event.facts.get("to")
                if end is not None and at >= end:
                    continue
                return Holder(event.facts.get("person"), event.id)
        return None

    def unit_of(self, person: str, at: datetime) -> str | None:
        """The unit a person belonged to at an instant; None when it is not on record."""
        for event in reversed(self._by_person.get(person, ())):
            end = event.facts.get("to")
            if _start(event) <= at and (end is None or at < end):
                unit = event.facts.get("unit")
                return None if unit is None else str(unit)
        return None


def _start(event: Event) -> datetime:
    start: datetime = event.facts.get("from", event.at)
    return start
