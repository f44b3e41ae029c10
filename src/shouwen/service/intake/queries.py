"""What is known of whoever calls."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import timedelta

from django.db.models import QuerySet

from shouwen.service import clock
from shouwen.service.cases.models import Case, CaseState
from shouwen.service.contacts.models import Customer
from shouwen.service.organisations.models import Territory

RECENT = 12
MANY = 3
"""So many reports from one territory within an hour are one fault, most likely."""


@dataclass
class Known:
    """A caller: the record, cases not yet closed, cases before, and reports around them."""

    customer: Customer | None = None
    open_cases: list[Case] = field(default_factory=list)
    earlier: list[Case] = field(default_factory=list)
    nearby: int = 0


def known_caller(phone: str) -> Known:
    """Who calls from a number."""
    digits = re.sub(r"\D", "", phone)
    if len(digits) < 7:
        return Known()
    customers = Customer.objects
    customer = (
        customers.filter(phone=digits).first() or customers.filter(other_phone=digits).first()
    )
    # One question an index answers each; with "or" between them none would be used.
    mine = {c.pk: c for c in _newest(Case.objects.filter(phone=digits))}
    if customer is not None:
        mine |= {c.pk: c for c in _newest(Case.objects.filter(customer=customer))}
    recent = sorted(mine.values(), key=lambda c: (c.opened_at, c.pk), reverse=True)[:RECENT]
    open_ = [c for c in recent if c.state != CaseState.CLOSED]
    earlier = [c for c in recent if c.state == CaseState.CLOSED][:5]
    return Known(customer, open_, earlier, _nearby(customer.territory if customer else None))


def _newest(rows: QuerySet[Case]) -> QuerySet[Case]:
    return rows.select_related("owner", "unit").order_by("-opened_at", "-id")[:RECENT]


def _nearby(territory: Territory | None) -> int:
    if territory is None:
        return 0
    since = clock.now() - timedelta(hours=1)
    recent = Case.objects.filter(territory=territory, topic="repair", opened_at__gte=since)
    return len(recent.values_list("id")[: MANY + 20])


def territory_of(address: str) -> Territory | None:
    """The territory one of whose words stands in an address; the longest word wins."""
    best: tuple[int, Territory] | None = None
    for territory in Territory.objects.filter(is_active=True).select_related("unit"):
        for word in territory.keywords.split():
            if word in address and (best is None or len(word) > best[0]):
                best = (len(word), territory)
    return best[1] if best else None


_PHONE = re.compile(r"1\d{10}|0\d{2,3}-?\d{7,8}")


def from_chat(text: str) -> dict[str, str]:
    """What a pasted chat message says: a phone number, an address, the matter."""
    phone = _PHONE.search(text)
    address = re.search(
        r"(?:地址|住在?|位于)[：: ]?([^\s，。,;；]+)|"
        r"([一-鿿]{2,}(?:路|街|巷|村|小区|花园|镇)[^\s，。,;；]*)", text,
    )  # fmt: skip
    name = re.search(r"(?:我叫|我是|姓名)[：: ]?([一-鿿]{2,4})", text)
    return {
        "phone": phone.group() if phone else "",
        "address": (address.group(1) or address.group(2)) if address else "",
        "name": name.group(1) if name else "",
        "matter": text.strip(),
    }
