"""Publication: what the measure says must be public, and how well promises are kept.

A measure says that something must be public and where (`publication` blocks). Each norm of such a
block is an *obligation*; it is met by a *page* that is published and has not expired. A page has an
owner, a date by which it must be there, perhaps a term after which it must be renewed, and versions
that are only ever added. What the measure makes of publishing (a commitment to be compared with its
clauses, work that was planned, prices, data of tellers) is told through its dialect; where it has a
clock for it, that clock is the reminder, else the page's own date is.

- `promises`: the deadlines a measure sets, in force under the adopted readings, and what a text
  rests on, so that it can be seen when the measure no longer agrees with it.
- `obligations`: what must be public, and which facts the measure asks for on publishing.
- `models`, `actions`, `gaps`: pages, versions, steps; what is missing, late, expired or disagrees.
- `sheets`: rows that are typed or pasted, read by the measure's types.
- `shares`: how many promises were kept, added up from the days of assessment; `releasing`: figures
  are public only once someone has released them, and then stand as they were released.
- `views` for those who work here; `public` for everyone, without login, one organisation at an
  address of its own, with no name of a customer and masked names of staff.
"""
