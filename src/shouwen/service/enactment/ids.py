"""Ids that sort in the order in which they were made."""

from __future__ import annotations

import secrets
import threading
import time

_lock = threading.Lock()
_last = 0


def new_id() -> str:
    """An id of 32 hexadecimal digits: microseconds, never twice the same in a process, then chance.

    Events at the same instant are taken in the order of their ids, so two acts of one request must
    sort as they were done.
    """
    global _last
    with _lock:
        _last = max(_last + 1, time.time_ns() // 1000)
        return f"{_last:014x}{secrets.token_hex(9)}"
