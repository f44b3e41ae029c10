"""What the entered organisation asks of those who sign in."""

from __future__ import annotations

from datetime import timedelta

from allauth.mfa.models import Authenticator

from shouwen.service.access.actor import Actor
from shouwen.service.accounts.models import User
from shouwen.service.organisations.models import Person
from shouwen.service.signin.models import SignInPolicy
from shouwen.service.tenancy.scope import outside, scope


def policy() -> SignInPolicy:
    """The policy of the entered organisation; one that asks for nothing where there is none."""
    return SignInPolicy.objects.first() or SignInPolicy()


def idle_limit(found: SignInPolicy) -> timedelta | None:
    """After how long an idle session ends."""
    return timedelta(minutes=found.idle_minutes) if found.idle_minutes else None


def must_have_factor(actor: Actor, found: SignInPolicy) -> bool:
    """Whether one of the roles of an actor must use a second factor."""
    return not actor.roles.isdisjoint(found.roles)


def has_factor(user: User) -> bool:
    """Whether a login has a second factor.

    Asked outside of any organisation: behind the wall of another one a factor would not be seen,
    and whoever is not seen to have one is not asked for it.
    """
    with outside():
        rows = Authenticator.objects.filter(user=user, type=Authenticator.Type.TOTP)
        return bool(rows.exists())


def person_of(user: User) -> Person | None:
    """Who a login is, if they work there and may sign in; read behind the wall of their own."""
    if user.organisation_id is None or not user.is_active:
        return None
    with scope(user.organisation_id):
        people = Person.objects.select_related("organisation", "unit")
        return people.filter(user=user, is_active=True, organisation__is_active=True).first()
