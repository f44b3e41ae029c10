"""The form that a trial begins with."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from shouwen.service.drafting.queries import startable
from shouwen.service.enactment.models import Adoption
from shouwen.service.house.forms import DAY
from shouwen.service.measurebook.texts import name_of


class TrialForm(forms.Form):
    """Which days, which side A, and what side B starts from."""

    first = forms.DateField(label=gettext_lazy("From"), widget=DAY)
    last = forms.DateField(label=gettext_lazy("Until (included)"), widget=DAY)
    adoption = forms.ChoiceField(label=gettext_lazy("Side A: as adopted"))
    measure = forms.ChoiceField(label=gettext_lazy("Side B starts from"))
    title = forms.CharField(label=gettext_lazy("What it is about"), max_length=120, required=False)

    def __init__(self, rows: Iterable[Adoption], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.rows = {str(a.pk): a for a in rows}
        choices: Any = self.fields["adoption"]
        choices.choices = [(k, adoption_name(a)) for k, a in self.rows.items()]
        choices = self.fields["measure"]
        choices.choices = [(k, name_of(k)) for k in startable()]

    def clean(self) -> dict[str, Any]:
        """See `Form.clean`."""
        found = super().clean() or {}
        first, last = found.get("first"), found.get("last")
        if isinstance(first, date) and isinstance(last, date) and last < first:
            self.add_error("last", _("The last day lies before the first."))
        return found


def adoption_name(row: Adoption) -> str:
    """What an adoption is called: the measure, since when, how many readings were chosen."""
    said = _("%(measure)s, from %(day)s") % {"measure": name_of(row.measure), "day": row.first_day}
    if row.readings:
        said += _(", %(n)d readings chosen") % {"n": len(row.readings)}
    return said
