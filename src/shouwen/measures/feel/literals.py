"""Reading literals: quoted dates, times and periods, and quantities with a unit."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from zoneinfo import ZoneInfo

from shouwen.measures.calendars import Period, PeriodError
from shouwen.measures.feel.types import DATE, DATETIME, NUMBER, PERIOD, TIME, Type
from shouwen.measures.feel.values import CONTEXT, FIRST_YEAR, LAST_YEAR, Value


@dataclass(frozen=True)
class Constant:
    """A constant and its type."""

    value: Value
    type: Type


class LiteralError(ValueError):
    """A text is no literal; `offset` is where in it the trouble starts."""

    def __init__(self, message: str, hint: str | None = None, offset: int = 0) -> None:
        self.message, self.hint, self.offset = message, hint, offset
        super().__init__(message)


_DATE = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})")
_TIME = re.compile(r"([0-9]{2}):([0-9]{2})(?::([0-9]{2})(\.[0-9]{1,6})?)?")
_ZONE = re.compile(r"(Z|[+-][0-9]{2}:[0-9]{2})|@([A-Za-z_]+(?:/[A-Za-z0-9_+-]+)*)")
_CHINESE_DATE = re.compile(r"([0-9]{4})年([0-9]{1,2})月([0-9]{1,2})日")


def read_date(text: str) -> Constant:
    """Read ``2013-09-01``."""
    if not _DATE.fullmatch(text):
        raise LiteralError(
            f"'{text}' is not a date.", 'Write year-month-day in full: @"2013-09-01".'
        )
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise LiteralError(f"There is no {text} in the calendar.") from None
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise LiteralError(f"Dates lie in the years {FIRST_YEAR} to {LAST_YEAR}.")
    return Constant(day, DATE)


def read_time(text: str) -> Constant:
    """Read ``08:30`` or ``08:30:00``."""
    found = _TIME.fullmatch(text)
    if not found:
        if (prefix := _TIME.match(text)) and _ZONE.fullmatch(text, prefix.end()):
            raise LiteralError(
                "A time of day has no zone here: it is wall-clock time.",
                "Leave the zone out, or write a date and time.",
                prefix.end(),
            )
        raise LiteralError(f"'{text}' is not a time of day.", 'Write it as @"08:30:00".')
    try:
        return Constant(time.fromisoformat(text), TIME)
    except ValueError:
        raise LiteralError(f"There is no {text} on the clock.") from None


def read_date_and_time(text: str) -> Constant:
    """Read ``2013-09-01T08:30:00+08:00`` or ``2013-09-01T08:30:00@Asia/Shanghai``."""
    day_text, _, rest = text.partition("T")
    clock = _TIME.match(rest)
    if not clock or not _DATE.fullmatch(day_text):
        raise LiteralError(
            f"'{text}' is not a date and time.", 'Write it as @"2013-09-01T08:30:00+08:00".'
        )
    zone = rest[clock.end() :]
    if not zone:
        raise LiteralError(
            "This date and time has no zone, so it is no instant.",
            f'Add the zone: @"{text}+08:00" or @"{text}@Asia/Shanghai".',
            len(text) - 1,
        )
    day, at = read_date(day_text).value, read_time(clock.group()).value
    assert isinstance(day, date)
    assert isinstance(at, time)
    found = _ZONE.fullmatch(zone)
    offset = len(day_text) + 1 + clock.end()
    if not found:
        raise LiteralError(f"'{zone}' is not a zone.", "Write +08:00, Z or @Asia/Shanghai.", offset)
    try:
        if found[1]:
            return Constant(datetime.fromisoformat(text), DATETIME)
        return Constant(datetime.combine(day, at, ZoneInfo(found[2])), DATETIME)
    except (ValueError, OSError):  # OSError: a name that is a folder of the zone database
        raise LiteralError(
            f"There is no zone '{zone}'.", "Write +08:00, Z or @Asia/Shanghai.", offset
        ) from None
    except LookupError:
        raise LiteralError(
            f"There is no zone '{found[2]}'.", "Write for instance @Asia/Shanghai.", offset
        ) from None


def read_period(text: str) -> Constant:
    """Read ``PT30M``, ``P10WD``, ``30分钟`` or ``10个工作日``."""
    try:
        return Constant(Period.parse(text), PERIOD)
    except PeriodError as error:
        raise LiteralError(error.message, error.hint, error.position) from None


def read_at(text: str) -> Constant:
    """Read what stands in the quotes of ``@"..."``: its form says what it is."""
    if re.match(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T", text):
        return read_date_and_time(text)
    if re.match(r"[0-9]{4}-", text):
        return read_date(text)
    if re.match(r"[0-9]{1,2}:", text):
        return read_time(text)
    return read_period(text)


CONSTRUCTORS = {
    "date": read_date,
    "time": read_time,
    "date and time": read_date_and_time,
    "duration": read_period,
}
"""``date("...")`` and the like: calls whose argument is quoted are literals."""


# --- quantities: a number with what it counts -------------------------------------------------

_THOUSANDS = {"万": Decimal(10_000), "亿": Decimal(100_000_000)}
UNITS: dict[str, Decimal] = {
    "元": Decimal(1),
    "块": Decimal(1),
    **_THOUSANDS,
    **{f"{word}元": factor for word, factor in _THOUSANDS.items()},
    "%": Decimal("0.01"),
    "％": Decimal("0.01"),
    "‰": Decimal("0.001"),
    **dict.fromkeys(("次", "户", "人", "件", "起", "台", "条", "倍", "名"), Decimal(1)),
}
"""Units of numbers and what they multiply by: money in yuan, shares, and counting words."""

_PERIOD_UNIT = re.compile("[年月日天周秒刻小工自星季]|分|个[月工自星季小钟半]")
_NUMBER = re.compile(r"[0-9]+(?:\.[0-9]+)?|\.[0-9]+")


def read_number(text: str) -> Constant:
    """Read decimal digits.

    Raises:
        LiteralError: with leading zeros (thousands are not separated: ``1,000`` would be two
            numbers) or with more than 34 digits.
    """
    if len(text) > 1 and text[0] == "0" and text[1] in "0123456789":
        raise LiteralError(
            f"The number {text} starts with a zero.",
            'Write thousands without a comma (1000) and dates in quotes (@"2013-09-01").',
        )
    value = Decimal(text)
    if len(value.as_tuple().digits) > CONTEXT.prec:
        raise LiteralError(f"Numbers have at most {CONTEXT.prec} digits.")
    return Constant(value, NUMBER)


def read_quantity(text: str) -> Constant:
    """Read a number that is directly followed by a word: money, a share, a count, a period, a date.

    ``100元`` is the number 100, ``1.5万元`` 15000, ``10%`` 0.10, ``3次`` 3; ``30分钟`` is a period,
    ``2013年9月1日`` a date.

    Raises:
        LiteralError: with a word that is no unit, or ``5分``, which may be points or minutes.
    """
    if found := _CHINESE_DATE.fullmatch(text):
        year, month, day = found.groups()
        return read_date(f"{year}-{int(month):02}-{int(day):02}")
    digits = _NUMBER.match(text)
    if digits is None:
        return read_period(text)
    number = read_number(digits.group())
    unit = text[digits.end() :].strip()
    if not unit:
        return number
    if unit in UNITS:
        assert isinstance(number.value, Decimal)
        value = CONTEXT.multiply(number.value, UNITS[unit])
        if value.adjusted() >= CONTEXT.prec:
            raise LiteralError(f"Numbers have at most {CONTEXT.prec} digits.")
        return Constant(value, NUMBER)
    if unit == "分":
        raise LiteralError(
            f"'{text}' may be points or minutes.",
            f"Write {digits.group()} for points and {digits.group()}分钟 for minutes.",
        )
    if not _PERIOD_UNIT.match(unit):
        raise LiteralError(
            f"'{unit}' is not a unit.",
            "Units: 元, 万元, %, 次, 户, 人, 件; 分钟, 小时, 天, 个工作日, 个月.",
            digits.end(),
        )
    return read_period(text)
