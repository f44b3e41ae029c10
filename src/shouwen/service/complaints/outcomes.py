"""What the adopted measure says of one complaint: clocks, breaches, what follows, rewards.

A complaint's own threads speak of nothing else. A finding about a case is told in the thread of
that case, where one act is held against someone once; of such a thread only what rests on the
finding belongs to the complaint.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from decimal import Decimal

from shouwen.measures.evaluation import explain, wording
from shouwen.measures.evaluation.outcomes import Breach as BreachOutcome
from shouwen.measures.evaluation.outcomes import ConsequenceOutcome, Outcome, Outcomes
from shouwen.measures.feel.values import Amount
from shouwen.service import clock as time
from shouwen.service.complaints.models import Complaint
from shouwen.service.enactment.bridge import ask
from shouwen.service.enactment.models import (
    OPEN_STAGES,
    Breach,
    Clock,
    Event,
    Thread,
    ThreadKey,
)
from shouwen.service.enactment.projecting import stage_of
from shouwen.service.enactment.projection import clocks_of, events_behind
from shouwen.service.measurebook.words import language, pick
from shouwen.service.organisations.models import Person


@dataclass(frozen=True)
class Part:
    """An amount of a proposal: its name, what it is called, its unit, and the range."""

    name: str
    label: str
    unit: str
    amount: Amount

    @property
    def said(self) -> str:
        """In the language of the page."""
        return self.of(self.amount.lo if self.amount.lo == self.amount.hi else self.amount)

    def of(self, value: Decimal | Amount) -> str:
        """An amount of it, in the language of the page."""
        return f"{self.label} {wording.amount(value, self.unit, language())}"


@dataclass(frozen=True)
class Proposal:
    """Something that the measure proposes. `missing`: what it would have to know to say more."""

    outcome: str
    norm: str
    to: str
    said: str
    status: str
    parts: tuple[Part, ...]
    missing: tuple[str, ...]

    @property
    def settled(self) -> bool:
        """Whether it was decided."""
        return self.status in ("decided", "waived")

    @property
    def lines(self) -> list[str]:
        """What is proposed, in the language of the page; nothing of what is nought."""
        return [p.said for p in self.parts if p.amount.hi is None or p.amount.hi > 0]


@dataclass
class Said:
    """All that the measure says of a complaint."""

    clocks: list[Clock] = field(default_factory=list)
    breaches: list[Breach] = field(default_factory=list)
    follows: list[Proposal] = field(default_factory=list)
    """What is proposed for those who broke a norm; decided elsewhere."""
    rewards: list[Proposal] = field(default_factory=list)

    next_deadline: datetime | None = None
    """The next deadline that is still waited for, or was in vain."""

    @property
    def asked_for(self) -> list[Clock]:
        """What is not done yet."""
        return [c for c in self.clocks if c.stage in OPEN_STAGES]


def own_keys(complaint: Complaint) -> list[str]:
    """The keys under which the measure's events speak of a complaint alone."""
    return [f"case:{complaint.key}", f"complaint:{complaint.number}", f"report:{complaint.number}"]


def said_of(complaint: Complaint) -> Said:
    """What the measure says of a complaint just now."""
    said = Said()
    uids = frozenset(e for e in complaint.findings.values_list("event", flat=True) if e)
    now = time.now()
    clocks: list[str] = []
    breaches: list[str] = []
    deadlines: list[datetime] = []
    for thread, alone in _threads(complaint, uids):
        outcomes, own = ask(thread)
        rests = own if alone else uids & own

        def belongs(
            outcome: Outcome, answer: Outcomes = outcomes, on: frozenset[str] = rests
        ) -> bool:
            return not on.isdisjoint(events_behind(outcome, answer))

        for clock in clocks_of(outcomes):
            if not rests.isdisjoint(clock.events):
                clocks.append(clock.id)
                # Not of what is stored: inside an act that is not kept before its end.
                if stage_of(clock, now) in OPEN_STAGES and clock.last_instant is not None:
                    deadlines.append(clock.last_instant)
        breaches += [b.id for b in outcomes.of(BreachOutcome) if _rests_on(b, outcomes, rests)]
        for found in outcomes.of(ConsequenceOutcome):
            if _rests_on(found, outcomes, rests):
                rewarded = found.to == complaint.number
                (said.rewards if rewarded else said.follows).append(_proposal(found, outcomes))
    said.next_deadline = min(deadlines, default=None)
    said.follows = _by_name(said.follows)
    rows = Clock.objects.filter(outcome__in=clocks).exclude(status="withdrawn")
    said.clocks = sorted(
        rows.select_related("person", "unit"),
        key=lambda c: (c.stage not in OPEN_STAGES, c.deadline is None,
                       c.deadline.timestamp() if c.deadline else 0, c.pk),
    )  # fmt: skip
    broken = Breach.objects.filter(outcome__in=breaches, gone=False)
    said.breaches = list(broken.select_related("person", "unit").order_by("at", "id"))
    return said


def _by_name(proposals: list[Proposal]) -> list[Proposal]:
    """Proposals in which people are called by their names."""
    names = {p.number: p for p in Person.objects.filter(number__in={p.to for p in proposals})}
    return [
        replace(p, said=names[p.to].label + p.said.removeprefix(p.to)) if p.to in names else p
        for p in proposals
    ]


def _rests_on(outcome: Outcome, outcomes: Outcomes, events: frozenset[str]) -> bool:
    return not events.isdisjoint(events_behind(outcome, outcomes))


def _threads(complaint: Complaint, uids: frozenset[str]) -> Iterator[tuple[Thread, bool]]:
    """The threads that speak of a complaint, and whether they speak of nothing else."""
    keys = ThreadKey.objects.filter(key__in=own_keys(complaint)).values("thread")
    rows = Thread.objects.select_related("adoption")
    alone = set()
    for thread in rows.filter(pk__in=keys):
        alone.add(thread.pk)
        yield thread, True
    if uids:
        others = Event.objects.filter(uid__in=uids).values("thread")
        for thread in rows.filter(pk__in=others).exclude(pk__in=alone):
            yield thread, False


def _proposal(found: ConsequenceOutcome, outcomes: Outcomes) -> Proposal:
    vocabulary = outcomes.adoption.measure.vocabulary
    parts = []
    for name, value in found.amounts.items():
        quantity = vocabulary.quantities.get(name)
        label, unit = (pick(quantity.label), pick(quantity.unit)) if quantity else (name, "")
        amount = value if isinstance(value, Amount) else Amount(value, value)
        parts.append(Part(name, label, unit, amount))
    return Proposal(
        found.id, found.norm, found.to or "", explain(found, outcomes, language()).summary,
        found.status, tuple(parts), tuple(sorted(found.missing)),
    )  # fmt: skip
