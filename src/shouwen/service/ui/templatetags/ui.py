"""Small parts of pages."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django import template
from django.templatetags.static import static
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from shouwen.service import clock as time
from shouwen.service.enactment.models import Clock, Stage

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
def countdown(clock: Clock) -> dict[str, Any]:
    """A clock as a badge: what is left or over, red, amber or green; its reasons on demand."""
    shown = clock.performed_at if clock.stage == Stage.DONE else clock.deadline
    return {"clock": clock, "left": left(clock), "when": when(shown)}


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
def masked_phone(phone: str) -> str:
    """A phone number of which only the ends are shown."""
    return f"{phone[:3]}****{phone[-4:]}" if len(phone) >= 8 else "****" if phone else ""


@register.filter
def masked_name(name: str) -> str:
    """A name of which only the first character is shown."""
    return name[0] + "*" * min(len(name) - 1, 2) if name else ""


@register.filter
def masked_address(address: str) -> str:
    """An address without what stands in it after the street."""
    return f"{address[:6]}***" if len(address) > 6 else address


@register.simple_tag
def stage_word(stage: str) -> str:
    """What a stage is called."""
    return str(Stage(stage).label)


@register.filter
def get(mapping: Any, key: Any) -> Any:
    """The value of a key."""
    return mapping.get(key, "") if mapping else ""
