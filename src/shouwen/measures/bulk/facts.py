"""Derived facts: rows of another relation, joined to the rows that ask and taken together.

A fact becomes columns of the asking frame: its value, the names of what is missing, and (arrays)
the readings and events it rests on. All rows that agree in the keys are joined, those that are
not counted are filtered out, the rest is grouped by the asking row. Where it hangs on nothing but
the keys who asks, the rows are grouped by the keys first, once for all who ask.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import ibis

from shouwen.measures.bulk.codes import Code, Slot, Trail
from shouwen.measures.bulk.errors import NotLoweredYet
from shouwen.measures.bulk.expressions import add_days, add_months
from shouwen.measures.bulk.frames import AT, DAY, ID, KEY, ORIGIN, Frame
from shouwen.measures.bulk.keys import calendar_key
from shouwen.measures.bulk.relations import NOBODY, ORDER, Rows
from shouwen.measures.bulk.sqltypes import (
    DECIMAL,
    NAMES,
    SECOND_US,
    Expr,
    Table,
    either,
    holds,
    joined,
    literal,
    names_of,
    nothing,
    null,
    sql_type,
    us,
    whole,
)
from shouwen.measures.feel import tree
from shouwen.measures.feel.types import STRING
from shouwen.measures.language.model import Earlier, Fact, Take

if TYPE_CHECKING:
    from shouwen.measures.bulk.lowering import Lowering

ASKING = "asking."
_NOBODY = "\1nobody"


def resolve_fact(lowering: Lowering, frame: Frame, name: str) -> Slot | None:
    """The columns of a derived fact; None if there is none of this name."""
    fact = lowering.measure.facts.get(name)
    if fact is None:
        return None
    if name in frame.table.columns:
        raise NotLoweredYet(f"a fact with the name of a field ('{name}')", fact.norm, fact.span)
    if fact.take is Take.VALUE:
        assert fact.value is not None
        return frame.put(fact.value, name)
    if fact.take is Take.HOLDER:
        return _holder(lowering, frame, fact)
    if fact.take is Take.BALANCE:
        from shouwen.measures.bulk.ledgers import balance

        return balance(lowering, frame, fact)
    return _Drawn(lowering, frame, fact).slot()


def _holder(lowering: Lowering, frame: Frame, fact: Fact) -> Slot:
    """The person in a post. Of a vacant one nothing is missing but the fact itself."""
    from shouwen.measures.bulk.people import person

    assert fact.holder is not None
    found = person(lowering, frame, fact.holder)
    if found.vacant is None:
        return found.slot
    names = frame.fresh("names")
    table = frame.table
    of_post = frame.names_column(found.slot)
    frame.add(**{names: ibis.ifelse(table[found.vacant], names_of([fact.name]), of_post)})
    return replace(found.slot, names=names)


@dataclass
class _Drawn:
    """A fact drawn from the rows of a relation."""

    lowering: Lowering
    frame: Frame
    fact: Fact

    def slot(self) -> Slot:
        fact, frame = self.fact, self.frame
        rows = self.lowering.rows(fact.relation, fact.clauses)
        keys = [frame.resolve(k, rows.fields.get(k, STRING)) for k in fact.same]
        if self.lowering.is_empty(fact.relation, fact.clauses):
            return self._with_keys(self._of_nothing(), keys)
        if self._by_keys_alone():
            grouped, doubt = self._by_keys(rows)
            on = {f"~same {i}": k.value for i, k in enumerate(keys)}
            return self._with_keys(self._joined(grouped, doubt, on), keys)
        inner = self._pairs(rows, keys)
        holds_column, doubt, trail = self._condition(inner)
        grouped = self._grouped(inner, rows, [f"a{KEY}"], holds_column, doubt, trail)
        return self._with_keys(self._joined(grouped, doubt, {f"a{KEY}": KEY}), keys)

    def _by_keys_alone(self) -> bool:
        """Whether all who agree in the keys come to the same."""
        fact = self.fact
        asks = fact.where is not None and any(n.startswith(ASKING) for n in tree.names(fact.where))
        timed = fact.earlier is not Earlier.NO or fact.within is not None
        nobody = NOBODY in self.frame.table.columns and "person" in fact.same
        return bool(fact.same) and not (asks or timed or nobody)

    def _by_keys(self, rows: Rows) -> tuple[Table, str | None]:
        """The rows taken together by the keys, and the column of doubts among them."""
        fact, lowering = self.fact, self.lowering
        which = (fact.name, rows.table.op())
        found = lowering.by_keys.get(which)
        if found is None:
            inner = self._looked_at(rows)
            counts, doubt, trail = self._condition(inner)
            keys = [f"~same {i}" for i in range(len(fact.same))]
            grouped = self._grouped(inner, rows, keys, counts, doubt, trail)
            found = lowering.steps.add(f"{fact.name} by keys", grouped), doubt
            lowering.by_keys[which] = found
        return found

    def _with_keys(self, found: Slot, keys: list[Slot]) -> Slot:
        """The fact, resting also on what its keys rest on."""
        own = [self.frame.resolve(k, STRING) for k in self.fact.distinct]
        for slot in (*keys, *own):
            found = replace(found, trail=found.trail | slot.trail)
        return found

    def _of_nothing(self) -> Slot:
        """The fact where the relation has no rows."""
        fact = self.fact
        kind = sql_type(fact.type)
        if fact.default is None:
            code = Code(null(kind), names_of([fact.name]))
        else:
            code = Code(literal(fact.default, fact.type))
        return replace(self.frame.hold(code, fact.name), type=fact.type)

    # --- which rows -------------------------------------------------------------------------

    def _looked_at(self, rows: Rows) -> Frame:
        """The rows that are looked at, with their keys and groups from their instant."""
        fact, lowering = self.fact, self.lowering
        looked_at = lowering.frame(rows, f"{fact.name} of {self.frame.label}")
        if fact.clauses:
            norm = looked_at.table["norm"]
            looked_at.table = looked_at.table.filter(norm.isin(sorted(fact.clauses)))
        needed = tree.names(fact.where) if fact.where is not None else frozenset()
        for name in sorted(n for n in needed if not n.startswith((ASKING, "reading."))):
            self._refuse_asking(name)
            looked_at.resolve(name)
        same = {f"~same {i}": self._key(looked_at, k) for i, k in enumerate(fact.same)}
        groups = {f"~group {i}": self._key(looked_at, k) for i, k in enumerate(fact.distinct)}
        looked_at.add(**same, **groups)
        return looked_at

    def _pairs(self, rows: Rows, keys: list[Slot]) -> Frame:
        """Asking rows with the rows that agree with them in the keys and in time."""
        fact, frame, lowering = self.fact, self.frame, self.lowering
        needed = tree.names(fact.where) if fact.where is not None else frozenset()
        asked = sorted(n.removeprefix(ASKING) for n in needed if n.startswith(ASKING))
        own = fact.distinct if fact.earlier is Earlier.YES else ()
        asking_slots = {n: frame.resolve(n, rows.fields.get(n, STRING)) for n in (*asked, *own)}
        frame.keep(f"before {fact.name}")
        asking = self._asking(keys, asking_slots)

        looked_at = self._looked_at(rows)
        if NOBODY in frame.table.columns and "person" in fact.same:
            place = f"~same {fact.same.index('person')}"
            looked_at.add(**{place: looked_at.table[place].fill_null(_NOBODY)})
        right = looked_at.table
        on = [asking[f"a~same {i}"] == right[f"~same {i}"] for i in range(len(fact.same))]
        pairs = asking.inner_join(right, on) if on else asking.cross_join(right)
        counted = [*self._in_time(pairs), *self._other_group(pairs, own)]
        if counted:
            pairs = pairs.filter(*counted)
        inner = Frame(lowering.ground, looked_at.label, pairs, looked_at.slots)
        for n in asked:
            slot = asking_slots[n]
            names: Any = f"a{slot.names}" if isinstance(slot.names, str) else slot.names
            inner.slots[ASKING + n] = Slot(f"a{slot.value}", slot.type, names)
        return inner

    def _asking(self, keys: list[Slot], slots: dict[str, Slot]) -> Table:
        table = self.frame.table
        columns = {f"a{c}": table[c] for c in (KEY, AT, DAY, ORIGIN)}
        for slot in slots.values():
            columns[f"a{slot.value}"] = table[slot.value]
            if isinstance(slot.names, str):
                columns[f"a{slot.names}"] = table[slot.names]
        columns |= {f"a~same {i}": table[k.value] for i, k in enumerate(keys)}
        if NOBODY in table.columns and "person" in self.fact.same:
            # What is borne by nobody agrees with what nobody known bears.
            place = f"a~same {self.fact.same.index('person')}"
            nobody = ibis.ifelse(table[NOBODY], ibis.literal(_NOBODY), null("string"))
            columns[place] = columns[place].fill_null(nobody)
        for i, name in enumerate(self.fact.distinct):
            if name in slots:
                columns[f"a~group {i}"] = table[slots[name].value]
        return table.select(**columns)

    def _refuse_asking(self, name: str) -> None:
        """A named expression about the asking row would need to know who asks."""
        fact = self.lowering.measure.facts.get(name)
        stack = [fact.value] if fact is not None and fact.value is not None else []
        while stack:
            for used in tree.names(stack.pop()):
                if used.startswith(ASKING):
                    raise NotLoweredYet(
                        f"asking.* inside the fact '{name}'", self.fact.norm, self.fact.span
                    )
                inner = self.lowering.measure.facts.get(used)
                if inner is not None and inner.value is not None:
                    stack.append(inner.value)

    def _key(self, frame: Frame, name: str) -> Expr:
        if name in frame.table.columns:
            return frame.table[name]
        key = calendar_key(name, frame.table[DAY])
        if key is None:
            return null(sql_type(STRING))
        return key

    def _in_time(self, pairs: Table) -> list[Expr]:
        fact = self.fact
        found: list[Expr] = []
        before = pairs[AT] < pairs[f"a{AT}"]
        at_once = pairs[AT] == pairs[f"a{AT}"]
        if fact.earlier is Earlier.YES:
            found.append(before | (at_once & (pairs[ORIGIN] < pairs[f"a{ORIGIN}"])))
        elif fact.earlier is Earlier.INCLUSIVE:
            found.append(before | (at_once & (pairs[ORIGIN] <= pairs[f"a{ORIGIN}"])))
        if fact.within is None:
            return found
        period, day = fact.within, pairs[DAY]
        if period.working_days or period.is_negative:
            raise NotLoweredYet(f"within {period.iso()}", fact.norm, fact.span)
        start = self.lowering.adoption.counted_from
        if start is not None:
            found.append(day >= ibis.literal(start, type="date"))
        found.append(day <= pairs[f"a{DAY}"])
        if period.is_exact:
            passed = us(pairs[f"a{AT}"]) - us(pairs[AT])
            found += [passed >= 0, passed <= period.seconds * SECOND_US]
        else:
            end = add_days(add_months(day, whole(period.months)), whole(period.days))
            found.append(pairs[f"a{DAY}"] <= end)
        return found

    def _other_group(self, pairs: Table, own: tuple[str, ...]) -> list[Expr]:
        if not own:
            return []
        agree = [holds(pairs[f"~group {i}"] == pairs[f"a~group {i}"]) for i in range(len(own))]
        different = [a == ibis.literal(False) for a in agree]
        return [either(*different)]

    # --- the condition ------------------------------------------------------------------------

    def _condition(self, inner: Frame) -> tuple[str, str | None, Trail]:
        """Columns: whether a row counts (never NULL), and what is missing to say so."""
        where = self.fact.where
        if where is None:
            inner.add(**{"~counts": ibis.literal(True)})
            return "~counts", None, Trail()
        slot = inner.put(where)
        value = inner.table[slot.value]
        columns: dict[str, Expr] = {"~counts": holds(value)}
        doubt = None
        if slot.names is not None:
            doubt = "~doubt"
            columns["~doubt"] = inner.names_column(slot)
        inner.add(**columns)
        return "~counts", doubt, slot.trail

    # --- taking together ----------------------------------------------------------------------

    def _grouped(
        self, inner: Frame, rows: Rows, by: list[str], counts: str, doubt: str | None, trail: Trail
    ) -> Table:
        taken_from = self.fact.column
        if taken_from not in (None, "at", *inner.table.columns):
            # No rule that would say it has any rows: it is unknown in those of the others.
            inner.add(**{str(taken_from): null(sql_type(self.fact.type))})
        table = inner.table
        found = table[counts]
        columns: dict[str, Expr] = {}
        if doubt is not None:
            columns["~doubts"] = table[doubt].collect(where=table[doubt].length() > 0)
        valued = found
        fact = self.fact
        column = None
        if fact.column is not None:
            column = table[AT] if fact.column == "at" else table[fact.column]
            valued = found & column.notnull()
        columns |= self._value(table, found, valued, column, rows)
        order = [table[c] for c in ORDER]
        taken = valued if fact.take not in (Take.ANY, Take.COUNT) else found
        events, readings = rows.events(table), rows.readings(table)
        if fact.take in (Take.LATEST, Take.FIRST, Take.ANY):
            if fact.take is Take.LATEST:
                order = [o.desc() for o in order]
            if rows.is_event:
                columns["~rest id"] = table[ID].first(where=taken, order_by=order)
            else:
                columns["~rest"] = events.first(where=taken, order_by=order)
                columns["~rest readings"] = readings.first(where=taken, order_by=order)
        else:
            columns["~rest"] = events.collect(where=taken).flatten()
            if not rows.is_event:
                columns["~rest readings"] = readings.collect(where=taken).flatten()
        columns |= self._asked_readings(table, rows, trail)
        return table.group_by(by).agg(**columns)

    def _value(
        self, table: Table, found: Expr, valued: Expr, column: Expr | None, rows: Rows
    ) -> dict[str, Expr]:
        fact = self.fact
        if fact.take is Take.ANY:
            return {"~value": found.any()}
        if fact.take is Take.COUNT:
            if not fact.distinct:
                return {"~value": found.sum().cast("int64")}
            keys = {f"g{i}": table[f"~group {i}"] for i in range(len(fact.distinct))}
            return {"~value": ibis.struct(keys).nunique(where=found).cast("int64")}
        assert column is not None
        ranges: dict[str, Expr] = {}
        if fact.column in rows.quantities:
            # An amount is not known before it is decided.
            undecided = valued & (column.fixed == ibis.literal(False))
            ranges = {"~ranges": undecided.any()}
            if fact.take in (Take.LATEST, Take.FIRST):
                order = [table[c] for c in ORDER]
                if fact.take is Take.LATEST:
                    order = [o.desc() for o in order]
                last = column.fixed.first(where=valued, order_by=order)
                ranges = {"~ranges": last == ibis.literal(False)}
            column = column.lo
        order = [table[c] for c in ORDER]
        match fact.take:
            case Take.LATEST if fact.column == "at":  # what the order begins with
                value = column.max(where=valued)
            case Take.FIRST if fact.column == "at":
                value = column.min(where=valued)
            case Take.LATEST:
                value = column.first(where=valued, order_by=[o.desc() for o in order])
            case Take.FIRST:
                value = column.first(where=valued, order_by=order)
            case Take.SUM:
                value = column.sum(where=valued).cast(DECIMAL)
            case Take.MIN:
                value = column.min(where=valued)
            case _:
                value = column.max(where=valued)
        return {"~value": value, **ranges}

    def _asked_readings(self, table: Table, rows: Rows, trail: Trail) -> dict[str, Expr]:
        """Readings that the condition looked at, of all rows that it was asked about."""
        found: dict[str, Expr] = {}
        for i, reading in enumerate(sorted(trail.readings)):
            asked = table[AT].count() > 0
            if not rows.is_event:
                asked = (rows.readings(table).contains(reading) == ibis.literal(False)).any()
            found[f"~asked {i} {reading}"] = asked
        for i, column in enumerate(sorted(trail.reading_columns)):
            found[f"~looked {i}"] = table[column].collect().flatten()
        return found

    # --- back to the asking rows --------------------------------------------------------------

    def _joined(self, grouped: Table, doubt: str | None, on: dict[str, str]) -> Slot:
        """Join what was taken together; `on` says which of its columns agree with which here."""
        fact, frame = self.fact, self.frame
        prefix = frame.fresh(fact.name)
        columns = {f"{prefix}{c}": grouped[c] for c in grouped.columns}
        right = grouped.select(**columns)
        left = frame.table
        agree = [left[own] == right[f"{prefix}{column}"] for column, own in on.items()]
        frame.table = left.left_join(right, agree)
        asked = {c: f"{prefix}{c}" for c in grouped.columns}
        value, names = self._settled(asked, doubt)
        readings = self._readings(asked, doubt)
        if "~rest id" in asked:
            one = frame.table[asked["~rest id"]]
            rest = ibis.ifelse(one.isnull(), nothing(), ibis.array([one]))
        else:
            rest = frame.table[asked["~rest"]]
        events = self._unless_doubtful(rest, asked, doubt)
        new = {f"{prefix}=": value, f"{prefix}!": events}
        if names is not None:
            new[f"{prefix}?"] = names
        if readings is not None:
            new[f"{prefix}&"] = readings
        frame.add(**new)
        frame.drop(*asked.values())
        trail = Trail(
            reading_columns=frozenset({f"{prefix}&"} if readings is not None else ()),
            event_columns=frozenset({f"{prefix}!"}),
        )
        return Slot(f"{prefix}=", fact.type, f"{prefix}?" if names is not None else None, trail)

    def _settled(self, asked: dict[str, str], doubt: str | None) -> tuple[Expr, Expr | None]:
        """The value, and the names of what is missing where it is NULL."""
        fact, table = self.fact, self.frame.table
        value = table[asked["~value"]]
        kind = sql_type(fact.type)
        cases: list[tuple[Expr, Expr]] = []
        names: list[tuple[Expr, Expr]] = []
        doubtful = None
        if doubt is not None:
            doubts = table[asked["~doubts"]]
            doubtful = doubts.notnull() & (doubts.length() > 0)
            names.append((doubtful, doubts.flatten()))
        rest_names: Expr | None = None
        if fact.take is Take.ANY:
            cases.append((holds(value), ibis.literal(True)))
            if doubtful is not None:
                cases.append((doubtful, null(kind)))
            rest: Expr = ibis.literal(False)
        else:
            if doubtful is not None:
                cases.append((doubtful, null(kind)))
            if fact.take is Take.COUNT:
                rest = value.fill_null(0).cast(DECIMAL)
            else:
                if "~ranges" in asked:
                    ranged = holds(table[asked["~ranges"]])
                    cases.append((ranged, null(kind)))
                    names.append((ranged, names_of([str(fact.column)])))
                rest = value
                if fact.default is not None:
                    rest = value.fill_null(literal(fact.default, fact.type))
                else:
                    rest_names = names_of([fact.name])
        settled = ibis.cases(*cases, else_=rest) if cases else rest
        if not names and rest_names is None:
            return settled, None
        otherwise = rest_names if rest_names is not None else nothing()
        return settled, ibis.cases(*names, else_=otherwise) if names else otherwise

    def _unless_doubtful(self, rest: Expr, asked: dict[str, str], doubt: str | None) -> Expr:
        """What the counted rows rest on; a fact that is in doubt rests on none of them."""
        rest = rest.fill_null(nothing())
        if doubt is None or self.fact.take is Take.ANY:
            return rest
        doubts = self.frame.table[asked["~doubts"]]
        in_doubt = doubts.notnull() & (doubts.length() > 0)
        return ibis.ifelse(in_doubt, nothing(), rest)

    def _readings(self, asked: dict[str, str], doubt: str | None) -> Expr | None:
        table = self.frame.table
        parts: list[Expr] = []
        for column, name in asked.items():
            if column.startswith("~asked "):
                reading = column.split(" ", 2)[2]
                parts.append(ibis.ifelse(holds(table[name]), names_of([reading]), nothing()))
            elif column.startswith("~looked "):
                parts.append(table[name].fill_null(nothing()))
            elif column == "~rest readings":
                parts.append(self._unless_doubtful(table[name], asked, doubt))
        return joined(*parts) if parts else None


__all__ = ["NAMES", "resolve_fact"]
