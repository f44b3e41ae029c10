"""Writing the log."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import transaction

from shouwen.service import clock
from shouwen.service.access.actor import Actor
from shouwen.service.audit.links import breaks
from shouwen.service.audit.models import LogEntry, LogHead, Sighting


def log(actor: Actor, verb: str, subject: str, data: Mapping[str, Any] | None = None) -> LogEntry:
    """Add an entry to the chain, in the transaction of the action it tells of."""
    # What is stored is what was hashed: plain JSON, the same after reading it back.
    plain = json.loads(json.dumps(dict(data or {}), cls=DjangoJSONEncoder))
    with transaction.atomic():
        LogHead.objects.get_or_create(organisation_id=actor.organisation.pk)
        head = LogHead.objects.select_for_update().get()
        entry = LogEntry(
            number=head.number + 1, at=clock.now(), person=actor.person, source=actor.source,
            verb=verb, subject=subject, data=plain, before=head.hash,
        )  # fmt: skip
        entry.hash = digest(entry)
        entry.save()
        head.number, head.hash = entry.number, entry.hash
        head.save(update_fields=["number", "hash"])
    return entry


def looked_at(actor: Actor, subject: str, what: str) -> None:
    """Note that someone saw personal data in full."""
    if actor.person is not None:
        Sighting.objects.create(at=clock.now(), person=actor.person, subject=subject, what=what)


def digest(entry: LogEntry) -> str:
    """The hash of an entry, over all of it and the hash of the one before."""
    said = [
        entry.organisation_id, entry.number, entry.at.isoformat(), entry.person_id, entry.source,
        entry.verb, entry.subject, entry.data, entry.before,
    ]  # fmt: skip
    text = json.dumps(said, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def faults() -> Iterator[tuple[int, str]]:
    """Where the chain of the entered organisation is broken: the number, and what is wrong."""
    entries = LogEntry.objects.order_by("number").iterator(chunk_size=2000)
    return breaks(entries, digest, LogHead.objects.first, "log")
