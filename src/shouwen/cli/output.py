"""What the commands share: consoles, JSON, languages, finding measures."""

from __future__ import annotations

import json
import locale
import os
import sys
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from enum import Enum, StrEnum
from pathlib import Path
from typing import Annotated, Any, NoReturn

import typer
from rich.console import Console
from rich.markup import escape
from rich.text import Text

from shouwen import library
from shouwen.measures.calendars import Period
from shouwen.measures.diagnostics import (
    Diagnostic,
    Report,
    Severity,
    SourceError,
    did_you_mean,
    render,
    to_json,
)
from shouwen.measures.feel.values import Amount, Unknown
from shouwen.measures.language import Measure, read_measure

# Where nobody watches there is no width to fit; tables should not be squeezed into 80 columns.
_WIDTH = None if sys.stdout.isatty() else 120

out = Console(highlight=False, width=_WIDTH)
err = Console(stderr=True, highlight=False)

COLOURS = {Severity.ERROR: "red", Severity.WARNING: "yellow", Severity.NOTE: "cyan"}

MeasureArgument = Annotated[
    str, typer.Argument(help="A measure: its key (cable), its .md file or its folder.")
]
JsonOption = Annotated[bool, typer.Option("--json", help="One JSON value instead of text.")]
ReadingOption = Annotated[
    list[str] | None,
    typer.Option("--reading", help="Choose a reading: NAME=OPTION. May be given again."),
]


class Language(StrEnum):
    """The language of texts for people."""

    ZH = "zh"
    EN = "en"


def default_language() -> Language:
    """Chinese where the system speaks Chinese (or SHOUWEN_LANG says so), else English."""
    chosen = os.environ.get("SHOUWEN_LANG") or os.environ.get("LC_ALL") or os.environ.get("LANG")
    if not chosen:
        chosen = locale.getlocale()[0] or ""
    return Language.ZH if chosen.lower().startswith(("zh", "chinese")) else Language.EN


LanguageOption = Annotated[
    Language | None, typer.Option("--lang", help="zh or en; default: the system's language.")
]


def fail(message: str, hint: str | None = None, code: int = 2) -> NoReturn:
    """Say what is wrong on standard error, and stop."""
    err.print(f"[red]error:[/red] {escape(message)}")
    if hint:
        err.print(f"  = {escape(hint)}")
    raise typer.Exit(code)


def locate(name: str) -> Path:
    """The path of a measure: one that ships, or a file or folder."""
    if name in library.shipped():
        return library.path_of(name)
    path = Path(name)
    if path.is_dir() and not (path / "measure.md").exists():
        fail(f"There is no measure.md in {path}.", "A measure's folder holds a measure.md.")
    if not path.exists():
        known = library.shipped()
        hint = did_you_mean(name, known) or "Measures that ship: " + ", ".join(known) + "."
        fail(f"There is no measure '{name}'.", hint)
    return path


def load(name: str, *, as_json: bool = False) -> Measure:
    """A measure by name; says everything that is wrong and stops where it is refused."""
    report = Report()
    measure = read_measure(locate(name), report)
    if measure is None:
        refuse(report.sorted(), as_json=as_json)
    return measure


def refuse(diagnostics: list[Diagnostic], *, as_json: bool) -> NoReturn:
    """Show why a source was refused, and stop with 1."""
    if as_json:
        print_json({"ok": False, "diagnostics": [to_json(d) for d in diagnostics]})
    else:
        show_diagnostics(diagnostics)
    raise typer.Exit(1)


def show_diagnostics(diagnostics: list[Diagnostic]) -> None:
    """Diagnostics on standard error, in colour on a terminal."""
    for diagnostic in diagnostics:
        text = Text(render(diagnostic))
        text.highlight_regex(r"^\S*:\d+:\d+", "bold")
        text.highlight_words(
            [f"{diagnostic.severity.value}[{diagnostic.code}]"], COLOURS[diagnostic.severity]
        )
        text.highlight_regex(r"\^+$", COLOURS[diagnostic.severity])
        err.print(text, soft_wrap=True)
        err.print()


def chosen_readings(given: list[str] | None) -> dict[str, str]:
    """``NAME=OPTION`` pairs as a mapping."""
    found: dict[str, str] = {}
    for pair in given or ():
        name, equals, option = pair.partition("=")
        if not equals:
            fail(f"'{pair}' chooses no option.", "Write --reading NAME=OPTION.")
        found[name.strip()] = option.strip()
    return found


def source_errors(error: SourceError, *, as_json: bool) -> NoReturn:
    """Show a `SourceError` and stop with 1."""
    refuse(error.diagnostics, as_json=as_json)


def plain(value: Any) -> Any:
    """A value as JSON has it: instants as ISO 8601, amounts as bounds, unknowns by name."""
    match value:
        case datetime() | date():
            return value.isoformat()
        case Decimal():
            return int(value) if value == value.to_integral_value() else str(value)
        case Period():
            return value.iso()
        case Amount():
            return {"from": plain(value.lo), "to": None if value.hi is None else plain(value.hi)}
        case Unknown():
            return {"unknown": sorted(value.names)}
        case Mapping():
            return {str(k): plain(v) for k, v in value.items()}
        case list() | tuple() | set() | frozenset():
            items = sorted(value) if isinstance(value, set | frozenset) else value
            return [plain(v) for v in items]
        case Enum():
            return plain(value.value)
        case _:
            return value


def print_json(value: Any) -> None:
    """One JSON value on standard output."""
    typer.echo(json.dumps(plain(value), ensure_ascii=False, indent=2))
