"""Steps on the way to an outcome, for people."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Note:
    """One step of the way to an outcome, in both languages, with the clause it rests on."""

    zh: str
    en: str
    norm: str | None = None
