"""How far the clock of a demonstration has been moved."""

from typing import ClassVar

from django.db import models


class TimeShift(models.Model):
    """The seconds by which the service's clock runs ahead; one row, outside every organisation."""

    seconds = models.BigIntegerField(default=0)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=models.Q(pk=1), name="one_time_shift"),
        ]
