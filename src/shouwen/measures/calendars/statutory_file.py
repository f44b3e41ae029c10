"""Reading and checking a file of statutory holidays (see the head of data/cn.yaml)."""

from __future__ import annotations

import re
from datetime import date

from shouwen.measures.calendars.statutory import (
    FIRST_YEAR,
    LAST_YEAR,
    DayKind,
    Law,
    Notice,
    StatutoryDay,
    StatutoryTable,
    is_festival,
)
from shouwen.measures.calendars.yaml_source import Entry, compose
from shouwen.measures.diagnostics import Report, did_you_mean

_CHECKED = ("text", "secondary", "no")
_NUMBER = re.compile(r"国(办)?发(明电)?〔\d{4}〕\d+号")


def read_table(text: str, name: str) -> StatutoryTable:
    """Read a file of notices and laws.

    Raises:
        SourceError: with every error of the file, its line and its entry.
    """
    report = Report()
    root = compose(text, name, report)
    laws: list[Law] = []
    notices: dict[int, tuple[Notice, ...]] = {}
    days: dict[date, StatutoryDay] = {}
    if root is not None:
        fields = root.fields(("laws", "years"), required=("laws", "years"))
        if "laws" in fields:
            laws = [law for e in fields["laws"].items() if (law := _law(e)) is not None]
        if "years" in fields:
            for key, entry in fields["years"].fields().items():
                _year(key, entry, notices, days)
    report.raise_if_errors()
    return StatutoryTable(tuple(sorted(laws, key=lambda law: law.valid_from)), notices, days)


def _law(entry: Entry) -> Law | None:
    fields = entry.fields(("from", "title", "days"), required=("from", "title", "days"))
    if len(fields) < 3:
        return None
    valid_from, title = fields["from"].date(), fields["title"].text()
    days: dict[str, tuple[str, ...]] = {}
    for name, dates in fields["days"].fields().items():
        texts = [(d, d.text()) for d in dates.items()]
        for d, text in texts:
            if text is not None and not is_festival(text) and not _is_month_day(text):
                d.error(
                    "not-a-day",
                    f"'{text}' names no day of a year.",
                    "Write 10-01, or 除夕, 初一, 初二, 初三, 清明, 端午, 中秋.",
                )
        days[name] = tuple(text for _, text in texts if text)
    if valid_from is None or title is None:
        return None
    return Law(valid_from, title, days)


def _is_month_day(text: str) -> bool:
    try:
        date.fromisoformat(f"2001-{text}")
    except ValueError:
        return False
    return True


def _year(
    key: str,
    entry: Entry,
    notices: dict[int, tuple[Notice, ...]],
    days: dict[date, StatutoryDay],
) -> None:
    if not (key.isdecimal() and FIRST_YEAR <= int(key) <= LAST_YEAR):
        entry.error("not-a-year", f"'{key}' is not a year from {FIRST_YEAR} to {LAST_YEAR}.")
        return
    year = int(key)
    fields = entry.fields(("notices", "holidays"), required=("notices", "holidays"))
    if len(fields) < 2:
        return
    found = tuple(n for e in fields["notices"].items() if (n := _notice(e)) is not None)
    notices[year] = found
    for item in fields["holidays"].items():
        _holiday(item, year, found, days)


def _notice(entry: Entry) -> Notice | None:
    fields = entry.fields(
        ("number", "title", "date", "url", "checked"), required=("title", "checked")
    )
    if "title" not in fields or "checked" not in fields:
        return None
    title, checked = fields["title"].text(), fields["checked"].text()
    number = fields["number"].text() if "number" in fields else ""
    if checked not in _CHECKED:
        fields["checked"].error(
            "unknown-value",
            f"'{checked}' does not say how the number was checked.",
            did_you_mean(checked or "", _CHECKED),
        )
    elif (checked == "no") != (not number):
        fields["checked"].error(
            "number-and-check",
            "a notice has a number, or is marked 'checked: no' and has none.",
        )
    if number and not _NUMBER.fullmatch(number):
        fields["number"].error(
            "not-a-number",
            f"'{number}' is not the number of a notice.",
            "Write it as 国办发明电〔2023〕7号.",
        )
    issued = fields["date"].date() if "date" in fields else None
    url = (fields["url"].text() or "") if "url" in fields else ""
    return Notice(number or "", title or "", issued, url, checked or "no")


def _holiday(
    entry: Entry, year: int, notices: tuple[Notice, ...], days: dict[date, StatutoryDay]
) -> None:
    fields = entry.fields(("name", "off", "work", "notice"), required=("name", "off"))
    if "name" not in fields or "off" not in fields:
        return
    name = fields["name"].text() or ""
    notice = notices[0] if notices else None
    if "notice" in fields:
        number = fields["notice"].text() or ""
        matching = [n for n in notices if n.number == number]
        if not matching:
            fields["notice"].error(
                "unknown-notice",
                f"the year {year} has no notice '{number}'.",
                did_you_mean(number, [n.number for n in notices]),
            )
        notice = matching[0] if matching else notice
    for field_name, kind in (("off", DayKind.HOLIDAY), ("work", DayKind.MAKE_UP)):
        for item in fields[field_name].items() if field_name in fields else []:
            for day in item.dates():
                if day in days:
                    item.error("day-given-twice", f"{day} is already given under {days[day].name}.")
                elif not _belongs(day, year):
                    item.error("day-of-another-year", f"{day} does not belong to {year}.")
                elif kind is DayKind.MAKE_UP and day.weekday() < 5:
                    item.error(
                        "make-up-on-weekday",
                        f"{day} is a {day:%A} and is worked anyway.",
                        "Only a Saturday or Sunday can be a make-up working day.",
                    )
                else:
                    days[day] = StatutoryDay(day, kind, name, True, notice)


def _belongs(day: date, year: int) -> bool:
    return day.year == year or (day.year == year - 1 and day >= date(year - 1, 12, 20))
