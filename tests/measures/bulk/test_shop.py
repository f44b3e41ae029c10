"""Every construct that is lowered, on random histories of a small shop."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from shouwen.measures.bulk import BulkPlan, lower
from shouwen.measures.evaluation import Event, adopt
from shouwen.measures.language import load_measure
from tests.measures.bulk.agreement import agree
from tests.measures.bulk.effort import examples
from tests.measures.bulk.histories import some

ZONE = ZoneInfo("Asia/Shanghai")
SHOP = Path(__file__).with_name("shop.md")
NOON = datetime(2026, 9, 29, 12, tzinfo=ZONE)
DAYS = [date(2026, 9, 28) + timedelta(days=n) for n in (0, 1, 2, 3, 9, 10, 12, 40)]
HOURS = [0, 8.5, 9, 11.999, 12, 12.5, 17.5, 18, 20, 23.9999, 24, 33, 48, 72, 240, 720, 744]

moments = some(*HOURS).map(lambda h: NOON + timedelta(hours=h - 12))
unsure = some(True, True, False, None)
prices = some(None, *map(Decimal, ("-1", "0", "20", "49.99", "50", "120.5", "500", "501")))


def facts_of(draw: Any, type_: str) -> dict[str, Any]:
    match type_:
        case "order.placed":
            return {
                "person": draw(some("P", "P", "Q", None)),
                "unit": draw(some("U", None)),
                "size": draw(some("小", "中", "大", None)),
                "price": draw(prices),
                "wish": draw(some(None, None, *DAYS)),
                "by_time": draw(some(None, time(9), time(18, 30))),
                "urgent": draw(unsure),
            }
        case "order.packed":
            return {"weight": draw(some(None, Decimal(0), Decimal("1.5"), Decimal(9)))}
        case "order.sent":
            return {"person": draw(some("P", "Q", None)), "partial": draw(unsure)}
        case "order.changed":
            return {"new_day": draw(some(None, *DAYS)), "agreed": draw(unsure)}
        case "order.returned":
            return {"person": draw(some("P", None)), "price": draw(prices)}
        case "flood.declared":
            return {"unit": draw(some("U", None)), "declared_for": draw(some(None, *DAYS))}
        case "shop.closed":
            return {"person": draw(some("P", None)), "why": draw(some("盘点", "懒", None))}
        case "rude.word":
            return {
                "person": draw(some("P", "Q")),
                "unit": draw(some("U", None)),
                "witness": draw(unsure),
            }
        case "post.held":
            return {
                "person": draw(some("B", "P", None)),
                "unit": "U",
                "post": draw(some("boss", "店主")),
                "to": draw(some(None, NOON + timedelta(days=2))),
            }
        case "special-time.declared":
            return {"from": draw(st.sampled_from(DAYS)), "to": draw(some(None, DAYS[3]))}
    return {
        "proposal": f"penalty:{draw(some('P', 'Q', 'None'))}:{draw(some('a', 'b', 'e3'))}",
        "fine": draw(some(None, Decimal(100), Decimal(150), Decimal("66.67"), Decimal(400))),
        "points": draw(some(None, Decimal(2))),
        "outcome": draw(some(None, None, "不予处理")),
    }


KINDS = (
    *["order.placed"] * 4, *["order.sent"] * 4, "order.packed", "order.packed", "order.changed",
    "order.changed", "order.returned", "flood.declared", "shop.closed", "rude.word", "post.held",
    "special-time.declared", "decision.made",
)  # fmt: skip


OWN = ("case", "person", "unit")


@st.composite
def histories(draw: st.DrawFn, prefix: str) -> list[Event]:
    """A history whose people, cases and unit are its own, so that many make one log."""
    events: list[Event] = []
    for n, type_ in enumerate(draw(st.lists(st.sampled_from(KINDS), min_size=1, max_size=30))):
        facts = facts_of(draw, type_)
        if type_ not in ("flood.declared", "shop.closed", "post.held", "special-time.declared",
                         "decision.made"):  # fmt: skip
            facts["case"] = draw(some("a", "b", "c", "a", None))
        at = draw(moments) if type_ != "post.held" else NOON - timedelta(days=draw(some(1, 400)))
        for key in OWN:
            if facts.get(key) is not None:
                facts[key] = prefix + facts[key]
        if type_ == "decision.made":
            rule, person, occasion = facts["proposal"].split(":")
            person = person if person == "None" else prefix + person
            facts["proposal"] = f"{rule}:{person}:{prefix}{occasion}"
        late = draw(some(None, None, None, None, NOON + timedelta(days=60)))
        events.append(Event(f"{prefix}e{n}", type_, at, facts, recorded_at=late))
        if draw(st.integers(0, 15)) == 0:
            target = draw(st.sampled_from(events))
            takes_back = draw(st.booleans())
            events.append(
                Event(
                    f"{prefix}x{n}",
                    target.type,
                    target.at,
                    target.facts,
                    None,
                    target.id,
                    takes_back,
                )
            )
    return events


@st.composite
def logs(draw: st.DrawFn) -> list[Event]:
    return [e for n in range(draw(st.integers(1, 15))) for e in draw(histories(f"h{n}."))]


@cache
def plan() -> BulkPlan:
    return lower(adopt(load_measure(SHOP)))


@examples(6, 2_500)
@given(logs(), some(NOON + timedelta(days=3), NOON + timedelta(days=70)))
def test_random_histories_of_a_shop(events, as_of):
    agree(plan(), events, as_of)
