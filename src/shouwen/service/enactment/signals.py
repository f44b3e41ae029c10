"""What the bridge tells the rest of the service."""

from django.dispatch import Signal

clock_changed = Signal()
"""A clock turned amber or red, for the first time. Arguments: `clock`, `stage`. Sent in the
transaction that writes it, exactly once for each."""

thread_asked = Signal()
"""The measure was asked about a thread. Arguments: `thread`, `outcomes`, `own` (the ids of the
thread's own events). Sent in the transaction that keeps what it said."""
