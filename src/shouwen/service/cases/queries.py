"""Looking for cases."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import F, Q, QuerySet

from shouwen.service.access.actor import Actor
from shouwen.service.access.gate import visible
from shouwen.service.cases.models import Case, CaseState
from shouwen.service.cases.permissions import SEE_CASES
from shouwen.service.enactment.dialects import catalogue
from shouwen.service.enactment.models import Act, Breach, Clock
from shouwen.service.search.words import found

MOST_FOUND = 1_000
PEOPLE = ("owner", "first_owner", "handed_to", "work_orders__technician")


def cases_of(actor: Actor) -> QuerySet[Case]:
    """The cases an actor may see."""
    seen = visible(actor, SEE_CASES, Case.objects.all(), people=PEOPLE)
    return seen if actor.sight(SEE_CASES).everything else Case.objects.filter(pk__in=seen)


def find(rows: QuerySet[Case], text: str) -> QuerySet[Case]:
    """The cases in which all words of a text stand: number, name, phone, address, matter.

    Looked for among the newest thousand of the organisation that have them: who asks for a word
    that stands in more is helped by another word, not by a longer list.
    """
    ids = found("cases_found", text, MOST_FOUND)
    return rows.filter(pk__in=ids) if ids is not None else rows.none()


def filtered(rows: QuerySet[Case], actor: Actor, chosen: dict[str, str]) -> QuerySet[Case]:
    """The cases that a filter bar has chosen; what it does not know is ignored."""
    if chosen.get("q"):
        rows = find(rows, chosen["q"])
    if chosen.get("topic"):
        rows = rows.filter(topic=chosen["topic"])
    state = chosen.get("state", "")
    if state == "not-closed":
        rows = rows.exclude(state=CaseState.CLOSED)
    elif state:
        rows = rows.filter(state=state)
    if chosen.get("unit", "").isdecimal():
        rows = rows.filter(unit_id=int(chosen["unit"]))
    if chosen.get("mine") and actor.person is not None:
        rows = rows.filter(Q(owner=actor.person) | Q(handed_to=actor.person))
    return rows


@dataclass(frozen=True)
class Moment:
    """Something on the timeline of a case."""

    at: datetime
    zh: str
    en: str
    who: str
    text: str
    breach: Breach | None = None


HIDDEN_FACTS = {"case", "person", "unit", "kind", "technician"}


def timeline(keys: list[str]) -> list[Moment]:
    """What happened in a case, the last first: acts, and norms that were broken."""
    known = catalogue()
    moments = [
        Moment(a.at, known[a.name].label.zh, known[a.name].label.en,
               a.person.label if a.person else "", _told(a))
        for a in Act.objects.filter(case_key__in=keys).select_related("person")
        if a.name in known and not a.uid.startswith("intake-")
    ]  # fmt: skip
    moments += [
        Moment(b.at, b.said_zh, b.said_en, "", "", b)
        for b in Breach.objects.filter(case_key__in=keys, gone=False)
    ]
    return sorted(moments, key=lambda m: m.at)[::-1]


def _told(act: Act) -> str:
    if "text" in act.facts:
        return str(act.facts["text"])
    return ""


def clocks_of_case(keys: list[str]) -> list[Clock]:
    """The clocks of a case: open ones by their deadline, then those that are over."""
    rows = Clock.objects.filter(case_key__in=keys).exclude(status="withdrawn")
    rows = rows.select_related("person", "unit").order_by(F("deadline").asc(nulls_last=True))
    pressing = {"red": 0, "amber": 1, "green": 2, "unknown": 3, "done": 4, "excused": 5}
    return sorted(rows, key=lambda c: pressing[c.stage])
