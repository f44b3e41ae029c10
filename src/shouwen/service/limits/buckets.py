"""Taking from a limit."""

from __future__ import annotations

import hashlib
import math
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection
from django.db.models import F

from shouwen.service import clock
from shouwen.service.limits.models import Bucket

# The generic cell rate algorithm (ITU-T I.371): a bucket is one instant, at which it is full
# again. Whatever would push that instant further ahead than the bucket is deep is refused.
TAKE = """
INSERT INTO limits_bucket AS b (key, full_at) VALUES (%(key)s, %(now)s + %(every)s)
ON CONFLICT (key) DO UPDATE SET full_at = GREATEST(b.full_at, %(now)s) + %(every)s
WHERE GREATEST(b.full_at, %(now)s) + %(every)s <= %(now)s + %(depth)s
RETURNING full_at
"""


class TooOften(Exception):
    """There is nothing left of a limit; `wait`: for how long, at least a second."""

    def __init__(self, wait: timedelta) -> None:
        super().__init__(f"Too often; {wait.total_seconds():.0f} s to wait.")
        self.wait = wait

    @property
    def seconds(self) -> int:
        """Whole seconds to wait."""
        return math.ceil(self.wait.total_seconds())


@dataclass(frozen=True)
class Limit:
    """`at_once` of something at once, and from then on one `every` so often, for each key."""

    name: str
    at_once: int
    every: timedelta

    def take(self, key: str) -> None:
        """Take one. Raises TooOften."""
        now = clock.now()
        values: dict[str, Any] = {
            "key": self._hashed(key), "now": now, "every": self.every,
            "depth": self.every * self.at_once,
        }  # fmt: skip
        with connection.cursor() as cursor:
            cursor.execute(TAKE, values)
            if cursor.fetchone() is not None:
                return
        raise TooOften(self._wait(key, now))

    def look(self, key: str) -> None:
        """Take nothing, but raise TooOften if there is nothing left."""
        now = clock.now()
        wait = self._wait(key, now)
        if wait > timedelta(0):
            raise TooOften(wait)

    def give_back(self, key: str) -> None:
        """Put one back that was taken for nothing."""
        row = Bucket.objects.filter(key=self._hashed(key))
        row.update(full_at=F("full_at") - self.every)

    def _wait(self, key: str, now: datetime) -> timedelta:
        """How long it is until there is one to take."""
        row = Bucket.objects.filter(key=self._hashed(key)).first()
        full_at = max(row.full_at, now) if row is not None else now
        return full_at + self.every - (now + self.every * self.at_once)

    def _hashed(self, key: str) -> str:
        return hashlib.sha256(f"{self.name}\0{key}".encode()).hexdigest()


def sweep() -> int:
    """Remove buckets that are full, which is what a bucket is that is not there; how many."""
    return Bucket.objects.filter(full_at__lt=clock.now()).delete()[0]
