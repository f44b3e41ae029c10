"""What a version shows beside its text: promises with how they were kept, rows, lists."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from shouwen.measures.evaluation import wording
from shouwen.measures.evaluation.events import convert
from shouwen.service.enactment.enacted import Enacted
from shouwen.service.measurebook.words import language, pick
from shouwen.service.publication.models import Release, Span, Version
from shouwen.service.publication.obligations import EACH, asked
from shouwen.service.publication.promises import Promise, promises_of
from shouwen.service.publication.releasing import latest
from shouwen.service.publication.shares import Kept
from shouwen.service.tenancy.models import labelled


@dataclass(frozen=True)
class Shown:
    """A promise, and how it was kept in the last month and quarter that were released."""

    promise: Promise
    month: Kept | None
    quarter: Kept | None

    @property
    def text(self) -> str:
        """The promise as the measure words it, in the language of the page."""
        return pick(self.promise.text)

    @property
    def label(self) -> str:
        """The promise in a few words."""
        return pick(self.promise.label)


@dataclass(frozen=True)
class Figures:
    """Promises beside how they were kept, and the releases that say so."""

    rows: list[Shown]
    month: Release | None
    quarter: Release | None


def figures_shown(known: Enacted | None, rules: Iterable[str]) -> Figures:
    """The promises of a page beside the figures that are public."""
    wanted = set(rules)
    if known is None or not wanted:
        return Figures([], None, None)
    month, quarter = latest(Span.MONTH), latest(Span.QUARTER)
    in_month, in_quarter = _by_promise(month), _by_promise(quarter)
    rows = [
        Shown(p, in_month.get((p.rule, p.norm)), in_quarter.get((p.rule, p.norm)))
        for p in promises_of(known.adopted)
        if p.rule in wanted
    ]
    return Figures(rows, month, quarter)


def _by_promise(release: Release | None) -> dict[tuple[str, str], Kept]:
    if release is None:
        return {}
    return {(r["rule"], r["norm"]): Kept(**r) for r in release.rows}


def table_of(
    known: Enacted | None, version: Version, norms: Iterable[str]
) -> tuple[list[str], list[list[str]]]:
    """The rows that a version publishes, with their heads; people by masked name."""
    rows = version.figures.get("rows", [])
    asks = asked(known, EACH, norms) if known is not None else ()
    if not rows or not asks or known is None:
        return [], []
    fields = asks[0].fields
    zone = known.adopted.zone

    def cell(row: dict[str, Any], name: str, entity: str | None, type_: Any) -> str:
        if entity == "person":
            return str(row.get("who", ""))
        if entity == "unit":
            return labelled(*row["unit"]) if "unit" in row else ""
        value = convert(row["facts"].get(name), type_, zone)
        return wording.value(known.measure, value, type_, language())

    heads = [pick(f.label) for f in fields]
    return heads, [[cell(r, f.name, f.entity, f.type) for f in fields] for r in rows]


def lines_of(version: Version) -> list[tuple[str, str]]:
    """The list of results of a version: masked name and text."""
    return [(line["who"], labelled(line["text"], line["text_en"])) for line in version.lines]
