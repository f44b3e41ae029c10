"""The year, the stations and the people of an organisation, drawn from a seed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

import numpy as np

SECOND = 1_000_000
MINUTE, HOUR, DAY = 60 * SECOND, 3600 * SECOND, 86_400 * SECOND
ZONE_OFFSET = 8 * HOUR
"""Asia/Shanghai has had no other offset since 1991."""

Ints = np.ndarray[Any, np.dtype[np.int64]]
Floats = np.ndarray[Any, np.dtype[np.float64]]
Bools = np.ndarray[Any, np.dtype[np.bool_]]

# Calls by the hour of the day: few at night, a peak in the morning, the highest when people are
# home and the television is on.
HOURS = np.array([4, 2, 1, 1, 1, 2, 6, 18, 40, 52, 50, 42, 30, 34, 40, 42, 44, 50, 66, 86, 84, 56,
                  26, 10], float)  # fmt: skip
FESTIVALS = ((date(2026, 2, 16), date(2026, 2, 22)), (date(2026, 10, 1), date(2026, 10, 7)))


@dataclass(frozen=True)
class World:
    """What all parts of a log have in common.

    Attributes:
        days: how many, from `first` on.
        wet: by day, whether rain or snow stops work outdoors.
        day_share: by day, its share of the cases.
        unit_share: by unit, its share of the cases.
        rural: by unit, the part of its customers who live in the countryside.
        first_person, people: by unit, the number of its first person and how many it has.
        slowness: by person, what their times are multiplied with.
        slips: by person, how likely they are to do a thing wrongly.
    """

    seed: int
    first: date
    days: int
    wet: Bools
    day_share: Floats
    unit_share: Floats
    rural: Floats
    first_person: Ints
    people: Ints
    slowness: Floats
    slips: Floats

    @property
    def start(self) -> int:
        """The first local midnight, in microseconds since 1970 (UTC)."""
        begun = datetime(self.first.year, self.first.month, self.first.day, tzinfo=UTC)
        return int(begun.timestamp()) * SECOND - ZONE_OFFSET

    @property
    def units(self) -> int:
        """How many units there are."""
        return len(self.unit_share)

    def unit_of(self, person: Ints) -> Ints:
        """The unit that people belong to."""
        return np.searchsorted(self.first_person, person, side="right") - 1

    def rng(self, part: int) -> np.random.Generator:
        """The source of randomness of one part."""
        return np.random.default_rng([self.seed, part])


def world(seed: int, units: int, first: date = date(2026, 1, 1), days: int = 365) -> World:
    """Draw an organisation and its year."""
    rng = np.random.default_rng([seed, 2**31])
    month = np.array([(first + timedelta(days=d)).month for d in range(days)])
    # Wet days come in spells: a wet day is followed by one more often than a dry day is.
    likely = np.array([0.15, 0.2, 0.3, 0.35, 0.4, 0.55, 0.45, 0.4, 0.3, 0.2, 0.15, 0.1])[month - 1]
    wet = np.zeros(days, np.bool_)
    for day, draw in enumerate(rng.random(days)):
        wet[day] = draw < likely[day] * (1.6 if day and wet[day - 1] else 0.7)
    weekday = np.array([(first + timedelta(days=d)).weekday() for d in range(days)])
    share = 1 + 0.9 * wet + 0.25 * (weekday >= 5) + 0.1 * rng.standard_normal(days).clip(-2, 2)
    for begin, end in FESTIVALS:
        for day in range(days):
            share[day] += 0.6 * (begin <= first + timedelta(days=day) <= end)
    size = 1 / np.arange(1, units + 1) ** 0.7
    size = size[rng.permutation(units)]
    people = np.maximum(2, np.round(12 * size / size.mean())).astype(np.int64)
    count = int(people.sum())
    repeated = rng.random(count) < 0.06
    return World(
        seed, first, days, wet, share / share.sum(), size / size.sum(),
        rng.beta(1.2, 2.0, units),
        np.concatenate([[0], np.cumsum(people)[:-1]]), people,
        np.where(repeated, rng.uniform(1.8, 3.5, count), rng.uniform(0.7, 1.2, count)),
        np.where(repeated, rng.uniform(0.05, 0.2, count), rng.uniform(0.0, 0.02, count)),
    )  # fmt: skip
