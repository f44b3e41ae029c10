"""A trial that waits for the worker: other readings of the measure over the four weeks."""

from __future__ import annotations

from datetime import datetime, timedelta

from shouwen.service import clock
from shouwen.service.demo.houses import House
from shouwen.service.drafting import actions
from shouwen.service.enactment.models import Adoption

READINGS = {
    "cable": ("半小时整算迟到会怎样？", {"半小时整": "算迟到"}),
    "bank": (
        "按科室算重犯、第六声算迟接会怎样？",
        {"重犯主体": "同一科室", "第六声": "算迟接"},
    ),
}
"""By organisation, what the drafter asks and how side B reads."""


def try_out(house: House, now: datetime, days: int) -> None:
    """Let the drafter prepare a trial and start it; the worker works it out when it runs."""
    asked = READINGS.get(house.organisation.code)
    if asked is None:
        return
    title, readings = asked
    actor = house.actor("drafter")
    today = now.astimezone(actor.zone).date()
    adoption = Adoption.objects.order_by("-first_day")[0]
    with clock.frozen_at(now):
        trial = actions.begin(
            actor, today - timedelta(days=days), today, adoption, adoption.measure, title
        )
        actions.choose_readings(actor, trial, readings)
        actions.start(actor, trial)
