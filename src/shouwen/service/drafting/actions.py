"""Preparing a trial, letting it be worked out, taking it away."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from shouwen.measures.evaluation import AdoptionError
from shouwen.service import clock
from shouwen.service.access.actor import Actor
from shouwen.service.access.gate import NotAllowed, require
from shouwen.service.audit.actions import log
from shouwen.service.drafting import documents, limits, queries
from shouwen.service.drafting.models import State, Trial, Waiting
from shouwen.service.drafting.permissions import TRY
from shouwen.service.enactment.models import Adoption, Event
from shouwen.service.enactment.texts import texts_of
from shouwen.service.tenancy.locks import one_at_a_time

LONGEST = 366 * 3
"""The most days of a period."""


def may_try(actor: Actor) -> None:
    """A trial looks at the whole organisation; so must whoever asks. Raises NotAllowed."""
    require(actor, TRY)
    if not actor.sight(TRY).everything:
        raise NotAllowed(TRY)


@transaction.atomic
def begin(
    actor: Actor, first: date, last: date, adoption: Adoption, measure: str, title: str = ""
) -> Trial:
    """Begin to prepare a trial: side B says what the library says, with the readings of A.

    Args:
        actor: who does so.
        first: the first day whose outcomes are compared.
        last: the last one, included.
        adoption: side A.
        measure: the key of the measure that side B starts from.
        title: what it is called; the days, if nothing is given.

    Raises:
        NotAllowed: when the actor does not see the whole organisation.
        ValidationError: for days in the wrong order or too many, and when too many trials are kept.
    """
    may_try(actor)
    if last < first:
        raise ValidationError({"last": _("The last day lies before the first.")})
    if (last - first).days > LONGEST:
        raise ValidationError({"last": _("At most three years are compared at once.")})
    if first > clock.now().astimezone(actor.zone).date():
        raise ValidationError({"first": _("Nothing has happened in these days yet.")})
    if measure not in queries.startable():
        raise ValidationError({"measure": _("There is no such measure in the library.")})
    if Trial.objects.count() >= limits.MOST_KEPT:
        said = _("%(most)d trials are kept already. Take one away first.")
        raise ValidationError(said % {"most": limits.MOST_KEPT})
    readings = dict(adoption.readings) if measure == adoption.measure else {}
    trial = Trial.objects.create(
        title=title.strip()[:120] or f"{first} – {last}", first=first, last=last,
        adoption=adoption, measure=measure, readings=readings,
        made_at=clock.now(), made_by=actor.person,
    )  # fmt: skip
    log(actor, "trial.begin", f"trial:{trial.pk}", {"from": first, "until": last})
    return trial


@transaction.atomic
def choose_readings(actor: Actor, trial: Trial, readings: Mapping[str, str]) -> Trial:
    """Let side B read the text in another way.

    Args:
        actor: who does so.
        trial: the trial; still being prepared.
        readings: the choices; those that are the default are not kept.

    Raises:
        ValidationError: for readings or options that the text does not have.
    """
    row = _prepared(actor, trial)
    try:
        known = documents.adopted(row.measure, row.files, dict(readings)).measure.readings
    except AdoptionError as error:
        raise ValidationError([d.message for d in error.diagnostics]) from error
    row.readings = {n: o for n, o in readings.items() if known[n].default != o}
    row.save(update_fields=["readings"])
    log(actor, "trial.readings", f"trial:{row.pk}", {"readings": row.readings})
    return row


@transaction.atomic
def change_texts(actor: Actor, trial: Trial, texts: Mapping[str, str]) -> Trial:
    """Let files of side B say something else; a text as in the library takes a change back.

    The measure is read as a whole: with something wrong in it nothing is taken.

    Raises:
        ValidationError: when the texts are larger than may be kept.
        SourceError: with everything that is wrong, each with its place.
    """
    row = _prepared(actor, trial)
    library = texts_of(row.measure)
    files = {**row.files, **texts}
    files = {n: t for n, t in files.items() if t.strip() != library.get(n, "").strip()}
    if sum(len(t.encode()) for t in files.values()) > 3 * documents.MOST_BYTES:
        raise ValidationError(_("The changed texts are larger than 1.2 MB together."))
    known = documents.adopted(row.measure, files, {}).measure.readings
    # A reading that the new text does not have is no choice any more.
    row.readings = {
        n: o for n, o in row.readings.items() if n in known and o in known[n].options
    }  # fmt: skip
    row.files = files
    row.save(update_fields=["files", "readings"])
    log(actor, "trial.texts", f"trial:{row.pk}", {"files": sorted(texts)})
    return row


@transaction.atomic
def start(actor: Actor, trial: Trial) -> Trial:
    """Let a worker work it out, over the events that there are by now.

    Raises:
        ValidationError: when it is not one that can be started, nothing differs between the sides,
            there are no events, or as many as may already wait.
    """
    may_try(actor)
    row = _locked(trial)
    if row.state not in (State.DRAFT, State.FAILED):
        raise ValidationError(_("It was started already."))
    if not differs(row):
        raise ValidationError(_("The two sides are the same: change a reading or a number."))
    # One organisation after the other: two who start at once wait for each other here.
    one_at_a_time("drafting.start", actor.organisation.pk)
    busy = Trial.objects.filter(state__in=[State.WAITING, State.RUNNING]).count()
    if busy >= limits.MOST_AT_ONCE:
        said = _("%(most)d trials are being worked out already. Wait until one is done.")
        raise ValidationError(said % {"most": limits.MOST_AT_ONCE})
    if row.as_of is None:
        latest = Event.objects.aggregate(last=Max("id"))["last"]
        if latest is None:
            raise ValidationError(_("No events are on record yet."))
        row.as_of, row.last_event = clock.now(), latest
    row.state, row.attempts, row.failure, row.error = State.WAITING, 0, "", ""
    row.side, row.stage, row.done, row.total = "a", "", 0, 0
    row.save()
    Waiting.objects.update_or_create(
        organisation_id=row.house, trial_id=row.pk, defaults={"at": clock.now()}
    )
    log(actor, "trial.start", f"trial:{row.pk}", {"as_of": row.as_of, "last": row.last_event})
    return row


def differs(trial: Trial) -> bool:
    """Whether the sides are not the same."""
    a = trial.adoption
    return bool(trial.files) or trial.measure != a.measure or trial.readings != a.readings


@transaction.atomic
def take_away(actor: Actor, trial: Trial) -> None:
    """Remove a trial with all that came of it. One that is being worked out stops by itself.

    Raises:
        NotAllowed: for whoever did not make it.
    """
    may_try(actor)
    row = _locked(trial)
    if row.made_by_id != (actor.person.pk if actor.person else None):
        raise NotAllowed(TRY)
    Waiting.objects.filter(organisation_id=row.house, trial_id=row.pk).delete()
    log(actor, "trial.take-away", f"trial:{row.pk}", {"title": row.title})
    row.delete()


def taken_out(actor: Actor, trial: Trial) -> None:
    """Note that someone took a result out as a sheet."""
    may_try(actor)
    log(actor, "trial.take-out", f"trial:{trial.pk}")


def _locked(trial: Trial) -> Trial:
    return Trial.objects.select_for_update(of=("self",)).select_related("adoption").get(pk=trial.pk)


def _prepared(actor: Actor, trial: Trial) -> Trial:
    """A trial that is still being prepared, by whoever began it. Raises ValidationError."""
    may_try(actor)
    row = _locked(trial)
    if row.made_by_id != (actor.person.pk if actor.person else None):
        raise NotAllowed(TRY)
    if row.state != State.DRAFT:
        raise ValidationError(_("It was started already; begin another one to change it."))
    return row
