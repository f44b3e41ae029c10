"""Assessment: the monthly sheet and the yearly evaluation, each figure down to its cases.

A *figure* (`figures`) says what is counted, what counts as good, and by which formula; the same
query counts it and lists the cases behind it, so that the two cannot disagree. What was counted is
kept by day, unit and person (`DayFigure`): a worker counts a day anew when something that belongs
to it changes (`counting`), and pages add up days instead of rows. `shouwen manage count_figures`
makes all of it anew.

A *sheet* is what is issued: the figures of a period for the organisation, a unit or a person, as
they stood. It is never edited; a later correction is a new version, shown with what changed.

Read in this order: `figures`, `models`, `counting`, `queries`, `actions`, `views`.
"""
