"""In which encoding a text file is written: looked at whole, before anything is read from it."""

from __future__ import annotations

import codecs
import gzip
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from io import BufferedReader
from pathlib import Path

from shouwen.measures.interchange.logs.faults import Faults

CHUNK = 1 << 20
_BOMS = (
    (codecs.BOM_UTF8, "utf-8", "UTF-8 with a byte order mark"),
    (codecs.BOM_UTF16_LE, "utf-16", "UTF-16"),
    (codecs.BOM_UTF16_BE, "utf-16", "UTF-16"),
)
_GZIP = b"\x1f\x8b"
_TYPES = (
    (b"PK\x03\x04", "an Excel workbook or another zip archive", "Save it as CSV (UTF-8)."),
    (b"\xd0\xcf\x11\xe0", "an old Excel workbook", "Save it as CSV (UTF-8)."),
    (b"PAR1", "a Parquet file", "Give it the ending .parquet, or say 'format: parquet'."),
)


@dataclass(frozen=True)
class Text:
    """A text file that can be read: its encoding and how many bytes a mark takes at its front."""

    path: Path
    packed: bool
    encoding: str
    mark: int

    def open(self) -> gzip.GzipFile | BufferedReader:
        """The file from its first character on, unpacked."""
        found = open_bytes(self.path, self.packed)
        # The mark of UTF-16 says which byte comes first, so it is left to the decoder.
        found.read(self.mark)
        return found


def is_packed(path: Path) -> bool:
    """Whether a file is packed by gzip, by its first bytes."""
    with path.open("rb") as file:
        return file.read(2) == _GZIP


def open_bytes(path: Path, packed: bool) -> gzip.GzipFile | BufferedReader:
    """A file for reading, unpacked on the way."""
    return gzip.GzipFile(path, "rb") if packed else path.open("rb")


def look_at(path: Path, stated: str | None, faults: Faults) -> Text | None:
    """Find the encoding of a file, or check the one that is stated, to the last byte.

    UTF-8 (with or without a byte order mark) is taken in silence, UTF-16 and GB 18030 (which
    GBK and GB 2312 are part of) with a note. None, with an error, when the file is empty, breaks
    off, is no text, or is in another encoding.
    """
    packed = is_packed(path)
    wanted = _known(stated, faults)
    if stated is not None and wanted is None:
        return None
    head = b"".join(_pieces(path, packed, faults, 1))[:4096]
    if faults.fatal:
        return None
    if not head:
        faults.refuse("empty-file", "The file is empty.", "Check where it came from.")
        return None
    for start, what, hint in _TYPES:
        if head.startswith(start):
            faults.refuse("not-text", f"This is {what}, not a text file.", hint)
            return None
    mark = next(((m, e, name) for m, e, name in _BOMS if head.startswith(m)), None)
    if mark is not None and wanted is None:
        wanted = mark[1]
        if wanted != "utf-8":
            faults.note("encoding", f"Read as {mark[2]}, by its byte order mark.")
    if b"\x00" in head and (wanted is None or not wanted.startswith("utf-16")):
        faults.refuse(
            "not-text", "This is no text in UTF-8 or GB 18030: it has bytes that are zero.",
            "If it is UTF-16, say 'encoding: utf-16' in the mapping.",
        )  # fmt: skip
        return None
    skip = len(codecs.BOM_UTF8) if head.startswith(codecs.BOM_UTF8) else 0
    if wanted is not None:
        wrong = _decodes(path, packed, wanted, skip, faults)
        if wrong is not None:
            line, byte = wrong
            faults.refuse(
                "encoding", f"Line {line} is not {stated or wanted} (byte {byte} of the file).",
                "Leave 'encoding:' out of the mapping to have it found out."
                if stated else "Save the file as UTF-8.",
            )  # fmt: skip
        return None if faults.fatal else Text(path, packed, wanted, skip)
    return _guess(path, packed, faults)


def _guess(path: Path, packed: bool, faults: Faults) -> Text | None:
    wrong = _decodes(path, packed, "utf-8", 0, faults)
    if faults.fatal:
        return None
    if wrong is None:
        return Text(path, packed, "utf-8", 0)
    also_wrong = _decodes(path, packed, "gb18030", 0, faults)
    if also_wrong is None:
        faults.note(
            "encoding", "The file is not UTF-8; it was read as GB 18030 (GBK).",
            "Say 'encoding: gb18030' in the mapping if that is right.",
        )  # fmt: skip
        return Text(path, packed, "gb18030", 0)
    (line, byte), (line_gb, byte_gb) = wrong, also_wrong
    faults.refuse(
        "encoding",
        f"The file is neither UTF-8 (line {line}, byte {byte}) nor GB 18030 (line {line_gb}, "
        f"byte {byte_gb}).",
        "Say 'encoding:' in the mapping, or save the file as UTF-8.",
    )
    return None


def _known(stated: str | None, faults: Faults) -> str | None:
    if stated is None:
        return None
    try:
        name = codecs.lookup(stated).name
    except LookupError:
        faults.refuse("encoding", f"There is no encoding '{stated}'.", "Use utf-8, gb18030 or gbk.")
        return None
    # Every GBK and GB 2312 text is a GB 18030 text, and writers of "GBK" often mean that.
    return {"utf-8-sig": "utf-8", "gbk": "gb18030", "gb2312": "gb18030"}.get(name, name)


def _decodes(
    path: Path, packed: bool, encoding: str, skip: int, faults: Faults
) -> tuple[int, int] | None:
    """None if all of a file decodes; else the line and the byte where it does not."""
    decoder = codecs.getincrementaldecoder(encoding)()
    line, done = 1, 0
    piece = b""
    try:
        for piece in _pieces(path, packed, faults):
            if done == 0 and skip:
                piece, done = piece[skip:], skip
            kept = len(decoder.getstate()[0])
            decoder.decode(piece)
            line += piece.count(b"\n")
            done += len(piece)
        kept, piece = len(decoder.getstate()[0]), b""
        decoder.decode(b"", final=True)
    except UnicodeDecodeError as wrong:
        within = max(0, wrong.start - kept)
        return line + piece[:within].count(b"\n"), done + wrong.start - kept + 1
    return None


def _pieces(path: Path, packed: bool, faults: Faults, most: int | None = None) -> Iterator[bytes]:
    """The bytes of a file in pieces (the first few, with `most`); says so where it breaks off."""
    done = 0
    try:
        with open_bytes(path, packed) as file:
            # Not read(): at the point where a packed file breaks off it gives nothing.
            while (most is None or done < most) and (piece := file.read1(CHUNK)):
                done += len(piece)
                yield piece
    except EOFError:
        faults.refuse(
            "truncated", f"The packed file breaks off after {done:,} bytes of its content.",
            "Fetch it again: its end is missing.",
        )  # fmt: skip
    except (gzip.BadGzipFile, zlib.error):
        faults.refuse(
            "damaged", f"The packed file is damaged after {done:,} bytes of its content.",
            "Fetch it again.",
        )  # fmt: skip
