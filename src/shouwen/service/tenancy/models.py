"""Organisations, and what every row that belongs to one has."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from shouwen.service.tenancy.scope import current_organisation_id


class Organisation(models.Model):
    """An organisation that runs a measure.

    This table is outside the wall: it must be read to know which organisation to enter. It holds
    nothing personal.
    """

    code = models.SlugField(_("code"), unique=True)
    name = models.CharField(_("name"), max_length=100)
    name_en = models.CharField(_("English name"), max_length=100, blank=True)
    zone = models.CharField(_("time zone"), max_length=50, default="Asia/Shanghai")
    is_active = models.BooleanField(_("active"), default=True)

    class Meta:
        ordering: ClassVar = ["code"]

    def __str__(self) -> str:
        return self.label

    @property
    def label(self) -> str:
        """The name in the language of the page."""
        return labelled(self.name, self.name_en)


def labelled(zh: str, en: str) -> str:
    """The name in the language of the page; the Chinese one where there is no other."""
    return en if en and (get_language() or "zh").startswith("en") else zh


class TenantModel(models.Model):
    """A row that belongs to an organisation.

    Row-level security shows a connection only the rows of the organisation it has entered
    (`shouwen.service.tenancy.security`), so queries need no filter by organisation. A new row
    belongs to the organisation that was entered.

    Indexes of subclasses lead with `organisation`, so that tables can be distributed by it.
    """

    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="+", editable=False,
        default=current_organisation_id, db_index=False,
    )  # fmt: skip

    class Meta:
        abstract = True


class AppendOnlyModel(TenantModel):
    """A row that is written once and never changed or removed.

    The service's role has no right to update or delete these tables; a correction is a new row
    that names the one it takes the place of.
    """

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Insert the row. Raises TypeError when it is there already."""
        if not self._state.adding:
            raise TypeError(f"{type(self).__name__} is append-only; write a new row instead.")
        kwargs["force_insert"] = True
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        """Raises TypeError: nothing is removed."""
        raise TypeError(f"{type(self).__name__} is append-only; nothing is removed.")
