"""What is wrong with a log: counted in full, told in part."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from shouwen.measures.diagnostics import Diagnostic, Severity, SourceError

SHOWN_OF_A_KIND = 5
SHOWN = 50
_LONGEST = 80


class LogError(SourceError):
    """A log was refused; nothing of it was taken.

    Attributes:
        diagnostics: what is wrong, some of each kind, then how many there are of each.
        bad_rows: how many rows are bad.
        counts: how often each thing is wrong, by (code, column); the column is "" where it is
            not about one.
    """

    def __init__(
        self, diagnostics: list[Diagnostic], bad_rows: int, counts: dict[tuple[str, str], int]
    ) -> None:
        super().__init__(diagnostics)
        self.bad_rows = bad_rows
        self.counts = counts


@dataclass
class Faults:
    """Collects what is wrong while a log is read.

    Memory stays bounded however much is wrong: of each kind a few are kept, all are counted.

    Attributes:
        file: the name that places begin with.
        fatal: errors of the file as a whole; with them no rows are taken at all.
        notes: what the reader should know although nothing is wrong.
        bad_rows: how many rows are bad; kept by whoever reads, since a row may be bad twice.
    """

    file: str
    fatal: list[Diagnostic] = field(default_factory=list)
    notes: list[Diagnostic] = field(default_factory=list)
    counts: Counter[tuple[str, str]] = field(default_factory=Counter)
    shown: list[tuple[int, Diagnostic]] = field(default_factory=list)
    """With the number of the row."""
    bad_rows: int = 0

    def refuse(self, code: str, message: str, hint: str, where: str | None = None) -> None:
        """Report an error of the file as a whole."""
        self.fatal.append(Diagnostic(code, message, None, hint, where=where or self.file))

    def note(self, code: str, message: str, hint: str | None = None) -> None:
        """Say something that is not wrong."""
        self.notes.append(Diagnostic(code, message, None, hint, Severity.NOTE, where=self.file))

    def rows(
        self,
        code: str,
        column: str,
        numbers: Sequence[int],
        values: Callable[[int], str],
        say: Callable[[str], tuple[str, str]],
    ) -> None:
        """Count bad values of a column and tell the first few.

        Args:
            code: what kind of error.
            column: the column (or several, in words).
            numbers: the numbers of the bad rows.
            values: the value of the i-th of them.
            say: from a value to the message and what to do.
        """
        known = self.counts[code, column]
        self.counts[code, column] += len(numbers)
        for i, number in enumerate(numbers[: max(0, SHOWN_OF_A_KIND - known)]):
            if len(self.shown) >= SHOWN:
                return
            message, hint = say(clipped(values(i)))
            place = f"{self.file}, row {number}" + (f", column {column}" if column else "")
            told = Diagnostic(code, capital(message), None, hint, where=place)
            self.shown.append((number, told))

    def forget_rows(self) -> None:
        """Leave out what was said of rows, because it only follows from what is wrong at large."""
        self.counts.clear()
        self.shown.clear()
        self.bad_rows = 0

    def diagnostics(self) -> list[Diagnostic]:
        """Everything that is told: of the file, of rows in their order, and what was left out."""
        shown = [told for _, told in sorted(self.shown, key=lambda s: s[0])]
        found = [*self.fatal, *shown]
        told = Counter((d.code, _column(d.where)) for d in shown)
        for (code, column), count in sorted(self.counts.items()):
            rest = count - told[code, column]
            if rest > 0:
                place = self.file + (f", column {column}" if column else "")
                found.append(
                    Diagnostic(code, f"{rest:,} more of this kind ({count:,} in all).", where=place)
                )
        return found

    def error(self) -> LogError:
        """The error that refuses the log."""
        return LogError(self.diagnostics(), self.bad_rows, dict(self.counts))

    def __bool__(self) -> bool:
        return bool(self.fatal or self.counts)


def _column(where: str | None) -> str:
    _, found, column = (where or "").partition(", column ")
    return column if found else ""


def clipped(value: str) -> str:
    """A value as it can stand in a message: on one line, and not too long."""
    line = "".join(c if c.isprintable() else "␤" if c in "\r\n" else "�" for c in value)
    return line if len(line) <= _LONGEST else line[: _LONGEST - 1] + "…"


def capital(text: str) -> str:
    """A sentence that begins with a capital letter."""
    return text[:1].upper() + text[1:]


def listed(items: Iterable[str], most: int = 12) -> str:
    """Names in a sentence, not too many of them."""
    names = list(items)
    more = f" and {len(names) - most} more" if len(names) > most else ""
    return ", ".join(names[:most]) + more
