"""Reading periods: ISO 8601 durations and Chinese lengths of time."""

from __future__ import annotations

import re
import unicodedata
from decimal import Decimal
from functools import lru_cache

from shouwen.measures.calendars.errors import PeriodError
from shouwen.measures.calendars.numerals import NUMERAL, read_numeral
from shouwen.measures.calendars.period import Period

_EXAMPLES = "Lengths are written 30分钟, 半小时, 10个工作日, 3个月, PT30M, P10WD or P3M."
_LONGEST = 10_000  # years; keeps every date within what a calendar can hold
_LIMITS = {
    "months": _LONGEST * 12,
    "days": _LONGEST * 366,
    "working_days": _LONGEST * 366,
    "seconds": _LONGEST * 366 * 86_400,
}

_Parts = dict[str, int]


def read_period(text: str) -> Period:
    """Read a period; see `Period.parse`."""
    if not isinstance(text, str):
        raise PeriodError(f"A period is read from text, not from {type(text).__name__}.")
    return _read(text)


@lru_cache(maxsize=1024)
def _read(text: str) -> Period:
    # Full-width digits and letters read as their plain forms; one character stays one character,
    # so that positions in errors keep pointing at the text as written.
    plain = "".join(unicodedata.normalize("NFKC", c) if ord(c) > 0xFF00 else c for c in text)
    if len(plain) != len(text):
        plain = text
    start = len(plain) - len(plain.lstrip())
    end = len(plain.rstrip())
    if start >= end:
        raise PeriodError("A period is missing here.", text, 0, _EXAMPLES)
    if re.match(r"[-+]?P", plain[start:], re.IGNORECASE):
        return _read_iso(plain, start, end)
    return _read_chinese(plain, start, end)


def _add(parts: _Parts, key: str, amount: int, text: str, position: int) -> None:
    parts[key] = parts.get(key, 0) + amount
    if parts[key] > _LIMITS[key]:
        raise PeriodError(f"This period is longer than {_LONGEST} years.", text, position)


# --- ISO 8601 --------------------------------------------------------------------------------

_DATE_UNITS = {
    "Y": ("months", 12),
    "M": ("months", 1),
    "W": ("days", 7),
    "D": ("days", 1),
    "WD": ("working_days", 1),
}
_TIME_UNITS = {"H": ("seconds", 3600), "M": ("seconds", 60), "S": ("seconds", 1)}
_ISO_PART = re.compile(r"(\d+(?:[.,]\d+)?)(WD|[A-Z])", re.IGNORECASE)


def _read_iso(text: str, start: int, end: int) -> Period:
    i = start
    negative = text[i] == "-"
    i += 1 if text[i] in "+-" else 0
    i += 1  # the P
    units, order = _DATE_UNITS, list(_DATE_UNITS)
    parts: _Parts = {}
    in_time = after_t = False
    while i < end:
        if text[i] in "Tt" and not in_time:
            in_time, after_t, i = True, True, i + 1
            units, order = _TIME_UNITS, list(_TIME_UNITS)
            continue
        part = _ISO_PART.match(text, i, end)
        unit = part[2].upper() if part else ""
        if part is None or unit not in units:
            raise PeriodError(
                f"'{text[start:end]}' is not an ISO 8601 duration from '{text[i:end]}' on.",
                text,
                i,
                _iso_hint(unit, in_time),
            )
        if unit not in order:
            raise PeriodError(
                f"'{part[0]}' is out of order or comes twice.",
                text,
                i,
                "Order: years, months, weeks, days, working days; T; hours, minutes, seconds.",
            )
        order = order[order.index(unit) + 1 :]
        key, factor = units[unit]
        _add(parts, key, _whole(part[1], factor, in_time, text, i), text, i)
        after_t = False
        i = part.end()
    if not parts or after_t:
        raise PeriodError(
            f"'{text[start:end]}' names no length of time.", text, max(start, end - 1), _EXAMPLES
        )
    return -Period(**parts) if negative else Period(**parts)


def _iso_hint(unit: str, in_time: bool) -> str:
    if unit in _TIME_UNITS and not in_time:
        return "Hours, minutes and seconds follow a T: PT1H30M."
    if unit in _DATE_UNITS and in_time:
        return "Years, months, weeks, days and working days stand before the T: P1DT2H."
    return _EXAMPLES


def _whole(number: str, factor: int, exact: bool, text: str, position: int) -> int:
    """`number` units as a whole number of seconds (or of months, days)."""
    if number.isdecimal():
        return int(number) * factor
    amount = Decimal(number.replace(",", ".")) * factor
    if not exact:
        raise PeriodError(
            f"There is no part of a calendar month or day ('{number}').",
            text,
            position,
            "Write it in smaller units, for instance P6M for half a year or PT12H for 12 hours.",
        )
    if amount != int(amount):
        raise PeriodError(f"'{number}' does not come to whole seconds.", text, position)
    return int(amount)


# --- Chinese ---------------------------------------------------------------------------------

