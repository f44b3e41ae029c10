"""The menu on the left."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from shouwen.service.access.actor import Actor
from shouwen.service.access.permissions import Permission

SECTIONS = {
    "today": _("Today"),
    "work": _("Work"),
    "quality": _("Quality"),
    "measure": _("The measure"),
    "house": _("Organisation"),
}
_items: list[Item] = []


@dataclass(frozen=True)
class Item:
    """An entry of the menu, shown to whoever has the permission. `key`: with g, goes there."""

    section: str
    label: Any
    url: str
    icon: str
    permission: Permission
    key: str = ""
    first: bool = False


def add(*items: Item) -> None:
    """Add items; those of a section stand in the order in which they were added."""
    _items.extend(items)


def menu_for(actor: Actor) -> list[tuple[Any, list[Item]]]:
    """The sections and items that an actor may use."""
    found = []
    for section, label in SECTIONS.items():
        items = [i for i in _items if i.section == section and actor.may(i.permission)]
        items.sort(key=lambda item: not item.first)
        if items:
            found.append((label, items))
    return found


def everything() -> list[tuple[Any, list[Item]]]:
    """All sections and items, whoever may use them."""
    sections = [s for s in SECTIONS if any(i.section == s for i in _items)]
    return [(SECTIONS[s], [i for i in _items if i.section == s]) for s in sections]
