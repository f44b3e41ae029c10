"""PostgreSQL, and only PostgreSQL: the embedded server, the roles, the addresses.

- `addresses`: which server to use. `DATABASE_URL` names a real one (the service's role) and
  `DATABASE_OWNER_URL` the owner of its tables, needed for migrations only. Without them the
  embedded server is used.
- `embedded`: a PostgreSQL 18 that comes as a wheel, started by the processes that need it.
- `roles`: the service's role, which row-level security binds.
"""
