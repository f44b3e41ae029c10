"""All that changes a page."""

from __future__ import annotations

import calendar
import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from shouwen.measures.evaluation import EventError
from shouwen.service import clock
from shouwen.service.access.actor import Actor
from shouwen.service.access.gate import NotAllowed, require
from shouwen.service.audit.actions import log
from shouwen.service.enactment.bridge import perform, together
from shouwen.service.publication.measure import known_to, reminders
from shouwen.service.publication.models import (
    Audience,
    Page,
    PageNorm,
    PageState,
    PageStep,
    StepKind,
    Version,
)
from shouwen.service.publication.obligations import EACH, LOOK, ONCE, asked, obligations
from shouwen.service.publication.permissions import PLAN_PAGES, PUBLISH, WRITE_PAGES
from shouwen.service.publication.private import refuse_private, texts_of
from shouwen.service.publication.promises import basis

RESERVED = frozenset({"kept", "new", "shares"})
"""Addresses that are taken by pages of ours."""


@dataclass(frozen=True)
class Written:
    """A text of a page. For `figures`, `lines` and `promises` see `Version`."""

    title: str
    text: str
    why: str
    title_en: str = ""
    text_en: str = ""
    figures: dict[str, Any] = field(default_factory=dict)
    lines: list[dict[str, Any]] = field(default_factory=list)
    promises: tuple[str, ...] = ()


def plan(actor: Actor, page: Page, norms: Iterable[str]) -> Page:
    """Say that there is to be a page: for which norms, who owns it, by when.

    Raises:
        ValidationError: when the address is taken or a norm is none that must be public.
    """
    return _arrange(actor, page, norms, StepKind.PLANNED, "")


def arrange(actor: Actor, page: Page, norms: Iterable[str], why: str) -> Page:
    """Change who owns a page, its days, its norms or for whom it is. Raises ValidationError."""
    return _arrange(actor, page, norms, StepKind.ARRANGED, why)


@transaction.atomic
def _arrange(actor: Actor, page: Page, norms: Iterable[str], kind: StepKind, why: str) -> Page:
    require(actor, PLAN_PAGES)
    if page.slug in RESERVED:
        raise ValidationError({"slug": _("This address is taken.")})
    known = known_to(actor)
    must = {o.norm for o in obligations(known.measure)} if known is not None else set()
    wanted = list(dict.fromkeys(norms))
    had = set(page.norms.values_list("norm", flat=True)) if page.pk else set()
    strange = [n for n in wanted if n not in must | had]
    if strange:
        raise ValidationError(
            _("The measure does not ask to publish %(norms)s.") % {"norms": ", ".join(strange)}
        )
    page.full_clean()
    page.save()
    page.norms.exclude(norm__in=wanted).delete()
    PageNorm.objects.bulk_create([PageNorm(page=page, norm=n) for n in wanted if n not in had])
    data = {
        "owner": page.owner.number if page.owner else "", "due_on": page.due_on,
        "renew_months": page.renew_months, "audience": page.audience, "norms": wanted,
    }  # fmt: skip
    _step(actor, page, kind, why=why, data=data)
    return page


@transaction.atomic
def write(actor: Actor, page: Page, written: Written) -> Version:
    """Keep a text as the next version of a page; what is published stays until that is published.

    Raises:
        NotAllowed: for whoever neither owns the page nor plans pages.
        ValidationError: without a title, a text or a reason.
    """
    _may_write(actor, page)
    page = _locked(page)
    if not (written.title.strip() and written.text.strip()):
        raise ValidationError(_("A page needs a title and a text."))
    if not written.why.strip():
        raise ValidationError(_("Say why it was written or changed."))
    known = known_to(actor)
    norms = [n.norm for n in page.norms.all()]
    last = page.versions.order_by("-number").first()
    version = Version.objects.create(
        page=page, number=last.number + 1 if last else 1, title=written.title,
        title_en=written.title_en, text=written.text, text_en=written.text_en,
        figures=written.figures, lines=written.lines, promises=list(written.promises),
        basis=basis(known.adopted, norms, written.promises) if known is not None else {},
        why=written.why, written_by=actor.person, written_at=clock.now(),
    )  # fmt: skip
    _step(actor, page, StepKind.WRITTEN, version=version, why=written.why)
    return version


@together()
def publish(actor: Actor, page: Page, number: int, why: str = "") -> Page:
    """Publish a version of a page, and tell the measure what it asks for.

    Args:
        actor: who publishes.
        page: the page.
        number: the version that was looked at; no other is published in its place.
        why: the reason, if there is one beside that of the version.

    Raises:
        ValidationError: when a newer version was written meanwhile or this one published today,
            when figures are missing that the measure asks for, when there is no owner, or when it
            would show someone's data.
    """
    require(actor, PUBLISH)
    page = _locked(page)
    version = page.versions.order_by("-number").first()
    if version is None or version.number != number:
        raise ValidationError(_("Someone has written a newer version meanwhile. Look at that."))
    if page.owner is None:
        raise ValidationError(_("Give the page an owner first."))
    if page.audience == Audience.PUBLIC:
        refuse_private(texts_of(version))
    before = page.published if page.state == PageState.PUBLISHED else None
    since = page.published_at
    now = clock.now()
    today = now.astimezone(actor.zone).date()
    if before == version and since is not None and since.astimezone(actor.zone).date() == today:
        # Two people at once, or one who pressed twice: the measure is told once.
        raise ValidationError(_("This version was published today already."))
    page.state, page.published, page.published_at = PageState.PUBLISHED, version, now
    page.expires_on = months_later(today, page.renew_months) if page.renew_months else None
    page.title, page.title_en = version.title, version.title_en
    page.save()
    same_month = since is not None and since.astimezone(actor.zone).date().replace(day=1) == (
        today.replace(day=1)
    )
    try:
        _tell(actor, page, version, before, same_month)
    except EventError as error:
        raise ValidationError([d.message for d in error.diagnostics]) from error
    _step(actor, page, StepKind.PUBLISHED, version=version, why=why,
          data={"expires_on": page.expires_on})  # fmt: skip
    return page


