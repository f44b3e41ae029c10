"""Findings: events that are breaches of the norm they name."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import ibis

from shouwen.measures.bulk.clocks import as_instant
from shouwen.measures.bulk.codes import Slot
from shouwen.measures.bulk.duties import BREACH_FIELDS, add_breaches, unit_of_outcome
from shouwen.measures.bulk.frames import AT, DAY, Frame
from shouwen.measures.bulk.outcomes import add_unknowns, only_where, rest
from shouwen.measures.bulk.people import person
from shouwen.measures.bulk.relations import ID, NOBODY
from shouwen.measures.bulk.sqltypes import null
from shouwen.measures.feel.types import STRING
from shouwen.measures.language.model import Finding

if TYPE_CHECKING:
    from shouwen.measures.bulk.lowering import Lowering


def lower_finding(lowering: Lowering, finding: Finding) -> None:
    """Add the steps, breaches and relation of a finding."""
    if lowering.idle(finding.trigger):
        lowering.empty(finding.id, BREACH_FIELDS)
        lowering.empty(f"breach of {finding.id}", BREACH_FIELDS)
        return
    rows, frame = lowering.triggering(finding.trigger, finding.id)
    when = frame.condition(finding.trigger.when)
    only_where(lowering, frame, when, finding.id, finding.norm)
    norm = frame.fresh("norm")
    frame.add(**{norm: ibis.literal(finding.norm)})
    if finding.norm_field is not None:
        named = frame.resolve(finding.norm_field, STRING)
        frame.look(named.trail)
        _only_known(lowering, frame, finding, named, norm)
        frame.add(**{f"{norm}+": frame.table[named.value]})
        norm = f"{norm}+"
    who = person(lowering, frame, finding.who)
    frame.look(who.slot.trail)
    bearer = frame.fresh("bearer")
    frame.add(**{bearer: frame.table[who.slot.value].cast("string")})
    if who.slot.names is not None:
        known = frame.table[bearer].notnull()
        if who.vacant is not None:
            known = known | frame.table[who.vacant]
        frame.add(**{"~known": ibis.ifelse(known, True, null("boolean"))})
        names = frame.names_column(who.slot)
        frame.add(**{"~known?": names})
        slot = Slot("~known", STRING, "~known?")
        _only_known(lowering, frame, finding, slot, norm)
    _at_the_act(lowering, frame, finding)
    unit = unit_of_outcome(lowering, frame, rows, bearer)
    rest(frame)
    t = frame.table
    frame.add(
        **{
            "~bearer": t[bearer],
            "~of unit": t[unit],
            "~row": null("int64"),
            "~norm": t[norm],
            "~breach at": t[AT],
            NOBODY: ibis.literal(False),
        }
    )
    frame.keep("found")
    breaches = add_breaches(lowering, finding.id, (), rows, frame.table)
    lowering.add_relation(replace(breaches, name=finding.id))


def _only_known(lowering: Lowering, frame: Frame, finding: Finding, slot: Slot, norm: str) -> None:
    """Keep the rows that know something; the others become outcomes that name what is missing."""
    frame.keep("known")
    table = frame.table
    doubtful = Frame(
        frame.ground, frame.label, table.filter(table[slot.value].isnull()), frame.slots
    )
    doubtful.looked = list(frame.looked)
    rest(doubtful)
    t = doubtful.table
    add_unknowns(
        lowering,
        finding.id,
        t,
        ibis.literal(f"{finding.id}:") + t[ID] + "?",
        t[norm],
        doubtful.names_column(slot),
    )
    frame.table = table.filter(table[slot.value].notnull())


def _at_the_act(lowering: Lowering, frame: Frame, finding: Finding) -> None:
    """Let the rows stand at the instant of the act, where that is known and in force."""
    if finding.at_field is None:
        return
    act = frame.resolve(finding.at_field)
    frame.look(act.trail)
    instant = as_instant(lowering, frame, act)
    frame.add(**{"~act": ibis.coalesce(frame.table[instant], frame.table[AT])})
    frame.table, local = lowering.zone.local(frame.table, "~act", "~a")
    first, last = lowering.adoption.first_day, lowering.adoption.last_day
    day = frame.table[local.day]
    in_force = frame.table[instant].isnull()
    inside = ibis.literal(True)
    if first is not None:
        inside = inside & (day >= ibis.literal(first, type="date"))
    if last is not None:
        inside = inside & (day <= ibis.literal(last, type="date"))
    frame.table = frame.table.filter(in_force | inside)
    frame.add(**{AT: frame.table["~act"], DAY: frame.table[local.day]})
