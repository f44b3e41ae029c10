"""All that changes the records of customers."""

from __future__ import annotations

from django.db import transaction

from shouwen.service.access.actor import Actor
from shouwen.service.access.gate import require
from shouwen.service.audit.actions import log
from shouwen.service.contacts.models import Customer
from shouwen.service.customers.permissions import KEEP_CUSTOMERS
from shouwen.service.customers.sheets import Row
from shouwen.service.search.words import words

FIELDS = ("name", "phone", "other_phone", "address", "territory", "note")


@transaction.atomic
def bring_in(actor: Actor, rows: list[Row]) -> tuple[int, int]:
    """Keep the customers of a file: those with a known number are changed, the others added.

    Returns:
        how many were added, and how many changed.
    """
    require(actor, KEEP_CUSTOMERS)
    from django.contrib.postgres.search import SearchVector
    from django.db.models import Value

    known = {c.number: c for c in Customer.objects.filter(number__in=[r.number for r in rows])}
    new: list[Customer] = []
    old: list[Customer] = []
    for row in rows:
        customer = known.get(row.number) or Customer(number=row.number)
        for name in FIELDS:
            setattr(customer, name, getattr(row, name))
        (old if customer.pk else new).append(customer)
    Customer.objects.bulk_create(new, batch_size=500)
    Customer.objects.bulk_update(old, FIELDS, batch_size=500)
    for customer in (*new, *old):
        said = " ".join(words(f"{customer.number} {customer.name} {customer.phone} "
                              f"{customer.other_phone} {customer.address}"))  # fmt: skip
        Customer.objects.filter(pk=customer.pk).update(
            search=SearchVector(Value(said), config="simple")
        )
    log(actor, "customers.bring-in", "customers", {"added": len(new), "changed": len(old)})
    return len(new), len(old)
