"""Pages for those who keep what is public."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from shouwen.measures.language.model import Label
from shouwen.service import clock
from shouwen.service.access.gate import ActorRequest, NotAllowed, page
from shouwen.service.assessment.counting import waiting
from shouwen.service.publication import actions, releasing
from shouwen.service.publication.display import figures_shown, lines_of, table_of
from shouwen.service.publication.forms import LookForm, PageForm, TextForm
from shouwen.service.publication.gaps import board, page_gaps
from shouwen.service.publication.looking import look_before
from shouwen.service.publication.measure import asked_of, known_to, reminders
from shouwen.service.publication.models import Audience, Page, PageState, Release, Span
from shouwen.service.publication.permissions import (
    PLAN_PAGES,
    PUBLISH,
    RELEASE,
    SEE_PAGES,
    SEE_SHARES,
    WRITE_PAGES,
)
from shouwen.service.publication.promises import promises_of
from shouwen.service.publication.shares import first_and_next, kept_in, month_before
from shouwen.service.ui.asked import day_in
from shouwen.service.ui.once import once


@page(SEE_PAGES)
def home(request: ActorRequest) -> HttpResponseBase:
    """What must be public, norm by norm, with what is missing."""
    context = {
        "board": board(request.actor),
        "only": "gaps" if request.GET.get("only") == "gaps" else "",
        "may_plan": request.actor.may(PLAN_PAGES),
        "may_see_shares": request.actor.may(SEE_SHARES),
        "code": request.actor.organisation.code,
    }
    return render(request, "publication/board.html", context)


@page(PLAN_PAGES)
@once
def new(request: ActorRequest) -> HttpResponseBase:
    """Plan a page; `?norm=` says for which norm."""
    known = known_to(request.actor)
    norm = request.GET.get("norm", "")
    first = next((o for o in asked_of(known) if o.norm == norm), None)
    initial: dict[str, Any] = {"norms": [norm]}
    if first is not None:
        initial |= {
            "title": first.label.zh, "title_en": first.label.en[:200],
            "slug": f"n-{norm.replace('.', '-').lower()}",
            "audience": Audience.STAFF if first.inside else Audience.PUBLIC,
        }  # fmt: skip
    form = PageForm(request.POST or None, initial=initial, known=known)
    if form.is_valid():
        try:
            row = form.save(commit=False)
            actions.plan(request.actor, row, form.cleaned_data.get("norms", ()))
        except ValidationError as error:
            _add(form, error)
        else:
            messages.success(request, _("Kept."))
            return redirect("publication:page", row.slug)
    status = 422 if form.is_bound else 200
    return render(request, "publication/plan.html", {"form": form, "row": None}, status=status)


@page(PLAN_PAGES)
def arrange(request: ActorRequest, slug: str) -> HttpResponseBase:
    """Change the owner, the days or the norms of a page."""
    row = _page(slug)
    form = PageForm(request.POST or None, instance=row, known=known_to(request.actor))
    if form.is_valid():
        try:
            row = form.save(commit=False)
            data = form.cleaned_data
            actions.arrange(request.actor, row, data.get("norms", ()), data["why"])
        except ValidationError as error:
            _add(form, error)
        else:
            messages.success(request, _("Kept."))
            return redirect("publication:page", row.slug)
    status = 422 if form.is_bound else 200
    return render(request, "publication/plan.html", {"form": form, "row": row}, status=status)


@page(SEE_PAGES)
def shown(request: ActorRequest, slug: str) -> HttpResponseBase:
    """A page: what is published, what is written, what is wrong, what was done."""
    row = _page(slug)
    known = known_to(request.actor)
    norms = [n.norm for n in row.norms.all()]
    clocks = reminders(known, norms)
    versions = list(row.versions.select_related("written_by").order_by("-number")[:50])
    version = row.published or (versions[0] if versions else None)
    context = {
        "row": row,
        "norms": [o for o in asked_of(known) if o.norm in norms],
        "gaps": page_gaps(known, row, norms, request.actor, clocks),
        "clocks": list(clocks.values()),
        "versions": versions,
        "newest": versions[0] if versions else None,
        "steps": row.steps.select_related("person", "version")[:60],
        "may_plan": request.actor.may(PLAN_PAGES),
        "may_write": actions.may_write(request.actor, row),
        "may_publish": request.actor.may(PUBLISH),
        "look": LookForm(known=known, norms=norms) if row.state == PageState.PUBLISHED else None,
        "code": request.actor.organisation.code,
        **_content(known, version, norms),
    }
    return render(request, "publication/page.html", context)


def _content(known: Any, version: Any, norms: list[str]) -> dict[str, Any]:
    if version is None:
        return {"version": None}
    heads, rows = table_of(known, version, norms)
    return {
        "version": version,
        "figures": figures_shown(known, version.promises),
        "heads": heads,
        "rows": rows,
        "lines": lines_of(version),
    }


@page(WRITE_PAGES)
@once
def write(request: ActorRequest, slug: str) -> HttpResponseBase:
    """Write the next version of a page."""
    row = _page(slug)
    if not actions.may_write(request.actor, row):
        raise NotAllowed(WRITE_PAGES)
    norms = [n.norm for n in row.norms.all()]
    last = row.versions.order_by("-number").first()
    titles = {"title": row.title, "title_en": row.title_en}
    form = TextForm(request.POST or None, actor=request.actor, known=known_to(request.actor),
                    norms=norms, last=last, initial=titles)  # fmt: skip
    if form.is_valid():
        try:
            found = actions.write(request.actor, row, form.written())
        except ValidationError as error:
            _add(form, error)
        else:
            messages.success(request, _("Kept as version %(n)d.") % {"n": found.number})
            return redirect("publication:look-before", row.slug, found.number)
    status = 422 if form.is_bound else 200
    return render(request, "publication/write.html", {"form": form, "row": row}, status=status)


@page(SEE_PAGES)
def before(request: ActorRequest, slug: str, number: int) -> HttpResponseBase:
    """Look at a version before it is published: how it would look, what changes, what the
    measure would say."""
    row = _page(slug)
    version = row.versions.filter(number=number).first()
    if version is None:
        raise Http404
    known = known_to(request.actor)
    norms = [n.norm for n in row.norms.all()]
    newest = row.versions.order_by("-number").values_list("number", flat=True).first()
    context = {
        "row": row,
        "look": look_before(request.actor, row, version, norms),
        "may_publish": request.actor.may(PUBLISH) and version.number == newest,
        "is_public": row.state == PageState.PUBLISHED and row.published_id == version.pk,
        **_content(known, version, norms),
    }
    return render(request, "publication/before.html", context)


@page(PUBLISH)
@require_POST
@once
def publish(request: ActorRequest, slug: str) -> HttpResponseBase:
    """Publish the version that was looked at."""
    row = _page(slug)
    number = request.POST.get("number", "")
    try:
        actions.publish(request.actor, row, int(number) if number.isdecimal() else 0,
                        request.POST.get("why", "")[:300])  # fmt: skip
        messages.success(request, _("Published."))
    except ValidationError as error:
        messages.error(request, "; ".join(error.messages))
    return redirect("publication:page", slug)


@page(PUBLISH)
@require_POST
@once
def withdraw(request: ActorRequest, slug: str) -> HttpResponseBase:
    """Take a page down."""
    row = _page(slug)
    try:
        actions.withdraw(request.actor, row, request.POST.get("why", "")[:300])
        messages.success(request, _("Withdrawn."))
    except ValidationError as error:
        messages.error(request, "; ".join(error.messages))
    return redirect("publication:page", slug)


@page(WRITE_PAGES)
@require_POST
@once
def looked(request: ActorRequest, slug: str) -> HttpResponseBase:
    """Write down what was seen on the spot."""
    row = _page(slug)
    norms = [n.norm for n in row.norms.all()]
    form = LookForm(request.POST, known=known_to(request.actor), norms=norms)
    if not form.is_valid():
        for field, errors in form.errors.items():
            label = form.fields[field].label if field in form.fields else ""
            messages.error(request, f"{label}: {'; '.join(map(str, errors))}")
        return redirect("publication:page", slug)
    try:
        actions.look(request.actor, row, form.cleaned_data["note"], form.figures())
        messages.success(request, _("Kept."))
    except ValidationError as error:
        messages.error(request, "; ".join(error.messages))
    return redirect("publication:page", slug)


@page(SEE_SHARES)
def shares(request: ActorRequest) -> HttpResponseBase:
    """How promises were kept in a month or quarter, what of it is public, and releasing it."""
    span, first = _time(request)
    since, until = first_and_next(span, first)
    rows = kept_in(since, until)
    known = known_to(request.actor)
    labels = {(p.rule, p.norm): p for p in promises_of(known.adopted)} if known else {}
    clauses = known.measure.clauses if known is not None else {}
    titles = {c.id: Label(c.title, c.gloss or c.title) for c in clauses.values()}
    public = releasing.published_rules()
    last = Release.objects.filter(span=span, first=since).order_by("-number").first()
    would = [r for r in rows if r.rule in public]
    context = {
        "span": span,
        "spans": Span.choices,
        "first": since,
        "until": until,
        "earlier": month_before(since, 3 if span is Span.QUARTER else 1),
        "later": until,
        "rows": [
            (r, labels.get((r.rule, r.norm)), titles.get(r.norm), r.rule in public) for r in rows
        ],
        "last": last,
        "changed": releasing.changes(last, would),
        "over": clock.now().astimezone(request.actor.zone).date() >= until,
        "would": would,
        "waiting": waiting(since, until - timedelta(days=1)),
        "may_release": request.actor.may(RELEASE),
        "releases": Release.objects.select_related("released_by")[:30],
    }
    return render(request, "publication/shares.html", context)


@page(RELEASE)
@require_POST
@once
def release(request: ActorRequest) -> HttpResponseBase:
    """Make the figures of a month or quarter public."""
    asked = day_in(request.POST.get("first", ""))
    span = request.POST.get("span", "")
    if asked is None or span not in Span.values:
        raise Http404
    try:
        releasing.release(request.actor, Span(span), asked, request.POST.get("why", "")[:300])
        messages.success(request, _("Released."))
    except ValidationError as error:
        messages.error(request, "; ".join(error.messages))
    response = redirect("publication:shares")
    response["Location"] += f"?span={span}&first={asked}"
    return response


def _time(request: ActorRequest) -> tuple[Span, date]:
    """The month or quarter of an address; last month where it names none."""
    today = clock.now().astimezone(request.actor.zone).date()
    span = request.GET.get("span", "")
    first = day_in(request.GET.get("first", ""))
    chosen = Span(span) if span in Span.values else Span.MONTH
    if first is None:
        first = month_before(today, 3 if chosen is Span.QUARTER else 1)
    return chosen, first


def _page(slug: str) -> Page:
    rows = Page.objects.select_related("owner", "published").prefetch_related("norms")
    return get_object_or_404(rows, slug=slug)


def _add(form: Any, error: ValidationError) -> None:
    """Show what an action refused; at its field where the form has that."""
    told = getattr(error, "error_dict", None)
    if told is None:
        form.add_error(None, error)
        return
    for name, errors in told.items():
        form.add_error(name if name in form.fields else None, errors)
