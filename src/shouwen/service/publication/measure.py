"""What the adopted measure says of pages just now."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from shouwen.measures.evaluation import Event as Happened
from shouwen.measures.evaluation import EventError, evaluate, explain
from shouwen.measures.evaluation.events import convert
from shouwen.measures.evaluation.outcomes import Breach
from shouwen.service import clock
from shouwen.service.access.actor import Actor
from shouwen.service.enactment.enacted import Enacted, NotInForce, enacted, in_force
from shouwen.service.enactment.models import OPEN_STAGES, Clock
from shouwen.service.measurebook.words import language, pick
from shouwen.service.publication.models import Version
from shouwen.service.publication.obligations import EACH, ONCE, Obligation, asked, obligations
from shouwen.service.publication.promises import differences

MOST = 500


def adopted_now(zone: ZoneInfo) -> Enacted | None:
    """The measure in force just now in the entered organisation; None where there is none."""
    try:
        return enacted(in_force(clock.now().astimezone(zone)))
    except NotInForce:
        return None


def known_to(actor: Actor) -> Enacted | None:
    """The measure in force just now for an actor; None where there is none."""
    return adopted_now(actor.zone)


def asked_of(known: Enacted | None) -> tuple[Obligation, ...]:
    """What must be public; nothing where no measure is in force."""
    return obligations(known.measure) if known is not None else ()


def disagreements(known: Enacted, version: Version, norms: Iterable[str]) -> list[str]:
    """In which points a text no longer agrees with the measure, in the language of the page:
    what it rested on has changed, or the measure calls its figures a breach."""
    found = [pick(label) for label in differences(known.adopted, version.basis)]
    return found + objections(known, version.figures.get("once", {}), norms)


def objections(
    known: Enacted, figures: Mapping[str, Mapping[str, Any]], norms: Iterable[str]
) -> list[str]:
    """What the measure holds against figures if they were published now."""
    now = clock.now()
    zone = known.adopted.zone
    said: list[str] = []
    for ask in asked(known, ONCE, norms):
        facts = {
            f.name: convert(figures.get(ask.norm, {}).get(f.name), f.type, zone)
            for f in ask.fields
            if figures.get(ask.norm, {}).get(f.name) is not None
        }
        if not ask.fields or not facts:
            continue
        try:
            outcomes = evaluate(known.adopted, [Happened("look", ask.event, now, facts)], now)
        except EventError as error:
            said += [d.message for d in error.diagnostics]
            continue
        said += [
            _("The measure objects: %(what)s") % {"what": explain(b, outcomes, language()).summary}
            for b in outcomes.of(Breach)
        ]
    return said


def reminders(known: Enacted | None, norms: Iterable[str]) -> dict[str, Clock]:
    """For each norm whose publishing is a duty of the measure, its open clock that ends first."""
    if known is None:
        return {}
    events = {(a.norm, a.event) for act in (ONCE, EACH) for a in asked(known, act, norms)}
    rules = {
        (duty.id, norm)
        for duty in known.measure.duties
        for norm in (duty.norms.default, *duty.norms.by_row.values())
        if any((norm, p.event) in events for p in duty.performances)
    }
    if not rules:
        return {}
    rows = Clock.objects.filter(
        stage__in=OPEN_STAGES, deadline__isnull=False,
        rule__in={rule for rule, _norm in rules}, norm__in={norm for _rule, norm in rules},
    )  # fmt: skip
    found: dict[str, Clock] = {}
    for row in rows.select_related("person", "unit").order_by("deadline")[:MOST]:
        if (row.rule, row.norm) in rules:
            found.setdefault(row.norm, row)
    return found
