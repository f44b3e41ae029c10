"""What a solver can say of a measure with no events at all.

The third backend of the language: the same typed tree that Python runs and that becomes SQL is
lowered to Z3, with unknowns, and the solver is asked about all facts at once. Can this condition
ever be true? Does some case fall between the rows of this table? Can one duty demand what
another forbids?

Ideas
- *"Never" is safe, "possible" is shown.* What has no linear meaning (adding months, the offset of
  a zone, what a text contains) is a function the solver knows little of. That nothing at all
  satisfies a condition then still holds of the real function; a model may be wrong about it, and
  is put right point by point, until Python agrees (`applications`, `oracle`).
- *A witness is evaluated.* A finding that rests on an example is reported only when the
  reference evaluator makes the same of that example. One that rests on "never" names the parts
  that exclude each other.
- *Bounded.* Each question has a fifth of a second, all together ten seconds. What takes longer
  stays open and is not reported. Most conditions are plain and need no solver (`plainly`).
- *Facts are free.* Every fact can have every value of its type; that two facts drawn from events
  are related is not known here. Facts are taken to be known, unless a rule asks whether they are.

Reading order: `logic`, `terms`, `applications`, `moments`, `calls`, `lowering` (the backend);
`oracle` (questions); `situations`, `sites` (what is asked where); then the findings: `plainly`,
`conditions`, `tables`, `conflicts`, `readings`; `examine` asks them all.

Importing this package imports Z3, which takes a while; `checking.review` does so when called.
"""

from shouwen.measures.checking.solver.examine import Examination, examine
from shouwen.measures.checking.solver.lowering import Ground, Lowering
from shouwen.measures.checking.solver.oracle import Answer, Found, Oracle

__all__ = ["Answer", "Examination", "Found", "Ground", "Lowering", "Oracle", "examine"]
