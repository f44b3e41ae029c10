"""Calendars written in YAML.

    holidays:                              # sets of holidays, to be named below
      ours:
        statutory: cn                      # China's holidays and make-up working days
        annual:
          - {name: Independence Day, on: 07-04, observed: sunday to monday}
          - {name: Patriots' Day, on: third monday of april, from: 1970, to: 2100}
        dates:
          - {name: Founders' Day, on: 2026-05-04}
    calendars:
      hotline:
        zone: Asia/Shanghai
        hours: daily 08:00-22:00           # or Mon-Fri 08:30-12:00, 14:30-17:30; Sat 09:00-12:00
        holidays: ours                     # or cn, none, or a set written out here
        exceptions:
          - {on: 2026-02-16/2026-02-18, extra: 22:00-24:00, name: festival nights}
          - {on: 2026-05-04, closed: yes}
          - {on: 2026-05-05, hours: 09:00-12:00}
      hall:
        zone: Asia/Shanghai
        versions:                          # the version in force at the start decides
          - hours: Mon-Fri 09:00-17:00
            holidays: cn
          - from: 2026-07-01
            hours: Mon-Fri 08:30-17:30
            holidays: cn

A calendar without `hours` counts whole days, Monday to Friday.
"""

from __future__ import annotations

from datetime import date

from shouwen.measures.calendars.calendar import Calendar, Version
from shouwen.measures.calendars.errors import CalendarError, HoursError
from shouwen.measures.calendars.holidays import (
    FIRST_YEAR,
    LAST_YEAR,
    OBSERVED,
    AnnualRule,
    Holidays,
)
from shouwen.measures.calendars.hours import Spans, WeekHours, parse_spans, parse_week
from shouwen.measures.calendars.schedule import DatedException, Schedule
from shouwen.measures.calendars.statutory import StatutoryTable, statutory
from shouwen.measures.calendars.yaml_source import Entry, compose
from shouwen.measures.diagnostics import Report, did_you_mean

_VERSION_FIELDS = ("hours", "holidays", "exceptions", "make-up-hours")


def read_calendars(
    text: str, name: str = "<calendars>", table: StatutoryTable | None = None
) -> dict[str, Calendar]:
    """Read calendars written in YAML (the format is in this module's docstring).

    Args:
        text: the YAML text.
        name: of the source, for messages.
        table: China's statutory days, in place of those that ship with the product.

    Raises:
        SourceError: with every error of the text and its place.
    """
    report = Report()
    calendars: dict[str, Calendar] = {}
    root = compose(text, name, report)
    if root is not None:
        fields = root.fields(("holidays", "calendars"), required=("calendars",))
        reader = _Reader(table)
        if "holidays" in fields:
            for key, entry in fields["holidays"].fields().items():
                reader.sets[key] = reader.holiday_set(entry)
        if "calendars" in fields:
            for key, entry in fields["calendars"].fields().items():
                calendar = reader.calendar(key, entry)
                if calendar is not None:
                    calendars[key] = calendar
    report.raise_if_errors()
    return calendars


class _Reader:
    def __init__(self, table: StatutoryTable | None) -> None:
        self._table = table
        self.sets: dict[str, Holidays] = {}

    @property
    def table(self) -> StatutoryTable:
        return self._table or statutory()

    def calendar(self, key: str, entry: Entry) -> Calendar | None:
        fields = entry.fields(("zone", "versions", *_VERSION_FIELDS), required=("zone",))
        zone = fields["zone"].text() if "zone" in fields else None
        if zone is None:
            return None
        errors = len(entry.report.errors)
        versions: list[Version] = []
        if "versions" in fields:
            for field in _VERSION_FIELDS:
                if field in fields:
                    fields[field].error(
                        "beside-versions",
                        "this belongs into a version.",
                        "Move it under an entry of 'versions', or drop 'versions'.",
                    )
            items = fields["versions"].items()
        else:
            items = [entry]
        for item in items:
            known = ("from", *_VERSION_FIELDS) if "versions" in fields else ()
            parts = item.fields(known) if known else fields
            version = self._version(key, zone, item, parts)
            if version is not None:
                versions.append(version)
        if len(entry.report.errors) > errors:
            return None
        try:
            return Calendar(key, versions)
        except CalendarError as error:
            entry.error("bad-calendar", str(error))
            return None

    def _version(
        self, key: str, zone: str, entry: Entry, fields: dict[str, Entry]
    ) -> Version | None:
        errors = len(entry.report.errors)
        valid_from = fields["from"].date() if "from" in fields else None
        week = _week(fields["hours"]) if "hours" in fields else None
        holidays = self._holidays(fields["holidays"]) if "holidays" in fields else None
        make_up = _spans(fields["make-up-hours"]) if "make-up-hours" in fields else None
        exceptions: dict[date, DatedException] = {}
        for item in fields["exceptions"].items() if "exceptions" in fields else []:
            _exception(item, exceptions)
        if len(entry.report.errors) > errors:
            return None
        try:
            schedule = Schedule(key, zone, week, holidays, exceptions.values(), make_up)
        except CalendarError as error:
            entry.error("bad-calendar", str(error))
            return None
        return Version(valid_from, schedule)

    def _holidays(self, entry: Entry) -> Holidays | None:
        if entry.is_mapping:
            return self.holiday_set(entry)
        name = entry.text()
        if name in self.sets:
            return self.sets[name]
        if name == "cn":
            return Holidays(self.table)
        if name is not None and name != "none":
            entry.error(
                "unknown-holidays",
                f"there is no set of holidays '{name}'.",
                did_you_mean(name, [*self.sets, "cn", "none"]),
            )
        return None

    def holiday_set(self, entry: Entry) -> Holidays:
        fields = entry.fields(("statutory", "annual", "dates"))
        table = None
        if "statutory" in fields:
            if (country := fields["statutory"].text()) == "cn":
                table = self.table
            elif country is not None:
                fields["statutory"].error(
                    "unknown-statute", f"no statute is known for '{country}'.", "Known here: cn."
                )
        annual = [
            rule
            for item in (fields["annual"].items() if "annual" in fields else [])
            if (rule := _annual(item)) is not None
        ]
        listed: dict[date, str] = {}
        for item in fields["dates"].items() if "dates" in fields else []:
            parts = item.fields(("name", "on"), required=("name", "on"))
            if len(parts) == 2:
                label = parts["name"].text() or ""
                listed.update(dict.fromkeys(parts["on"].dates(), label))
        return Holidays(table, tuple(annual), listed)


