"""What time means to a measure."""

from shouwen.measures.calendars.errors import CalendarError, PeriodError
from shouwen.measures.calendars.period import Period

__all__ = ["CalendarError", "Period", "PeriodError"]
