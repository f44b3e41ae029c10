"""What an explanation is made of, and how it is shown as plain text."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from shouwen.measures.evaluation.wording import Language


@dataclass(frozen=True)
class Line:
    """One sentence, and what it is about, so that a page can link it.

    `norm` is a clause, `event` and `outcome` are ids, `law` an article of law or a notice.
    """

    text: str
    norm: str | None = None
    event: str | None = None
    outcome: str | None = None
    law: str = ""


@dataclass(frozen=True)
class Section:
    """Lines that answer one question. `key` is stable, `title` is for people."""

    key: str
    title: str
    lines: tuple[Line, ...]


@dataclass(frozen=True)
class Explanation:
    """Why an outcome is what it is, in one language.

    `summary` says all of it in a sentence or two; `sections` say what that rests on, only those
    that have something to say.
    """

    outcome: str
    language: Language
    summary: str
    sections: tuple[Section, ...]

    def section(self, key: str) -> Section | None:
        """A section by its key, if there is one."""
        return next((s for s in self.sections if s.key == key), None)

    @property
    def text(self) -> str:
        """The whole as plain text."""
        lines = [self.summary]
        for section in self.sections:
            lines += ["", section.title, *(f"  {line.text}" for line in section.lines)]
        return "\n".join(lines)

    def data(self) -> dict[str, Any]:
        """The whole as plain data, for pages and other programs."""
        return asdict(self)
