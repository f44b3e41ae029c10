"""What a measure says must be public, and what it asks for on publishing. Pure: no database."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from shouwen.measures.language.model import Field, Label, Measure
from shouwen.service.enactment.dialects import Template
from shouwen.service.enactment.enacted import Enacted

ONCE, EACH, LOOK = "page.published", "figure.published", "page.checked"
GIVEN_BY_US = frozenset({"page", "norm", "case", "key"})
OUTSIDE = frozenset({"id", "at"})


@dataclass(frozen=True)
class Obligation:
    """A norm of a `publication` block.

    Attributes:
        norm: the clause; `label` what must be public, in a few words.
        text: the clause as it stands.
        group, where, by: of the block it stands in: its name, the place, and who has to see to it.
    """

    norm: str
    label: Label
    text: Label
    group: str
    where: Label
    by: str

    @property
    def inside(self) -> bool:
        """Whether the place is one for staff alone, as far as its words tell; people decide."""
        return "内部" in self.where.zh


def obligations(measure: Measure) -> tuple[Obligation, ...]:
    """Everything that a measure says must be public, in its order, one for each norm."""
    found: dict[str, Obligation] = {}
    for block in measure.publications:
        for norm in block.norms:
            clause = measure.clauses[norm]
            found.setdefault(
                norm,
                Obligation(
                    norm, Label(clause.title, clause.gloss or clause.title),
                    Label(clause.text or clause.title, clause.gloss or clause.title),
                    block.id, block.where, block.by,
                ),
            )  # fmt: skip
    return tuple(found.values())


@dataclass(frozen=True)
class Asked:
    """An event that an act on a page is in the measure, and the facts that a person must give."""

    norm: str
    event: str
    label: Label
    fields: tuple[Field, ...]


def asked(known: Enacted, act: str, norms: Iterable[str]) -> tuple[Asked, ...]:
    """The events that an act is for these norms, with what has to be filled in for them."""
    found = []
    for norm in norms:
        for template in known.dialect.templates.get(act, ()):
            if norm in template.when.get("norm", ()):
                relation = known.measure.vocabulary.events[template.event]
                fields = tuple(
                    f for name, f in relation.fields.items()
                    if name not in OUTSIDE and not _given(template, name)
                )  # fmt: skip
                found.append(Asked(norm, template.event, relation.label, fields))
    return tuple(found)


def _given(template: Template, name: str) -> bool:
    return name in template.const or template.facts.get(name) in GIVEN_BY_US
