"""What if: another measure tried on what has really happened, before anyone adopts it.

A drafter compares two sides over the organisation's own events. Side A is a measure as the
organisation adopted it; side B is a measure of the library with other readings, other numbers or a
changed text. Both are asked about the same events at the same instant, by the bulk engine
(`shouwen.measures.assessment`); nothing of B ever becomes a clock, a breach or a proposal.

- `documents`: the files of side B, checked as a whole; `numbers`: the numbers that stand in them.
- `models`: a `Trial` with its question and what came of it; its `Flip`s; what is `Waiting`.
- `actions`: begin, choose readings, change numbers and texts, start, take away.
- `running`: a trial from PostgreSQL to its result, in a process of its own and a folder of its own;
  whoever dies at it loses nothing. `limits` bound what one organisation may take.
- `keeping`: what is kept of a result; `showing`: that as tables and plots; `why`: one case, by both
  sides.

Read them in this order.
"""
