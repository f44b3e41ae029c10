"""Print a link for someone to choose a new password: for when no administrator can."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.urls import reverse

from shouwen.service.logins.found import new_link


class Command(BaseCommand):
    """See the module."""

    help = "Print a link by which someone chooses a new password. It is logged."

    def add_arguments(self, parser: CommandParser) -> None:
        """Whose."""
        parser.add_argument("code", help="the organisation's code")
        parser.add_argument("number", help="the staff number")
        parser.add_argument("--address", default="", help="where the pages are: https://…")

    def handle(self, *args: Any, **options: Any) -> None:
        """Print it."""
        try:
            token = new_link(options["code"], options["number"])
        except ValidationError as error:
            raise CommandError("\n".join(error.messages)) from error
        path = reverse("logins:link", args=[options["code"], token])
        self.stdout.write(options["address"].rstrip("/") + path)
