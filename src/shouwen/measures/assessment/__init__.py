"""Assessments: a whole period of a whole organisation, larger than memory if need be.

The bulk engine judges a log that it holds; this room feeds it logs that it cannot hold. Four steps,
each of which leaves something on disk that is whole or not there:

1. `sources` and `intake` bring events into a `store`: Parquet files by event type.
2. `links` reads from the rules which keys hold events together, `parting` cuts what counts at the
   instant (`visible`) into parts that share none (`homes`, `components`). What concerns everything
   goes into every part.
3. `running` sends one part after the other through the plan, in bounded memory.
4. `results` writes what came out as a folder of Parquet or a workbook, under a temporary name
   until it is whole.

Where one machine is too small, steps 2 and 3 fall away: `clusters` judges the whole log on Spark.

`assess` puts them together. What is done is found again by a fingerprint of everything that the
result hangs on; so an assessment that was interrupted goes on where it stopped, and one whose
measure, events or question changed begins anew. `comparing` holds two assessments of the same
events against each other, as far as `differing` finds that they may differ.
"""

from shouwen.measures.assessment.assess import (
    Assessment,
    AssessmentStopped,
    Terms,
    assess,
    assess_to,
)
from shouwen.measures.assessment.clusters import Cluster
from shouwen.measures.assessment.comparing import Compared, compare_to
from shouwen.measures.assessment.results import TooManyRows, is_workbook, write_result
from shouwen.measures.assessment.running import Limits, Period
from shouwen.measures.assessment.sources import (
    EventSource,
    FolderSource,
    LogSource,
    Source,
    TableSource,
)

__all__ = [
    "Assessment",
    "AssessmentStopped",
    "Cluster",
    "Compared",
    "EventSource",
    "FolderSource",
    "Limits",
    "LogSource",
    "Period",
    "Source",
    "TableSource",
    "Terms",
    "TooManyRows",
    "assess",
    "assess_to",
    "compare_to",
    "is_workbook",
    "write_result",
]
