"""Links: made, found again, and what they are worth."""

from __future__ import annotations

import hashlib
import secrets
from datetime import timedelta

from shouwen.service import clock
from shouwen.service.logins.models import Link
from shouwen.service.organisations.models import Person

LASTS = timedelta(days=3)
AGAIN = timedelta(minutes=10)
"""For how long after a link was used the same answer is given to the same password: someone pressed
the button twice, or the answer was lost on the way."""


def digest(token: str) -> str:
    """What is kept of a token. It is random, 256 bits: no salt and no slow hash is needed."""
    return hashlib.sha256(token.encode()).hexdigest()


def make(person: Person, by: Person | None) -> tuple[Link, str]:
    """A new link for someone, and its token; those from before are withdrawn."""
    withdraw(person)
    token = secrets.token_urlsafe(32)
    now = clock.now()
    row = Link.objects.create(
        person=person, digest=digest(token), made_by=by, made_at=now, ends_at=now + LASTS
    )
    return row, token


def withdraw(person: Person) -> int:
    """Withdraw the links of someone that were not used; how many there were."""
    unused = Link.objects.filter(person=person, used_at=None, withdrawn_at=None)
    return unused.update(withdrawn_at=clock.now())


def found(token: str, *, lock: bool = False) -> Link | None:
    """The link of a token in the entered organisation, if it is good; or was used just now.

    Not good is what was withdrawn, is too old, or leads to a login that is closed.
    """
    rows = Link.objects.select_related("person__user", "person__organisation")
    if lock:
        rows = rows.select_for_update(of=("self",))
    row = rows.filter(digest=digest(token)).first()
    now = clock.now()
    if row is None or row.withdrawn_at is not None or now >= row.ends_at:
        return None
    if row.used_at is not None and now - row.used_at > AGAIN:
        return None
    user = row.person.user
    if user is None or not user.is_active or not row.person.is_active:
        return None
    return row


def waiting(people: list[int]) -> dict[int, Link]:
    """The good links of people that were not used yet, by the person's primary key."""
    rows = Link.objects.filter(
        person__in=people, used_at=None, withdrawn_at=None, ends_at__gt=clock.now()
    )
    return {row.person_id: row for row in rows}
