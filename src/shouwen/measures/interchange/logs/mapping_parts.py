"""Reads the parts of a mapping that say how columns become values: templates, conditions,
instants and facts."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import yaml

from shouwen.measures.calendars.yaml_source import Entry
from shouwen.measures.diagnostics import did_you_mean
from shouwen.measures.evaluation.events import convert, describe
from shouwen.measures.feel.types import DATE, DATETIME, TIME, EnumType, Type
from shouwen.measures.interchange.logs.instants import UNIX, FormatError, layout
from shouwen.measures.interchange.logs.model import (
    Condition,
    FactSource,
    InstantSource,
    Otherwise,
    Template,
    Twice,
)

CONDITION_KEYS = ("column", "is", "in", "not", "not in", "present")
CLOCK_KEYS = ("format", "zone", "shown in", "meant in", "twice")
INSTANT_KEYS = ("column", "date", "time", "past midnight", "missing", *CLOCK_KEYS)
FACT_KEYS = ("column", "text", "value", "values", "otherwise", "format", "missing")
_HOLE = re.compile(r"\{([^{}]*)\}")


def raw(entry: Entry) -> str:
    """A scalar just as it stands, which may be empty."""
    if isinstance(entry.node, yaml.ScalarNode):
        return str(entry.node.value)
    entry.error("wrong-kind", "a single value is needed here, not a list or a mapping.")
    return ""


def texts(entry: Entry | None) -> frozenset[str]:
    """A list of texts, any of which may be empty."""
    return frozenset() if entry is None else frozenset(raw(item) for item in entry.items())


def flag(entry: Entry) -> bool:
    """yes or no."""
    word = (entry.text() or "").lower()
    if word in ("yes", "true", "no", "false"):
        return word in ("yes", "true")
    entry.error("wrong-kind", f"'{word}' is neither yes nor no.", "Write yes or no.")
    return False


def template(entry: Entry) -> Template | None:
    """A column, or a text with columns in braces."""
    text = entry.text()
    if text is None:
        return None
    holes = list(_HOLE.finditer(text))
    if not holes:
        return Template.column(text)
    parts, columns, end = [], [], 0
    for hole in holes:
        parts.append(text[end : hole.start()])
        columns.append(hole.group(1).strip())
        end = hole.end()
    if "" in columns:
        entry.error("no-column", "'{}' names no column.", "Write a column between the braces.")
        return None
    return Template((*parts, text[end:]), tuple(columns))


def column(entry: Entry) -> str | None:
    """The name of one column."""
    return entry.text()


def conditions(entry: Entry | None) -> tuple[Condition, ...]:
    """A list of conditions (or one); a bare column asks whether it has a value."""
    if entry is None:
        return ()
    found = []
    for item in entry.items():
        if not item.is_mapping:
            name = column(item)
            if name is not None:
                found.append(Condition(name))
            continue
        fields = item.fields(CONDITION_KEYS, ("column",))
        name = column(fields["column"]) if "column" in fields else None
        asked = [k for k in CONDITION_KEYS[1:] if k in fields]
        if name is None:
            continue
        if len(asked) != 1:
            item.error(
                "condition", "a condition says one of: is, in, not, not in, present.",
                "Write each condition as an item of its own; all of them must hold.",
            )  # fmt: skip
            continue
        key = asked[0]
        if key == "present":
            found.append(Condition(name, None, negated=not flag(fields[key])))
        else:
            found.append(Condition(name, texts(fields[key]), negated=key.startswith("not")))
    return tuple(found)


# --- instants -----------------------------------------------------------------------------------


def clock(fields: Mapping[str, Entry], default: InstantSource) -> InstantSource:
    """The keys that say how an instant is written, over defaults."""
    found = default
    if "format" in fields and (text := fields["format"].text()) is not None:
        found = replace(found, format=_format(fields["format"], text, unix=True))
    if "zone" in fields:
        found = replace(found, zone=_zone(fields["zone"]))
    if "shown in" in fields:
        found = replace(found, shown_in=_zone(fields["shown in"]))
    if "meant in" in fields:
        found = replace(found, meant_in=_zone(fields["meant in"]))
    if "twice" in fields and (word := fields["twice"].text()) is not None:
        try:
            found = replace(found, twice=Twice(word))
        except ValueError:
            fields["twice"].error("twice", f"'{word}' is unknown.", "earlier, later or error.")
    if found.shown_in is not None and found.zone is None and "shown in" in fields:
        fields["shown in"].error("no-zone", "this needs a 'zone' that the time is written in.")
    if found.meant_in is not None and found.shown_in is None and "meant in" in fields:
        fields["meant in"].error("no-zone", "this needs 'shown in' as well.")
    return found


def instant(entry: Entry, default: InstantSource) -> InstantSource | None:
    """An instant: a column, or a mapping of how it is made."""
    if not entry.is_mapping:
        name = column(entry)
        return None if name is None else replace(default, column=name)
    fields = entry.fields(INSTANT_KEYS)
    found = clock(fields, default)
    found = replace(found, missing=found.missing | texts(fields.get("missing")))
    names = {k: column(fields[k]) for k in ("column", "date", "time") if k in fields}
    if names.keys() not in ({"column"}, {"date", "time"}):
        entry.error(
            "no-column", "an instant has a 'column', or a 'date' and a 'time'.",
            "Name the column or the two columns.",
        )  # fmt: skip
        return None
    if None in names.values():
        return None
    found = replace(
        found, column=names.get("column"), date=names.get("date"), time=names.get("time")
    )
    if "past midnight" in fields:
        if "column" in names:
            fields["past midnight"].error(
                "past-midnight", "this needs a 'date' and a 'time' in columns of their own."
            )
        found = replace(found, past_midnight=column(fields["past midnight"]))
    return found


def _format(entry: Entry, text: str, *, unix: bool) -> str | None:
    if unix and text in UNIX:
        return text
    if text.lower() in ("iso", "iso 8601"):
        return None
    try:
        layout(text)
    except FormatError as error:
        entry.error("format", str(error))
        return None
    return text


def _zone(entry: Entry) -> str | None:
    name = entry.text()
    if name is None:
        return None
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        entry.error("zone", f"'{name}' is no time zone.", "Use an IANA name: Asia/Shanghai, UTC.")
        return None
    return name


# --- facts --------------------------------------------------------------------------------------


def fact(entry: Entry, type_: Type, default: InstantSource, zone: ZoneInfo) -> FactSource | None:
    """Where a fact of a type comes from: a column, a template, or a mapping."""
    if type_ == DATETIME and not (entry.is_mapping and "value" in entry.fields()):
        found = instant(entry, default)
        return None if found is None else FactSource(instant=found)
    if not entry.is_mapping:
        made = template(entry)
        return None if made is None else FactSource(made)
    fields = entry.fields(FACT_KEYS)
    ways = [k for k in ("column", "text", "value") if k in fields]
    if len(ways) != 1:
        entry.error(
            "no-column", "a fact has one of: 'column', 'text' (with columns in braces), 'value'."
        )
        return None
    if ways == ["value"]:
        return _constant(fields["value"], type_, zone)
    made = template(fields["text"]) if "text" in fields else None
    if "column" in fields:
        name = column(fields["column"])
        made = None if name is None else Template.column(name)
    if made is None:
        return None
    found_format = None
    if "format" in fields and (text := fields["format"].text()) is not None:
        if type_ in (DATE, TIME):
            found_format = _format(fields["format"], text, unix=False)
        else:
            fields["format"].error("format", "only dates, times of day and instants have one.")
    return FactSource(
        made,
        values=value_map(fields.get("values"), type_, zone),
        otherwise=_otherwise(fields),
        format=found_format,
        missing=texts(fields.get("missing")),
    )


def _constant(entry: Entry, type_: Type, zone: ZoneInfo) -> FactSource | None:
    written = raw(entry)
    value: Any = convert(written, type_, zone)
    if value is None:
        _no_member(entry, written, type_)
        return None
    return FactSource(constant=value)


def value_map(entry: Entry | None, type_: Type, zone: ZoneInfo) -> dict[str, str] | None:
    """What stands in the log, and what it means; the meanings are of the type."""
    if entry is None:
        return None
    found: dict[str, str] = {}
    for written, item in entry.fields().items():
        meant = raw(item)
        if convert(meant, type_, zone) is None:
            _no_member(item, meant, type_)
        found[written] = meant
    return found


def _no_member(entry: Entry, value: str, type_: Type) -> None:
    hint = did_you_mean(value, type_.members) if isinstance(type_, EnumType) else None
    entry.error("wrong-type", f"'{value}' is no {describe(type_)}.", hint)


def _otherwise(fields: Mapping[str, Entry]) -> Otherwise:
    entry = fields.get("otherwise")
    word = None if entry is None else entry.text()
    if entry is None or word is None:
        return Otherwise.ERROR
    if "values" not in fields:
        entry.error("otherwise", "this is about values that 'values' does not have.")
    try:
        return Otherwise(word)
    except ValueError:
        entry.error("otherwise", f"'{word}' is unknown.", "error, missing or keep.")
        return Otherwise.ERROR
