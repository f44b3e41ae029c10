"""What all actions share."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from shouwen.service import clock
from shouwen.service.access.actor import Actor
from shouwen.service.access.gate import NotAllowed, require
from shouwen.service.access.permissions import Permission
from shouwen.service.audit.actions import log
from shouwen.service.complaints.models import Complainant, Complaint, Concern, State, Step, StepKind
from shouwen.service.complaints.outcomes import said_of
from shouwen.service.complaints.permissions import HANDLE
from shouwen.service.complaints.standing import RELATED, handled
from shouwen.service.organisations.models import Person


def taken_by(actor: Actor, complaint: Complaint, permission: Permission = HANDLE) -> Complaint:
    """The complaint as it is now, held until the transaction ends, for a handler of it.

    Raises:
        NotAllowed: for anyone else, above all for whoever it is about.
    """
    require(actor, permission)
    rows = Complaint.objects.select_for_update(of=("self",)).select_related(*RELATED)
    found = rows.get(pk=complaint.pk)
    if not handled(actor).filter(pk=found.pk).exists():
        raise NotAllowed(permission)
    return found


def step(
    actor: Actor,
    complaint: Complaint,
    kind: StepKind,
    words: str = "",
    *,
    about: Person | None = None,
    data: dict[str, Any] | None = None,
    at: datetime | None = None,
) -> Step:
    """Add to the history of a complaint, and to the log."""
    found = Step.objects.create(
        complaint=complaint, kind=kind, at=at or clock.now(), person=actor.person, about=about,
        words=words, data=data or {},
    )  # fmt: skip
    log(actor, f"complaints.{kind.value}", f"complaint:{complaint.number}", data)
    return found


def keep(complaint: Complaint, *fields: str) -> Complaint:
    """Store what changed, and how urgent it is now."""
    deadline = said_of(complaint).next_deadline
    waiting = complaint.promised_at if complaint.state in BEFORE_REPLY else None
    moments = [m for m in (deadline, waiting) if m is not None]
    complaint.urgent_at = min(moments, default=complaint.received_at)
    complaint.save(update_fields=[*fields, "urgent_at"])
    return complaint


BEFORE_REPLY = (State.NEW, State.REPORTED, State.INVESTIGATING, State.JUDGED)


def unseen(actor: Actor) -> Actor:
    """The service itself in the place of someone whose name must not stand beside what they do."""
    return Actor(actor.organisation, None, source=actor.source)


def identity(complaint: Complaint) -> Complainant:
    """The complainant, as last written down. For actions; pages ask `queries.identity`."""
    rows = Complainant.objects.select_related("customer", "person")
    return rows.filter(complaint=complaint).order_by("-id")[0]


def concerns(complaint: Complaint) -> list[Concern]:
    """Whom and what a complaint is about, those taken out left out."""
    rows = Concern.objects.filter(complaint=complaint, drops=None, dropped_by=None)
    return list(rows.select_related("person__unit", "unit", "case", "work_order"))


def ever_concerned(complaint: Complaint, person: Person) -> bool:
    """Whether someone was ever named as concerned."""
    return Concern.objects.filter(complaint=complaint, person=person).exists()


def be(complaint: Complaint, *states: State) -> None:
    """Raises ValidationError when a complaint stands where this cannot be done."""
    if complaint.state not in states:
        raise ValidationError(
            _("This cannot be done now: %(number)s is %(state)s.")
            % {"number": complaint.number, "state": complaint.get_state_display()}
        )


def written(words: str, refusal: str) -> str:
    """Words that must be there. Raises ValidationError."""
    if not words.strip():
        raise ValidationError(refusal)
    return words.strip()
