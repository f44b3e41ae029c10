"""Columns of a log as instants, whole columns at a time.

A format is turned into a regular expression, so that what does not fit is found exactly: there is
no 30 February, and nothing is left over behind a value.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import lru_cache

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from shouwen.measures.calendars.zones import DAY_US, LAST_DAY, SECOND_US, ZoneTable, zone_table
from shouwen.measures.interchange.logs.model import InstantSource, Twice

Bools = NDArray[np.bool_]
Int64s = NDArray[np.int64]

INSTANT = pa.timestamp("us", tz="UTC")
HOUR_US = 3600 * SECOND_US
UNIX = {"unix": SECOND_US, "unix ms": 1000}

MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
LONG_MONTHS = (
    "january", "february", "march", "april", "may", "june", "july", "august", "september",
    "october", "november", "december",
)  # fmt: skip


@dataclass
class Problem:
    """Values of a column that do not fit: which, and what to say of each."""

    code: str
    mask: Bools
    say: Callable[[str], tuple[str, str]]
    """From a value to the message and what to do."""


@dataclass
class Converted:
    """A column as it came out; bad values are null and stand in `problems`."""

    array: pa.Array
    problems: list[Problem] = field(default_factory=list)
    twice: int = 0
    """How many times came twice, of which the earlier or later was taken."""


# --- formats ------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Layout:
    """A format, ready to be looked for: `pattern` has a named group for each of `parts`."""

    pattern: str
    parts: frozenset[str]


ISO = Layout(
    r"^(?P<Y>\d{4})-?(?P<m>\d{2})-?(?P<d>\d{2})"
    r"(?:[T ](?P<H>\d{2}):?(?P<M>\d{2})(?::?(?P<S>\d{2})(?:[.,](?P<f>\d{1,9}))?)?"
    r" ?(?P<z>Z|[+-]\d{2}(?::?\d{2})?)?)?$",
    frozenset("YmdHMSfz"),
)
ISO_TIME = Layout(
    r"^(?P<H>\d{1,2}):(?P<M>\d{2})(?::(?P<S>\d{2})(?:[.,](?P<f>\d{1,9}))?)?$", frozenset("HMSf")
)

_DIRECTIVES = {
    "Y": r"\d{4}", "y": r"\d{2}", "m": r"\d{1,2}", "d": r"\d{1,2}", "H": r"\d{1,2}",
    "I": r"\d{1,2}", "M": r"\d{1,2}", "S": r"\d{1,2}", "f": r"\d{1,9}", "j": r"\d{1,3}",
    "z": r"Z|[+-]\d{2}:?\d{2}", "p": r"(?i:am|pm|上午|下午)",
    "b": "(?i:" + "|".join(MONTHS) + ")", "B": "(?i:" + "|".join(LONG_MONTHS) + ")",
}  # fmt: skip
_FIXED = {"m": r"\d{2}", "d": r"\d{2}", "H": r"\d{2}", "M": r"\d{2}", "S": r"\d{2}", "j": r"\d{3}"}


class FormatError(ValueError):
    """A format that cannot be read; the message says why and what can be."""


@lru_cache(maxsize=256)
def layout(format_: str) -> Layout:
    """A format with the directives of `strptime` (those of ``_DIRECTIVES``).

    Numbers may be written without leading zeros, except where another number follows at once
    (``%y%m%d``).

    Raises:
        FormatError: for unknown directives, or one that comes twice.
    """
    pieces = re.findall(r"%.?|[^%]+", format_, re.DOTALL)
    pattern, parts = "", set()
    for i, piece in enumerate(pieces):
        if not piece.startswith("%"):
            pattern += re.escape(piece)
            continue
        letter = piece[1:]
        if letter == "%":
            pattern += "%"
            continue
        if letter not in _DIRECTIVES:
            known = " ".join(f"%{k}" for k in _DIRECTIVES)
            raise FormatError(f"'{piece}' in the format '{format_}' is unknown; known are {known}.")
        if letter in parts:
            raise FormatError(f"'{piece}' stands twice in the format '{format_}'.")
        parts.add(letter)
        neighbours = pieces[i - 1 : i] + pieces[i + 1 : i + 2]
        tight = any(n.startswith("%") and n[1:] in "YymdHIMSj" for n in neighbours)
        group = _FIXED[letter] if tight and letter in _FIXED else _DIRECTIVES[letter]
        pattern += f"(?P<{letter}>{group})"
    return Layout(f"^{pattern}$", frozenset(parts))


@dataclass
class _Fields:
    """What a layout finds: local day numbers and times of day; `z` offsets where written."""

    found: Bools
    day: Int64s
    time: Int64s
    offset: Int64s
    has_offset: Bools


def read_fields(texts: pa.Array, how: Layout) -> _Fields:
    """Read a column of texts; null and what does not fit are not `found`."""
    n = len(texts)
    parts = pc.extract_regex(texts, how.pattern)
    found = np.asarray(pc.is_valid(parts).to_numpy(zero_copy_only=False), np.bool_)

    def text(name: str) -> pa.Array | None:
        if name not in how.parts:
            return None
        return pc.fill_null(pc.struct_field(parts, name), "")

    def number(name: str, default: int) -> Int64s:
        column = text(name)
        if column is None:
            return np.full(n, default, np.int64)
        column = pc.if_else(pc.equal(column, ""), str(default), column)
        return np.asarray(pc.cast(column, pa.int64()).to_numpy(zero_copy_only=False), np.int64)

    year, month, day = number("Y", 1970), number("m", 1), number("d", 1)
    if "y" in how.parts:
        short = number("y", 70)
        year = np.where(short < 69, 2000 + short, 1900 + short)  # as POSIX has it
    for name, months in (("b", MONTHS), ("B", LONG_MONTHS)):
        column = text(name)
        if column is not None:
            place = pc.index_in(pc.utf8_lower(column), pa.array(months))
            month = np.asarray(pc.fill_null(place, 0).to_numpy(zero_copy_only=False), np.int64) + 1
    hour, minute, second = number("H", 0), number("M", 0), number("S", 0)
    if "I" in how.parts:
        hour = number("I", 12)
        found &= (hour >= 1) & (hour <= 12)
        hour %= 12
    half = text("p")
    if half is not None:
        late = pc.is_in(pc.utf8_lower(half), pa.array(["pm", "下午"]))
        hour = np.where(late.to_numpy(zero_copy_only=False) & (hour < 12), hour + 12, hour)
    fraction = np.zeros(n, np.int64)
    digits = text("f")
    if digits is not None:
        six = pc.utf8_slice_codeunits(pc.utf8_rpad(digits, 6, "0"), 0, 6)
        fraction = np.asarray(pc.cast(six, pa.int64()).to_numpy(zero_copy_only=False), np.int64)
    if "j" in how.parts:
        in_year = number("j", 1)
        found &= (in_year >= 1) & (in_year <= 365 + _is_leap(year))
        day, first = in_year, _first_of_month(year, np.ones(n, np.int64))
    else:
        found &= (month >= 1) & (month <= 12) & (day >= 1)
        month = np.clip(month, 1, 12)
        first = _first_of_month(year, month)
        after = _first_of_month(np.where(month == 12, year + 1, year), month % 12 + 1)
        found &= day <= after - first
    found &= (minute < 60) & (second < 60)
    midnight = (hour == 24) & (minute == 0) & (second == 0) & (fraction == 0)
    found &= (hour < 24) | midnight
    time = ((hour * 60 + minute) * 60 + second) * SECOND_US + fraction
    offset, has_offset = _offsets(text("z"), n)
    return _Fields(found, first + day - 1, time, offset, has_offset)


def _first_of_month(year: Int64s, month: Int64s) -> Int64s:
    months = ((year - 1970) * 12 + month - 1).astype("M8[M]")
    days: Int64s = months.astype("M8[D]").astype(np.int64)
    return days


def _is_leap(year: Int64s) -> Int64s:
    leap: Bools = (year % 4 == 0) & ((year % 100 != 0) | (year % 400 == 0))
    return leap.astype(np.int64)


def _offsets(column: pa.Array | None, n: int) -> tuple[Int64s, Bools]:
    if column is None:
        return np.zeros(n, np.int64), np.zeros(n, np.bool_)
    encoded = pc.dictionary_encode(column)
    known: Int64s = np.array(
        [_offset_us(v) for v in encoded.dictionary.to_pylist()] or [0], np.int64
    )
    written = np.asarray(pc.not_equal(column, "").to_numpy(zero_copy_only=False), np.bool_)
    places = np.asarray(encoded.indices.to_numpy(zero_copy_only=False), np.int64)
    offsets: Int64s = known[places]
    return offsets, written


def _offset_us(text: str) -> int:
    if text in ("", "Z"):
        return 0
    digits = text[1:].replace(":", "").ljust(4, "0")
    minutes = int(digits[:2]) * 60 + int(digits[2:])
    return (-minutes if text[0] == "-" else minutes) * 60 * SECOND_US


# --- clocks -------------------------------------------------------------------------------------


def _on_clock(
    local: Int64s, table: ZoneTable, twice: Twice, ok: Bools
) -> tuple[Int64s, Bools, Bools]:
    """Instants of local times; which of these do not exist, and which come twice."""
    day = local // DAY_US
    safe = np.where(ok, day, 1)
    us = table.instants(safe, np.where(ok, local - day * DAY_US, 0))
    asked = np.where(ok, local, DAY_US)
    gap: Bools = ok & (us + table.offsets_at(us) != asked)
    # No zone sets its clocks back by more than three hours.
    back = np.broadcast_to(
        table.offsets_at(us) - table.offsets_at(np.minimum(us + 3 * HOUR_US, LAST_DAY * DAY_US)),
        us.shape,
    )
    second = us + back
    comes_twice: Bools = (
        ok & ~gap & (back > 0) & (second + table.offsets_at(second.clip(0)) == asked)
    )
    if twice is Twice.LATER:
        us = np.where(comes_twice, second, us)
    return us, gap, comes_twice


def to_instants(
    arrays: dict[str, pa.Array], source: InstantSource, default_missing: frozenset[str]
) -> Converted:
    """The instants that a source finds in columns, as timestamp[us, UTC]."""
    if source.column is not None:
        array = arrays[source.column]
        if pa.types.is_timestamp(array.type) and array.type.tz is not None:
            return Converted(pc.cast(array, INSTANT, safe=False))
        if source.format in UNIX:
            return _unix(array, source, default_missing)
        if pa.types.is_timestamp(array.type) or pa.types.is_date(array.type):
            typed = pc.cast(array, pa.timestamp("us"), safe=False)
            us = np.asarray(pc.fill_null(pc.cast(typed, pa.int64()), 0), np.int64)
            valid = np.asarray(pc.is_valid(array).to_numpy(zero_copy_only=False), np.bool_)
            none = np.zeros(len(us), np.bool_)
            fields = _Fields(valid, us // DAY_US, us % DAY_US, none.astype(np.int64), none)
            return _with_zone(fields, source, ~valid)
    texts = _texts(arrays, source, default_missing)
    absent = np.asarray(pc.is_null(texts).to_numpy(zero_copy_only=False), np.bool_)
    fields = read_fields(texts, ISO if source.format is None else layout(source.format))
    if source.past_midnight is not None:
        _past_midnight(fields, arrays, source, default_missing)
    return _with_zone(fields, source, absent)


def blanked(array: pa.Array, missing: frozenset[str]) -> pa.Array:
    """A column as texts, null where it has no value or one that stands for nothing."""
    if not (pa.types.is_string(array.type) or pa.types.is_large_string(array.type)):
        array = pc.cast(array, pa.string())
    if missing:
        nothing = pc.is_in(array, pa.array(sorted(missing), array.type))
        array = pc.if_else(nothing, pa.scalar(None, array.type), array)
    return array


def _texts(
    arrays: dict[str, pa.Array], source: InstantSource, default_missing: frozenset[str]
) -> pa.Array:
    missing = default_missing | source.missing
    if source.column is not None:
        return blanked(arrays[source.column], missing)
    assert source.date is not None
    assert source.time is not None
    return pc.binary_join_element_wise(
        blanked(arrays[source.date], missing), blanked(arrays[source.time], missing), " "
    )


def _past_midnight(
    fields: _Fields,
    arrays: dict[str, pa.Array],
    source: InstantSource,
    default_missing: frozenset[str],
) -> None:
    """Move times of day to the next day that lie far before the one they follow."""
    assert source.past_midnight is not None
    assert source.date is not None
    missing = default_missing | source.missing
    earlier = pc.binary_join_element_wise(
        blanked(arrays[source.date], missing), blanked(arrays[source.past_midnight], missing), " "
    )
    before = read_fields(earlier, ISO if source.format is None else layout(source.format))
    over = fields.found & before.found & (before.time - fields.time > 12 * HOUR_US)
    fields.day[over] += 1


def _unix(array: pa.Array, source: InstantSource, default_missing: frozenset[str]) -> Converted:
    texts = blanked(array, default_missing | source.missing)
    good = pc.match_substring_regex(texts, r"^-?\d{1,15}$")
    valid = pc.if_else(good, texts, pa.scalar(None, texts.type))
    assert source.format is not None
    us = pc.multiply(pc.cast(valid, pa.int64()), UNIX[source.format])
    bad = np.asarray(pc.fill_null(pc.invert(good), False).to_numpy(zero_copy_only=False), np.bool_)
    problems = [_misfit(bad, source)] if bad.any() else []
    return Converted(pc.cast(us, INSTANT), problems)


def _misfit(mask: Bools, source: InstantSource) -> Problem:
    how = "ISO 8601 (2024-05-06T08:30:00+08:00)" if source.format is None else source.format

    def say(value: str) -> tuple[str, str]:
        return (
            f"'{value}' is no instant written as {how}.",
            "Correct it, or say in the mapping how it is written (format:) or that it stands for "
            "nothing (missing:).",
        )

    return Problem("bad-instant", mask, say)


def _with_zone(fields: _Fields, source: InstantSource, absent: Bools) -> Converted:
    """Local times as instants: by their own offset, else by the zone of the source."""
    problems: list[Problem] = []
    ok = fields.found.copy()
    if (misfit := ~ok & ~absent).any():
        problems.append(_misfit(misfit, source))
    local = fields.day * DAY_US + fields.time
    far = ok & ((fields.day < 1) | (fields.day >= LAST_DAY - 1))
    if far.any():
        problems.append(Problem("outside-years", far, _say_far))
        ok &= ~far
    need = ok & ~fields.has_offset
    us = np.where(ok, local - fields.offset, 0)
    if source.zone is None:
        if need.any():
            problems.append(Problem("no-zone", need, _say_no_zone))
            ok &= ~need
        return Converted(_timestamps(us, ok), problems)
    count = 0
    us, count = _read_clock(us, local, source.zone, source.twice, need, ok, problems)
    if source.shown_in is not None:
        shown = zone_table(source.shown_in)
        local = us + shown.offsets_at(np.where(ok, us, 0))
        meant = source.meant_in or source.shown_in
        us, more = _read_clock(us, local, meant, source.twice, ok.copy(), ok, problems)
        count += more
    return Converted(_timestamps(us, ok), problems, count)


def _read_clock(
    us: Int64s,
    local: Int64s,
    zone: str,
    twice: Twice,
    need: Bools,
    ok: Bools,
    problems: list[Problem],
) -> tuple[Int64s, int]:
    """Read the clock of a zone where `need`; takes what cannot be read out of `ok`."""
    read, gap, comes_twice = _on_clock(local, zone_table(zone), twice, need)
    if gap.any():
        problems.append(Problem("no-such-time", gap, _say_gap(zone)))
        ok &= ~gap
    if twice is Twice.ERROR and comes_twice.any():
        problems.append(Problem("time-twice", comes_twice, _say_twice(zone)))
        ok &= ~comes_twice
    return np.where(need & ok, read, us), int(comes_twice.sum())


def _timestamps(us: Int64s, ok: Bools) -> pa.Array:
    return pa.array(us, pa.int64(), mask=~ok).cast(INSTANT)


def _say_far(value: str) -> tuple[str, str]:
    return f"'{value}' lies outside the years 1970 to 2102.", "Correct the year."


def _say_no_zone(value: str) -> tuple[str, str]:
    return (
        f"'{value}' has no time zone, and the mapping names none.",
        "Add the zone whose clock it is to the mapping, such as 'zone: Asia/Shanghai'.",
    )


def _say_gap(zone: str) -> Callable[[str], tuple[str, str]]:
    def say(value: str) -> tuple[str, str]:
        return (
            f"'{value}' is a time that the clocks of {zone} left out when they were set forward.",
            "Correct it, or check the zone in the mapping.",
        )

    return say


def _say_twice(zone: str) -> Callable[[str], tuple[str, str]]:
    def say(value: str) -> tuple[str, str]:
        return (
            f"'{value}' came twice on the clocks of {zone}, which were set back.",
            "Write it with its offset, or take 'twice: earlier' or 'twice: later' in the mapping.",
        )

    return say
