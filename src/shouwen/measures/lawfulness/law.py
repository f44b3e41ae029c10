"""The law as data: articles with their period of force, and what is said of them.

``data/law.yaml`` is the file that comes with the library; an adopter may give another of the same
form. The reader holds it to one rule above all: whatever a note cites is in force on every day on
which the note is given.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib import resources

from shouwen.measures.calendars.yaml_source import Entry, compose
from shouwen.measures.diagnostics import Report, Severity, did_you_mean
from shouwen.measures.language.model import Label
from shouwen.measures.lawfulness.model import Checked, Provision, Use, lies_in, region_code

RECKONINGS = ("deduction", "old fine", "penalty")
"""The arithmetic a note may ask for."""


@dataclass(frozen=True)
class Statement:
    """What is said of a use, from `start` until `until` (inclusive; None: until further notice),
    everywhere or in a region."""

    id: str
    use: Use
    start: date
    until: date | None
    region: str | None
    severity: Severity
    zh: str
    en: str
    cites: tuple[Provision, ...]
    reckon: str | None

    @property
    def established(self) -> bool:
        """Whether everything it cites is."""
        return all(provision.checked is not Checked.NO for provision in self.cites)

    def holds(self, use: Use, day: date, region: str | None) -> bool:
        """Whether it is said of a use on a day in a region (None: not known where)."""
        return (
            self.use is use
            and self.start <= day
            and (self.until is None or day <= self.until)
            and (self.region is None or (region is not None and lies_in(region, self.region)))
        )


@dataclass(frozen=True)
class Law:
    """All articles, and all that is said of them, in the order of the file."""

    provisions: Mapping[str, Provision]
    statements: tuple[Statement, ...]

    def says(
        self, use: Use, day: date, region: str | None = None, *, unchecked: bool = False
    ) -> tuple[Statement, ...]:
        """What is said of a use on a day; what is not established only with `unchecked`."""
        return tuple(
            statement
            for statement in self.statements
            if statement.holds(use, day, region) and (unchecked or statement.established)
        )


@cache
def builtin_law() -> Law:
    """The law that comes with the library."""
    file = resources.files("shouwen.measures.lawfulness") / "data" / "law.yaml"
    return read_law(file.read_text("utf-8"), "law.yaml")


def read_law(text: str, name: str = "law.yaml") -> Law:
    """Read a file of articles and notes.

    Raises:
        SourceError: with everything that is wrong, each with its line and column.
    """
    report = Report()
    provisions: dict[str, Provision] = {}
    statements: list[Statement] = []
    root = compose(text, name, report)
    if root is not None:
        fields = root.fields(("provisions", "notes"), required=("provisions", "notes"))
        if "provisions" in fields:
            for key, entry in fields["provisions"].fields().items():
                if (provision := _provision(key, entry)) is not None:
                    provisions[key] = provision
        if "notes" in fields:
            for entry in fields["notes"].items():
                if (statement := _statement(entry, provisions)) is not None:
                    statements.append(statement)
    report.raise_if_errors()
    return Law(provisions, tuple(statements))


def label(entry: Entry | None) -> Label | None:
    """A text in Chinese and English, or None (reported)."""
    if entry is None:
        return None
    fields = entry.fields(("zh", "en"), required=("zh", "en"))
    zh = fields["zh"].text() if "zh" in fields else None
    en = fields["en"].text() if "en" in fields else None
    return Label(zh, en) if zh and en else None


def period(fields: Mapping[str, Entry]) -> tuple[date, date | None] | None:
    """`from` and `until` of a mapping, or None (reported)."""
    start = fields["from"].date() if "from" in fields else None
    until = fields["until"].date() if "until" in fields else None
    if start is None or ("until" in fields and until is None):
        return None
    if until is not None and until < start:
        fields["until"].error("backward-period", "this is before its first day.")
        return None
    return start, until


def choice(entry: Entry | None, known: Mapping[str, object]) -> str | None:
    """One of some words, or None (reported)."""
    if entry is None or (word := entry.text()) is None:
        return None
    if word not in known:
        entry.error("unknown-word", f"'{word}' is not known here.", did_you_mean(word, known))
        return None
    return word


CHECKED = {checked.value: checked for checked in Checked}


def _provision(key: str, entry: Entry) -> Provision | None:
    needed = ("law", "article", "from", "source", "checked")
    fields = entry.fields((*needed, "until"), required=needed)
    law, article = label(fields.get("law")), label(fields.get("article"))
    in_force = period(fields)
    source = fields["source"].text() if "source" in fields else None
    checked = choice(fields.get("checked"), CHECKED)
    if law is None or article is None or in_force is None or source is None or checked is None:
        return None
    return Provision(key, law, article, *in_force, source, CHECKED[checked])


_USES = {use.value: use for use in Use}
_SEVERITIES = {"warning": Severity.WARNING, "note": Severity.NOTE}


def _statement(entry: Entry, provisions: Mapping[str, Provision]) -> Statement | None:
    needed = ("id", "use", "from", "severity", "zh", "en", "cites")
    fields = entry.fields((*needed, "until", "in", "reckon"), required=needed)
    if any(name not in fields for name in needed):
        return None
    in_force = period(fields)
    use = choice(fields["use"], _USES)
    severity = choice(fields["severity"], _SEVERITIES)
    id_, zh, en = (fields[name].text() for name in ("id", "zh", "en"))
    reckon = choice(fields.get("reckon"), dict.fromkeys(RECKONINGS))
    region = _region(fields.get("in"))
    if in_force is None or use is None or severity is None or not (id_ and zh and en):
        return None
    cites = tuple(_cites(fields["cites"], provisions, *in_force))
    return Statement(
        id_, _USES[use], *in_force, region, _SEVERITIES[severity], zh, en, cites, reckon
    )  # fmt: skip


def _region(entry: Entry | None) -> str | None:
    if entry is None or (code := entry.text()) is None:
        return None
    try:
        return region_code(code)
    except ValueError as error:
        entry.error("not-a-region", str(error))
        return None


def _cites(
    entry: Entry, provisions: Mapping[str, Provision], start: date, until: date | None
) -> list[Provision]:
    found = []
    for item in entry.items():
        if (key := choice(item, provisions)) is None:
            continue
        cited = provisions[key]
        outlives = cited.until is not None and (until is None or until > cited.until)
        if start < cited.start or outlives:
            item.error(
                "not-in-force",
                f"'{key}' is not in force all the time that this is said.",
                f"It is in force from {cited.start}"
                + (f" until {cited.until}." if cited.until else "."),
            )
        found.append(cited)
    if not found:
        entry.error("nothing-cited", "a note cites at least one article.")
    return found
