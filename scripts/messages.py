"""Bring the catalogues of translations up to date with what pages and code say.

    .venv/bin/python scripts/messages.py

English is what stands in the code; Chinese is kept in `locale/zh_Hans/LC_MESSAGES/django.po`, of the
service as a whole or of the app that has one. New messages are added without a translation and
listed; those that are said no more are dropped. Needs no GNU gettext.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_python
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parent.parent
SERVICE = ROOT / "src" / "shouwen" / "service"
PLACE = Path("locale/zh_Hans/LC_MESSAGES/django.po")
KEYWORDS = {"_": None, "gettext": None, "gettext_lazy": None, "ngettext": (1, 2)}
_SIMPLE = re.compile(r"""{%-?\s*translate\s+(?:"([^"]+)"|'([^']+)')""")
_CALL = re.compile(r"""_\("([^"]+)"\)""")
_BLOCK = re.compile(
    r"{%\s*blocktranslate\b[^%]*%}(.*?)(?:{%\s*plural\s*%}(.*?))?{%\s*endblocktranslate\s*%}", re.S
)
_VARIABLE = re.compile(r"{{\s*(\w+)\s*}}")

# A catalogue says nothing of when it was made, so that it changes only when a message does.
FIXED = datetime(2026, 1, 1, tzinfo=UTC)

Message = str | tuple[str, str]


def messages(path: Path) -> Iterator[Message]:
    """What a file says, in the order in which it says it."""
    text = path.read_text("utf-8")
    if path.suffix == ".py":
        for _line, _function, found, _comments in extract_python(
            BytesIO(text.encode()), KEYWORDS, [], {}
        ):
            if isinstance(found, str):
                yield found
            elif found and found[0] and isinstance(found, tuple):
                plural = str(found[1]) if len(found) > 1 and found[1] else ""
                yield (str(found[0]), plural) if plural else str(found[0])
        return
    for simple in _SIMPLE.finditer(text):
        yield simple.group(1) or simple.group(2)
    for call in _CALL.finditer(text):
        yield call.group(1)
    for block in _BLOCK.finditer(text):
        one = _VARIABLE.sub(r"%(\1)s", block.group(1))
        yield (one, _VARIABLE.sub(r"%(\1)s", block.group(2))) if block.group(2) else one


def sources(folder: Path) -> Iterator[Path]:
    """The files of a folder that say something."""
    for path in sorted(folder.rglob("*")):
        if path.suffix in (".py", ".html", ".txt") and "migrations" not in path.parts:
            yield path


def catalogues() -> dict[Path, list[Path]]:
    """Each catalogue, and the files whose messages it holds."""
    own = [p.parents[2] for p in sorted(SERVICE.glob(f"*/{PLACE}"))]
    found = {folder / PLACE: list(sources(folder)) for folder in own}
    rest = [p for p in sources(SERVICE) if not any(f in p.parents for f in own)]
    found[SERVICE / PLACE] = rest
    return found


def read(path: Path) -> Catalog:
    """A catalogue as it is kept; an empty one where there is none."""
    if not path.is_file():
        return Catalog(locale="zh_Hans", domain="django")
    with path.open("rb") as file:
        return read_po(file, locale="zh_Hans")


def missing(path: Path, files: list[Path]) -> list[Message]:
    """The messages of files that a catalogue has no translation for."""
    kept = read(path)
    found = []
    for file in files:
        for message in messages(file):
            entry = kept.get(message if isinstance(message, str) else message[0])
            if (entry is None or not entry.string or entry.fuzzy) and message not in found:
                found.append(message)
    return found


def update(path: Path, files: list[Path]) -> Catalog:
    """The catalogue as it should be."""
    kept, new = read(path), Catalog(
        locale="zh_Hans", project="Shouwen", charset="utf-8", fuzzy=False,
        header_comment="# Chinese translations of Shouwen.",
        creation_date=FIXED, revision_date=FIXED, last_translator="Shouwen",
        language_team="Shouwen", msgid_bugs_address="Shouwen",
    )  # fmt: skip
    for file in files:
        for message in messages(file):
            id_ = message if isinstance(message, str) else message[0]
            before = kept.get(id_)
            flags = ["python-format"] if "%(" in id_ else []
            same = before is not None and before.pluralizable == isinstance(message, tuple)
            new.add(message, before.string if before and same else None, flags=flags)
    return new


def main() -> int:
    """Update every catalogue, and list what has no translation yet."""
    lacking = 0
    for path, files in catalogues().items():
        catalog = update(path, files)
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("wb") as file:
            write_po(file, catalog, width=0, omit_header=False, sort_output=True, no_location=True)
        for message in missing(path, files):
            print(f"{path.relative_to(ROOT)}: {message!r}")
            lacking += 1
    return 1 if lacking else 0


if __name__ == "__main__":
    sys.exit(main())
