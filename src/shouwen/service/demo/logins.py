"""Who can log in to the demonstration."""

from __future__ import annotations

from dataclasses import dataclass

from shouwen.service.demo.houses import PASSWORD
from shouwen.service.organisations.models import Person, Role
from shouwen.service.tenancy.models import Organisation
from shouwen.service.tenancy.scope import scope


@dataclass(frozen=True)
class Login:
    """A name to log in with, and what its owner does."""

    username: str
    label: str
    password: str = PASSWORD


def logins() -> list[tuple[str, list[Login]]]:
    """The logins of each organisation, by its name in the language of the page."""
    found = []
    for organisation in Organisation.objects.filter(is_active=True):
        with scope(organisation.pk):
            people = Person.objects.filter(user__isnull=False).select_related("user")
            own = []
            for person in people.prefetch_related("grants").order_by("id"):
                roles = [str(Role(g.role).label) for g in person.grants.all()]
                shown = [r for r in roles if r != str(Role.EMPLOYEE.label)] or roles
                assert person.user is not None
                own.append(Login(person.user.username, "、".join(shown)))
        found.append((organisation.label, own))
    return found
