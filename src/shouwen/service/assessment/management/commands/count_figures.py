"""Count days anew."""

from __future__ import annotations

from argparse import ArgumentParser
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from django.core.management.base import BaseCommand, CommandError

from shouwen.service import clock
from shouwen.service.assessment.counting import count_days, first_day
from shouwen.service.tenancy.models import Organisation
from shouwen.service.tenancy.scope import scope


class Command(BaseCommand):
    """`shouwen manage count_figures [--organisation CODE] [--from DAY] [--until DAY]`."""

    help = "Count the figures of days anew, all of them where no days are given."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """See the class."""
        parser.add_argument("--organisation", default="", help="its code; all, if not given")
        parser.add_argument("--from", dest="first", type=date.fromisoformat, default=None)
        parser.add_argument("--until", dest="last", type=date.fromisoformat, default=None)

    def handle(self, *args: Any, **options: Any) -> None:
        """See the class."""
        rows = Organisation.objects.filter(is_active=True)
        if options["organisation"]:
            rows = rows.filter(code=options["organisation"])
            if not rows:
                raise CommandError(f"There is no organisation '{options['organisation']}'.")
        for organisation in rows:
            zone = ZoneInfo(organisation.zone)
            with scope(organisation.pk):
                first = options["first"] or first_day(zone)
                last = options["last"] or clock.now().astimezone(zone).date()
                if first is None or first > last:
                    continue
                counted = count_days(first, last, zone)
            self.stdout.write(f"{organisation.code}: {counted} days, {first} to {last}")
