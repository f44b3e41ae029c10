"""What a process that founds an organisation runs. Imports nothing that needs Django set up."""

from __future__ import annotations

from datetime import datetime


def ready() -> None:
    """Set up Django."""
    import django

    django.setup()


def build_one(code: str, now: datetime) -> None:
    """Found one organisation (`build.build_one`)."""
    from shouwen.service.demo import build

    build.build_one(code, now)
