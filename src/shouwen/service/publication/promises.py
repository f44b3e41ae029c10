"""The deadlines that a measure sets, and what a published text rests on. Pure: no database."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from shouwen.measures.checking.coverage import readings_used
from shouwen.measures.evaluation import Adoption as Adopted
from shouwen.measures.feel.python import compile_expression
from shouwen.measures.feel.unparse import unparse
from shouwen.measures.language.model import Duty, DutyKind, Force, Label


@dataclass(frozen=True)
class Promise:
    """A duty with a time limit, of one norm, in force under the adopted readings.

    Attributes:
        rule, norm: the duty, and the clause that sets the limit.
        label: what is promised, in a few words; `text` the clause as it stands.
        limits: the limit as the measure reckons it, one line for each row of a table.
        readings: the readings it rests on, with the option that was adopted.
        binding: False for what is only aimed at.
    """

    rule: str
    norm: str
    label: Label
    text: Label
    limits: tuple[str, ...]
    readings: Mapping[str, str]
    binding: bool


@cache
def promises_of(adopted: Adopted) -> tuple[Promise, ...]:
    """The promises of a measure as adopted, in the order of its duties."""
    measure = adopted.measure
    used = readings_used(measure)
    found: list[Promise] = []
    for duty in measure.duties:
        if duty.kind is not DutyKind.ACHIEVE or _out_of_force(adopted, duty):
            continue
        for norm, limits in _limits(duty).items():
            clause = measure.clauses[norm]
            found.append(
                Promise(
                    duty.id, norm, Label(clause.title, clause.gloss or clause.title),
                    Label(clause.text or clause.title, clause.gloss or clause.title), limits,
                    {r: adopted.readings[r] for r, rules in used.items() if duty.id in rules},
                    duty.force is Force.BINDING,
                )
            )  # fmt: skip
    return tuple(found)


def _out_of_force(adopted: Adopted, duty: Duty) -> bool:
    """Whether the adopted readings alone say that the duty never begins."""
    when = duty.trigger.when
    if when is None:
        return False
    facts: dict[str, Any] = {f"reading.{r}": option for r, option in adopted.readings.items()}
    # Everything else is unknown, and what is not False then may yet begin.
    return compile_expression(when, adopted.zone)(facts) is False


def _limits(duty: Duty) -> dict[str, tuple[str, ...]]:
    """The norms under which a duty sets limits, each with its limits; none for open duties."""
    found: dict[str, tuple[str, ...]] = {}
    if duty.table is not None:
        for row in duty.table.rows:
            tests = [
                f"{column.label} {unparse(cell)}"
                for column, cell in zip(duty.table.inputs, row.cells, strict=True)
            ]
            given = [unparse(o) for o in row.outputs if o is not None]
            norm = duty.norms.of(row.number)
            found[norm] = (*found.get(norm, ()), f"{', '.join(tests)} → {', '.join(given)}")
    elif (limit := duty.within or duty.by or duty.ahead) is not None:
        found[duty.norms.default] = (unparse(limit),)
    for move in duty.moves if found else ():
        # What is broken when a time that was agreed or put off is missed.
        if move.cites is not None:
            moved = unparse(move.value)
            found.setdefault(move.cites, ())
            found[move.cites] = (*found[move.cites], f"{move.event} → {moved}")
    return found


def basis(adopted: Adopted, norms: Iterable[str], rules: Iterable[str]) -> dict[str, Any]:
    """What a text rests on, as plain JSON: the clauses it answers and the promises it repeats,
    each with the readings that were adopted."""
    measure = adopted.measure
    clauses = {
        norm: {
            "text": [measure.clauses[norm].text, measure.clauses[norm].gloss],
            "readings": {
                r.id: adopted.readings[r.id] for r in measure.readings.values() if r.norm == norm
            },
        }
        for norm in norms
        if norm in measure.clauses
    }
    wanted = set(rules)
    kept = {
        f"{p.rule} {p.norm}": {
            "text": [p.text.zh, p.text.en],
            "limits": list(p.limits),
            "readings": dict(p.readings),
        }
        for p in promises_of(adopted)
        if p.rule in wanted
    }
    return {"clauses": clauses, "promises": kept}


def differences(adopted: Adopted, before: Mapping[str, Any]) -> Iterator[Label]:
    """In which points a measure as it is adopted now differs from what a text rested on."""
    rules = {key.split(" ")[0] for key in before.get("promises", {})}
    now = basis(adopted, before.get("clauses", {}), rules)
    told: set[str] = set()
    for kind in ("clauses", "promises"):
        old, new = before.get(kind, {}), now[kind]
        for key in old.keys() | new.keys():
            norm = key.split(" ")[-1]
            if key not in new:
                yield Label(f"{norm} 不再有效", f"{norm} is no longer in force")
            elif key not in old:
                yield Label(f"{norm} 新增", f"{norm} has been added")
            else:
                yield from _changed(adopted, norm, old[key], new[key], told)


def _changed(
    adopted: Adopted, norm: str, old: Mapping[str, Any], new: Mapping[str, Any], told: set[str]
) -> Iterator[Label]:
    """The same norm then and now; a reading that several rest on is told once."""
    if old["text"] != new["text"]:
        yield Label(
            f"{norm} 条文改了：{old['text'][0]} → {new['text'][0]}",
            f"{norm} was reworded: {old['text'][1]} → {new['text'][1]}",
        )
    if old.get("limits") != new.get("limits"):
        was, is_ = ("; ".join(side.get("limits") or ()) for side in (old, new))
        yield Label(f"{norm} 时限改了：{was} → {is_}", f"{norm}, other limit: {was} → {is_}")
    for id_ in sorted(old["readings"].keys() | new["readings"].keys()):
        was, is_ = old["readings"].get(id_), new["readings"].get(id_)
        if was == is_ or id_ in told:
            continue
        told.add(id_)
        reading = adopted.measure.readings.get(id_)
        options = reading.options if reading is not None else {}
        one, two = (options.get(o or "", Label(o or "—", o or "—")) for o in (was, is_))
        yield Label(
            f"{norm} 释义“{id_}”改了：{one.zh} → {two.zh}",
            f"{norm}, the reading '{id_}' changed: {one.en} → {two.en}",
        )
