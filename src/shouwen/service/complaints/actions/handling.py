"""Looking into a complaint."""

from __future__ import annotations

import hashlib
from datetime import datetime

from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.translation import gettext as _

from shouwen.service import clock
from shouwen.service.access.actor import Actor
from shouwen.service.access.gate import NotAllowed, require
from shouwen.service.cases.models import Case
from shouwen.service.complaints.actions.common import (
    be,
    concerns,
    ever_concerned,
    identity,
    keep,
    step,
    taken_by,
    written,
)
from shouwen.service.complaints.files import cleaned
from shouwen.service.complaints.measure import said_plainly
from shouwen.service.complaints.models import (
    OPEN,
    Complaint,
    Concern,
    Evidence,
    State,
    Step,
    StepKind,
)
from shouwen.service.complaints.permissions import DIRECT, HANDLE, SEE
from shouwen.service.complaints.standing import asked
from shouwen.service.enactment.bridge import perform, together
from shouwen.service.enactment.ids import new_id
from shouwen.service.organisations.models import Person, RoleGrant, Unit
from shouwen.service.organisations.roles import in_force
from shouwen.service.workorders.models import WorkOrder

BEFORE = (State.NEW, State.REPORTED, State.INVESTIGATING, State.WITHDRAWN)
MOST_FILES = 40


@transaction.atomic
def concern(
    actor: Actor,
    complaint: Complaint,
    *,
    person: Person | None = None,
    unit: Unit | None = None,
    agent: str = "",
    case: Case | None = None,
    work: WorkOrder | None = None,
) -> Concern:
    """Name someone or something that the complaint is about.

    Raises:
        ValidationError: when nothing is named, or it is whoever complained.
    """
    complaint = taken_by(actor, complaint)
    be(complaint, *BEFORE)
    if not (person or unit or agent.strip() or case or work):
        raise ValidationError(_("Say whom or what it is about."))
    if person is not None and person == identity(complaint).person:
        raise ValidationError(_("That is who told us of it."))
    if person is not None and any(c.person == person for c in concerns(complaint)):
        raise ValidationError(_("%(who)s is named already.") % {"who": person})
    found = Concern.objects.create(
        complaint=complaint, person=person, unit=unit, agent=agent.strip(), case=case,
        work_order=work, at=clock.now(),
    )  # fmt: skip
    place = unit or (person.unit if person is not None else None)
    fields = []
    if place is not None:
        complaint.unit, fields = place, ["unit"]
    if person is not None and complaint.investigator == person:
        complaint.investigator, fields = None, [*fields, "investigator"]
    step(actor, complaint, StepKind.CONCERN, about=person, data=_named(found))
    keep(complaint, *fields)
    return found


@transaction.atomic
def drop(actor: Actor, concerned: Concern, reason: str) -> Concern:
    """Take out someone or something that the complaint is not about after all, with the reason."""
    complaint = taken_by(actor, concerned.complaint)
    be(complaint, *BEFORE)
    reason = written(reason, _("Say why."))
    if concerned.pk not in {c.pk for c in concerns(complaint)}:
        raise ValidationError(_("It was taken out already."))
    found = Concern.objects.create(
        complaint=complaint, person=concerned.person, unit=concerned.unit, agent=concerned.agent,
        case=concerned.case, work_order=concerned.work_order, drops=concerned, at=clock.now(),
    )  # fmt: skip
    step(actor, complaint, StepKind.DROPPED, reason, about=concerned.person, data=_named(found))
    return found


def _named(row: Concern) -> dict[str, str]:
    found = {
        "person": row.person.number if row.person else "",
        "unit": row.unit.code if row.unit else "",
        "agent": row.agent,
        "case": row.case.number if row.case else "",
        "work": row.work_order.key if row.work_order else "",
    }
    return {k: v for k, v in found.items() if v}


@together()
def report(
    actor: Actor,
    complaint: Complaint,
    to: Person,
    as_whom: str = "leader",
    words: str = "",
    at: datetime | None = None,
) -> Complaint:
    """Report a complaint to a leader, at once. `as_whom`: director, leader or head.

    Whoever took it down may do so too, without seeing more of it than before.

    Raises:
        ValidationError: when it is reported to whoever it is about.
    """
    if complaint.received_by_id is not None and actor.person == complaint.received_by:
        require(actor, SEE)
        if actor.person is not None and ever_concerned(complaint, actor.person):
            raise NotAllowed(HANDLE)
        complaint = Complaint.objects.select_for_update().get(pk=complaint.pk)
    else:
        complaint = taken_by(actor, complaint)
    be(complaint, *OPEN)
    if ever_concerned(complaint, to) or identity(complaint).person == to:
        raise ValidationError(_("It cannot be reported to someone whom it concerns."))
    facts = {"complaint": complaint.number, "case": complaint.key, "to_whom": as_whom}
    with said_plainly():
        perform(actor, "complaint.reported", facts, at=at)
    complaint.leader = to
    if complaint.state == State.NEW:
        complaint.state = State.REPORTED
    step(actor, complaint, StepKind.REPORTED, words, data={"to": to.number, "as": as_whom}, at=at)
    return keep(complaint, "leader", "state")


