"""Chinese festivals by astronomy, for the years whose holidays nobody has published yet.

The rules are those of GB/T 33661-2017 (农历的编算和颁行): days begin at midnight of UTC+8; a month
begins on the day of a new moon; the winter solstice falls in month 11; of 13 months between two
winter solstices the first that holds no major solar term (中气) is a leap month. 清明 is the day on
which the sun reaches ecliptic longitude 15°.

The sun's longitude follows Bretagnon and Simon (1986), good to some seconds of arc, new moons
follow Meeus, Astronomical Algorithms, chapter 49, good to some seconds of time, and the difference
between dynamical and universal time follows Espenak and Meeus (2006). An event within a few
minutes of midnight, decades from now, can therefore turn out a day off (the new moon before the
Mid-Autumn of 2089 falls at 23:57); a notice decides in the end.
"""

from __future__ import annotations

from datetime import date
from functools import lru_cache
from math import cos, floor, radians, sin

FIRST_YEAR, LAST_YEAR = 1901, 2200

_BEIJING = 8 / 24  # of a day
_UNIX_EPOCH = 2440587.5  # Julian date
_DAY_ZERO = date(1970, 1, 1).toordinal()

# Amplitude (1e-7 rad), rate (degrees a century) and phase (degrees) of the sun's longitude.
_SUN = (
    (403406, 0.9287892, 270.54861),
    (195207, 35999.1376958, 340.19128),
    (119433, 35999.4089666, 63.91854),
    (112392, 35998.7287385, 331.26220),
    (3891, 71998.20261, 317.843),
    (2819, 71998.4403, 86.631),
    (1721, 36000.35726, 240.052),
    (660, 71997.4812, 310.26),
    (350, 32964.4678, 247.23),
    (334, -19.4410, 260.87),
    (314, 445267.1117, 297.82),
    (268, 45036.8840, 343.14),
    (242, 3.1008, 166.79),
    (234, 22518.4434, 81.53),
    (158, -19.9739, 3.50),
    (132, 65928.9345, 132.75),
    (129, 9038.0293, 182.95),
    (114, 3034.7684, 162.03),
    (99, 33718.148, 29.8),
    (93, 3034.448, 266.4),
    (86, -2280.773, 249.2),
    (78, 29929.992, 157.6),
    (72, 31556.493, 257.8),
    (68, 149.588, 185.1),
    (64, 9037.750, 69.9),
    (46, 107997.405, 8.0),
    (38, -4444.176, 197.1),
    (37, 151.771, 250.4),
    (32, 67555.316, 65.3),
    (29, 31556.080, 162.7),
    (28, -4561.540, 341.5),
    (27, 107996.706, 291.6),
    (27, 1221.655, 98.5),
    (25, 62894.167, 146.7),
    (24, 31437.369, 110.0),
    (21, 14578.298, 5.2),
    (21, -31931.757, 342.6),
    (20, 34777.243, 230.9),
    (18, 1221.999, 256.1),
    (17, 62894.511, 45.3),
)

