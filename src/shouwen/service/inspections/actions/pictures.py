"""Pictures taken on the spot."""

from __future__ import annotations

import hashlib

from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.translation import gettext as _

from shouwen.service import clock
from shouwen.service.access.actor import Actor
from shouwen.service.audit.actions import log
from shouwen.service.enactment.ids import new_id
from shouwen.service.fieldwork.photos import MOST, cleaned
from shouwen.service.inspections.actions.finding import locked
from shouwen.service.inspections.actions.inspecting import inspector, reaches
from shouwen.service.inspections.models import Finding, Inspection, Picture


@transaction.atomic
def keep(actor: Actor, of: Inspection | Finding, file: UploadedFile[bytes]) -> Picture:
    """Keep a picture of an inspection or a finding, cleaned of everything but pixels.

    Raises:
        ValidationError: when it is none, too large, or there are as many as there may be.
    """
    person = inspector(actor)
    reaches(actor, of.unit)
    # Two who send at once wait for each other here, so that the count holds.
    if isinstance(of, Finding):
        locked(of)
    else:
        Inspection.objects.select_for_update(of=("self",)).get(pk=of.pk)
    if of.pictures.count() >= MOST:
        raise ValidationError(_("There are %(most)d pictures already.") % {"most": MOST})
    content = cleaned(file)
    picture = Picture(
        file=ContentFile(content, name=f"{new_id()}.jpg"), taken_at=clock.now(), person=person,
        fingerprint=hashlib.sha256(content).hexdigest(),
    )  # fmt: skip
    if isinstance(of, Inspection):
        picture.inspection, subject = of, f"inspection:{of.number}"
    else:
        picture.finding, subject = of, f"finding:{of.number}"
    picture.save()
    log(actor, "inspections.picture", subject,
        {"file": picture.file.name, "print": picture.fingerprint})  # fmt: skip
    return picture
