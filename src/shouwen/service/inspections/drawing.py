"""Drawing a sample fairly, so that anyone can draw it again.

Every key of the frame gets a lot, SHA-256 of the seed and the key; the `size` keys with the lowest
lots are drawn. Each key has the same chance whatever the order of the frame, and no key can be
drawn twice. The lots can be reckoned with any tool, in any language, in twenty years: no generator
of random numbers promises that its stream stays the same from one version of its library to the
next.

The seed follows from what is drawn: SHA-256 of the organisation, the number of the sample, what was
asked for and the fingerprint of the frame. Nobody can choose it, and whoever draws again for a
better result gets a new number, which stays on record beside the first.
"""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

METHOD = "sha256-lots-1"


def fingerprint(frame: Iterable[str]) -> str:
    """SHA-256 over the keys of a frame in their order by text, one a line.

    >>> fingerprint(["b", "a"]) == fingerprint(["a", "b"])
    True
    """
    return hashlib.sha256("\n".join(sorted(frame)).encode()).hexdigest()


def seed_of(asked: Mapping[str, Any], frame_print: str) -> str:
    """The seed that follows from what was asked for and the frame it is drawn from."""
    said = json.dumps([dict(asked), frame_print], ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(said.encode()).hexdigest()


def lot(seed: str, key: str) -> str:
    """The lot of a key: the lower, the sooner it is drawn."""
    return hashlib.sha256(f"{seed}|{key}".encode()).hexdigest()


def draw(frame: Iterable[str], size: int, seed: str) -> list[str]:
    """So many keys of a frame, in the order of their lots; all of a smaller frame.

    >>> draw(["C1", "C2", "C3", "C4"], 2, "seed") == draw(["C4", "C3", "C2", "C1"], 2, "seed")
    True
    >>> sorted(draw(["C1", "C2"], 5, "seed"))
    ['C1', 'C2']
    """
    return sorted(set(frame), key=lambda key: (lot(seed, key), key))[: max(0, size)]


def draw_each(frame: Mapping[str, str], size: int, seed: str) -> list[str]:
    """So many keys of each part of a frame (a mapping of keys to parts), part by part."""
    parts: dict[str, list[str]] = defaultdict(list)
    for key, part in frame.items():
        parts[part].append(key)
    return [key for part in sorted(parts) for key in draw(parts[part], size, seed)]
