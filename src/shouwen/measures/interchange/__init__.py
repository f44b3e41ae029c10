"""How events and decisions come in from elsewhere, and go out again.

Events arrive as logs: CSV, Parquet or XES, each with a *mapping* that says what its columns mean.
They are handed on as an `EventTable` (columns, for the bulk engine; it is defined with that
engine, `shouwen.measures.bulk.event_table`, because rooms import downwards only) or as `Event`s one
by one (for the reference evaluator).
"""
