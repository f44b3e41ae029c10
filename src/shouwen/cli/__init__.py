"""The command line: friendly on a terminal, plain for scripts.

Every command takes ``--json`` and then prints one JSON value and nothing else on standard output.
Exit codes: 0 all is well; 1 the answer is no (a measure is refused, a scenario fails, figures do
not agree); 2 the command was not understood or a file is not there.

One module a command; `output` is what they share. No command has rules of its own: each calls
`shouwen.measures` and shows what comes back.
"""

from __future__ import annotations

import os
import sys

from shouwen.cli.app import app


def main() -> None:
    """Run the command line."""
    # Rich asks for colours by itself; pipes and NO_COLOR get plain text.
    if sys.platform == "win32":
        os.environ.setdefault("PYTHONUTF8", "1")
    app()


__all__ = ["main"]
