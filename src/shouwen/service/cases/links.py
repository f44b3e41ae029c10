"""Where a case leads to: apps above add what can be made of one, or what it has become."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from shouwen.service.access.actor import Actor
from shouwen.service.cases.models import Case


@dataclass(frozen=True)
class Link:
    """A link on the page of a case."""

    label: Any
    href: str
    icon: str


_elsewhere: list[Callable[[Actor, str], Link | None]] = []
_makers: list[Callable[[Actor, Case], Iterable[Link]]] = []


def add(maker: Callable[[Actor, Case], Iterable[Link]]) -> None:
    """Add something that says which links an actor gets on the page of a case."""
    _makers.append(maker)


def links_of(actor: Actor, case: Case) -> list[Link]:
    """The links an actor gets on the page of a case."""
    return [link for maker in _makers for link in maker(actor, case)]


def add_elsewhere(finder: Callable[[Actor, str], Link | None]) -> None:
    """Add something that knows what a key is which the measure's events call a case and which is
    none of ours: a complaint, above all."""
    _elsewhere.append(finder)


def elsewhere(actor: Actor, key: str) -> Link | None:
    """Where a key that is no case leads to, if the actor may see it."""
    return next((link for finder in _elsewhere if (link := finder(actor, key))), None)
