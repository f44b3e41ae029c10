"""What the amounts, acts and rules of a measure are to the law: ``lawfulness.yaml``.

Whether a "fine" is a fine on an employee or a penalty agreed between two firms cannot be seen in
its name. The owner of the measure declares it in a file beside the measure.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from shouwen.measures.calendars.yaml_source import Entry, compose
from shouwen.measures.diagnostics import Report, Span, did_you_mean
from shouwen.measures.evaluation.outcomes import ConsequenceOutcome, Outcome
from shouwen.measures.language.model import Measure
from shouwen.measures.lawfulness.model import Use

FILE_NAME = "lawfulness.yaml"

SECTIONS = ("amounts", "acts", "rules", "clauses")

_FITS = {
    "amounts": (Use.EMPLOYEE_FINE, Use.EMPLOYEE_COMPENSATION, Use.PENALTY_BETWEEN_FIRMS),
    "acts": (
        Use.EMPLOYEE_FINE,
        Use.SUSPENSION,
        Use.PUBLISHED_LIST,
        Use.AUTOMATED_DECISION,
    ),
    "rules": (Use.RESALE_PRICE, Use.PUBLISHED_LIST, Use.AUTOMATED_DECISION),
    "clauses": (Use.RESALE_PRICE, Use.PUBLISHED_LIST, Use.AUTOMATED_DECISION),
}


@dataclass(frozen=True)
class Declared:
    """One declaration: an amount, act, rule or clause is this to the law.

    `rules` are the consequences an amount or act is meant in; empty: all. `clauses` are the
    clause named and all under it.
    """

    section: str
    name: str
    use: Use
    rules: frozenset[str]
    clauses: frozenset[str]
    span: Span

    def amount_of(self, outcome: Outcome) -> str | None:
        """The amount of an outcome that is meant, if this is about one and it has it."""
        if (
            self.section == "amounts"
            and isinstance(outcome, ConsequenceOutcome)
            and self.name in outcome.amounts
            and self._meant(outcome)
        ):
            return self.name
        return None

    def concerns(self, outcome: Outcome) -> bool:
        """Whether it is about an outcome."""
        match self.section:
            case "amounts":
                return self.amount_of(outcome) is not None
            case "acts":
                return (
                    isinstance(outcome, ConsequenceOutcome)
                    and self.name in outcome.acts
                    and self._meant(outcome)
                )
            case "rules":
                return _rule_of(outcome) == self.name
            case _:
                norms = {outcome.norm}
                if isinstance(outcome, ConsequenceOutcome):
                    norms |= set(outcome.norms)
                return not norms.isdisjoint(self.clauses)

    def _meant(self, outcome: Outcome) -> bool:
        return not self.rules or _rule_of(outcome) in self.rules


def _rule_of(outcome: Outcome) -> str:
    return outcome.rule.removesuffix(".shares")


@dataclass(frozen=True)
class Uses:
    """What the owner of a measure declared, in the order of the file."""

    declared: tuple[Declared, ...] = ()


def load_uses(measure: Measure) -> Uses:
    """The declarations in ``lawfulness.yaml`` beside a measure; none where there is no file.

    Raises:
        SourceError: with everything that is wrong with the file.
    """
    if not measure.sources:
        return Uses()
    path = Path(measure.sources[0]).parent / FILE_NAME
    if not path.is_file():
        return Uses()
    return read_uses(path.read_text("utf-8-sig"), measure, str(path))


def read_uses(text: str, measure: Measure, name: str = FILE_NAME) -> Uses:
    """Read declarations about a measure.

    Raises:
        SourceError: with everything that is wrong, each with its line and column.
    """
    report = Report()
    found: list[Declared] = []
    root = compose(text, name, report)
    if root is not None:
        fields = root.fields(("measure", *SECTIONS), required=("measure",))
        if (entry := fields.get("measure")) and (key := entry.text()) not in (None, measure.id):
            entry.error(
                "other-measure",
                f"these declarations are about '{key}', not about '{measure.id}'.",
                "Write the key of the measure they lie beside.",
            )
        for section in SECTIONS:
            if section in fields:
                found += _section(section, fields[section], measure)
    report.raise_if_errors()
    return Uses(tuple(found))


def _section(section: str, entry: Entry, measure: Measure) -> Iterable[Declared]:
    known = _known(section, measure)
    for name, value in entry.fields().items():
        if name not in known:
            value.error(
                "unknown-name",
                f"measure {measure.id} has no such {_ONE[section]}.",
                did_you_mean(name, known),
            )
            continue
        clauses = measure.under(name) if section == "clauses" else frozenset[str]()
        for item in value.items():
            rules: frozenset[str] = frozenset()
            word = item
            if item.is_mapping:
                given = item.fields(("is", "rules"), required=("is",))
                if "is" not in given:
                    continue
                word = given["is"]
                if "rules" in given:
                    rules = _rules(section, given["rules"], measure)
            use = _use(section, name, word, measure)
            if use is not None:
                yield Declared(section, name, use, rules, clauses, word.span)


_ONE = {"amounts": "amount", "acts": "act", "rules": "rule", "clauses": "clause"}


def _known(section: str, measure: Measure) -> frozenset[str]:
    if section == "amounts":
        return frozenset(measure.vocabulary.quantities)
    if section == "acts":
        return frozenset(measure.vocabulary.acts)
    if section == "clauses":
        return frozenset(measure.clauses)
    groups = (
        measure.duties,
        measure.findings,
        measure.consequences,
        measure.ledgers,
        measure.grades,
        measure.rights,
    )
    ids = {rule.id for group in groups for rule in group}
    ids |= {t.id for ledger in measure.ledgers for t in ledger.thresholds}
    return frozenset(ids)


def _rules(section: str, entry: Entry, measure: Measure) -> frozenset[str]:
    if section not in ("amounts", "acts"):
        entry.error(
            "unknown-field",
            "only amounts and acts are narrowed to rules.",
            "Leave it out; the key says which rule or clause is meant.",
        )
        return frozenset()
    known = {rule.id for rule in measure.consequences}
    names: set[str] = set()
    for item in entry.items():
        name = item.text()
        if name is None:
            continue
        if name not in known:
            item.error(
                "unknown-name",
                f"measure {measure.id} has no consequence '{name}'.",
                did_you_mean(name, known),
            )
        names.add(name)
    return frozenset(names)


def _use(section: str, name: str, entry: Entry, measure: Measure) -> Use | None:
    word = entry.text()
    if word is None:
        return None
    words = {use.value: use for use in Use} | {use.zh: use for use in Use}
    use = words.get(word)
    fits = _FITS[section]
    if use is None:
        offered = {w for w, u in words.items() if u in fits}
        entry.error(
            "unknown-use", f"'{word}' is nothing the law knows here.", did_you_mean(word, offered)
        )
        return None
    if use not in fits:
        entry.error(
            "wrong-use",
            f"{_article(section)} cannot be '{word}'.",
            "It can be: " + ", ".join(u.value for u in fits) + ".",
        )
        return None
    if section == "amounts" and measure.vocabulary.quantities[name].unit.zh != "元":
        entry.error(
            "not-money",
            f"'{name}' is not given in yuan, so it cannot be '{word}'.",
            "Only amounts whose unit is 元 are money.",
        )
        return None
    return use


def _article(section: str) -> str:
    word = _ONE[section]
    return f"an {word}" if word[0] == "a" else f"a {word}"
