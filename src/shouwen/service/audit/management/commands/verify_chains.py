"""Look whether anything was altered in or taken out of the chains of what was done."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from shouwen.service.audit.actions import faults
from shouwen.service.tenancy.models import Organisation
from shouwen.service.tenancy.scope import scope


class Command(BaseCommand):
    """See the module."""

    help = "Verify the chain of hashes of every organisation."

    def handle(self, *args: Any, **options: Any) -> None:
        """Say what is broken; fails when anything is."""
        broken = 0
        for organisation in Organisation.objects.all():
            with scope(organisation.pk):
                for number, said in faults():
                    self.stderr.write(f"{organisation.code} {number}: {said}")
                    broken += 1
        if broken:
            raise CommandError(f"{broken} places are broken.")
        self.stdout.write("Every chain is whole.")
