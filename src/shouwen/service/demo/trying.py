"""A trial that waits for the worker: other numbers or readings over the four weeks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from shouwen.service import clock
from shouwen.service.demo.houses import House
from shouwen.service.drafting import actions
from shouwen.service.enactment.models import Adoption
from shouwen.service.enactment.texts import texts_of


@dataclass(frozen=True)
class Question:
    """What a drafter asks: side B reads otherwise, or other numbers stand in a file.

    Attributes:
        title: the question.
        readings: the choices of B.
        file: the file in which something else stands.
        words: what stands there now, and what B says instead.
    """

    title: str
    readings: Mapping[str, str] = field(default_factory=dict)
    file: str = ""
    words: tuple[tuple[str, str], ...] = ()


QUESTIONS = {
    "cable": Question(
        "城区二十分钟、农村一小时到场，城区排障放宽到一个半小时，会怎样？",
        file="chapter-3-3.md",
        words=(
            ("= 算按时 then 30分钟 else 29分钟59秒 | 3.3.2c |",
             "= 算按时 then 20分钟 else 19分钟59秒 | 3.3.2c |"),
            ("| 2 | 农村 | 2小时 | 3.3.2f |", "| 2 | 农村 | 1小时 | 3.3.2f |"),
            ("| 1 | 城区 | 小故障 | 1小时 | 3.3.2d |", "| 1 | 城区 | 小故障 | 90分钟 | 3.3.2d |"),
        ),
    ),
    "bank": Question(
        "按科室算重犯、第六声算迟接会怎样？",
        readings={"重犯主体": "同一科室", "第六声": "算迟接"},
    ),
}  # fmt: skip
"""By organisation, what the drafter asks."""


def try_out(house: House, now: datetime, days: int) -> None:
    """Let the drafter prepare a trial and start it; the worker works it out when it runs."""
    asked = QUESTIONS.get(house.organisation.code)
    if asked is None:
        return
    actor = house.actor("drafter")
    today = now.astimezone(actor.zone).date()
    adoption = Adoption.objects.latest("first_day", "id")
    with clock.frozen_at(now):
        trial = actions.begin(
            actor, today - timedelta(days=days), today, adoption, adoption.measure, asked.title
        )
        if asked.words:
            text = texts_of(adoption.measure)[asked.file]
            for old, new in asked.words:
                if old not in text:
                    raise ValueError(f"{asked.file} does not say '{old}' any more.")
                text = text.replace(old, new, 1)
            actions.change_texts(actor, trial, {asked.file: text})
        if asked.readings:
            actions.choose_readings(actor, trial, asked.readings)
        actions.start(actor, trial)
