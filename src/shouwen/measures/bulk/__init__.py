"""The bulk engine: the rules of a measure over a whole log, as tables in a database.

One measure, one meaning, any size. The same typed rules that the reference evaluator walks through
row by row are lowered here to relational form, through Ibis, and run on DuckDB inside the process;
or on Spark, when one machine is outgrown (`spark`).
What cannot be lowered yet is refused by name (`NotLoweredYet`), never answered wrongly.

Three ideas carry it:

- *Three-valued logic is SQL's own.* An unknown value is NULL; which facts are missing stands in a
  column beside it, so that an outcome can still name them.
- *Time is joined, not computed.* Working days, opening hours and the offsets of a zone are tables;
  a deadline is a join and a sum on the axis of working time.
- *A moved clock is a window function.* A move counts if it and all before it came on or before the
  deadline that the one before set; so the chain needs no recursion. Only where a limit grows out of
  the one before is the chain folded by a function of the calendar (`growing`).

Read in this order: `codes`, `sqltypes`, `frames` and `steps` (tables with named columns, built up
step by step); `expressions`, `functions` and `tables` (the FEEL tree and decision tables); `zones`,
`calendars`, `backward` and `windows` (time); `relations`, `keys`, `facts` and `people` (what rules
look at); `clocks`, `growing`, `candidates`, `periods`, `performances`, `anomalies`, `duties`,
`prohibitions`, `findings`; `consequences` with `consequence_rows` and `shares`; `ledgers`,
`grades`, `rights`; `lowering` and `compile` put them together.
`event_table` is how events come in, `outcomes` what comes out. `pruning` makes a plan again without
what its outcomes do not need, which `needing` finds, `simplifying` makes less of, and `remaking`
carries out.
"""

from shouwen.measures.bulk.compile import BulkPlan, lower, lowerable, run, unlowered
from shouwen.measures.bulk.errors import NotLoweredYet

__all__ = ["BulkPlan", "NotLoweredYet", "lower", "lowerable", "run", "unlowered"]