def _annual(entry: Entry) -> AnnualRule | None:
    fields = entry.fields(("name", "on", "observed", "from", "to"), required=("name", "on"))
    if "name" not in fields or "on" not in fields:
        return None
    name, on = fields["name"].text(), fields["on"].text()
    observed = fields["observed"].text() if "observed" in fields else ""
    first = _year(fields["from"]) if "from" in fields else FIRST_YEAR
    last = _year(fields["to"]) if "to" in fields else LAST_YEAR
    if name is None or on is None or observed is None or first is None or last is None:
        return None
    if observed not in OBSERVED:
        fields["observed"].error(
            "unknown-value",
            f"'{observed}' says nothing on weekends.",
            did_you_mean(observed, filter(None, OBSERVED)),
        )
        return None
    try:
        return AnnualRule(name, on, observed, first, last)
    except CalendarError as error:
        fields["on"].error("not-a-day", str(error))
        return None


def _year(entry: Entry) -> int | None:
    text = entry.text()
    if text is not None and text.isdecimal() and FIRST_YEAR <= int(text) <= LAST_YEAR:
        return int(text)
    if text is not None:
        entry.error("not-a-year", f"'{text}' is not a year from {FIRST_YEAR} to {LAST_YEAR}.")
    return None


def _exception(entry: Entry, exceptions: dict[date, DatedException]) -> None:
    fields = entry.fields(("on", "name", "closed", "hours", "extra"), required=("on",))
    kinds = [kind for kind in ("closed", "hours", "extra") if kind in fields]
    if len(kinds) != 1:
        entry.error(
            "unclear-exception",
            "an exception is one of closed, hours, extra.",
            "Write closed: yes, hours: 09:00-12:00 or extra: 22:00-24:00.",
        )
        return
    kind = kinds[0]
    spans: Spans = ()
    if kind == "closed":
        if (word := fields["closed"].text()) not in (None, "yes", "true"):
            fields["closed"].error("unknown-value", f"'{word}' is not yes.", "Write closed: yes.")
            return
    else:
        spans = _spans(fields[kind]) or ()
        if not spans:
            return
    name = (fields["name"].text() or "") if "name" in fields else ""
    if "on" in fields:
        for day in fields["on"].dates():
            if day in exceptions:
                fields["on"].error("day-given-twice", f"{day} already has an exception.")
            exceptions[day] = DatedException(day, kind, spans, name)


def _week(entry: Entry) -> WeekHours | None:
    text = entry.text()
    if text is None:
        return None
    try:
        return parse_week(text)
    except HoursError as error:
        _report_hours(entry, error)
        return None


def _spans(entry: Entry) -> Spans | None:
    text = entry.text()
    if text is None:
        return None
    try:
        spans = parse_spans(text)
    except HoursError as error:
        _report_hours(entry, error)
        return None
    if not spans:
        entry.error("no-hours", "hours are needed here.")
    return spans


def _report_hours(entry: Entry, error: HoursError) -> None:
    quoted = getattr(entry.node, "style", None) in ("'", '"')
    offset = entry.span.offset + int(quoted) + error.position
    span = entry.source.span(offset)
    entry.report.error("bad-hours", f"{entry.path}: {error.message}", span, hint=error.hint)
