"""``shouwen deadline``: when a period runs out, on a timeline, and which rule moved it."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo

import typer
from rich.table import Table
from rich.text import Text

from shouwen.cli.output import (
    JsonOption,
    Language,
    LanguageOption,
    default_language,
    fail,
    out,
    print_json,
    source_errors,
)
from shouwen.measures.calendars import (
    Calendar,
    CalendarError,
    Counting,
    DayKind,
    Deadline,
    Period,
    PeriodError,
    builtin_calendars,
    latest_start,
    read_calendars,
)
from shouwen.measures.calendars import deadline as deadline_of
from shouwen.measures.diagnostics import SourceError, did_you_mean
from shouwen.measures.scenarios.instants import InstantError, parse_instant

COUNTINGS = {
    "civil": Counting.CIVIL,
    "elapsed": Counting.ELAPSED,
    "working": Counting.WORKING,
    "same-time": Counting.SAME_TIME,
}
MARKS = {
    DayKind.WORKDAY: ("班", "", "green"),
    DayKind.MAKE_UP: ("调班", "made up", "bold green"),
    DayKind.OPENED: ("班", "open", "green"),
    DayKind.WEEKEND: ("休", "off", "dim"),
    DayKind.HOLIDAY: ("节", "holiday", "red"),
    DayKind.IN_LIEU: ("补休", "in lieu", "red"),
    DayKind.CLOSED: ("停", "closed", "red"),
}
MOST_DAYS = 62
WEEKDAYS_ZH = ("一", "二", "三", "四", "五", "六", "日")
WEEKDAYS_EN = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


def deadline(
    start: Annotated[str, typer.Argument(help="When it starts: 2026-09-30T16:00, in local time.")],
    period: Annotated[str, typer.Argument(help="How long: 30分钟, 3个工作日, P1M, PT24H.")],
    calendar: Annotated[
        str, typer.Option("--calendar", help="cn, 24x7, or FILE.yaml:NAME.")
    ] = "cn",
    count: Annotated[
        str, typer.Option("--count", help="civil, elapsed, working or same-time.")
    ] = "civil",
    ahead: Annotated[
        bool, typer.Option("--ahead", help="Count backward: that long before START.")
    ] = False,
    lang: LanguageOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show when a period runs out, day by day, and every rule that moved it."""
    if count not in COUNTINGS:
        fail(f"There is no counting '{count}'.", did_you_mean(count, COUNTINGS))
    found_calendar = _calendar(calendar, as_json=as_json)
    begin = _start(start, found_calendar.zone)
    try:
        length = Period.parse(period)
        function = latest_start if ahead else deadline_of
        found = function(begin, length, found_calendar, COUNTINGS[count])
    except (PeriodError, CalendarError) as error:
        fail(str(error), "Periods are written 30分钟, 半天, 3个工作日, 1个月, PT30M or P10WD.")
    if as_json:
        print_json(
            {
                "start": begin,
                "period": length,
                "calendar": found_calendar.key,
                "count": count,
                "deadline": found.at,
                "inclusive": found.inclusive,
                "last_day": found.last_day,
                "published": found.published,
                "steps": [{"cite": s.cite, "zh": s.zh, "en": s.en} for s in found.steps],
            }
        )
        return
    language = lang or default_language()
    _timeline(begin, found, found_calendar, language)
    chinese = language is Language.ZH
    out.print()
    out.print(("期限：" if chinese else "Deadline: ") + f"[bold]{_shown(found)}[/bold]")
    if not found.inclusive:
        out.print(
            "（到此刻已逾期）" if chinese else "(that instant itself is too late)", style="dim"
        )
    for step in found.steps:
        text = step.zh if chinese else step.en
        out.print(f"  · {text}" + (f"  [dim]{step.cite}[/dim]" if step.cite else ""))


def _calendar(name: str, *, as_json: bool) -> Calendar:
    file, colon, key = name.rpartition(":")
    known = dict(builtin_calendars())
    if colon and file.endswith((".yaml", ".yml")):
        path = Path(file)
        if not path.exists():
            fail(f"There is no file {path}.")
        try:
            known = dict(read_calendars(path.read_text("utf-8-sig"), str(path)))
        except SourceError as error:
            source_errors(error, as_json=as_json)
        name = key
    if name not in known:
        fail(f"There is no calendar '{name}'.", did_you_mean(name, known))
    return known[name]


def _start(text: str, zone: ZoneInfo) -> datetime:
    try:
        return parse_instant(text, zone)
    except InstantError as error:
        fail(str(error), error.hint)


def _shown(found: Deadline) -> str:
    if not found.inclusive and (found.at.hour, found.at.minute, found.at.second) == (0, 0, 0):
        return f"{found.at.date() - timedelta(days=1)} 24:00"
    return f"{found.at:%Y-%m-%d %H:%M:%S}"


def _timeline(begin: datetime, found: Deadline, calendar: Calendar, language: Language) -> None:
    """A page of a calendar from the first day to the last; long spans show both ends."""
    local = begin.astimezone(calendar.zone)
    first, last = sorted((local.date(), found.last_day))
    days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    chinese = language is Language.ZH
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    for heading in WEEKDAYS_ZH if chinese else WEEKDAYS_EN:
        table.add_column(heading, no_wrap=True, min_width=9)
    shown = days if len(days) <= MOST_DAYS else [*days[:14], *days[-14:]]
    cells: list[Text] = [Text("") for _ in range(shown[0].weekday())]
    for index, day in enumerate(shown):
        if index and day - shown[index - 1] > timedelta(days=1):
            cells += [Text("⋯", style="dim") for _ in range(7 - len(cells) % 7)]
            cells += [Text("") for _ in range(day.weekday())]
        cells.append(_cell(day, local, found, calendar, chinese))
    for row in range(0, len(cells), 7):
        table.add_row(*cells[row : row + 7])
    out.print(table)


def _cell(day: date, begin: datetime, found: Deadline, calendar: Calendar, chinese: bool) -> Text:
    zh, en, style = MARKS[calendar.facts(day).kind]
    text = Text(f"{day:%m-%d} ", style="bold" if day.day == 1 else "")
    text.append(zh if chinese else en, style=style)
    if day == begin.date():
        text.append(f"\n▶ {begin:%H:%M}", style="bold cyan")
    if day == found.last_day:
        text.append(f"\n■ {_shown(found)[11:]}", style="bold magenta")
    return text
