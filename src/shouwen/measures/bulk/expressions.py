"""The typed tree of an expression, lowered to Ibis.

Everything a node needs stands in columns of one table: facts, and what had to be looked up in
other tables (local wall clocks, derived facts). `frames` puts these columns there and replaces the
nodes they stand for by names, so that what arrives here is pure.

Numbers are DECIMAL(38, 12). Sums and products of numbers that fit are exact (products are rounded
to 12 decimals); a quotient is rounded to 12 decimals, where Python has 34 digits. What does not fit
stops the run with an error of the database.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

import ibis

from shouwen.measures.bulk.codes import (
    Code,
    ListCode,
    Slot,
    choose,
    elapsed,
    merged,
    strict,
)
from shouwen.measures.bulk.errors import NotLoweredYet
from shouwen.measures.bulk.functions import FUNCTIONS
from shouwen.measures.bulk.sqltypes import (
    DECIMAL,
    PERIOD_TYPE,
    RANGE_TYPE,
    SECOND_US,
    Expr,
    Table,
    day_number,
    floored,
    literal,
    names_of,
    negated,
    null,
    period,
    shifted,
    sql_type,
    struct,
    us,
)
from shouwen.measures.feel import tree
from shouwen.measures.feel.types import (
    DATE,
    DATETIME,
    NUMBER,
    PERIOD,
    is_text,
)
from shouwen.measures.feel.values import (
    DIVISION_BY_ZERO,
    FIRST_YEAR,
    LAST_YEAR,
    NO_FIXED_LENGTH,
    OUT_OF_RANGE,
    Unknown,
)

Slots = Mapping[str, Slot]


def lower(node: tree.Expr, table: Table, slots: Slots) -> Code:
    """An expression that is not a list, over the columns of a table."""
    found = _lower(node, table, slots)
    if isinstance(found, ListCode):
        raise NotLoweredYet("a list as a value", span=node.span)
    return found


def _lower(node: tree.Expr, table: Table, slots: Slots) -> Code | ListCode:
    def inner(child: tree.Expr) -> Code:
        return lower(child, table, slots)

    match node:
        case tree.Literal():
            return _literal(node)
        case tree.Name():
            return slots[node.name].code(table)
        case tree.Not():
            operand = inner(node.operand)
            return Code(negated(operand.value), operand.names)
        case tree.And() | tree.Or():
            left, right = inner(node.left), inner(node.right)
            both = isinstance(node, tree.And)
            value = left.value & right.value if both else left.value | right.value
            return Code(value, merged([left, right]))
        case tree.Negate():
            return _negate(node, inner(node.operand))
        case tree.Arithmetic():
            return _arithmetic(node, inner(node.left), inner(node.right))
        case tree.Compare():
            return _compare(node, inner(node.left), inner(node.right))
        case tree.Between() | tree.InTests():
            return inner(node.condition())
        case tree.If():
            return _if(node, table, slots)
        case tree.Call():
            return FUNCTIONS[node.function](node, [_lower(a, table, slots) for a in node.arguments])
        case tree.ListNode():
            return ListCode(((None, tuple(inner(item) for item in node.items)),))
        case tree.RangeNode():
            return _amount(node, inner)
        case tree.IsKnown():
            return Code(inner(node.operand).value.notnull())


def _literal(node: tree.Literal) -> Code:
    if isinstance(node.value, Unknown):
        return Code(null(sql_type(node.type)), names_of(node.value.names))
    return Code(literal(node.value, node.type))


def _if(node: tree.If, table: Table, slots: Slots) -> Code | ListCode:
    condition = lower(node.condition, table, slots)
    then = _lower(node.then, table, slots)
    otherwise = _lower(node.otherwise, table, slots)
    if isinstance(then, ListCode) or isinstance(otherwise, ListCode):
        if condition.names is not None or not (
            isinstance(then, ListCode) and isinstance(otherwise, ListCode)
        ):
            raise NotLoweredYet("a list that hangs on an unknown condition", span=node.span)
        return ListCode(
            tuple(
                (guard if inner is None else guard & inner, items)
                for guard, part in ((condition.value, then), (negated(condition.value), otherwise))
                for inner, items in part.alternatives
            )
        )
    return choose(condition, then, otherwise, node.type)


# --- operators ----------------------------------------------------------------------------------


def _negate(node: tree.Negate, operand: Code) -> Code:
    if node.operand.type == PERIOD:
        return Code(_negative(operand.value), operand.names)
    return Code(-operand.value, operand.names)


def _negative(value: Expr) -> Expr:
    return _unless_null(
        value, period(-value.months, -value.days, -value.working_days, -value.seconds), PERIOD_TYPE
    )


def _unless_null(operand: Expr, value: Expr, type_: Any) -> Expr:
    """A struct built of the fields of another: NULL where that is, not a struct of NULLs."""
    return ibis.ifelse(operand.isnull(), null(type_), value)


COMPARE: Mapping[str, Callable[[Expr, Expr], Expr]] = {
    "=": lambda a, b: a == b,
    "!=": lambda a, b: a != b,
    "<": lambda a, b: a < b,
    "<=": lambda a, b: a <= b,
    ">": lambda a, b: a > b,
    ">=": lambda a, b: a >= b,
}


def _compare(node: tree.Compare, left: Code, right: Code) -> Code:
    compare = COMPARE[node.op]
    if PERIOD in (node.left.type, node.right.type):
        value = compare(elapsed(left.value), elapsed(right.value))
        return strict([left, right], value, NO_FIXED_LENGTH)
    return strict([left, right], compare(left.value, right.value))


def _arithmetic(node: tree.Arithmetic, left: Code, right: Code) -> Code:
    a, b = left.value, right.value
    types = (node.left.type, node.right.type)
    both = [left, right]
    if is_text(node.type):
        return strict(both, a + b)
    if node.type == NUMBER and PERIOD in types:
        value = quotient(elapsed(a).cast(DECIMAL), elapsed(b).cast(DECIMAL))
        fixed = elapsed(a).notnull() & elapsed(b).notnull()
        code = strict(both, value, NO_FIXED_LENGTH)
        names = ibis.ifelse(fixed, names_of([DIVISION_BY_ZERO]), code.names)
        return Code(value, names)
    if node.type == NUMBER:
        return _numbers(node, both)
    if node.type == PERIOD and types == (DATE, DATE):
        days = day_number(a) - day_number(b)
        value = period(0, days, 0, 0)
        return strict(both, ibis.ifelse(days.isnull(), null(PERIOD_TYPE), value))
    if node.type == PERIOD and types == (DATETIME, DATETIME):
        seconds = floored(us(a) - us(b), SECOND_US)[0]
        value = period(0, 0, 0, seconds)
        return strict(both, ibis.ifelse(seconds.isnull(), null(PERIOD_TYPE), value))
    if node.type == PERIOD:
        return strict(both, add_periods(a, b if node.op == "+" else _negative(b)), OUT_OF_RANGE)
    if node.type == DATE:
        return strict(both, add_to_date(a, b if node.op == "+" else _negative(b)), OUT_OF_RANGE)
    if node.type == DATETIME:
        # Only exact time: days and months need a wall clock, which a frame looks up first.
        moved = shifted(a, b.seconds if node.op == "+" else -b.seconds)
        return strict(both, moved, OUT_OF_RANGE)
    raise NotLoweredYet(f"{types[0]} {node.op} {types[1]}", span=node.span)


def _numbers(node: tree.Arithmetic, both: list[Code]) -> Code:
    a, b = both[0].value, both[1].value
    match node.op:
        case "+":
            return strict(both, (a + b).cast(DECIMAL))
        case "-":
            return strict(both, (a - b).cast(DECIMAL))
        case "*":
            return strict(both, (a * b).cast(DECIMAL))
        case "/":
            divisor = node.right
            safe = isinstance(divisor, tree.Literal) and divisor.value
            return strict(both, quotient(a, b), None if safe else DIVISION_BY_ZERO)
    raise NotLoweredYet(f"the operator {node.op}", span=node.span)


def quotient(a: Expr, b: Expr) -> Expr:
    """A quotient, rounded to 12 decimals; NULL by zero. Databases divide decimals as floats."""
    return (a.cast("float64") / b.nullif(ibis.literal(Decimal(0), type=DECIMAL)).cast("float64")
            ).cast(DECIMAL)  # fmt: skip


def add_periods(a: Expr, b: Expr) -> Expr:
    """The sum of two periods part by part; NULL where parts have different signs."""
    parts = [a[name] + b[name] for name in PERIOD_TYPE.names]
    mixed = (ibis.least(*parts) < 0) & (ibis.greatest(*parts) > 0)
    void = a.isnull() | b.isnull() | mixed
    return ibis.ifelse(void, null(PERIOD_TYPE), period(*parts))


def add_months(day: Expr, months: Expr) -> Expr:
    """The corresponding day some months later, or the last of the month (民法典 art. 202)."""
    return (day.cast("timestamp") + months.cast("int32").as_interval("M")).cast("date")


def add_days(day: Expr, days: Expr) -> Expr:
    """A date some days later."""
    return (day.cast("timestamp") + days.cast("int32").as_interval("D")).cast("date")


def add_to_date(day: Expr, length: Expr) -> Expr:
    """A date some months, then days, later; NULL for exact time and working days."""
    moved = add_days(add_months(day, length.months), length.days)
    fits = (
        (length.seconds == 0)
        & (length.working_days == 0)
        & moved.year().between(FIRST_YEAR, LAST_YEAR)
    )
    return ibis.ifelse(fits, moved, null("date"))


def _amount(node: tree.RangeNode, inner: Callable[[tree.Expr], Code]) -> Code:
    low = inner(node.low)
    if node.high is None:
        value = struct({"lo": low.value, "hi": null(DECIMAL)}, RANGE_TYPE)
        return Code(_unless_null(low.value, value, RANGE_TYPE), low.names)
    high = inner(node.high)
    value = struct({"lo": low.value, "hi": high.value}, RANGE_TYPE)
    in_order = (low.value <= high.value).fill_null(False)
    return strict([low, high], ibis.ifelse(in_order, value, null(RANGE_TYPE)), OUT_OF_RANGE)
