"""A measure as an organisation adopts it: which readings, which calendars."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from zoneinfo import ZoneInfo

from shouwen.measures.calendars import Calendar, builtin_calendars, read_calendars
from shouwen.measures.diagnostics import Report, did_you_mean
from shouwen.measures.language.model import Measure


class AdoptionError(ValueError):
    """A reading, option or calendar that the measure does not know."""

    def __init__(self, report: Report) -> None:
        self.diagnostics = report.sorted()
        super().__init__(
            "\n".join(f"{d.message}" + (f" {d.hint}" if d.hint else "") for d in self.diagnostics)
        )


@dataclass(frozen=True, eq=False)
class Adoption:
    """A measure with a choice for each of its readings and a calendar for each name.

    Make one with `adopt`.

    Attributes:
        first_day, last_day: the days on which it is in force (None: no bound); those of the
            measure, unless a later version ends it sooner.
        counted_from: the first day whose acts count as earlier ones; its own first day, unless it
            takes over from an earlier version.
    """

    measure: Measure
    readings: Mapping[str, str]
    calendars: Mapping[str, Calendar]
    first_day: date | None = None
    last_day: date | None = None
    counted_from: date | None = None
    zone: ZoneInfo = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "zone", ZoneInfo(self.measure.zone))

    @property
    def calendar(self) -> Calendar:
        """The measure's main calendar."""
        return self.calendars[self.measure.calendar]


def adopt(
    measure: Measure,
    readings: Mapping[str, str] | None = None,
    calendars: Mapping[str, Calendar] | None = None,
) -> Adoption:
    """Adopt a measure: its default readings except those given, its calendars except those given.

    Raises:
        AdoptionError: for unknown readings, options or calendars, all of them at once.
    """
    report = Report()
    chosen = {reading.id: reading.default for reading in measure.readings.values()}
    for name, option in (readings or {}).items():
        reading = measure.readings.get(name)
        if reading is None:
            report.error(
                "unknown-reading", f"Measure {measure.id} has no reading '{name}'.",
                hint=did_you_mean(name, measure.readings),
            )  # fmt: skip
        elif option not in reading.options:
            report.error(
                "unknown-option", f"'{option}' is no alternative of the reading '{name}'.",
                hint=did_you_mean(option, reading.options),
            )  # fmt: skip
        else:
            chosen[name] = option
    known = {**builtin_calendars(), **own_calendars(measure), **(calendars or {})}
    wanted = {measure.calendar, *(d.calendar for d in measure.duties if d.calendar)} - {"none"}
    for name in sorted(wanted - known.keys()):
        report.error(
            "unknown-calendar", f"Measure {measure.id} counts by a calendar '{name}'; it is not "
            "known.", hint=did_you_mean(name, known) or "Give it when adopting the measure.",
        )  # fmt: skip
    if report.errors:
        raise AdoptionError(report)
    first, last = measure.effective_from, measure.effective_to
    return Adoption(measure, chosen, known, first, last, first)


def own_calendars(measure: Measure) -> Mapping[str, Calendar]:
    """The calendars in the file that the measure names, beside it."""
    if measure.calendars_file is None or not measure.sources:
        return {}
    path = Path(measure.sources[0]).parent / measure.calendars_file
    return read_calendars(path.read_text("utf-8-sig"), str(path))
