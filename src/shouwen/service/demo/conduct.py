"""Four weeks of decisions: each evening the office decides what has waited for a few days, serves
it, books what was paid; those concerned acknowledge, some appeal, someone else answers.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from decimal import Decimal

from django.core.exceptions import ValidationError

from shouwen.service import clock
from shouwen.service.access.actor import Actor
from shouwen.service.conduct import accounts, actions, appeals, serving, settings, wages
from shouwen.service.conduct.deciding import Chosen
from shouwen.service.conduct.fines import FINE
from shouwen.service.conduct.keeping import keep
from shouwen.service.conduct.models import (
    Acknowledgement,
    Appeal,
    AppealResult,
    Decision,
    LocalMinimum,
    Proposal,
    Rules,
    Service,
    State,
    Way,
)
from shouwen.service.conduct.queries import standing_only
from shouwen.service.demo.days import Steps, at_hour
from shouwen.service.demo.houses import ZONE, House
from shouwen.service.organisations.models import Person

WAITS = timedelta(days=3)
A_DAY = 3
ASKED = 8
REASONS = (
    "首次，当场认错，从轻",
    "已向客户道歉，按下限处理",
    "影响较大，按中档处理",
    "情节一般，按条文处理",
)
GROUNDS = (
    "当时正在处理另一起故障，请核对工单时间",
    "客户改约在先，通话有记录",
    "事发时已交班，不在岗",
)
ANSWERS = ("核对工单和通话记录后维持", "所述属实，酌减")


def evenings(house: House, until: datetime, days: int) -> Iterator[tuple[datetime, Steps]]:
    """The evenings of the four weeks, each with what is done in it."""
    chance = random.Random(f"conduct {house.organisation.code} {until.date()}")
    last = until.astimezone(ZONE).date()
    first = last - timedelta(days=days - 1)
    yield at_hour(first, 8), _begin(house, last)
    for n in range(days):
        day = first + timedelta(days=n)
        # Agents' matters are few and their stories long: they are decided once a week.
        if day.weekday() == 4 or (day.weekday() < 4 and house.organisation.code != "agent"):
            yield at_hour(day, 17, 5), _evening(house, chance)


def _begin(house: House, last: date) -> Steps:
    """What is set once: how to appeal, the local minimum wage, wages of this month and the last."""
    clerk = house.actor("drafter")
    settings.set_rules(clerk, Rules(region="420000", tier="1"))
    wages.set_minimum(
        clerk,
        LocalMinimum(region="420000", tier="1", since=date(2024, 1, 1), monthly=Decimal(2210),
                     source="演示数据，不是真实的通知"),
    )  # fmt: skip
    month = last.replace(day=1)
    given = [
        wages.Given(p, m, Decimal(3200 + 137 * (n % 17)), Decimal(0), "", "")
        for n, p in enumerate(Person.objects.filter(is_active=True))
        for m in (month, (month - timedelta(days=1)).replace(day=1))
    ]
    wages.enter(clerk, given)
    yield from ()


def _evening(house: House, chance: random.Random) -> Steps:
    # So many are asked about an evening; whoever is left over the worker takes up.
    keep(ASKED)
    now = clock.now()
    open_ = Proposal.objects.filter(state=State.OPEN, gone=False, at__lte=now - WAITS)
    for proposal in open_.order_by("at")[: A_DAY * 3]:
        made = _decide(house, proposal, chance)
        if made is None:
            continue
        for decision in (made, *made.shares.all()):
            _served(house, decision)
        if Decision.objects.filter(decided_at=now).count() >= A_DAY:
            break
    _concerned(house, chance)
    _answers(house, chance)
    _payments(house, chance)
    yield from ()


def _decide(house: House, proposal: Proposal, chance: random.Random) -> Decision | None:
    amounts = {}
    for name, (low, high) in proposal.amounts.items():
        if low != high:
            least, most = Decimal(low), Decimal(high or low)
            step = Decimal(1) if most - least < 20 else Decimal(50)
            amounts[name] = str(least + step * int((most - least) / step / 3))
    chosen = Chosen(chance.choice(REASONS), amounts)
    for who in ("quality", "executive"):
        try:
            return actions.decide(house.actor(who), proposal, chosen)
        except ValidationError:
            continue
    return None


def _served(house: House, decision: Decision) -> None:
    way = Way.HAND if decision.person_id else Way.POST
    try:
        serving.serve(house.actor("quality"), decision, way)
    except ValidationError:
        serving.serve(house.actor("executive"), decision, way)


def _concerned(house: House, chance: random.Random) -> None:
    """Those concerned read what reached them yesterday or before."""
    waiting = Service.objects.filter(
        decision__acknowledgement__isnull=True, decision__person__isnull=False,
        at__lt=clock.now() - timedelta(hours=20),
    )  # fmt: skip
    for served in waiting.select_related("decision__person__organisation"):
        decision, person = served.decision, served.decision.person
        if person is None or chance.random() < 0.3:
            continue
        actor = Actor.of(person, source="demo")
        try:
            serving.acknowledge(actor, decision, person.name)
            if chance.random() < 0.12:
                appeals.appeal(actor, decision, chance.choice(GROUNDS))
        except ValidationError:
            continue


def _answers(house: House, chance: random.Random) -> None:
    """Appeals that wait for two days are answered by the executive, where that is someone else."""
    old = Appeal.objects.filter(verdict__isnull=True, at__lt=clock.now() - timedelta(days=2))
    for found in old.select_related("decision__proposal"):
        lesser = _lesser(found.decision)
        result = AppealResult.AMENDED if lesser and chance.random() < 0.5 else AppealResult.UPHELD
        chosen = Chosen("", lesser) if result == AppealResult.AMENDED else None
        reason = ANSWERS[1] if chosen else ANSWERS[0]
        for who in ("executive", "quality"):
            try:
                verdict = appeals.answer(house.actor(who), found, result, reason, chosen)
            except ValidationError:
                continue
            if verdict.decision is not None:
                for decision in (verdict.decision, *verdict.decision.shares.all()):
                    _served(house, decision)
            break


def _lesser(decision: Decision) -> dict[str, str]:
    """The lowest amounts that the measure allows; none where they were chosen already."""
    offered = decision.frozen["offered"]["amounts"]
    lowest = {n: str(ends[0]) for n, ends in offered.items() if ends[0] != ends[1]}
    return lowest if any(decision.amounts.get(n) != v for n, v in lowest.items()) else {}


def _payments(house: House, chance: random.Random) -> None:
    """Some pay what reached them."""
    rows = Decision.objects.filter(amounts__has_key=FINE, service__isnull=False)
    read = Acknowledgement.objects.filter(decision__in=rows).values("decision")
    for decision in standing_only(rows.filter(pk__in=read, appeal__isnull=True)):
        due = accounts.outstanding(decision)
        if due <= 0 or chance.random() > 0.6:
            continue
        try:
            accounts.pay(house.actor("quality"), decision, due)
        except ValidationError:
            continue
