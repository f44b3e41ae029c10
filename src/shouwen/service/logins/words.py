"""What the log says of a login, in words."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from shouwen.service.audit.models import LogEntry
from shouwen.service.organisations.models import Role

VERBS: dict[str, Any] = {
    "logins.invite": _("Was given a link to choose a password"),
    "logins.password-chosen": _("Chose a password by the link"),
    "logins.close": _("Login closed"),
    "logins.open": _("Login opened again"),
    "logins.must-change": _("Must choose a new password"),
    "logins.signed-out": _("Was signed out everywhere"),
    "logins.role-given": _("Role given or changed"),
    "logins.role-taken": _("Role taken away"),
    "logins.left": _("Does not work here any more"),
    "house.move": _("Moved to another unit"),
    "house.hold": _("Took up a post"),
    "house.leave-post": _("Left a post"),
    "signin.in": _("Signed in"),
    "signin.failed": _("Signing in failed"),
    "signin.factor-added": _("Second factor added"),
    "signin.factor-removed": _("Second factor removed"),
    "signin.factor-taken-away": _("Second factor removed"),
    "signin.codes-made": _("New recovery codes"),
    "signin.password-changed": _("Password changed"),
    "signin.sessions-ended": _("Ended other sessions"),
}


def said(entry: LogEntry) -> str:
    """An entry as a line: what was done, and to which role or from where."""
    words = str(VERBS.get(entry.verb, entry.verb))
    more = [str(entry.data[k]) for k in ("address", "login", "unit", "to") if entry.data.get(k)]
    role = entry.data.get("role")
    if role in Role.values:
        more.insert(0, str(Role(role).label))
    return f"{words} ({', '.join(more)})" if more else words
