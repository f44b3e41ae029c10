"""The texts of measures: those of the library, and those that an organisation wrote itself.

A measure is known by its key. That of the library is called as its folder; an organisation's own
text is called after the one that it varies and what it says ("cable+3f2a9c0d41b7"), so that one key
never means two texts, and whatever keeps a key (adoptions, decisions) keeps the text.

Only text is kept. To be read as a measure it is written into a folder that lasts as long as the
process: chapters, calendars and a measure that a variant varies stand beside each other as files.
"""

from __future__ import annotations

import atexit
import difflib
import hashlib
import json
import shutil
import tempfile
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import shouwen.library
from shouwen.measures.language import load_measure
from shouwen.measures.language.model import Measure
from shouwen.service.enactment.models import MeasureText

LIBRARY = Path(shouwen.library.__path__[0])
MAIN = "measure.md"
SUFFIXES = (".md", ".yaml")
_ONE = threading.Lock()
OWN = "+"
"""Stands in the keys of texts that are not of the library, behind that which they vary."""


def library() -> list[str]:
    """The keys of the measures of the library."""
    return sorted(p.parent.name for p in LIBRARY.glob(f"*/{MAIN}"))


def base_of(key: str) -> str:
    """The measure of the library that a text varies; of one of the library, itself."""
    return key.partition(OWN)[0]


def key_of(base: str, files: Mapping[str, str]) -> str:
    """The key of a text: what it varies, and in short what it says."""
    said = json.dumps(dict(sorted(files.items())), ensure_ascii=False)
    return f"{base}{OWN}{hashlib.sha256(said.encode()).hexdigest()[:12]}"


def texts_of(key: str, files: Mapping[str, str] | None = None) -> dict[str, str]:
    """The texts of a measure by the names of their files, the main one first.

    Args:
        key: of the library, or of a text of the entered organisation.
        files: texts that take the place of some of them.

    Raises:
        KeyError: when there is no such measure.
    """
    given = files or {}
    if OWN in key:
        own = _own(key).files
    else:
        if not (LIBRARY / key / MAIN).is_file():
            known = ", ".join(library())
            raise KeyError(f"There is no measure '{key}' in the library. Known: {known}.")
        own = {p.name: _text(p) for p in (LIBRARY / key).iterdir() if p.suffix in SUFFIXES}
    return {n: given.get(n) or own[n] for n in sorted(own, key=lambda n: (n != MAIN, n))}


def _own(key: str) -> MeasureText:
    found = MeasureText.objects.filter(key=key).first()
    if found is None:
        raise KeyError(f"The organisation has no text '{key}' of its own.")
    return found


def _text(path: Path) -> str:
    return path.read_text("utf-8").replace("\r\n", "\n")


def write(folder: Path, key: str, files: Mapping[str, str]) -> Path:
    """Write a measure with changed texts below a folder; gives the measure's own folder there."""
    own = folder / base_of(key)
    for place in LIBRARY.glob(f"*/{MAIN}"):
        # What a variant varies stands beside it.
        target = folder / place.parent.name
        shutil.rmtree(target, ignore_errors=True)
        target.mkdir(parents=True)
        for file in place.parent.iterdir():
            if file.suffix in SUFFIXES:
                shutil.copyfile(file, target / file.name)
    changed = texts_of(key, files) if OWN in key else files
    for name, text in changed.items():
        (own / name).write_text(text, "utf-8")
    return own


def measure_of(key: str) -> Measure:
    """A measure of the library, or of a text of the entered organisation.

    Raises:
        KeyError: when there is none of that key.
    """
    if OWN in key:
        # Whether it may be seen is asked every time; what it says never changes.
        _own(key)
    return _measure(key)


@cache
def _measure(key: str) -> Measure:
    if OWN not in key:
        texts_of(key)
        return load_measure(LIBRARY / key)
    # A folder of its own each time: several threads may ask for the first time at once.
    return load_measure(write(Path(tempfile.mkdtemp(dir=_home())), key, {}))


def _home() -> Path:
    with _ONE:
        return _made_home()


@cache
def _made_home() -> Path:
    folder = Path(tempfile.mkdtemp(prefix="shouwen-texts-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder


# --- what is different ------------------------------------------------------------------------


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


def edits(before: Mapping[str, str], after: Mapping[str, str]) -> list[Edit]:
    """What some texts say otherwise than others, file by file and line by line."""
    found = []
    for name in [*before, *(n for n in after if n not in before)]:
        old, new = before.get(name, "").splitlines(), after.get(name, "").splitlines()
        lines = difflib.unified_diff(old, new, n=0, lineterm="")
        shown = [Line(t[0], t[1:]) for t in list(lines)[2:] if t[0] in "+-"]
        if shown:
            found.append(Edit(name, tuple(shown)))
    return found
