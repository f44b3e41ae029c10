"""Who can say what no thread alone can (`Enacted.personal_rules`).

Whoever keeps such outcomes lives above this room, so they make themselves known here.
"""

from __future__ import annotations

from collections.abc import Callable

from shouwen.measures.evaluation import Outcomes
from shouwen.service.enactment.models import Thread

Asker = Callable[[Thread, str], Outcomes | None]
"""What the measure says where it says an outcome shown under a thread; None where it does not."""

ASKERS: list[Asker] = []


def ask_elsewhere(thread: Thread, outcome: str) -> Outcomes | None:
    """The answer in which an outcome stands that is shown under a thread; None if there is none."""
    return next((said for asker in ASKERS if (said := asker(thread, outcome)) is not None), None)
