"""The figures that every organisation has."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from shouwen.service.assessment.figures import sources
from shouwen.service.assessment.figures.figure import Figure, Kind
from shouwen.service.ui.templatetags.ui import masked_phone, when


def _call(row: Any) -> tuple[str, str]:
    return f"{when(row.rang_at)} {masked_phone(row.phone)}", ""


def _case(row: Any) -> tuple[str, str]:
    return f"{row.number} {row.matter[:40]}", reverse("cases:case", args=[row.number])


def _complaint(row: Any) -> tuple[str, str]:
    words = f"{row.number} {row.get_way_display()} {row.get_state_display()}"
    return words, reverse("complaints:complaint", args=[row.number])


def _work(row: Any) -> tuple[str, str]:
    return f"{row.key} {when(row.reported_at)}", reverse("cases:case", args=[row.case.number])


def _call_back(row: Any) -> tuple[str, str]:
    return f"{row.case.number} {row.get_answer_display()}", reverse(
        "cases:case", args=[row.case.number]
    )


def _clock(row: Any) -> tuple[str, str]:
    words = f"{row.norm} {row.label} {row.case_key} {when(row.deadline)}"
    return words, reverse("enactment:why", args=[row.thread_id, row.outcome])


def _breach(row: Any) -> tuple[str, str]:
    return row.said, reverse("enactment:why", args=[row.thread_id, row.outcome])


FIGURES: dict[str, Figure] = {
    f.key: f
    for f in (
        Figure(
            "connected", _("Calls answered"),
            _("calls answered ÷ calls that rang (harassing ones left out)"),
            Kind.RATE, sources.calls, "calls", _call,
        ),
        Figure(
            "kept", _("Promises kept in time"),
            _("duties met in time ÷ duties whose time ended in the period and that were met or "
              "broken (aims, excused duties and those of which facts are missing left out)"),
            Kind.RATE, sources.promises, "clocks", _clock, by_norm=True,
        ),
        Figure(
            "on-time", _("Arrived in time"),
            _("visits on which someone arrived in time ÷ visits whose time to arrive ended in the "
              "period and that were in time or late (excused ones left out)"),
            Kind.RATE, sources.punctual, "clocks", _clock, by_norm=True,
        ),
        Figure(
            "arrival", _("Mean time until arrival"),
            _("minutes from report to arrival ÷ faults reported where someone has come (those with "
              "another time agreed left out)"),
            Kind.MEAN, sources.arrivals, "work", _work, _("min"), higher=False,
        ),
        Figure(
            "first-time", _("Settled the first time"),
            _("cases about which the customer did not have to come again ÷ cases taken up in the "
              "period and settled"),
            Kind.RATE, sources.first_times, "cases", _case,
        ),
        Figure(
            "closed", _("Settled"),
            _("cases settled by now ÷ cases taken up in the period"),
            Kind.RATE, sources.closures, "cases", _case,
        ),
        Figure(
            "reached", _("Call-backs in which the customer was heard"),
            _("customers heard ÷ call-backs due in the period and made (refused and given up are "
              "in the denominator)"),
            Kind.RATE, sources.reached, "call-backs", _call_back,
        ),
        Figure(
            "content", _("Content customers"),
            _("content ÷ customers heard on call-backs due in the period"),
            Kind.RATE, sources.content, "call-backs", _call_back,
        ),
        Figure(
            "stars", _("Stars given on the spot"),
            _("stars ÷ signed slips with stars, of jobs reported in the period"),
            Kind.MEAN, sources.stars, "work", _work, "★",
        ),
        Figure(
            "complaints", _("Complaints per thousand customers"),
            _("complaints received in the period × 1000 ÷ customers on record (what was told "
              "before is left out)"),
            Kind.PER_THOUSAND, sources.complaints, "complaints", _complaint, "‰", higher=False,
        ),
        Figure(
            "breaches", _("Breaches"),
            _("norms broken in the period (those taken back by a correction left out)"),
            Kind.COUNT, sources.breaches, "breaches", _breach, "", higher=False, by_norm=True,
        ),
        Figure(
            "aims", _("Aims reached"),
            _("aims reached in their time ÷ aims whose time ended in the period and that were "
              "reached or missed; the measure only asks to strive for them"),
            Kind.RATE, sources.aims, "clocks", _clock, by_norm=True,
        ),
        Figure(
            "excused", _("Excused"),
            _("duties and aims whose time ended in the period and which the measure excused; they "
              "count on neither side of a rate"),
            Kind.COUNT, sources.excused, "clocks", _clock, "", higher=None, by_norm=True,
        ),
        Figure(
            "untold", _("Facts are missing"),
            _("duties and aims whose time ended in the period and of which cannot be told whether "
              "they were met; they count on neither side of a rate"),
            Kind.COUNT, sources.untold, "clocks", _clock, "", higher=None, by_norm=True,
        ),
    )
}  # fmt: skip
PEOPLE = (
    "kept",
    "on-time",
    "arrival",
    "first-time",
    "closed",
    "content",
    "stars",
    "breaches",
    "aims",
)
"""Those that say something of one person."""


def figure(key: str) -> Figure | None:
    """A figure by its key, if there is one."""
    return FIGURES.get(key)


def resting_on(source: str) -> list[Figure]:
    """The figures that rest on a source."""
    return [f for f in FIGURES.values() if f.rests_on == source]
