"""What inspections keep, by what it is about.

Plans and the rota come first, then inspections with their checks, then findings with pictures and
what became of them. The problem found is never changed: it is taken back by a row of its own.
"""

from shouwen.service.inspections.models.findings import (
    Finding,
    Look,
    Picture,
    Rectification,
    RectificationState,
    TakenBack,
)
from shouwen.service.inspections.models.inspections import (
    Check,
    Inspection,
    InspectionState,
    Result,
)
from shouwen.service.inspections.models.kinds import Kind
from shouwen.service.inspections.models.phones import PhoneCheck
from shouwen.service.inspections.models.plans import Programme, Rules, Task
from shouwen.service.inspections.models.rota import Rota, RotaDay, Summary
from shouwen.service.inspections.models.samples import Sample, SampleItem, SampleOf

__all__ = [
    "Check",
    "Finding",
    "Inspection",
    "InspectionState",
    "Kind",
    "Look",
    "PhoneCheck",
    "Picture",
    "Programme",
    "Rectification",
    "RectificationState",
    "Result",
    "Rota",
    "RotaDay",
    "Rules",
    "Sample",
    "SampleItem",
    "SampleOf",
    "Summary",
    "TakenBack",
    "Task",
]
