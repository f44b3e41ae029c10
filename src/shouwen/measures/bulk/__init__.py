"""The bulk engine: the rules of a measure over a whole log, as tables in a database."""

from shouwen.measures.bulk.compile import BulkPlan, lower, run, unlowered
from shouwen.measures.bulk.errors import NotLoweredYet

__all__ = ["BulkPlan", "NotLoweredYet", "lower", "run", "unlowered"]
