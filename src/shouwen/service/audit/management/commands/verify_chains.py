"""Look whether anything was altered in or taken out of what is kept in chains of hashes."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from shouwen.service.audit.chains import all_chains
from shouwen.service.tenancy.models import Organisation
from shouwen.service.tenancy.scope import scope


class Command(BaseCommand):
    """See the module."""

    help = "Verify the log, the decisions and the book of accounts of every organisation."

    def handle(self, *args: Any, **options: Any) -> None:
        """Say what is broken; fails when anything is."""
        broken = 0
        for organisation in Organisation.objects.all():
            with scope(organisation.pk):
                for name, faults in all_chains().items():
                    for number, said in faults():
                        self.stderr.write(f"{organisation.code} {name} {number}: {said}")
                        broken += 1
        if broken:
            raise CommandError(f"{broken} places are broken.")
        self.stdout.write("Every chain is whole.")
