"""How often something may be asked, in a space of time.

A `Limit` is a bucket that fills again at a steady pace: so many at once, then one every so often.
The buckets are rows of one table, taken from in one statement, so that all processes on all
machines count together and none counts twice; nothing else would be needed but PostgreSQL.

- `buckets`: `Limit.take`, which says how long to wait when there is nothing left.
- `guard`: `limited` guards a view; `address` is where a request comes from.
- `incoming`: the middleware that refuses what is too large or could not be kept.
- `models`: the buckets, and the rows of Django's cache, which lies in PostgreSQL too.

Keys are kept as hashes: a table of limits must not tell who tried to sign in from where. The
buckets are outside the wall, since they are asked before anybody is known.
"""
