"""Whether decisions are as they were written, and none is missing."""

from __future__ import annotations

from collections.abc import Iterator

from shouwen.service.conduct.freezing import digest
from shouwen.service.conduct.models import Decision


def faults() -> Iterator[tuple[int, str]]:
    """What is wrong with the decisions of the entered organisation: the number in its year, and
    what is wrong."""
    year, expected = 0, 1
    for decision in Decision.objects.order_by("year", "seq").iterator(chunk_size=500):
        if decision.year != year:
            year, expected = decision.year, 1
        if decision.seq != expected:
            yield decision.seq, f"{year}: decisions {expected} to {decision.seq - 1} are missing"
        if digest(decision) != decision.digest:
            yield decision.seq, f"{year}: it was altered after it was written"
        expected = decision.seq + 1
