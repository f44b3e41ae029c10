"""How two assessments spread over people, asked of a few breaches written by hand."""

from __future__ import annotations

import duckdb
import pytest

from shouwen.measures.assessment import spreads


@pytest.fixture
def sides():
    """Breaches of one person before and after, as (person, unit); what is gone, and what is new."""

    def spread(a, b):
        with duckdb.connect() as connection:
            for side, rows in (("a", a), ("b", b)):
                connection.execute(f"CREATE TABLE breaches_{side} (person VARCHAR, unit VARCHAR)")
                connection.executemany(f"INSERT INTO breaches_{side} VALUES (?, ?)", rows)
            connection.execute(
                "CREATE TABLE flips AS "
                "SELECT 'gone' AS change, person AS person_a, unit AS unit_a, "
                "       NULL::VARCHAR AS person_b, NULL::VARCHAR AS unit_b "
                "FROM (SELECT * FROM breaches_a EXCEPT ALL SELECT * FROM breaches_b) "
                "UNION ALL SELECT 'new', NULL, NULL, person, unit "
                "FROM (SELECT * FROM breaches_b EXCEPT ALL SELECT * FROM breaches_a)"
            )
            return connection.execute(spreads.PEOPLE).fetchall()

    return spread


def test_who_worked_in_two_units_is_told_under_the_one_where_most_changes(sides):
    same = [("wang", "east")] * 4
    assert sides([*same, ("wang", "north"), ("wang", "south"), ("wang", "south")], same) == [
        ("wang", "south", 7, 4, 3, 0)
    ]


def test_of_two_units_alike_the_first_by_name_is_told(sides):
    rows = [("wang", "south"), ("wang", "north")]
    assert sides(rows, [("li", "east")]) == sides(rows[::-1], [("li", "east")])
    assert sides(rows, [("li", "east")])[0] == ("wang", "north", 2, 0, 2, 0)


def test_where_no_event_of_what_changes_names_a_unit_none_is_told(sides):
    rows = [("wang", None), ("wang", "east")]
    assert sides(rows, [("wang", "east")]) == [("wang", None, 2, 1, 1, 0)]
