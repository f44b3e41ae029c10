"""Which server the processes of the service use."""

from __future__ import annotations

import os
from pathlib import Path

SERVICE_VARIABLE = "DATABASE_URL"
OWNER_VARIABLE = "DATABASE_OWNER_URL"
FOLDER_VARIABLE = "SHOUWEN_DATA"


def data_folder() -> Path:
    """Where the embedded server, uploads and other files are kept: SHOUWEN_DATA, else ./var."""
    return Path(os.environ.get(FOLDER_VARIABLE, "var"))


def settle() -> None:
    """Make sure that the environment names a server: the given one, else the embedded one."""
    if not os.environ.get(SERVICE_VARIABLE):
        from shouwen.service.database import embedded

        found = embedded.start(data_folder() / "postgres")
        os.environ[SERVICE_VARIABLE] = found.service
        os.environ[OWNER_VARIABLE] = found.owner
