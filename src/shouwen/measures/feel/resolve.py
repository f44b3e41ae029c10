"""What checking stands on: names and members, whether two sides fit, and saying so."""

from __future__ import annotations

from dataclasses import replace

from shouwen.measures.calendars import Period
from shouwen.measures.diagnostics import Report, Span, did_you_mean
from shouwen.measures.feel.hints import (
    endless_period,
    how_to_meet,
    how_to_write,
    rank,
)
from shouwen.measures.feel.tree import (
    UNREADABLE,
    Expr,
    Literal,
    Name,
)
from shouwen.measures.feel.types import (
    ORDERED,
    PERIOD,
    STRING,
    EnumType,
    ListType,
    RangeType,
    Scope,
    Type,
    assignable,
)


class Resolver:
    """Resolves names and members in one scope and reports what does not fit."""

    def __init__(self, scope: Scope, report: Report) -> None:
        self.scope, self.report = scope, report

    # --- leaves ------------------------------------------------------------------------------

    def _literal(self, node: Literal, hint: Type | None) -> Expr:
        if node.type == STRING and isinstance(hint, EnumType) and isinstance(node.value, str):
            return self._member(node.value, hint, node.span)
        return node

    def _name(self, node: Name, hint: Type | None) -> Expr:
        canonical = self.scope.resolve(node.name)
        type_ = self.scope.types[canonical] if canonical is not None else None
        if isinstance(hint, EnumType) and type_ != hint and hint.member(node.name) is not None:
            return self._member(node.name, hint, node.span)
        if canonical is not None and type_ is not None:
            return replace(node, name=canonical, type=type_)
        if isinstance(hint, EnumType):
            return self._no_member(node.name, hint, node.span)
        owner = self._owner(node)
        if owner is not None:
            return self._fail(
                "stray-member",
                f"'{node.name}' is a member of {owner}, but nothing here is of that type.",
                node.span,
                hint=f'As a text it stands in quotes: "{node.name}".'
                if hint == STRING
                else f"Compare it with a name of type {owner}.",
            )
        return self._fail(
            "unknown-name",
            f"There is no name '{node.name}'.",
            node.span,
            hint=did_you_mean(node.name, self.scope.spellings())
            or f'If a text is meant, write "{node.name}".',
        )

    def _member(self, text: str, enum: EnumType, span: Span) -> Expr:
        member = enum.member(text)
        if member is None:
            return self._no_member(text, enum, span)
        return Literal(member, type=enum, span=span)

    def _no_member(self, text: str, enum: EnumType, span: Span) -> Expr:
        spellings = [*enum.members, *(alias for alias, _ in enum.aliases)]
        near = did_you_mean(text, spellings)
        return self._fail(
            "no-member",
            f"'{text}' is not a member of {enum}.",
            span,
            hint=near or f"Members: {', '.join(enum.members)}.",
        )

    def _owner(self, node: Expr) -> EnumType | None:
        """The enumeration that a bare word is a member of, unless it is a name."""
        if not isinstance(node, Name) or self.scope.resolve(node.name) is not None:
            return None
        return next((e for e in self.scope.enums if e.member(node.name) is not None), None)

    # --- whether values fit -------------------------------------------------------------------

    def _comparable(self, op: str, left: Expr, right: Expr, span: Span) -> bool:
        a, b = left.type, right.type
        if isinstance(a, ListType | RangeType) or isinstance(b, ListType | RangeType):
            return self._refuse(
                "type",
                f"A {a} cannot be compared with a {b}.",
                span,
                "Lists are asked with list contains(...), count(...), sum(...).",
            )
        if not assignable(a, b) and not assignable(b, a):
            return self._refuse(
                "type",
                f"A {a} cannot be compared with a {b}.",
                span,
                how_to_meet(left, right),
            )
        if op not in ("=", "!=") and a not in ORDERED:
            return self._refuse(
                "type",
                f"A {a} has no order, so there is no '{op}' for it.",
                span,
                "Use = or !=, or list the values that are meant.",
            )
        # Both sides are asked, so that both errors are told.
        periods = [side for side in (left, right) if side.type == PERIOD]
        return sum(not self._has_length(side) for side in periods) == 0

    def _has_length(self, node: Expr) -> bool:
        """Refuse periods written in months or working days where their length is asked for."""
        literal = endless_period(node)
        if literal is None:
            return True
        assert isinstance(literal.value, Period)
        return self._refuse(
            "period-length",
            f"{literal.value.zh()} has no fixed length to compare.",
            literal.span,
            "Add the period to a date and compare dates, or count the months as a number.",
        )

    def _ascending(self, low: Expr, high: Expr, span: Span, *, open_: bool = False) -> None:
        """Refuse written ranges that nothing lies in."""
        if not (isinstance(low, Literal) and isinstance(high, Literal)) or low.type != high.type:
            return
        a, b = rank(low), rank(high)
        if a is not None and b is not None and (a > b or (open_ and a == b)):  # type: ignore[operator]
            hint = (
                "The lower bound comes first." if a != b else "Close both ends: [ ] include them."
            )
            self._refuse("range", "Nothing lies in this range.", span, hint)

    # --- errors ------------------------------------------------------------------------------

    def _of_type(self, node: Expr, wanted: Type) -> Expr:
        if assignable(node.type, wanted):
            return node
        return self._fail(
            "type",
            f"A {wanted} is wanted here, this is a {node.type}.",
            node.span,
            hint=how_to_write(wanted),
        )

    def _fail(self, code: str, message: str, span: Span, *, hint: str | None = None) -> Expr:
        self.report.error(code, message, span, hint=hint)
        return self._placeholder(span)

    def _refuse(self, code: str, message: str, span: Span, hint: str | None) -> bool:
        self.report.error(code, message, span, hint=hint)
        return False

    def _placeholder(self, span: Span) -> Expr:
        return Literal(UNREADABLE, span=span)
