"""Addresses of static files that change when the files do."""

from __future__ import annotations

import hashlib
from functools import lru_cache
from pathlib import Path

from django.contrib.staticfiles.finders import find
from django.contrib.staticfiles.storage import StaticFilesStorage


class VersionedStorage(StaticFilesStorage):
    """Adds to each address a mark of what is in the file, so that no browser keeps an old one.

    Files are served from where they are installed; nothing has to be collected first.
    """

    def url(self, name: str | None) -> str:
        """The address of a file."""
        address = super().url(name)
        path = find(name) if name else None
        if not isinstance(path, str):
            return address
        return f"{address}?v={_mark(path, Path(path).stat().st_mtime_ns)}"


@lru_cache(maxsize=512)
def _mark(path: str, changed: int) -> str:
    return hashlib.sha256(Path(path).read_bytes()).hexdigest()[:8]
