"""Pages for everyone: without login, without cookies, inside one organisation."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from zoneinfo import ZoneInfo

import segno
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import NoReverseMatch, reverse
from django.utils import timezone, translation

from shouwen.service.access.gate import public
from shouwen.service.limits.buckets import Limit
from shouwen.service.limits.guard import limited
from shouwen.service.publication.display import figures_shown, lines_of, table_of
from shouwen.service.publication.measure import adopted_now
from shouwen.service.publication.models import Audience, Page, PageState
from shouwen.service.tenancy.models import Organisation
from shouwen.service.tenancy.scope import scope

MOST = 200
READING = Limit("publication.public", 120, timedelta(seconds=1))
FRESH = 60
"""Seconds that a browser or a proxy may keep a page."""
LANGUAGES = {"en": "en", "zh": "zh-hans"}
View = Callable[..., HttpResponseBase]


def of_organisation(view: View) -> View:
    """Let a view look into the organisation that its address names, in the language it names.

    The language stands in the address (`?lang=en`), so that a page is the same for everyone who
    asks for it and may be kept by a proxy, and so that a code on a notice leads to one language.
    """

    @public
    @limited(READING)
    @wraps(view)
    def opened(request: HttpRequest, code: str, **kwargs: str) -> HttpResponseBase:
        found = Organisation.objects.filter(code=code, is_active=True).first()
        if found is None:
            raise Http404
        language = LANGUAGES.get(request.GET.get("lang", ""), "zh-hans")
        zone = ZoneInfo(found.zone)
        with scope(found.pk), translation.override(language), timezone.override(zone):
            request.LANGUAGE_CODE = language
            answer = view(request, found, **kwargs)
        answer["Cache-Control"] = f"public, max-age={FRESH}"
        answer["Content-Language"] = language
        return answer

    return opened


@of_organisation
def index(request: HttpRequest, organisation: Organisation) -> HttpResponseBase:
    """All that an organisation publishes, and how it keeps what it promises."""
    known = adopted_now(ZoneInfo(organisation.zone))
    pages = list(_pages()[:MOST])
    rules = {rule for p in pages if p.published is not None for rule in p.published.promises}
    context = _context(request, organisation) | {
        "pages": pages,
        "figures": figures_shown(known, rules),
    }
    return render(request, "publication/public_index.html", context)


@of_organisation
def shown(request: HttpRequest, organisation: Organisation, slug: str) -> HttpResponseBase:
    """One page, made to be read on a phone and to be printed for the board in the hall."""
    page = _pages().filter(slug=slug).first()
    if page is None or page.published is None:
        raise Http404
    known = adopted_now(ZoneInfo(organisation.zone))
    version = page.published
    heads, rows = table_of(known, version, [n.norm for n in page.norms.all()])
    here = reverse("public:page", args=[organisation.code, slug])
    context = _context(request, organisation) | {
        "page": page,
        "version": version,
        "figures": figures_shown(known, version.promises),
        "heads": heads,
        "rows": rows,
        "lines": lines_of(version),
        "address": request.build_absolute_uri(here),
    }
    return render(request, "publication/public_page.html", context)


@of_organisation
def code(request: HttpRequest, organisation: Organisation, slug: str) -> HttpResponseBase:
    """The code that leads to a page, as a picture for the notice."""
    if not _pages().filter(slug=slug).exists():
        raise Http404
    address = request.build_absolute_uri(reverse("public:page", args=[organisation.code, slug]))
    if request.GET.get("lang") == "en":
        address += "?lang=en"
    picture = io.BytesIO()
    segno.make(address, error="m").save(picture, kind="svg", scale=4, border=2)
    return HttpResponse(picture.getvalue(), content_type="image/svg+xml")


def _pages() -> QuerySet[Page]:
    rows = Page.objects.filter(state=PageState.PUBLISHED, audience=Audience.PUBLIC)
    return rows.select_related("published").order_by("slug")


def _context(request: HttpRequest, organisation: Organisation) -> dict[str, object]:
    english = (translation.get_language() or "").startswith("en")
    return {
        "organisation": organisation,
        "english": english,
        "lang": "?lang=en" if english else "",
        "other": request.path if english else f"{request.path}?lang=en",
        "complain": _address_of_form(organisation),
    }


def _address_of_form(organisation: Organisation) -> str:
    """Where everyone may complain or ask, if the intake has a form on the web."""
    try:
        return reverse("intake:web", args=[organisation.code])
    except NoReverseMatch:
        return ""
