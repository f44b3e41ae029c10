"""What is counted, and by which formula."""

from shouwen.service.assessment.figures.catalogue import FIGURES, PEOPLE, figure
from shouwen.service.assessment.figures.figure import Figure, Kind, Span

__all__ = ["FIGURES", "PEOPLE", "Figure", "Kind", "Span", "figure"]
