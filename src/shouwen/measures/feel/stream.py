"""Tokens one after another, with places and errors: what a parser stands on."""

from __future__ import annotations

from functools import cached_property

from shouwen.measures.diagnostics import Report, SourceText, Span
from shouwen.measures.feel.scan import Kind, Token, scan
from shouwen.measures.feel.tree import UNREADABLE, Expr, Literal
from shouwen.measures.feel.types import EnumType, Scope


class TokenStream:
    """The tokens of one text and the place the reading has come to."""

    def __init__(
        self, text: SourceText, scope: Scope, report: Report, enums: tuple[EnumType, ...] = ()
    ) -> None:
        self.place, self.scope, self.report = text, scope, report
        self.tokens = scan(text, scope, report, enums)
        self.index = 0
        self.given_up = False

    @property
    def _token(self) -> Token:
        return self.tokens[self.index]

    def _take(self) -> Token:
        token = self.tokens[self.index]
        if token.kind is not Kind.END:
            self.index += 1
        return token

    def _close(self, opening: Token, closing: str) -> None:
        if self._token.is_(closing):
            self._take()
        else:
            self._unclosed(opening, closing)

    def _unclosed(self, opening: Token, closing: str) -> None:
        token = self._token
        if token.kind is Kind.END:
            self._error(
                "bracket",
                f"The bracket '{opening.text}' is never closed.",
                self._span(opening),
                hint=f"Add '{closing}'.",
            )
            return
        if self.given_up:
            return
        self.report.error(
            "bracket",
            f"'{closing}' is wanted before {self._shown(token)}.",
            self._span(token),
            related=(("the bracket that is open", self._span(opening)),),
        )
        # What is left inside the bracket cannot be understood; go on behind it.
        depth = 0
        while self._token.kind is not Kind.END:
            taken = self._take()
            depth += taken.is_("(", "[") - taken.is_(")", "]")
            if depth < 0:
                return

    def _expect_word(self, word: str, hint: str) -> None:
        if self._token.is_(word):
            self._take()
        else:
            mistaken = word == "and" and self._token.is_("or", "—", "..", ",")
            what = self._shown(self._token)
            self._error("missing-word", f"'{word}' is missing before {what}.", hint=hint)
            if mistaken:
                self._take()

    def _shown(self, token: Token) -> str:
        if token.kind is Kind.END:
            return "the end"
        return f"'{self.place.text[token.start : token.end]}'"

    def _placeholder(self, token: Token | None = None) -> Expr:
        return Literal(UNREADABLE, span=self._span(token or self._token))

    def _error(
        self, code: str, message: str, span: Span | None = None, *, hint: str | None = None
    ) -> None:
        """Report an error, unless one at the same place has been reported already.

        The second one is nearly always a consequence of the first.
        """
        span = span or self._span(self._token)
        if span not in self._blamed and not self.given_up:
            self._blamed.add(span)
            self.report.error(code, message, span, hint=hint)

    @cached_property
    def _blamed(self) -> set[Span | None]:
        """The places that errors of this text are reported at; the scanner was first."""
        return {d.span for d in self.report.errors}

    def _go_back(self, index: int, errors: int) -> None:
        """Go back to a token and to as many diagnostics as there were then."""
        for diagnostic in self.report.diagnostics[errors:]:
            self._blamed.discard(diagnostic.span)
        del self.report.diagnostics[errors:]
        self.index, self.given_up = index, False

    def _give_up(self) -> None:
        """Go to the end, and say nothing about what is then missing."""
        self.given_up = True
        self.index = len(self.tokens) - 1

    def _span(self, token: Token) -> Span:
        return self.place.span(token.start, max(token.end, token.start + 1))

    def _from(self, left: Expr) -> Span:
        """From where `left` starts to the end of the last token taken."""
        start = left.span.offset - self.place.start
        return self.place.span(start, max(self._last_end(), start + 1))

    def _from_token(self, token: Token) -> Span:
        return self.place.span(token.start, max(self._last_end(), token.start + 1))

    def _last_end(self) -> int:
        return self.tokens[self.index - 1].end if self.index else 0
