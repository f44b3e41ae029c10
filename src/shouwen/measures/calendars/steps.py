"""Why a deadline is where it is: the rules that moved it, in words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum
from typing import NamedTuple

from shouwen.measures.calendars.schedule import Schedule
from shouwen.measures.calendars.statutory import DayKind
from shouwen.measures.calendars.zones import DAY_US, day_date, from_us

_CIVIL = "民法典"


class StepKind(Enum):
    """The rules that can move an instant; the value is the article that says so."""

    START_NOT_COUNTED = f"{_CIVIL}第201条第1款"
    HOURS_FROM_START = f"{_CIVIL}第201条第2款"
    MONTH_END = f"{_CIVIL}第202条"
    ROLLED_FORWARD = f"{_CIVIL}第203条第1款"
    END_OF_DAY = f"{_CIVIL}第203条第2款"
    CLOSE_OF_BUSINESS = f"{_CIVIL}第203条第2款 "  # the blank keeps the two apart in the enum
    ROLLED_BACK = f"{_CIVIL}第203条第1款 "
    CLEAR_DAYS = "clear days"
    SKIPPED = "working days"
    MAKE_UP_DAY = "make-up day"
    START_OUTSIDE_HOURS = "start outside hours"
    END_OUTSIDE_HOURS = "end outside hours"
    PAUSED = "paused"
    MISSING_HOUR = "summer time"
    UNPUBLISHED = "unpublished"

    @property
    def cite(self) -> str:
        """The article of law, or "" where the rule comes from the calendar or the counting."""
        return self.value.strip() if self.value.startswith(_CIVIL) else ""


class Move(NamedTuple):
    """A step as it is noted down while counting; put into words only when somebody asks.

    `before` and `after` are instants, `first_day` and `last_day` the days (numbers) that the rule
    is about, where it is about days; `amount` is a number of days or a length of time.
    """

    kind: StepKind
    before: int
    after: int
    first_day: int = 0
    last_day: int = 0
    amount: int = 0


@dataclass(frozen=True)
class Step:
    """A rule that moved (or fixed) an instant.

    Attributes:
        kind: the rule.
        before: the instant before the rule was applied, in the calendar's zone.
        after: the instant after it.
        cite: the article that the rule follows, "" where it follows from the calendar.
        basis: the notice that makes a day a holiday or a working day, "" where none does.
        zh: the step as a sentence in Chinese.
        en: the same in English.
    """

    kind: StepKind
    before: datetime
    after: datetime
    cite: str
    basis: str
    zh: str
    en: str


_ENGLISH = {
    "元旦": "New Year's Day",
    "春节": "Spring Festival",
    "清明节": "Tomb-Sweeping Day",
    "劳动节": "Labour Day",
    "端午节": "Dragon Boat Festival",
    "中秋节": "Mid-Autumn Festival",
    "国庆节": "National Day",
    "周末": "a weekend",
    "抗日战争暨世界反法西斯战争胜利70周年纪念日": "the 70th anniversary of victory",
}
_WEEKDAYS_ZH = "一二三四五六日"


def english_name(name: str) -> str:
    """The English name of a Chinese holiday; other names as they are."""
    return " and ".join(_ENGLISH.get(part, part) for part in name.split("、"))


def worded(move: Move, schedule: Schedule, start: date) -> Step:
    """A noted move as a `Step`; dates outside the start's year are given with their year."""
    before, after = from_us(move.before, schedule.zone), from_us(move.after, schedule.zone)
    zh, en, basis = _sentences(move, schedule, start)
    return Step(move.kind, before, after, move.kind.cite, basis, zh, en)


