"""Items of the menu."""

from django.utils.translation import gettext_lazy as _

from shouwen.service.measurebook.permissions import (
    ADOPT,
    MY_RECORD,
    READ_MEASURE,
    REGISTER_EVENTS,
    SEE_BREACHES,
    SEE_EVENTS,
    SEE_RECORDS,
)
from shouwen.service.ui import menu

menu.add(
    menu.Item("work", _("Register an event"), "enactment:choose", "list-check", REGISTER_EVENTS,
              "e"),
    menu.Item("quality", _("Breaches"), "enactment:breaches", "alert-triangle", SEE_BREACHES, "v"),
    menu.Item("quality", _("Events"), "enactment:events", "history", SEE_EVENTS),
    menu.Item("quality", _("My record"), "enactment:my-record", "star", MY_RECORD),
    menu.Item("quality", _("Records"), "enactment:records", "user", SEE_RECORDS),
    menu.Item("measure", _("Norms"), "enactment:measure", "book", READ_MEASURE, "m"),
    menu.Item("measure", _("Checklists"), "enactment:checklists", "clipboard-list", READ_MEASURE),
    menu.Item("measure", _("Adoption"), "enactment:adoption", "scale", ADOPT),
)  # fmt: skip
