"""Forms of complaints."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from shouwen.measures.language.model import Field, Measure
from shouwen.service.access.actor import Actor
from shouwen.service.cases.models import Case
from shouwen.service.cases.queries import cases_of
from shouwen.service.complaints.actions.deciding import Line
from shouwen.service.complaints.actions.receiving import Held, digits
from shouwen.service.complaints.models import Concern, Verdict, Way
from shouwen.service.complaints.permissions import HANDLE
from shouwen.service.measurebook.forms import field_of, given_facts
from shouwen.service.organisations.models import Person, Unit
from shouwen.service.organisations.roles import having
from shouwen.service.workorders.models import WorkOrder

MINUTES = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
DAY = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


def _people() -> Any:
    return Person.objects.filter(is_active=True).select_related("unit").order_by("number")


class Named(forms.ModelChoiceField):  # type: ignore[type-arg]
    """A person, with the unit."""

    def label_from_instance(self, obj: Any) -> str:
        """What stands in the list."""
        return f"{obj.label} · {obj.unit.label}" if isinstance(obj, Person) else str(obj)


class AboutForm(forms.Form):
    """Whom and what a complaint is about."""

    person = Named(label=_("Person"), queryset=Person.objects.none(), required=False)
    unit = Named(label=_("Unit"), queryset=Unit.objects.none(), required=False)
    agent = forms.CharField(label=_("Agent"), max_length=100, required=False)
    about = forms.CharField(
        label=_("Case or work order"), max_length=40, required=False,
        help_text=_("Its number, if the complaint is about how one was handled."),
    )  # fmt: skip

    def __init__(self, actor: Actor, agents: bool, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.actor = actor
        self.fields["person"].queryset = _people()  # type: ignore[attr-defined]
        units = Unit.objects.filter(is_active=True)
        self.fields["unit"].queryset = units  # type: ignore[attr-defined]
        if not agents:
            del self.fields["agent"]

    def clean_about(self) -> tuple[Case | None, WorkOrder | None]:
        """The case or the work order of a number, if the actor may see it."""
        number = self.cleaned_data["about"].strip()
        if not number:
            return None, None
        seen = cases_of(self.actor)
        work = WorkOrder.objects.select_related("case").filter(key=number, case__in=seen).first()
        if work is not None:
            return work.case, work
        case = seen.filter(number=number).first()
        if case is None:
            raise forms.ValidationError(_("There is no case or work order of this number."))
        return case, None


class ComplaintForm(AboutForm):
    """A complaint as it is written down."""

    way = forms.ChoiceField(label=_("Channel"), choices=Way, widget=forms.RadioSelect)
    words = forms.CharField(
        label=_("What is complained of"), max_length=8000,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("In the complainant's own words. They cannot be changed later."),
    )  # fmt: skip
    anonymous = forms.BooleanField(label=_("Nobody is to know who complained"), required=False)
    same_customer = forms.BooleanField(
        label=_("The customer of the case complains"), required=False
    )
    name = forms.CharField(
        label=pgettext_lazy("complainant", "Name"), max_length=100, required=False
    )
    phone = forms.CharField(
        label=_("Phone"), max_length=30, required=False,
        widget=forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "off"}),
    )  # fmt: skip
    address = forms.CharField(label=_("Address"), max_length=300, required=False)
    happened_at = forms.DateTimeField(label=_("When it happened"), required=False, widget=MINUTES)
    written_on = forms.DateField(
        label=_("Written on"), required=False, widget=DAY,
        help_text=_("For what stood in a book, a box, a letter or a paper."),
    )  # fmt: skip
    source = forms.CharField(
        label=_("Where it stood"), max_length=200, required=False,
        help_text=_("The paper, the page, the number of the letter, the hall of the book."),
    )  # fmt: skip

    def clean_phone(self) -> str:
        """The digits of the number."""
        return digits(self.cleaned_data["phone"])

    def clean(self) -> dict[str, Any]:
        """Nobody is anonymous and named at once."""
        said: dict[str, Any] = super().clean() or {}
        named = said.get("name") or said.get("phone") or said.get("address")
        if said.get("anonymous") and (named or said.get("same_customer")):
            self.add_error(
                "anonymous", gettext("Leave out who it was, or say that it may be known.")
            )
        if said.get("same_customer") and not (said.get("about") or (None,))[0]:
            self.add_error("same_customer", gettext("Write down which case."))
        return said

    def held(self) -> Held:
        """The complaint, as the action takes it."""
        said = self.cleaned_data
        case, work = said["about"]
        who: Any = case if said["same_customer"] and case is not None else None
        return Held(
            way=Way(said["way"]), words=said["words"], anonymous=said["anonymous"],
            name=who.name if who else said["name"], phone=who.phone if who else said["phone"],
            address=who.address if who else said["address"],
            customer=who.customer if who else None, person=said["person"], unit=said["unit"],
            agent=said.get("agent") or "", about_case=case, about_work=work,
            happened_at=said["happened_at"], written_on=said["written_on"], source=said["source"],
        )  # fmt: skip


class ResultForm(forms.Form):
    """What looking into it has shown."""

    verdict = forms.ChoiceField(
        label=pgettext_lazy("complaint", "Result"),
        choices=[c for c in Verdict.choices if c[0]],
        widget=forms.RadioSelect,
    )  # fmt: skip
    reasons = forms.CharField(
        label=_("Reasons"), max_length=8000, widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("What was found out, and on what it rests."),
    )  # fmt: skip


class LineForm(forms.Form):
    """Who broke which clause, and when."""

    def __init__(
        self,
        measure: Measure,
        norms: Sequence[tuple[str, Sequence[tuple[str, str]]]],
        own: Sequence[Field],
        whom: Sequence[tuple[str, str]],
        *args: Any,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.own = own
        self.fields["whom"] = forms.ChoiceField(
            label=_("Who"), choices=[("", "—"), *whom], required=False
        )
        self.fields["norm"] = forms.ChoiceField(
            label=_("Clause"), choices=[("", "—"), *norms], required=False
        )
        self.fields["occurred"] = forms.DateTimeField(
            label=_("When it happened"), widget=MINUTES, required=False
        )
        for fact in own:
            self.fields[f"own_{fact.name}"] = field_of(measure, fact)

    @property
    def main_fields(self) -> list[Any]:
        """The fields that every measure has."""
        return [self[n] for n in ("whom", "norm", "occurred")]

    @property
    def own_fields(self) -> list[Any]:
        """The fields that only this measure has."""
        return [self[f"own_{fact.name}"] for fact in self.own]

    def clean(self) -> dict[str, Any]:
        """All of a line, or nothing."""
        said: dict[str, Any] = super().clean() or {}
        main = [said.get(n) for n in ("whom", "norm")]
        if any(main) and not (all(main) and said.get("occurred")):
            raise forms.ValidationError(_("Say who, which clause, and when; or leave all empty."))
        return said

    def line(self, concerned: Sequence[Concern]) -> Line | None:
        """The line, as the action takes it; None for an empty one."""
        said = self.cleaned_data
        if not said.get("whom"):
            return None
        kind, _sep, key = said["whom"].partition(":")
        cleaned = {f.name: said.get(f"own_{f.name}") for f in self.own}
        own = given_facts(self.own, cleaned)
        row = next((c for c in concerned if str(c.pk) == key), None)
        return Line(
            said["norm"], said["occurred"],
            person=row.person if row and kind == "person" else None,
            agent=row.agent if row and kind == "agent" else "",
            department=row.unit if row and kind == "department" else None,
            own=own,
        )  # fmt: skip


class AssignForm(forms.Form):
    """Who looks into it, and until when."""

    to = Named(label=_("Who looks into it"), queryset=Person.objects.none())
    due_at = forms.DateTimeField(label=_("Until"), widget=MINUTES)

    def __init__(self, barred: Sequence[int], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["to"].queryset = (  # type: ignore[attr-defined]
            _people().filter(having(role__in=HANDLE.roles)).exclude(pk__in=barred).distinct()
        )


class ReportForm(forms.Form):
    """To whom it is reported."""

    to = Named(label=_("Reported to"), queryset=Person.objects.none())
    as_whom = forms.ChoiceField(
        label=_("As"),
        choices=[
            ("leader", _("Leader in charge")),
            ("director", _("Director of the department")),
            ("head", _("Head of the unit")),
        ],
    )

    def __init__(self, barred: Sequence[int], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        leads = having(role__in=["executive", "head", "quality"])
        self.fields["to"].queryset = (  # type: ignore[attr-defined]
            _people().filter(leads).exclude(pk__in=barred).distinct()
        )