@together()
def assign(
    actor: Actor, complaint: Complaint, to: Person, due_at: datetime | None = None
) -> Complaint:
    """Let someone look into it, until an instant.

    Raises:
        ValidationError: for whoever it is about or who told it, for someone who looks into no
            complaints, and for a time that is past.
    """
    complaint = taken_by(actor, complaint, DIRECT)
    be(complaint, *BEFORE)
    faults = []
    if ever_concerned(complaint, to):
        faults.append(_("Nobody looks into a complaint about themselves."))
    if identity(complaint).person == to:
        faults.append(_("Nobody looks into what they told themselves."))
    roles = RoleGrant.objects.filter(in_force(person=to, role__in=HANDLE.roles))
    if not to.is_active or not roles.exists():
        faults.append(_("%(who)s looks into no complaints.") % {"who": to})
    if due_at is not None and due_at <= clock.now():
        faults.append(_("The time until which it is looked into must lie ahead."))
    if faults:
        raise ValidationError(faults)
    facts = {"complaint": complaint.number, "case": complaint.key, "person": to.number,
             "unit": to.unit.code, "due_at": due_at}  # fmt: skip
    with said_plainly():
        perform(actor, "complaint.assigned", facts)
    complaint.investigator = to
    if complaint.state != State.WITHDRAWN:
        complaint.state = State.INVESTIGATING
    data = {"to": to.number} | ({"until": due_at.isoformat()} if due_at else {})
    step(actor, complaint, StepKind.ASSIGNED, about=None, data=data)
    return keep(complaint, "investigator", "state")


@transaction.atomic
def note(actor: Actor, complaint: Complaint, words: str) -> Step:
    """Write a note that only handlers see."""
    complaint = taken_by(actor, complaint)
    return step(actor, complaint, StepKind.NOTE, written(words, _("Write something down.")))


def _looked_into(complaint: Complaint, person: Person) -> None:
    """Refuse when it is judged already, or does not concern someone."""
    be(complaint, *BEFORE)
    if not any(c.person == person for c in concerns(complaint)):
        raise ValidationError(_("%(who)s is not named as concerned.") % {"who": person})


@transaction.atomic
def ask(actor: Actor, complaint: Complaint, person: Person, words: str) -> Step:
    """Ask someone for their side of it. They see these words and nothing else of it."""
    complaint = taken_by(actor, complaint)
    _looked_into(complaint, person)
    words = written(words, _("Write down what you want to know; it is all that they will see."))
    return step(actor, complaint, StepKind.ASKED, words, about=person)


@transaction.atomic
def state_own(actor: Actor, complaint: Complaint, words: str) -> Step:
    """Say one's side of it, after being asked.

    Raises:
        NotAllowed: for anyone who was not asked.
    """
    require(actor, SEE)
    if not asked(actor).filter(pk=complaint.pk).exists():
        raise NotAllowed(SEE)
    complaint = Complaint.objects.select_for_update().get(pk=complaint.pk)
    words = written(words, _("Write down your side of it."))
    return step(actor, complaint, StepKind.STATEMENT, words, about=actor.person)


@transaction.atomic
def hear(actor: Actor, complaint: Complaint, person: Person, words: str) -> Step:
    """Write down what someone concerned said when they were heard, or that they would not."""
    complaint = taken_by(actor, complaint)
    _looked_into(complaint, person)
    words = written(words, _("Write down what they said, or that they would not say anything."))
    return step(actor, complaint, StepKind.STATEMENT, words, about=person)


@transaction.atomic
def add_evidence(
    actor: Actor,
    complaint: Complaint,
    title: str,
    words: str = "",
    file: UploadedFile[bytes] | None = None,
) -> Evidence:
    """Keep what shows whether it is so: a picture or a PDF, made anew without anything hidden in
    it, or a record in words.

    Raises:
        ValidationError: when there is neither, or the file is not what it should be.
    """
    complaint = taken_by(actor, complaint)
    be(complaint, *BEFORE)
    title = written(title, _("Say what it is."))
    if file is None and not words.strip():
        raise ValidationError(_("Choose a file, or write down what was seen or heard."))
    if complaint.evidence.count() >= MOST_FILES:
        raise ValidationError(_("There are %(most)d pieces already.") % {"most": MOST_FILES})
    found = Evidence(complaint=complaint, title=title[:200], words=words.strip(),
                     person=actor.person, at=clock.now())  # fmt: skip
    if file is not None:
        content, ending = cleaned(file)
        found.hash = hashlib.sha256(content).hexdigest()
        found.file = ContentFile(content, name=f"{new_id()}.{ending}")
    found.save()
    step(actor, complaint, StepKind.EVIDENCE, title, data={"hash": found.hash})
    return found
