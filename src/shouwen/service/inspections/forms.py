"""Forms of inspections; what depends on the measure is made from its vocabulary."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from shouwen.service.access.actor import Actor
from shouwen.service.enactment.enacted import Enacted
from shouwen.service.house.forms import DAY, INSTANT
from shouwen.service.inspections import measure as book
from shouwen.service.inspections.models import (
    Finding,
    Inspection,
    Kind,
    Programme,
    Rules,
    SampleOf,
    Task,
)
from shouwen.service.inspections.queries import units_for
from shouwen.service.measurebook.forms import field_of, given_facts
from shouwen.service.organisations.models import Person, Role, Unit
from shouwen.service.organisations.roles import having


def people() -> Any:
    """Everyone who works there, by number."""
    return Person.objects.filter(is_active=True).select_related("unit")


class BeginForm(forms.Form):
    """What is to be looked at, and how."""

    kind = forms.ChoiceField(label=_("Kind"), choices=Kind.choices, widget=forms.RadioSelect())
    unit = forms.ModelChoiceField(Unit.objects.none(), label=_("Unit"))
    places = forms.MultipleChoiceField(
        label=_("Places"), required=False, widget=forms.CheckboxSelectMultiple()
    )
    roles = forms.MultipleChoiceField(
        label=_("Roles"), required=False, widget=forms.CheckboxSelectMultiple()
    )
    about = forms.CharField(
        label=_("What is looked at"), max_length=200, required=False,
        help_text=_("By recording: which case, call or recording. Its number links to it."),
    )  # fmt: skip
    agent = forms.CharField(label=_("Agent"), max_length=100, required=False)
    members = forms.IntegerField(
        label=_("Members of the team, with its leader"), min_value=1, max_value=50, initial=1
    )
    comprehensive = forms.BooleanField(
        label=_("Comprehensive inspection of the year"), required=False
    )
    visit_place = forms.ChoiceField(label=_("Place of the visit"), required=False)
    begun_at = forms.DateTimeField(
        label=_("Begun at"), required=False, widget=INSTANT,
        help_text=_("Only if it was held before; it shows as recorded later."),
    )  # fmt: skip

    def __init__(self, actor: Actor, known: Enacted, *args: Any, on_rota: bool = False,
                 **kwargs: Any) -> None:  # fmt: skip
        super().__init__(*args, **kwargs)
        self.fields["unit"].queryset = units_for(actor)  # type: ignore[attr-defined]
        measure = known.measure
        self._choose("places", [(p, p) for p in book.places(measure)])
        self._choose("roles", book.roles(measure))
        if book.AGENT not in book.shape_of(known).subjects:
            del self.fields["agent"]
        asks = {t.event for t in known.dialect.templates.get("inspection.begun", ())
                if "comprehensive" in t.when}  # fmt: skip
        if not asks:
            del self.fields["comprehensive"]
        choice = book.choice_of(known, "executive.visited") if on_rota else None
        if choice is None:
            del self.fields["visit_place"]
        else:
            self._choose("visit_place", choice[1])
            self.fields["visit_place"].required = True

    def _choose(self, name: str, choices: list[tuple[str, str]]) -> None:
        if choices:
            self.fields[name].choices = choices  # type: ignore[attr-defined]
        else:
            del self.fields[name]


class FindingForm(forms.Form):
    """Who broke which norm, when, and how it is known."""

    person = forms.ModelChoiceField(Person.objects.none(), label=_("Person"), required=False)
    agent = forms.CharField(label=_("Agent"), max_length=100, required=False)
    unit = forms.ModelChoiceField(
        Unit.objects.none(), label=_("Unit, where nobody is named"), required=False
    )
    norm = forms.ChoiceField(label=_("Norm that was broken"))
    occurred_at = forms.DateTimeField(label=_("Time of the act"), widget=INSTANT)
    found_at = forms.DateTimeField(
        label=_("Found at"), required=False, widget=INSTANT,
        help_text=_("Now, if left empty; an earlier time shows as recorded later."),
    )  # fmt: skip
    said = forms.CharField(
        label=_("The problem found"), max_length=2000, widget=forms.Textarea(attrs={"rows": 3})
    )
    evidence = forms.CharField(
        label=_("Evidence"), max_length=2000, widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Who saw it, which picture, recording or document."),
    )  # fmt: skip
    same_act_as = forms.ModelChoiceField(
        Finding.objects.none(), label=_("The same act as"), required=False,
        help_text=_("Only if one act broke several norms; it counts once."),
    )  # fmt: skip

    def __init__(self, actor: Actor, known: Enacted, *args: Any,
                 inspection: Inspection | None = None, changing: Finding | None = None,
                 **kwargs: Any) -> None:  # fmt: skip
        super().__init__(*args, **kwargs)
        self.shape = book.shape_of(known)
        whom = Person.objects.filter(Q(is_active=True) | Q(findings=changing))
        if changing is None:
            whom = Person.objects.filter(is_active=True)
        if actor.person is not None:
            whom = whom.exclude(pk=actor.person.pk)
        self._set("person", whom.select_related("unit").distinct())
        self._set("unit", units_for(actor))
        self.fields["norm"].choices = [  # type: ignore[attr-defined]
            ("", ""), *[(label, norms) for label, norms in book.findable(known)],
        ]  # fmt: skip
        if book.AGENT not in self.shape.subjects:
            del self.fields["agent"]
        if book.PERSON not in self.shape.subjects:
            del self.fields["person"]
        else:
            self.fields["person"].required = True
            del self.fields["unit"]
        before = Finding.objects.filter(inspection=inspection, taken_back__isnull=True)
        if inspection is None or not before.exists():
            del self.fields["same_act_as"]
        else:
            self._set("same_act_as", before)
        for fact in self.shape.own:
            made = field_of(known.measure, fact)
            made.required = False
            self.fields[f"own-{fact.name}"] = made
        if changing is not None:
            self.fields["reason"] = forms.CharField(label=_("Why it is changed"), max_length=500)

    def _set(self, name: str, rows: Any) -> None:
        self.fields[name].queryset = rows  # type: ignore[attr-defined]

    @property
    def main(self) -> list[Any]:
        """The fields that every finding has."""
        return [f for f in self if not f.name.startswith("own-")]

    @property
    def more(self) -> list[Any]:
        """The fields that only this measure asks for."""
        return [f for f in self if f.name.startswith("own-")]

    def own(self) -> dict[str, Any]:
        """The facts that only this measure asks for, as the bridge takes them."""
        told = {f.name: self.cleaned_data.get(f"own-{f.name}") for f in self.shape.own}
        return given_facts(self.shape.own, told)


class OrderForm(forms.Form):
    """What is to be put right, by whom and until when."""

    demand = forms.CharField(
        label=_("What is to be done"), max_length=1000, widget=forms.Textarea(attrs={"rows": 2})
    )
    responsible = forms.ModelChoiceField(Person.objects.none(), label=_("Who is responsible"))
    due_on = forms.DateField(label=_("Until"), widget=DAY)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["responsible"].queryset = people()  # type: ignore[attr-defined]


class LookForm(forms.Form):
    """A second look."""

    seen = forms.CharField(
        label=_("What was seen"), max_length=1000, widget=forms.Textarea(attrs={"rows": 2})
    )
    until = forms.DateField(label=_("If not put right: now until"), required=False, widget=DAY)


class ProgrammeForm(forms.ModelForm):  # type: ignore[type-arg]
    """A programme of a month or a year."""

    class Meta:
        model = Programme
        fields: ClassVar = ["title", "first", "last", "note"]
        widgets: ClassVar = {"first": DAY, "last": DAY, "note": forms.Textarea(attrs={"rows": 2})}


class TaskForm(forms.ModelForm):  # type: ignore[type-arg]
    """Something that a programme asks to be looked at."""

    class Meta:
        model = Task
        fields: ClassVar = [
            "about", "kind", "unit", "agent", "times", "due_on", "inspector", "comprehensive",
        ]  # fmt: skip
        widgets: ClassVar = {"due_on": DAY}

    def __init__(self, known: Enacted | None, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        subjects = book.shape_of(known).subjects if known is not None else frozenset()
        if book.AGENT not in subjects:
            del self.fields["agent"]
        inspectors = (Role.QUALITY, Role.EXECUTIVE, Role.HEAD, Role.CHANNEL)
        self.fields["inspector"].queryset = (  # type: ignore[attr-defined]
            people().filter(having(role__in=inspectors)).distinct()
        )


class RulesForm(forms.ModelForm):  # type: ignore[type-arg]
    """The organisation's bounds."""

    class Meta:
        model = Rules
        fields: ClassVar = ["entered_within", "found_within", "put_right_within"]


