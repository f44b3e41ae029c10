"""The monthly sheet from the whole log, for everyone at once.

What pages show was counted day by day from clocks that the measure was asked about thread by
thread. Here the measure is asked once about all events, by the bulk engine, and the same figures
are counted from what it says: another way to the same sheet, which is how the two are held against
each other, and the quicker one where a year of an organisation is wanted.

There is one list of figures. `asking` runs its very queries on DuckDB, over copies of the tables
that they read: rows that people write are copied out of PostgreSQL (`copying`); clocks and breaches
are not, but worked out anew (`judging`). `sheets` adds up, for the organisation, each unit and each
person; `standing` says what the measure's accounts and grades came to; `agreeing` compares with
what the service counted. Everything lies in a folder that an interrupted work goes on from.

Read in this order: `asking`, `copying`, `judging`, `sheets`, `standing`, `agreeing`.
"""

from shouwen.service.assessment.whole.agreeing import Difference, differences
from shouwen.service.assessment.whole.sheets import WholeSheets, sheets_to

__all__ = ["Difference", "WholeSheets", "differences", "sheets_to"]
