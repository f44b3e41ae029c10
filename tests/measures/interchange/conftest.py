"""A measure to read logs for, and short ways to write logs and mappings."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from shouwen.measures.interchange.logs import EventLog, LogMapping, parse_mapping, read_log
from shouwen.measures.language import Measure, load_measure

HERE = Path(__file__).parent
EXAMPLE = HERE.parents[2] / "examples" / "boston311"

MAPPING = """\
mapping: desk
instants: {zone: Asia/Shanghai}
events:
  - type: report.made
    at: at
    id: id
    facts: {case: case, area: area, fee: fee}
"""


@pytest.fixture(scope="session")
def desk() -> Measure:
    """The small measure."""
    return load_measure(HERE / "desk.md")


@pytest.fixture
def mapped(desk: Measure) -> Callable[..., LogMapping]:
    """``mapped(text)``: a mapping, by default the one above."""
    return lambda text=MAPPING: parse_mapping(text, desk, "mapping.yaml")


@pytest.fixture
def read(tmp_path: Path, mapped: Callable[..., LogMapping]) -> Callable[..., EventLog]:
    """``read("id,at\\n..")``: the log of a file with this content."""

    def reading(content: str | bytes, mapping: str = MAPPING, name: str = "log.csv", **options):
        path = tmp_path / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return read_log(path, mapped(mapping), **options)

    return reading
