"""Columns of a log as facts of the types of the vocabulary, whole columns at a time.

Numbers and instants are worked out on arrays; everything else on the different values of a chunk,
by the same function that checks single events (`evaluation.events.convert`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal, InvalidOperation
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from shouwen.measures.bulk.event_table import arrow_type, period_parts
from shouwen.measures.calendars.zones import DAY_US
from shouwen.measures.diagnostics import did_you_mean
from shouwen.measures.evaluation.events import convert, describe
from shouwen.measures.feel.types import DATE, DATETIME, NUMBER, PERIOD, STRING, TIME, EnumType, Type
from shouwen.measures.interchange.logs.instants import (
    ISO_TIME,
    Bools,
    Converted,
    Problem,
    blanked,
    layout,
    read_fields,
    to_instants,
)
from shouwen.measures.interchange.logs.model import (
    ROW,
    Condition,
    FactSource,
    Otherwise,
    Template,
)

_PLAIN = r"^[+-]?(?:\d+\.?\d*|\.\d+)$"
_DIGITS = 38  # of decimal128


class Columns:
    """The columns of one chunk of a log, and the numbers of its rows."""

    def __init__(self, table: pa.Table, numbers: np.ndarray[Any, np.dtype[np.int64]]) -> None:
        self.numbers = numbers
        self.arrays: dict[str, pa.Array] = {}
        for name, column in zip(table.column_names, table.columns, strict=True):
            self.arrays[name] = (
                column.combine_chunks() if column.num_chunks != 1 else column.chunk(0)
            )

    def __len__(self) -> int:
        return len(self.numbers)

    def take(self, mask: Bools) -> Columns:
        """The rows of a mask."""
        found = object.__new__(Columns)
        found.numbers = self.numbers[mask]
        keep = pa.array(mask)
        found.arrays = {n: a.filter(keep) for n, a in self.arrays.items()}
        return found


def holds(columns: Columns, conditions: tuple[Condition, ...], missing: frozenset[str]) -> Bools:
    """The rows for which all conditions hold."""
    result = np.ones(len(columns), np.bool_)
    for condition in conditions:
        texts = blanked(columns.arrays[condition.column], missing)
        if condition.values is None:
            one = pc.is_valid(texts)
        else:
            one = pc.is_in(texts, pa.array(sorted(condition.values), texts.type))
        found = np.asarray(one.to_numpy(zero_copy_only=False), np.bool_)
        result &= ~found if condition.negated else found
    return result


def text_of(columns: Columns, template: Template, missing: frozenset[str]) -> pa.Array:
    """A template filled in; null where one of its columns has no value."""
    if template.only is not None and template.only != ROW:
        return blanked(columns.arrays[template.only], missing)
    pieces: list[Any] = [template.parts[0]]
    for name, part in zip(template.columns, template.parts[1:], strict=True):
        if name == ROW:
            pieces.append(pc.cast(pa.array(columns.numbers), pa.string()))
        else:
            pieces.append(pc.cast(blanked(columns.arrays[name], missing), pa.string()))
        pieces.append(part)
    if not template.columns:
        return pa.array([template.parts[0]] * len(columns), pa.string())
    return pc.binary_join_element_wise(*pieces, "")


def to_fact(
    columns: Columns, source: FactSource, type_: Type, zone: ZoneInfo, missing: frozenset[str]
) -> Converted:
    """The values of a fact, in the Arrow type of `type_` (numbers with the scale they need)."""
    n = len(columns)
    if source.constant is not None:
        return Converted(constant(source.constant, type_, n))
    if type_ == DATETIME:
        assert source.instant is not None
        return to_instants(columns.arrays, source.instant, missing)
    assert source.text is not None
    lacking = missing | source.missing
    only = source.text.only
    if only is not None and only != ROW and source.values is None:
        array = columns.arrays[only]
        if array.type == arrow_type(type_) and not pa.types.is_string(array.type):
            return Converted(array)
    texts = text_of(columns, source.text, lacking)
    texts = pc.cast(texts, pa.string())
    problems: list[Problem] = []
    if source.values is not None:
        mapped = _mapped(texts, source)
        texts, problems = mapped.array, mapped.problems
    if type_ == NUMBER:
        found = _numbers(texts)
    elif type_ == STRING:
        found = Converted(texts)
    elif type_ in (DATE, TIME) and (source.format is not None or type_ == TIME):
        found = _by_format(texts, type_, source.format)
    else:
        found = _by_value(texts, type_, zone)
    return Converted(found.array, problems + found.problems)


def constant(value: Any, type_: Type, n: int) -> pa.Array:
    """A column of one value."""
    if type_ == PERIOD:
        value = period_parts(value)
    if type_ == NUMBER:
        exponent = value.normalize().as_tuple().exponent
        return pa.array([value] * n, arrow_type(type_, max(0, -exponent)))
    return pa.array([value] * n, arrow_type(type_))


def _mapped(texts: pa.Array, source: FactSource) -> Converted:
    """Values by their map, and what becomes of others."""
    assert source.values is not None
    known: Mapping[str, str] = source.values
    encoded = pc.dictionary_encode(texts)
    unknown = [v is not None and v not in known for v in encoded.dictionary.to_pylist()]
    keep = source.otherwise is Otherwise.KEEP
    meant = [known.get(v, v if keep else None) for v in encoded.dictionary.to_pylist()]
    array = pa.array(meant, pa.string()).take(encoded.indices)
    if source.otherwise is not Otherwise.ERROR or not any(unknown):
        return Converted(array)
    bad = np.asarray(
        pc.fill_null(pa.array(unknown).take(encoded.indices), False).to_numpy(zero_copy_only=False),
        np.bool_,
    )

    def say(value: str) -> tuple[str, str]:
        return (
            f"the mapping does not say what '{value}' means.",
            suggestion(
                value,
                known,
                "Add it to 'values:', or say with 'otherwise:' what becomes of such values.",
            ),
        )

    return Converted(array, [Problem("unknown-value", bad, say)])


def _by_value(texts: pa.Array, type_: Type, zone: ZoneInfo) -> Converted:
    encoded = pc.dictionary_encode(texts)
    written = encoded.dictionary.to_pylist()
    found: list[Any] = [None if v is None else convert(v.strip(), type_, zone) for v in written]
    if type_ == PERIOD:
        found = [None if v is None else period_parts(v) for v in found]
    array = pa.array(found, arrow_type(type_)).take(encoded.indices)
    if None not in found:
        return Converted(array)
    wrong = pa.array([v is None and w is not None for v, w in zip(found, written, strict=True)])
    bad = pc.fill_null(wrong.take(encoded.indices), False).to_numpy(zero_copy_only=False)
    return Converted(array, _wrong_type(np.asarray(bad, np.bool_), type_))


def _wrong_type(bad: Bools, type_: Type) -> list[Problem]:
    return [Problem("wrong-type", bad, partial(_say_type, type_))] if bad.any() else []


def _say_type(type_: Type, value: str) -> tuple[str, str]:
    known = type_.members if isinstance(type_, EnumType) else ()
    written = " of at most 38 digits" if type_ == NUMBER else ""
    to_do = "Correct it, or say in the mapping what it means (values:, format:, missing:)."
    return f"'{value}' is no {describe(type_)}{written}.", suggestion(value, known, to_do)


def suggestion(value: str, known: Iterable[str], to_do: str) -> str:
    """What to do about a value, after the nearest known ones if there are any near it."""
    near = did_you_mean(value, known) or ""
    return f"{near} {to_do}" if near.startswith("Did you mean") else to_do


def _numbers(texts: pa.Array) -> Converted:
    """Numbers as decimals with as many digits behind the point as they need."""
    bare = pc.replace_substring_regex(pc.utf8_trim_whitespace(texts), "元$", "")
    given = pc.is_valid(bare)
    plain = pc.fill_null(pc.match_substring_regex(bare, _PLAIN), False)
    if pc.any(pc.and_(given, pc.invert(plain))).as_py():
        bare = _spelled_out(bare, plain)
        plain = pc.fill_null(pc.match_substring_regex(bare, _PLAIN), False)
    behind = pc.struct_field(pc.extract_regex(bare, r"^[+-]?\d*\.?(?P<f>\d*)$"), "f")
    pointed = pc.fill_null(pc.match_substring(bare, "."), False)
    places = pc.if_else(pointed, pc.utf8_length(pc.utf8_rtrim(behind, "0")), 0)
    scale = min(_DIGITS, pc.max(pc.if_else(plain, places, None)).as_py() or 0)
    before = pc.utf8_length(pc.replace_substring_regex(bare, r"^[+-]?0*|\..*$", ""))
    fits = pc.and_(pc.less_equal(before, _DIGITS - scale), pc.less_equal(places, scale))
    good = pc.and_(plain, pc.fill_null(fits, False))
    array = pc.cast(pc.if_else(good, bare, None), arrow_type(NUMBER, scale))
    bad = pc.and_(given, pc.invert(good)).to_numpy(zero_copy_only=False)
    return Converted(array, _wrong_type(np.asarray(bad, np.bool_), NUMBER))


def _spelled_out(bare: pa.Array, plain: pa.Array) -> pa.Array:
    """Numbers with an exponent without it; what is no number stays as it is."""
    encoded = pc.dictionary_encode(pc.if_else(plain, None, bare))
    meant = []
    for text in encoded.dictionary.to_pylist():
        try:
            value = Decimal(text)
            meant.append(f"{value:f}" if abs(value.adjusted()) <= _DIGITS else text)
        except (InvalidOperation, TypeError):
            meant.append(text)
    return pc.if_else(plain, bare, pa.array(meant, pa.string()).take(encoded.indices))


def _by_format(texts: pa.Array, type_: Type, format_: str | None) -> Converted:
    """Dates and times of day as the mapping writes them; times, if it is silent, as 8:30(:00)."""
    fields = read_fields(
        pc.utf8_trim_whitespace(texts), ISO_TIME if format_ is None else layout(format_)
    )
    ok = fields.found & (fields.time < DAY_US)
    bad = ~ok & np.asarray(pc.is_valid(texts).to_numpy(zero_copy_only=False), np.bool_)
    if type_ == DATE:
        array = pa.array(fields.day.astype(np.int32), pa.int32(), mask=~ok).cast(pa.date32())
    else:
        array = pa.array(fields.time, pa.int64(), mask=~ok).cast(pa.time64("us"))
    return Converted(array, _wrong_type(bad, type_))
