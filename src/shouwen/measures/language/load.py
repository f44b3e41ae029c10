"""Reads a measure from its files and gives it whole or not at all."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

from shouwen.measures.diagnostics import Report, Source, SourceError, Span
from shouwen.measures.language.assembly import Assembly
from shouwen.measures.language.context import Context
from shouwen.measures.language.document import Document, parse_document
from shouwen.measures.language.front import Front, read_front_matter
from shouwen.measures.language.model import Measure
from shouwen.measures.language.variants import merge


def load_measure(path: Path | str) -> Measure:
    """Read a measure from a file or a folder.

    Raises:
        SourceError: with everything that is wrong, each with file, line, column and a hint.
        FileNotFoundError: when there is no such file.
    """
    report = Report()
    measure = read_measure(Path(path), report)
    report.raise_if_errors()
    assert measure is not None
    return measure


def parse_measure(text: str, name: str = "measure.md") -> Measure:
    """Read a measure of one file from its text. Raises `SourceError` as `load_measure` does."""
    report = Report()
    measure = _read(_Files(Source(name, text), lambda _: None), report)
    report.raise_if_errors()
    assert measure is not None
    return measure


def read_measure(path: Path, report: Report) -> Measure | None:
    """Read a measure and collect what is wrong; None when it is refused."""
    found = _files_of(path, report)
    return None if found is None else _read(found, report)


def _files_of(path: Path, report: Report) -> _Files | None:
    main = path / "measure.md" if path.is_dir() else path
    source = read_source(main, report)
    if source is None:
        return None

    def chapter(name: str) -> Source | None:
        return read_source(main.parent / name, report)

    return _Files(source, chapter, main.parent)


def read_source(path: Path, report: Report) -> Source | None:
    """A text file in UTF-8 (with or without a BOM) or, noticed and said, in GB 18030."""
    if not path.exists():
        raise FileNotFoundError(f"There is no measure at {path}.")
    data = path.read_bytes()
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as wrong:
        try:
            data.decode("gb18030")
            guess = "It looks like GBK/GB 18030. Save it as UTF-8."
        except UnicodeDecodeError:
            guess = "Save it as UTF-8."
        report.error(
            "encoding", f"This file is not UTF-8 (byte {wrong.start}).",
            where=str(path), hint=guess,
        )  # fmt: skip
        return None
    return Source(str(path), text.replace("\r\n", "\n"))


@dataclass
class _Files:
    """The files of one measure: its main source, and how to find what it names."""

    main: Source
    chapter: Callable[[str], Source | None]
    folder: Path | None = None


def _read(found: _Files, report: Report) -> Measure | None:
    context = Context(report)
    front, documents = _documents(context, found)
    variant_of: str | None = None
    if front.variant_of is not None:
        base = _base(front.variant_of, found, report)
        if base is None:
            return None
        base_front, base_documents = base
        variant_of = base_front.id
        documents = merge(base_documents, documents, front.without, report)
    prelude = files("shouwen.measures.language").joinpath("prelude.md").read_text("utf-8")
    prelude_document = parse_document(Source("<prelude>", prelude), report)
    return Assembly(context, front, documents, prelude_document, variant_of=variant_of).measure()


def _documents(context: Context, found: _Files) -> tuple[Front, list[Document]]:
    """The main file and its chapters, read as one document."""
    report = context.report
    main = parse_document(found.main, report)
    front = read_front_matter(context, main)
    documents = [main]
    for name, span in front.chapters:
        try:
            source = found.chapter(name)
        except FileNotFoundError:
            source = None
            report.error(
                "no-chapter", f"There is no chapter file '{name}'.", span,
                hint="Chapter files are named relative to measure.md.",
            )  # fmt: skip
        if source is not None:
            documents.append(parse_document(source, report, documents[-1].open_headings))
    return front, documents


def _base(
    named: tuple[str, Span], found: _Files, report: Report
) -> tuple[Front, list[Document]] | None:
    """The documents of the measure that a variant takes over."""
    word, span = named
    folder = None if found.folder is None else found.folder / word
    if folder is None or not (folder / "measure.md").exists():
        report.error(
            "no-base", f"There is no measure at '{word}' to be a variant of.", span,
            hint="Name its folder relative to this file, such as ../power.",
        )  # fmt: skip
        return None
    base = _files_of(folder, report)
    if base is None:
        return None
    front, documents = _documents(Context(report), base)
    if front.variant_of is not None:
        report.error(
            "variant-of-variant", f"'{word}' is itself a variant.", span,
            hint="Be a variant of the measure that it is a variant of.",
        )  # fmt: skip
        return None
    return front, documents


__all__ = ["SourceError", "load_measure", "parse_measure", "read_measure"]
