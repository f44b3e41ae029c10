"""Lists of conduct as Excel sheets, as far as whoever takes them out may see."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import gettext as _

from shouwen.service.conduct import balances, showing
from shouwen.service.conduct.models import Decision, Proposal, Subject
from shouwen.service.ui.workbooks import listed, local

TAKEN = 5_000
"""So many rows go into one sheet."""


def proposals(rows: Iterable[Proposal]) -> bytes:
    """What is proposed, and where it stands."""
    heads = [_("Who"), _("Unit"), _("Ground"), _("Clause"), _("Proposed"), _("Share"), _("State"),
             _("Act")]  # fmt: skip
    return listed(
        _("Proposals"), heads,
        (
            [
                p.subject.label, p.unit.label if p.unit else "", p.label, p.norm,
                showing.proposal_said(p), _("share") if p.share_of else "", p.get_state_display(),
                local(p.at),
            ]
            for p in rows
        ),
    )  # fmt: skip


def decisions(rows: Iterable[Decision]) -> bytes:
    """What was decided, by whom, with which reasons, and how far it has got."""
    heads = [_("Number"), _("Kind"), _("Who"), _("Unit"), _("Clause"), _("Decision"), _("Reasons"),
             _("Decided by"), _("Decided"), _("Served"), _("Appeal")]  # fmt: skip
    return listed(_("Decisions"), heads, (_decision(d) for d in rows))


def _decision(d: Decision) -> list[object]:
    served = getattr(d, "service", None)
    appeal = getattr(d, "appeal", None)
    verdict = getattr(appeal, "verdict", None)
    appealed = verdict.get_result_display() if verdict is not None else _("appealed")
    return [
        d.cited, d.get_kind_display(), d.subject.label, d.unit.label if d.unit else "", d.norm,
        showing.decided_said(d), d.reason, d.decided_by.label, local(d.decided_at),
        local(served.at) if served is not None else "", appealed if appeal is not None else "",
    ]  # fmt: skip


def accounts(rows: Iterable[Subject]) -> bytes:
    """Where the accounts stand, a line for each account of each."""
    subjects = list(rows)
    sums = balances.sums_of(subjects)
    heads = [_("Who"), _("Unit"), _("Account"), _("Stands at"), _("Measured in")]
    return listed(
        _("Accounts"), heads,
        (
            [s.label, s.person.unit.label if s.person else "", label, total, unit]
            for s in subjects
            for label, unit, total in sums.get(s.pk, ())
        ),
    )  # fmt: skip
