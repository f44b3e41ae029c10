"""What changes how someone signs in, and what is logged of it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from shouwen.service.access.actor import Actor
from shouwen.service.access.gate import require
from shouwen.service.accounts.models import User
from shouwen.service.audit.actions import log
from shouwen.service.organisations.models import Person
from shouwen.service.signin.models import SignInPolicy
from shouwen.service.signin.permissions import OWN, RULES
from shouwen.service.signin.policy import policy
from shouwen.service.tenancy.models import Organisation
from shouwen.service.tenancy.scope import scope


def signed_in(user: User, address: str, *, factor: bool) -> None:
    """Someone has signed in, perhaps with a second factor."""
    _log_of(user, "signin.in", {"address": address, "factor": factor}, known=True)


def failed(user: User, address: str, what: str) -> None:
    """Someone tried to sign in as a login and failed at the `what`: "password" or "code"."""
    _log_of(user, "signin.failed", {"address": address, "at": what}, known=False)


def _log_of(user: User, verb: str, data: dict[str, Any], *, known: bool) -> None:
    """An entry in the chain of the organisation of a login; `known`: it was them who did it."""
    if user.organisation_id is None:
        return
    with scope(user.organisation_id):
        person = Person.objects.filter(user=user).first()
        subject = f"person:{person.number}" if person is not None else f"login:{user.username}"
        organisation = Organisation.objects.get(pk=user.organisation_id)
        log(Actor(organisation, person if known else None, source="web"), verb, subject, data)


def factor_added(actor: Actor) -> None:
    """Someone has added a second factor to their own login."""
    require(actor, OWN)
    log(actor, "signin.factor-added", f"person:{actor.number}")


def factor_removed(actor: Actor) -> None:
    """Someone has removed the second factor of their own login."""
    require(actor, OWN)
    log(actor, "signin.factor-removed", f"person:{actor.number}")


def codes_made(actor: Actor) -> None:
    """Someone has made new recovery codes, which ends the old ones."""
    require(actor, OWN)
    log(actor, "signin.codes-made", f"person:{actor.number}")


def password_changed(actor: Actor) -> None:
    """Someone has changed their password."""
    require(actor, OWN)
    log(actor, "signin.password-changed", f"person:{actor.number}")


@transaction.atomic
def end_sessions(actor: Actor, user: User, keys: Iterable[int] | None, keep: str) -> int:
    """End sessions of one's own: those with these keys, or all; never the present one (`keep`).

    Returns:
        how many were ended.
    """
    require(actor, OWN)
    rows = UserSession.objects.filter(user=user).exclude(session_key=keep)
    ended = list(rows if keys is None else rows.filter(pk__in=list(keys)))
    for row in ended:
        row.end()
    if ended:
        log(actor, "signin.sessions-ended", f"person:{actor.number}", {"sessions": len(ended)})
    return len(ended)


@transaction.atomic
def set_policy(actor: Actor, roles: Iterable[str], idle_minutes: int | None) -> SignInPolicy:
    """Say which roles must use a second factor, and after how long an idle session ends."""
    require(actor, RULES)
    row = policy()
    row.roles, row.idle_minutes = sorted(roles), idle_minutes
    row.full_clean()
    row.save()
    told = {"roles": row.roles, "idle_minutes": idle_minutes}
    log(actor, "signin.rules", f"organisation:{actor.organisation.code}", told)
    return row


@transaction.atomic
def take_factor_away(actor: Actor, person: Person) -> None:
    """Remove the second factor of someone who has lost it, and end their sessions.

    Raises:
        ValidationError: when it is the actor's own, which is removed where one's own is kept.
    """
    require(actor, RULES)
    if actor.person is not None and actor.person.pk == person.pk:
        raise ValidationError(_("Your own second factor is removed under “My sign-in”."))
    Authenticator.objects.filter(user=person.user).delete()
    for row in UserSession.objects.filter(user=person.user):
        row.end()
    log(actor, "signin.factor-taken-away", f"person:{person.number}")
