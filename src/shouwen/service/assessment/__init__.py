"""Assessment: the monthly sheet and the yearly evaluation, each figure down to its cases.

A *figure* (`figures`) says what is counted, what counts as good, and by which formula; the same
query counts it and lists the cases behind it, so that the two cannot disagree. What was counted is
kept by day, unit and person (`DayFigure`). Triggers write to a queue which days a change belongs to
(`watching`), a worker counts these anew (`counting`), and pages add up days instead of rows.
`shouwen manage count_figures` makes all of it anew.

A *sheet* is what is issued: the figures of a period for the organisation, a unit or a person, as
they stood. It is never edited; a later correction is a new version, shown with what changed. What
the measure says of a person in it is `standing`; grades that compare people are asked with all of
them (`together`). `comparing` puts periods and units beside each other.

Read in this order: `figures`, `models`, `watching`, `counting`, `queries`, `actions`, `views`.
"""
