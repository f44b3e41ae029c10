"""``python -m shouwen``: the command line."""

from shouwen.cli import main

main()
