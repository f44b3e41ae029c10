"""Functions of the database that look for words inside the wall.

Under row-level security PostgreSQL uses no index for operators that it does not trust to keep a
secret, and it does not trust `@@`: a search would read every row of every organisation. A function
that belongs to the owner of the tables may use the index; it holds the wall itself, by the setting
that the policies read.
"""

from __future__ import annotations

from shouwen.service.tenancy.scope import SETTING


def finder(function: str, table: str, newest: str) -> str:
    """The statement that makes `function(words, most)`: the ids of at most so many rows of the
    organisation that has been entered, the last by the column `newest` first."""
    return f"""
CREATE OR REPLACE FUNCTION {function}(words text, most integer) RETURNS SETOF bigint
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $body$
    SELECT id FROM {table}
    WHERE organisation_id = NULLIF(current_setting('{SETTING}', true), '')::bigint
      AND search @@ to_tsquery('simple', words)
    ORDER BY {newest} DESC, id DESC LIMIT most
$body$
"""
