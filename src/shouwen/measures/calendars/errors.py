"""What can be wrong with a question about time."""

from __future__ import annotations


class CalendarError(ValueError):
    """A question about time has no answer as it was put.

    A naive instant, an end before its start, a calendar that never opens: the message says what
    is wrong and what to do about it.
    """


class _TextError(CalendarError):
    def __init__(
        self, message: str, text: str = "", position: int = 0, hint: str | None = None
    ) -> None:
        self.message = message
        self.text = text
        self.position = position
        self.hint = hint
        super().__init__(f"{message} {hint}" if hint else message)


class PeriodError(_TextError):
    """A text is not a period, or an operation on periods has no answer.

    `text` is what was read, `position` the offset of the first character that does not fit
    (0 where there is no text), `hint` says what to write instead.
    """


class HoursError(_TextError):
    """A text does not give hours of a day or of a week; fields as in `PeriodError`."""
