"""Findings: made, taken back, put in the place of another."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from shouwen.measures.evaluation import EventError
from shouwen.service import clock
from shouwen.service.access.actor import Actor
from shouwen.service.access.gate import require
from shouwen.service.audit.actions import log
from shouwen.service.cases.numbers import next_number
from shouwen.service.enactment import bridge
from shouwen.service.enactment.bridge import perform, together
from shouwen.service.enactment.enacted import enacted
from shouwen.service.enactment.models import Adoption, Thread
from shouwen.service.enactment.threads import begin_thread
from shouwen.service.enactment.values import plain
from shouwen.service.house.queries import posts_on, unit_on
from shouwen.service.inspections import measure as book
from shouwen.service.inspections.actions.inspecting import inspector, reaches
from shouwen.service.inspections.bounds import entered_in_time, found_in_time
from shouwen.service.inspections.models import (
    Check,
    Finding,
    Inspection,
    PhoneCheck,
    Rectification,
    RectificationState,
    Result,
    TakenBack,
)
from shouwen.service.inspections.models.findings import OPEN
from shouwen.service.inspections.permissions import TAKE_BACK
from shouwen.service.organisations.models import Person, Unit


@dataclass(frozen=True)
class Found:
    """A finding as it was written down. The unit is that of the person on the day of the act;
    `unit` counts only where nobody is named."""

    norm: str
    occurred_at: datetime
    said: str
    evidence: str
    person: Person | None = None
    unit: Unit | None = None
    agent: str = ""
    found_at: datetime | None = None
    own: Mapping[str, Any] = field(default_factory=dict)
    inspection: Inspection | None = None
    check: Check | None = None
    phone_check: PhoneCheck | None = None
    same_act_as: Finding | None = None


@together()
def find(actor: Actor, found: Found, instead_of: Finding | None = None) -> Finding:
    """Record a finding; it becomes the measure's event, from which breach and consequence follow.

    Raises:
        NotAllowed: for whom it is no part of their work, or whose units do not reach there.
        ValidationError: with every fault: about oneself, twice the same, out of the bounds of
            time, no measure in force, a norm or facts that the measure does not know.
    """
    inspector(actor)
    now = clock.now()
    at = found.found_at or now
    entered_in_time(actor, at, now)
    found_in_time(actor, found.occurred_at, at)
    day = found.occurred_at.astimezone(actor.zone).date()
    adoption, known = _in_force(actor, found, at)
    unit = unit_on(found.person, day) if found.person is not None else found.unit
    if unit is None:
        raise ValidationError(_("Say whom or which unit it is about."))
    reaches(actor, unit)
    if found.person is not None and found.person.pk == getattr(actor.person, "pk", None):
        raise ValidationError(_("Nobody records a finding about oneself; ask a colleague."))
    _whole(found, book.shape_of(known))
    _once(found, instead_of)
    number = next_number("WT", at.astimezone(actor.zone).date())
    occasion = found.same_act_as.occasion if found.same_act_as is not None else number
    begin_thread(f"case:{occasion}", found.occurred_at, adoption)
    posts = posts_on(found.person, day) if found.person is not None else []
    facts = {
        "person": found.person.number if found.person is not None else None,
        "unit": unit.code,
        "agent": found.agent,
        "department": None if found.agent else unit.code,
        "inspection": found.inspection.number if found.inspection is not None else None,
        "norm": found.norm,
        "occurred": found.occurred_at,
    }
    try:
        done = perform(actor, book.FINDING, facts, case=occasion, at=at, more=found.own)
    except EventError as error:
        raise ValidationError([d.message for d in error.diagnostics]) from error
    row = Finding.objects.create(
        number=number, norm=found.norm, adoption=adoption, person=found.person, unit=unit,
        agent=found.agent, occasion=occasion, occurred_at=found.occurred_at, found_at=at,
        posts=[[h.post, h.unit.code] for h in posts], recorded_at=now, found_by=actor.person,
        said=found.said.strip(), evidence=found.evidence.strip(), own=plain(found.own),
        inspection=found.inspection, check_line=found.check, phone_check=found.phone_check,
        act=done.act, instead_of=instead_of,
    )  # fmt: skip
    if found.check is not None and found.check.result != Result.BROKEN:
        found.check.result, found.check.looked_at = Result.BROKEN, now
        found.check.save(update_fields=["result", "looked_at"])
    log(actor, "findings.find", f"finding:{number}",
        {"norm": found.norm, "person": facts["person"], "unit": unit.code,
         "events": [e.uid for e in done.events]})  # fmt: skip
    return row


@together()
def take_back(actor: Actor, finding: Finding, reason: str) -> TakenBack:
    """A finding does not stand: its events are taken back, and what rested on them with them. It
    stays on record with the reason.

    Raises:
        ValidationError: without a reason, for one taken back already, or about oneself.
    """
    require(actor, TAKE_BACK)
    row = locked(finding)
    if not reason.strip():
        raise ValidationError(_("Say why the finding is taken back."))
    if TakenBack.objects.filter(finding=row).exists():
        raise ValidationError(_("This finding was taken back already."))
    if row.person_id is not None and row.person_id == getattr(actor.person, "pk", None):
        raise ValidationError(_("A finding about you is taken back by someone else."))
    for event in row.act.events.all():
        bridge.take_back(actor, event)
    taken = TakenBack.objects.create(
        finding=row, at=clock.now(), by=actor.person, reason=reason.strip()[:500]
    )
    Rectification.objects.filter(finding=row, state__in=OPEN).update(
        state=RectificationState.DROPPED
    )
    log(actor, "findings.take-back", f"finding:{row.number}", {"reason": reason})
    return taken


@together()
def replace(actor: Actor, finding: Finding, found: Found, reason: str) -> Finding:
    """Put a finding in the place of another, which is taken back; both stay on record.

    Raises:
        ValidationError: as `take_back` and `find` do; nothing is changed then.
    """
    take_back(actor, finding, reason)
    return find(actor, found, instead_of=finding)


def locked(finding: Finding) -> Finding:
    """A finding, held until the end of the transaction.

    Rows that are only ever added cannot be locked; the thread that its events belong to is, which
    every act about the finding takes anyway.
    """
    Thread.objects.select_for_update().get(key=f"case:{finding.occasion}")
    return Finding.objects.select_related("act", "person", "unit").get(pk=finding.pk)


def _in_force(actor: Actor, found: Found, at: datetime) -> tuple[Adoption, Any]:
    """The adoption that judges: the one in force at the act, as long as it is of the measure that
    the finding is told in."""
    then, today = book.known(actor, found.occurred_at), book.known(actor, at)
    if then is None or today is None:
        raise ValidationError(
            _("No measure was in force on the day of the act; nothing can be found against it.")
        )
    adoption = then[0] if then[0].measure == today[0].measure else today[0]
    return adoption, enacted(adoption)


def _whole(found: Found, shape: book.Shape) -> None:
    """Refuse a finding that the measure has no words for, naming every fault."""
    faults = []
    if shape.norms is None or shape.norms.member(found.norm) is None:
        faults.append(_("The measure knows no finding of '%(norm)s'.") % {"norm": found.norm})
    if book.PERSON in shape.subjects and found.person is None:
        faults.append(_("Name the person: under this measure a breach is always someone's."))
    if found.agent and book.AGENT not in shape.subjects:
        faults.append(_("This measure knows no findings about agents."))
    if not found.said.strip():
        faults.append(_("Say in words what was found."))
    if not found.evidence.strip():
        faults.append(_("Say how it is known: who saw it, which picture or recording."))
    strange = sorted(set(found.own) - {f.name for f in shape.own})
    if strange:
        faults.append(_("The measure does not ask for: %(facts)s.") % {"facts": ", ".join(strange)})
    if found.check is not None and found.inspection is None:
        faults.append(_("A line of a checklist belongs to its inspection."))
    if faults:
        raise ValidationError(faults)


def _once(found: Found, instead_of: Finding | None) -> None:
    """Refuse the same finding twice. Two who record it at once wait for each other here."""
    who: dict[str, Any] = {"agent": found.agent}
    if found.person is not None:
        Person.objects.select_for_update().get(pk=found.person.pk)
        who = {"person": found.person}
    elif found.unit is not None:
        Unit.objects.select_for_update().get(pk=found.unit.pk)
        who |= {"unit": found.unit}
    standing = Finding.objects.filter(taken_back__isnull=True, norm=found.norm, **who)
    if instead_of is not None:
        standing = standing.exclude(pk=instead_of.pk)
    same = standing.filter(occurred_at=found.occurred_at).first()
    if same is None and found.same_act_as is not None:
        same = standing.filter(occasion=found.same_act_as.occasion).first()
    if same is not None:
        raise ValidationError(_("This was found already, as %(number)s.") % {"number": same.number})
    if found.same_act_as is not None:
        other = found.same_act_as
        if (other.person_id, other.agent) != (getattr(found.person, "pk", None), found.agent):
            raise ValidationError(_("One act is one person's; %(number)s is about someone else.")
                                  % {"number": other.number})  # fmt: skip
