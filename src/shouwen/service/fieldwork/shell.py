"""What the phone keeps so that its pages open in a dead spot."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.templatetags.static import static

from shouwen.service.access.gate import public

SOURCE = Path(__file__).parent / "static/fieldwork/worker.js"
FILES = (
    "vendor/fonts.css", "vendor/tabler.css", "ui/shouwen.css", "vendor/htmx.js", "ui/clocks.js",
    "ui/drawer.js", "ui/keys.js", "ui/forms.js", "ui/lists.js", "ui/field.js",
    "vendor/signature_pad.js", "vendor/icons.svg", "ui/icon.svg", "ui/manifest.webmanifest",
)  # fmt: skip
"""Style sheets, scripts and icons of the phone's pages. Fonts are kept as they are used."""


@public
def worker(request: HttpRequest) -> HttpResponse:
    """The service worker. Its version is that of all it keeps: what changes is fetched anew."""
    shell = [static(name) for name in FILES]
    source = SOURCE.read_text("utf-8")
    version = hashlib.sha256("\n".join([source, *shell]).encode()).hexdigest()[:12]
    head = {"VERSION": version, "SHELL": shell, "STATIC": settings.STATIC_URL}
    lines = [f"const {name} = {json.dumps(value)};\n" for name, value in head.items()]
    answer = HttpResponse("".join(lines) + source, content_type="text/javascript; charset=utf-8")
    # Asked for at every visit, so that a phone never lives on an old one.
    answer["Cache-Control"] = "no-cache"
    return answer
