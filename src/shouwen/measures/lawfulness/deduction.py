"""How much of a loss may be taken from a wage, and for how long.

工资支付暂行规定 art. 16 (劳部发〔1994〕489号): the deductions of a month are at most 20 % of that
month's wage, and what is left is at least the local minimum wage.

All sums are in yuan. The fifth is rounded down to the fen, for rounding up would exceed it.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal

from shouwen.measures.lawfulness.model import money

SHARE = Decimal("0.20")
"""The most of a month's wage that may be deducted."""

FEN = Decimal("0.01")
NOTHING = Decimal(0)


def fifth(wage: Decimal) -> Decimal:
    """Twenty percent of a wage, rounded down to the fen."""
    return (wage * SHARE).quantize(FEN, ROUND_FLOOR)


@dataclass(frozen=True)
class Room:
    """What the law leaves for deductions in a month.

    Attributes:
        wage: the month's wage before deductions.
        minimum: the local minimum wage of a month.
        deducted: what is deducted already in the present month.
    """

    wage: Decimal
    minimum: Decimal
    deducted: Decimal = NOTHING

    def __post_init__(self) -> None:
        for name in ("wage", "minimum", "deducted"):
            money(getattr(self, name), name)

    @property
    def fifth(self) -> Decimal:
        """20 % of the wage."""
        return fifth(self.wage)

    @property
    def above(self) -> Decimal:
        """What the wage exceeds the minimum wage by."""
        return max(NOTHING, self.wage - self.minimum)

    @property
    def full(self) -> Decimal:
        """What may be deducted in a month in which nothing is deducted yet."""
        return min(self.fifth, self.above)

    @property
    def now(self) -> Decimal:
        """What may still be deducted in the present month."""
        return max(NOTHING, self.full - self.deducted)


@dataclass(frozen=True)
class Plan:
    """How a sum is deducted month by month, as fast as the law allows.

    It supposes that the wage and the minimum wage stay as they are. `ahead` are the sums that are
    deducted first.
    """

    due: Decimal
    room: Room
    ahead: Decimal = NOTHING

    def __post_init__(self) -> None:
        money(self.due, "due")
        money(self.ahead, "ahead")

    def _by(self, months: int) -> Decimal:
        """What is deducted of this sum by the end of some months, the present one included."""
        if months <= 0:
            return NOTHING
        capacity = self.room.now + self.room.full * (months - 1)
        return min(self.due, max(NOTHING, capacity - self.ahead))

    def in_month(self, number: int) -> Decimal:
        """What is deducted in a month; the present one is number 1."""
        return self._by(number) - self._by(number - 1)

    @property
    def now(self) -> Decimal:
        """What is deducted in the present month."""
        return self._by(1)

    @property
    def rest(self) -> Decimal:
        """What is left after the present month."""
        return self.due - self.now

    @property
    def further_months(self) -> int | None:
        """How many months the rest takes after the present one; None: it never comes to an end,
        because nothing may be deducted from such a wage."""
        if self.rest == 0:
            return 0
        if self.room.full == 0:
            return None
        left = self.ahead + self.due - self.room.now
        return int((left / self.room.full).to_integral_value(ROUND_CEILING))
