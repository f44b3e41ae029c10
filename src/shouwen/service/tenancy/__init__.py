"""Organisations, and the wall between them.

Many organisations share one database. Every row of a `TenantModel` belongs to one; PostgreSQL's
row-level security lets a connection see only the rows of the organisation that `scope` has
entered, so that a forgotten filter shows nothing instead of everything. Processes connect as a
role that is neither superuser nor owner (`shouwen.service.database`), which the policies bind.

`security` writes policies, grants and composite foreign keys for every tenant model after each
migration; nobody has to remember to. A foreign key between tenant models holds the organisation
too, so that no row can point across the wall.
"""
