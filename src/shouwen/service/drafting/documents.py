"""The texts of side B: a measure of the library in which some files say something else.

A text is taken only when the whole measure can be read with it. It is read from a folder that is
made for the purpose, since chapters, calendars and the measure that a variant varies stand beside
each other as files.
"""

from __future__ import annotations

import difflib
import shutil
import tempfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from django.utils.translation import gettext as _

from shouwen.measures.evaluation import Adoption as Adopted
from shouwen.measures.evaluation import adopt
from shouwen.measures.language import load_measure
from shouwen.service.drafting.models import Trial
from shouwen.service.enactment.enacted import LIBRARY, enacted, measure_of

MAIN = "measure.md"
MOST_BYTES = 400_000
"""The most that one text may hold, and the changed texts of a trial together thrice."""
SUFFIXES = (".md", ".yaml")


class NoText(ValueError):
    """A file that is refused before it is read as a measure; says why."""


def library() -> list[str]:
    """The measures of the library."""
    return sorted(p.parent.name for p in LIBRARY.glob(f"*/{MAIN}"))


def texts_of(key: str, files: Mapping[str, str] | None = None) -> dict[str, str]:
    """The texts of a measure by the names of their files, the main one first."""
    folder = LIBRARY / key
    own = sorted(
        (p for p in folder.iterdir() if p.suffix in SUFFIXES),
        key=lambda p: (p.name != MAIN, p.name),
    )
    given = files or {}
    return {p.name: given.get(p.name) or _text(p) for p in own}


def _text(path: Path) -> str:
    return path.read_text("utf-8").replace("\r\n", "\n")


def changed_in(trial: Trial) -> list[Edit]:
    """What the texts of side B say otherwise than the library, line by line."""
    found = []
    library = texts_of(trial.measure)
    for name, text in trial.files.items():
        before = library.get(name, "").splitlines()
        lines = difflib.unified_diff(before, text.splitlines(), n=0, lineterm="")
        shown = [Line(t[0], t[1:]) for t in list(lines)[2:] if t[0] in "+-"]
        if shown:
            found.append(Edit(name, tuple(shown)))
    return found


@dataclass(frozen=True)
class Line:
    """A line that is there (+) or is not there any more (-)."""

    sign: str
    text: str


@dataclass(frozen=True)
class Edit:
    """What is different in one file."""

    name: str
    lines: tuple[Line, ...]


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


def write(folder: Path, key: str, files: Mapping[str, str]) -> Path:
    """Write a measure with changed texts below a folder; gives the measure's own folder there."""
    own = folder / key
    for place in LIBRARY.glob(f"*/{MAIN}"):
        # What a variant varies stands beside it.
        target = folder / place.parent.name
        shutil.rmtree(target, ignore_errors=True)
        target.mkdir(parents=True)
        for file in place.parent.iterdir():
            if file.suffix in SUFFIXES:
                shutil.copyfile(file, target / file.name)
    for name, text in files.items():
        (own / name).write_text(text, "utf-8")
    return own


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
