"""What is kept of a complaint.

The complaint itself changes as it goes its way (`complaint`). Who complains stands apart from it,
so that it can be kept from the person complained about; and what was done is added to and never
changed (`record`): no step, piece of evidence or answer can be removed.
"""

from shouwen.service.complaints.models.complaint import (
    OPEN,
    Accepted,
    Complaint,
    State,
    Verdict,
    Way,
)
from shouwen.service.complaints.models.record import (
    Complainant,
    Concern,
    Evidence,
    Finding,
    Step,
    StepKind,
)

__all__ = [
    "OPEN",
    "Accepted",
    "Complainant",
    "Complaint",
    "Concern",
    "Evidence",
    "Finding",
    "State",
    "Step",
    "StepKind",
    "Verdict",
    "Way",
]
