"""Booking: what was decided, what was paid, and counter-entries."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Sum
from django.utils.translation import gettext as _

from shouwen.service import clock
from shouwen.service.access.actor import Actor
from shouwen.service.access.gate import require, visible
from shouwen.service.audit.actions import log
from shouwen.service.audit.links import breaks
from shouwen.service.conduct.deciding import standing
from shouwen.service.conduct.fines import FINE, paid
from shouwen.service.conduct.models import Decision, Entry, EntryHead, EntryKind, Subject
from shouwen.service.conduct.permissions import KEEP_ACCOUNTS

NOTHING = Decimal(0)


def book(actor: Actor, decision: Decision) -> None:
    """Book what a decision gives; what the one before gave is undone by counter-entries."""
    if decision.follows is not None:
        given = Entry.objects.filter(
            decision=decision.follows, kind=EntryKind.DECIDED, reversed_by__isnull=True
        )
        for entry in given:
            add(actor, decision, entry.account, -entry.amount, EntryKind.REVERSAL, reverses=entry)
    for account, text in decision.amounts.items():
        if Decimal(text):
            add(actor, decision, account, Decimal(text), EntryKind.DECIDED)


def add(
    actor: Actor, decision: Decision, account: str, amount: Decimal, kind: EntryKind, *,
    reverses: Entry | None = None, note: str = "",
) -> Entry:  # fmt: skip
    """Add an entry to the chain, in the transaction of what it tells of."""
    with transaction.atomic():
        EntryHead.objects.get_or_create(organisation_id=actor.organisation.pk)
        head = EntryHead.objects.select_for_update().get()
        entry = Entry(
            number=head.number + 1, booked_at=clock.now(), at=decision.act_at,
            subject=decision.subject, account=account, amount=amount.quantize(Decimal("0.01")),
            kind=kind, decision=decision, reverses=reverses, by=actor.person, note=note[:500],
            before=head.hash,
        )  # fmt: skip
        entry.hash = digest(entry)
        entry.save()
        head.number, head.hash = entry.number, entry.hash
        head.save(update_fields=["number", "hash"])
    return entry


@transaction.atomic
def pay(
    actor: Actor, decision: Decision, amount: Decimal, note: str = "",
    kind: EntryKind = EntryKind.PAYMENT,
) -> Entry:  # fmt: skip
    """Book that a fine was paid, in whole or in part.

    Raises:
        NotAllowed: without the right.
        ValidationError: when the decision stands no longer, nothing is due by it, or the sum is
            none, or more than is due.
    """
    require(actor, KEEP_ACCOUNTS)
    if not visible(actor, KEEP_ACCOUNTS, Decision.objects.filter(pk=decision.pk)).exists():
        raise ValidationError(_("This unit is not yours to decide about."))
    if actor.person is not None and decision.person_id == actor.person.pk:
        raise ValidationError(_("Someone else books what you pay."))
    Subject.objects.select_for_update(no_key=True).get(pk=decision.subject_id)
    last = standing(decision.outcome)
    if last is not None and last.pk != decision.pk:
        raise ValidationError(
            _("It stands no longer; %(number)s took its place.") % {"number": last.cited}
        )
    due = outstanding(decision)
    if amount <= 0 or amount != amount.quantize(Decimal("0.01")):
        raise ValidationError(_("Say how much was paid, in yuan, with at most two decimals."))
    if amount > due:
        raise ValidationError(_("Only %(due)s yuan is due.") % {"due": due})
    entry = add(actor, decision, FINE, -amount, kind, note=note)
    if amount == due:
        paid(actor, decision)
    log(actor, "conduct.pay", f"decision:{decision.number}", {"amount": str(amount)})
    return entry


@transaction.atomic
def undo(actor: Actor, entry: Entry, reason: str) -> Entry:
    """Undo a payment that was booked wrongly, by a counter-entry.

    Raises:
        ValidationError: for anything but a payment, one that was undone already, or no reason.
            What was decided is undone by a decision.
    """
    require(actor, KEEP_ACCOUNTS)
    if entry.kind not in (EntryKind.PAYMENT, EntryKind.DEDUCTION):
        raise ValidationError(_("What was decided is undone by another decision."))
    if not visible(actor, KEEP_ACCOUNTS, Decision.objects.filter(pk=entry.decision_id)).exists():
        raise ValidationError(_("This unit is not yours to decide about."))
    if not reason.strip():
        raise ValidationError(_("Give reasons."))
    Subject.objects.select_for_update(no_key=True).get(pk=entry.subject_id)
    if Entry.objects.filter(reverses=entry).exists():
        raise ValidationError(_("It was undone already."))
    made = add(actor, entry.decision, entry.account, -entry.amount, EntryKind.REVERSAL,
               reverses=entry, note=reason.strip())  # fmt: skip
    log(actor, "conduct.undo", f"entry:{entry.number}", {"reason": reason.strip()})
    return made


def outstanding(decision: Decision, as_of: datetime | None = None) -> Decimal:
    """What is still to be paid of the fine of a matter; less than nothing is owed to the person."""
    rows = Entry.objects.filter(decision__outcome=decision.outcome, account=FINE)
    if as_of is not None:
        rows = rows.filter(booked_at__lte=as_of)
    return rows.aggregate(sum=Sum("amount"))["sum"] or NOTHING


def digest(entry: Entry) -> str:
    """The hash of an entry, over all of it, its decision and the hash of the one before."""
    said = [
        entry.organisation_id, entry.number, entry.booked_at.astimezone(UTC).isoformat(),
        entry.at.astimezone(UTC).isoformat(), entry.subject_id, entry.account,
        f"{entry.amount:.2f}", entry.kind, entry.decision_id, entry.decision.digest,
        entry.reverses_id, entry.by_id, entry.note, entry.before,
    ]  # fmt: skip
    text = json.dumps(said, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def faults() -> Iterator[tuple[int, str]]:
    """Where the book of the entered organisation is broken: the number, and what is wrong."""
    entries = Entry.objects.select_related("decision").order_by("number")
    return breaks(entries.iterator(chunk_size=2000), digest, EntryHead.objects.first, "book")
