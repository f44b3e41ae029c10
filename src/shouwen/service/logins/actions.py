"""All that changes who has a login, and which roles."""

from __future__ import annotations

import re

from allauth.usersessions.models import UserSession
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from shouwen.service import clock
from shouwen.service.access.actor import Actor
from shouwen.service.accounts.models import User
from shouwen.service.audit.actions import log
from shouwen.service.logins import links
from shouwen.service.logins.models import Link
from shouwen.service.logins.standing import keeps, may_give, someone_remains
from shouwen.service.organisations.models import Person, RoleGrant

NAME = re.compile(r"[\w.@+-]{1,60}")


def usual_name(person: Person) -> str:
    """The name that someone signs in with, if no other is chosen, without the organisation's."""
    return "".join(c for c in person.number if NAME.fullmatch(c)) or str(person.pk)


def full_name(person: Person, own: str) -> str:
    """A name to sign in with: every organisation has its own, so none tells of another's people.

    Raises:
        ValidationError: when it has characters that names do not have.
    """
    if not NAME.fullmatch(own):
        raise ValidationError(
            _("A name has letters, digits and . _ + @ -, and at most 60 of them.")
        )
    return f"{person.organisation.code}.{own}"


@transaction.atomic
def invite(actor: Actor, person: Person, name: str = "") -> tuple[Link, str]:
    """Give someone a link to choose a password with, and a login if they have none.

    Args:
        actor: who does so.
        person: who gets it.
        name: what they sign in with, after the code of the organisation; only for a new login.

    Returns:
        the link and its token, which is not kept.

    Raises:
        ValidationError: for oneself, someone out of reach, someone who does not work there or
            whose login is closed, or a name that is taken.
    """
    keeps(actor, person)
    if not person.is_active:
        raise ValidationError(_("%(who)s does not work here any more.") % {"who": person})
    if person.user is None:
        person.user = _new(person, full_name(person, name or usual_name(person)))
        person.save(update_fields=["user"])
    elif not person.user.is_active:
        raise ValidationError(_("This login is closed; open it first."))
    link, token = links.make(person, actor.person)
    told = {"login": person.user.username, "until": link.ends_at}
    log(actor, "logins.invite", f"person:{person.number}", told)
    return link, token


def _new(person: Person, name: str) -> User:
    taken = ValidationError(_("The name %(name)s is taken; choose another.") % {"name": name})
    if User.objects.filter(username__iexact=name).exists():
        raise taken
    user = User(username=name, organisation=person.organisation)
    user.set_unusable_password()
    try:
        with transaction.atomic():
            user.save()
    except IntegrityError as error:
        raise taken from error
    return user


@transaction.atomic
def choose_password(token: str, password: str) -> Link | None:
    """Choose a password by a link; all sessions of that login end.

    Sent a second time with the same password, shortly after, it is done once.

    Returns:
        the link, or None when it is not good.

    Raises:
        ValidationError: for a password that is too weak.
    """
    link = links.found(token, lock=True)
    if link is None:
        return None
    user = link.person.user
    assert user is not None
    if link.used_at is not None:
        return link if user.check_password(password) else None
    validate_password(password, user)
    user.set_password(password)
    user.must_change = False
    user.save(update_fields=["password", "must_change"])
    link.used_at = clock.now()
    link.save(update_fields=["used_at"])
    end_sessions(user)
    actor = Actor(link.person.organisation, link.person)
    log(actor, "logins.password-chosen", f"person:{link.person.number}")
    return link


def end_sessions(user: User) -> int:
    """End all sessions of a login; how many there were."""
    rows = list(UserSession.objects.filter(user=user))
    for row in rows:
        row.end()
    return len(rows)


@transaction.atomic
def close(actor: Actor, person: Person) -> None:
    """Close someone's login: out at once, and no link opens it.

    Raises:
        ValidationError: for oneself, someone out of reach or without a login, or when nobody would
            remain who can run the organisation.
    """
    keeps(actor, person)
    user = _login(person)
    with someone_remains():
        user.is_active = False
        user.save(update_fields=["is_active"])
        links.withdraw(person)
        ended = end_sessions(user)
    log(actor, "logins.close", f"person:{person.number}", {"sessions": ended})


@transaction.atomic
def leave(actor: Actor, person: Person) -> None:
    """Someone does not work here any more: out at once, and no link lets them in again.

    Raises:
        ValidationError: for oneself, someone out of reach, or when nobody would remain who can run
            the organisation.
    """
    keeps(actor, person)
    with someone_remains():
        person.is_active = False
        person.save(update_fields=["is_active"])
    links.withdraw(person)
    ended = end_sessions(person.user) if person.user is not None else 0
    log(actor, "logins.left", f"person:{person.number}", {"sessions": ended})


@transaction.atomic
def open_again(actor: Actor, person: Person) -> None:
    """Open a login that was closed; the password is the one from before."""
    keeps(actor, person)
    user = _login(person)
    user.is_active = True
    user.save(update_fields=["is_active"])
    log(actor, "logins.open", f"person:{person.number}")


@transaction.atomic
def ask_for_change(actor: Actor, person: Person) -> None:
    """Let someone do nothing before they have chosen another password."""
    keeps(actor, person)
    user = _login(person)
    user.must_change = True
    user.save(update_fields=["must_change"])
    log(actor, "logins.must-change", f"person:{person.number}")


@transaction.atomic
def sign_out(actor: Actor, person: Person) -> int:
    """End all sessions of someone; how many there were."""
    keeps(actor, person)
    ended = end_sessions(_login(person))
    log(actor, "logins.signed-out", f"person:{person.number}", {"sessions": ended})
    return ended


def _login(person: Person) -> User:
    if person.user is None:
        raise ValidationError(_("%(who)s has no login.") % {"who": person})
    return person.user


@transaction.atomic
def give_role(actor: Actor, grant: RoleGrant) -> RoleGrant:
    """Give someone a role, or change how far and how long it reaches.

    Raises:
        ValidationError: for oneself, someone out of reach, a role that reaches further than the
            actor's own, or when nobody would remain who can run the organisation.
    """
    before = RoleGrant.objects.select_related("person").filter(pk=grant.pk).first()
    if before is not None:
        keeps(actor, before.person)
        may_give(actor, before)
    keeps(actor, grant.person)
    may_give(actor, grant)
    grant.full_clean()
    with someone_remains():
        grant.save()
    told = {"role": grant.role, "reach": grant.reach, "since": grant.since, "until": grant.until}
    if grant.unit is not None:
        told["unit"] = grant.unit.code
    if before is not None and before.person_id != grant.person_id:
        log(actor, "logins.role-taken", f"person:{before.person.number}", {"role": before.role})
    log(actor, "logins.role-given", f"person:{grant.person.number}", told)
    return grant


@transaction.atomic
def take_role(actor: Actor, grant: RoleGrant) -> None:
    """Take a role from someone, at once.

    Raises:
        ValidationError: as `give_role`.
    """
    keeps(actor, grant.person)
    may_give(actor, grant)
    told = {"role": grant.role, "reach": grant.reach}
    with someone_remains():
        grant.delete()
    log(actor, "logins.role-taken", f"person:{grant.person.number}", told)
