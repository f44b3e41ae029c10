"""Text cut into words, for storing and for asking."""

from __future__ import annotations

import logging
import re
import warnings

from django.contrib.postgres.search import SearchVector
from django.db.models import Value
from django.db.models.expressions import RawSQL

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


def found(function: str, text: str, most: int) -> RawSQL | None:
    """The ids of what has all words of a text, the newest `most`: for `filter(pk__in=...)`.

    `function` is a function of the database that looks inside the wall (see `SEARCHING`). None
    when there are no words in the text.
    """
    asked = [w for w in words(text) if len(w) > 1 or w.isdecimal() or "一" <= w <= "鿿"]
    if not asked:
        return None
    return RawSQL(f"SELECT {function}(%s, %s)", (" & ".join(asked), most))
