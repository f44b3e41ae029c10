"""What makes a day be counted anew: triggers on the tables that figures are counted from.

Whoever changes a row that a figure rests on writes, in the same statement and so in the same
transaction, which days are no longer as they were counted: the day the row was on, and the day it
is on now (`Recount`). Nothing has to remember to say so, and nothing can be passed over: a day is
in the queue exactly when the change is in the table, in whatever order transactions end.

A statement that changes a thousand rows writes a row for each day, not for each of them; columns
that no figure looks at write none. Rows are only ever added here, so that nobody waits for anybody.

Which unit a figure belongs to may hang on where a person worked (`house.queries.units_on`). A move
says only whose figures it concerns; which days those are is looked up when it is taken from the
queue (`counting`).

The models here are proxies: they hold the triggers and nothing else.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

import pgtrigger

from shouwen.service.aftercare.models import CallBack
from shouwen.service.cases.models import Case
from shouwen.service.complaints.models import Complaint
from shouwen.service.contacts.models import Call
from shouwen.service.enactment.models import Breach, Clock
from shouwen.service.house.models import Move
from shouwen.service.organisations.models import Holding, Person
from shouwen.service.workorders.models import Receipt, WorkOrder

QUEUE = "assessment_recount"
DAY = "(changed.{at} AT TIME ZONE zone.zone)::date"
ZONE = "JOIN tenancy_organisation zone ON zone.id = changed.organisation_id"


@dataclass(frozen=True)
class Days:
    """How the days of changed rows are found.

    Attributes:
        source: what the figures of these rows rest on.
        day: an SQL expression over `changed` and what is joined: the day.
        join: what is joined.
        where: which of the changed rows count.
        person: an SQL expression for whose figures it is, where the day must be looked up.
    """

    source: str
    day: str
    join: str = ZONE
    where: str = "true"
    person: str = "NULL"

    def insert(self, rows: str) -> str:
        """SQL that writes the days of some rows to the queue."""
        return (
            f"INSERT INTO {QUEUE} (organisation_id, source, day, person_id) "
            f"SELECT DISTINCT changed.organisation_id, '{self.source}', {self.day}, "
            f"{self.person}::bigint "
            f"FROM ({rows}) changed {self.join} WHERE {self.where};"
        )


def instant(source: str, at: str) -> Days:
    """The day, in the organisation's zone, of an instant that the rows have."""
    return Days(source, DAY.format(at=at), where=f"changed.{at} IS NOT NULL")


def watch(columns: str, *days: Days) -> list[pgtrigger.Trigger]:
    """Triggers for what is added, changed in one of some columns, and removed."""
    wanted = f"SELECT id, organisation_id, {columns}"
    old, new = f"{wanted} FROM old_rows", f"{wanted} FROM new_rows"
    # A row that is the same in all these columns is on both sides, and falls out.
    either = f"({old} EXCEPT {new}) UNION ALL ({new} EXCEPT {old})"
    tables: Any = pgtrigger.Referencing  # It has no types.
    kinds = (
        ("added", pgtrigger.Insert, tables(new="new_rows"), new),
        ("changed", pgtrigger.Update, tables(old="old_rows", new="new_rows"), either),
        ("removed", pgtrigger.Delete, tables(old="old_rows"), old),
    )
    return [
        pgtrigger.Trigger(
            name=f"counted_{name}", level=pgtrigger.Statement, when=pgtrigger.After,
            operation=operation, referencing=referencing,
            func=" ".join([*(d.insert(rows) for d in days), "RETURN NULL;"]),
        )
        for name, operation, referencing, rows in kinds
    ]  # fmt: skip


def person(column: str) -> Days:
    """All days of a person: where they worked may have changed."""
    return Days("", "NULL::date", join="", person=f"changed.{column}")


class WatchedCall(Call):
    """Calls, on the day they rang."""

    class Meta:
        proxy = True
        triggers: ClassVar = watch(
            "rang_at, state, harassing, answered_at, unit_id, operator_id",
            instant("calls", "rang_at"),
        )


class WatchedClock(Clock):
    """Duties, on the day their time ends."""

    class Meta:
        proxy = True
        triggers: ClassVar = watch(
            "deadline, status, aim, rule, norm, unit_id, person_id", instant("clocks", "deadline")
        )


class WatchedBreach(Breach):
    """Norms that were broken, on the day they were."""

    class Meta:
        proxy = True
        triggers: ClassVar = watch("at, gone, norm, unit_id, person_id", instant("breaches", "at"))


class WatchedWork(WorkOrder):
    """Work at customers', on the day it was reported."""

    class Meta:
        proxy = True
        triggers: ClassVar = watch(
            "reported_at, kind, arrived_at, appointment_from, unit_id, technician_id",
            instant("work", "reported_at"),
        )


class WatchedReceipt(Receipt):
    """Slips, on the day their work was reported; that day never changes."""

    class Meta:
        proxy = True
        triggers: ClassVar = watch(
            "rating, work_order_id",
            Days(
                "work", "(work.reported_at AT TIME ZONE zone.zone)::date",
                f"{ZONE} JOIN workorders_workorder work ON work.id = changed.work_order_id "
                "AND work.organisation_id = changed.organisation_id",
            ),
        )  # fmt: skip


class WatchedCase(Case):
    """Cases, on the day they were taken up, and the day of the one that they take up again; that
    day never changes."""

    class Meta:
        proxy = True
        triggers: ClassVar = watch(
            "opened_at, state, times_asked, follows_id, unit_id, first_owner_id",
            instant("cases", "opened_at"),
            Days(
                "cases", "(earlier.opened_at AT TIME ZONE zone.zone)::date",
                f"{ZONE} JOIN cases_case earlier ON earlier.id = changed.follows_id "
                "AND earlier.organisation_id = changed.organisation_id",
            ),
        )  # fmt: skip


class WatchedCallBack(CallBack):
    """Call-backs, on the day they were due."""

    class Meta:
        proxy = True
        triggers: ClassVar = watch(
            "due_on, answer, unit_id, person_id", Days("call-backs", "changed.due_on", "")
        )


class WatchedComplaint(Complaint):
    """Complaints, on the day they were received."""

    class Meta:
        proxy = True
        triggers: ClassVar = watch(
            "received_at, state, unit_id", instant("complaints", "received_at")
        )


class WatchedPerson(Person):
    """The unit someone is in now."""

    class Meta:
        proxy = True
        triggers: ClassVar = watch("unit_id", person("id"))


class WatchedMove(Move):
    """The units that people left."""

    class Meta:
        proxy = True
        triggers: ClassVar = watch('person_id, left_id, "on"', person("person_id"))


class WatchedHolding(Holding):
    """Posts that were held."""

    class Meta:
        proxy = True
        triggers: ClassVar = watch("person_id, unit_id, since, until", person("person_id"))
