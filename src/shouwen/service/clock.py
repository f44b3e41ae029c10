"""The only source of "now" in the service.

Nothing else asks the machine for the time, so that a test, a demonstration's time machine and a
replay can say what time it is. Instants are aware and in UTC; what people see is in the zone of
their organisation.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime, timedelta

_frozen: ContextVar[datetime | None] = ContextVar("frozen", default=None)
_shift: ContextVar[timedelta] = ContextVar("shift", default=timedelta(0))


def now() -> datetime:
    """The present instant, aware, in UTC."""
    frozen = _frozen.get()
    return frozen if frozen is not None else datetime.now(UTC) + _shift.get()


@contextmanager
def frozen_at(instant: datetime) -> Iterator[None]:
    """Let it be this instant inside the block.

    Raises:
        ValueError: when the instant has no zone.
    """
    if instant.tzinfo is None:
        raise ValueError(f"{instant.isoformat()} has no time zone; give an aware datetime.")
    token = _frozen.set(instant.astimezone(UTC))
    try:
        yield
    finally:
        _frozen.reset(token)


@contextmanager
def shifted_by(shift: timedelta) -> Iterator[None]:
    """Let the clock run ahead of the machine's by so much inside the block."""
    token = _shift.set(shift)
    try:
        yield
    finally:
        _shift.reset(token)
