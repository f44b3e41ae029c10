"""What publishing a version would change, before it is done."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from shouwen.service.access.actor import Actor
from shouwen.service.enactment.models import Clock
from shouwen.service.measurebook.words import pick
from shouwen.service.publication.measure import known_to, objections, reminders
from shouwen.service.publication.models import Audience, Page, Version
from shouwen.service.publication.obligations import EACH, ONCE, asked
from shouwen.service.publication.private import refuse_private, texts_of
from shouwen.service.publication.promises import differences


@dataclass(frozen=True)
class Look:
    """What stands in the way (`faults`), what to think about (`hints`), what the measure would be
    told (`told`), the clocks that end (`clocks`), and the lines that change (sign and text)."""

    faults: list[str]
    hints: list[str]
    told: list[str]
    clocks: list[Clock]
    lines: list[tuple[str, str]]


def look_before(actor: Actor, page: Page, version: Version, norms: Iterable[str]) -> Look:
    """What publishing a version would mean; nothing is written."""
    norms = list(norms)
    known = known_to(actor)
    faults: list[str] = []
    hints: list[str] = []
    told: list[str] = []
    if page.owner is None:
        faults.append(_("Give the page an owner first."))
    if page.audience == Audience.PUBLIC:
        try:
            refuse_private(texts_of(version))
        except ValidationError as error:
            faults += error.messages
        if version.lines:
            hints.append(_("A list of people becomes public, with their surnames."))
        if not version.text_en:
            hints.append(_("There is no English text."))
    if known is not None:
        once = version.figures.get("once", {})
        for ask in asked(known, ONCE, norms):
            if [f for f in ask.fields if f.name not in once.get(ask.norm, {})]:
                faults.append(
                    _("For %(norm)s the measure needs figures; write them into the page first.")
                    % {"norm": ask.norm}
                )
            elif ask.fields:
                told.append(f"{ask.norm} {pick(ask.label)}")
        for ask in asked(known, EACH, norms)[:1]:
            rows = version.figures.get("rows", [])
            if rows:
                told.append(f"{ask.norm} {pick(ask.label)} × {len(rows)}")
        hints += objections(known, once, norms)
        hints += [pick(label) for label in differences(known.adopted, version.basis)]
    clocks = list({c.pk: c for c in reminders(known, norms).values()}.values())
    before = page.published
    lines = _changes(before, version) if before is not None and before.pk != version.pk else []
    return Look(faults, hints, told, clocks, lines)


def _changes(before: Version, after: Version) -> list[tuple[str, str]]:
    """The lines that were added (+) and taken out (-), with a line around them."""

    def lines(version: Version) -> list[str]:
        return [version.title, *version.text.splitlines(), version.title_en,
                *version.text_en.splitlines()]  # fmt: skip

    found = difflib.unified_diff(lines(before), lines(after), n=1, lineterm="")
    return [(line[0], line[1:]) for line in found if not line.startswith(("---", "+++", "@@"))]
