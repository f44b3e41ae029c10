"""Figures become public only when someone releases them, and then stand as they were released."""

from __future__ import annotations

from datetime import date, timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from shouwen.service import clock
from shouwen.service.access.actor import Actor
from shouwen.service.access.gate import require
from shouwen.service.assessment.counting import bring_up_to_date
from shouwen.service.audit.actions import log
from shouwen.service.publication.models import Page, PageState, Release, Span
from shouwen.service.publication.permissions import RELEASE
from shouwen.service.publication.shares import Kept, first_and_next, kept_in


def published_rules() -> frozenset[str]:
    """The promises that published pages show."""
    rows = Page.objects.filter(state=PageState.PUBLISHED)
    shown = rows.values_list("published__promises", flat=True)
    return frozenset(rule for rules in shown for rule in rules or ())


def to_release(span: Span, first: date) -> list[Kept]:
    """The figures of a time that a release would make public: of promises that pages show."""
    since, until = first_and_next(span, first)
    rules = published_rules()
    return [row for row in kept_in(since, until) if row.rule in rules]


@transaction.atomic
def release(actor: Actor, span: Span, first: date, why: str = "") -> Release:
    """Make the figures of a month or quarter public, as they are now: what is still waiting to be
    counted is counted first.

    Raises:
        ValidationError: when the time is not over, has no figures, or was released before and
            nothing has changed or no reason is given.
    """
    require(actor, RELEASE)
    since, until = first_and_next(span, first)
    today = clock.now().astimezone(actor.zone).date()
    if today < until:
        raise ValidationError(_("This time is not over yet."))
    bring_up_to_date(since, until - timedelta(days=1), actor.zone)
    rows = [row.plain() for row in to_release(span, since)]
    if not rows:
        raise ValidationError(_("No published page shows a promise of which something ended then."))
    last = Release.objects.filter(span=span, first=since).order_by("-number").first()
    if last is not None:
        if last.rows == rows:
            raise ValidationError(_("These figures are public already."))
        if not why.strip():
            raise ValidationError(_("They were released before; say why they changed."))
    found = Release.objects.create(
        span=span, first=since, last=until - timedelta(days=1), rows=rows, why=why,
        number=last.number + 1 if last else 1, released_by=actor.person, released_at=clock.now(),
    )  # fmt: skip
    log(actor, "publication.released", f"release:{span.value}:{since}",
        {"number": found.number, "why": why, "rows": rows})  # fmt: skip
    return found


def changes(before: Release | None, rows: list[Kept]) -> dict[tuple[str, str], str]:
    """For each promise whose figures differ from those released, what was released."""
    if before is None:
        return {}
    was = {(r["rule"], r["norm"]): (r["kept"], r["kept"] + r["missed"]) for r in before.rows}
    now = {(r.rule, r.norm): (r.kept, r.total) for r in rows}
    return {
        key: f"{was[key][0]}/{was[key][1]}" if key in was else "—"
        for key in was.keys() | now.keys()
        if was.get(key) != now.get(key)
    }


def latest(span: Span) -> Release | None:
    """The figures of a month or quarter that are public now: the last of the latest."""
    return Release.objects.filter(span=span).order_by("-first", "-number").first()
