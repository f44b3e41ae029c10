"""Bring the Chinese catalogues up to date with what pages and code say.

    .venv/bin/python scripts/messages.py            # add what is new, drop what is said no more
    .venv/bin/python scripts/messages.py --check    # change nothing; list what is not translated

The texts in code and templates are English. Chinese stands in the catalogue of the app that says
it, `locale/zh_Hans/LC_MESSAGES/django.po`, if the app has one, else in the service's own. What one
catalogue says, the others need not repeat, since Django reads them as one; its own come with it.
Templates are read as Django itself reads them, and Python by Babel, so that GNU gettext is not
needed. `scripts/assets.py` compiles the catalogues.
"""

from __future__ import annotations

import argparse
import io
import sys
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract
from babel.messages.pofile import read_po, write_po
from django.utils.translation.template import templatize

ROOT = Path(__file__).resolve().parent.parent
SERVICE = ROOT / "src" / "shouwen" / "service"
LANGUAGE = "zh_Hans"
CATALOGUE = Path("locale") / LANGUAGE / "LC_MESSAGES" / "django.po"
HEADER = """msgid ""
msgstr ""
"Language: zh_Hans\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"Plural-Forms: nplurals=1; plural=0;\\n"

"""
KEYWORDS = {
    **DEFAULT_KEYWORDS,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext_lazy": (1, 2),
    "npgettext": ((1, "c"), 2, 3),
    "npgettext_lazy": ((1, "c"), 2, 3),
    "pgettext_lazy": ((1, "c"), 2),
}
Text = tuple[str | None, str]
"""A context, if there is one, and an English text."""


@dataclass(frozen=True)
class Found:
    """A text and where it stands."""

    id: str | tuple[str, ...]
    context: str | None
    place: str
    line: int

    @property
    def text(self) -> Text:
        """What a catalogue knows it by."""
        return self.context, self.id if isinstance(self.id, str) else self.id[0]


def texts_of(source: str, name: str) -> Iterator[Found]:
    """The texts of one file, Python or template. Raises SyntaxError when a template is broken."""
    if not name.endswith(".py"):
        # What Django makes of a template looks like Python only to the eye: no line is indented
        # in relation to another.
        source = "\n".join(line.lstrip() for line in templatize(source, origin=name).split("\n"))
    for line, message, _, context in extract("python", io.BytesIO(source.encode()), KEYWORDS):
        id_ = tuple(m for m in message if m) if isinstance(message, tuple) else message
        if id_ and (isinstance(id_, str) or len(id_) > 1):
            yield Found(id_, context, name, line)
        elif id_:
            yield Found(id_[0], context, name, line)


def texts_by_app(service: Path = SERVICE) -> dict[str, list[Found]]:
    """All texts of each app, an app being a folder of the service."""
    found: dict[str, list[Found]] = defaultdict(list)
    for path in sorted([*service.glob("*/**/*.py"), *service.glob("*/templates/**/*.*")]):
        name = path.relative_to(service)
        if "migrations" in name.parts or "__pycache__" in name.parts:
            continue
        if path.suffix in (".py", ".html", ".txt"):
            found[name.parts[0]].extend(texts_of(path.read_text("utf-8"), name.as_posix()))
    return dict(found)


def catalogues(service: Path = SERVICE) -> list[Path]:
    """All catalogues of ours."""
    shared = service / CATALOGUE
    own = sorted(service.glob(f"*/{CATALOGUE.as_posix()}"))
    return [shared, *own] if shared.is_file() else own


def home_of(app: str, service: Path = SERVICE) -> Path:
    """The catalogue for the texts of an app: its own if it has one, else the service's."""
    own = service / app / CATALOGUE
    return own if own.is_file() else service / CATALOGUE


def catalogue(path: Path) -> Catalog:
    """A catalogue as it is, or a new one where there is none."""
    if path.is_file():
        with path.open("rb") as file:
            return read_po(file, locale=LANGUAGE)
    return Catalog(locale=LANGUAGE, fuzzy=False)


def is_said(message: Message) -> bool:
    """Whether a message of a catalogue is translated."""
    said = message.string if isinstance(message.string, (tuple, list)) else [message.string]
    return bool(message.id) and not message.fuzzy and all(said)


def text_of(message: Message) -> Text:
    """What a message of a catalogue is known by."""
    return message.context, message.id if isinstance(message.id, str) else message.id[0]


def said_in_chinese(service: Path = SERVICE) -> set[Text]:
    """Every text that has a translation: in a catalogue of ours or in Django's."""
    import django

    theirs = Path(django.__file__).parent / "conf" / CATALOGUE
    found: set[Text] = set()
    for path in [*catalogues(service), theirs]:
        for message in catalogue(path):
            if is_said(message):
                found.add(text_of(message))
    return found


def unsaid(service: Path = SERVICE) -> dict[str, list[Found]]:
    """What has no translation yet, by app, each text once."""
    said = said_in_chinese(service)
    missing: dict[str, list[Found]] = {}
    for app, texts in texts_by_app(service).items():
        first = {t.text: t for t in reversed(texts) if t.text not in said}
        if first:
            missing[app] = sorted(first.values(), key=lambda t: (t.place, t.line))
    return missing


def listed(missing: dict[str, list[Found]]) -> str:
    """What is missing, app by app, for people."""
    lines = []
    for app, texts in missing.items():
        lines.append(f"{app}: {len(texts)} without a translation")
        lines += [f"  {t.place}:{t.line}: {t.text[1]!r}" for t in texts]
    return "\n".join(lines)


def write(missing: dict[str, list[Found]], service: Path = SERVICE) -> None:
    """Add what is missing, empty, to the catalogue of the first app that says it."""
    added: set[Text] = set()
    for app, texts in missing.items():
        new = [t for t in texts if t.text not in added]
        added.update(t.text for t in new)
        if not new:
            continue
        path = home_of(app, service)
        found = catalogue(path)
        for text in new:
            found.add(text.id, context=text.context)
        save(found, path)


def drop(service: Path = SERVICE) -> None:
    """Take out of the catalogues what is said no more."""
    said = {t.text for texts in texts_by_app(service).values() for t in texts}
    for path in catalogues(service):
        found = catalogue(path)
        left = [m for m in found if m.id and text_of(m) not in said]
        for message in left:
            found.delete(message.id, message.context)
        if left:
            save(found, path)


def save(found: Catalog, path: Path) -> None:
    """Write a catalogue, without dates and line numbers: it changes only where a text does."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        file.write(HEADER.encode("utf-8"))
        write_po(file, found, width=0, sort_output=True, no_location=True, omit_header=True)


def main() -> int:
    """Update and list; the exit code says whether anything has no translation."""
    parser = argparse.ArgumentParser(description="Texts of pages and code, and their Chinese.")
    parser.add_argument("--check", action="store_true", help="change nothing, only list")
    wanted = parser.parse_args()
    missing = unsaid()
    if not wanted.check:
        write(missing)
        drop()
    print(listed(missing) or "Everything is said in Chinese.")
    return 1 if missing else 0


if __name__ == "__main__":
    sys.exit(main())
