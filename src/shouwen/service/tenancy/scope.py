"""In which organisation the present thread of work is."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from django.db import connection
from psycopg.pq import TransactionStatus

SETTING = "shouwen.organisation"
_current: ContextVar[int | None] = ContextVar("organisation", default=None)


class NoOrganisation(RuntimeError):
    """Something of an organisation was asked for outside of any."""

    def __init__(self) -> None:
        super().__init__(
            "No organisation has been entered. Wrap the work in tenancy.scope.scope(organisation)."
        )


def current_organisation_id() -> int:
    """The id of the organisation that was entered. Raises NoOrganisation."""
    found = _current.get()
    if found is None:
        raise NoOrganisation
    return found


def entered() -> int | None:
    """The id of the organisation that was entered, or None."""
    return _current.get()


@contextmanager
def scope(organisation_id: int) -> Iterator[None]:
    """See and write the rows of this organisation only, inside the block.

    The database setting is one of the session; it is put back at the end, so that a pooled
    connection never carries an organisation to the next user of it.
    """
    with _scope(organisation_id):
        yield


@contextmanager
def outside() -> Iterator[None]:
    """Be in no organisation inside the block, wherever one was: for signing in."""
    if _current.get() is None:
        yield
        return
    with _scope(None):
        yield


@contextmanager
def _scope(organisation_id: int | None) -> Iterator[None]:
    before = _current.get()
    token = _current.set(organisation_id)
    _tell(organisation_id)
    try:
        yield
    finally:
        _current.reset(token)
        # Inside a transaction that must be rolled back nothing can be said any more, and need not:
        # the roll-back takes back what was set inside it.
        if connection.connection is not None and not _broken():
            _tell(before)


def _broken() -> bool:
    """Whether the connection is in a transaction that can only be rolled back."""
    return connection.connection.info.transaction_status is TransactionStatus.INERROR


def tell_new_connection(**kwargs: object) -> None:
    """A connection that was opened in the middle of a scope enters it too."""
    if _current.get() is not None and kwargs.get("connection") is connection:
        _tell(_current.get())


def _tell(organisation_id: int | None) -> None:
    value = "" if organisation_id is None else str(organisation_id)
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config(%s, %s, false)", [SETTING, value])
