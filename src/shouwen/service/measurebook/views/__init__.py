"""The pages of the measure, one module a subject.

`events` registers what happened and shows what was registered; `book` shows norms, checklists,
breaches and readings; `records` what is held against or for a person; `why` explains one outcome
and what would have avoided it.
"""
