"""What the law adds beside what a measure says.

A measure may say "fine 500 yuan", and the evaluator answers exactly that. Whether an employer may
fine at all, how much of a wage may be deducted in a month, whether a price may be bound: that is
the law's business, and it changes with the years. This room puts the law of the day of the act
beside an outcome, as a note with its articles and its arithmetic. A note warns; it never changes
what the measure says, for then nobody could see that the measure and the law differ.

Three things are data and no code, so that a lawyer can mend them:

- ``data/law.yaml``: articles with their period of force, and what is said of them. What is not
  established is marked so and is not shown.
- ``data/minimum-wages.yaml``: minimum wages by region, tier and month. What is not there is
  answered with a named unknown, never with a guess.
- ``lawfulness.yaml`` beside a measure: what its amounts, acts and rules are to the law. It is
  declared by the owner, never guessed from a name.

To read: `model` (the vocabulary), `deduction` (the arithmetic of wages), `law`, `wages`, `uses`
and `facts_file` (the readers), `reckoning` (arithmetic in words), `notes` (where it comes
together).
"""

from shouwen.measures.lawfulness.deduction import Plan, Room
from shouwen.measures.lawfulness.facts_file import read_legal_facts
from shouwen.measures.lawfulness.law import Law, builtin_law, read_law
from shouwen.measures.lawfulness.model import (
    Employment,
    LawNote,
    LegalFacts,
    Missing,
    Month,
    Provision,
    Use,
)
from shouwen.measures.lawfulness.notes import notes, standing
from shouwen.measures.lawfulness.uses import Uses, load_uses, read_uses
from shouwen.measures.lawfulness.wages import (
    MinimumWages,
    builtin_minimum_wages,
    read_minimum_wages,
)

__all__ = [
    "Employment",
    "Law",
    "LawNote",
    "LegalFacts",
    "MinimumWages",
    "Missing",
    "Month",
    "Plan",
    "Provision",
    "Room",
    "Use",
    "Uses",
    "builtin_law",
    "builtin_minimum_wages",
    "load_uses",
    "notes",
    "read_law",
    "read_legal_facts",
    "read_minimum_wages",
    "read_uses",
    "standing",
]
