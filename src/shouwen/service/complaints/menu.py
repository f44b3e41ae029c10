"""Items of the menu, and the links that lead from a case to a complaint."""

from __future__ import annotations

from collections.abc import Iterator

from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from shouwen.service.access.actor import Actor
from shouwen.service.cases import links
from shouwen.service.cases.models import Case
from shouwen.service.complaints.actions.receiving import PREFIX
from shouwen.service.complaints.models import Complaint
from shouwen.service.complaints.permissions import COMPLAIN, SEE
from shouwen.service.complaints.standing import found, handled
from shouwen.service.ui import menu

menu.add(menu.Item("quality", _("Complaints"), "complaints:complaints", "message", SEE, "k"))
SHOWN = 5


def _links(actor: Actor, case: Case) -> Iterator[links.Link]:
    """The complaint that a case is, those about it, and the way to make one of it.

    Nobody learns here that there is a complaint which they do not see anyway.
    """
    own = Complaint.objects.filter(case=case).first()
    if own is not None:
        if found(actor, own.number) is not None:
            yield _to(own)
        return
    about = handled(actor).filter(concerns__case=case, concerns__drops=None).distinct()
    for complaint in about[:SHOWN]:
        yield _to(complaint)
    if actor.may(COMPLAIN):
        where = f"{reverse('complaints:new')}?case={case.number}"
        yield links.Link(gettext("Make this a complaint"), where, "message")


def _to(complaint: Complaint) -> links.Link:
    where = reverse("complaints:complaint", args=[complaint.number])
    label = gettext("Complaint %(number)s") % {"number": complaint.number}
    return links.Link(label, where, "message")


links.add(_links)


def _complaint(actor: Actor, key: str) -> links.Link | None:
    """The complaint that the measure's events call by a key."""
    if not key.startswith(PREFIX):
        return None
    seen = found(actor, key)
    return _to(seen[0]) if seen is not None else None


links.add_elsewhere(_complaint)
