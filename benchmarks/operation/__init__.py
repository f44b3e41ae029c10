"""Event logs with the shape of a real operation, as large as wanted: for tests and benchmarks.

Nothing here is in the product. Everything is drawn from a seed and the number of the part, so that
a log can be made part by part, in any order, and comes out the same on every machine. What makes
the logs hard is what makes real ones hard: faults come with rain and in the evening; some stations
are large and some tiny; most people are punctual and a few are late again and again; people write
things down late, wrongly, and correct them weeks afterwards.

`world` draws the year (weather, hours), the stations and the people; `batch` collects events as
columns; `cable` and `others` say what happens to a case; `logs` makes tables and Parquet files.
"""
