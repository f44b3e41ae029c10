"""The state of one lowering: the steps so far, the relations, and how names are resolved."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from typing import Any

import ibis

from shouwen.measures.bulk.codes import Slot, Trail
from shouwen.measures.bulk.errors import NotLoweredYet
from shouwen.measures.bulk.folding import fold
from shouwen.measures.bulk.frames import KEY, Frame, Ground
from shouwen.measures.bulk.liveness import ALWAYS, WHOLE, live_fields
from shouwen.measures.bulk.relations import (
    AT,
    DAY,
    EVENTS,
    ID,
    ORIGIN,
    OWN,
    READINGS,
    SEQ,
    SERIAL,
    Rows,
    narrowed,
    union,
)
from shouwen.measures.bulk.sqltypes import DECIMAL, INSTANT, Table, null, sql_type
from shouwen.measures.bulk.steps import Steps
from shouwen.measures.bulk.zones import Zone
from shouwen.measures.evaluation import Adoption
from shouwen.measures.feel import tree
from shouwen.measures.feel.types import BOOLEAN, DATETIME, NUMBER, STRING, Type
from shouwen.measures.language.model import Relation, Rule, Trigger

BREACH = "breach"
SUPERSEDED = "~superseded"


class Lowering:
    """Lowers the rules of an adoption one after the other."""

    def __init__(
        self,
        adoption: Adoption,
        rules: Iterable[Rule],
        events: Collection[str] | None = None,
        known: Mapping[str, Collection[str]] | None = None,
    ) -> None:
        from shouwen.measures.bulk.facts import resolve_fact
        from shouwen.measures.bulk.keys import resolve_key

        self.adoption = adoption
        self.measure = adoption.measure
        self.steps = Steps()
        self.zone = Zone(self.steps, adoption.measure.zone)
        self.ground = Ground(self.steps, self.zone, adoption.readings)
        self.ground.resolvers = [
            lambda frame, name, type_: resolve_fact(self, frame, name),
            lambda frame, name, type_: resolve_key(self, frame, name),
        ]
        self.live = live_fields(self.measure, rules)
        self.relations: dict[str, Rows] = {}
        self._absent = frozenset(
            () if events is None else self.measure.vocabulary.events.keys() - set(events)
        )
        self._empty: set[str] = set(self._absent)
        self._known = known or {}
        self.breaches: dict[str, tuple[Rows, frozenset[str]]] = {}
        """By rule: its breaches, and the norms they may cite (empty: any)."""
        self.outcomes: dict[str, list[Table]] = {}
        self.posts: Table | None = None
        self.special_days: Table | None = None
        self.by_keys: dict[tuple[str, Any], tuple[Table, str | None]] = {}
        """By fact and the table it is drawn from: its rows taken together by its keys, and the
        column of doubts among them."""
        self._unions: dict[tuple[str, ...], Rows] = {}

    # --- relations --------------------------------------------------------------------------

    def rows(self, name: str, clauses: frozenset[str] = frozenset()) -> Rows:
        """A relation. Of `breach`, those that may cite some clauses (any, if none are given)."""
        if name == BREACH:
            return self._all_breaches(clauses)
        found = self.relations.get(name)
        if found is None:
            event = self.measure.vocabulary.events.get(name)
            if event is None:
                raise NotLoweredYet(f"the relation '{name}'")
            found = self.relations[name] = self._events(event)
        return found

    def _events(self, relation: Relation) -> Rows:
        every = {n: f.type for n, f in relation.fields.items() if n not in ("id", "at")}
        if relation.name in self._absent:
            return self.empty(relation.name, every)
        live = self.live.get(relation.name, frozenset())
        fields = {
            n: t for n, t in every.items()
            if n in live or n in ALWAYS or relation.name in WHOLE
        }  # fmt: skip
        raw = self.steps.event_table(
            relation.name,
            {
                "id": "string",
                "n": "int64",
                "at": INSTANT,
                "recorded_at": INSTANT,
                "retracts": "boolean",
                **{f"f:{n}": sql_type(t) for n, t in fields.items()},
            },
        )
        superseded = ibis.table({"id": "string"}, name=SUPERSEDED)
        known_from = ibis.coalesce(raw.recorded_at, raw["at"])
        table = raw.filter(
            known_from <= self.steps.as_of(), raw.retracts.fill_null(False) == ibis.literal(False)
        ).anti_join(superseded, "id")
        table = table.select(
            **{
                ID: table["id"],
                SERIAL: table["n"],
                AT: table["at"],
                ORIGIN: table["id"],
                SEQ: ibis.literal(0, type="int64"),
                **{n: table[f"f:{n}"] for n in fields},
            }
        )
        table = self.with_day(table)
        kept = self.steps.add(relation.name, table)
        pruned = every.keys() - fields.keys()
        known = fields.keys() & set(self._known.get(relation.name, ()))
        return Rows(
            relation.name, kept, fields, is_event=True, pruned=frozenset(pruned),
            known=frozenset(known), key=SERIAL,
        )  # fmt: skip

    def add_relation(self, rows: Rows, *, keep: bool = False) -> Rows:
        """Make a relation of a rule known to later rules; `keep` makes it a step of the plan."""
        whole = rows.name in WHOLE
        found = rows if whole else narrowed(rows, self.live.get(rows.name, frozenset()))
        if keep:
            found = replace(found, table=self.steps.add(rows.name, found.table))
        self.relations[rows.name] = found
        return found

    def add_breaches(self, rule: str, rows: Rows, norms: Iterable[str]) -> None:
        """Make the breaches of a rule known to later rules; no norms: they may cite any."""
        found = self.add_relation(rows)
        self.breaches[rule] = (found, frozenset(norms))

    def is_empty(self, name: str, clauses: frozenset[str] = frozenset()) -> bool:
        """Whether a relation has no rows whatever happens."""
        if name == BREACH:
            return not self._producers(clauses)
        return name in self._empty

    def empty(self, name: str, fields: Mapping[str, Type]) -> Rows:
        """A relation without rows, made known to later rules."""
        self._empty.add(name)
        schema = {**OWN, **{n: sql_type(t) for n, t in fields.items()}}
        made = ibis.schema(schema)
        table = self.steps.constant(f"no {name}", schema, lambda: made.to_pyarrow().empty_table())
        return self.add_relation(Rows(name, table, dict(fields)))

    def with_day(self, table: Table) -> Table:
        """A table with the local date of its instants."""
        table, local = self.zone.local(table, AT, "~d")
        return table.rename({DAY: local.day}).drop(local.time)

    def _all_breaches(self, clauses: frozenset[str]) -> Rows:
        wanted = self._producers(clauses)
        if not wanted:
            return self.empty(BREACH, dict.fromkeys(sorted(ALWAYS), STRING))
        if wanted not in self._unions:
            rows = union(BREACH, [self.breaches[rule][0] for rule in wanted])
            # Breaches of one event and instant stand in the order of the rules.
            order = [rows.table["~part"], rows.table[SEQ]]
            seq = ibis.row_number().over(group_by=rows.table[ORIGIN], order_by=order)
            table = rows.table.mutate(**{SEQ: seq}).drop("~part")
            self._unions[wanted] = replace(rows, table=self.steps.add(BREACH, table))
        return self._unions[wanted]

    def _producers(self, clauses: frozenset[str]) -> tuple[str, ...]:
        """The rules whose breaches may cite some clauses (any, if none are given)."""
        return tuple(
            rule
            for rule, (_, norms) in self.breaches.items()
            if not clauses or not norms or norms & clauses
        )

    def idle(self, trigger: Trigger) -> bool:
        """Whether nothing can ever set a rule off."""
        if trigger.every is not None:
            # A period begins for each subject; where no log can name one, there is none.
            each = trigger.each
            nobody = each is not None and self.is_empty(each.relation)
            return nobody or self.never(trigger.when)
        return self.never(trigger.when) or all(
            self.is_empty(name, trigger.clauses) for name in trigger.relations
        )

    def never(self, when: tree.Expr | None) -> bool:
        """Whether the readings chosen make a condition false whatever happens."""
        if when is None:
            return False
        return fold(when, self.adoption.readings) == tree.Literal(False, type=BOOLEAN)

    # --- frames -----------------------------------------------------------------------------

    def frame(self, rows: Rows, label: str) -> Frame:
        """The rows of a relation as rows that ask."""
        amounts = {
            f"~number {name}": ibis.ifelse(
                rows.table[name].fixed, rows.table[name].lo, null(DECIMAL)
            )
            for name in sorted(rows.quantities)
        }
        key = rows.table[rows.key] if rows.key is not None else ibis.row_number().over()
        table = rows.table.mutate(**{KEY: key}, **amounts)
        slots = self.slots(rows)
        for name in rows.quantities:
            # A range that nobody has decided in is no number.
            slots[name] = Slot(f"~number {name}", NUMBER, frozenset({name}))
        return Frame(self.ground, label, table, slots, rows.pruned)

    def slots(self, rows: Rows, prefix: str = "", at: str = AT, id_: str = ID) -> dict[str, Slot]:
        """The names of the fields of a relation, in columns with a prefix."""
        found = {
            name: Slot(f"{prefix}{name}", type_, None if name in rows.known else frozenset({name}))
            for name, type_ in rows.fields.items()
            if name not in rows.quantities and name not in self.measure.facts
        }
        found["at"] = Slot(at, DATETIME)
        found["id"] = Slot(id_, STRING)
        return found

    def trail(self, rows: Rows) -> Trail:
        """What the rows of a relation rest on themselves."""
        if rows.is_event:
            return Trail(event_columns=frozenset({EVENTS}))
        return Trail(reading_columns=frozenset({READINGS}), event_columns=frozenset({EVENTS}))

    def triggering(
        self, trigger: Trigger, label: str, periods: Rows | None = None
    ) -> tuple[Rows, Frame]:
        """The rows that may set off a rule while the measure is in force, as a frame.

        `periods` are the rows of a periodic duty; those of other periodic rules are its periods
        that are over.
        """
        from shouwen.measures.bulk.periods import ended

        if trigger.every is not None:
            rows = periods if periods is not None else ended(self, label, trigger)
        else:
            present = [n for n in trigger.relations if not self.is_empty(n, trigger.clauses)]
            parts = [self.rows(name, trigger.clauses) for name in present]
            if not parts:
                raise NotLoweredYet("a rule that nothing sets off", span=trigger.span)
            rows = parts[0] if len(parts) == 1 else self._several(label, parts)
        table = rows.table
        first, last = self.adoption.first_day, self.adoption.last_day
        if first is not None:
            table = table.filter(table[DAY] >= ibis.literal(first, type="date"))
        if last is not None:
            table = table.filter(table[DAY] <= ibis.literal(last, type="date"))
        if trigger.clauses and trigger.relations == (BREACH,):
            table = table.filter(table["norm"].isin(sorted(trigger.clauses)))
        elif trigger.clauses:
            raise NotLoweredYet("of: beside several relations", span=trigger.span)
        if rows.is_event:
            table = table.mutate(**{EVENTS: rows.events(table)})
        rows = replace(rows, table=table)
        frame = self.frame(rows, label)
        frame.look(self.trail(rows))
        return rows, frame

    def _several(self, label: str, parts: list[Rows]) -> Rows:
        rows = union(label, parts)
        order = [rows.table[AT], rows.table["~part"], rows.table[SEQ]]
        seq = ibis.row_number().over(group_by=rows.table[ORIGIN], order_by=order)
        return replace(rows, table=rows.table.mutate(**{SEQ: seq}).drop("~part"))

    # --- outcomes ---------------------------------------------------------------------------

    def add_outcomes(self, kind: str, rule: str, rows: Table) -> None:
        """Add outcomes of a rule to those of a kind."""
        name = f"{kind} of {rule}"
        self.outcomes.setdefault(kind, []).append(self.steps.add(name, rows))
