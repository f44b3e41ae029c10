"""Text cut into words, for storing and for asking."""

from __future__ import annotations

import logging
import re
import warnings

from django.contrib.postgres.search import SearchQuery, SearchVector
from django.db.models import Value

with warnings.catch_warnings():
    # It still asks for pkg_resources when that is there.
    warnings.simplefilter("ignore")
    import jieba

jieba.setLogLevel(logging.WARNING)

_WORD = re.compile(r"[0-9a-z一-鿿]+")
_DIGITS = re.compile(r"\d{5,}")


def words(text: str) -> list[str]:
    """The words of a text, Chinese ones cut, without signs; long numbers by their end as well."""
    found: dict[str, None] = {}
    for piece in jieba.cut_for_search(text.lower()):
        for word in _WORD.findall(piece):
            found[word] = None
    for number in _DIGITS.findall(text):
        found[number] = None
        found[number[-4:]] = None
    return list(found)


def search_vector(*texts: str) -> SearchVector:
    """What is stored to be found, as an expression that the database turns into a tsvector."""
    return SearchVector(Value(" ".join(words(" ".join(texts)))), config="simple")


def search_query(text: str) -> SearchQuery | None:
    """The question for a text: all its words. None when there are none in it."""
    found = [w for w in words(text) if len(w) > 1 or w.isdigit() or "一" <= w <= "鿿"]
    if not found:
        return None
    query = SearchQuery(found[0], config="simple", search_type="plain")
    for word in found[1:]:
        query &= SearchQuery(word, config="simple", search_type="plain")
    return query
