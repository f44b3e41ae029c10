"""Which trials and cases someone may see."""

from __future__ import annotations

from django.db.models import QuerySet
from django.http import Http404

from shouwen.service.access.actor import Actor
from shouwen.service.cases.models import Case
from shouwen.service.drafting.models import Flip, Trial
from shouwen.service.drafting.permissions import TRY
from shouwen.service.enactment.models import Adoption, MeasureText
from shouwen.service.enactment.texts import library

CASE = "case:"


def trials(actor: Actor) -> QuerySet[Trial]:
    """The trials that an actor may see: all, for whoever sees the whole organisation; else none."""
    rows = Trial.objects.select_related("adoption", "made_by")
    return rows if actor.sight(TRY).everything else rows.none()


def trial_or_404(actor: Actor, pk: int) -> Trial:
    """A trial. Raises Http404."""
    found = trials(actor).filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def others_in_force(trial: Trial) -> list[Adoption]:
    """What was in force on days of a trial beside that by which its side A judges them."""
    rows = Adoption.objects.filter(first_day__lte=trial.last).order_by("first_day", "id")
    valid = {a.first_day: a for a in rows}
    began = max((d for d in valid if d <= trial.first), default=trial.first)
    return [a for d, a in valid.items() if d >= began and a.pk != trial.adoption_id]


def adoptions() -> list[Adoption]:
    """What the organisation has adopted, the last first."""
    return list(Adoption.objects.order_by("-first_day", "-id")[:50])


def startable() -> list[str]:
    """The keys of the measures that side B may start from: the library's, and one's own texts."""
    return [*library(), *MeasureText.objects.values_list("key", flat=True)]


def cases_of(flips: list[Flip]) -> dict[int, str]:
    """By thread, the number of the case that some flips are about, if it is one of ours."""
    keys = {}
    for flip in flips:
        key = flip.thread.key if flip.thread is not None else ""
        if flip.thread_id is not None and key.startswith(CASE):
            # A work order's key is its case's number, with "-2" for a second one.
            keys[flip.thread_id] = "-".join(key.removeprefix(CASE).split("-")[:2])
    known = set(Case.objects.filter(number__in=set(keys.values())).values_list("number", flat=True))
    return {thread: number for thread, number in keys.items() if number in known}
