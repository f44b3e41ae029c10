"""Values in words, the same wherever an outcome is shown: instants, amounts, labels, clauses.

Chinese follows GB/T 15835: 2026年5月6日10:00, without leading zeros of month and day; the end of
a day is its 24:00. English uses ISO dates.
"""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any, Literal

from shouwen.measures.calendars import Period
from shouwen.measures.evaluation.limits import Limit
from shouwen.measures.feel.types import EnumType, Type
from shouwen.measures.feel.values import Amount, Unknown
from shouwen.measures.language.model import Label, Measure

Language = Literal["zh", "en"]
LANGUAGES: tuple[Language, ...] = ("zh", "en")


def pick(label: Label, language: Language) -> str:
    """A label in a language."""
    return label.zh if language == "zh" else label.en


def day(moment: date, language: Language = "zh") -> str:
    """A day: ``2026年5月6日``, ``2026-05-06``."""
    if language == "en":
        return f"{moment.year:04}-{moment.month:02}-{moment.day:02}"
    return f"{moment.year}年{moment.month}月{moment.day}日"


def instant(moment: datetime, language: Language = "zh") -> str:
    """An instant; seconds only where there are any.

    >>> from zoneinfo import ZoneInfo
    >>> instant(datetime(2026, 5, 6, 10, tzinfo=ZoneInfo("Asia/Shanghai")))
    '2026年5月6日10:00'
    """
    # Not strftime: notes are written for every outcome, and this is three times as fast.
    clock = f"{moment.hour:02}:{moment.minute:02}"
    if moment.second:
        clock += f":{moment.second:02}"
    return day(moment, language) + (" " if language == "en" else "") + clock


def limit(found: Limit, language: Language = "zh") -> str:
    """The last moment in time; a limit at midnight is the 24:00 of the day before."""
    midnight = found.at.timetz().replace(tzinfo=None) == time()
    if found.inclusive or not midnight:
        return instant(found.at, language)
    gap = " " if language == "en" else ""
    return day(found.at - timedelta(days=1), language) + gap + "24:00"


def number(value: Decimal | int) -> str:
    """A number without an exponent and without zeros at its end.

    >>> number(Decimal("50.00")), number(Decimal("1E+3"))
    ('50', '1000')
    """
    text = f"{Decimal(value):f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def amount(value: Decimal | Amount, unit: str = "", language: Language = "zh") -> str:
    """An amount with its unit: ``50元``, ``200–500元``, ``13000元以上``; ``50 yuan``.

    >>> amount(Amount(Decimal(13000), None), "元")
    '13000元以上'
    >>> amount(Amount(Decimal(200), Decimal(500)), "yuan", "en")
    '200–500 yuan'
    """
    if language == "en" and unit:
        unit = f" {unit[:-1] if value == 1 and unit.endswith('s') else unit}"
    if not isinstance(value, Amount):
        return number(value) + unit
    if value.hi is None:
        return f"{number(value.lo)}{unit}" + ("以上" if language == "zh" else " or more")
    return f"{number(value.lo)}–{number(value.hi)}{unit}"


def quantity(measure: Measure, name: str, value: Decimal | Amount, language: Language) -> str:
    """A named amount: ``罚款50元``, ``扣2分``; ``fine 50 yuan``, ``2 points``.

    A unit that the label already ends with is not said twice.
    """
    found = measure.vocabulary.quantities[name]
    label, unit = pick(found.label, language).rstrip("."), pick(found.unit, language)
    label = label.removesuffix(unit).rstrip() if unit else label
    gap = " " if language == "en" and label else ""
    return label + gap + amount(value, unit, language)


def act(measure: Measure, name: str, given: Any, language: Language) -> str:
    """An act: ``谈话``, ``可以谈话``, ``停工2年``."""
    label = pick(measure.vocabulary.acts[name], language)
    if isinstance(given, Period):
        return label + (given.zh() if language == "zh" else f" for {given.en()}")
    if given == "may":
        return f"可以{label}" if language == "zh" else f"{label} (optional)"
    return label


def value(measure: Measure, found: Any, type_: Type | None, language: Language) -> str:
    """Any value, by its type: members of enumerations and norms with their labels."""
    zh = language == "zh"
    match found:
        case None | Unknown():
            return "不详" if zh else "unknown"
        case bool():
            return ("是" if found else "否") if zh else ("yes" if found else "no")
        case datetime():
            return instant(found, language)
        case date():
            return day(found, language)
        case time():
            return f"{found:%H:%M}"
        case Decimal() | int():
            return number(found)
        case Amount():
            return amount(found, "", language)
        case Period():
            return found.zh() if zh else found.en()
        case tuple():
            return ("、" if zh else ", ").join(value(measure, f, type_, language) for f in found)
    if isinstance(type_, EnumType):
        return member(measure, type_, str(found), language)
    return str(found)


def member(measure: Measure, type_: EnumType, name: str, language: Language) -> str:
    """A member of an enumeration; a norm with its title."""
    if type_.name == "norm" and name in measure.clauses:
        return clause(measure, name, language)
    label = measure.vocabulary.member_labels.get((type_.name, name))
    return name if label is None else pick(label, language)


def law(cited: str, language: Language) -> str:
    """An article of law or a notice, as it is cited.

    >>> law("民法典第203条第1款", "en")
    'Civil Code, art. 203(1)'
    """
    if language == "zh":
        return cited
    text = re.sub(r"民法典第(\d+)条第(\d+)款", r"Civil Code, art. \1(\2)", cited)
    return re.sub(r"民法典第(\d+)条", r"Civil Code, art. \1", text).replace("；", "; ")


def type_label(measure: Measure, type_: Type, name: str, language: Language) -> str:
    """What an enumeration is called; another type by the name given."""
    found = (
        measure.vocabulary.member_labels.get((type_.name, ""), None)
        if isinstance(type_, EnumType)
        else None
    )
    return name if found is None else pick(found, language)


def clause(measure: Measure, norm: str, language: Language) -> str:
    """A clause by its citation: ``第一章第一条“城区一小时到”（1.1a）``, ``clause 1.1a``."""
    found = measure.clauses.get(norm)
    if language == "en" or found is None:
        return f"clause {norm}" if language == "en" else norm
    return f"{found.cite}“{found.title}”（{norm}）"
