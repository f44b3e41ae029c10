"""What the tables of grades give, in the language of the page."""

from __future__ import annotations

from collections.abc import Callable

from shouwen.measures.evaluation import wording
from shouwen.measures.evaluation.wording import Language
from shouwen.service.enactment.models import Adoption
from shouwen.service.enactment.texts import measure_of
from shouwen.service.measurebook.words import language

BETWEEN = "; "
"""Stands between the outputs of one grade, as they are kept."""


def grade_words(chosen: Language | None = None) -> Callable[[str], str]:
    """How to call what was kept of a grade ("直接D"), by the labels of the measures adopted.

    Args:
        chosen: the language; None: that of the page.
    """
    spoken = chosen or language()
    labels: dict[str, str] = {}
    if spoken != "zh":
        for key in Adoption.objects.order_by("first_day").values_list("measure", flat=True):
            kinds = measure_of(key).vocabulary.member_labels
            labels |= {name: wording.pick(label, spoken) for (_, name), label in kinds.items()}

    def said(kept: str) -> str:
        return BETWEEN.join(labels.get(part, part) for part in kept.split(BETWEEN))

    return said
