"""What the command says of a start that does not exist."""

from __future__ import annotations

import pytest
from typer.testing import CliRunner

from shouwen.cli.app import app


@pytest.mark.parametrize(
    ("start", "said"),
    [
        ("2026-02-30", "There is no day 2026-02-30."),
        ("2026-09-30T16:61", "There is no time 16:61."),
        ("yesterday", "'yesterday' is no instant."),
    ],
)
def test_a_start_that_does_not_exist_is_told_apart_from_one_that_cannot_be_read(start, said):
    result = CliRunner().invoke(app, ["deadline", start, "PT1H"])
    assert result.exit_code == 2
    assert said in result.output
