"""Who may not decide, since it concerns them."""

from __future__ import annotations

from django.db.models import Q
from django.utils.translation import gettext as _

from shouwen.service import clock
from shouwen.service.access.actor import Actor
from shouwen.service.complaints.standing import handled
from shouwen.service.conduct.models import Proposal
from shouwen.service.organisations.models import Holding, Person, Reach, Role, RoleGrant, Unit
from shouwen.service.organisations.roles import in_force


def concern(actor: Actor, proposal: Proposal) -> str:
    """Why someone may not decide on a proposal; empty when nothing stands against it.

    Nobody decides on themselves, on what part of it falls on them, on what followed from their own
    act, or on their superior, nor on what a superior bears a share of, nor on the reward for a
    complaint that they told or that is about them.
    """
    person = actor.person
    if person is None:
        return _("A person decides, not the service.")
    told = proposal.subject.complaint_id
    if told is not None and not handled(actor).filter(pk=told).exists():
        return _("You do not look into the complaint that this is a reward for.")
    if proposal.person_id == person.pk:
        return _("This is about you: someone else decides it.")
    if proposal.origin.person_id == person.pk:
        return _("This follows from your own act: someone else decides it.")
    shares = Proposal.objects.filter(share_of=proposal.outcome, gone=False)
    bearers = {s.person_id for s in shares}
    if person.pk in bearers:
        return _("A part of it falls on you: someone else decides it.")
    above = superiors(person)
    if proposal.person_id in above:
        return _("This is about a superior of yours: someone who is not below decides it.")
    if bearers & above:
        return _("A part of it falls on a superior of yours: someone who is not below decides it.")
    return ""


def superiors(person: Person) -> frozenset[int]:
    """The ids of those above someone: who holds a post in, or is head of, the unit or one that it
    is part of."""
    parents = dict(Unit.objects.values_list("pk", "parent_id"))
    units: list[int] = []
    at: int | None = person.unit_id
    while at is not None and at not in units:
        units.append(at)
        at = parents.get(at)
    today = clock.now().date()
    held = Holding.objects.filter(Q(until=None) | Q(until__gte=today), unit__in=units,
                                  since__lte=today)  # fmt: skip
    heads = RoleGrant.objects.filter(in_force(today, role=Role.HEAD, reach=Reach.UNIT,
                                              unit__in=units))  # fmt: skip
    found = {*held.values_list("person_id", flat=True), *heads.values_list("person_id", flat=True)}
    return frozenset(found - {person.pk})
