"""Pages of texts that the organisation wrote itself: bringing one in, seeing what it changes."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from shouwen.measures.diagnostics import Diagnostic, SourceError
from shouwen.service.access.gate import ActorRequest, page
from shouwen.service.drafting import documents
from shouwen.service.drafting.documents import NoText
from shouwen.service.drafting.preparing import shown_faults
from shouwen.service.drafting.queries import trial_or_404
from shouwen.service.enactment.models import MeasureText
from shouwen.service.enactment.texts import base_of, edits, texts_of
from shouwen.service.measurebook import texts
from shouwen.service.measurebook.permissions import ADOPT
from shouwen.service.ui.once import once


def _rows() -> QuerySet[MeasureText]:
    return MeasureText.objects.select_related("kept_by").order_by("-number")


def _row_or_404(number: int) -> MeasureText:
    found = _rows().filter(number=number).first()
    if found is None:
        raise Http404
    return found


@page(ADOPT)
@once
def own_texts(request: ActorRequest) -> HttpResponseBase:
    """The organisation's own texts of its measure; and bringing one in."""
    in_force = texts.current()
    start = request.POST.get("start", in_force)
    note = request.POST.get("note", "")[:200]
    faults: list[Diagnostic] = []
    status = 200
    if request.method == "POST":
        texts.book_or_404(start)
        given = [(f.name or "", f.read(documents.MOST_BYTES + 1))
                 for f in request.FILES.getlist("files")]  # fmt: skip
        try:
            if not given:
                raise NoText(_("Choose a file first."))
            row = texts.keep_text(request.actor, start, documents.taken_in(start, given), note)
        except (NoText, ValidationError) as error:
            for said in error.messages if isinstance(error, ValidationError) else [str(error)]:
                messages.error(request, said)
            status = 422
        except SourceError as error:
            faults, status = list(error.diagnostics), 422
        else:
            messages.success(request, _("Kept as number %(n)d. Adopt it when you want it to apply.")
                             % {"n": row.number})  # fmt: skip
            return redirect("drafting:own-text", row.number)
    context = {
        "rows": [(r, r.key == in_force) for r in _rows()],
        "choices": [(k, texts.name_of(k), k == start) for k in texts.adoptable()],
        "note": note,
        "faults": shown_faults(faults),
    }
    return render(request, "drafting/own_texts.html", context, status=status)


@page(ADOPT)
def own_text(request: ActorRequest, number: int) -> HttpResponseBase:
    """One of them: what it says otherwise than what is in force, or than the library."""
    row = _row_or_404(number)
    if "file" in request.GET:
        name = request.GET["file"]
        if name not in row.files:
            raise Http404
        answer = HttpResponse(row.files[name], content_type="text/markdown; charset=utf-8")
        answer["Content-Disposition"] = f'attachment; filename="{name}"'
        return answer
    in_force = texts.current()
    other = base_of(row.key) if "library" in request.GET or in_force == row.key else in_force
    context: dict[str, Any] = {
        "row": row,
        "name": texts.name_of(row.key),
        "other": texts.name_of(other),
        "against_library": other == base_of(row.key),
        "adopted": in_force == row.key,
        "edits": edits(texts_of(other), texts_of(row.key)),
        "files": sorted(row.files),
    }
    return render(request, "drafting/own_text.html", context)


@page(ADOPT)
@require_POST
def keep(request: ActorRequest, pk: int) -> HttpResponseBase:
    """Keep the text of side B as one of the organisation's own."""
    trial = trial_or_404(request.actor, pk)
    try:
        row = texts.keep_text(request.actor, trial.measure, trial.files, trial.title)
    except ValidationError as error:
        for said in error.messages:
            messages.error(request, said)
        return redirect("drafting:trial", pk)
    messages.success(request, _("Kept as number %(n)d. Adopt it when you want it to apply.")
                     % {"n": row.number})  # fmt: skip
    return redirect("drafting:own-text", row.number)
