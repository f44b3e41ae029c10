"""The state of one evaluation: relations so far, indexes over them, and derived facts."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from shouwen.measures.calendars import DayKind, Window, is_statutory_festival, within
from shouwen.measures.evaluation.adoption import Adoption
from shouwen.measures.evaluation.env import Env
from shouwen.measures.evaluation.events import History
from shouwen.measures.evaluation.limits import Clock
from shouwen.measures.evaluation.organisation import ANY_UNIT, Organisation
from shouwen.measures.evaluation.outcomes import Outcome as Said
from shouwen.measures.evaluation.program import Program
from shouwen.measures.evaluation.rows import Row, calendar_key
from shouwen.measures.feel.decisions import Outcome
from shouwen.measures.feel.tables import DecisionTable
from shouwen.measures.feel.values import Amount, Unknown
from shouwen.measures.language.model import Bearer, Earlier, Fact, Label, Take

BREACH = "breach"
DAY_KINDS = {
    DayKind.WORKDAY: "工作日",
    DayKind.MAKE_UP: "工作日",
    DayKind.OPENED: "工作日",
    DayKind.WEEKEND: "周休日",
    DayKind.CLOSED: "周休日",
    DayKind.IN_LIEU: "调休日",
    DayKind.HOLIDAY: "法定节日",
}

Keys = tuple[str, ...]


@dataclass(frozen=True)
class Decided:
    """What came out of a table: outputs and the index of the row; what is missing; or nothing."""

    outputs: dict[str, Any] | None
    row: int | None
    unknown: Unknown | None
    inputs: dict[str, Any]
    """The values of the table's columns, by their labels."""

    @property
    def number(self) -> int | None:
        """The row, counted from 1."""
        return None if self.row is None else self.row + 1


