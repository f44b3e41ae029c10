"""Print the token that an organisation's telephone switch shows."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from shouwen.service.intake.hook import token
from shouwen.service.tenancy.models import Organisation


class Command(BaseCommand):
    """See the module."""

    help = "Print the token for the header X-Shouwen-Token of an organisation's switch."

    def add_arguments(self, parser: CommandParser) -> None:
        """The organisation's code."""
        parser.add_argument("code")

    def handle(self, *args: Any, **options: Any) -> None:
        """Print it."""
        found = Organisation.objects.filter(code=options["code"]).first()
        if found is None:
            known = ", ".join(Organisation.objects.values_list("code", flat=True))
            raise CommandError(f"There is no organisation '{options['code']}'. Known: {known}.")
        self.stdout.write(token(found))
