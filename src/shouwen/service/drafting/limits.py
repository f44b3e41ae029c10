"""What one organisation may take for its trials, and what one trial may take of a machine."""

from __future__ import annotations

import os
from pathlib import Path

from django.conf import settings

MOST_KEPT = 30
"""So many trials are kept for an organisation; another one needs one of them taken away."""
MOST_AT_ONCE = 2
"""So many of an organisation wait or run at once."""
MOST_FLIPS = 5_000
"""So many cases are kept of a trial; how many there are is counted all the same."""
MOST_ATTEMPTS = 3
"""So often a trial is begun; who breaks off as often does so for a reason."""
FREE = 1 << 30
"""So many bytes of the disk stay free whatever a trial needs."""


def memory() -> str:
    """What DuckDB may take of memory: SHOUWEN_TRIAL_MEMORY, else 1GB."""
    return os.environ.get("SHOUWEN_TRIAL_MEMORY", "1GB")


def disk() -> int:
    """The bytes that a trial may put down: SHOUWEN_TRIAL_DISK in GB, else 10."""
    try:
        return int(float(os.environ.get("SHOUWEN_TRIAL_DISK", "10")) * (1 << 30))
    except ValueError:
        return 10 << 30


def folder() -> Path:
    """Where trials are worked out."""
    return Path(settings.DATA_FOLDER) / "trials"


def folder_of(organisation_id: int, trial_id: int) -> Path:
    """Where one trial is worked out."""
    return folder() / str(organisation_id) / str(trial_id)
