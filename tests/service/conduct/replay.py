"""A scenario of a measure, acted out in the service: its events told through the pages, what it
decides decided through the pages, in its own time."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

from django.test import Client
from django.urls import reverse
from django.utils.html import strip_tags

import shouwen.library
from shouwen.measures.evaluation import Event, Outcomes, evaluate
from shouwen.measures.evaluation.outcomes import Anomaly, Balance, ConsequenceOutcome
from shouwen.measures.feel.types import BOOLEAN
from shouwen.measures.language.model import Field
from shouwen.measures.scenarios import Scenario, find_scenario_files, load_scenarios, run_scenario
from shouwen.service import clock
from shouwen.service.accounts.models import User
from shouwen.service.conduct.amounts import acts_stored, stored
from shouwen.service.conduct.asking import answers
from shouwen.service.conduct.keeping import keep
from shouwen.service.conduct.models import Decision, Proposal, Subject
from shouwen.service.enactment.alarms import ring
from shouwen.service.enactment.models import Adoption
from shouwen.service.enactment.models import Event as Row
from shouwen.service.organisations.models import (
    Person,
    Reach,
    Role,
    RoleGrant,
    Unit,
    UnitKind,
)
from shouwen.service.tenancy.models import Organisation

LIBRARY = Path(shouwen.library.__path__[0])
MEASURES = ("agent", "bank", "bureau", "cable", "power")
STATES = {"proposed": "open", "decided": "decided", "waived": "waived", "unknown": "unknown"}
SAID = "按情景所述"


@cache
def scenarios_of(measure: str) -> dict[str, Scenario]:
    """The scenarios of a measure by file and name."""
    return {
        f"{path.stem}: {s.name}": s
        for path in find_scenario_files(LIBRARY / measure)
        for s in load_scenarios(path).scenarios
    }


def consequences(outcomes: Outcomes) -> list[ConsequenceOutcome]:
    """What follows for someone whom the measure names."""
    return [
        o for o in outcomes.of(ConsequenceOutcome)
        if (o.amounts or o.acts or o.missing) and isinstance(o.to or o.facts.get("person"), str)
    ]  # fmt: skip


@cache
def said_of(measure: str, name: str) -> tuple[Outcomes | None, tuple[ConsequenceOutcome, ...]]:
    """What the measure itself says of a scenario."""
    outcomes = run_scenario(scenarios_of(measure)[name]).outcomes
    return outcomes, tuple(consequences(outcomes)) if outcomes is not None else ()


def covering(measure: str) -> list[str]:
    """As few scenarios as are needed to see every rule that a scenario draws a consequence from,
    with and without modifiers, in each state; and all in which something is decided."""
    chosen: list[str] = []
    seen: set[tuple[str, str, bool, bool]] = set()
    for name, scenario in scenarios_of(measure).items():
        _outcomes, found = said_of(measure, name)
        marks = {(o.rule, o.status, bool(o.modified), o.share_of is not None) for o in found}
        if (scenario.decisions and found) or not marks <= seen:
            chosen.append(name)
            seen |= marks
    return chosen


def plainly(o: ConsequenceOutcome) -> dict[str, Any]:
    """A consequence as it can be compared with a proposal."""
    return {
        "rule": o.rule, "norm": o.norm, "to": o.to or o.facts["person"], "row": o.row,
        "at": o.at, "state": STATES[o.status], "amounts": stored(o.amounts),
        "acts": acts_stored(o.acts), "modified": list(o.modified), "missing": sorted(o.missing),
        "share_of": o.share_of or "",
    }  # fmt: skip


def shown(p: Proposal) -> dict[str, Any]:
    """A proposal as it can be compared with a consequence."""
    return {
        "rule": p.rule, "norm": p.norm, "to": p.subject.name, "row": p.row, "at": p.at,
        "state": p.state, "amounts": p.amounts, "acts": p.acts, "modified": p.modified,
        "missing": p.missing, "share_of": p.share_of,
    }  # fmt: skip


@dataclass
class Played:
    """A scenario as it was acted out.

    Attributes:
        expected: what the measure says of the same history, by outcome; with its ledgers.
        found: what the service shows, by outcome; with its ledgers.
        refused: what a page would not take, with its words.
    """

    expected: dict[str, dict[str, Any]] = field(default_factory=dict)
    found: dict[str, dict[str, Any]] = field(default_factory=dict)
    refused: list[str] = field(default_factory=list)


class Stage:
    """An organisation that has adopted a measure with a scenario's readings; an officer at a
    keyboard; and the clock of the scenario."""

    def __init__(self, measure: str, scenario: Scenario, organisation: Organisation) -> None:
        """Makes the people and units that the scenario names."""
        self.measure, self.scenario = scenario.adoption.measure, scenario
        self.zone = scenario.adoption.zone
        Adoption.objects.create(
            measure=measure, first_day=date(2000, 1, 1), adopted_at=datetime.now(self.zone),
            readings={
                r: o for r, o in scenario.adoption.readings.items()
                if o != self.measure.readings[r].default
            },
        )  # fmt: skip
        top = Unit.objects.create(code="总部", name="总部", kind=UnitKind.COMPANY)
        officer = Person.objects.create(number="质量员", name="质量员", unit=top)
        RoleGrant.objects.create(person=officer, role=Role.QUALITY, reach=Reach.ORGANISATION)
        officer.user = User.objects.create(username="质量员", organisation=organisation)
        officer.save()
        self.client: Any = Client()
        self.client.force_login(officer.user)
        self.units = {
            n: Unit.objects.create(code=n, name=n, kind=UnitKind.STATION)
            for n in sorted(set(self._named("unit")))
        }
        home = next(iter(self.units.values()), top)
        self.people = {
            n: Person.objects.create(number=n, name=n, unit=home)
            for n in sorted(set(self._named("person")))
        }
        self.ids: dict[str, str] = {}
        self.told: list[Event] = []
        self.played = Played()

    def _named(self, entity: str) -> Iterator[str]:
        for event in self.scenario.events:
            for name, value in event.facts.items():
                if self._field(event, name).entity == entity:
                    yield str(value)

    def _field(self, event: Event, name: str) -> Field:
        return self.measure.vocabulary.events[event.type].fields[name]

    def play(self) -> Played:
        """Act it out to its end, and hold what the service shows against what the measure says."""
        pending = {d.event: d for d in self.scenario.decisions}
        with ExitStack() as time:
            now = datetime.min.replace(tzinfo=self.zone)
            for event in sorted(self.scenario.events, key=lambda e: e.known_from):
                now = max(now, event.known_from)
                time.enter_context(clock.frozen_at(now))
                if event.type != "decision.made":
                    self._tell(event)
                    continue
                self._work()
                self._decide(event, pending.get(event.id))
            time.enter_context(clock.frozen_at(self.scenario.as_of))
            self._work()
            outcomes = evaluate(self.scenario.adoption, self.told, self.scenario.as_of)
            self.played.expected = {o.id: plainly(o) for o in consequences(outcomes)}
            rows = Proposal.objects.filter(gone=False).select_related("subject")
            self.played.found = {p.outcome: shown(p) for p in rows}
            self._weigh(outcomes)
        return self.played

    def _weigh(self, outcomes: Outcomes) -> None:
        """Hold the ledgers of everyone for whom something follows against the measure's."""
        for subject in Subject.objects.filter(proposals__gone=False).distinct():
            answer = answers(subject)[0][-1]
            for said, into in (
                (outcomes, self.played.expected),
                (answer.outcomes, self.played.found),
            ):
                for b in said.of(Balance):
                    if b.subject == subject.name:
                        key = f"{b.ledger} {b.subject} {b.period}"
                        into[key] = {"value": b.value, "pending": sorted(b.pending)}

    def _work(self) -> None:
        """What the worker does until there is nothing left."""
        for _turn in range(60):
            if ring() + keep() == 0:
                return
        raise AssertionError("The worker found no end.")

    def _tell(self, event: Event) -> None:
        form = {n: self._typed(event, n, v) for n, v in event.facts.items()}
        form["happened_at"] = f"{event.at.astimezone(self.zone):%Y-%m-%dT%H:%M:%S}"
        form["uid"] = event.id
        if event.supersedes is not None:
            verb = "take-back" if event.retracts else "correct"
            url = reverse(f"enactment:{verb}", args=[self.ids[event.supersedes]])
            form |= {"reason": SAID, "why_corrected": SAID}
        else:
            url = reverse("enactment:register", args=[event.type])
        answer = self.client.post(url, form)
        if answer.status_code != 302:
            self.played.refused.append(f"{event.type}: {_faults(answer)}")
            return
        uid = answer["Location"].rstrip("/").rsplit("/", 1)[-1]
        if event.supersedes is not None:
            uid = Row.objects.get(supersedes=self.ids[event.supersedes]).uid
        self.ids[event.id] = uid
        corrected = event.supersedes and self.ids[event.supersedes]
        self.told.append(replace(event, id=uid, supersedes=corrected))

    def _typed(self, event: Event, name: str, value: Any) -> str:
        """A fact as somebody enters it into the form."""
        fact = self._field(event, name)
        if fact.entity == "person":
            return str(self.people[str(value)].pk)
        if fact.entity == "unit":
            return str(self.units[str(value)].pk)
        if fact.type == BOOLEAN:
            return "yes" if value else "no"
        if isinstance(value, datetime):
            return f"{value.astimezone(self.zone):%Y-%m-%dT%H:%M:%S}"
        return f"{value:f}" if isinstance(value, Decimal) else str(value)

    def _decide(self, event: Event, described: Any) -> None:
        outcomes = evaluate(self.scenario.adoption, self.told, max(event.known_from, event.at))
        shares = any(w.column in ("to", "share_of") for w in described.proposal.columns)
        (meant,) = [
            o for o in outcomes.of(ConsequenceOutcome)
            if described.proposal.matches(o) and (shares or o.share_of is None)
        ]  # fmt: skip
        row = Proposal.objects.get(outcome=meant.id)
        form: dict[str, Any] = {
            f"amount-{n}": f"{v:f}" for n, v in event.facts.items() if n in meant.amounts
        }
        form |= {"reason": SAID, "acts": [n for n, given in meant.acts.items() if given == "may"]}
        if event.facts.get("outcome") == "waived":
            form["waived"] = "1"
        facts = {**event.facts, "proposal": meant.id}
        answer = self.client.post(reverse("conduct:decide", args=[row.pk]), form)
        if answer.status_code != 302:
            # The measure gives a decision outside its range no effect; the page does not take it.
            whole = [*self.told, replace(event, facts=facts)]
            said = evaluate(self.scenario.adoption, whole, max(event.known_from, event.at))
            if not any(event.id in a.events for a in said.of(Anomaly)):
                self.played.refused.append(f"{meant.rule}: {_faults(answer)}")
            return
        made = Decision.objects.filter(outcome=meant.id).latest("id")
        self.ids[event.id] = made.event_uid
        self.told.append(replace(event, id=made.event_uid, facts=facts))


def _faults(answer: Any) -> str:
    text = answer.content.decode()
    start = text.find("error-summary")
    return (
        " ".join(strip_tags(text[start : start + 900]).split())[:300] if start > 0 else text[:300]
    )
