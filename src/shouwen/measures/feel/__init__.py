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

Reading order: `types`, `values`, `tree`; then `scan`, `parse`, `check`, `functions`; then
`python`; then `tables`, `decide`, `analysis`; `unparse` prints trees in one canonical way.

The use of it::

    report = Report()
    expr = parse_expression(SourceText.alone("fault = 大"), scope, report)   # Expr | None
    tests = parse_unary_tests(SourceText.alone("< 3, [5..7]"), NUMBER, scope, report)
    decide = compile_expression(expr)          # Callable[[Mapping[str, Value]], Value]
    table = parse_table(header, rows, scope, report)                  # DecisionTable | None
    run = compile_table(table)                 # Callable[[Mapping[str, Value]], Decision]
"""
