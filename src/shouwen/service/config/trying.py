"""The process in which one trial is worked out: `python -m shouwen.service.config.trying 1 7`.

The worker starts one when a trial waits, so that no clock waits for it; it is told the organisation
and the trial. It gives way to everything else on the machine.
"""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys


class Bench:
    """Where a worker lets trials be worked out, one at a time."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None

    def turn(self) -> None:
        """Start the process for a trial that waits, unless one is at it."""
        from shouwen.service.drafting.running import next_free

        if self._process is not None and self._process.poll() is None:
            return
        self._process = None
        found = next_free()
        if found is not None:
            command = [sys.executable, "-m", __name__, *map(str, found)]
            self._process = subprocess.Popen(command)

    def close(self) -> None:
        """Stop what is at it; what was done is kept, and the trial waits on."""
        if self._process is None:
            return
        self._process.terminate()
        try:
            self._process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()


def main(arguments: list[str]) -> None:
    """Work out one trial: the ids of its organisation and of itself."""
    import signal

    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "shouwen.service.config.settings")
    django.setup()
    from shouwen.service.demo.timemachine import moved
    from shouwen.service.drafting.running import work_out

    # The worker ends it by SIGTERM: as when someone presses Ctrl-C.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    if hasattr(os, "nice"):
        os.nice(10)
    organisation_id, trial_id = map(int, arguments)
    with contextlib.suppress(KeyboardInterrupt), moved():
        work_out(organisation_id, trial_id)


if __name__ == "__main__":
    main(sys.argv[1:])
