"""Sets of values of one column, with the algebra that table analysis needs.

Two kinds: `Members` (finite sets and their complements, for enumerations, booleans and strings)
and `Line` (unions of intervals, for everything that has an order). Values on a line are numbers:
the analysis maps dates to days, instants and times to microseconds, periods to seconds.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from shouwen.measures.feel.values import CONTEXT

Point = Decimal | int
Cut = tuple[int, Point, int]
"""A place between values: (0, v, 0) is just before v, (0, v, 1) just behind it."""

BOTTOM: Cut = (-1, 0, 0)
TOP: Cut = (1, 0, 0)


def before(value: Point) -> Cut:
    """The cut just before a value."""
    return (0, value, 0)


def behind(value: Point) -> Cut:
    """The cut just behind a value."""
    return (0, value, 1)


@dataclass(frozen=True)
class Line:
    """A union of intervals between cuts: disjoint, sorted, none touching the next.

    On a `whole` line there are only whole numbers, and cuts are normalised to just before one.
    """

    intervals: tuple[tuple[Cut, Cut], ...]
    whole: bool

    @classmethod
    def of(cls, intervals: Iterable[tuple[Cut, Cut]], whole: bool) -> Line:
        """The union of any intervals."""
        if whole:
            intervals = ((_on_whole(a), _on_whole(b)) for a, b in intervals)
        merged: list[tuple[Cut, Cut]] = []
        for start, end in sorted(i for i in intervals if i[0] < i[1]):
            if merged and start <= merged[-1][1]:
                merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
            else:
                merged.append((start, end))
        return cls(tuple(merged), whole)

    def intersection(self, other: Line) -> Line:
        """What is in both."""
        pairs = ((max(a, c), min(b, d)) for a, b in self.intervals for c, d in other.intervals)
        return Line.of(pairs, self.whole or other.whole)

    def union(self, other: Line) -> Line:
        """What is in one or the other."""
        return Line.of((*self.intervals, *other.intervals), self.whole or other.whole)

    def complement(self) -> Line:
        """What is not in it."""
        cuts = [BOTTOM, *(c for interval in self.intervals for c in interval), TOP]
        return Line.of(zip(cuts[::2], cuts[1::2], strict=True), self.whole)

    def sample(self, near: Point = 1) -> Point | None:
        """A value in it, `near` itself or one not far from it; None if it is empty."""
        candidates: list[Point] = []
        for start, end in self.intervals:
            if start <= before(near) and behind(near) <= end:
                return near
            if start > before(near):
                candidates.append(_first_inside(start, end))
            else:
                candidates.append(_last_inside(start, end, self.whole))
        return min(candidates, key=lambda c: abs(Decimal(c) - Decimal(near)), default=None)

    def __bool__(self) -> bool:
        return bool(self.intervals)


def _on_whole(cut: Cut) -> Cut:
    kind, value, side = cut
    if kind:
        return cut
    return before(math.floor(value) + 1 if side else math.ceil(value))


def _first_inside(start: Cut, end: Cut) -> Point:
    """A value behind a finite start: the first one, or a plain one close to it."""
    low = start[1]
    if start[2] == 0:
        return low
    following = math.floor(low) + 1
    if end == TOP or before(following) < end:
        return following
    return _middle(low, end[1])


def _last_inside(start: Cut, end: Cut, whole: bool) -> Point:
    """A value before a finite end."""
    high = end[1]
    if end[2] == 1:
        return high
    preceding = high - 1 if whole else math.ceil(high) - 1
    if start == BOTTOM or start <= before(preceding):
        return preceding
    return _middle(start[1], high)


def _middle(low: Point, high: Point) -> Point:
    return CONTEXT.divide(CONTEXT.add(low, high), 2)


@dataclass(frozen=True)
class Members:
    """A finite set of texts or truth values or, if `excluded`, everything but these."""

    values: frozenset[str | bool]
    excluded: bool = False

    def intersection(self, other: Members) -> Members:
        """What is in both."""
        if self.excluded and other.excluded:
            return Members(self.values | other.values, True)
        if self.excluded:
            return Members(other.values - self.values)
        if other.excluded:
            return Members(self.values - other.values)
        return Members(self.values & other.values)

    def union(self, other: Members) -> Members:
        """What is in one or the other."""
        return self.complement().intersection(other.complement()).complement()

    def complement(self) -> Members:
        """What is not in it. Of an enumeration, intersect with its members."""
        return Members(self.values, not self.excluded)

    def sample(self, near: object = None) -> str | bool | None:
        """A value in it; None if it is empty. Nothing is near to anything here."""
        if not self.excluded:
            return min(self.values, default=None)
        text = "other"
        while text in self.values:
            text += "'"
        return text

    def __bool__(self) -> bool:
        return self.excluded or bool(self.values)


CellSet = Line | Members
Box = tuple[CellSet, ...]
"""A set for every column: the inputs that a row applies to."""


def meet(a: CellSet, b: CellSet) -> CellSet:
    """The intersection of two sets of one column."""
    if isinstance(a, Line):
        assert isinstance(b, Line)
        return a.intersection(b)
    assert isinstance(b, Members)
    return a.intersection(b)


def join(a: CellSet, b: CellSet) -> CellSet:
    """The union of two sets of one column."""
    if isinstance(a, Line):
        assert isinstance(b, Line)
        return a.union(b)
    assert isinstance(b, Members)
    return a.union(b)


def common_box(a: Box, b: Box) -> Box | None:
    """The inputs that are in both boxes, or None."""
    box = tuple(map(meet, a, b))
    return box if all(box) else None


def subtract(box: Box, other: Box) -> list[Box]:
    """What of a box is not in another, as disjoint boxes."""
    if common_box(box, other) is None:
        return [box]
    rest: list[Box] = []
    core = list(box)
    for i, side in enumerate(other):
        outside = meet(core[i], side.complement())
        if outside:
            rest.append((*core[:i], outside, *core[i + 1 :]))
        core[i] = meet(core[i], side)
    return rest
