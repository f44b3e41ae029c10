"""Chinese numerals up to 9999, as laws and measures write them."""

from __future__ import annotations

_DIGITS = {c: n for n, c in enumerate("〇一二三四五六七八九")} | {"零": 0, "两": 2}
_UNITS = {"十": 10, "百": 100, "千": 1000}

NUMERAL = r"[〇零一二两三四五六七八九十百千]+"
"""Regular expression of a run of Chinese numerals (not every run is a number)."""


def read_numeral(text: str) -> int | None:
    """The number a Chinese numeral stands for, or None where it is none.

    Both ways of writing are read: with units (一百二十, 两千零五, 十五) and digit by digit
    (二〇二四). Clipped forms (一百五 for 150) are refused: a deadline must not rest on them.

    >>> read_numeral("一百零五"), read_numeral("二〇二四"), read_numeral("一百五")
    (105, 2024, None)
    """
    if not text or any(c not in _DIGITS and c not in _UNITS for c in text):
        return None
    if all(c in _DIGITS for c in text):
        return _positional(text)
    return _with_units(text)


def _positional(text: str) -> int | None:
    if len(text) > 4 or (len(text) > 1 and "两" in text):
        return None
    return int("".join(str(_DIGITS[c]) for c in text))


def _with_units(text: str) -> int | None:
    total, last_unit, i, zero = 0, 10_000, 0, False
    while i < len(text):
        char = text[i]
        if char in "零〇":
            if zero or i == 0 or i == len(text) - 1:
                return None
            zero, i = True, i + 1
            continue
        digit = _DIGITS.get(char)
        if digit is None and not (char == "十" and i == 0):
            return None  # a unit without its digit: 百五十, 一百十
        i += 1 if digit is not None else 0
        unit = _UNITS.get(text[i], 1) if i < len(text) else 1
        i += 1 if unit > 1 else 0
        # A skipped place is said (一百零五) and only a skipped place is (一百零五十 is none).
        skipped = unit * 10 < last_unit and total > 0
        if unit >= last_unit or skipped != zero or (char == "两" and unit < 100):
            return None
        total += (1 if digit is None else digit) * unit
        last_unit, zero = unit, False
    return total
