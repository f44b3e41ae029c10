"""Instants as people write them in scenarios: ``2026-05-06 09:00``, ``2026-05-07 24:00``."""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

_FORM = re.compile(
    r"(?P<day>\d{4}-\d{2}-\d{2})"
    r"(?:[ T]+(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::(?P<second>\d{2}))?)?"
    r"\s*(?P<zone>Z|[+-]\d{2}:?\d{2})?"
)
FORM_HINT = "Write it as 2026-05-06 09:00, with seconds or an offset (+08:00) where they matter."


class InstantError(ValueError):
    """A text that is no instant; `hint` says how to write one."""

    def __init__(self, message: str, hint: str = FORM_HINT) -> None:
        super().__init__(message)
        self.hint = hint


def parse_instant(text: str, zone: ZoneInfo) -> datetime:
    """An instant, in the zone unless it carries an offset of its own.

    ``24:00`` is the end of its day, which is the first instant of the next; a day alone is its
    first instant. A clock that is put back shows some instants twice: the first is meant.

    Raises:
        InstantError: for a text of another form, a day or time that does not exist, and a local
            time that the clock leaps over.

    >>> parse_instant("2026-05-07 24:00", ZoneInfo("Asia/Shanghai")).isoformat()
    '2026-05-08T00:00:00+08:00'
    >>> parse_instant("2026-05-06T09:00Z", ZoneInfo("Asia/Shanghai")).isoformat()
    '2026-05-06T17:00:00+08:00'
    """
    found = _FORM.fullmatch(text.strip())
    if found is None:
        raise InstantError(f"'{text}' is no instant.")
    try:
        day = date.fromisoformat(found["day"])
    except ValueError:
        raise InstantError(f"There is no day {found['day']}.") from None
    hour, minute, second = (int(found[p] or 0) for p in ("hour", "minute", "second"))
    if hour == 24 and minute == second == 0:
        day, hour = day + timedelta(days=1), 0
    try:
        clock = time(hour, minute, second)
    except ValueError:
        raise InstantError(f"There is no time {text.strip()[11:]}.") from None
    local = datetime.combine(day, clock)
    if found["zone"]:
        offset = found["zone"].replace("Z", "+00:00")
        aware = datetime.fromisoformat(f"{local.isoformat()}{offset}")
        return aware.astimezone(zone)
    instant = local.replace(tzinfo=zone)
    if instant.astimezone(ZoneInfo("UTC")).astimezone(zone).replace(tzinfo=None) != local:
        raise InstantError(
            f"The clock of {zone.key} never shows {local:%Y-%m-%d %H:%M}.",
            "It is put forward then. Write an instant with an offset.",
        )
    return instant
