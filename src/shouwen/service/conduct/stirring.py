"""Who must be asked about anew, and when."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from shouwen.service import clock
from shouwen.service.complaints.models import Complaint
from shouwen.service.conduct.models import Stir, Subject
from shouwen.service.organisations.models import Person
from shouwen.service.tenancy.scope import current_organisation_id

REWARDED = ("customer", "person")
"""What a measure's events call those who are rewarded for a complaint, by its number."""


def subject_of(key: str) -> Subject:
    """The subject of a key, made where there is none."""
    kind, _, name = key.partition(":")
    person = Person.objects.filter(number=name).first() if kind == "person" else None
    found, _new = Subject.objects.get_or_create(key=key[:120], defaults={"person": person})
    if found.person_id is None and person is None and kind in REWARDED and not found.complaint_id:
        found.complaint = Complaint.objects.filter(number=name).first()
        found.save(update_fields=["complaint"])
    if found.person_id is None and person is not None:
        found.person = person
        found.save(update_fields=["person"])
    return found


def stir(keys: Iterable[str]) -> None:
    """Let subjects be asked about anew, as soon as a worker can."""
    for key in sorted(set(keys)):
        stir_at(subject_of(key), clock.now())


def stir_at(subject: Subject, at: datetime) -> None:
    """Let a subject be asked about at an instant."""
    Stir.objects.create(organisation_id=current_organisation_id(), subject_id=subject.pk, at=at)


def stirs_of(subject: Subject) -> list[int]:
    """The ids of what was asked for about a subject up to now."""
    found = Stir.objects.filter(
        organisation_id=current_organisation_id(), subject_id=subject.pk
    ).values_list("pk", flat=True)
    return list(found)
