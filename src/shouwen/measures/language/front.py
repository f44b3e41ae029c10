"""The front matter of a measure: metadata, and nothing else."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from shouwen.measures.diagnostics import Span
from shouwen.measures.language.blocks import Value, read_yaml
from shouwen.measures.language.context import Context
from shouwen.measures.language.document import Document
from shouwen.measures.language.model import Label

FRONT_KEYS = (
    "measure", "title", "issuer", "version", "effective", "supersedes", "zone", "calendar",
    "language", "chapters", "calendars", "variant of", "without",
)  # fmt: skip


@dataclass
class Front:
    """What the front matter says."""

    id: str
    title: Label
    issuer: Label
    version: str
    start: date | None
    end: date | None
    supersedes: str | None
    zone: str
    calendar: str
    chapters: list[tuple[str, Span]] = field(default_factory=list)
    calendars: str | None = None
    variant_of: tuple[str, Span] | None = None
    without: list[tuple[str, Span]] = field(default_factory=list)


def read_front_matter(context: Context, document: Document) -> Front:
    """Read it; what is wrong goes into the report, and a usable front comes back."""
    report = context.report
    none = Label("", "")
    empty = Front("", none, none, "", None, None, None, "Asia/Shanghai", "cn")
    if document.front_matter is None:
        report.error(
            "front-matter", "This measure has no front matter.", document.source.at_line(1),
            hint="Begin the file with ---, then measure: <key>, title, effective; then --- again.",
        )  # fmt: skip
        return empty
    value = read_yaml(document.front_matter.text, document.source, 2, 0, report)
    if value is None:
        return empty
    fields = value.fields("front matter", FRONT_KEYS)
    key = fields.need("measure", "the key of the measure, such as cable")
    effective = fields.get("effective")
    start = end = None
    if effective is not None:
        parts = effective.fields("effective", ("from", "to"))
        start, end = _date(context, parts.get("from")), _date(context, parts.get("to"))
        if start is not None and end is not None and end < start:
            report.error(
                "effective", f"The measure ends ({end}) before it begins ({start}).",
                effective.span, hint="`to` is the last day it is in force.",
            )  # fmt: skip
    chapters = fields.get("chapters")
    supersedes = fields.word("supersedes")
    variant, without = fields.get("variant of"), fields.get("without")
    return Front(
        key.word() if key is not None else "",
        context.label(fields.get("title"), none),
        context.label(fields.get("issuer"), none),
        fields.word("version"),
        start,
        end,
        None if supersedes in ("", "null", "~") else supersedes,
        _zone(context, fields.get("zone")),
        fields.word("calendar", "cn"),
        chapters.words() if chapters is not None else [],
        fields.word("calendars") or None,
        None if variant is None else (variant.word(), variant.span),
        without.words() if without is not None else [],
    )


def _zone(context: Context, value: Value | None) -> str:
    if value is None:
        return "Asia/Shanghai"
    try:
        ZoneInfo(value.word())
    except (ZoneInfoNotFoundError, ValueError):
        context.report.error(
            "zone", f"'{value.word()}' is no time zone.", value.span,
            hint="Use an IANA name such as Asia/Shanghai.",
        )  # fmt: skip
        return "Asia/Shanghai"
    return value.word()


def _date(context: Context, value: Value | None) -> date | None:
    if value is None or value.word() in ("", "null", "~"):
        return None
    try:
        return date.fromisoformat(value.word())
    except ValueError:
        context.report.error(
            "date", f"'{value.word()}' is no date.", value.span,
            hint="Write it as 2013-09-01, with a day that exists.",
        )  # fmt: skip
        return None