def _sentences(move: Move, schedule: Schedule, start: date) -> tuple[str, str, str]:
    """The step in Chinese and in English, and its basis."""
    kind, count = move.kind, move.amount
    first, last = day_date(move.first_day), day_date(move.last_day)
    if kind in (StepKind.START_OUTSIDE_HOURS, StepKind.END_OUTSIDE_HOURS):
        last = from_us(move.after, schedule.zone).date()
    on = (_zh_date(last, start), _en_date(last, start))
    match kind:
        case StepKind.START_NOT_COUNTED if last < first:
            return (
                f"当日（{_zh_date(first, start)}）不计入，自前一日起倒算",
                f"the day itself ({_en_date(first, start)}) is not counted; counted backward",
                "",
            )
        case StepKind.START_NOT_COUNTED:
            return (
                f"开始的当日（{_zh_date(first, start)}）不计入，自下一日开始计算",
                f"the first day ({_en_date(first, start)}) is not counted",
                "",
            )
        case StepKind.HOURS_FROM_START:
            return "按小时计算，自开始时起算", "hours run from the start", ""
        case StepKind.MONTH_END:
            return (
                f"到期月没有对应日，以月末日{on[0]}为最后一日",
                f"the month has no corresponding day; its last day, {on[1]}, is taken",
                "",
            )
        case StepKind.END_OF_DAY:
            return f"截止时间为{on[0]}24时", f"ends at 24:00 of {on[1]}", ""
        case StepKind.CLOSE_OF_BUSINESS:
            time = _clock(move.after, schedule)
            return (
                f"截止时间为{on[0]}停止业务活动的时间{time}",
                f"ends at the close of business on {on[1]}, {time}",
                "",
            )
        case StepKind.ROLLED_FORWARD | StepKind.ROLLED_BACK:
            names, basis = _holidays(schedule, *sorted((move.first_day, move.last_day)))
            forward = kind is StepKind.ROLLED_FORWARD
            zh = f"{'、'.join(names) or '休息日'}{'顺延' if forward else '提前'}至{on[0]}"
            because = " and ".join(map(english_name, names)) or "a day off"
            en = f"{because}: moved {'on' if forward else 'back'} to {on[1]}"
            return zh, en, basis
        case StepKind.CLEAR_DAYS:
            return f"须间隔足日，不迟于{on[0]}", f"full days lie between: by {on[1]}", ""
        case StepKind.SKIPPED:
            names, basis = _holidays(schedule, *sorted((move.first_day, move.last_day)))
            zh = f"其间{count}个休息日不计入" + (f"（含{'、'.join(names)}）" if names else "")
            days = f"{count} day{'' if count == 1 else 's'} off in between"
            named = f" ({', '.join(map(english_name, names))})" if names else ""
            return zh, f"{days}{named} not counted", basis
        case StepKind.MAKE_UP_DAY:
            special = schedule.special_day(move.last_day)
            name = special.name if special else ""
            weekday = f"周{_WEEKDAYS_ZH[last.weekday()]}"
            return (
                f"{on[0]}（{weekday}）为{name}调休工作日",
                f"{on[1]} ({last:%A}) is worked to make up for {english_name(name)}",
                special.notice.number if special and special.notice else "",
            )
        case StepKind.START_OUTSIDE_HOURS:
            time = _clock(move.after, schedule)
            return (
                f"不在业务时间内，自{on[0]}{time}起算",
                f"outside opening hours; the clock starts on {on[1]} at {time}",
                "",
            )
        case StepKind.END_OUTSIDE_HOURS:
            time = _clock(move.after, schedule)
            return (
                f"不在业务时间内，移至{on[0]}{time}",
                f"outside opening hours; moved to {on[1]}, {time}",
                "",
            )
        case StepKind.PAUSED:
            return f"扣除中止时间{_zh_length(count)}", f"paused for {_en_length(count)}", ""
        case StepKind.MISSING_HOUR:
            return (
                f"{on[0]}因夏令时无此时刻，顺移至{_clock(move.after, schedule)}",
                f"summer time leaves this time out on {on[1]}; "
                f"{_clock(move.after, schedule)} is taken",
                "",
            )
        case StepKind.UNPUBLISHED:
            law = schedule.holidays.statutory
            title = law.law_on(last).title if law else ""
            year = last.year + 1 if law and last.year in law.notices else last.year
            return (
                f"{year}年节假日安排尚未公布，按《全国年节及纪念日放假办法》推算",
                f"the holidays of {year} are not published yet: computed from the law",
                title,
            )


def _holidays(schedule: Schedule, first: int, last: int) -> tuple[list[str], str]:
    """The names of the days off in a range, in order, and the notices that give them."""
    names: list[str] = []
    notices: list[str] = []
    weekend = False
    for n in range(first, last + 1):
        if schedule.is_working(n):
            continue
        special = schedule.special_day(n)
        if special is None:
            weekend = True
            continue
        if special.name and special.name not in names:
            names.append(special.name)
        if special.notice and special.notice.number not in notices:
            notices.append(special.notice.number)
    if not names and weekend:
        names = ["周末"]
    return names, "、".join(notices)


def _zh_date(day: date, start: date) -> str:
    year = "" if day.year == start.year else f"{day.year}年"
    return f"{year}{day.month}月{day.day}日"


def _en_date(day: date, start: date) -> str:
    return f"{day.day} {day:%B}" + ("" if day.year == start.year else f" {day.year}")


def _clock(us: int, schedule: Schedule) -> str:
    local = from_us(us, schedule.zone)
    return f"{local:%H:%M:%S}" if local.second else f"{local:%H:%M}"


def _parts(us: int) -> list[tuple[int, int]]:
    seconds = us // 1_000_000
    days, seconds = divmod(seconds, DAY_US // 1_000_000)
    numbers = (days, seconds // 3600, seconds // 60 % 60, seconds % 60)
    return [(n, i) for i, n in enumerate(numbers) if n] or [(0, 3)]


def _zh_length(us: int) -> str:
    return "".join(f"{n}{('日', '小时', '分钟', '秒')[i]}" for n, i in _parts(us))


def _en_length(us: int) -> str:
    words = ("day", "hour", "minute", "second")
    return " ".join(f"{n} {words[i]}{'' if n == 1 else 's'}" for n, i in _parts(us))


def worth_a_word(schedule: Schedule, day: int) -> bool:
    """Whether a day is a weekend day that is worked (a make-up day)."""
    return schedule.kind(day) is DayKind.MAKE_UP
