"""Items of the menu."""

from django.utils.translation import gettext_lazy as _

from shouwen.service.conduct.permissions import (
    DECIDE_APPEALS,
    KEEP_WAGES,
    MINE,
    SEE_ACCOUNTS,
    SEE_PROPOSALS,
    SEE_PUBLISHED,
    SET_RULES,
)
from shouwen.service.ui import menu

menu.add(
    menu.Item("quality", _("To be decided"), "conduct:proposals", "gavel", SEE_PROPOSALS, "o"),
    menu.Item("quality", _("Decisions"), "conduct:decisions", "file-text", SEE_PROPOSALS),
    menu.Item("quality", _("Appeals"), "conduct:appeals", "arrow-back-up", DECIDE_APPEALS),
    menu.Item("quality", _("Decisions on me"), "conduct:mine", "scale", MINE),
    menu.Item("quality", _("Accounts"), "conduct:accounts", "coin", SEE_ACCOUNTS),
    menu.Item("quality", _("Yearly evaluation"), "conduct:years", "chart-bar", SEE_ACCOUNTS),
    menu.Item("quality", _("Payroll"), "conduct:payroll", "receipt", KEEP_WAGES),
    menu.Item("quality", _("My account"), "conduct:my-account", "coin", MINE),
    menu.Item("quality", _("Published list"), "conduct:published", "speakerphone", SEE_PUBLISHED),
    menu.Item("house", _("Rules of appeal"), "conduct:rules", "settings", SET_RULES),
)
