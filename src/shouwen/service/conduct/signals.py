"""What conduct tells the rest of the service."""

from django.dispatch import Signal

issued = Signal()
"""A decision was written. Arguments: `decision`, `actor`. Sent in its transaction."""
