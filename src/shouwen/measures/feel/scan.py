"""From text to tokens, knowing the names that are in scope.

Names may have blanks and any characters ("Monthly Salary", "SELF-EMPLOYED"), so the longest known
name wins over everything that could stand at the same place. What is mistyped in a way that has
only one meaning (full-width punctuation, ``≥``) is read as meant; what a reader could stumble
over (``==``, ``&&``, ``None``) is reported with what to write, and scanning goes on as if it had
been written.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum, auto
from functools import lru_cache

from shouwen.measures.diagnostics import Report, SourceText, Span
from shouwen.measures.feel.functions import ALIASES
from shouwen.measures.feel.lexicon import (
    BLANK,
    CALL,
    CLOCK,
    DIGITS,
    ESCAPES,
    FIRST_WORD,
    FOREIGN,
    FUNCTION,
    ISO_DATE,
    ISO_PERIOD,
    KEYWORDS,
    LENGTH_WITH_BLANK,
    MISTAKES,
    NEXT_WORD,
    NULLS,
    NUMERAL_WORD,
    OPERATORS,
    PLAIN,
    PREFIX,
    PREFIXES,
    QUOTES,
    SINGLE_QUOTES,
    SUFFIX,
    SUFFIXES,
    SYMBOL,
    UNIT,
)
from shouwen.measures.feel.literals import (
    Constant,
    LiteralError,
    read_at,
    read_number,
    read_quantity,
)
from shouwen.measures.feel.types import ANY, BOOLEAN, STRING, Dialect, EnumType, Scope, name_pattern
from shouwen.measures.feel.values import Unknown


class Kind(Enum):
    """What a token is."""

    LITERAL = auto()
    WORD = auto()
    """A name, a member of an enumeration, or an unknown word; the checker tells which."""
    FUNCTION = auto()
    KEYWORD = auto()
    OPERATOR = auto()
    SUFFIX = auto()
    """以上, 以下 ... after a number: a comparison written behind its operand."""
    END = auto()


@dataclass(frozen=True)
class Token:
    """A token: `text` is its canonical form, the place that of what was written."""

    kind: Kind
    text: str
    start: int
    end: int
    constant: Constant | None = None

    def is_(self, *texts: str) -> bool:
        """Whether this is one of some operators or keywords."""
        return self.kind in (Kind.OPERATOR, Kind.KEYWORD) and self.text in texts


def scan(
    text: SourceText, scope: Scope, report: Report, enums: tuple[EnumType, ...] = ()
) -> list[Token]:
    """The tokens of a text, the last one `Kind.END`. Reports what cannot be a token.

    `enums` are enumerations whose members may be written although no name of the scope has them.
    """
    return _Scanner(text, scope, report, enums).scan()


class _Scanner:
    def __init__(
        self, text: SourceText, scope: Scope, report: Report, enums: tuple[EnumType, ...]
    ) -> None:
        self.place, self.scope, self.report = text, scope, report
        self.raw = text.text
        self.plain = self.raw.translate(PLAIN)
        self.position = 0
        self.tokens: list[Token] = []
        self.members = _member_pattern((*scope.enums, *enums))

    def scan(self) -> list[Token]:
        size = len(self.plain)
        while self.position < size:
            if blank := BLANK.match(self.plain, self.position):
                self.position = blank.end()
                continue
            before = self.position
            self._next()
            assert self.position > before
        self.tokens.append(Token(Kind.END, "", len(self.raw.rstrip()), size))
        return self.tokens

    def _next(self) -> None:
        char = self.raw[self.position]
        if char == "@" and self._quote_follows(self.position + 1):
            self._at_literal()
        elif char in QUOTES or char in SINGLE_QUOTES:
            start = self.position
            self._add_literal(start, Constant(self._quoted(), STRING))
        else:
            known, end = self._known_name()
            quantity = self._quantity()
            if quantity is not None and quantity[1] >= end:
                self._add_quantity(*quantity)
            elif known is not None:
                self._add_to(end, *known)
            elif self.plain[self.position].isalpha() or self.plain[self.position] == "_":
                self._unknown_word()
            else:
                self._symbol()

    # --- tokens ------------------------------------------------------------------------------

    def _add_literal(self, start: int, constant: Constant | None) -> None:
        self.tokens.append(Token(Kind.LITERAL, "", start, self.position, constant))

    def _add_to(self, end: int, kind: Kind, text: str, constant: Constant | None = None) -> None:
        self.tokens.append(Token(kind, text, self.position, end, constant))
        self.position = end

    def _error(self, code: str, message: str, span: Span, hint: str | None = None) -> None:
        self.report.error(code, message, span, hint=hint)

    def _span(self, start: int, end: int) -> Span:
        return self.place.span(start, max(end, start + 1))

    # --- quoted ------------------------------------------------------------------------------

    def _quote_follows(self, position: int) -> bool:
        return position < len(self.raw) and self.raw[position] in (*QUOTES, *SINGLE_QUOTES)

    def _quoted(self) -> str:
        """Read a quoted text from its opening quote on."""
        start = self.position
        opening = self.raw[start]
        closing = QUOTES.get(opening) or SINGLE_QUOTES[opening]
        if opening in SINGLE_QUOTES:
            self._error(
                "single-quotes",
                f"Text stands in double quotes, not in {opening}.",
                self._span(start, start + 1),
                'Write "...".',
            )
        # A text opened with a Chinese quote is often closed with a straight one.
        ends = {closing, '"'} if opening in "“”" else {closing}
        result: list[str] = []
        i = start + 1
        while i < len(self.raw) and self.raw[i] not in ends and self.raw[i] != "\n":
            if self.raw[i] == "\\":
                piece, i = self._escape(i)
                result.append(piece)
            else:
                result.append(self.raw[i])
                i += 1
        if i < len(self.raw) and self.raw[i] in ends:
            self.position = i + 1
        else:
            self.position = i
            self._error(
                "missing-quote",
                "This quote is opened but never closed.",
                self._span(start, start + 1),
                f"Add {closing} where the text ends.",
            )
        return "".join(result)

    def _escape(self, i: int) -> tuple[str, int]:
        following = self.raw[i + 1 : i + 2]
        if following in ESCAPES and following:
            return ESCAPES[following], i + 2
        digits = re.match(r"u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{6})", self.raw[i + 1 :])
        if digits and (code := int(digits[1] or digits[2], 16)) < 0x110000:
            return chr(code), i + 1 + digits.end()
        self._error(
            "unknown-escape",
            f"There is no escape '{self.raw[i : i + 2]}'.",
            self._span(i, i + 2),
            r"A backslash itself is written \\.",
        )
        return "\\", i + 1

    def _at_literal(self) -> None:
        start = self.position
        self.position += 1
        content = self._quoted()
        constant: Constant | None = None
        try:
            constant = read_at(content)
        except LiteralError as error:
            # Offsets hold as long as the text in the quotes has no escapes.
            at = min(start + 2 + error.offset, self.position - 1)
            self._error("bad-literal", error.message, self._span(at, self.position - 1), error.hint)
        self._add_literal(start, constant)

    # --- quantities --------------------------------------------------------------------------

    def _quantity(self) -> tuple[Constant | LiteralError, int] | None:
        """A number, time, date or period written without quotes, and where it ends."""
        plain, i = self.plain, self.position
        if clock := CLOCK.match(plain, i):
            hour, minute, second = clock.groups()
            return self._read_at(f"{int(hour):02}:{minute}:{second or '00'}", clock.end())
        if day := ISO_DATE.match(plain, i):
            error = LiteralError(f'A date stands in quotes, after @: @"{day.group()}".', None)
            return error, day.end()
        if period := ISO_PERIOD.match(plain, i):
            return self._read_at(period.group(), period.end())
        digits = DIGITS.match(plain, i)
        if digits is None:
            return self._numeral_word()
        end = digits.end()
        if end < len(plain) and (unit := UNIT.match(plain, end)):
            end = self._without_suffix(unit.end())
        elif blank := LENGTH_WITH_BLANK.match(plain, end):
            end = blank.end()
        if end == digits.end():
            return self._read(plain[i:end], end, number_only=True)
        return self._read(plain[i:end], end)

    def _without_suffix(self, end: int) -> int:
        """Leave 以上 and the like to be a token of their own."""
        for suffix in sorted(SUFFIXES, key=len, reverse=True):
            if self.plain.endswith(suffix, self.position, end):
                return end - len(suffix)
        return end

    def _numeral_word(self) -> tuple[Constant | LiteralError, int] | None:
        """A period in Chinese numerals, such as 半天 or 十个工作日; other words are none."""
        word = NUMERAL_WORD.match(self.plain, self.position)
        if word is None:
            return None
        end = self._without_suffix(word.end())
        try:
            return read_quantity(self.plain[self.position : end]), end
        except LiteralError:
            return None

    def _read(
        self, text: str, end: int, *, number_only: bool = False
    ) -> tuple[Constant | LiteralError, int]:
        try:
            return (read_number if number_only else read_quantity)(text), end
        except LiteralError as error:
            return error, end

    def _read_at(self, text: str, end: int) -> tuple[Constant | LiteralError, int]:
        try:
            return read_at(text), end
        except LiteralError as error:
            return error, end

    def _add_quantity(self, read: Constant | LiteralError, end: int) -> None:
        if isinstance(read, LiteralError):
            start = min(self.position + read.offset, end - 1)
            self._error("bad-literal", read.message, self._span(start, end), read.hint)
            self._add_to(end, Kind.LITERAL, "")
        else:
            self._add_to(end, Kind.LITERAL, self.plain[self.position : end], read)
        if suffix := SUFFIX.match(self.plain, self.position):
            self._add_to(suffix.end(), Kind.SUFFIX, SUFFIXES[suffix.group()])

    # --- words -------------------------------------------------------------------------------

    def _known_name(self) -> tuple[tuple[Kind, str, Constant | None] | None, int]:
        """The longest function, keyword, name or member that stands here, and where it ends."""
        best: tuple[Kind, str, Constant | None] | None = None
        end = self.position
        # Of equally long ones the first counts.
        if (f := FUNCTION and FUNCTION.match(self.plain, self.position)) and CALL.match(
            self.plain, f.end()
        ):
            name = " ".join(f.group().split())
            best, end = (Kind.FUNCTION, ALIASES.get(name, name), None), f.end()
        if (prefix := PREFIX.match(self.plain, self.position)) and prefix.end() > end:
            best, end = (Kind.OPERATOR, PREFIXES[prefix.group()], None), prefix.end()
        if (word := FIRST_WORD.match(self.plain, self.position)) and word.end() > end:
            keyword = self._keyword(word.group())
            if keyword is not None:
                best, end = keyword, word.end()
        # Names may hold characters that `plain` changes, so both forms are tried.
        for text in (self.raw,) if self.raw == self.plain else (self.raw, self.plain):
            if (found := self.scope.match(text, self.position)) and found[1] > end:
                spelling = " ".join(text[self.position : found[1]].split())
                best, end = (Kind.WORD, spelling, None), found[1]
            member = self.members and self.members.match(text, self.position)
            if member and member.end() > end:
                best, end = (Kind.WORD, " ".join(member.group().split()), None), member.end()
        return best, end

    def _keyword(self, word: str) -> tuple[Kind, str, Constant | None] | None:
        keyword = KEYWORDS.get(word)
        if keyword in ("true", "false"):
            return Kind.LITERAL, keyword, Constant(keyword == "true", BOOLEAN)
        if keyword is not None:
            return Kind.KEYWORD, keyword, None
        return None

    def _unknown_word(self) -> None:
        start = self.position
        first = FIRST_WORD.match(self.plain, start)
        if first is None:  # a letter of another script that is no word character
            self._stray_character()
            return
        word = first.group()
        if word in FOREIGN and self.scope.resolve(word) is None:
            right = FOREIGN[word]
            span = self._span(start, first.end())
            self._error(
                "foreign-word", f"'{word}' is not of this language.", span, f"Write {right}."
            )
            keyword = self._keyword(right)
            assert keyword is not None
            self._add_to(first.end(), *keyword)
            return
        if word in NULLS:
            self._null(first.end(), word)
            return
        end = first.end()
        # A misspelt name of several words should be suggested as a whole.
        while following := NEXT_WORD.match(self.plain, end):
            self.position = following.start(1)
            if self._known_name()[0] is not None or following[1] in (*FOREIGN, *NULLS):
                break
            end = following.end()
        self.position = start
        self._add_to(end, Kind.WORD, " ".join(self.plain[start:end].split()))

    def _null(self, end: int, word: str) -> None:
        if self.scope.dialect is not Dialect.DMN or word != "null":
            self._error(
                "foreign-word",
                f"There is no '{word}': a missing fact is unknown by itself.",
                self._span(self.position, end),
                "Ask with is known(name) whether a fact is known.",
            )
            self._add_to(end, Kind.LITERAL, "")
            return
        self._add_to(end, Kind.LITERAL, word, Constant(Unknown(), ANY))

    # --- symbols -----------------------------------------------------------------------------

    def _symbol(self) -> None:
        found = SYMBOL.match(self.plain, self.position)
        if found is None:
            self._stray_character()
            return
        text = found.group()
        if text == "**" and self.scope.dialect is not Dialect.DMN:
            text = "^"
        if text in MISTAKES:
            right, hint = MISTAKES[text]
            written = self.raw[self.position : found.end()]
            span = self._span(self.position, found.end())
            self._error("foreign-operator", f"'{written}' is not of this language.", span, hint)
            kind = Kind.KEYWORD if right.isalpha() else Kind.OPERATOR
            self._add_to(found.end(), kind, right)
        else:
            self._add_to(found.end(), Kind.OPERATOR, OPERATORS[text])

    def _stray_character(self) -> None:
        char = self.raw[self.position]
        shown = char if char.isprintable() else f"U+{ord(char):04X}"
        span = self._span(self.position, self.position + 1)
        self._error("stray-character", f"'{shown}' means nothing here.", span, "Take it out.")
        self.position += 1


@lru_cache(maxsize=256)
def _member_pattern(enums: tuple[EnumType, ...]) -> re.Pattern[str] | None:
    return name_pattern(_member_spellings(enums))


def _member_spellings(enums: tuple[EnumType, ...]) -> list[str]:
    return [s for e in enums for s in (*e.members, *(alias for alias, _ in e.aliases))]
