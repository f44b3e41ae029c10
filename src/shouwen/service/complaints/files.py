"""Files that come as evidence: looked at before they are kept, and made anew.

A picture is kept as its pixels (`fieldwork.photos`), a PDF as its pages: scripts, attached files,
forms and what runs when it is opened are left behind.
"""

from __future__ import annotations

import io

from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _
from pypdf import PdfReader, PdfWriter
from pypdf.errors import PyPdfError
from pypdf.generic import NameObject

from shouwen.service.fieldwork import photos

MOST_BYTES = 20 * 1024 * 1024
MOST_PAGES = 300
ACTIVE = ("/AA", "/Annots")
"""What a page can hold beside what is seen: actions, and notes with actions in them."""


def cleaned(file: UploadedFile[bytes]) -> tuple[bytes, str]:
    """What is kept of a file, and the ending of its name: jpg or pdf.

    Raises:
        ValidationError: when it is too large, or neither a picture nor a PDF.
    """
    start = file.read(5)
    file.seek(0)
    if start == b"%PDF-":
        return _document(file), "pdf"
    try:
        return photos.cleaned(file), "jpg"
    except ValidationError as error:
        if (file.size or 0) > photos.MOST_BYTES:
            raise
        raise ValidationError(
            _("This is neither a PDF nor a picture (JPEG, PNG or WebP).")
        ) from error


def _document(file: UploadedFile[bytes]) -> bytes:
    if (file.size or 0) > MOST_BYTES:
        raise ValidationError(_("The document is larger than 20 MB."))
    try:
        reader = PdfReader(io.BytesIO(file.read()))
        if reader.is_encrypted:
            raise ValidationError(_("The document is locked with a password; save it without."))
        if not 0 < len(reader.pages) <= MOST_PAGES:
            raise ValidationError(
                _("The document must have 1 to %(most)d pages.") % {"most": MOST_PAGES}
            )
        writer = PdfWriter()
        for page in reader.pages:
            added = writer.add_page(page, excluded_keys=ACTIVE)
            for key in ACTIVE:
                added.pop(NameObject(key), None)
        out = io.BytesIO()
        writer.write(out)
    except (PyPdfError, ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        raise ValidationError(_("The document cannot be read as a PDF.")) from error
    return out.getvalue()
