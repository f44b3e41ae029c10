"""What time means to a measure.

A measure says "30 minutes", "10 working days", "by day 25 of each month", "between 08:00 and
22:00", "within one year". This room says what instants these words stand for, and which rule moved
them.

Four ideas carry it:

- A `Period` keeps its units apart. A calendar day is not 24 hours and a working day is neither;
  nothing converts one into another in silence.
- A `Calendar` says when work is done: weekly hours, holidays, dated exceptions, in *versions by
  date*. The version in force at the start of a period decides about the whole of it. China's
  statutory days are data with their sources; years that no notice covers are computed from the
  law, and every answer that rests on one says so (`published`).
- A `Counting` says how a period is counted: elapsed time, the Civil Code (arts. 200 to 204), same
  time of day, working time. The result is a `Deadline`: an instant, whether the instant itself is
  still in time, and the `Step`s that led there, each with its article and a sentence in Chinese
  and English.
- Working time is an *axis* (`WorkAxis`): the working seconds up to an instant. Deadlines are sums
  on it, pauses are differences, and a column of ten million starts is a few array operations.

Inside, instants are whole microseconds since 1970 and days are numbers; `datetime` (always aware)
appears only at the door.

Read in this order: `period` (with `reading`, `numerals`), `hours`, `zones`, `statutory` (with
`lunisolar`, `statutory_file` and ``data/cn.yaml``), `holidays`, `schedule`, `axis`, `calendar`
(with `calendar_file`), `deadline` (with `steps`, `backward`), `window`, `recurrence`, `within`, and
for columns `arrays` and `tables`.
"""

from shouwen.measures.calendars.arrays import Deadlines, deadlines
from shouwen.measures.calendars.axis import WorkAxis
from shouwen.measures.calendars.backward import latest_start
from shouwen.measures.calendars.calendar import (
    Calendar,
    DayFacts,
    Version,
    always,
    builtin_calendars,
    cn,
)
from shouwen.measures.calendars.calendar_file import read_calendars
from shouwen.measures.calendars.deadline import Counting, Deadline, deadline, end_of_day
from shouwen.measures.calendars.errors import CalendarError, HoursError, PeriodError
from shouwen.measures.calendars.holidays import AnnualRule, Holidays
from shouwen.measures.calendars.hours import parse_spans, parse_week
from shouwen.measures.calendars.period import Period
from shouwen.measures.calendars.recurrence import Every, Occurrence, Recurrence
from shouwen.measures.calendars.schedule import DatedException, Schedule
from shouwen.measures.calendars.statutory import (
    DayKind,
    Notice,
    StatutoryDay,
    StatutoryTable,
    is_statutory_festival,
    statutory,
)
from shouwen.measures.calendars.statutory_file import read_table
from shouwen.measures.calendars.steps import Step, StepKind
from shouwen.measures.calendars.tables import DayTable, day_table
from shouwen.measures.calendars.window import Window
from shouwen.measures.calendars.within import window_start, within

__all__ = [
    "AnnualRule",
    "Calendar",
    "CalendarError",
    "Counting",
    "DatedException",
    "DayFacts",
    "DayKind",
    "DayTable",
    "Deadline",
    "Deadlines",
    "Every",
    "Holidays",
    "HoursError",
    "Notice",
    "Occurrence",
    "Period",
    "PeriodError",
    "Recurrence",
    "Schedule",
    "StatutoryDay",
    "StatutoryTable",
    "Step",
    "StepKind",
    "Version",
    "Window",
    "WorkAxis",
    "always",
    "builtin_calendars",
    "cn",
    "day_table",
    "deadline",
    "deadlines",
    "end_of_day",
    "is_statutory_festival",
    "latest_start",
    "parse_spans",
    "parse_week",
    "read_calendars",
    "read_table",
    "statutory",
    "window_start",
    "within",
]