_UNITS = {
    "年": ("months", 12),
    "个季度": ("months", 3),
    "季度": ("months", 3),
    "个月": ("months", 1),
    "周": ("days", 7),
    "个星期": ("days", 7),
    "星期": ("days", 7),
    "个自然日": ("days", 1),
    "自然日": ("days", 1),
    "天": ("days", 1),
    "日": ("days", 1),
    "个工作日": ("working_days", 1),
    "工作日": ("working_days", 1),
    "个小时": ("seconds", 3600),
    "个钟头": ("seconds", 3600),
    "小时": ("seconds", 3600),
    "分钟": ("seconds", 60),
    "分": ("seconds", 60),
    "秒钟": ("seconds", 1),
    "秒": ("seconds", 1),
    "刻钟": ("seconds", 900),
}
# Half of a unit, where it is a length of time that everybody reads the same way.
_HALVES = {
    "年": ("months", 6),
    "天": ("seconds", 43_200),
    "日": ("seconds", 43_200),
    "个小时": ("seconds", 1800),
    "小时": ("seconds", 1800),
    "个钟头": ("seconds", 1800),
    "分钟": ("seconds", 30),
    "分": ("seconds", 30),
}
_UNIT_WORDS = "|".join(sorted(_UNITS, key=len, reverse=True))
_JOINT = re.compile(r"[零又加\s]*")
_FULL = re.compile(rf"(\d+(?:\.\d+)?|{NUMERAL})\s*({_UNIT_WORDS})(半)?")
_AND_A_HALF = re.compile(rf"(\d+|{NUMERAL})\s*个半(小时|钟头)")
_HALF = re.compile(rf"半\s*({'|'.join(sorted(_HALVES, key=len, reverse=True))})")
_SIZE = {"months": 3, "days": 2, "working_days": 1, "seconds": 0}


def _read_chinese(text: str, start: int, end: int) -> Period:
    i = start
    negative = text.startswith("提前", i)
    i += 2 if negative else 0
    parts: _Parts = {}
    before = i  # where the part before this one begins
    smallest = (len(_SIZE), 0)
    while i < end:
        found = _AND_A_HALF.match(text, i, end) or _HALF.match(text, i, end)
        found = found or _FULL.match(text, i, end)
        if found is None:
            raise PeriodError(
                f"'{text[start:end]}' is not a length of time.",
                text,
                _where(text, i, end),
                _one_slip_hint(text[before:end])
                or _one_slip_hint(text[i:end])
                or _chinese_hint(text[i:end], bool(parts)),
            )
        unit, additions = _read_part(found, text)
        if unit >= smallest:
            raise PeriodError(f"'{found[0]}' stands after a smaller unit.", text, i, _EXAMPLES)
        smallest = unit
        for key, amount in additions:
            _add(parts, key, amount, text, i)
        before, i = i, found.end()
        joint = _JOINT.match(text, i, end)
        if joint and joint.end() < end:
            i = joint.end()
    return -Period(**parts) if negative else Period(**parts)


_Part = tuple[tuple[int, int], list[tuple[str, int]]]


def _read_part(found: re.Match[str], text: str) -> _Part:
    """How large the unit of a part is, to compare with others, and what the part adds."""
    i = found.start()
    if found.re is _AND_A_HALF:
        return (0, 3600), [("seconds", _count(found[1], text, i) * 3600 + 1800)]
    if found.re is _HALF:
        key, amount = _HALVES[found[1]]
        return (_SIZE[key], amount), [(key, amount)]
    number, unit, half = found.groups()
    key, factor = _UNITS[unit]
    if number[0].isascii():
        amount = _whole(number, factor, key == "seconds", text, i)
    else:
        amount = _count(number, text, i) * factor
    additions = [(key, amount)]
    if half:
        if unit not in _HALVES:
            raise PeriodError(
                f"'{found[0]}': how long is half of a {unit}?",
                text,
                found.end() - 1,
                "Write it out in a smaller unit, for instance 1个月15日.",
            )
        additions.append(_HALVES[unit])
    return (_SIZE[key], factor), additions


def _count(number: str, text: str, position: int) -> int:
    if number.isascii() and number.isdecimal():
        return int(number)
    value = read_numeral(number)
    if value is None:
        raise PeriodError(
            f"'{number}' is not a number.", text, position, "Write it in digits: 150个工作日."
        )
    return value


_NUMBER = re.compile(rf"\d+(?:\.\d+)?|{NUMERAL}")


def _where(text: str, start: int, end: int) -> int:
    """The first character that does not fit: the unit, where there is a number before it."""
    number = _NUMBER.match(text, start, end)
    return number.end() if number and number.end() < end else start


def _chinese_hint(rest: str, some_read: bool) -> str:
    if some_read and re.match(r"(之)?(以)?[内后前]", rest):
        return "A period is only the length of time: leave out 内, 以内, 前 and 后."
    if re.match(r"半\s*个?月", rest):
        return "Half a month has no fixed length: write 15日."
    if re.match(rf"(\d+|{NUMERAL})\s*月", rest):
        return "Write 个月 for a number of months: 3个月."
    if re.fullmatch(r"\s*(\d+(\.\d+)?)\s*", rest):
        return "Say in which unit: 30分钟 or PT30M."
    return _EXAMPLES


def _one_slip_hint(part: str) -> str | None:
    """The unit that was meant, where one character of it is written wrong."""
    number = _NUMBER.match(part)
    if number is None:
        return None
    written = part[number.end() :]
    near = [u for u in _UNITS if len(u) > 1 and _one_slip(u, written[: len(u)])]
    return f"Did you mean '{number[0]}{max(near, key=len)}'? {_EXAMPLES}" if near else None


def _one_slip(unit: str, written: str) -> bool:
    """Whether exactly one character of a unit is written wrong."""
    return (
        len(unit) == len(written) and sum(a != b for a, b in zip(unit, written, strict=True)) == 1
    )
