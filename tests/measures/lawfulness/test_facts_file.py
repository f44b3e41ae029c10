"""The facts of a payroll month, from a file."""

from __future__ import annotations

from decimal import Decimal

import pytest

from shouwen.measures.diagnostics import SourceError
from shouwen.measures.lawfulness import Employment, LegalFacts, Month, read_legal_facts

WRITTEN = """
month: 2013-09
region: "420000"
tier: 1
people:
  张三: {wage: 2000.50, deducted: 100}
  李四: {wage: 3000, region: 310000, standard wage: 1200}
settled: {"late:l": 50}
losses: {"cheap:s": 10000}
"""


def test_a_payroll_is_read_as_it_is_written() -> None:
    assert read_legal_facts(WRITTEN) == LegalFacts(
        Month(2013, 9),
        {
            "张三": Employment(Decimal("2000.50"), deducted=Decimal(100)),
            "李四": Employment(Decimal(3000), "310000", standard_wage=Decimal(1200)),
        },
        region="420000",
        tier="1",
        settled={"late:l": Decimal(50)},
        losses={"cheap:s": Decimal(10000)},
    )


@pytest.mark.parametrize(
    ("written", "message", "line"),
    [
        ("region: 420000\n", "'month' is missing", 1),
        ("month: September\n", "is no month", 1),
        ("month: 2013-13\n", "There is no month", 1),
        ("month: 2013-09\nregion: 湖北\n", "is no region", 2),
        ("month: 2013-09\npeople:\n  张三: {wage: much}\n", "no sum in yuan", 3),
        ("month: 2013-09\npeople:\n  张三: {wage: -1}\n", "no sum in yuan", 3),
        ("month: 2013-09\npeople:\n  张三: {salary: 1}\n", "no such field", 3),
        ("month: 2013-09\nlosses: {x: 0.001}\n", "no sum in yuan", 2),
    ],
)
def test_an_error_in_the_payroll_says_where_it_is(written: str, message: str, line: int) -> None:
    with pytest.raises(SourceError) as refused:
        read_legal_facts(written)
    [found] = refused.value.diagnostics
    assert message in found.message
    assert found.span.line == line
