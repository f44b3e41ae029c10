"""Reads scenario files: every error with its place, sound scenarios even beside broken ones."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

import yaml

from shouwen.measures.diagnostics import Diagnostic, Report, Source, SourceError, did_you_mean
from shouwen.measures.evaluation import Adoption, AdoptionError, adopt
from shouwen.measures.language.blocks import Lines, Value
from shouwen.measures.language.load import read_measure, read_source
from shouwen.measures.language.model import Measure
from shouwen.measures.scenarios import wanted
from shouwen.measures.scenarios.model import Expectation, Scenario, ScenarioFile
from shouwen.measures.scenarios.parts import ReadEvent, read_event, read_expectation

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
FILE_KEYS = ("measure", "given", "scenarios")
SCENARIO_KEYS = ("name", "norms", "readings", "events", "as_of", "expect", "none")
KEYS_ZH: Mapping[str, str] = {
    "办法": "measure",
    "已知": "given",
    "场景": "scenarios",
    "名称": "name",
    "条款": "norms",
    "释义": "readings",
    "事件": "events",
    "截至": "as_of",
    "应有": "expect",
    "不应有": "none",
}


@dataclass
class Measures:
    """Measures that have been read, each once; those that were refused, with the reasons."""

    read: dict[Path, tuple[Measure | None, list[Diagnostic]]] = field(default_factory=dict)

    def of(self, path: Path) -> tuple[Measure | None, list[Diagnostic]]:
        """The measure of a path. Raises FileNotFoundError."""
        found = self.read.get(path)
        if found is None:
            report = Report()
            measure = read_measure(path, report)
            found = (measure, report.errors)
            self.read[path] = found
        return found


def load_scenarios(path: Path | str, measures: Measures | None = None) -> ScenarioFile:
    """Read a scenario file and the measure it names.

    Args:
        path: a YAML file.
        measures: measures read before, where many files are about the same one.

    Raises:
        SourceError: with everything that is wrong, each with file, line, column and a hint.
        FileNotFoundError: when there is no such file.
    """
    report = Report()
    found = read_scenarios(Path(path), report, measures)
    report.raise_if_errors()
    assert found is not None
    return found


def read_scenarios(
    path: Path, report: Report, measures: Measures | None = None
) -> ScenarioFile | None:
    """Read a scenario file and collect what is wrong with it.

    The scenarios that are sound are there even when others are not; None when there is no measure
    to run them with.
    """
    if not path.exists():
        raise FileNotFoundError(f"There is no scenario file at {path}.")
    source = read_source(path, report)
    if source is None:
        return None
    root = _root(source, report)
    if root is None:
        return None
    parts = _parts(root, "scenario file", FILE_KEYS)
    adoption = _adoption(parts.get("measure"), root, path, measures or Measures())
    if adoption is None:
        return None
    given = parts.get("given")
    listed = parts.get("scenarios")
    if listed is None:
        report.error(
            "missing-key", "This file does not say 'scenarios'.", root.span,
            hint="Add 'scenarios:' with a list of scenarios.",
        )  # fmt: skip
        return None
    reading = _Reading(adoption, report, given)
    scenarios = [s for item in listed.items() if (s := reading.scenario(item)) is not None]
    return ScenarioFile(path, adoption, tuple(scenarios))


def find_scenario_files(folder: Path | str) -> list[Path]:
    """The scenario files in a folder and all below it: every ``.yaml`` in a folder `scenarios`.

    A path of a file is itself. The order is that of the paths.
    """
    folder = Path(folder)
    if folder.is_file():
        return [folder]
    return sorted(
        p
        for suffix in ("*.yaml", "*.yml")
        for p in folder.rglob(suffix)
        if p.resolve().parent.name == "scenarios"
    )


def _root(source: Source, report: Report) -> Value | None:
    lines = Lines(source, 1, 0)
    try:
        node = yaml.compose(source.text, Loader=_LOADER)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        span = source.span(lines.offset(mark)) if mark is not None else source.at_line(1)
        report.error(
            "yaml", f"This file is no YAML: {error.problem or error.context}.", span,
            hint="Look at indents, at brackets that are not closed, and at ': ' inside a text, "
            "which then goes in quotes.",
        )  # fmt: skip
        return None
    except yaml.reader.ReaderError as error:
        # The parser says which character, but counts in bytes; so it is looked for here.
        start = max(0, source.text.find(chr(error.character)))
        report.error(
            "yaml", f"The character U+{error.character:04X} cannot stand in a YAML file.",
            source.span(start), hint="Delete it; it cannot be seen in most editors.",
        )  # fmt: skip
        return None
    if node is None:
        report.error(
            "empty", "This file is empty.", source.at_line(1),
            hint="Begin with 'measure:' and 'scenarios:'.",
        )  # fmt: skip
        return None
    return Value(node, lines, report)


def _parts(value: Value, what: str, known: tuple[str, ...]) -> dict[str, Value]:
    found: dict[str, Value] = {}
    for written, place, item in value.pairs():
        key = KEYS_ZH.get(written, written)
        if key not in known:
            zh = [z for z, en in KEYS_ZH.items() if en in known]
            value.report.error(
                "unknown-key", f"A {what} has no key '{written}'.", place.span,
                hint=did_you_mean(written, [*known, *zh])
                or "It may have: " + ", ".join(known) + ".",
            )  # fmt: skip
            continue
        found[key] = item
    return found


def _adoption(
    written: Value | None, root: Value, path: Path, measures: Measures
) -> Adoption | None:
    report = root.report
    if written is None:
        report.error(
            "missing-key", "This file does not say 'measure'.", root.span,
            hint="Add 'measure: ..' — the folder or file of the measure, seen from this file.",
        )  # fmt: skip
        return None
    target = (path.parent / written.word()).resolve()
    try:
        measure, errors = measures.of(target)
    except FileNotFoundError:
        report.error(
            "no-measure", f"There is no measure at '{written.word()}'.", written.span,
            hint="Name the folder with measure.md, or the .md file, relative to this file.",
        )  # fmt: skip
        return None
    if measure is None:
        report.error(
            "broken-measure", f"The measure at '{written.word()}' has {len(errors)} errors.",
            written.span, hint="They are listed with this one; put them right first.",
        )  # fmt: skip
        for error in errors:
            report.add(error)
        return None
    try:
        return adopt(measure)
    except AdoptionError as error:
        for diagnostic in error.diagnostics:
            report.add(diagnostic)
        return None


@dataclass
class _Reading:
    """Reads the scenarios of one file."""

    default: Adoption
    report: Report
    given: Value | None
    names: dict[str, Value] = field(default_factory=dict)
    shared: list[ReadEvent | None] = field(init=False)
    """The given events; None where one is not sound, and then no scenario is."""

    def __post_init__(self) -> None:
        lines = self.given.items() if self.given is not None else []
        self.shared = [read_event(v, self.default, _id(n)) for n, v in enumerate(lines, 1)]

    def scenario(self, value: Value) -> Scenario | None:
        """One scenario; None if something about it is wrong."""
        before = len(self.report.errors)
        parts = _parts(value, "scenario", SCENARIO_KEYS)
        name = self._name(parts.get("name"), value)
        adoption = self._readings(parts.get("readings"))
        norms = parts.get("norms")
        cited = [wanted.known_norm(v, adoption) for v in norms.items()] if norms else []
        events = self._events(parts.get("events"), adoption)
        broken = len(self.report.errors) > before or None in self.shared
        as_of = self._as_of(parts.get("as_of"), value, adoption, events, broken)
        expect = self._expectations(parts.get("expect"), adoption)
        none = self._expectations(parts.get("none"), adoption)
        if "expect" not in parts and "none" not in parts:
            self.report.error(
                "missing-key", "This scenario expects nothing.", value.span,
                hint="Add 'expect:' (what must come out) or 'none:' (what must not).",
            )  # fmt: skip
        if len(self.report.errors) > before or as_of is None or None in self.shared:
            return None
        return Scenario(
            name,
            adoption,
            tuple(n for n in cited if n is not None),
            tuple(e.event for e in events),
            tuple(e.decision for e in events if e.decision is not None),
            as_of,
            expect,
            none,
            value.span,
        )

    def _name(self, written: Value | None, value: Value) -> str:
        name = written.word() if written is not None else ""
        if written is None or not name:
            self.report.error(
                "missing-key", "This scenario has no name.", value.span,
                hint="Add 'name:' — what it shows, in words.",
            )  # fmt: skip
            return ""
        first = self.names.setdefault(name, written)
        if first is not written:
            self.report.error(
                "name-twice", f"Two scenarios are called '{name}'.", written.span,
                related=(("the first is here", first.span),), hint="Give one another name.",
            )  # fmt: skip
        return name

    def _readings(self, written: Value | None) -> Adoption:
        if written is None:
            return self.default
        chosen: dict[str, str] = {}
        known = self.default.measure.readings
        for name, place, option in written.pairs():
            reading = known.get(name)
            if reading is None:
                self.report.error(
                    "unknown-reading",
                    f"Measure {self.default.measure.id} has no reading '{name}'.", place.span,
                    hint=did_you_mean(name, known),
                )  # fmt: skip
            elif option.word() not in reading.options:
                self.report.error(
                    "unknown-option",
                    f"'{option.word()}' is no alternative of the reading '{name}'.", option.span,
                    hint=did_you_mean(option.word(), reading.options),
                )  # fmt: skip
            else:
                chosen[name] = option.word()
        return adopt(self.default.measure, chosen, self.default.calendars)

    def _events(self, written: Value | None, adoption: Adoption) -> list[ReadEvent]:
        lines = written.items() if written is not None else []
        own = [
            read_event(line, adoption, _id(number))
            for number, line in enumerate(lines, len(self.shared) + 1)
        ]
        found: list[ReadEvent] = []
        ids: dict[str, ReadEvent] = {}
        for read in [*self.shared, *own]:
            if read is None:
                continue
            first = ids.setdefault(read.event.id, read)
            if first is not read and first.event != read.event:
                self.report.error(
                    "contradictory-event",
                    f"There are two different events with the id '{read.event.id}'.", read.span,
                    related=(("the first is here", first.span),),
                    hint="Give them ids of their own, or let one supersede the other.",
                )  # fmt: skip
            found.append(read)
        for read in found:
            self._supersedes(read, ids)
        return found

    def _supersedes(self, read: ReadEvent, ids: Mapping[str, ReadEvent]) -> None:
        target = read.event.supersedes
        if target is not None and target not in ids:
            self.report.error(
                "unknown-event", f"No event of this scenario has the id '{target}'.", read.span,
                hint="Give the event that is corrected an 'id:' and name it here.",
            )  # fmt: skip

    def _as_of(
        self,
        written: Value | None,
        value: Value,
        adoption: Adoption,
        events: list[ReadEvent],
        broken: bool,
    ) -> datetime | None:
        if written is not None:
            return wanted.read_instant(written, adoption)
        if not events:
            if broken:
                return None
            self.report.error(
                "missing-key", "A scenario without events needs 'as_of'.", value.span,
                hint="Add 'as_of:' — the instant at which it is looked at.",
            )  # fmt: skip
            return None
        last = max(e.event.known_from for e in events)
        return (last + timedelta(days=1)).astimezone(adoption.zone)

    def _expectations(self, written: Value | None, adoption: Adoption) -> tuple[Expectation, ...]:
        if written is None:
            return ()
        found = [read_expectation(v, adoption) for v in written.items()]
        return tuple(e for e in found if e is not None)


def _id(number: int) -> str:
    """The id of the nth event; ids sort as the events are written."""
    return f"e{number:03}" if number < 1000 else f"f{number:06}"


__all__ = ["Measures", "SourceError", "find_scenario_files", "load_scenarios", "read_scenarios"]
