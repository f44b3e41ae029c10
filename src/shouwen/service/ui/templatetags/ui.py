"""Small parts of pages."""

from __future__ import annotations

import re
import secrets
from datetime import date, datetime, timedelta
from typing import Any
from uuid import uuid4

from django import template
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from shouwen.service import clock as time
from shouwen.service.enactment.models import Clock, Stage
from shouwen.service.ui.words import listed

register = template.Library()


@register.simple_tag
def icon(name: str, label: str = "") -> SafeString:
    """An icon; with a label if it stands alone, else it is decoration."""
    spoken = format_html('role="img" aria-label="{}"', label) if label else 'aria-hidden="true"'
    return format_html(
        '<svg class="icon" {}><use href="{}#{}"></use></svg>',
        SafeString(spoken), static("vendor/icons.svg"), name,
    )  # fmt: skip


@register.inclusion_tag("ui/countdown.html")
def countdown(clock: Clock, plain: bool = False) -> dict[str, Any]:
    """A clock as a badge: what is left or over, red, amber or green.

    A click, Enter or a resting mouse shows why its date is what it is. `plain` leaves that out,
    where the reasons stand beside it or the badge is part of something to click.
    """
    return {
        "clock": clock,
        "left": left(clock),
        "when": when(clock.performed_at if clock.stage == Stage.DONE else clock.deadline),
        "reasons": [] if plain else clock.reason_lines,
        # The same clock may be on the page and in the drawer.
        "id": f"why-{clock.pk}-{secrets.token_hex(3)}",
    }


def left(clock: Clock) -> str:
    """What is left until a deadline, or by how much it has passed."""
    if clock.stage == Stage.DONE:
        return _("done late") if clock.status == "breached" else _("done")
    if clock.stage == Stage.EXCUSED:
        return _("excused")
    if clock.deadline is None:
        return _("no fixed time")
    rest = clock.deadline - time.now()
    if rest < timedelta(0):
        return _("%(much)s over") % {"much": much(-rest)}
    return _("%(much)s left") % {"much": much(rest)}


@register.filter
def much(span: timedelta) -> str:
    """A span of time in its largest units."""
    minutes = int(span.total_seconds() // 60)
    if minutes < 60:
        return _("%(n)d min") % {"n": minutes}
    hours, minutes = divmod(minutes, 60)
    if hours < 24:
        return _("%(h)d h %(m)02d min") % {"h": hours, "m": minutes}
    days, hours = divmod(hours, 24)
    return _("%(d)d d %(h)d h") % {"d": days, "h": hours}


@register.filter
def when(instant: datetime | None) -> str:
    """An instant in the organisation's zone: the time for today, else the day too."""
    if instant is None:
        return ""
    local, today = timezone.localtime(instant), timezone.localtime(time.now())
    if local.date() == today.date():
        return f"{local:%H:%M}"
    if local.year == today.year:
        return f"{local:%m-%d %H:%M}"
    return f"{local:%Y-%m-%d %H:%M}"


@register.filter
def day(date_: date | None) -> str:
    """A calendar day: without its year if that is this one."""
    if date_ is None:
        return ""
    this = timezone.localtime(time.now()).year
    return f"{date_:%m-%d}" if date_.year == this else f"{date_:%Y-%m-%d}"


@register.filter
def masked_phone(phone: str) -> str:
    """A phone number of which only the ends are shown."""
    return f"{phone[:3]}****{phone[-4:]}" if len(phone) >= 8 else "****" if phone else ""


@register.filter
def masked_name(name: str) -> str:
    """A name of which only the first character is shown."""
    return name[0] + "*" * min(len(name) - 1, 2) if name else ""


@register.filter
def masked_address(address: str) -> str:
    """An address without what stands in it after the street: from its first number on, and never
    more than six signs or, where it has no number, the half of it."""
    street = re.split(r"\d", address, maxsplit=1)[0]
    seen = street if street != address else address[: -(-len(address) // 2)]
    return f"{seen[:6]}***" if address else ""


TONES = {
    "blue": ("open", "new", "active", "running", "assigned", "draft", "pending"),
    "amber": ("handed", "waiting", "amber", "due", "accepted", "left", "offered", "warning"),
    "green": ("done", "green", "met", "settled", "paid", "answered", "kept", "approved", "held"),
    "red": ("red", "breached", "missed", "refused", "revoked", "failed", "expired", "overdue"),
}
_TONE_OF = {state: tone for tone, states in TONES.items() for state in states}


@register.simple_tag
def status_badge(thing: Any, field: str = "state", tone: str = "") -> SafeString:
    """The state of a thing as a badge, in words and with a colour.

    `tone` (blue, amber, green, red or grey) is needed only where the state's own name does not
    say it; names that are not known are grey.
    """
    value = str(getattr(thing, field))
    label = getattr(thing, f"get_{field}_display", lambda: value)()
    return badge(label, tone or _TONE_OF.get(value, ""))


@register.simple_tag
def badge(label: Any, tone: str = "") -> SafeString:
    """A few words on a ground of their own colour."""
    if tone in TONES:
        return format_html('<span class="tag tag-{}">{}</span>', tone, label)
    return format_html('<span class="tag">{}</span>', label)


@register.simple_tag
def stage_word(stage: str) -> str:
    """What a stage is called."""
    return str(Stage(stage).label)


@register.filter(name="listed")
def listed_words(words: Any) -> str:
    """Several words in one line, separated as the language of the page does it."""
    return listed(words or ())


@register.filter
def get(mapping: Any, key: Any) -> Any:
    """The value of a key."""
    return mapping.get(key, "") if mapping else ""


@register.simple_tag(takes_context=True)
def sort_header(context: template.Context, field: str, label: Any, kind: str = "") -> SafeString:
    """The head of a column that sorts the table; needs `page`, made with `sortable`.

    The first click sorts upwards, the next downwards. `kind`: a class for the cell, such as right.
    """
    page, request = context["page"], context["request"]
    now = page.sort if page is not None else ""
    down, up = f"-{field}", field
    address = querystring_of(request, sort=down if now == up else up, before=None, after=None)
    state, mark = "", SafeString("")
    if now in (up, down):
        state = format_html(' aria-sort="{}"', "ascending" if now == up else "descending")
        mark = icon("chevron-up" if now == up else "chevron-down")
    return format_html('<th class="{}"{}><a href="{}">{}{}</a></th>', kind, SafeString(state),
                       address, label, mark)  # fmt: skip


def querystring_of(request: HttpRequest, **changes: str | None) -> str:
    """The query of this page's address with some of it changed; None takes a part out."""
    query = request.GET.copy()
    for name, value in changes.items():
        query.pop(name, None)
        if value is not None:
            query[name] = value
    return f"?{query.urlencode()}"


@register.simple_block_tag(takes_context=True)
def filters(context: template.Context, content: str, saved: bool = True) -> SafeString:
    """A bar of filters around its fields: with buttons to filter, to reset and to keep a choice."""
    return SafeString(
        render_to_string(
            "ui/filters.html",
            {"content": content, "saved": saved, "path": context["request"].path},
        )
    )


@register.simple_block_tag
def bulk(content: str) -> SafeString:
    """The bar under a table for what is done with the chosen rows."""
    return SafeString(render_to_string("ui/bulk.html", {"content": content}))


@register.simple_tag
def once() -> SafeString:
    """A mark by which the service knows a form that is sent twice (see `ui.once`)."""
    return format_html('<input type="hidden" name="once" value="{}">', uuid4())
