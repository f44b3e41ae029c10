"""The expression language of measures: cells of decision tables, and a closed part of FEEL.

A measure decides by tables and small formulas: ``fault = 大 and area in (城区, 农村)``, a cell
``[30分钟..2小时)``, an outcome ``100元—500元``. This room reads such texts and gives them a
meaning.

Ideas
- *One typed tree.* A text is parsed and checked once into the nodes of `tree`; Python (`python`,
  here), Ibis and Z3 lower that same tree. The language is closed: no user functions, no
  recursion, no loops; a function is in the table of `functions` only if all three can say it.
- *Unknown is a value.* A missing fact is an `Unknown` that names it, and logic is Kleene's, so a
  decision that does not need the fact is still made, and one that does says what is missing.
- *Errors are a feature.* The scanner and parser go on after an error, point at the character in
  the enclosing document, and say what to write instead. A comparison of different types is an
  error of the source, as is a text that is no member of the enumeration it is compared with.
- *Tables are sets.* A cell is a set over its column, a row a box; overlaps, gaps and rows that
  can never apply follow by set algebra, with a concrete input as witness (`analysis`).

Reading order: `types`, `values`, `tree`; then `functions`, `literals`, `scan`, `parse`, `check`;
then `operations`, `lowering`, `python`; then `tables`, `table_reader`, `decisions`, `decide`; then
`sets`, `cell_sets`, `analysis`. `unparse` prints trees in one canonical way.

The use of it::

    report = Report()
    expr = parse_expression(SourceText.alone("fault = 大"), scope, report)   # Expr | None
    tests = parse_unary_tests(SourceText.alone("< 3, [5..7]"), NUMBER, scope, report)
    decide = compile_expression(expr)          # Callable[[Mapping[str, Value]], Value]
    table = parse_table(header, rows, scope, report)                  # DecisionTable | None
    run = compile_table(table)                 # Callable[[Mapping[str, Value]], Decision]
"""

from shouwen.measures.feel.analysis import (
    Analysis,
    Gap,
    Overlap,
    Witness,
    analyse,
    report_analysis,
)
from shouwen.measures.feel.check import check
from shouwen.measures.feel.decide import compile_table, facts_of, row_condition
from shouwen.measures.feel.decisions import Decision, Outcome
from shouwen.measures.feel.functions import FUNCTIONS, Function
from shouwen.measures.feel.outcomes import parse_outcome
from shouwen.measures.feel.parse import parse_expression, parse_unary_tests
from shouwen.measures.feel.python import compile_expression
from shouwen.measures.feel.table_reader import parse_table
from shouwen.measures.feel.tables import DecisionTable, HitPolicy, Input, Output, Row
from shouwen.measures.feel.tree import (
    And,
    Arithmetic,
    Between,
    Call,
    Compare,
    Expr,
    If,
    InTests,
    IsKnown,
    ListNode,
    Literal,
    Name,
    Negate,
    Not,
    Or,
    RangeNode,
    Test,
    UnaryTests,
    names,
    walk,
)
from shouwen.measures.feel.types import (
    ANY,
    BOOLEAN,
    COUNT,
    DATE,
    DATETIME,
    NUMBER,
    PERIOD,
    STRING,
    TIME,
    Dialect,
    Domain,
    EnumType,
    FunctionSignature,
    ListType,
    RangeType,
    Scope,
    Type,
)
from shouwen.measures.feel.unparse import unparse, value_text
from shouwen.measures.feel.values import Amount, Facts, Unknown, Value, belongs

__all__ = [
    "ANY",
    "BOOLEAN",
    "COUNT",
    "DATE",
    "DATETIME",
    "FUNCTIONS",
    "NUMBER",
    "PERIOD",
    "STRING",
    "TIME",
    "Amount",
    "Analysis",
    "And",
    "Arithmetic",
    "Between",
    "Call",
    "Compare",
    "Decision",
    "DecisionTable",
    "Dialect",
    "Domain",
    "EnumType",
    "Expr",
    "Facts",
    "Function",
    "FunctionSignature",
    "Gap",
    "HitPolicy",
    "If",
    "InTests",
    "Input",
    "IsKnown",
    "ListNode",
    "ListType",
    "Literal",
    "Name",
    "Negate",
    "Not",
    "Or",
    "Outcome",
    "Output",
    "Overlap",
    "RangeNode",
    "RangeType",
    "Row",
    "Scope",
    "Test",
    "Type",
    "UnaryTests",
    "Unknown",
    "Value",
    "Witness",
    "analyse",
    "belongs",
    "check",
    "compile_expression",
    "compile_table",
    "facts_of",
    "names",
    "parse_expression",
    "parse_outcome",
    "parse_table",
    "parse_unary_tests",
    "report_analysis",
    "row_condition",
    "unparse",
    "value_text",
    "walk",
]
