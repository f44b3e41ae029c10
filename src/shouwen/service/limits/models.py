"""The rows of limits, and those of Django's cache."""

from __future__ import annotations

from typing import ClassVar

from django.db import models


class Bucket(models.Model):
    """What was taken of a limit by one key; `full_at`: when it will be full again."""

    key = models.CharField(max_length=64, primary_key=True)
    full_at = models.DateTimeField()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["full_at"], name="bucket_full_at")]


class CacheRow(models.Model):
    """A row of Django's cache, in the form that `DatabaseCache` asks for.

    What lies in it is short-lived and shared by all processes: codes that were used, above all.
    """

    cache_key = models.CharField(max_length=255, primary_key=True)
    value = models.TextField()
    expires = models.DateTimeField(db_index=True)

    class Meta:
        db_table = "limits_cache"
