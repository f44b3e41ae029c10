"""Publication: what the measure says must be public, with an owner, a date and a reminder."""
