"""What a note on the law is made of, and what it has to be told."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import Enum

from shouwen.measures.diagnostics import Severity
from shouwen.measures.evaluation.notes import Note
from shouwen.measures.evaluation.wording import Language
from shouwen.measures.language.model import Label

REGION = re.compile(r"[1-9]\d{5}")
"""A code of GB/T 2260: province, city, county, two digits each."""


class Use(Enum):
    """What an amount, an act or a rule of a measure is to the law.

    The value is the word for it in files; `zh` is the Chinese one.
    """

    EMPLOYEE_FINE = "employee fine"
    EMPLOYEE_COMPENSATION = "employee compensation"
    SUSPENSION = "suspension without pay"
    RESALE_PRICE = "resale price"
    PENALTY_BETWEEN_FIRMS = "penalty between firms"
    PUBLISHED_LIST = "published list"
    AUTOMATED_DECISION = "automated decision"

    @property
    def zh(self) -> str:
        """The Chinese word."""
        return _ZH[self]


_ZH = {
    Use.EMPLOYEE_FINE: "对职工罚款",
    Use.EMPLOYEE_COMPENSATION: "职工赔偿损失",
    Use.SUSPENSION: "停工停薪",
    Use.RESALE_PRICE: "转售价格",
    Use.PENALTY_BETWEEN_FIRMS: "企业之间的罚金",
    Use.PUBLISHED_LIST: "公示名单",
    Use.AUTOMATED_DECISION: "自动化决策",
}


@dataclass(frozen=True, order=True)
class Month:
    """A calendar month.

    >>> str(Month(2026, 12).after(2)), Month.parse("2013-09").zh
    ('2027-02', '2013年9月')
    """

    year: int
    month: int

    def __post_init__(self) -> None:
        if not (1 <= self.month <= 12 and 1 <= self.year <= 9999):
            raise ValueError(f"There is no month {self.year}-{self.month}.")

    @classmethod
    def parse(cls, text: str) -> Month:
        """Read ``2026-05``. Raises ValueError."""
        if not re.fullmatch(r"\d{4}-\d{2}", text):
            raise ValueError(f"'{text}' is no month; write it as 2026-05.")
        return cls(int(text[:4]), int(text[5:]))

    @property
    def first(self) -> date:
        """Its first day."""
        return date(self.year, self.month, 1)

    @property
    def last(self) -> date:
        """Its last day."""
        return date(self.year, self.month, monthrange(self.year, self.month)[1])

    def after(self, months: int) -> Month:
        """The month some months later. Raises ValueError outside the calendar."""
        year, month = divmod(self.year * 12 + self.month - 1 + months, 12)
        return Month(year, month + 1)

    @property
    def zh(self) -> str:
        """In Chinese."""
        return f"{self.year}年{self.month}月"

    def __str__(self) -> str:
        return f"{self.year:04}-{self.month:02}"


class Checked(Enum):
    """How well a statement of the data is established."""

    TEXT = "text"
    """Its article was read in a copy of the text."""
    SECONDARY = "secondary"
    """Others report it; the text itself was not at hand."""
    NO = "no"
    """Not established: left out unless asked for."""


@dataclass(frozen=True)
class Provision:
    """An article of law, while it is in force (`until` inclusive; None: until further notice)."""

    id: str
    law: Label
    article: Label
    start: date
    until: date | None
    source: str
    checked: Checked

    def in_force(self, day: date) -> bool:
        """Whether it is in force on a day."""
        return self.start <= day and (self.until is None or day <= self.until)

    def cite(self, language: Language = "zh") -> str:
        """The article with its period of force.

        >>> Provision("a", Label("某法", "Some Law"), Label("第四条", "art. 4"), date(2008, 1, 1),
        ...           None, "", Checked.TEXT).cite("en")
        'Some Law, art. 4 (in force from 2008-01-01)'
        """
        if language == "zh":
            period = self.start.isoformat() + (
                f"至{self.until.isoformat()}" if self.until else "起"
            )
            return f"《{self.law.zh}》{self.article.zh}（{period}施行）"
        period = f"in force from {self.start.isoformat()}"
        if self.until:
            period += f" to {self.until.isoformat()}"
        gap = ", " if self.article.en else ""
        return f"{self.law.en}{gap}{self.article.en} ({period})"


@dataclass(frozen=True)
class Missing:
    """A fact without which something cannot be reckoned.

    `fact` is wage, region, minimum wage, tier, standard wage or loss; the others say whose, where
    and when. `zh` and `en` say it in a sentence.
    """

    fact: str
    zh: str
    en: str
    person: str | None = None
    region: str | None = None
    month: Month | None = None


@dataclass(frozen=True)
class Employment:
    """What the law asks about an employee's pay.

    Attributes:
        wage: what is due to the employee for the month, in yuan, before the deduction; None where
            it is not known.
        region: where the work is done (GB/T 2260); None: as for everybody.
        tier: the tier of the local minimum wage, where a province has several.
        deducted: what is already deducted from that month's wage for loss, in yuan.
        standard_wage: the standard monthly wage (标准工资) of the old regulations, in yuan.
    """

    wage: Decimal | None = None
    region: str | None = None
    tier: str | None = None
    deducted: Decimal = Decimal(0)
    standard_wage: Decimal | None = None

    def __post_init__(self) -> None:
        for name in ("wage", "deducted", "standard_wage"):
            value = getattr(self, name)
            if value is not None:
                money(value, name)
        if self.region is not None:
            region_code(self.region)


@dataclass(frozen=True)
class LegalFacts:
    """What the notes have to be told beside the outcomes. All of it may be left out; what is
    then missing is named in the notes.

    Attributes:
        month: the month of the payroll that is looked at.
        people: what is known of employees, by person.
        region: where everybody works who has no region of his own (GB/T 2260).
        tier: the tier there.
        settled: what is paid already, in yuan, by the id of the outcome.
        losses: the loss that a breach of contract caused, in yuan, by the id of the outcome.
    """

    month: Month
    people: Mapping[str, Employment] = field(default_factory=dict)
    region: str | None = None
    tier: str | None = None
    settled: Mapping[str, Decimal] = field(default_factory=dict)
    losses: Mapping[str, Decimal] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for name in ("settled", "losses"):
            for key, value in getattr(self, name).items():
                money(value, f"{name}.{key}")
        if self.region is not None:
            region_code(self.region)

    def region_of(self, person: str | None) -> tuple[str | None, str | None]:
        """The region and tier of a person."""
        known = self.people.get(person or "")
        if known is None or known.region is None:
            return self.region, (known.tier if known and known.tier else self.tier)
        return known.region, known.tier


def money(value: object, name: str) -> Decimal:
    """A sum of money in yuan: a Decimal, not negative, in whole fen.

    Raises:
        ValueError: for anything else.
    """
    if (
        not isinstance(value, Decimal)
        or not value.is_finite()
        or value < 0
        or value.adjusted() > 15
        or value != value.quantize(Decimal("0.01"))
    ):
        raise ValueError(f"{name}: '{value}' is no sum in yuan; write it as 3000 or 3000.50.")
    return value


def region_code(code: str) -> str:
    """A code of GB/T 2260. Raises ValueError."""
    if not REGION.fullmatch(code):
        raise ValueError(f"'{code}' is no region; write the six digits of GB/T 2260, as 420000.")
    return code


def lies_in(region: str, wider: str) -> bool:
    """Whether a region is another or a part of it.

    >>> lies_in("440300", "440000"), lies_in("440000", "440300")
    (True, False)
    """
    stem = wider
    while stem.endswith("00") and len(stem) > 2:
        stem = stem[:-2]
    return region.startswith(stem)


@dataclass(frozen=True, kw_only=True)
class LawNote:
    """What the law says beside an outcome. It never changes the outcome.

    Attributes:
        id: which note; the same for the same matter wherever it stands.
        outcome: the id of the outcome; None where a rule is looked at without one.
        rule: the rule it is about.
        use: as what the measure's owner declared it.
        severity: a warning where doing what the measure says may be unlawful, else a note.
        on: the day of the act, by which the law in force is chosen.
        person: who bears the outcome.
        zh, en: what the law says.
        cites: the articles, each in force on `on`.
        steps: the arithmetic.
        missing: what would have to be known to finish it.
    """

    id: str
    outcome: str | None
    rule: str
    use: Use
    severity: Severity
    on: date
    person: str | None
    zh: str
    en: str
    cites: tuple[Provision, ...]
    steps: tuple[Note, ...] = ()
    missing: tuple[Missing, ...] = ()

    def text(self, language: Language = "zh") -> str:
        """All of it: what the law says, the arithmetic, what is missing, and the articles."""
        zh = language == "zh"
        parts = [self.zh if zh else self.en]
        parts += [step.zh if zh else step.en for step in self.steps]
        parts += [gap.zh if zh else gap.en for gap in self.missing]
        parts += [("依据：" if zh else "See ") + ("；" if zh else "; ").join(
            provision.cite(language) for provision in self.cites
        ) + ("。" if zh else ".")]  # fmt: skip
        return ("" if zh else " ").join(parts)
