"""Steps on the way to an outcome, for people."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Note:
    """One step of the way to an outcome, in both languages, with what it rests on.

    `norm` is a clause of the measure; `law` the article or notice of the state, where it is one
    that moves a deadline (in Chinese, as it is cited).
    """

    zh: str
    en: str
    norm: str | None = None
    law: str = ""