# Amplitude (days), power of the eccentricity factor, multiples of M, M', F and node (new moon).
_MOON = (
    (-0.40720, 0, 0, 1, 0, 0),
    (0.17241, 1, 1, 0, 0, 0),
    (0.01608, 0, 0, 2, 0, 0),
    (0.01039, 0, 0, 0, 2, 0),
    (0.00739, 1, -1, 1, 0, 0),
    (-0.00514, 1, 1, 1, 0, 0),
    (0.00208, 2, 2, 0, 0, 0),
    (-0.00111, 0, 0, 1, -2, 0),
    (-0.00057, 0, 0, 1, 2, 0),
    (0.00056, 1, 1, 2, 0, 0),
    (-0.00042, 0, 0, 3, 0, 0),
    (0.00042, 1, 1, 0, 2, 0),
    (0.00038, 1, 1, 0, -2, 0),
    (-0.00024, 1, -1, 2, 0, 0),
    (-0.00017, 0, 0, 0, 0, 1),
    (-0.00007, 0, 2, 1, 0, 0),
    (0.00004, 0, 0, 2, -2, 0),
    (0.00004, 0, 3, 0, 0, 0),
    (0.00003, 0, 1, 1, -2, 0),
    (0.00003, 0, 0, 2, 2, 0),
    (-0.00003, 0, 1, 1, 2, 0),
    (0.00003, 0, -1, 1, 2, 0),
    (-0.00002, 0, -1, 1, -2, 0),
    (-0.00002, 0, 1, 3, 0, 0),
    (0.00002, 0, 0, 4, 0, 0),
)
_PLANETS = (
    (325, 299.77, 0.107408, -0.009173),
    (165, 251.88, 0.016321, 0),
    (164, 251.83, 26.651886, 0),
    (126, 349.42, 36.412478, 0),
    (110, 84.66, 18.206239, 0),
    (62, 141.74, 53.303771, 0),
    (60, 207.14, 2.453732, 0),
    (56, 154.84, 7.306860, 0),
    (47, 34.52, 27.261239, 0),
    (42, 207.19, 0.121824, 0),
    (40, 291.34, 1.844379, 0),
    (37, 161.72, 24.198154, 0),
    (35, 239.56, 25.513099, 0),
    (23, 331.55, 3.592518, 0),
)


def lunar_new_year(year: int) -> date:
    """The first day of the first lunar month (正月初一, 春节) that falls in a Gregorian year."""
    return _month_start(year, 1)


def dragon_boat(year: int) -> date:
    """端午: the fifth day of the fifth month."""
    return date.fromordinal(_month_start(year, 5).toordinal() + 4)


def mid_autumn(year: int) -> date:
    """中秋: the fifteenth day of the eighth month."""
    return date.fromordinal(_month_start(year, 8).toordinal() + 14)


def qingming(year: int) -> date:
    """清明: the day on which the sun reaches longitude 15°."""
    _check(year)
    return date.fromordinal(_DAY_ZERO + _day(_solar_term(15, _julian(year, 4, 5))))


def _check(year: int) -> None:
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise ValueError(f"Festivals are computed for {FIRST_YEAR} to {LAST_YEAR}, not {year}.")


@lru_cache(maxsize=512)
def _month_start(year: int, month: int) -> date:
    """The first day of an ordinary (not leap) month 1 to 8 of a lunar year."""
    _check(year)
    # The months from the one that holds last winter's solstice (month 11) up to the next one.
    first, last = _month_of(_solstice(year - 1)), _month_of(_solstice(year))
    leap = None
    if last - first == 13:
        leap = next(k for k in range(first + 1, last) if not _holds_major_term(k))
    number, k = 11, first
    while number != month:
        k += 1
        if k != leap:
            number = number % 12 + 1
    return date.fromordinal(_DAY_ZERO + _day(_new_moon(k)))


def _month_of(day: int) -> int:
    """The lunation whose month holds a day."""
    k = floor((day + _UNIX_EPOCH - 2451550.1) / 29.530588861) + 1
    while _day(_new_moon(k)) > day:
        k -= 1
    return k


def _holds_major_term(k: int) -> bool:
    begins, ends = _day(_new_moon(k)), _day(_new_moon(k + 1))
    # The longitude at midnight: a multiple of 30° is passed within the month or it is not.
    return _sector(begins) != _sector(ends)


def _sector(day: int) -> int:
    return floor(_sun_longitude(_dynamical(day + _UNIX_EPOCH - _BEIJING)) / 30)


@lru_cache(maxsize=512)
def _solstice(year: int) -> int:
    return _day(_solar_term(270, _julian(year, 12, 21)))


def _julian(year: int, month: int, day: int) -> float:
    return date(year, month, day).toordinal() - _DAY_ZERO + _UNIX_EPOCH


