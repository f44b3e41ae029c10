"""How events and decisions come in from elsewhere, and go out again.

- `logs`: event logs. CSV, Parquet and XES come in by a *mapping* that says what their columns mean;
  Parquet and XES go out, with outcomes as attributes.
- `replay`: a measure run over a log, its verdicts held against those of the log itself.
- `dmn`: decision models of other tools.

Events are handed on as an `EventTable` (columns, for the bulk engine; it is defined with that
engine, `shouwen.measures.bulk.event_table`, because rooms import downwards only) or as `Event`s one
by one (for the reference evaluator). The rule for everything that comes in: it is taken whole or
refused whole, with everything that is wrong with it.
"""
