"""What can be verified: the log, and whatever else is kept so that nothing can be altered unseen.

An app adds its own when it is ready; the command `verify_chains` looks at all of them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from shouwen.service.audit.actions import faults

Faults = Callable[[], Iterator[tuple[int, str]]]
"""Gives, inside an organisation, the number of what is broken and what is wrong with it."""

_chains: dict[str, Faults] = {"log": faults}


def add(name: str, found: Faults) -> None:
    """Let something be verified too."""
    _chains[name] = found


def all_chains() -> dict[str, Faults]:
    """Everything there is to verify, by name."""
    return dict(_chains)
