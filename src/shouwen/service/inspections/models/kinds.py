"""How one may look."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Kind(models.TextChoices):
    """How an inspection is held."""

    OPEN = "open", _("Announced visit")
    HIDDEN = "hidden", _("Unannounced visit")
    RECORDING = "recording", _("By recording")
