"""Pages of conduct.

`proposals` is the desk of whoever decides, `decisions` a decision and what became of it, `accounts`
the balances at any instant, `pay` what may be deducted this month, `rules` who may decide and how
appeals run. A person's own page shows the same with what would have avoided it.
"""
