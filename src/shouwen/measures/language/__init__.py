"""The measure language: literate Markdown in, typed clauses out.

A measure is the document people read; the rules stand under the sentences they come from, so
that a citation cannot be forgotten. Reading goes in passes, and no pass stops at an error:

1. `document`: Markdown to clauses (with their citations), fenced blocks and tables.
2. `blocks`, `vocabulary`, `facts`: the content of blocks; the words a measure uses.
3. `relations`: the shape of the rows each rule adds, before any rule is read in full.
4. `duties`, `outcomes`, `standards`: every rule, with its expressions checked and typed.
5. `strata`: the order of rules; a circle is refused.

`model` is what comes out and the first thing to read. `load` runs the passes. At the end the
measure is accepted whole or refused whole, with everything that is wrong.
"""

from shouwen.measures.language.load import load_measure, parse_measure, read_measure
from shouwen.measures.language.model import Label, Measure

__all__ = ["Label", "Measure", "load_measure", "parse_measure", "read_measure"]