class RotaForm(forms.Form):
    """A new rota; the chosen leaders take turns."""

    first = forms.DateField(label=_("From"), widget=DAY)
    last = forms.DateField(label=_("Until"), widget=DAY)
    leaders = forms.ModelMultipleChoiceField(
        Person.objects.none(), label=_("Who takes turns, in this order"),
        widget=forms.CheckboxSelectMultiple(),
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["leaders"].queryset = leaders()  # type: ignore[attr-defined]


def leaders() -> Any:
    """Who can be on the executives' rota."""
    return people().filter(having(role=Role.EXECUTIVE)).distinct()


class PhoneForm(forms.Form):
    """Whose phone was called, and what came of it."""

    person = forms.ModelChoiceField(Person.objects.none(), label=_("Whose phone"), required=False)
    unit = forms.ModelChoiceField(
        Unit.objects.none(), label=_("or the phone of a unit"), required=False
    )
    reached = forms.ChoiceField(
        label=_("Result"), choices=[("yes", _("Reached")), ("no", _("Not reached"))],
        widget=forms.RadioSelect(),
    )  # fmt: skip
    seconds = forms.IntegerField(
        label=_("Seconds until the answer"), required=False, min_value=0, max_value=600
    )
    called_at = forms.DateTimeField(
        label=_("Called at"), required=False, widget=INSTANT, help_text=_("Now, if left empty.")
    )
    note = forms.CharField(label=_("Note"), max_length=300, required=False)

    def __init__(self, actor: Actor, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        with_phone = people().exclude(phone="")
        if actor.person is not None:
            with_phone = with_phone.exclude(pk=actor.person.pk)
        self.fields["person"].queryset = with_phone  # type: ignore[attr-defined]
        units = Unit.objects.filter(is_active=True).exclude(phone="")
        self.fields["unit"].queryset = units  # type: ignore[attr-defined]
        if not units.exists():
            del self.fields["unit"]
            self.fields["person"].required = True


class SampleForm(forms.Form):
    """What a sample is drawn from."""

    of = forms.ChoiceField(label=_("Of what"), choices=SampleOf.choices, widget=forms.RadioSelect())
    first = forms.DateField(label=_("From"), widget=DAY)
    last = forms.DateField(label=_("Until"), widget=DAY)
    unit = forms.ModelChoiceField(Unit.objects.none(), label=_("Unit"), required=False,
                                  empty_label=_("all"))  # fmt: skip
    size = forms.IntegerField(label=_("How many"), min_value=1, max_value=500, initial=10)
    each_unit = forms.BooleanField(label=_("so many of each unit"), required=False)
    purpose = forms.CharField(label=_("Purpose"), max_length=200)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        units = Unit.objects.filter(is_active=True)
        self.fields["unit"].queryset = units  # type: ignore[attr-defined]
