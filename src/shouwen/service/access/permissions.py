"""What can be done, and by which roles."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from shouwen.service.organisations.models import Role

_all: dict[str, Permission] = {}


@dataclass(frozen=True)
class Permission:
    """Something that can be done. `name` is "app.verb"; `label` is what people call it."""

    name: str
    label: Any
    roles: frozenset[Role]


def declare(name: str, label: Any, roles: Iterable[Role]) -> Permission:
    """Declare a permission. Raises ValueError when the name is taken."""
    if name in _all:
        raise ValueError(f"The permission '{name}' is declared twice.")
    _all[name] = Permission(name, label, frozenset(roles))
    return _all[name]


def all_permissions() -> tuple[Permission, ...]:
    """Every declared permission, by name."""
    return tuple(_all[n] for n in sorted(_all))


EVERYONE = frozenset(Role)
"""All roles: for pages that everyone who works there may see."""
