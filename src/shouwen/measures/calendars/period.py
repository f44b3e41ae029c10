"""Periods of time as a measure writes them: 30分钟, 10个工作日, P1M."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from shouwen.measures.calendars.errors import PeriodError


@dataclass(frozen=True, slots=True)
class Period:
    """A length of time in units that are not converted into one another.

    A calendar day (`P1D`) is counted as the law counts it and is not 24 hours (`PT24H`); a month
    is not 30 days; a working day is neither. All parts have one sign; a negative period runs
    backwards. What a period *does* to an instant is decided by the counting of
    `shouwen.measures.calendars.deadline`.

    Attributes:
        months: calendar months (a year is 12).
        days: calendar days (a week is 7).
        working_days: working days (工作日) of whatever calendar is used.
        seconds: exact time; elapsed, or working time where the clock counts that.

    Raises:
        PeriodError: when parts have different signs.
    """

    months: int = 0
    days: int = 0
    working_days: int = 0
    seconds: int = 0

    def __post_init__(self) -> None:
        parts = (self.months, self.days, self.working_days, self.seconds)
        if min(parts) < 0 < max(parts):
            raise PeriodError(
                f"A period runs forward or backward, not both: {parts}.",
                hint="Give all parts one sign.",
            )

    @classmethod
    def parse(cls, text: str) -> Period:
        """Read an ISO 8601 duration or a Chinese length of time.

        ISO 8601: `P1Y`, `P3M`, `P2W`, `P1D`, `PT1H30M`, `-P3D`, and as an extension working days:
        `P10WD`. Fractions only of hours, minutes and seconds, and only when they come to whole
        seconds (`PT1.5H`).

        Chinese: `30分钟`, `半小时`, `一个半小时`, `10个工作日`, `十个工作日`, `3个月`, `半年`
        (6 months), `两年`, `一周`, `1小时30分`, `三日`, `提前3日` (backward). `半天` is `PT12H`:
        half of the 24 hours of a day, as exact time, since there is no half of a counted day.

        Raises:
            PeriodError: with the position of the first character that does not fit and a hint.

        >>> Period.parse("一个半小时")
        Period(months=0, days=0, working_days=0, seconds=5400)
        >>> Period.parse("P10WD").zh()
        '10个工作日'
        """
        from shouwen.measures.calendars.reading import read_period

        return read_period(text)

    def iso(self) -> str:
        """The period as ISO 8601: `P1Y2M3DT4H5M6S`; working days as `P10WD` (our extension).

        >>> Period(months=14, seconds=86400).iso()
        'P1Y2MT24H'
        """
        p = abs(self)
        date = _join(((p.months // 12, "Y"), (p.months % 12, "M"), (p.days, "D")))
        date += _join(((p.working_days, "WD"),))
        time = _join(zip(_hms(p.seconds), "HMS", strict=True))
        sign = "-" if self.is_negative else ""
        return f"{sign}P{date}T{time}" if time else f"{sign}P{date or 'T0S'}"

    def zh(self) -> str:
        """The period in Chinese: '10个工作日', '30分钟', '1年'; backward: '提前3日'."""
        p = abs(self)
        text = _join(((p.months // 12, "年"), (p.months % 12, "个月"), (p.days, "日")))
        text += _join(((p.working_days, "个工作日"),))
        text += _join(zip(_hms(p.seconds), ("小时", "分钟", "秒"), strict=True))
        return ("提前" if self.is_negative else "") + (text or "0秒")

    def en(self) -> str:
        """The period in English: '10 working days', '1 hour 30 minutes'; '3 days before'."""
        p = abs(self)
        hours, minutes, seconds = _hms(p.seconds)
        parts = (
            (p.months // 12, "year"),
            (p.months % 12, "month"),
            (p.days, "day"),
            (p.working_days, "working day"),
            (hours, "hour"),
            (minutes, "minute"),
            (seconds, "second"),
        )
        text = " ".join(f"{n} {unit}{'' if n == 1 else 's'}" for n, unit in parts if n)
        return (text or "0 seconds") + (" before" if self.is_negative else "")

    @property
    def is_negative(self) -> bool:
        """Whether the period runs backwards."""
        return min(self.months, self.days, self.working_days, self.seconds) < 0

    @property
    def is_exact(self) -> bool:
        """Whether the period is made of exact time only (hours, minutes, seconds)."""
        return not (self.months or self.days or self.working_days)

    def __bool__(self) -> bool:
        return bool(self.months or self.days or self.working_days or self.seconds)

    def __neg__(self) -> Period:
        return Period(-self.months, -self.days, -self.working_days, -self.seconds)

    def __abs__(self) -> Period:
        return -self if self.is_negative else self

    def __add__(self, other: Period) -> Period:
        if not isinstance(other, Period):
            return NotImplemented
        return Period(
            self.months + other.months,
            self.days + other.days,
            self.working_days + other.working_days,
            self.seconds + other.seconds,
        )

    def __sub__(self, other: Period) -> Period:
        if not isinstance(other, Period):
            return NotImplemented
        return self + -other

    def __mul__(self, times: int) -> Period:
        if not isinstance(times, int):
            return NotImplemented
        return Period(
            self.months * times, self.days * times, self.working_days * times, self.seconds * times
        )

    __rmul__ = __mul__

    def compare(self, other: Period) -> int | None:
        """-1, 0 or 1 where one period is shorter, equal or longer from *every* start; else None.

        Months are 28 to 31 days (`P1M` is longer than `P27D`; against `P30D` there is no
        answer). n working days never end before n calendar days. n calendar days last at least
        24·n - 1 hours (a change to summer time takes one); how long they last at most depends
        on the counting, so `PT40H` against `P1D` has no answer. Exact time is taken as elapsed.
        """
        if self == other:
            return 0
        if _certainly_longer(self, other):
            return 1
        if _certainly_longer(other, self):
            return -1
        return None

    def _order(self, other: Period) -> int:
        answer = self.compare(other)
        if answer is None:
            raise PeriodError(
                f"{self.iso()} and {other.iso()} cannot be compared: "
                "which is longer depends on the start.",
                hint="Use compare(), which answers None, or write both in one unit.",
            )
        return answer

    def __lt__(self, other: object) -> bool:
        return self._order(other) < 0 if isinstance(other, Period) else NotImplemented

    def __le__(self, other: object) -> bool:
        return self._order(other) <= 0 if isinstance(other, Period) else NotImplemented

    def __gt__(self, other: object) -> bool:
        return self._order(other) > 0 if isinstance(other, Period) else NotImplemented

    def __ge__(self, other: object) -> bool:
        return self._order(other) >= 0 if isinstance(other, Period) else NotImplemented

    def __str__(self) -> str:
        return self.iso()


def _join(parts: Iterable[tuple[int, str]]) -> str:
    return "".join(f"{n}{unit}" for n, unit in parts if n)


def _hms(seconds: int) -> tuple[int, int, int]:
    return seconds // 3600, seconds // 60 % 60, seconds % 60


# The fewest and the most days that 0 to 11 months in a row can have.
_FEWEST_DAYS = (0, 28, 59, 89, 120, 150, 181, 212, 242, 273, 303, 334)
_MOST_DAYS = (0, 31, 62, 92, 123, 153, 184, 215, 245, 276, 306, 337)


def _least_days(months: int) -> int:
    """A number of days that `months` calendar months never fall short of (of either sign)."""
    years, rest = divmod(abs(months), 12)
    if months >= 0:
        return years * 365 + _FEWEST_DAYS[rest]
    return -(years * 366 + _MOST_DAYS[rest])


def _certainly_longer(a: Period, b: Period) -> bool:
    """Whether `a` ends later than `b` from every start (b is not equal to a)."""
    months, days = a.months - b.months, a.days - b.days
    working_days, seconds = a.working_days - b.working_days, a.seconds - b.seconds
    if working_days < 0:  # there is no bound on how long a run of holidays is
        return False
    if min(months, days, seconds) >= 0:
        return True
    least = _least_days(months) + days + working_days
    return least > 0 and (seconds >= 0 or least * 86_400 - 3_600 + seconds > 0)
