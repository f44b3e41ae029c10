"""The texts of side B: a measure in which some files say something else.

A text is taken only when the whole measure can be read with it. It is read from a folder that is
made for the purpose, since chapters, calendars and the measure that a variant varies stand beside
each other as files.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Mapping
from functools import lru_cache
from pathlib import Path

from django.utils.translation import gettext as _

from shouwen.measures.evaluation import Adoption as Adopted
from shouwen.measures.evaluation import adopt
from shouwen.measures.language import load_measure
from shouwen.service.drafting.models import Trial
from shouwen.service.enactment.enacted import enacted, measure_of
from shouwen.service.enactment.texts import MAIN, Edit, edits, texts_of, write

MOST_BYTES = 400_000
"""The most that one text may hold, and the changed texts of a trial together thrice."""


class NoText(ValueError):
    """A file that is refused before it is read as a measure; says why."""


def changed_in(trial: Trial) -> list[Edit]:
    """What the texts of side B say otherwise than the measure it starts from, line by line."""
    return edits(texts_of(trial.measure), texts_of(trial.measure, trial.files))


def taken_in(key: str, given: Iterable[tuple[str, bytes]]) -> dict[str, str]:
    """Files that someone brings in, as texts of a measure.

    A single document with another name takes the place of the main file.

    Raises:
        NoText: for a name that the measure does not have, a file that is too large or not UTF-8.
    """
    rows = list(given)
    known = texts_of(key)
    found = {}
    for name, data in rows:
        if name not in known:
            if len(rows) > 1 or not name.endswith(".md"):
                said = _("The measure has no file '%(name)s'. It has: %(known)s.")
                raise NoText(said % {"name": name, "known": ", ".join(known)})
            name = MAIN
        if len(data) > MOST_BYTES:
            raise NoText(_("'%(name)s' is larger than 400 kB.") % {"name": name})
        try:
            text = data.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            said = _("'%(name)s' is not UTF-8 (byte %(byte)d). Save it as UTF-8 and try again.")
            raise NoText(said % {"name": name, "byte": error.start}) from None
        if "\x00" in text:
            raise NoText(_("'%(name)s' is no text.") % {"name": name})
        found[name] = text.replace("\r\n", "\n")
    return found


def adopted(key: str, files: Mapping[str, str], readings: Mapping[str, str]) -> Adopted:
    """A measure with changed texts and some readings. Places of its clauses name the files alone.

    Raises:
        SourceError: with everything that is wrong in the texts.
        AdoptionError: for readings or options that are not there.
    """
    return _adopted(key, tuple(sorted(files.items())), tuple(sorted(readings.items())))


@lru_cache(maxsize=6)
def _adopted(
    key: str, files: tuple[tuple[str, str], ...], readings: tuple[tuple[str, str], ...]
) -> Adopted:
    if not files:
        return adopt(measure_of(key), dict(readings))
    # Calendars are read from beside the measure when it is adopted; nothing is read later.
    with tempfile.TemporaryDirectory(prefix="shouwen-draft-") as folder:
        return adopted_in(Path(folder), key, dict(files), dict(readings))


def adopted_in(
    folder: Path, key: str, files: Mapping[str, str], readings: Mapping[str, str]
) -> Adopted:
    """The same, from texts that stay in a folder. Raises: as `adopted`."""
    return adopt(load_measure(write(folder, key, files)), dict(readings))


def side_a(trial: Trial) -> Adopted:
    """The measure as the organisation adopted it."""
    return enacted(trial.adoption).adopted


def side_b(trial: Trial) -> Adopted:
    """The measure that is tried. Raises: as `adopted`."""
    return adopted(trial.measure, trial.files, trial.readings)