def _day(universal: float) -> int:
    """The day (1970-01-01 is 0) in UTC+8 of a Julian date in universal time."""
    return floor(universal - _UNIX_EPOCH + _BEIJING)


def _delta_t(julian: float) -> float:
    """Dynamical minus universal time, in days."""
    year = 2000 + (julian - 2451544.5) / 365.2425
    t = year - 2000
    if year < 1920:
        seconds = -2.79 + 1.494119 * (year - 1900) - 0.0598939 * (year - 1900) ** 2
        seconds += 0.0061966 * (year - 1900) ** 3 - 0.000197 * (year - 1900) ** 4
    elif year < 1941:
        t = year - 1920
        seconds = 21.20 + 0.84493 * t - 0.076100 * t**2 + 0.0020936 * t**3
    elif year < 1961:
        t = year - 1950
        seconds = 29.07 + 0.407 * t - t**2 / 233 + t**3 / 2547
    elif year < 1986:
        t = year - 1975
        seconds = 45.45 + 1.067 * t - t**2 / 260 - t**3 / 718
    elif year < 2005:
        seconds = 63.86 + 0.3345 * t - 0.060374 * t**2 + 0.0017275 * t**3
        seconds += 0.000651814 * t**4 + 0.00002373599 * t**5
    elif year < 2050:
        seconds = 62.92 + 0.32217 * t + 0.005589 * t**2
    else:
        seconds = -20 + 32 * ((year - 1820) / 100) ** 2 - 0.5628 * max(0.0, 2150 - year)
    return seconds / 86_400


def _dynamical(universal: float) -> float:
    return universal + _delta_t(universal)


def _sun_longitude(dynamical: float) -> float:
    """The sun's apparent longitude in degrees, 0 to 360."""
    c = (dynamical - 2451545.0) / 36525
    waves = sum(a * sin(radians(phase + rate * c)) for a, rate, phase in _SUN)
    aberration = 0.0000974 * cos(radians(177.63 + 35999.01848 * c)) - 0.005575
    nutation = -0.004778 * sin(radians(124.90 - 1934.134 * c + 0.002063 * c * c))
    nutation -= 0.0003667 * sin(radians(201.11 + 72001.5377 * c + 0.00057 * c * c))
    mean = 282.7771834 + 36000.76953744 * c
    return (mean + 0.000005729577951308232 * waves + aberration + nutation) % 360


def _solar_term(longitude: float, near: float) -> float:
    """When (Julian date, universal time) the sun reaches a longitude, near a date."""
    moment = near
    for _ in range(8):
        ahead = (longitude - _sun_longitude(_dynamical(moment)) + 180) % 360 - 180
        moment += ahead * 365.2422 / 360
    return moment


@lru_cache(maxsize=4096)
def _new_moon(k: int) -> float:
    """The k-th new moon after that of 6 January 2000 (Julian date, universal time)."""
    t = k / 1236.85
    e = 1 - 0.002516 * t - 0.0000074 * t * t
    sun = 2.5534 + 29.10535670 * k - 0.0000014 * t**2 - 0.00000011 * t**3
    moon = 201.5643 + 385.81693528 * k + 0.0107582 * t**2 + 0.00001238 * t**3
    latitude = 160.7108 + 390.67050284 * k - 0.0016118 * t**2 - 0.00000227 * t**3
    node = 124.7746 - 1.56375588 * k + 0.0020672 * t**2 + 0.00000215 * t**3
    moment = 2451550.09766 + 29.530588861 * k + 0.00015437 * t**2 - 0.000000150 * t**3
    for amplitude, power, m, m1, f, om in _MOON:
        angle = m * sun + m1 * moon + f * latitude + om * node
        moment += amplitude * e**power * sin(radians(angle))
    for amplitude, phase, rate, square in _PLANETS:
        moment += amplitude * 1e-6 * sin(radians(phase + rate * k + square * t * t))
    return moment - _delta_t(moment)
