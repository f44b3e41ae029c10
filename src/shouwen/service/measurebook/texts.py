"""Texts that an organisation wrote itself: what they are called, and what keeping one takes."""

from __future__ import annotations

from collections.abc import Mapping

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max
from django.http import Http404
from django.utils.translation import gettext as _

from shouwen.measures.language.model import Measure
from shouwen.service import clock
from shouwen.service.access.actor import Actor
from shouwen.service.access.gate import require
from shouwen.service.audit.actions import log
from shouwen.service.enactment.dialects import DialectError, load_dialect
from shouwen.service.enactment.models import Adoption, MeasureText
from shouwen.service.enactment.texts import OWN, base_of, key_of, measure_of, texts_of
from shouwen.service.measurebook.permissions import ADOPT
from shouwen.service.measurebook.words import pick
from shouwen.service.tenancy.locks import one_at_a_time

MOST_BYTES = 1_500_000
"""The most that all files of a text may hold together."""
MOST_KEPT = 100
"""So many texts of its own an organisation may keep."""


def name_of(key: str) -> str:
    """What a measure is called, with its version, and its number if it is the organisation's."""
    try:
        measure = measure_of(key)
    except KeyError:
        return key
    named = f"{pick(measure.title)} ({measure.version})"
    if OWN in key:
        own = MeasureText.objects.get(key=key)
        return _("%(measure)s, own text %(number)d") % {"measure": named, "number": own.number}
    return named


def current() -> str:
    """The key of the text that is adopted last. Raises Http404 when there is none."""
    row = Adoption.objects.last()
    if row is None:
        raise Http404
    return row.measure


def adoptable() -> list[str]:
    """The keys of the texts that the organisation may adopt: the library's, and its own."""
    base = base_of(current())
    own = MeasureText.objects.filter(base=base).order_by("-number")
    return [base, *own.values_list("key", flat=True)]


def book_or_404(key: str) -> Measure:
    """A text that the organisation may adopt. Raises Http404."""
    if key not in adoptable():
        raise Http404
    return measure_of(key)


@transaction.atomic
def keep_text(actor: Actor, start: str, files: Mapping[str, str], note: str = "") -> MeasureText:
    """Keep a text of the organisation's measure as its own; it can be adopted from then on.

    Args:
        actor: who does so.
        start: the key of the text that it starts from.
        files: what its files say otherwise.
        note: what is different, in a few words.

    Raises:
        ValidationError: when it is a text of another measure, says nothing else, is too large, is
            kept already, or does not know what the service tells a measure of.
        SourceError: with everything that is wrong in the text, each with its place.
    """
    require(actor, ADOPT)
    current = Adoption.objects.last()
    if current is None or base_of(start) != base_of(current.measure):
        raise ValidationError(_("This is not a text of the measure that the organisation adopted."))
    base, whole = base_of(start), texts_of(start, files)
    if sum(len(text.encode()) for text in whole.values()) > MOST_BYTES:
        raise ValidationError(_("The files are larger than 1.5 MB together."))
    if whole == texts_of(start):
        raise ValidationError(_("It says the same as the text that it starts from."))
    key = key_of(base, whole)
    one_at_a_time("measurebook.texts", actor.organisation.pk)
    same = MeasureText.objects.filter(key=key).first()
    if same is not None:
        said = _("This text is kept already, as number %(number)d.")
        raise ValidationError(said % {"number": same.number})
    if MeasureText.objects.count() >= MOST_KEPT:
        raise ValidationError(_("%(most)d texts are kept already.") % {"most": MOST_KEPT})
    last = MeasureText.objects.aggregate(last=Max("number"))["last"] or 0
    row = MeasureText.objects.create(
        key=key, base=base, number=last + 1, files=whole, note=note.strip()[:200],
        kept_at=clock.now(), kept_by=actor.person,
    )  # fmt: skip
    _readable(row)
    log(actor, "measure.keep-text", f"text:{key}", {"number": row.number, "note": row.note})
    return row


def _readable(row: MeasureText) -> None:
    """Refuse a text that is no measure, is another one, or lacks what the service tells it of."""
    measure = measure_of(row.key)
    if measure.id != row.base:
        said = _("This is the text of the measure '%(other)s'; the organisation's is '%(own)s'.")
        raise ValidationError(said % {"other": measure.id, "own": row.base})
    try:
        load_dialect(row.base, measure)
    except DialectError as error:
        faults = [line.partition(": ")[2] for line in str(error).splitlines()]
        said = _("The service tells the measure what people do in words that the text must have:")
        raise ValidationError([said, *faults]) from error
