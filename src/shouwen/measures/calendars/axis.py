"""The axis of working time.

`W(t)` is the working time that has passed up to an instant `t`. It stands still while the calendar
is closed and runs with the clock while it is open, so that a deadline in working time is a sum on
this axis: ``W(deadline) = W(start) + period + pauses``. Everything is a whole number of
microseconds, so sums are exact; changes to and from summer time need no care, because open spans
are kept as instants.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from dataclasses import dataclass

import numpy as np

from shouwen.measures.calendars.errors import CalendarError
from shouwen.measures.calendars.zones import DAY_US, Int64s


@dataclass(frozen=True)
class _Index:
    """Finds, for many keys at once, the last entry of a sorted array that is not after a key.

    Keys are put into equal buckets; each bucket knows the entry that its lower edge falls to, and
    at most `steps` comparisons lead from there to the answer. Where buckets would hold too many
    entries, a binary search does it.
    """

    entries: Int64s
    base: int
    width: int
    first: Int64s | None
    steps: int

    @classmethod
    def build(cls, entries: Int64s, low: int, high: int, width: int) -> _Index:
        edges = np.arange(low, high + width, width, dtype=np.int64)
        first = np.searchsorted(entries, edges, side="right") - 1
        steps = int(np.max(np.diff(first), initial=0)) if len(first) > 1 else len(entries)
        if steps > 6:
            return cls(entries, low, width, None, steps)
        # One guard behind the end, so that the comparison with the next entry is always there.
        guarded = np.append(entries, np.iinfo(np.int64).max)
        return cls(guarded, low, width, first, steps)

    def find(self, keys: Int64s) -> Int64s:
        found: Int64s
        if self.first is None:
            found = np.searchsorted(self.entries, keys, side="right") - 1
            return found
        found = self.first[(keys - self.base) // self.width]
        for _ in range(self.steps):
            found += self.entries[found + 1] <= keys
        return found


class WorkAxis:
    """`W(t)` and its inverse for one version of a calendar, for instants and for arrays of them.

    Instants are microseconds since 1970-01-01T00:00Z, positions microseconds of working time
    since the axis begins. Build it from open spans that are sorted and apart.
    """

    def __init__(self, opens: Int64s, closes: Int64s, first: int, last: int, reach: str) -> None:
        self.opens, self.closes = opens, closes
        self.first, self.last = first, last
        self._reach = reach  # says in words from where to where the calendar reaches
        lengths = closes - opens
        self.after = np.cumsum(lengths)  # W at each closing
        self.before = self.after - lengths  # W at each opening
        self._shift = opens - self.before  # from a position in a span to the instant
        self.total = int(self.after[-1])
        self._opens: list[int] = opens.tolist()
        self._closes: list[int] = closes.tolist()
        self._before: list[int] = self.before.tolist()
        self._after: list[int] = self.after.tolist()
        self._by_instant: _Index | None = None
        self._by_position: _Index | None = None

    # --- one instant -------------------------------------------------------------------------

    def position(self, us: int) -> int:
        """W(t): the working time up to an instant."""
        i = bisect_right(self._opens, us) - 1
        if i < 0 or us > self.last:
            self._check(us)
            return 0
        closes = self._closes[i]
        return self._before[i] + (us if us < closes else closes) - self._opens[i]

    def instant(self, position: int) -> int:
        """The first instant at which W reaches a position: a closing rather than an opening."""
        if not 0 < position <= self.total:
            self._check_position(position)
            return self._opens[0]
        i = bisect_left(self._after, position)
        return self._opens[i] + position - self._before[i]

    def last_instant(self, position: int) -> int:
        """The last instant at which W has a position: an opening rather than a closing."""
        if not 0 <= position < self.total:
            self._check_position(position)
            return self._closes[-1]
        i = bisect_right(self._before, position) - 1
        return self._opens[i] + position - self._before[i]

    def is_open(self, us: int) -> bool:
        """Whether work is done at an instant; the closing instant itself is closed."""
        self._check(us)
        i = bisect_right(self._opens, us) - 1
        return i >= 0 and us < self._closes[i]

    def next_open(self, us: int) -> int:
        """The instant itself if it is open, else the next opening."""
        i = bisect_right(self._opens, us) - 1
        if i >= 0 and us < self._closes[i]:
            return us
        self._check(us)
        if i + 1 >= len(self._opens):
            raise self._beyond("the next opening")
        return self._opens[i + 1]

    def advance(self, us: int, amount: int) -> tuple[int, int]:
        """`next_open` of an instant, and the first instant by which an amount (> 0) is worked."""
        i = bisect_right(self._opens, us) - 1
        begins = us
        if i < 0 or us >= self._closes[i]:
            i += 1
            if us < self.first or i == len(self._opens):
                raise self._beyond("the next opening")
            begins = self._opens[i]
        if begins + amount <= self._closes[i]:
            return begins, begins + amount
        position = self._before[i] + begins - self._opens[i] + amount
        if position > self.total:
            self._check_position(position)
        i = bisect_left(self._after, position, i)
        return begins, self._opens[i] + position - self._before[i]

    def previous_open(self, us: int) -> int:
        """The instant itself if work has just been done, else the last closing before it."""
        self._check(us)
        i = bisect_left(self._opens, us) - 1
        if i < 0:
            raise self._beyond("the previous closing")
        return min(us, self._closes[i])

    # --- many instants -----------------------------------------------------------------------

    def positions(self, us: Int64s) -> Int64s:
        """`position` for an array."""
        span = self._spans_at(us)
        worked = np.minimum(us, self.closes[span])
        worked -= self._shift[span]
        # Before the first opening the last span was taken (index -1); nothing is worked yet.
        return np.where(span < 0, 0, worked) if len(us) and span.min() < 0 else worked

    def instants(self, positions: Int64s) -> Int64s:
        """`instant` for an array of positions above 0."""
        if not len(positions):
            return positions
        if int(positions.max()) > self.total or int(positions.min()) <= 0:
            self._check_position(int(positions.max()))
            return np.array([self.instant(p) for p in positions.tolist()], np.int64)
        if self._by_position is None:
            width = max(int(np.median(self.after - self.before)), self.total // 400_000 + 1)
            self._by_position = _Index.build(self.before, 0, self.total, width)
        # A span that begins at the position itself is left for the one that ends there.
        span = self._by_position.find(positions - 1)
        reached: Int64s = positions + self._shift[span]
        return reached

    def next_opens(self, us: Int64s) -> Int64s:
        """`next_open` for an array."""
        span = self._spans_at(us)
        is_open = us < self.closes[span]
        is_open &= span >= 0
        if is_open.all():
            return us
        following = np.minimum(span + 1, len(self.opens) - 1)
        result = np.where(is_open, us, self.opens[following])
        if (result < us).any():
            raise self._beyond("the next opening")
        return result

    def _spans_at(self, us: Int64s) -> Int64s:
        if len(us) and not (self.first <= int(us.min()) and int(us.max()) <= self.last):
            raise self._beyond("an instant")
        if self._by_instant is None:
            self._by_instant = _Index.build(self.opens, self.first, self.last + 1, DAY_US)
        return self._by_instant.find(us)

    def _check(self, us: int) -> None:
        if not self.first <= us <= self.last:
            raise self._beyond("an instant")

    def _check_position(self, position: int) -> None:
        if not 0 <= position <= self.total:
            raise self._beyond("this much working time")

    def _beyond(self, what: str) -> CalendarError:
        return CalendarError(f"{self._reach}; {what} lies outside.")
