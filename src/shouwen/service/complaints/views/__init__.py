"""Pages of complaints.

`lists` shows what is open and how urgent it is, `one` a complaint with its history, `acts` what can
be done with it, `result` how it was found and answered. None of them decides who may see what: that
is asked of the app's queries, which know who is complained about.
"""
