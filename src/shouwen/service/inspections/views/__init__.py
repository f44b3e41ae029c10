"""Pages of inspections, by what they are about."""
