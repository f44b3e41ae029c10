"""The result of looking into a complaint, told to the measure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from shouwen.service.access.actor import Actor
from shouwen.service.complaints.actions.common import (
    be,
    concerns,
    identity,
    keep,
    step,
    taken_by,
    written,
)
from shouwen.service.complaints.measure import (
    AGENT,
    DEPARTMENT,
    PERSON,
    asks_for,
    carries,
    known,
    said_plainly,
    shape_of,
)
from shouwen.service.complaints.models import Complaint, Finding, State, StepKind, Verdict
from shouwen.service.complaints.permissions import DIRECT
from shouwen.service.enactment.bridge import perform, take_back, together
from shouwen.service.enactment.models import Event
from shouwen.service.enactment.values import plain
from shouwen.service.house.queries import unit_on
from shouwen.service.organisations.models import Person, Unit

SETTLED = (Verdict.VERIFIED, Verdict.PARTLY)


@dataclass(frozen=True)
class Line:
    """That someone (a person, an agent or a department) broke a norm at an instant.

    `own`: what the measure wants to know of it besides, in its own words.
    """

    norm: str
    occurred: datetime
    person: Person | None = None
    agent: str = ""
    department: Unit | None = None
    own: Mapping[str, Any] = field(default_factory=dict)


@together()
def conclude(
    actor: Actor, complaint: Complaint, verdict: Verdict, reasons: str, lines: Sequence[Line] = ()
) -> Complaint:
    """Say what looking into it has shown. What was verified becomes events of the measure, and
    so breaches, and what follows from them.

    Taken up again, what was found before and is not found any more is taken back; what is found
    again stays as it was told.

    Raises:
        ValidationError: with all that is wrong: no reasons, no evidence, somebody not heard, a
            norm that the measure does not have, one thing found twice.
    """
    complaint = taken_by(actor, complaint, DIRECT)
    be(complaint, State.INVESTIGATING, State.WITHDRAWN)
    reasons = written(reasons, _("Write down the reasons: who asks later must understand them."))
    _possible(actor, complaint, verdict, lines)
    standing = {_key(f): f for f in standing_findings(complaint)}
    made = []
    for line in lines:
        same = standing.pop(_key(line), None)
        made.append(same.norm if same is not None else _find(actor, complaint, line).norm)
    for gone in standing.values():
        _take_back(actor, gone)
    told = identity(complaint)
    facts = {"complaint": complaint.number, "case": complaint.key}
    with said_plainly():
        if verdict in SETTLED and complaint.from_staff and told.person is not None:
            perform(actor, "report.verified", facts | {"person": complaint.number})
        perform(actor, "complaint.settled", facts | {"heard": _all_heard(complaint)})
    complaint.verdict, complaint.state = verdict, State.JUDGED
    data = {"verdict": verdict.value, "norms": made, "round": complaint.round}
    step(actor, complaint, StepKind.VERDICT, reasons, data=data)
    return keep(complaint, "verdict", "state")


def standing_findings(complaint: Complaint) -> list[Finding]:
    """What was found and not taken back since."""
    rows = list(complaint.findings.select_related("person", "unit"))
    gone = Event.objects.filter(supersedes__in=[f.event for f in rows if f.event], retracts=True)
    taken = set(gone.values_list("supersedes", flat=True))
    return [f for f in rows if f.event not in taken]


@together()
def reopen(actor: Actor, complaint: Complaint, reason: str) -> Complaint:
    """Take a complaint up again; what was found stands until there is another result.

    Raises:
        ValidationError: without a reason, or while it is being looked into.
    """
    complaint = taken_by(actor, complaint, DIRECT)
    be(complaint, State.JUDGED, State.REPLIED, State.CLOSED, State.WITHDRAWN, State.DUPLICATE)
    reason = written(reason, _("Say why."))
    complaint.round += 1
    complaint.state = State.INVESTIGATING if complaint.investigator_id else State.REPORTED
    complaint.closed_at, complaint.same_as, complaint.promised_at = None, None, None
    step(actor, complaint, StepKind.REOPENED, reason, data={"round": complaint.round})
    return keep(complaint, "round", "state", "closed_at", "same_as", "promised_at")


def _possible(actor: Actor, complaint: Complaint, verdict: Verdict, lines: Sequence[Line]) -> None:
    faults: list[str] = []
    measure = known(actor)
    shape = shape_of(measure)
    if verdict is Verdict.NONE:
        faults.append(_("Say whether it is verified."))
    if verdict in SETTLED and shape.subjects and not lines:
        faults.append(_("Say who broke which clause."))
    if verdict is Verdict.UNVERIFIED and lines:
        faults.append(_("What is not verified broke no clause."))
    if verdict in SETTLED and not complaint.evidence.exists():
        faults.append(_("There is no evidence: add a file or a record in words first."))
    norms = shape.norms.members if shape.norms is not None else ()
    named = {c.person_id for c in concerns(complaint) if c.person_id}
    heard = _heard(complaint)
    for line in lines:
        whom = [k for k, v in ((PERSON, line.person), (AGENT, line.agent.strip()),
                               (DEPARTMENT, line.department)) if v]  # fmt: skip
        if len(whom) != 1 or whom[0] not in shape.subjects:
            faults.append(_("Say who broke clause %(norm)s.") % {"norm": line.norm})
        if line.norm not in norms:
            faults.append(_("The measure has no clause %(norm)s.") % {"norm": line.norm or "?"})
        if line.occurred > complaint.received_at:
            faults.append(_("What is found cannot have happened after it was complained of."))
        if line.person is not None and line.person.pk not in named:
            faults.append(_("%(who)s is not named as concerned.") % {"who": line.person})
        elif line.person is not None and line.person.pk not in heard:
            faults.append(_("Hear %(who)s first.") % {"who": line.person})
    keys = [_key(line) for line in lines]
    if len(set(keys)) < len(keys):
        faults.append(_("One thing is found twice."))
    if faults:
        raise ValidationError(list(dict.fromkeys(faults)))


def _key(row: Line | Finding) -> tuple[Any, ...]:
    if isinstance(row, Finding):
        unit = row.unit_id if row.person is None and not row.agent else None
        return (row.person_id, row.agent, unit, row.norm, row.occurred)
    department = row.department.pk if row.department is not None else None
    person = row.person.pk if row.person is not None else None
    return (person, row.agent.strip(), department, row.norm, row.occurred)


def _find(actor: Actor, complaint: Complaint, line: Line) -> Finding:
    """Tell the measure of a finding, and keep it."""
    unit = line.department
    if line.person is not None:
        unit = unit_on(line.person, line.occurred.astimezone(actor.zone).date())
    told = identity(complaint)
    case = matter_of(complaint)
    facts = {
        "complaint": complaint.number,
        "case": case,
        "person": line.person.number if line.person else None,
        "unit": unit.code if unit and line.person else None,
        "agent": line.agent.strip(),
        "department": line.department.code if line.department else None,
        "norm": line.norm,
        "occurred": line.occurred,
        "channel": complaint.way,
        "accepted_by": complaint.accepted,
        # Called by the complaint's number: whoever may see events must not learn who it was.
        "customer": None if told.anonymous or complaint.from_staff else complaint.number,
    }
    with said_plainly():
        done = perform(actor, "complaint.verified", facts, more=line.own)
        if told.anonymous and line.person is not None:
            who = {"person": line.person.number, "unit": unit.code if unit else None}
            perform(actor, "complainant.unknown",
                    {"complaint": complaint.number, "case": case} | who)  # fmt: skip
    return Finding.objects.create(
        complaint=complaint, round=complaint.round, person=line.person, unit=unit,
        agent=line.agent.strip(), norm=line.norm, occurred=line.occurred,
        event=done.events[0].uid if done.events else "",
        facts=plain(dict(line.own)) | {"case": case},
    )  # fmt: skip


def matter_of(complaint: Complaint) -> str:
    """What the measure's events call the matter in which a norm was broken: the job or the case
    that the complaint is about, so that one act is held against someone once; else its own key."""
    for row in concerns(complaint):
        if row.work_order is not None:
            return row.work_order.key
        if row.case is not None:
            return row.case.number
    return complaint.key


def _take_back(actor: Actor, gone: Finding) -> None:
    event = Event.objects.filter(uid=gone.event).first() if gone.event else None
    if event is not None:
        with said_plainly():
            take_back(actor, event)


def _heard(complaint: Complaint) -> set[int]:
    steps = complaint.steps.filter(kind=StepKind.STATEMENT, about__isnull=False)
    return set(steps.values_list("about_id", flat=True))


def _all_heard(complaint: Complaint) -> bool:
    """Whether everyone whom it is about had their say."""
    return {c.person_id for c in concerns(complaint) if c.person_id} <= _heard(complaint)


@together()
def apologised(actor: Actor, complaint: Complaint, person: Person, words: str = "") -> Complaint:
    """Someone who broke a norm apologised to the complainant in person.

    Raises:
        ValidationError: where the measure knows no apology, or nothing was found of them.
    """
    complaint = taken_by(actor, complaint)
    mine = [f for f in standing_findings(complaint) if f.person == person]
    if not mine:
        raise ValidationError(_("Nothing was found of %(who)s.") % {"who": person})
    if not asks_for(known(actor), "complaint.apologised"):
        raise ValidationError(_("The measure asks for no apology."))
    facts = {"complaint": complaint.number, "case": mine[0].facts["case"],
             "person": person.number}  # fmt: skip
    with said_plainly():
        perform(actor, "complaint.apologised", facts)
    step(actor, complaint, StepKind.APOLOGISED, words, about=person)
    return keep(complaint)


def rewarded_at_all(actor: Actor) -> bool:
    """Whether the measure speaks of a reward for whoever complained."""
    found = known(actor)
    return carries(found, "complaint.verified", "customer") or asks_for(found, "report.verified")
