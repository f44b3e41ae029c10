"""Who held which post when, and whom a rule means, by joining dated posts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import ibis

from shouwen.measures.bulk.codes import Slot, Trail
from shouwen.measures.bulk.frames import AT, KEY, Frame
from shouwen.measures.bulk.relations import ID, NOBODY
from shouwen.measures.bulk.sqltypes import Expr, Table, holds, names_of, nothing
from shouwen.measures.feel.types import STRING
from shouwen.measures.language.model import Bearer, Take

if TYPE_CHECKING:
    from shouwen.measures.bulk.lowering import Lowering


@dataclass(frozen=True)
class Person:
    """Whom a rule means.

    The value of `slot` is NULL if that is unknown and also if the post is vacant; `vacant` (a
    column, never NULL; None: cannot be) tells these apart.
    """

    slot: Slot
    vacant: str | None = None


def person(lowering: Lowering, frame: Frame, bearer: Bearer) -> Person:
    """The columns of a bearer: a key of the row, or the holder of a post in a unit."""
    if bearer.post is None:
        fact = lowering.measure.facts.get(bearer.field)
        if fact is not None and fact.take is Take.HOLDER:
            assert fact.holder is not None
            return person(lowering, frame, fact.holder)
        own = bearer.field == "person" and NOBODY in frame.table.columns
        return Person(frame.resolve(bearer.field, STRING), NOBODY if own else None)
    if not bearer.field:
        return _holder(lowering, frame, bearer.post, None)
    unit = frame.resolve(bearer.field, STRING)
    if bearer.field == "unit":
        unit = unit_of_row(lowering, frame)
    return _holder(lowering, frame, bearer.post, unit)


def _holder(lowering: Lowering, frame: Frame, post: str, unit: Slot | None) -> Person:
    """Who holds a post of a unit, or one that there is once (no unit)."""
    posts = _posts(lowering)
    prefix = frame.fresh(post)
    if unit is not None:
        frame.add(**{f"{prefix}unit": frame.table[unit.value]})
    frame.keep(f"before {post}")
    columns = {"a~key": frame.table[KEY], "a~at": frame.table[AT]}
    if unit is not None:
        columns["a~unit"] = frame.table[f"{prefix}unit"]
    asking = frame.table.select(**columns)
    held = posts.filter(posts["post"] == post)
    if unit is not None:
        pairs = asking.inner_join(held, [asking["a~unit"] == held["unit"]])
    else:
        pairs = asking.cross_join(held)
    found = _latest(pairs)
    found = found.select(
        **{
            f"{prefix}key": found["a~key"],
            f"{prefix}person": found["person"],
            f"{prefix}event": found["event"],
        }
    )
    frame.table = frame.table.left_join(found, [frame.table[KEY] == found[f"{prefix}key"]])
    table = frame.table
    on_record = table[f"{prefix}event"].notnull()
    names = names_of([post])
    if unit is not None:
        names = ibis.ifelse(
            table[f"{prefix}unit"].isnull(),
            frame.names_column(unit) if unit.names is not None else nothing(),
            ibis.array([ibis.literal(f"{post} of ") + table[f"{prefix}unit"]]),
        )
    frame.add(
        **{
            f"{prefix}?": names,
            f"{prefix}vacant": on_record & table[f"{prefix}person"].isnull(),
            f"{prefix}!": ibis.ifelse(on_record, ibis.array([table[f"{prefix}event"]]), nothing()),
        }
    )
    frame.drop(f"{prefix}key", f"{prefix}event")
    trail = Trail(event_columns=frozenset({f"{prefix}!"}))
    if unit is not None:
        trail = trail | unit.trail
    return Person(Slot(f"{prefix}person", STRING, f"{prefix}?", trail), f"{prefix}vacant")


def unit_of_row(lowering: Lowering, frame: Frame, bearer: str | None = None) -> Slot:
    """The unit of a row: its own, else that of its person at the instant.

    `bearer` is the column of that person where it is not the field `person`.
    """
    own = frame.resolve("unit", STRING)
    if own.names is None or lowering.is_empty("post.held"):
        return own
    if bearer is None:
        bearer = frame.resolve("person", STRING).value
    posts = _posts(lowering)
    prefix = frame.fresh("unit")
    frame.add(**{f"{prefix}own": frame.table[own.value], f"{prefix}bearer": frame.table[bearer]})
    frame.keep("before unit")
    table = frame.table
    asking = table.filter(table[f"{prefix}own"].isnull()).select(
        **{"a~key": table[KEY], "a~at": table[AT], "a~person": table[f"{prefix}bearer"]}
    )
    pairs = asking.inner_join(posts, [asking["a~person"] == posts["person"]])
    found = _latest(pairs)
    found = found.select(**{f"{prefix}key": found["a~key"], f"{prefix}of": found["unit"]})
    frame.table = table.left_join(found, [table[KEY] == found[f"{prefix}key"]])
    value = ibis.coalesce(frame.table[f"{prefix}own"], frame.table[f"{prefix}of"])
    frame.add(**{f"{prefix}=": value})
    frame.drop(f"{prefix}own", f"{prefix}of", f"{prefix}key", f"{prefix}bearer")
    return Slot(f"{prefix}=", STRING, frozenset({"unit"}))


def _latest(pairs: Table) -> Table:
    """Of the posts that last at the asking instant, the one that began last."""
    lasts = (pairs["start"] <= pairs["a~at"]) & (
        pairs["end"].isnull() | holds(pairs["a~at"] < pairs["end"])
    )
    pairs = pairs.filter(lasts)
    rank = ibis.row_number().over(
        group_by=pairs["a~key"], order_by=[pairs["start"].desc(), pairs["event"].desc()]
    )
    pairs = pairs.mutate(**{"~rank": rank})
    return pairs.filter(pairs["~rank"] == 0)


def _posts(lowering: Lowering) -> Table:
    """Who held which post from when to when (excluded), posts by their identifiers."""
    rows = lowering.rows("post.held")
    if lowering.posts is None:
        table = rows.table
        labels = {label.zh: name for name, label in lowering.measure.vocabulary.posts.items()}
        post: Expr = table["post"]
        if labels:
            cases = [(table["post"] == zh, ibis.literal(name)) for zh, name in labels.items()]
            post = ibis.cases(*cases, else_=post)
        lowering.posts = lowering.steps.add(
            "posts",
            table.select(
                person=table["person"],
                unit=table["unit"],
                post=post,
                start=ibis.coalesce(table["from"], table["~at"]),
                end=table["to"],
                event=table[ID],
            ),
        )
    return lowering.posts
