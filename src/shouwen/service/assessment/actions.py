"""Issuing sheets."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import translation
from django.utils.translation import gettext as _

from shouwen.service import clock
from shouwen.service.access.actor import Actor
from shouwen.service.access.gate import NotAllowed, require
from shouwen.service.assessment.counting import bring_up_to_date
from shouwen.service.assessment.models import Scope, Sheet
from shouwen.service.assessment.permissions import ISSUE_SHEETS
from shouwen.service.assessment.queries import Row, Subject, may_see, rows_of
from shouwen.service.assessment.standing import standing_of
from shouwen.service.assessment.together import TooMany
from shouwen.service.audit.actions import log
from shouwen.service.cases.numbers import next_number
from shouwen.service.enactment.enacted import enacted, in_force

LANGUAGES = ("zh-hans", "en")


def frozen(actor: Actor, subject: Subject, first: date, last: date) -> dict[str, Any]:
    """The figures of a period as a sheet keeps them, in both languages."""
    rows = [plain(row) for row in rows_of(subject, first, last, compare=False)]
    return {"rows": rows, "standing": standing_of(actor, subject, first, last)}


def plain(row: Row) -> dict[str, Any]:
    """A figure as a sheet keeps it."""
    return {
        "figure": row.figure.key,
        "norm": row.norm,
        "good": f"{row.good.normalize():f}",
        "total": row.total,
        "value": None if row.value is None else f"{row.value}",
        "measure": _both(row.figure.measure),
        "label": _both(row.figure.label),
        "formula": _both(row.figure.formula),
    }


def fingerprint_of(figures: dict[str, Any]) -> str:
    """SHA-256 of figures, the same for the same figures."""
    text = json.dumps(figures, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


@transaction.atomic
def issue(actor: Actor, subject: Subject, first: date, last: date, reason: str = "") -> Sheet:
    """Issue the sheet of a period, or a new version where it was issued before.

    The days that changed are counted first, so that what is issued is what the rows say now.

    Args:
        actor: who issues it.
        subject: of whom.
        first: the first day.
        last: the last day; it is over.
        reason: why there is a new version; needed where there is one before.

    Raises:
        NotAllowed: when the actor does not issue sheets, or not of this subject.
        ValidationError: when the period is not over, nothing changed since the last version, a
            new version has no reason, or a grade compares more than can be asked about at once.
    """
    require(actor, ISSUE_SHEETS)
    if not may_see(actor, subject):
        raise NotAllowed(ISSUE_SHEETS)
    if actor.person is None:
        raise ValidationError(_("Only a person can do this."))
    now = clock.now()
    if last >= now.astimezone(actor.zone).date():
        raise ValidationError(_("The period is not over: its last day is %(day)s.") % {"day": last})
    bring_up_to_date(first, last, actor.zone)
    try:
        figures = frozen(actor, subject, first, last)
    except TooMany as error:
        raise ValidationError(str(error)) from error
    digest = fingerprint_of(figures)
    before = latest(subject, first, last)
    reason = reason.strip()
    if before is not None:
        if before.fingerprint == digest:
            raise ValidationError(
                _("Nothing has changed since version %(version)d of %(number)s.")
                % {"version": before.version, "number": before.number}
            )
        if not reason:
            raise ValidationError(_("The figures have changed: say why a new version is issued."))
    measure = enacted(in_force(now.astimezone(actor.zone))).measure
    number = before.number if before else next_number("A", now.astimezone(actor.zone).date())
    try:
        with transaction.atomic():
            sheet = Sheet.objects.create(
                number=number, scope=subject.scope, unit=subject.unit, person=subject.person,
                first=first, last=last, version=before.version + 1 if before else 1,
                figures=figures, fingerprint=digest, measure=measure.id, reason=reason,
                issued_at=now, issued_by=actor.person,
            )  # fmt: skip
    except IntegrityError as error:
        raise ValidationError(
            _("Somebody has just issued this sheet. Look at it first.")
        ) from error
    log(actor, "assessment.issue", f"sheet:{sheet.number}/{sheet.version}",
        {"fingerprint": digest, "reason": reason})  # fmt: skip
    return sheet


def latest(subject: Subject, first: date, last: date) -> Sheet | None:
    """The last version of the sheet of a period."""
    rows = Sheet.objects.filter(
        scope=subject.scope, unit=subject.unit, person=subject.person, first=first, last=last
    )
    return rows.order_by("-version").first()


@dataclass(frozen=True)
class Change:
    """A row that is not the same in two versions; None where it is not there."""

    row: dict[str, Any]
    before: str | None
    after: str | None


def changes(before: Sheet, after: Sheet) -> list[Change]:
    """What changed from one version to the next: values, and the parts they come from."""

    def parts(sheet: Sheet) -> dict[tuple[str, str], dict[str, Any]]:
        return {(r["figure"], r["norm"]): r for r in sheet.figures["rows"]}

    old, new = parts(before), parts(after)
    found = []
    for key in [*new, *(k for k in old if k not in new)]:
        a, b = old.get(key), new.get(key)
        shown = [None if r is None else _said(r) for r in (a, b)]
        if shown[0] != shown[1]:
            row = b if b is not None else a
            assert row is not None
            found.append(Change(row, *shown))
    return found


def _said(row: dict[str, Any]) -> str:
    value = row["value"] if row["value"] is not None else "—"
    return f"{value} ({row['good']}/{row['total']})"


def _both(text: Any) -> dict[str, str]:
    found = {}
    for language in LANGUAGES:
        with translation.override(language):
            found[language[:2]] = str(text)
    return found


def subject_of(sheet: Sheet) -> Subject:
    """Of whom a sheet speaks."""
    if sheet.unit is not None:
        return Subject.of_unit(sheet.unit)
    return Subject(Scope(sheet.scope), person=sheet.person)
