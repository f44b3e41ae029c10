"""What looks like the data of a person and must not be published."""

from __future__ import annotations

import re
from collections.abc import Iterable

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from shouwen.service.organisations.models import Unit
from shouwen.service.publication.models import Version

# GB 11643-1999: six digits of a place, a day of birth, three digits, and a check character.
IDENTITY = re.compile(r"(?<!\d)\d{6}(?:19|20)\d{2}(?:0[1-9]|1[0-2])\d{2}\d{3}[\dXx](?!\d)")
MOBILE = re.compile(r"(?<!\d)1[3-9]\d{9}(?!\d)")


def refuse_private(texts: Iterable[str]) -> None:
    """Refuse texts with identity numbers or with mobile numbers that are no unit's own.

    Raises:
        ValidationError: naming each of them.
    """
    faults: list[str] = []
    for text in texts:
        plain = text.replace(" ", "").replace("-", "")
        faults += [
            _("“%(what)s” looks like an identity number; take it out.") % {"what": f"{n[:6]}…"}
            for n in IDENTITY.findall(plain)
        ]
        mobiles = set(MOBILE.findall(IDENTITY.sub("", plain)))
        if mobiles:
            # A station without a fixed line is called on its mobile phone.
            mobiles -= set(Unit.objects.filter(phone__in=mobiles).values_list("phone", flat=True))
        faults += [
            _("“%(what)s” is a mobile number of no unit; take it out, or give it to a unit first.")
            % {"what": f"{n[:3]}****{n[-4:]}"}
            for n in sorted(mobiles)
        ]
    if faults:
        raise ValidationError(list(dict.fromkeys(faults)))


def texts_of(version: Version) -> list[str]:
    """Whatever of a version everyone would read that someone has typed."""
    lines = [str(value) for line in version.lines for value in line.values()]
    return [version.title, version.text, version.title_en, version.text_en, *lines]
