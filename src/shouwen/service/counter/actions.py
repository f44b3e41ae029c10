"""All that changes the queue."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from shouwen.service import clock
from shouwen.service.access.actor import Actor
from shouwen.service.access.gate import require
from shouwen.service.audit.actions import log
from shouwen.service.cases.numbers import next_number
from shouwen.service.counter.models import Need, Ticket, TicketState
from shouwen.service.counter.permissions import SERVE
from shouwen.service.enactment.bridge import perform, together
from shouwen.service.organisations.models import Unit


@transaction.atomic
def draw(actor: Actor, unit: Unit, need: Need = Need.NONE) -> Ticket:
    """A customer draws a number."""
    require(actor, SERVE)
    now = clock.now()
    number = next_number("N", now.astimezone(actor.zone).date())
    return Ticket.objects.create(number=number, unit=unit, need=need, drawn_at=now)


def waiting(unit: Unit) -> list[Ticket]:
    """Who waits, in the order of their turn."""
    rows = Ticket.objects.filter(unit=unit, state=TicketState.WAITING)
    return list(rows.order_by("-first", "drawn_at", "id")[:200])


@together()
def let_go_first(actor: Actor, ticket: Ticket, asked: int, agreed: int) -> Ticket:
    """Let someone with a need go first, if all who are overtaken agreed.

    Raises:
        ValidationError: when there is no need, not everyone before them was asked, or someone
            did not agree; that they were asked is kept all the same.
    """
    require(actor, SERVE)
    ticket = _locked(ticket)
    if ticket.state != TicketState.WAITING:
        raise ValidationError(_("This number has been called already."))
    if ticket.need == Need.NONE:
        raise ValidationError(_("Only someone with a need goes first."))
    line = waiting(ticket.unit)
    before = [t.pk for t in line].index(ticket.pk)
    if asked != before:
        raise ValidationError(
            _("%(before)d are waiting before them; all of them must be asked.") % {"before": before}
        )
    if not 0 <= agreed <= asked:
        raise ValidationError(_("No more can agree than were asked."))
    ticket.asked, ticket.agreed, ticket.first = asked, agreed, agreed == asked
    ticket.save(update_fields=["asked", "agreed", "first"])
    if ticket.first:
        facts = {
            "person": actor.number, "unit": ticket.unit.code, "need": ticket.need,
            "waiting": asked, "agreed": agreed,
        }  # fmt: skip
        perform(actor, "counter.prioritised", facts, case=ticket.number)
    log(actor, "counter.first", f"ticket:{ticket.number}", {"asked": asked, "agreed": agreed})
    return ticket


@transaction.atomic
def call_next(actor: Actor, unit: Unit) -> Ticket | None:
    """Call the next number of a hall to the clerk; two clerks never call the same one."""
    require(actor, SERVE)
    ticket = (
        Ticket.objects.select_for_update(skip_locked=True)
        .filter(unit=unit, state=TicketState.WAITING)
        .order_by("-first", "drawn_at", "id")
        .first()
    )
    if ticket is not None:
        ticket.state, ticket.called_at, ticket.clerk = TicketState.CALLED, clock.now(), actor.person
        ticket.save(update_fields=["state", "called_at", "clerk"])
    return ticket


@together()
def served(actor: Actor, ticket: Ticket, *, too_long: bool, apologised: bool) -> Ticket:
    """The customer has been served. `too_long`: as the clerk sees it, the wait was long."""
    require(actor, SERVE)
    ticket = _locked(ticket)
    if ticket.state != TicketState.CALLED or ticket.clerk != actor.person:
        raise ValidationError(_("This number is not at your counter."))
    assert ticket.called_at is not None
    minutes = int((ticket.called_at - ticket.drawn_at).total_seconds() // 60)
    ticket.state, ticket.done_at = TicketState.SERVED, clock.now()
    ticket.save(update_fields=["state", "done_at"])
    facts = {
        "person": actor.number, "unit": ticket.unit.code, "waited": minutes,
        "too_long": too_long, "apologised": apologised,
    }  # fmt: skip
    perform(actor, "counter.served", facts, case=ticket.number, at=ticket.called_at)
    log(actor, "counter.served", f"ticket:{ticket.number}", {"waited": minutes})
    return ticket


@transaction.atomic
def gone(actor: Actor, ticket: Ticket) -> Ticket:
    """The customer left without being served."""
    require(actor, SERVE)
    ticket = _locked(ticket)
    if ticket.state in (TicketState.WAITING, TicketState.CALLED):
        ticket.state, ticket.done_at = TicketState.GONE, clock.now()
        ticket.save(update_fields=["state", "done_at"])
        log(actor, "counter.gone", f"ticket:{ticket.number}")
    return ticket


def _locked(ticket: Ticket) -> Ticket:
    return (
        Ticket.objects.select_for_update(of=("self",))
        .select_related("unit", "clerk")
        .get(pk=ticket.pk)
    )
