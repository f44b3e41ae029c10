"""The pages of the measure, one module a subject.

`events` registers what happened and shows what was registered; `book` shows norms, checklists,
breaches and readings; `why` explains one outcome and what would have avoided it.
"""
