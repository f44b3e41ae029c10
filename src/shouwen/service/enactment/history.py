"""All events of an organisation, in the order they were written, for an assessment in bulk."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Count, Max

from shouwen.measures.diagnostics import did_you_mean
from shouwen.measures.evaluation import Adoption as Adopted
from shouwen.measures.evaluation import Event as Happened
from shouwen.service.enactment.enacted import enacted, in_force
from shouwen.service.enactment.models import Event
from shouwen.service.enactment.threads import happened
from shouwen.service.tenancy.models import Organisation
from shouwen.service.tenancy.scope import scope

CHUNK = 10_000


class NoSuchOrganisation(LookupError):
    """There is no organisation of that key."""

    def __init__(self, code: str) -> None:
        known = list(Organisation.objects.values_list("code", flat=True))
        hint = did_you_mean(code, known) or f"There are: {', '.join(known) or 'none'}."
        super().__init__(f"There is no organisation '{code}'. {hint}")


@dataclass(frozen=True)
class History:
    """What an organisation's log holds, without reading it.

    Attributes:
        organisation: its id; `code`, its key.
        count: how many events there are.
        last: the number of the last one. Events are never edited, so the two say which they are.
    """

    organisation: int
    code: str
    count: int
    last: int

    def events(self) -> Iterator[Happened]:
        """The events up to the last, through a cursor of the server: memory holds a few."""
        with scope(self.organisation), transaction.atomic():
            rows = Event.objects.filter(id__lte=self.last).order_by("id")
            for row in rows.iterator(chunk_size=CHUNK):
                yield happened(row)

    def adopted(self, at: datetime) -> Adopted:
        """The measure in force at an instant, with the readings chosen. Raises NotInForce."""
        with scope(self.organisation):
            return enacted(in_force(at)).adopted


def history_of(code: str) -> History:
    """The history of an organisation, by its key. Raises NoSuchOrganisation."""
    found = Organisation.objects.filter(code=code).first()
    if found is None:
        raise NoSuchOrganisation(code)
    with scope(found.pk):
        state = Event.objects.aggregate(count=Count("id"), last=Max("id"))
    return History(found.pk, code, state["count"], state["last"] or 0)


def history_until(organisation_id: int, code: str, last: int) -> History:
    """The history of an organisation up to the event of a number."""
    with scope(organisation_id):
        count = Event.objects.filter(id__lte=last).count()
    return History(organisation_id, code, count, last)
