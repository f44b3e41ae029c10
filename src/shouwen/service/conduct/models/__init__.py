"""What conduct keeps.

`proposals` are what the measure says follows for someone, made anew whenever something that weighs
is written. `decisions` are what people made of them, with `steps` for serving, acknowledging and
appealing; `accounts` the entries that follow, each in a chain of hashes; `pay` the wages, and what
was deducted from them. `standing`, like proposals, is what the measure says of the accounts and
grades of a year. All but these are added to and never changed.
"""

from shouwen.service.conduct.models.accounts import Entry, EntryHead, EntryKind
from shouwen.service.conduct.models.decisions import Decision, Kind, Way
from shouwen.service.conduct.models.pay import Deduction, LocalMinimum, Wage
from shouwen.service.conduct.models.proposals import (
    Mark,
    MarkKey,
    Proposal,
    State,
    Stir,
    Subject,
)
from shouwen.service.conduct.models.standing import Standing, What
from shouwen.service.conduct.models.steps import (
    Acknowledgement,
    Appeal,
    AppealResult,
    AppealVerdict,
    Rules,
    Service,
)

__all__ = [
    "Acknowledgement",
    "Appeal",
    "AppealResult",
    "AppealVerdict",
    "Decision",
    "Deduction",
    "Entry",
    "EntryHead",
    "EntryKind",
    "Kind",
    "LocalMinimum",
    "Mark",
    "MarkKey",
    "Proposal",
    "Rules",
    "Service",
    "Standing",
    "State",
    "Stir",
    "Subject",
    "Wage",
    "Way",
    "What",
]
