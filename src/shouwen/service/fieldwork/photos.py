"""Pictures taken on the spot: looked at before they are kept.

What a phone sends is opened as a picture, turned upright, made smaller and written anew as JPEG, so
that nothing but pixels is kept: no place, no device, no code hidden in a file.
"""

from __future__ import annotations

import io
from datetime import datetime

from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.translation import gettext as _
from PIL import Image, ImageOps, UnidentifiedImageError

from shouwen.service import clock
from shouwen.service.access.actor import Actor
from shouwen.service.access.gate import NotAllowed, require
from shouwen.service.audit.actions import log
from shouwen.service.enactment.ids import new_id
from shouwen.service.workorders.models import Photo, WorkOrder
from shouwen.service.workorders.permissions import DO_WORK

MOST_BYTES = 8 * 1024 * 1024
MOST_PIXELS = 60_000_000
MOST = 12
SIDE = 1600


def cleaned(file: UploadedFile[bytes]) -> bytes:
    """A picture as JPEG, upright, at most 1,600 pixels a side, without anything hidden in it.

    Raises:
        ValidationError: when it is too large or no picture.
    """
    if (file.size or 0) > MOST_BYTES:
        raise ValidationError(_("The picture is larger than 8 MB."))
    try:
        with Image.open(file, formats=("JPEG", "PNG", "WEBP")) as picture:
            if picture.width * picture.height > MOST_PIXELS:
                raise ValidationError(_("The picture has too many pixels."))
            upright = ImageOps.exif_transpose(picture).convert("RGB")
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise ValidationError(_("The picture has too many pixels.")) from error
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError) as error:
        raise ValidationError(_("This is no picture (JPEG, PNG or WebP).")) from error
    upright.thumbnail((SIDE, SIDE))
    out = io.BytesIO()
    upright.save(out, "JPEG", quality=82)
    return out.getvalue()


@transaction.atomic
def keep(
    actor: Actor, work: WorkOrder, file: UploadedFile[bytes], at: datetime | None = None
) -> Photo:
    """Keep a picture of a job; only whoever has the job may, and no more than twelve."""
    require(actor, DO_WORK)
    work = WorkOrder.objects.select_for_update().get(pk=work.pk)
    if actor.person is None or work.technician_id != actor.person.pk:
        raise NotAllowed(DO_WORK)
    if work.photos.count() >= MOST:
        raise ValidationError(_("There are %(most)d pictures already.") % {"most": MOST})
    content = ContentFile(cleaned(file), name=f"{new_id()}.jpg")
    photo = Photo.objects.create(
        work_order=work, file=content, taken_at=at or clock.now(), person=actor.person
    )
    log(actor, "fieldwork.photo", f"work:{work.key}", {"file": photo.file.name})
    return photo
