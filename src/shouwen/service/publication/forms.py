"""Forms of pages."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, ClassVar
from zoneinfo import ZoneInfo

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from shouwen.measures.language.model import Field
from shouwen.service.access.actor import Actor
from shouwen.service.enactment.enacted import Enacted
from shouwen.service.enactment.values import plain
from shouwen.service.house.forms import DAY
from shouwen.service.measurebook.words import pick
from shouwen.service.publication.actions import Written
from shouwen.service.publication.measure import asked_of
from shouwen.service.publication.models import Page, Version
from shouwen.service.publication.obligations import EACH, LOOK, ONCE, Asked, asked
from shouwen.service.publication.promises import Promise, promises_of
from shouwen.service.publication.results import lines_from, sources
from shouwen.service.publication.sheets import as_text, figure_rows, result_lines

LONGEST = 20_000


class PageForm(forms.ModelForm):  # type: ignore[type-arg]
    """Who owns a page, by when, for whom, for which norms."""

    norms = forms.MultipleChoiceField(
        label=gettext_lazy("What the measure asks to publish"), required=False,
        widget=forms.CheckboxSelectMultiple,
    )  # fmt: skip
    why = forms.CharField(label=gettext_lazy("why"), max_length=300, required=False)

    class Meta:
        model = Page
        fields: ClassVar = [
            "title", "title_en", "slug", "audience", "owner", "due_on", "renew_months",
        ]  # fmt: skip
        widgets: ClassVar = {"due_on": DAY}
        help_texts: ClassVar = {
            "slug": gettext_lazy("Small letters, digits and hyphens; it stands in the address."),
            "renew_months": gettext_lazy("Left empty, it stays good until it is withdrawn."),
        }

    def __init__(self, *args: Any, known: Enacted | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        has = [n.norm for n in self.instance.norms.all()] if self.instance.pk else []
        choices = [(o.norm, f"{o.norm} {pick(o.label)}") for o in asked_of(known)]
        choices += [(n, n) for n in has if n not in dict(choices)]
        norms = self.fields["norms"]
        assert isinstance(norms, forms.MultipleChoiceField)
        norms.choices = choices
        if not choices:
            del self.fields["norms"]
        elif self.instance.pk:
            self.initial["norms"] = has
        if not self.instance.pk:
            del self.fields["why"]


class TextForm(forms.Form):
    """A text of a page, and what the measure asks for on publishing it."""

    title = forms.CharField(label=gettext_lazy("Title"), max_length=120)
    title_en = forms.CharField(label=gettext_lazy("English title"), max_length=200, required=False)
    text = forms.CharField(
        label=gettext_lazy("Text"), max_length=LONGEST, widget=forms.Textarea(attrs={"rows": 12}),
        help_text=gettext_lazy("Markdown: # heading, - list, **bold**, | table |."),
    )  # fmt: skip
    text_en = forms.CharField(
        label=gettext_lazy("English text"), max_length=LONGEST, required=False,
        widget=forms.Textarea(attrs={"rows": 8}),
    )  # fmt: skip

    def __init__(
        self, *args: Any, actor: Actor, known: Enacted | None, norms: Iterable[str],
        last: Version | None, **kwargs: Any,
    ) -> None:  # fmt: skip
        super().__init__(*args, **kwargs)
        self.actor = actor
        self.zone = ZoneInfo(known.measure.zone) if known is not None else ZoneInfo("UTC")
        self.once = asked(known, ONCE, norms) if known is not None else ()
        self.each: Asked | None = None
        if last is not None:
            for name in ("title", "title_en", "text", "text_en"):
                self.initial[name] = getattr(last, name)
        given = last.figures if last is not None else {}
        for ask in self.once:
            _add(self, ask, given.get("once", {}).get(ask.norm, {}))
        for ask in (asked(known, EACH, norms) if known is not None else ())[:1]:
            self.each = ask
            heads = " | ".join(pick(f.label) for f in ask.fields)
            self.fields["rows"] = forms.CharField(
                label=f"{ask.norm} {pick(ask.label)}", required=False,
                widget=forms.Textarea(attrs={"rows": 6}),
                help_text=_("One line each, pasted from a spreadsheet or with commas: %(heads)s. "
                            "People by staff number, units by code.") % {"heads": heads},
            )  # fmt: skip
            self.initial["rows"] = as_text(given.get("rows", []), ask.fields)
        promises = promises_of(known.adopted) if known is not None else ()
        if promises:
            self.fields["promises"] = forms.MultipleChoiceField(
                label=_("Promises that it repeats"), required=False,
                choices=promise_choices(promises), widget=forms.CheckboxSelectMultiple,
                help_text=_("How they were kept is shown beside them once figures are released."),
            )  # fmt: skip
            self.initial["promises"] = last.promises if last is not None else []
        self.fields["lines"] = forms.CharField(
            label=_("List of results"), required=False,
            widget=forms.Textarea(attrs={"rows": 4}),
            help_text=_("One line each: staff number, what for, perhaps in English. "
                        "Names are kept and shown masked; leave it empty to keep the list."),
        )  # fmt: skip
        self.fields["take"] = forms.ChoiceField(
            label=_("Take the list from"), required=False, choices=[("", "—"), *sources(actor)],
            help_text=_("Decisions that stand, were served and can no longer be appealed."),
        )  # fmt: skip
        self.fields["no_lines"] = forms.BooleanField(label=_("Without a list"), required=False)
        self.kept_lines = last.lines if last is not None else []
        if not self.kept_lines:
            del self.fields["no_lines"]
        self.fields["why"] = forms.CharField(label=_("Why it is written or changed"),
                                             max_length=300)  # fmt: skip

    def clean_rows(self) -> list[dict[str, Any]]:
        """The rows as the measure takes them."""
        assert self.each is not None
        return figure_rows(self.cleaned_data["rows"], self.each.fields, self.zone)

    def clean_lines(self) -> list[dict[str, Any]]:
        """The rows of the list, names masked."""
        return result_lines(self.cleaned_data["lines"])

    def clean(self) -> dict[str, Any]:
        """What the measure asks for is given whole or not at all."""
        found: dict[str, Any] = super().clean() or {}
        if found.get("lines") and found.get("take"):
            self.add_error("take", ValidationError(_("Type a list or take one, not both.")))
        for ask in self.once:
            names = [name_of(ask, f) for f in ask.fields]
            given = [n for n in names if found.get(n) not in (None, "")]
            if given and len(given) < len(names):
                for name in set(names) - set(given):
                    self.add_error(name, ValidationError(_("The measure needs all of these.")))
        return found

    def written(self) -> Written:
        """What was filled in."""
        data = self.cleaned_data
        once = {ask.norm: figures_of(self, ask) for ask in self.once if figures_of(self, ask)}
        figures: dict[str, Any] = {"once": once} if once else {}
        if data.get("rows"):
            figures["rows"] = data["rows"]
        lines = data["lines"] or lines_from(self.actor, data.get("take", ""))
        if not lines and not data.get("no_lines"):
            lines = self.kept_lines
        return Written(
            data["title"], data["text"], data["why"], data["title_en"], data["text_en"],
            figures, lines, tuple(data.get("promises", ())),
        )  # fmt: skip


class LookForm(forms.Form):
    """What someone saw on the spot."""

    note = forms.CharField(label=gettext_lazy("What was seen"), max_length=300)

    def __init__(self, *args: Any, known: Enacted | None, norms: Iterable[str], **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.asked = asked(known, LOOK, norms) if known is not None else ()
        for ask in self.asked:
            _add(self, ask, {}, required=True)

    def figures(self) -> dict[str, dict[str, Any]]:
        """By norm, the facts that the measure asks for."""
        return {ask.norm: figures_of(self, ask) for ask in self.asked}


def promise_choices(promises: Iterable[Promise]) -> list[tuple[str, str]]:
    """Promises to choose from; a table of limits is one choice with all of its norms."""
    found: dict[str, list[str]] = {}
    for promise in promises:
        found.setdefault(promise.rule, []).append(f"{promise.norm} {pick(promise.label)}")
    return [(rule, " · ".join(texts)) for rule, texts in found.items()]


def name_of(ask: Asked, field: Field) -> str:
    """What a fact of an event is called in a form."""
    return f"{ask.norm.replace('.', '-')}_{field.name}"


def figures_of(form: forms.Form, ask: Asked) -> dict[str, Any]:
    """The facts of an event that were given, as plain values."""
    given = {f.name: form.cleaned_data.get(name_of(ask, f)) for f in ask.fields}
    return plain({k: v for k, v in given.items() if v not in (None, "")})


def _add(form: forms.Form, ask: Asked, given: dict[str, Any], required: bool = False) -> None:
    from shouwen.measures.feel.types import BOOLEAN, DATE, NUMBER

    for fact in ask.fields:
        label = f"{ask.norm} {pick(fact.label)}"
        made: forms.Field
        if fact.type == NUMBER:
            made = forms.DecimalField(label=label, required=required)
        elif fact.type == DATE:
            made = forms.DateField(label=label, required=required, widget=DAY)
        elif fact.type == BOOLEAN:
            made = forms.BooleanField(label=label, required=False)
        else:
            made = forms.CharField(label=label, required=required, max_length=300)
        form.fields[name_of(ask, fact)] = made
        if fact.name in given:
            form.initial[name_of(ask, fact)] = given[fact.name]
