"""How far whoever gives logins reaches, and that someone always can."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from shouwen.service.access.actor import Actor
from shouwen.service.access.gate import require, visible
from shouwen.service.audit.models import LogHead
from shouwen.service.logins.permissions import KEEP_LOGINS
from shouwen.service.organisations.models import Person, Reach, Role, RoleGrant
from shouwen.service.organisations.roles import having


def people(actor: Actor) -> QuerySet[Person]:
    """Those whose login and roles an actor may keep: of the units that they reach."""
    return visible(actor, KEEP_LOGINS, Person.objects.all())


def keeps(actor: Actor, person: Person) -> None:
    """See that an actor may keep the login and the roles of someone.

    Raises:
        NotAllowed: when they keep nobody's.
        ValidationError: when it is their own, or someone whom they do not reach.
    """
    require(actor, KEEP_LOGINS)
    if is_own(actor, person):
        raise ValidationError(
            _("Your own login and roles are kept by another administrator, not by yourself.")
        )
    sight = actor.sight(KEEP_LOGINS)
    if not sight.everything and person.unit_id not in sight.units:
        raise ValidationError(_("Your own role does not reach %(who)s.") % {"who": person})


def is_own(actor: Actor, person: Person) -> bool:
    """Whether someone is the actor."""
    return actor.person is not None and actor.person.pk == person.pk


def may_give(actor: Actor, grant: RoleGrant) -> None:
    """See that a role reaches no further than that by which it is given.

    Raises:
        ValidationError: when it does.
    """
    sight = actor.sight(KEEP_LOGINS)
    if sight.everything or grant.reach == Reach.OWN:
        return
    if grant.reach == Reach.ORGANISATION or grant.unit_id not in sight.units:
        raise ValidationError(_("Nobody gives a role that reaches further than their own."))


def administrators() -> QuerySet[Person]:
    """Those who can sign in and run the whole organisation, today and without an end."""
    rows = Person.objects.filter(
        having(role=Role.ADMINISTRATOR, reach=Reach.ORGANISATION, until=None),
        is_active=True, user__is_active=True,
    )  # fmt: skip
    return rows.distinct()


@contextmanager
def someone_remains() -> Iterator[None]:
    """Do something that may take the last administrator away, and see that it did not.

    It must be inside a transaction. Two who lock each other out at once wait for each other here.

    Raises:
        ValidationError: when there was an administrator before, and is none after.
    """
    LogHead.objects.select_for_update().first()
    before = administrators().exists()
    yield
    if before and not administrators().exists():
        raise ValidationError(
            _("Then nobody could run the organisation. Make someone else administrator first, "
              "for the whole organisation and without an end.")
        )  # fmt: skip
