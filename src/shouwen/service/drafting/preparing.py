"""Pages on which side B is prepared: readings, numbers, texts."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from shouwen.measures.diagnostics import Diagnostic, SourceError
from shouwen.service import clock
from shouwen.service.access.gate import ActorRequest, page
from shouwen.service.drafting import actions, documents
from shouwen.service.drafting.documents import NoText
from shouwen.service.drafting.forms import TrialForm, adoption_name
from shouwen.service.drafting.models import State, Trial
from shouwen.service.drafting.numbers import mark_of, numbers_in, with_changes
from shouwen.service.drafting.permissions import TRY
from shouwen.service.drafting.queries import adoptions, others_in_force, startable, trial_or_404
from shouwen.service.enactment.texts import texts_of
from shouwen.service.measurebook.words import pick
from shouwen.service.ui.once import once
from shouwen.service.ui.words import listed

MANY = 300
"""So many numbers of a chapter or search are shown at once."""


@page(TRY)
@once
def new(request: ActorRequest) -> HttpResponseBase:
    """Begin a trial: which days, which sides."""
    rows = adoptions()
    today = clock.now().astimezone(request.actor.zone).date()
    current = next((a for a in rows if a.first_day <= today), rows[0] if rows else None)
    initial: dict[str, Any] = {"first": today - timedelta(days=27), "last": today}
    if current is not None:
        initial |= {"adoption": current.pk, "measure": current.measure}
    if request.GET.get("measure") in startable():
        initial["measure"] = request.GET["measure"]
    form = TrialForm(rows, request.POST or None, initial=initial)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            given = form.cleaned_data
            try:
                trial = actions.begin(
                    request.actor, given["first"], given["last"], form.rows[given["adoption"]],
                    given["measure"], given["title"],
                )  # fmt: skip
            except ValidationError as error:
                form.add_error(None, error)
            else:
                other = others_in_force(trial)
                if other:
                    said = _("On some of these days something else was in force (%(what)s). Side A "
                             "judges all of them by what you chose.")  # fmt: skip
                    what = listed([adoption_name(a) for a in other])
                    messages.warning(request, said % {"what": what})
                return redirect("drafting:trial", trial.pk)
    return render(request, "drafting/new.html", {"form": form}, status=status)


def _prepared(request: ActorRequest, pk: int) -> Trial:
    """A trial that this actor may still change. Raises Http404."""
    trial = trial_or_404(request.actor, pk)
    mine = request.actor.person is not None and trial.made_by_id == request.actor.person.pk
    if trial.state != State.DRAFT or not mine:
        raise Http404
    return trial


@page(TRY)
def readings(request: ActorRequest, pk: int) -> HttpResponseBase:
    """Let side B read the text in another way."""
    trial = _prepared(request, pk)
    known = documents.side_b(trial)
    book = known.measure
    if request.method == "POST":
        chosen = {r: request.POST[r] for r in book.readings if r in request.POST}
        try:
            actions.choose_readings(request.actor, trial, chosen)
        except ValidationError as error:
            messages.error(request, "; ".join(error.messages))
        else:
            messages.success(request, _("The readings of B are kept."))
            return redirect("drafting:trial", pk)
    a = documents.side_a(trial)
    shown = [
        {
            "id": r.id,
            "norm": r.norm,
            "question": pick(r.question),
            "options": [(o, pick(v), o == known.readings[r.id], o == a.readings.get(r.id))
                        for o, v in r.options.items()],
        }
        for r in book.readings.values()
    ]  # fmt: skip
    return render(request, "drafting/readings.html", {"trial": trial, "readings": shown})


@page(TRY)
def numbers(request: ActorRequest, pk: int) -> HttpResponseBase:
    """Change time limits, amounts and thresholds where they stand."""
    trial = _prepared(request, pk)
    texts = texts_of(trial.measure, trial.files)
    found = numbers_in(texts)
    typed: dict[str, str] = {}
    faults: list[Diagnostic] = []
    status = 200
    if request.method == "POST":
        typed = {k: str(v) for k, v in request.POST.items() if k.startswith("n:")}
        if request.POST.get("mark") != mark_of(texts):
            messages.error(request, _("The text was changed meanwhile. Look at the numbers again."))
            return redirect("drafting:numbers", pk)
        try:
            actions.change_texts(request.actor, trial, with_changes(texts, found, typed))
        except SourceError as error:
            faults, status = list(error.diagnostics), 422
        except ValidationError as error:
            messages.error(request, "; ".join(error.messages))
            status = 422
        else:
            messages.success(request, _("The numbers of B are kept."))
            return redirect("drafting:trial", pk)
    groups: dict[tuple[str, str], list[tuple[Any, str, bool]]] = {}
    for number in found:
        text = typed.get(number.key, number.text)
        rows = groups.setdefault((number.clause, number.title), [])
        rows.append((number, text, text != number.text))
    context = {
        "trial": trial, "groups": groups, "mark": mark_of(texts), "faults": shown_faults(faults),
    }  # fmt: skip
    return render(request, "drafting/numbers.html", context, status=status)


@page(TRY)
def text(request: ActorRequest, pk: int) -> HttpResponseBase:
    """The files of side B: bring in changed ones, or open one to change it here."""
    trial = _prepared(request, pk)
    faults: list[Diagnostic] | None = None
    if request.method == "POST":
        files = request.FILES.getlist("files")
        given = [(f.name or "", f.read(documents.MOST_BYTES + 1)) for f in files]
        faults = _faults_in(request, trial, given)
        if faults is None:
            return redirect("drafting:trial", pk)
    rows = [
        (name, _heading(body), name in trial.files)
        for name, body in texts_of(trial.measure, trial.files).items()
    ]
    context = {"trial": trial, "files": rows, "faults": shown_faults(faults or [])}
    return render(request, "drafting/text.html", context, status=200 if faults is None else 422)


@page(TRY)
def file(request: ActorRequest, pk: int, name: str) -> HttpResponseBase:
    """One file of side B, to be changed or pasted over; or taken out as it stands."""
    trial = _prepared(request, pk)
    texts = texts_of(trial.measure, trial.files)
    if name not in texts:
        raise Http404
    if "raw" in request.GET:
        answer = HttpResponse(texts[name], content_type="text/markdown; charset=utf-8")
        answer["Content-Disposition"] = f'attachment; filename="{name}"'
        return answer
    body = texts[name]
    faults: list[Diagnostic] | None = None
    if request.method == "POST":
        body = request.POST.get("body", "").replace("\r\n", "\n")
        if "library" in request.POST:
            body = texts_of(trial.measure)[name]
        faults = _faults_in(request, trial, [(name, body.encode())])
        if faults is None:
            return redirect("drafting:trial", pk)
    context = {
        "trial": trial, "name": name, "body": body, "faults": shown_faults(faults or []),
        "changed": name in trial.files,
    }  # fmt: skip
    return render(request, "drafting/file.html", context, status=200 if faults is None else 422)


def _faults_in(
    request: ActorRequest, trial: Trial, given: list[tuple[str, bytes]]
) -> list[Diagnostic] | None:
    """Take changed files into side B; None if they are kept, else what is wrong in them.

    What is wrong with the files as such is told as a message, and leaves the list empty.
    """
    try:
        if not given:
            raise NoText(_("Choose a file first."))
        actions.change_texts(request.actor, trial, documents.taken_in(trial.measure, given))
    except (NoText, ValidationError) as error:
        said = error.messages if isinstance(error, ValidationError) else [str(error)]
        messages.error(request, "; ".join(said))
        return []
    except SourceError as error:
        return list(error.diagnostics)
    messages.success(request, _("The text of B is kept."))
    return None


@page(TRY)
@require_POST
def start(request: ActorRequest, pk: int) -> HttpResponseBase:
    """Let it be worked out."""
    trial = trial_or_404(request.actor, pk)
    try:
        actions.start(request.actor, trial)
    except ValidationError as error:
        messages.error(request, "; ".join(error.messages))
    return redirect("drafting:trial", pk)


def shown_faults(faults: list[Diagnostic]) -> list[dict[str, Any]]:
    """What is wrong in a text, each with its place and the line it stands in."""
    return [
        {
            "place": place_of(d), "message": d.message, "hint": d.hint or "",
            "line": d.span.source.line(d.span.line) if d.span is not None else "",
        }
        for d in faults
    ]  # fmt: skip


def place_of(fault: Diagnostic) -> str:
    """Where something is wrong: the file's own name, line and column."""
    if fault.span is None:
        return fault.where or ""
    name = fault.span.source.name.replace("\\", "/").rpartition("/")[2]
    return f"{name}:{fault.span.line}:{fault.span.column}"


def _heading(body: str) -> str:
    """The first heading of a file, without its anchor."""
    line = next((t for t in body.splitlines() if t.startswith("#")), "")
    return line.lstrip("# ").partition("{#")[0].strip()
