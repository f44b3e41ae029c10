"""Reads mapping files (docs/reference/mappings.md)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from shouwen.measures.calendars import Period, PeriodError
from shouwen.measures.calendars.yaml_source import Entry, compose
from shouwen.measures.diagnostics import Report, did_you_mean
from shouwen.measures.feel.types import DATETIME, STRING
from shouwen.measures.interchange.logs.mapping_parts import (
    CLOCK_KEYS,
    clock,
    conditions,
    fact,
    instant,
    raw,
    template,
    texts,
)
from shouwen.measures.interchange.logs.model import (
    COUNTS,
    ROW,
    TAKEN,
    Comparison,
    Condition,
    EventSource,
    FactSource,
    FileFormat,
    InstantSource,
    LogMapping,
    Template,
    TypeColumn,
)
from shouwen.measures.language.model import Measure, Relation

KEYS = ("mapping", "measure", "log", "file", "instants", "where", "events", "compare", "as of")
FILE_KEYS = ("format", "encoding", "delimiter", "quote", "columns", "missing")
EVENT_KEYS = (
    "name", "type", "types", "at", "id", "facts", "when", "recorded at", "supersedes", "retracts",
)  # fmt: skip
TYPES_KEYS = ("column", "values", "otherwise")
COMPARE_KEYS = (
    "id", "event", "rule", "status", "deadline", "closer than", "when", "by", "counts",
)  # fmt: skip
FORMATS = ("csv", "parquet", "xes")
DELIMITERS = {"comma": ",", "semicolon": ";", "tab": "\t", "bar": "|"}
STATUSES = ("pending", "met", "breached", "exempt", "unknown", "aim missed")
GROUPS = ("year", "calendar version", "rule")
"""Keys of groups besides the facts of the event."""


def measure_of(path: Path) -> Path | None:
    """The measure that a mapping file names, as a path; None where it names none.

    A mapping is read against a measure; this says which one, before it is read.

    Raises:
        SourceError: when the file is no YAML.
        FileNotFoundError: when there is no such file.
    """
    report = Report()
    root = compose(path.read_text("utf-8-sig"), str(path), report)
    report.raise_if_errors()
    entry = root.fields().get("measure") if root is not None and root.is_mapping else None
    name = None if entry is None else entry.text()
    return None if name is None else path.parent / name


def read_mapping(path: Path, measure: Measure) -> LogMapping:
    """Read a mapping file, and check it against the vocabulary of a measure.

    Raises:
        SourceError: with everything that is wrong with it.
        FileNotFoundError: when there is no such file.
    """
    return parse_mapping(path.read_text("utf-8-sig"), measure, str(path))


def parse_mapping(text: str, measure: Measure, name: str = "<mapping>") -> LogMapping:
    """Read the text of a mapping file; see `read_mapping`."""
    report = Report()
    root = compose(text, name, report)
    found = None if root is None else _Mapping(root, measure, report).read()
    report.raise_if_errors()
    assert found is not None
    return found


@dataclass
class _Mapping:
    root: Entry
    measure: Measure
    report: Report

    def __post_init__(self) -> None:
        self.zone = ZoneInfo(self.measure.zone)
        self.types: list[TypeColumn] = []
        self.defaults = InstantSource()

    def read(self) -> LogMapping:
        fields = self.root.fields(KEYS, ("mapping", "events"))
        if "instants" in fields:
            self.defaults = clock(fields["instants"].fields(CLOCK_KEYS), self.defaults)
        events: list[EventSource] = []
        entries = fields["events"].items() if "events" in fields else []
        for entry in entries:
            events += self._event(entry, alone=len(entries) == 1)
        names: dict[str, None] = {}
        for event in events:
            if event.name in names:
                fields["events"].error(
                    "event-twice", f"there are two events named '{event.name}'.",
                    "Give each a 'name' of its own.",
                )  # fmt: skip
            names[event.name] = None
        comparisons = [
            found
            for entry in (fields["compare"].items() if "compare" in fields else [])
            if (found := self._comparison(entry, events)) is not None
        ]
        self._distinct(fields.get("compare"), comparisons)
        return LogMapping(
            name=(fields["mapping"].text() or "") if "mapping" in fields else "",
            measure=self.measure,
            file=self._file(fields.get("file")),
            events=tuple(events),
            where=conditions(fields.get("where")),
            types=tuple(self.types),
            comparisons=tuple(comparisons),
            as_of=self._moment(fields.get("as of")),
            log=fields["log"].text() if "log" in fields else None,
        )

    # --- the file -------------------------------------------------------------------------------

    def _file(self, entry: Entry | None) -> FileFormat:
        if entry is None:
            return FileFormat()
        fields = entry.fields(FILE_KEYS)
        found = FileFormat()
        if "format" in fields and (word := fields["format"].text()) is not None:
            if word not in FORMATS:
                fields["format"].error(
                    "format", f"'{word}' is no kind of log.", did_you_mean(word, FORMATS)
                )
            found = replace(found, format=word)
        if "encoding" in fields:
            found = replace(found, encoding=fields["encoding"].text())
        if "delimiter" in fields:
            word = raw(fields["delimiter"])
            word = DELIMITERS.get(word, word)
            if len(word) != 1:
                fields["delimiter"].error(
                    "delimiter", f"'{word}' is no single character.", "comma, semicolon, tab, bar."
                )
            found = replace(found, delimiter=word[:1] or None)
        if "quote" in fields:
            word = raw(fields["quote"])
            found = replace(found, quote=None if word in ("none", "") else word[:1])
        if "columns" in fields:
            names = [n for item in fields["columns"].items() if (n := item.text()) is not None]
            found = replace(found, columns=tuple(names))
        if "missing" in fields:
            found = replace(found, missing=texts(fields["missing"]))
        return found

    def _moment(self, entry: Entry | None) -> datetime | None:
        text = None if entry is None else entry.text()
        if entry is None or text is None:
            return None
        try:
            found = datetime.fromisoformat(text)
        except ValueError:
            entry.error("instant", f"'{text}' is no instant.", "Write 2024-01-05T00:00:00+08:00.")
            return None
        return found if found.tzinfo is not None else found.replace(tzinfo=self.zone)

    # --- events ---------------------------------------------------------------------------------

    def _event(self, entry: Entry, *, alone: bool) -> list[EventSource]:
        fields = entry.fields(EVENT_KEYS, ("at",))
        when = conditions(fields.get("when"))
        kinds: list[tuple[Relation, tuple[Condition, ...]]] = []
        id_ = template(fields["id"]) if "id" in fields else None
        if ("type" in fields) == ("types" in fields):
            entry.error(
                "no-type", "an event has a 'type', or 'types' with the column that says it.",
                "Name an event type of the measure.",
            )  # fmt: skip
        elif "type" in fields:
            relation = self._relation(fields["type"], fields["type"].text())
            kinds = [] if relation is None else [(relation, when)]
        else:
            kinds = self._kinds(fields["types"], when)
            if id_ is None and alone:
                # Every row is one event, so its number says enough.
                id_ = Template(("", ""), (ROW,))
        at = instant(fields["at"], self.defaults) if "at" in fields else None
        recorded = fields.get("recorded at")
        supersedes, retracts = fields.get("supersedes"), fields.get("retracts")
        facts = self._facts(fields.get("facts"), [r for r, _ in kinds])
        name = fields["name"].text() if "name" in fields else None
        if at is None:
            return []
        found = EventSource(
            "", "", at, id_,
            recorded_at=None if recorded is None else instant(recorded, self.defaults),
            supersedes=None if supersedes is None else template(supersedes),
            retracts=None if retracts is None else retracts.text(),
        )  # fmt: skip
        return [
            replace(
                found,
                name=relation.name if name is None
                else name if len(kinds) == 1 else f"{name}/{relation.name}",
                type=relation.name,
                when=conditions_,
                facts=facts[relation.name],
            )
            for relation, conditions_ in kinds
        ]  # fmt: skip

    def _relation(self, entry: Entry, word: str | None) -> Relation | None:
        events = self.measure.vocabulary.events
        if word is None:
            return None
        if word in events:
            return events[word]
        by_label = next((r for r in events.values() if r.label.zh == word), None)
        if by_label is None:
            entry.error(
                "unknown-event-type",
                f"there is no event type '{word}' in measure {self.measure.id}.",
                did_you_mean(word, [*events, *(r.label.zh for r in events.values())]),
            )
        return by_label

    def _kinds(
        self, entry: Entry, when: tuple[Condition, ...]
    ) -> list[tuple[Relation, tuple[Condition, ...]]]:
        """The event types that a column tells apart, each with its condition."""
        fields = entry.fields(TYPES_KEYS, ("column",))
        column = fields["column"].text() if "column" in fields else None
        if column is None:
            return []
        words: dict[str, list[str]] = {}
        relations: dict[str, Relation] = {}
        if "values" in fields:
            for written, item in fields["values"].fields().items():
                relation = self._relation(item, item.text())
                if relation is not None:
                    words.setdefault(relation.name, []).append(written)
                    relations[relation.name] = relation
        else:
            relations = dict(self.measure.vocabulary.events)
            words = {n: [n, r.label.zh] for n, r in relations.items()}
        otherwise = fields["otherwise"].text() if "otherwise" in fields else "error"
        if otherwise not in ("error", "skip"):
            fields["otherwise"].error("otherwise", f"'{otherwise}' is unknown.", "error or skip.")
        if otherwise == "error":
            known = frozenset(w for found in words.values() for w in found)
            self.types.append(TypeColumn(column, known))
        return [
            (relation, (*when, Condition(column, frozenset(words[name]))))
            for name, relation in relations.items()
        ]

    def _facts(
        self, entry: Entry | None, relations: Sequence[Relation]
    ) -> dict[str, dict[str, FactSource]]:
        """The facts of each event type; a fact of several types is read for each as its type is."""
        found: dict[str, dict[str, FactSource]] = {r.name: {} for r in relations}
        if entry is None:
            return found
        known = {f for r in relations for f in r.fields if f not in ("id", "at")}
        labels = {f.label.zh: f.name for r in relations for f in r.fields.values()}
        for written, item in entry.fields().items():
            name = written if written in known else labels.get(written, written)
            if relations and name not in known:
                item.error(
                    "unknown-fact",
                    f"'{relations[0].name}' has no fact '{written}'."
                    if len(relations) == 1 else f"none of these event types has it: '{written}'.",
                    did_you_mean(written, [*sorted(known), *labels]),
                )  # fmt: skip
                continue
            for relation in relations:
                if name in relation.fields:
                    type_ = relation.fields[name].type
                    source = fact(item, type_, self.defaults, self.zone)
                    if source is not None:
                        found[relation.name][name] = source
        return found

    # --- comparisons ----------------------------------------------------------------------------

    def _comparison(self, entry: Entry, events: Sequence[EventSource]) -> Comparison | None:
        fields = entry.fields(COMPARE_KEYS, ("id", "event", "rule"))
        if ("status" in fields) == ("deadline" in fields):
            entry.error("compare", "a comparison is about a 'status' or about a 'deadline'.")
            return None
        outcome = "status" if "status" in fields else "deadline"
        type_ = STRING if outcome == "status" else DATETIME
        expected = fact(fields[outcome], type_, self.defaults, self.zone)
        id_, event = (fields[k].text() if k in fields else None for k in ("id", "event"))
        if expected is None or id_ is None or event is None or "rule" not in fields:
            return None
        source = next((e for e in events if e.name == event), None)
        if source is None:
            fields["event"].error(
                "unknown-event", f"the mapping has no event named '{event}'.",
                did_you_mean(event, [e.name for e in events]),
            )  # fmt: skip
            return None
        if expected.values is not None:
            for status in expected.values.values():
                if status not in STATUSES:
                    fields[outcome].error(
                        "status", f"'{status}' is no status of a duty.",
                        did_you_mean(status, STATUSES),
                    )  # fmt: skip
        compared, agree = self._counts(fields.get("counts"))
        return Comparison(
            id_, event, self._rules(fields["rule"], source), outcome, expected,
            closer_than=self._period(fields.get("closer than")),
            when=conditions(fields.get("when")),
            by=self._groups(fields.get("by"), source),
            compared_as=compared, agree_as=agree,
        )  # fmt: skip

    def _distinct(self, entry: Entry | None, comparisons: Sequence[Comparison]) -> None:
        """Ids and the names of counts stand for one thing each."""
        names = [c.id for c in comparisons]
        counts = [n for c in comparisons for n in (c.compared_as, c.agree_as) if n not in COUNTS]
        for found in (names, counts):
            for name in sorted({n for n in found if found.count(n) > 1}):
                assert entry is not None
                entry.error("compare", f"'{name}' is used twice.", "Use another name.")
        for name in sorted(set(counts) & TAKEN):
            assert entry is not None
            entry.error("compare", f"a count cannot be called '{name}'.", "Use another name.")

    def _rules(self, entry: Entry, source: EventSource) -> tuple[str, ...]:
        duties = {d.id: d for d in self.measure.duties}
        found = []
        for item in entry.items():
            name = item.text()
            if name is None:
                continue
            duty = duties.get(name)
            if duty is None:
                item.error(
                    "unknown-rule", f"measure {self.measure.id} has no duty '{name}'.",
                    did_you_mean(name, duties),
                )  # fmt: skip
            elif source.type not in duty.trigger.relations:
                item.error(
                    "unknown-rule", f"the duty '{name}' is not triggered by '{source.type}'.",
                    f"It is triggered by {', '.join(duty.trigger.relations)}.",
                )  # fmt: skip
            found.append(name)
        return tuple(found)

    def _period(self, entry: Entry | None) -> Period | None:
        text = None if entry is None else entry.text()
        if entry is None or text is None:
            return None
        try:
            found = Period.parse(text)
        except PeriodError as error:
            entry.error("period", str(error))
            return None
        if not found.is_exact or found.is_negative or not found:
            entry.error("period", "a difference is in hours, minutes or seconds.", "Write PT60S.")
            return None
        return found

    def _groups(self, entry: Entry | None, source: EventSource) -> tuple[str, ...]:
        known = [*self.measure.vocabulary.events[source.type].fields, *GROUPS]
        found = []
        for item in [] if entry is None else entry.items():
            name = item.text()
            if name is not None and name not in known:
                item.error(
                    "unknown-key", f"'{name}' is neither a fact of '{source.type}' nor a key of "
                    "groups.", did_you_mean(name, known),
                )  # fmt: skip
            elif name is not None:
                found.append(name)
        return tuple(found)

    def _counts(self, entry: Entry | None) -> tuple[str, str]:
        if entry is None:
            return COUNTS
        fields = entry.fields(("compared", "agree"))
        return (
            (fields["compared"].text() if "compared" in fields else None) or COUNTS[0],
            (fields["agree"].text() if "agree" in fields else None) or COUNTS[1],
        )
