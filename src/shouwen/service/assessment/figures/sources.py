"""Where figures come from: the rows of a span, each saying whose it is and whether it is good.

What a figure leaves out stands in its formula, and here: harassing calls, clocks that were excused
or of which facts are missing, call-backs that are still to be made.
"""

from __future__ import annotations

from typing import Any

from django.db.models import (
    Case as Choose,
)
from django.db.models import (
    CharField,
    DecimalField,
    Exists,
    F,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Value,
    When,
)
from django.db.models.functions import Cast, Extract, Floor

from shouwen.measures.language.model import DutyKind
from shouwen.service.aftercare.models import Answer, CallBack
from shouwen.service.assessment.figures.figure import Span
from shouwen.service.cases.models import Case, CaseState
from shouwen.service.complaints.models import Complaint
from shouwen.service.complaints.models import State as ComplaintState
from shouwen.service.contacts.models import Call, CallState
from shouwen.service.enactment.enacted import enacted
from shouwen.service.enactment.models import Adoption, Breach, Clock
from shouwen.service.workorders.models import WorkKind, WorkOrder

SETTLED = (CaseState.DONE, CaseState.CLOSED)
REACHED = (Answer.SATISFIED, Answer.UNHAPPY)
NUMBER = DecimalField(max_digits=20, decimal_places=4)


def _marked(
    rows: QuerySet[Any], unit: str, person: str, good: Any, norm: str = "", rule: str = ""
) -> QuerySet[Any]:
    if isinstance(good, Q):
        good = Choose(When(good, then=Value(1)), default=Value(0), output_field=NUMBER)
    marked: QuerySet[Any] = rows.annotate(
        unit_of=F(unit), person_of=F(person), good_of=Cast(good, NUMBER),
        norm_of=F(norm) if norm else Value("", output_field=CharField()),
        rule_of=F(rule) if rule else Value("", output_field=CharField()),
    )  # fmt: skip
    return marked


def calls(span: Span) -> QuerySet[Any]:
    """Calls that rang; good: answered. Harassing ones are left out."""
    rows = Call.objects.filter(
        state__in=[CallState.ANSWERED, CallState.ENDED, CallState.MISSED],
        rang_at__gte=span.begins, rang_at__lt=span.ends, harassing=False,
    )  # fmt: skip
    return _marked(rows, "unit_id", "operator_id", Q(answered_at__isnull=False))


def _ended(span: Span, *statuses: str, **more: Any) -> QuerySet[Clock]:
    return Clock.objects.filter(
        deadline__gte=span.begins, deadline__lt=span.ends, status__in=statuses, **more
    )


def _duties(rows: QuerySet[Clock], good: Any = 0) -> QuerySet[Any]:
    good = good if isinstance(good, Q) else Value(good)
    return _marked(rows, "unit_id", "person_id", good, "norm", "rule")


def promises(span: Span) -> QuerySet[Any]:
    """Duties whose time ended, and which were met or broken; good: met. Aims are no promises."""
    return _duties(_ended(span, "met", "breached", aim=False), Q(status="met"))


def punctual(span: Span) -> QuerySet[Any]:
    """Those of the promises that are to arrive at the customer's; good: in time."""
    return _duties(
        _ended(span, "met", "breached", aim=False, rule__in=arrival_duties()), Q(status="met")
    )


def aims(span: Span) -> QuerySet[Any]:
    """What was only striven for, and was reached or missed in its time; good: reached."""
    return _duties(_ended(span, "met", "aim missed", aim=True), Q(status="met"))


def excused(span: Span) -> QuerySet[Any]:
    """Duties and aims whose time ended and which the measure excused."""
    return _duties(_ended(span, "exempt"))


def untold(span: Span) -> QuerySet[Any]:
    """Duties and aims of which cannot be told whether they were met: facts are missing."""
    return _duties(_ended(span, "unknown"))


def arrival_duties() -> list[str]:
    """The duties that are done by arriving at a customer's, in the measures that were adopted."""
    found: set[str] = set()
    for adoption in Adoption.objects.distinct("measure").order_by("measure"):
        known = enacted(adoption)
        arriving = {t.event for t in known.dialect.templates.get("work.arrived", ())}
        found |= {
            duty.id
            for duty in known.measure.duties
            if duty.kind is DutyKind.ACHIEVE and arriving & {p.event for p in duty.performances}
        }
    return sorted(found)


def arrivals(span: Span) -> QuerySet[Any]:
    """Faults reported, where someone has come and no other time was agreed; minutes until then."""
    rows = WorkOrder.objects.filter(
        kind=WorkKind.REPAIR, reported_at__gte=span.begins, reported_at__lt=span.ends,
        arrived_at__isnull=False, appointment_from__isnull=True,
    )  # fmt: skip
    # Whole seconds: a sixtieth of one is never half of the last digit kept, so that every database
    # rounds it alike.
    minutes = Floor(Extract(F("arrived_at") - F("reported_at"), "epoch")) / Value(60.0)
    return _marked(rows, "unit_id", "technician_id", minutes)


def stars(span: Span) -> QuerySet[Any]:
    """Jobs reported whose customer gave stars; the stars."""
    rows = WorkOrder.objects.filter(
        reported_at__gte=span.begins, reported_at__lt=span.ends, receipt__rating__isnull=False
    )
    return _marked(rows, "unit_id", "technician_id", F("receipt__rating"))


def _opened(span: Span) -> QuerySet[Case]:
    return Case.objects.filter(opened_at__gte=span.begins, opened_at__lt=span.ends)


def closures(span: Span) -> QuerySet[Any]:
    """Cases taken up; good: settled by now."""
    return _marked(_opened(span), "unit_id", "first_owner_id", Q(state__in=SETTLED))


def first_times(span: Span) -> QuerySet[Any]:
    """Cases taken up and settled; good: the customer did not have to come again about it."""
    again = Case.objects.filter(follows=OuterRef("pk"))
    rows = _opened(span).filter(state__in=SETTLED).annotate(again=Exists(again))
    return _marked(rows, "unit_id", "first_owner_id", Q(times_asked=1, again=False))


def complaints(span: Span) -> QuerySet[Any]:
    """Complaints received; those that tell again what was told before are left out."""
    rows = Complaint.objects.filter(received_at__gte=span.begins, received_at__lt=span.ends)
    rows = rows.exclude(state=ComplaintState.DUPLICATE).annotate(
        nobody=Value(None, output_field=IntegerField())
    )
    return _marked(rows, "unit_id", "nobody", Value(0))


def _called(span: Span) -> QuerySet[CallBack]:
    rows = CallBack.objects.filter(due_on__gte=span.first, due_on__lte=span.last)
    return rows.exclude(answer=Answer.PENDING)


def reached(span: Span) -> QuerySet[Any]:
    """Call-backs that were due and made; good: the customer was heard."""
    return _marked(_called(span), "unit_id", "person_id", Q(answer__in=REACHED))


def content(span: Span) -> QuerySet[Any]:
    """Call-backs in which the customer was heard; good: content."""
    rows = _called(span).filter(answer__in=REACHED)
    return _marked(rows, "unit_id", "person_id", Q(answer=Answer.SATISFIED))


def breaches(span: Span) -> QuerySet[Any]:
    """Norms that were broken, those taken back by a correction left out."""
    rows = Breach.objects.filter(at__gte=span.begins, at__lt=span.ends, gone=False)
    return _marked(rows, "unit_id", "person_id", Value(0), "norm")
