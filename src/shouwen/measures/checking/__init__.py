"""What can be said of a measure with no events at all.

Reading a measure already refuses what has no meaning: unknown names, wrong types, circles,
overlapping rows under U. This room looks at the whole document and says what its drafter should
look at again.

- `coverage`: which norm is enacted how, and which is not enacted.
- `review`: readings that nothing looks at, events that nothing uses, norms without a rule.
"""

from shouwen.measures.checking.coverage import Coverage, NormCoverage, coverage
from shouwen.measures.checking.review import review

__all__ = ["Coverage", "NormCoverage", "coverage", "review"]
