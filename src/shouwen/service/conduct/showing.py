"""What pages show of proposals and decisions, in the language of the page."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _

from shouwen.measures.evaluation import wording
from shouwen.measures.evaluation.explanation.summaries import STILL_OPEN
from shouwen.measures.language.model import Measure
from shouwen.service.conduct.amounts import act_said, amounts_said, read
from shouwen.service.conduct.models import Decision, Proposal
from shouwen.service.enactment.enacted import measure_of
from shouwen.service.measurebook.words import language

SIMILAR = 200


@dataclass(frozen=True)
class Choice:
    """An amount to be decided: a field with its ends, or what is fixed."""

    name: str
    label: str
    said: str
    low: str
    high: str | None
    fixed: bool
    value: str


@dataclass(frozen=True)
class Act:
    """An act to be ordered: `may`, if it can be left out."""

    name: str
    label: str
    may: bool
    chosen: bool


def choices(
    measure: Measure, amounts: Mapping[str, list[str | None]], chosen: Mapping[str, str]
) -> list[Choice]:
    """The fields of the amounts offered; `chosen` is what stands in them."""
    found = []
    for name, ends in amounts.items():
        label = wording.pick(measure.vocabulary.quantities[name].label, language())
        low, high = ends
        fixed = low == high
        said = wording.quantity(measure, name, read(ends), language())
        value = chosen.get(name, (low or "") if fixed else "")
        found.append(Choice(name, label, said, low or "0", high, fixed, value))
    return found


def acts(measure: Measure, offered: Mapping[str, str], chosen: frozenset[str]) -> list[Act]:
    """The acts offered."""
    return [
        Act(n, act_said(measure, n, given, language()), given == "may", n in chosen)
        for n, given in offered.items()
    ]


def offered_said(measure: Measure, amounts: Mapping[str, Any], given: Mapping[str, str]) -> str:
    """What is proposed, in words. What is nought is left out, unless there is nothing else."""
    some = {n: ends for n, ends in amounts.items() if tuple(ends) != ("0", "0")}
    parts = amounts_said(measure, some or (amounts if not given else {}), language())
    parts += [act_said(measure, n, g, language()) for n, g in given.items()]
    return ("、" if language() == "zh" else ", ").join(parts)


def proposal_said(row: Proposal) -> str:
    """What a proposal offers, in words."""
    return offered_said(measure_of(row.thread.adoption.measure), row.amounts, row.acts)


def decided_said(row: Decision) -> str:
    """What a decision orders, in words."""
    if row.waived:
        return _("revoked: nothing is due") if row.follows_id else _("no consequence")
    measure = measure_of(row.frozen["measure"]["key"])
    given = row.frozen["offered"]["acts"]
    ordered = {n: "yes" if given.get(n) == "may" else given.get(n, "yes") for n in row.acts}
    return offered_said(measure, {n: [v, v] for n, v in row.amounts.items()}, ordered)


@dataclass(frozen=True)
class Basis:
    """What a decision or proposal rests on, in the language of the page."""

    said: str
    clauses: list[dict[str, str]]
    facts: list[dict[str, Any]]
    readings: list[dict[str, Any]]
    sections: list[dict[str, Any]]
    steps: list[str]
    measure: str
    adopted_from: str
    late: bool
    law: list[dict[str, Any]]


def basis(kept: Mapping[str, Any], names: Mapping[str, str]) -> Basis:
    """The frozen record for people. `names`: what to call those it knows by number."""
    index = 0 if language() == "zh" else 1
    measure = measure_of(kept["measure"]["key"])
    from shouwen.service.measurebook.words import told

    facts = [
        {
            "label": f["label"][index],
            "at": datetime.fromisoformat(f["at"]),
            "recorded_at": datetime.fromisoformat(f["recorded_at"]),
            "late": f["late"],
            "told": [(a, names.get(b, b)) for a, b in told(measure, f["type"], f["facts"])],
        }
        for f in kept["facts"]
        if f["type"] not in ("post.held", "decision.made")
    ]
    skip = {"依据", "Clauses", "释义", "Readings", "经过", "What happened"}
    why = kept["why"][language()]
    return Basis(
        said=kept["said"][index],
        clauses=[{"id": c["id"], "cite": f"{c['cite']}（{c['id']}）" if index == 0 else c["id"],
                  "text": c["zh" if index == 0 else "en"]} for c in kept["clauses"]],
        facts=facts,
        readings=[{"id": r["id"], "norm": r["norm"], "question": r["question"][index],
                   "chosen": r["chosen"][index], "default": r["default"]}
                  for r in kept["readings"]],
        sections=[s for s in why if s["title"] not in skip],
        steps=[n[index] for n in kept["notes"]],
        measure=kept["measure"]["title"][index],
        adopted_from=kept["measure"]["adopted_from"],
        late=any(f["late"] for f in facts),
        law=[{"text": n["text"][index], "warns": n["warns"],
              "cites": [c[index] for c in n["cites"]]} for n in kept.get("law", ())],
    )  # fmt: skip


def decided_basis(decision: Decision, names: Mapping[str, str]) -> Basis:
    """What a decision rests on. That it was still open is not said where it has been decided."""
    found = basis(decision.frozen, names)
    said = found.said
    for ending in STILL_OPEN:
        said = said.removesuffix(ending)
    return replace(found, said=said)


@dataclass(frozen=True)
class Similar:
    """What was decided in the same case of the rule before: no names, no reasons."""

    count: int
    spread: list[tuple[str, str]]
    """For each amount its label, and least, median and most."""
    latest: list[tuple[datetime, str]]
    waived: int


def similar(rule: str, norm: str, row: int | None, but: int | None) -> Similar:
    """Decisions that stand, by the same norm and row of the table; not about the same subject."""
    followed = Decision.objects.filter(follows=OuterRef("pk"))
    rows = Decision.objects.filter(rule=rule, norm=norm, row=row).exclude(subject=but)
    found = list(rows.filter(~Exists(followed)).order_by("-decided_at")[:SIMILAR])
    standing = [d for d in found if not d.waived]
    spread = []
    names = Counter(n for d in standing for n in d.amounts)
    for name in names:
        values = sorted(Decimal(d.amounts[name]) for d in standing if name in d.amounts)
        measure = measure_of(standing[0].frozen["measure"]["key"])
        quantity = measure.vocabulary.quantities.get(name)
        label = wording.pick(quantity.label, language()) if quantity else name
        ends = (values[0], values[len(values) // 2], values[-1])
        spread.append((label, " / ".join(wording.number(v) for v in ends)))
    return Similar(
        len(found), spread, [(d.decided_at, decided_said(d)) for d in found[:8]],
        len(found) - len(standing),
    )  # fmt: skip
