"""What is missing, late, expired, or no longer agrees with the measure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum

from django.utils.translation import gettext as _

from shouwen.service import clock
from shouwen.service.access.actor import Actor
from shouwen.service.enactment.enacted import Enacted
from shouwen.service.enactment.models import Clock
from shouwen.service.publication.measure import asked_of, disagreements, known_to, reminders
from shouwen.service.publication.models import Audience, Page, PageNorm, PageState
from shouwen.service.publication.obligations import Obligation

SOON = timedelta(days=14)
"""How long before its day a page begins to press."""
MOST = 500


class Kind(StrEnum):
    """What is wrong; the first ones press more."""

    MISSING = "missing"
    EXPIRED = "expired"
    LATE = "late"
    DISAGREES = "disagrees"
    WITHDRAWN = "withdrawn"
    UNOWNED = "unowned"
    SOON = "soon"
    EXPIRES = "expires"
    WAITING = "waiting"
    ENGLISH = "english"


TONES = {
    Kind.SOON: "amber", Kind.EXPIRES: "amber", Kind.UNOWNED: "amber", Kind.WAITING: "grey",
    Kind.ENGLISH: "grey",
}  # fmt: skip


@dataclass(frozen=True)
class Gap:
    """Something that is wrong with a page or with an obligation that has none."""

    kind: Kind
    text: str

    @property
    def tone(self) -> str:
        """Its colour."""
        return TONES.get(self.kind, "red")


@dataclass
class Row:
    """An obligation with its page, what is wrong, and the clock of the measure if it has one."""

    obligation: Obligation
    page: Page | None
    gaps: list[Gap]
    clock: Clock | None


@dataclass
class Board:
    """Everything that must be public, the pages nobody asked for, and how many gaps there are."""

    rows: list[Row] = field(default_factory=list)
    others: list[tuple[Page, list[Gap]]] = field(default_factory=list)
    known: Enacted | None = None

    @property
    def pressing(self) -> int:
        """How many obligations have a gap that is more than a hint."""
        return sum(any(g.tone == "red" for g in r.gaps) for r in self.rows)

    @property
    def met(self) -> int:
        """How many obligations are met."""
        return sum(not any(g.tone == "red" for g in r.gaps) for r in self.rows)


def board(actor: Actor) -> Board:
    """What must be public, norm by norm in the order of the measure, with its gaps."""
    known = known_to(actor)
    pages = {p.pk: p for p in Page.objects.select_related("owner", "published")[:MOST]}
    by_norm: dict[str, list[Page]] = defaultdict(list)
    norms_of: dict[int, list[str]] = defaultdict(list)
    for row in PageNorm.objects.filter(page__in=pages):
        by_norm[row.norm].append(pages[row.page_id])
        norms_of[row.page_id].append(row.norm)
    must = asked_of(known)
    clocks = reminders(known, [o.norm for o in must])
    wrong = {pk: page_gaps(known, page, norms_of[pk], actor, clocks) for pk, page in pages.items()}
    found = Board(known=known)
    seen: set[int] = set()
    for obligation in must:
        having = by_norm.get(obligation.norm, [])
        # Of several pages, the one that meets it.
        page = min(having, key=lambda p: (len(wrong[p.pk]), p.pk), default=None)
        seen |= {p.pk for p in having}
        gaps = wrong[page.pk] if page is not None else [Gap(Kind.MISSING, _("There is no page."))]
        found.rows.append(Row(obligation, page, gaps, clocks.get(obligation.norm)))
    found.others = [(p, wrong[pk]) for pk, p in pages.items() if pk not in seen]
    return found


def page_gaps(
    known: Enacted | None,
    page: Page,
    norms: Iterable[str],
    actor: Actor,
    clocks: Mapping[str, Clock],
) -> list[Gap]:
    """What is wrong with a page, the most pressing first."""
    norms = list(norms)
    today = clock.now().astimezone(actor.zone).date()
    found: list[Gap] = []
    if page.state == PageState.WITHDRAWN:
        found.append(Gap(Kind.WITHDRAWN, _("It was withdrawn.")))
    elif page.state == PageState.DRAFT:
        found.append(_due(page.due_on, today, any(n in clocks for n in norms)))
    elif page.published is not None:
        if page.expires_on is not None and page.expires_on < today:
            found.append(
                Gap(Kind.EXPIRED, _("Expired on %(day)s; renew it.") % {"day": page.expires_on})
            )
        elif page.expires_on is not None and page.expires_on <= today + SOON:
            found.append(
                Gap(Kind.EXPIRES, _("Expires on %(day)s; renew it.") % {"day": page.expires_on})
            )
        if known is not None:
            found += [
                Gap(Kind.DISAGREES, text) for text in disagreements(known, page.published, norms)
            ]
        if page.audience == Audience.PUBLIC and not page.published.text_en:
            found.append(Gap(Kind.ENGLISH, _("There is no English text.")))
    if page.owner is None or not page.owner.is_active:
        found.append(Gap(Kind.UNOWNED, _("Nobody owns it.")))
    return sorted(found, key=lambda g: list(Kind).index(g.kind))


def _due(due_on: date | None, today: date, has_clock: bool) -> Gap:
    """What is wrong with a page that was never published; the measure's own clock goes first."""
    if has_clock:
        return Gap(Kind.SOON, _("Not published yet; the measure's clock runs."))
    if due_on is None:
        return Gap(Kind.MISSING, _("Not published yet, and no day is set."))
    if due_on < today:
        return Gap(Kind.LATE, _("It was to be there by %(day)s.") % {"day": due_on})
    kind = Kind.SOON if due_on <= today + SOON else Kind.WAITING
    return Gap(kind, _("It is to be there by %(day)s.") % {"day": due_on})


def own_gaps(actor: Actor, most: int = 8) -> list[tuple[Page, list[Gap]]]:
    """The pages that an actor owns and that something presses with, for the workbench."""
    if actor.person is None:
        return []
    rows = Page.objects.filter(owner=actor.person).select_related("owner", "published")
    pages = list(rows.prefetch_related("norms")[:50])
    if not pages:
        return []
    known = known_to(actor)
    norms = {p.pk: [n.norm for n in p.norms.all()] for p in pages}
    clocks = reminders(known, [n for ns in norms.values() for n in ns])
    found = [(p, page_gaps(known, p, norms[p.pk], actor, clocks)) for p in pages]
    return [(p, gaps) for p, gaps in found if any(g.tone != "grey" for g in gaps)][:most]
