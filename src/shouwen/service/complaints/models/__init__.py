"""What is kept of a complaint."""

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
