"""What cases tell the apps above them."""

from django.dispatch import Signal

case_opened = Signal()
"""A case was taken up. Arguments: `case`, `actor`. Sent in the transaction that writes it."""