def _tell(
    actor: Actor, page: Page, version: Version, before: Version | None, same_month: bool
) -> None:
    """Tell the measure that a page was published, and of those of its rows that are new.

    A row that stood in what was published before is no news; data of a month are, in the next.
    """
    known = known_to(actor)
    if known is None:
        return
    norms = [n.norm for n in page.norms.all()]
    running = reminders(known, norms)
    once = version.figures.get("once", {})
    for ask in asked(known, ONCE, norms):
        missing = [f.name for f in ask.fields if f.name not in once.get(ask.norm, {})]
        if missing:
            raise ValidationError(
                _("For %(norm)s the measure needs figures; write them into the page first.")
                % {"norm": ask.norm}
            )
    for norm in norms:
        due = running.get(norm)
        perform(
            actor, ONCE, {"page": page.slug, "norm": norm, "case": due.case_key if due else None},
            more=once.get(norm),
        )  # fmt: skip
    each = asked(known, EACH, norms)
    old = before.figures.get("rows", []) if before is not None else []
    told = {_mark(row) for row in old}
    for ask in each[:1]:
        monthly = any(
            "case" in t.facts
            for t in known.dialect.templates[EACH]
            if ask.norm in t.when.get("norm", ())
        )
        for n, row in enumerate(version.figures.get("rows", []), 1):
            if _mark(row) in told and (same_month or not monthly):
                continue
            key = f"{page.slug}-{version.number}-{n}"
            perform(actor, EACH, {"page": page.slug, "norm": ask.norm, "key": key},
                    more=row["facts"])  # fmt: skip


def _mark(row: dict[str, Any]) -> str:
    text = json.dumps(row["facts"], sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


@together()
def withdraw(actor: Actor, page: Page, why: str) -> Page:
    """Take a page down; its versions stay. Raises ValidationError."""
    require(actor, PUBLISH)
    page = _locked(page)
    if page.state != PageState.PUBLISHED:
        raise ValidationError(_("This page is not published."))
    if not why.strip():
        raise ValidationError(_("Say why it is withdrawn."))
    page.state, page.expires_on = PageState.WITHDRAWN, None
    page.save(update_fields=["state", "expires_on"])
    if known_to(actor) is not None:
        for norm in page.norms.all():
            perform(actor, "page.withdrawn", {"page": page.slug, "norm": norm.norm})
    _step(actor, page, StepKind.WITHDRAWN, version=page.published, why=why)
    return page


@together()
def look(actor: Actor, page: Page, note: str, figures: dict[str, dict[str, Any]]) -> PageStep:
    """Write down that someone looked on the spot whether a page is shown there.

    `figures`: by norm, what the measure asks for then. Raises ValidationError.
    """
    _may_write(actor, page)
    page = _locked(page)
    if page.state != PageState.PUBLISHED:
        raise ValidationError(_("This page is not published."))
    known = known_to(actor)
    norms = [n.norm for n in page.norms.all()]
    try:
        for norm in norms if known is not None else ():
            perform(actor, LOOK, {"page": page.slug, "norm": norm}, more=figures.get(norm))
    except EventError as error:
        raise ValidationError([d.message for d in error.diagnostics]) from error
    data = {norm: {k: str(v) for k, v in given.items()} for norm, given in figures.items()}
    return _step(actor, page, StepKind.LOOKED, version=page.published, why=note, data=data)


def may_write(actor: Actor, page: Page) -> bool:
    """Whether an actor may write a page: its owner, or whoever plans pages."""
    owns = actor.person is not None and page.owner_id == actor.person.pk
    return actor.may(PLAN_PAGES) or (owns and actor.may(WRITE_PAGES))


def _may_write(actor: Actor, page: Page) -> None:
    if not may_write(actor, page):
        raise NotAllowed(WRITE_PAGES)


def _locked(page: Page) -> Page:
    rows = Page.objects.select_for_update(of=("self",)).select_related("owner", "published")
    return rows.get(pk=page.pk)


def _step(
    actor: Actor,
    page: Page,
    kind: StepKind,
    *,
    version: Version | None = None,
    why: str = "",
    data: dict[str, Any] | None = None,
) -> PageStep:
    plain = {k: v.isoformat() if isinstance(v, date) else v for k, v in (data or {}).items()}
    said = {"version": version.number if version else None, "why": why or None}
    known = {k: v for k, v in said.items() if v is not None}
    log(actor, f"publication.{kind.value}", f"page:{page.slug}", plain | known)
    return PageStep.objects.create(
        page=page, version=version, kind=kind, at=clock.now(), person=actor.person, why=why,
        data=plain,
    )  # fmt: skip


def months_later(day: date, months: int) -> date:
    """The same day so many months later; the month's last day where there is no such day
    (Civil Code art. 202).

    >>> months_later(date(2026, 1, 31), 1)
    datetime.date(2026, 2, 28)
    """
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    last = calendar.monthrange(year, month + 1)[1]
    return date(year, month + 1, min(day.day, last))
