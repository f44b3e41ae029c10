"""The law as data: that it holds together, and that errors in it say where they are."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from shouwen.measures.diagnostics import SourceError
from shouwen.measures.lawfulness import Use, builtin_law, read_law

PROVISION = """
provisions:
  old:
    {law: {zh: 法, en: Law}, article: {zh: 第一条, en: art. 1}, source: 法, checked: text,
     from: 2000-01-01, until: 2009-12-31}
  new:
    {law: {zh: 法, en: Law}, article: {zh: 第二条, en: art. 2}, source: 法, checked: no,
     from: 2010-01-01}
notes:
"""
NOTE = (
    "  - {{id: a, use: resale price, from: {start}, severity: {severity}, "
    "zh: 中, en: e, cites: [{cites}]{more}}}\n"
)


def note(start="2010-01-01", severity="note", cites="new", more="") -> str:
    return NOTE.format(start=start, severity=severity, cites=cites, more=more)


def says(use: Use, day: date, region: str | None = None, **how: bool) -> list[str]:
    return [statement.id for statement in builtin_law().says(use, day, region, **how)]


def days() -> list[date]:
    """Every first and last day of an article, and the days around them."""
    edges = set()
    for provision in builtin_law().provisions.values():
        for day in (provision.start, provision.until):
            if day is not None:
                edges |= {day + timedelta(days=n) for n in (-1, 0, 1)}
    return sorted(edges)


@pytest.mark.parametrize("day", days(), ids=str)
def test_every_article_cited_is_in_force_on_the_day(day: date) -> None:
    for use in Use:
        for statement in builtin_law().says(use, day, "440300", unchecked=True):
            assert all(cited.in_force(day) for cited in statement.cites)


@pytest.mark.parametrize("day", days(), ids=str)
def test_nothing_is_said_twice_on_one_day(day: date) -> None:
    for use in Use:
        ids = says(use, day, "440300", unchecked=True)
        assert len(ids) == len(set(ids))


def test_fines_lost_their_basis_on_the_day_of_the_repeal() -> None:
    before = says(Use.EMPLOYEE_FINE, date(2008, 1, 14))
    after = says(Use.EMPLOYEE_FINE, date(2008, 1, 15))
    assert "fine-under-old-regulations" in before
    assert "fine-without-basis" not in before
    assert "fine-without-basis" in after
    assert "fine-under-old-regulations" not in after


@pytest.mark.parametrize(
    ("day", "articles"),
    [
        (date(2008, 7, 31), []),
        (date(2008, 8, 1), ["第十四条", "第十五条", "第四十六条"]),
        (date(2022, 7, 31), ["第十四条", "第十五条", "第四十六条"]),
        (date(2022, 8, 1), ["第十八条", "第二十条", "第五十六条"]),
    ],
)
def test_the_article_on_resale_prices_is_that_of_the_day(day: date, articles: list[str]) -> None:
    found = builtin_law().says(Use.RESALE_PRICE, day)
    assert [cited.article.zh for s in found for cited in s.cites] == articles


@pytest.mark.parametrize(
    ("day", "article"),
    [
        (date(1999, 9, 30), None),
        (date(1999, 10, 1), "contract-114"),
        (date(2020, 12, 31), "contract-114"),
        (date(2021, 1, 1), "civil-585"),
    ],
)
def test_a_penalty_is_reduced_by_the_law_of_the_day(day: date, article: str | None) -> None:
    found = builtin_law().says(Use.PENALTY_BETWEEN_FIRMS, day)
    cited = [c.id for s in found if s.id == "penalty-may-be-reduced" for c in s.cites]
    assert cited == ([] if article is None else [article])


@pytest.mark.parametrize("use", [Use.PUBLISHED_LIST, Use.AUTOMATED_DECISION])
def test_personal_information_is_protected_from_november_2021(use: Use) -> None:
    assert not says(use, date(2021, 10, 31))
    assert says(use, date(2021, 11, 1))


def test_a_local_rule_is_said_in_its_province_and_nowhere_else() -> None:
    day = date(2020, 1, 1)
    assert "fine-in-guangdong" in says(Use.EMPLOYEE_FINE, day, "440000")
    assert "fine-in-guangdong" in says(Use.EMPLOYEE_FINE, day, "440300")
    assert "fine-in-guangdong" not in says(Use.EMPLOYEE_FINE, day, "420000")
    assert "fine-in-guangdong" not in says(Use.EMPLOYEE_FINE, day)


def test_what_is_not_established_is_said_only_when_asked_for() -> None:
    day = date(2020, 1, 1)
    assert "fine-in-shenzhen" not in says(Use.EMPLOYEE_FINE, day, "440300")
    assert "fine-in-shenzhen" in says(Use.EMPLOYEE_FINE, day, "440300", unchecked=True)


def test_a_citation_names_its_period_of_force() -> None:
    article = builtin_law().provisions["anti-monopoly-14"]
    assert article.cite("zh") == "《反垄断法（2007年）》第十四条（2008-08-01至2022-07-31施行）"
    assert article.cite("en") == (
        "Anti-Monopoly Law (2007), art. 14 (in force from 2008-08-01 to 2022-07-31)"
    )


@pytest.mark.parametrize(
    ("written", "code", "line"),
    [
        (note(start="2009-12-31"), "not-in-force", 10),
        (note(start="2005-01-01", cites="old"), "not-in-force", 10),
        (note(severity="shout"), "unknown-word", 10),
        (note(cites="nwe"), "unknown-word", 10),
        (note(more=", until: 2009-01-01"), "backward-period", 10),
        (note(more=", in: Wuhan"), "not-a-region", 10),
        (note(more=", reckon: guess"), "unknown-word", 10),
        (note() + note(severity="shout"), "unknown-word", 11),
    ],
)
def test_an_error_in_the_law_says_where_it_is(written: str, code: str, line: int) -> None:
    with pytest.raises(SourceError) as refused:
        read_law(PROVISION + written)
    places = {(d.code, d.span.line) for d in refused.value.diagnostics}
    assert (code, line) in places


def test_an_article_that_ends_carries_what_ends_with_it() -> None:
    law = read_law(PROVISION + note(start="2005-01-01", cites="old", more=", until: 2009-12-31"))
    assert law.says(Use.RESALE_PRICE, date(2009, 12, 31))
    assert not law.says(Use.RESALE_PRICE, date(2010, 1, 1))
