"""Found an organisation, and print the link of its first administrator."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.urls import reverse

from shouwen.service.logins.found import Founding, found
from shouwen.service.logins.links import LASTS


class Command(BaseCommand):
    """See the module."""

    help = "Found an organisation with a measure in force and one administrator; prints their link."

    def add_arguments(self, parser: CommandParser) -> None:
        """What must be known of it."""
        parser.add_argument("code", help="short, in addresses and names of logins: cable")
        parser.add_argument("name", help="清江县广播电视网络公司")
        parser.add_argument("--name-en", default="", help="its English name")
        parser.add_argument("--measure", required=True, help="key of a measure of the library")
        parser.add_argument("--first-day", required=True, type=date.fromisoformat,
                            help="the day from which it is in force: 2026-01-01")  # fmt: skip
        parser.add_argument("--zone", default="Asia/Shanghai", help="its time zone")
        parser.add_argument("--administrator", nargs=2, required=True, metavar=("NUMBER", "NAME"))
        parser.add_argument("--address", default="", help="where the pages are: https://…")

    def handle(self, *args: Any, **options: Any) -> None:
        """Found it."""
        number, name = options["administrator"]
        asked = Founding(
            options["code"], options["name"], options["name_en"], options["measure"],
            options["first_day"], options["zone"], (number, name),
        )  # fmt: skip
        try:
            row, token = found(asked)
        except ValidationError as error:
            raise CommandError("\n".join(error.messages)) from error
        address = options["address"].rstrip("/") + reverse("logins:link", args=[row.code, token])
        self.stdout.write(f"{row.code} is founded. Within {LASTS.days} days {name} chooses a "
                          f"password at:\n{address}")  # fmt: skip
