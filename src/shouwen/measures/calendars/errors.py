"""What can be wrong with a question about time."""

from __future__ import annotations


class CalendarError(ValueError):
    """A question about time has no answer as it was put: a naive instant, an end before its
    start, a calendar that never opens. The message says what to do about it."""


class PeriodError(CalendarError):
    """A text is not a period, or an operation on periods has no answer.

    `text` is what was read, `position` the offset of the first character that does not fit
    (0 where there is no text), `hint` says what to write instead.
    """

    def __init__(
        self, message: str, text: str = "", position: int = 0, hint: str | None = None
    ) -> None:
        self.message = message
        self.text = text
        self.position = position
        self.hint = hint
        super().__init__(f"{message} {hint}" if hint else message)
