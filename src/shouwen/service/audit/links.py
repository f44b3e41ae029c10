"""A chain of hashes: each entry holds the hash of the one before, and a head says where it ends."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Protocol, TypeVar


class Link(Protocol):
    """An entry of a chain."""

    number: int
    hash: str
    before: str


class Head(Protocol):
    """Where a chain ends."""

    number: int
    hash: str


L = TypeVar("L", bound=Link)


def breaks(
    entries: Iterable[L], digest: Callable[[L], str], head: Callable[[], Head | None], name: str
) -> Iterator[tuple[int, str]]:
    """Where a chain is broken: the number, and what is wrong.

    Args:
        entries: all there are, by number, which begins with 1.
        digest: what the hash of an entry must be.
        head: gives where it ends, asked after the last entry; None when nothing was ever added.
        name: what the chain is called: "log".
    """
    before, expected = "", 1
    for entry in entries:
        if entry.number != expected:
            yield entry.number, f"entries {expected} to {entry.number - 1} are missing"
        elif entry.before != before:
            yield entry.number, "it does not follow on the entry before"
        if digest(entry) != entry.hash:
            yield entry.number, "it was altered after it was written"
        before, expected = entry.hash, entry.number + 1
    end = head()
    if end is not None and (end.number, end.hash) != (expected - 1, before):
        yield end.number, f"the {name} ends at {expected - 1}; entries after it are missing"