class Engine:
    """Evaluates the facts of one history; the rules themselves live in their own modules."""

    def __init__(
        self, program: Program, adoption: Adoption, past: History, as_of: datetime
    ) -> None:
        self.program = program
        self.adoption = adoption
        self.measure = adoption.measure
        self.history = past
        self.as_of = as_of
        self.zone = adoption.zone
        self.organisation = Organisation(past.of("post.held"), self.measure.vocabulary)
        self.outcomes: list[Said] = []
        self.clocks: dict[str, Clock] = {}
        """How each duty counts, by its id (`clocks.clock_of`)."""
        self._relations: dict[str, list[Row]] = {}
        self._indexes: dict[tuple[str, Keys], dict[tuple[Any, ...], list[Row]]] = {}
        self._windows: dict[tuple[str, frozenset[date]], Window] = {}

    # --- relations ------------------------------------------------------------------------------

    def rows(self, relation: str) -> Sequence[Row]:
        """The rows of a relation, in order of (instant, origin)."""
        found = self._relations.get(relation)
        if found is None:
            found = [self.event_row(e) for e in self.history.of(relation)]
            self._relations[relation] = found
        return found

    @staticmethod
    def event_row(event: Any) -> Row:
        """An event as a row."""
        return Row(event.type, event.id, event.at, dict(event.facts), event.id, (event.id,))

    def add_rows(self, relation: str, rows: Iterable[Row]) -> None:
        """Add the rows of a rule (before anything looks at the relation)."""
        found = self._relations.setdefault(relation, [])
        found.extend(rows)
        found.sort(key=lambda r: r.order)
        for key in [k for k in self._indexes if k[0] == relation]:
            del self._indexes[key]

    def matching(self, relation: str, same: Keys, values: tuple[Any, ...]) -> Sequence[Row]:
        """The rows of a relation that have these values in these keys."""
        index = self._indexes.get((relation, same))
        if index is None:
            index = defaultdict(list)
            for row in self.rows(relation):
                index[tuple(self.key(row, k) for k in same)].append(row)
            self._indexes[relation, same] = index
        return index.get(values, ())

    def key(self, row: Row, name: str) -> Any:
        """The value of a key of a row: a field, or the calendar unit it lies in."""
        value = row.values.get(name)
        if value is None and name.startswith("this_"):
            return calendar_key(name, row.at.date())
        return value

    # --- tables -----------------------------------------------------------------------------------

    def decide(self, table: DecisionTable, env: Env) -> Decided:
        """What a table decides for a row; a conflict is an unknown that says so."""
        decision = self.program.table(table)(env)
        if decision.outcome is Outcome.UNKNOWN:
            missing = decision.unknown
            assert missing is not None
            return Decided(None, None, missing, decision.trace)
        if decision.outcome is Outcome.CONFLICT:
            rows = ", ".join(str(n) for n in decision.numbers)
            conflict = Unknown.of(f"one row that applies (rows {rows} all do)")
            return Decided(None, None, conflict, decision.trace)
        if decision.outcome is Outcome.NO_MATCH:
            return Decided(None, None, None, decision.trace)
        row = decision.rows[0] if decision.rows else None
        return Decided(dict(decision.outputs), row, None, decision.trace)

    # --- names ------------------------------------------------------------------------------------

    def resolve(self, name: str, env: Env) -> Any:
        """The value of a name that is no field of the row; an Unknown where there is none."""
        if name.startswith("reading."):
            reading = name.removeprefix("reading.")
            env.readings.add(reading)
            return self.adoption.readings[reading]
        fact = self.measure.facts.get(name)
        if fact is not None:
            value = self.fact(fact, env)
            env.looked_at[name] = value
            return value
        if name.startswith("this_"):
            return calendar_key(name, env["at"].date())
        if name == "day_kind":
            return self.day_kind(env["at"])
        if name.startswith("asking.") and env.asking is not None:
            return env.asking[name.removeprefix("asking.")]
        return Unknown.of(name)

    def day_kind(self, at: datetime) -> str:
        """What kind of day it is, by the measure's calendar."""
        day = at.date()
        kind = self.adoption.calendar.facts(day).kind
        if kind is DayKind.HOLIDAY and self.measure.calendar == "cn":
            # A notice publishes whole runs of days off; only some of them are festival days.
            if is_statutory_festival(day):
                return DAY_KINDS[DayKind.HOLIDAY]
            kind = DayKind.WEEKEND if day.weekday() >= 5 else DayKind.IN_LIEU
        return DAY_KINDS[kind]

    # --- facts ------------------------------------------------------------------------------------

    def fact(self, fact: Fact, env: Env) -> Any:
        """The value of a derived fact for the row that asks."""
        if fact.take is Take.VALUE:
            return self.program.expression(fact.value)(env)
        if fact.take is Take.HOLDER:
            assert fact.holder is not None
            return self.person(fact.holder, env)
        keys = tuple(env[k] for k in fact.same)
        if any(isinstance(k, Unknown) for k in keys):
            # A key that the asking row does not have agrees with no row.
            return self._nothing(fact)
        if fact.take is Take.BALANCE:
            return self._balance(fact, env, keys)
        found, doubt = self._rows_of(fact, env, keys)
        return self._taken(fact, env, found, doubt)

    def _rows_of(
        self, fact: Fact, env: Env, keys: tuple[Any, ...]
    ) -> tuple[list[Row], Unknown | None]:
        """The rows a fact counts, and what is missing to know whether others count too."""
        at, origin = env["at"], env.origin
        day = at.date()
        start = self.adoption.counted_from
        where = self.program.condition(fact.where)
        own = tuple(env[k] for k in fact.distinct)
        found: list[Row] = []
        doubtful: frozenset[str] = frozenset()
        for row in self.matching(fact.relation, fact.same, keys):
            if fact.clauses and row.values.get("norm") not in fact.clauses:
                continue
            if fact.earlier is Earlier.YES and not row.order < (at, origin):
                continue
            if fact.earlier is Earlier.INCLUSIVE and row.order > (at, origin):
                continue
            if fact.within is not None:
                row_day = row.at.date()
                if start is not None and row_day < start:
                    continue
                late = row.at > at if fact.within.is_exact else row_day > day
                calendar = self.adoption.calendar
                if late or not within(row.at, at, fact.within, self.zone, calendar):
                    continue
            if fact.earlier is Earlier.YES and own and self._group(row, fact) == own:
                continue
            if where is not None:
                inner = Env(self, row)
                inner.asking = env
                holds = where(inner)
                env.readings |= inner.readings - row.readings
                if isinstance(holds, Unknown):
                    doubtful |= holds.names
                    continue
                if holds is not True:
                    continue
            found.append(row)
        return found, Unknown(doubtful) if doubtful else None

    def _group(self, row: Row, fact: Fact) -> tuple[Any, ...]:
        return tuple(self.key(row, k) for k in fact.distinct)

    def _taken(self, fact: Fact, env: Env, found: list[Row], doubt: Unknown | None) -> Any:
        take = fact.take
        if take is Take.ANY:
            self._rest_on(env, found[:1])
            return True if found else (False if doubt is None else doubt)
        if doubt is not None:
            return doubt
        if take is Take.COUNT:
            self._rest_on(env, found)
            groups = {self._group(r, fact) for r in found} if fact.distinct else found
            return Decimal(len(groups))
        assert fact.column is not None
        column = fact.column
        valued = [r for r in found if column == "at" or r.values.get(column) is not None]
        if not valued:
            return self._nothing(fact)
        if take in (Take.LATEST, Take.FIRST):
            row = valued[-1] if take is Take.LATEST else valued[0]
            self._rest_on(env, [row])
            value = row.at if column == "at" else row.values[column]
            # An amount is not known before it is decided.
            return Unknown.of(column) if isinstance(value, Amount) else value
        self._rest_on(env, valued)
        values = [r.at if column == "at" else r.values[column] for r in valued]
        if any(isinstance(v, Amount) for v in values):
            return Unknown.of(column)
        folds: dict[Take, Callable[[list[Any]], Any]] = {
            Take.SUM: lambda items: sum(items, Decimal(0)),
            Take.MIN: min,
            Take.MAX: max,
        }
        return folds[take](values)

    @staticmethod
    def _nothing(fact: Fact) -> Any:
        """The value of a fact that no row gives."""
        return Unknown.of(fact.name) if fact.default is None else fact.default

    @staticmethod
    def _rest_on(env: Env, rows: Iterable[Row]) -> None:
        for row in rows:
            env.readings |= row.readings
            env.evidence.update(dict.fromkeys(row.events))

    def _balance(self, fact: Fact, env: Env, keys: tuple[Any, ...]) -> Any:
        """What a ledger stands at, at the instant of the asking row (its own entries included)."""
        ledger = next(r for r in self.measure.ledgers if r.id == fact.relation)
        at = env["at"]
        rows = [r for r in self.matching(ledger.id, (ledger.per,), keys[:1]) if r.at <= at]
        if ledger.period is not None:
            name = f"this_{ledger.period.replace('-', '_')}"
            unit = calendar_key(name, at.date())
            rows = [r for r in rows if calendar_key(name, r.at.date()) == unit]
        self._rest_on(env, rows)
        return rows[-1].values["balance"] if rows else ledger.base

    # --- people -----------------------------------------------------------------------------------

    def person(self, bearer: Bearer, env: Env) -> Any:
        """The person (or other entity) a rule means; an Unknown that names what is missing.

        A vacant post gives None: nobody bears what its holder would.
        """
        if bearer.post is None:
            return env[bearer.field]
        unit = env[bearer.field] if bearer.field else ANY_UNIT
        if isinstance(unit, Unknown) and bearer.field == "unit":
            unit = self.unit(env)
        if isinstance(unit, Unknown):
            return unit
        holder = self.organisation.holder(bearer.post, unit, env["at"])
        if holder is None:
            return Unknown.of(f"{bearer.post} of {unit}" if unit else bearer.post)
        env.evidence[holder.event] = None
        return holder.person

    def unit(self, env: Env) -> Any:
        """The unit of a row: its own field, else that of its person at the instant."""
        value = env.get("unit")
        if value is not None and not isinstance(value, Unknown):
            return value
        person = env.get("person")
        if person is not None and not isinstance(person, Unknown):
            unit = self.organisation.unit_of(person, env["at"])
            if unit is not None:
                return unit
        return Unknown.of("unit")

    def borne(self, env: Env, bearer: str | None) -> dict[str, Any]:
        """The fields `person` and `unit` of what a rule makes of a row."""
        found: dict[str, Any] = {}
        if bearer is not None:
            found["person"] = bearer
        unit = self.unit_for(env, bearer)
        if unit is not None:
            found["unit"] = unit
        return found

    def unit_for(self, env: Env, bearer: str | None) -> str | None:
        """The unit a row stands under: its own, else that of whoever bears it at the instant."""
        own = env.row.values.get("unit")
        if own is not None:
            return str(own)
        return None if bearer is None else self.organisation.unit_of(bearer, env["at"])

    # --- windows ----------------------------------------------------------------------------------

    def next_opening(self, window: str, instant: datetime) -> datetime:
        """The instant itself if it lies in a window, else when the window next opens."""
        return self._window(window, instant).next_opening(instant)

    def in_window(self, window: str, instant: datetime) -> bool:
        """Whether an instant lies in a window; both ends belong to it."""
        return self._window(window, instant).contains(instant)

    def _window(self, name: str, known_by: datetime) -> Window:
        days = self._special_days(known_by)
        found = self._windows.get((name, days))
        if found is None:
            rule = self.measure.windows[name]
            special = dict.fromkeys(days, rule.special) if rule.special is not None else {}
            found = Window.parse(rule.daily, self.measure.zone, special=special)
            self._windows[name, days] = found
        return found

    def _special_days(self, known_by: datetime) -> frozenset[date]:
        """The special days that had been published by an instant."""
        days: set[date] = set()
        for event in self.history.of("special-time.declared"):
            if event.at > known_by:
                break
            first = event.facts.get("from")
            last = event.facts.get("to", first)
            while first is not None and first <= last:
                days.add(first)
                first += timedelta(days=1)
        return frozenset(days)

    # --- what people are shown --------------------------------------------------------------------

    @staticmethod
    def facts_of(env: Env) -> dict[str, Any]:
        """The facts an outcome shows: the row's own and those that were looked at."""
        return {**env.row.values, **env.looked_at}

    @staticmethod
    def because(rule: str, env: Env) -> tuple[str, ...]:
        """The event or outcome that set a rule off; none for the rows of the calendar."""
        return () if env.row.relation == rule else (env.row.id,)

    def label_of(self, relation: str) -> Label:
        """What a relation is called."""
        found = self.measure.relations.get(relation)
        return found.label if found is not None else Label(relation, relation)

    # --- the measure's reach ------------------------------------------------------------------

    def in_force(self, at: datetime) -> bool:
        """Whether the measure is in force on the day of an instant."""
        day = at.date()
        first, last = self.adoption.first_day, self.adoption.last_day
        return (first is None or day >= first) and (last is None or day <= last)

    def chosen(self, readings: Iterable[str]) -> tuple[tuple[str, str], ...]:
        """Readings with the options that are chosen, in order of their names."""
        return tuple((r, self.adoption.readings[r]) for r in sorted(readings))
