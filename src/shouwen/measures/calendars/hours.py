"""Hours of the day and of the week, as a notice on a door gives them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import pairwise

from shouwen.measures.calendars.errors import HoursError

Spans = tuple[tuple[int, int], ...]
"""Open spans of a day as (opens, closes) in seconds from local midnight, in order and apart.

A span that closes after midnight has its end past 86,400: 22:00-06:00 is (79200, 108000).
"""

WeekHours = tuple[Spans, Spans, Spans, Spans, Spans, Spans, Spans]
"""The spans of Monday to Sunday; () where a day is closed."""

DAY = 86_400
ALL_DAY: Spans = ((0, DAY),)

_TIME = r"(\d{1,2})[:：](\d{2})(?:[:：](\d{2}))?"
_SPAN = re.compile(rf"\s*{_TIME}\s*(?:-|–|—|~|至|到)\s*{_TIME}\s*")
_SEPARATOR = re.compile(r"[,，、]")
_DAYS = {
    **{name: i for i, name in enumerate(("mon", "tue", "wed", "thu", "fri", "sat", "sun"))},
    **{f"周{c}": i for i, c in enumerate("一二三四五六日")},
    **{f"星期{c}": i for i, c in enumerate("一二三四五六日")},
    "周天": 6,
    "星期天": 6,
}
_DAY_WORD = r"(?:(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*|(?:周|星期)[一二三四五六日天])"
_DAYS_PART = re.compile(
    rf"\s*({_DAY_WORD})(?:\s*(?:-|–|—|~|至|到)\s*({_DAY_WORD}))?\s*([,，、])?", re.IGNORECASE
)
_DAILY = re.compile(r"\s*(daily|every day|每天|每日)\s*", re.IGNORECASE)
_CLOSED = re.compile(r"\s*(closed|休息|不营业)\s*", re.IGNORECASE)


def parse_spans(text: str, offset: int = 0, whole: str | None = None) -> Spans:
    """Read the hours of a day: "08:30-12:00, 14:30-17:30", "08:00-24:00", "22:00-06:00".

    A span whose end is not after its start runs past midnight. "closed" gives no span.

    Raises:
        HoursError: with the position of what does not fit.
    """
    shown = text if whole is None else whole
    if _CLOSED.fullmatch(text):
        return ()
    spans, position = [], 0
    while True:
        found = _SPAN.match(text, position)
        if found is None:
            raise HoursError(
                f"'{text[position:].strip()}' is not a span of hours.",
                shown,
                offset + position,
                "Write for instance 08:30-12:00, 14:30-17:30.",
            )
        opens = _seconds(found, 1, shown, offset)
        closes = _seconds(found, 4, shown, offset)
        if opens >= DAY:
            raise HoursError("A span opens before 24:00.", shown, offset + found.start(1))
        if opens == closes:
            raise HoursError(
                f"'{found[0].strip()}' has no length.",
                shown,
                offset + found.start(1),
                "Write 00:00-24:00 for the whole day.",
            )
        spans.append((opens, closes if closes > opens else closes + DAY))
        position = found.end()
        if position == len(text):
            break
        separator = _SEPARATOR.match(text, position)
        if separator is None:
            raise HoursError(
                f"'{text[position:]}' is not expected after a span of hours.",
                shown,
                offset + position,
                "Separate spans by commas.",
            )
        position = separator.end()
    for before, after in pairwise(spans):
        if after[0] < before[1]:
            raise HoursError(
                "The spans of a day overlap or are out of order.", shown, offset, "Sort them."
            )
    return tuple(spans)


def _seconds(found: re.Match[str], group: int, text: str, offset: int) -> int:
    hour, minute, second = int(found[group]), int(found[group + 1]), int(found[group + 2] or 0)
    if hour > 24 or minute > 59 or second > 59 or (hour == 24 and (minute or second)):
        raise HoursError(
            "There is no such time of day.",
            text,
            offset + found.start(group),
            "Times run from 00:00 to 24:00.",
        )
    return hour * 3600 + minute * 60 + second


def parse_week(text: str) -> WeekHours:
    """Read weekly hours: "Mon-Fri 08:30-17:00; Sat 09:00-12:00", "周一至周五 08:30-17:00".

    Parts are separated by semicolons; days that are not named are closed. Hours without days
    ("08:00-22:00") hold every day.

    Raises:
        HoursError: with the position of what does not fit.
    """
    week: list[Spans | None] = [None] * 7
    position = 0
    for part in re.split(r"[;；]", text):
        days, length = _read_days(part, text, position)
        spans = parse_spans(part[length:], position + length, text)
        for day in days:
            if week[day] is not None:
                raise HoursError("A day is given twice.", text, position, "Give each day once.")
            week[day] = spans
        position += len(part) + 1
    return week_hours(spans or () for spans in week)


def _read_days(part: str, text: str, position: int) -> tuple[list[int], int]:
    if found := _DAILY.match(part):
        return list(range(7)), found.end()
    if _CLOSED.fullmatch(part):
        return list(range(7)), 0
    days: list[int] = []
    length = 0
    while found := _DAYS_PART.match(part, length):
        first = _day(found[1])
        last = first if found[2] is None else _day(found[2])
        days += [(first + n) % 7 for n in range((last - first) % 7 + 1)]
        length = found.end()
        if found[3] is None:
            break
    if not days and re.match(r"\s*\D", part):
        raise HoursError(
            f"'{part.strip()}' does not begin with days of the week or hours.",
            text,
            position,
            "Write for instance Mon-Fri 08:30-17:00 or 周一至周五 08:30-17:00.",
        )
    return days or list(range(7)), length


def _day(word: str) -> int:
    word = word.lower()
    return _DAYS[word] if word in _DAYS else _DAYS[word[:3]]


def week_hours(days: Iterable[Spans]) -> WeekHours:
    """Seven days' spans as `WeekHours`."""
    monday, tuesday, wednesday, thursday, friday, saturday, sunday = days
    return monday, tuesday, wednesday, thursday, friday, saturday, sunday


def merge(spans: Iterable[tuple[int, int]]) -> Spans:
    """Spans in order, with those that touch or overlap made one."""
    merged: list[tuple[int, int]] = []
    for opens, closes in sorted(spans):
        if merged and opens <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(merged[-1][1], closes))
        else:
            merged.append((opens, closes))
    return tuple(merged)


def show_time(seconds: int) -> str:
    """A time of day as text: 08:30, 24:00, 21:00:30; past midnight as of the next day."""
    seconds = seconds if seconds <= DAY else seconds - DAY
    text = f"{seconds // 3600:02}:{seconds // 60 % 60:02}"
    return text + (f":{seconds % 60:02}" if seconds % 60 else "")


def show_spans(spans: Spans) -> str:
    """The spans of a day as text that `parse_spans` reads."""
    return ", ".join(f"{show_time(a)}-{show_time(b)}" for a, b in spans) or "closed"
