"""Pages of the phone."""

from __future__ import annotations

from datetime import timedelta

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import FileResponse, Http404, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from shouwen.service import clock
from shouwen.service.access.gate import ActorRequest, NotAllowed, page, public
from shouwen.service.audit.actions import looked_at
from shouwen.service.cases.actions import note
from shouwen.service.cases.queries import clocks_of_case
from shouwen.service.enactment.bridge import Refused
from shouwen.service.enactment.enacted import NotInForce, enacted, in_force
from shouwen.service.fieldwork import photos, receipts
from shouwen.service.fieldwork.steps import STEPS, as_note
from shouwen.service.limits.buckets import Limit
from shouwen.service.limits.guard import limited
from shouwen.service.workorders.models import FINISHED, Photo, WorkOrder, WorkState
from shouwen.service.workorders.permissions import DO_WORK, SEE_WORK
from shouwen.service.workorders.queries import most_pressing, work_of

# Whoever follows a job looks again now and then; whoever tries codes does so all the time.
FOLLOWING = Limit("fieldwork.follow", 60, timedelta(seconds=2))
FLOW = (WorkState.ASSIGNED, WorkState.ACCEPTED, WorkState.ON_THE_WAY, WorkState.ARRIVED,
        WorkState.DONE)  # fmt: skip


@page(DO_WORK)
def jobs(request: ActorRequest) -> HttpResponseBase:
    """Today's jobs in the order in which to do them."""
    mine = WorkOrder.objects.filter(technician=request.actor.person)
    rows = list(mine.exclude(state__in=FINISHED).select_related("case", "territory")[:60])
    clocks = most_pressing(w.key for w in rows)

    def first(work: WorkOrder) -> tuple[float, float]:
        due = clocks.get(work.key)
        when = work.appointment_from or (due.deadline if due else None) or work.reported_at
        return (when.timestamp(), work.reported_at.timestamp())

    unsigned = mine.filter(state=WorkState.DONE, receipt__signed_at__isnull=True)
    context = {
        "jobs": [(w, clocks.get(w.key)) for w in sorted(rows, key=first)],
        "unsigned": unsigned.select_related("case").order_by("-done_at")[:10],
    }
    return render(request, "fieldwork/jobs.html", context)


@page(DO_WORK)
def job(request: ActorRequest, key: str) -> HttpResponseBase:
    """One job: where, what, by when, and the next step."""
    work = _mine(request, key)
    # A phone that keeps the day's jobs for a dead spot asks for them before anyone looks.
    kept = " (kept on the phone)" if request.headers.get("X-Kept") else ""
    looked_at(request.actor, f"case:{work.case.number}", f"name, phone, address{kept}")
    at = FLOW.index(WorkState(work.state)) if work.state in FLOW else -1
    context = {
        "work": work,
        "case": work.case,
        "clocks": [c for c in clocks_of_case([work.key]) if c.stage in ("red", "amber", "green")],
        "flow": [(s.label, n < at, n == at) for n, s in enumerate(FLOW)],
        "parts": work.parts.all(),
        "photos": work.photos.all(),
        "conduct": conduct_of(request),
        "receipt": getattr(work, "receipt", None),
    }
    return render(request, "fieldwork/job.html", context)


def conduct_of(request: ActorRequest) -> list[tuple[str, str]]:
    """What the measure asks of a technician's conduct, as a list to look at before one rings."""
    try:
        measure = enacted(in_force(clock.now().astimezone(request.actor.zone))).measure
    except NotInForce:
        return []
    english = (get_language() or "zh").startswith("en")
    return [
        (norm, (clause.gloss if english else clause.text) or clause.text)
        for standard in measure.conducts
        if {"technician", "installer"} & set(standard.roles)
        for norm in standard.norms
        for clause in [measure.clauses[norm]]
    ]


@page(DO_WORK)
@require_POST
def step(request: ActorRequest, key: str, name: str) -> HttpResponseBase:
    """A step of a visit. A phone that keeps steps gets JSON: where to go next, or why not."""
    doing = STEPS.get(name)
    if doing is None:
        raise Http404
    work = WorkOrder.objects.select_related("case").filter(key=key).first()
    if work is None:
        raise Http404
    told = {k: str(v) for k, v in request.POST.items()}
    request.actor.source = "phone"
    error = ""
    try:
        doing(request.actor, work, told)
    except (ValidationError, Refused, NotAllowed) as refused:
        error = "; ".join(getattr(refused, "messages", None) or [str(refused)])
        if told.get("uid") and not isinstance(refused, NotAllowed):
            note(request.actor, work.case, as_note(name, told, error))
    following = reverse("fieldwork:job", args=[key])
    person = request.actor.person
    if error and (person is None or work.technician_id != person.pk):
        following = reverse("fieldwork:jobs")
    if request.headers.get("X-Step"):
        return JsonResponse({"next": following} | ({"error": error} if error else {}))
    if error:
        messages.error(request, error)
    return redirect(following)


@page(DO_WORK)
@require_POST
def photo(request: ActorRequest, key: str) -> HttpResponseBase:
    """Keep a picture of a job."""
    work = _mine(request, key)
    file = request.FILES.get("photo")
    try:
        if file is None:
            raise ValidationError(_("Choose a picture."))
        photos.keep(request.actor, work, file)
        messages.success(request, _("Kept."))
    except ValidationError as error:
        messages.error(request, "; ".join(error.messages))
    return redirect("fieldwork:job", key)


@page(SEE_WORK)
def picture(request: ActorRequest, key: str, pk: int) -> HttpResponseBase:
    """A picture of a job one may see; that it was looked at is kept."""
    work = work_of(request.actor).filter(key=key).first()
    found = Photo.objects.filter(pk=pk, work_order=work).first() if work is not None else None
    if found is None or not found.file.storage.exists(found.file.name or ""):
        raise Http404
    looked_at(request.actor, f"work:{key}", "picture")
    return FileResponse(found.file.open("rb"), content_type="image/jpeg")


def _mine(request: ActorRequest, key: str) -> WorkOrder:
    rows = WorkOrder.objects.select_related("case", "territory", "unit", "receipt")
    found = rows.filter(key=key, technician=request.actor.person).first()
    if found is None:
        raise Http404
    return found


@page(SEE_WORK)
def receipt(request: ActorRequest, key: str) -> HttpResponseBase:
    """The slip of a job, to print."""
    work = work_of(request.actor).select_related("case", "receipt", "technician", "unit")
    found = work.filter(key=key, receipt__isnull=False).first()
    if found is None:
        raise Http404
    looked_at(request.actor, f"case:{found.case.number}", "slip")
    follow = request.build_absolute_uri(reverse("fieldwork:follow", args=[receipts.token(found)]))
    answer = HttpResponse(receipts.pdf(found, follow), content_type="application/pdf")
    answer["Content-Disposition"] = f'inline; filename="{found.receipt.number}.pdf"'
    return answer


@public
@limited(FOLLOWING)
def follow(request: ActorRequest, token: str) -> HttpResponseBase:
    """How a job stands, for the customer who has the code on the slip; no personal data."""
    with receipts.followed(token) as work:
        if work is None:
            raise Http404
        at = FLOW.index(WorkState(work.state)) if work.state in FLOW else -1
        flow = [(s.label, n < at, n == at) for n, s in enumerate(FLOW)]
        return render(request, "fieldwork/follow.html", {"work": work, "flow": flow})
