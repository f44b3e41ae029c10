"""Files as someone would make them who wishes the service ill, or has a broken program."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib

from openpyxl import Workbook
from PIL import Image

SHEET = "xl/worksheets/sheet1.xml"
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"


def workbook(titles=("编号",), rows=()):
    """An ordinary workbook."""
    book = Workbook()
    for row in (titles, *rows):
        book.worksheets[0].append(list(row))
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def with_part(name, content):
    """An ordinary workbook, one part of which is another."""
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(workbook())) as old,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for part in old.namelist():
            if part != name:
                new.writestr(part, old.read(part))
        if content is not None:
            new.writestr(name, content)
    return out.getvalue()


def laughs():
    """A sheet whose text would be thousands of millions of signs long."""
    more = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    return (
        f'<?xml version="1.0"?><!DOCTYPE worksheet [<!ENTITY l0 "ha">{more}]>'
        f'<worksheet xmlns="{MAIN}"><sheetData><row r="1"><c r="A1" t="inlineStr">'
        f"<is><t>&l9;</t></is></c></row></sheetData></worksheet>"
    )


def outside():
    """A sheet that would show a file of the machine."""
    return (
        '<?xml version="1.0"?><!DOCTYPE w [<!ENTITY f SYSTEM "file:///etc/passwd">]>'
        f'<worksheet xmlns="{MAIN}"><sheetData><row r="1"><c r="A1" t="inlineStr">'
        "<is><t>&f;</t></is></c></row></sheetData></worksheet>"
    )


def numbered(value, style="0"):
    return (
        f'<worksheet xmlns="{MAIN}"><sheetData><row r="1"><c r="A1" s="{style}">'
        f"<v>{value}</v></c></row></sheetData></worksheet>"
    )


def locked():
    """An archive whose parts are said to be encrypted."""
    whole = bytearray(workbook())
    for mark, place in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = whole.find(mark)
        while at >= 0:
            whole[at + place] |= 1
            at = whole.find(mark, at + 4)
    return bytes(whole)


def unpacking_to(megabytes):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        for n in range(megabytes // 10):
            packed.writestr(f"{n}.xml", b"\0" * 10 * 1024 * 1024)
    return out.getvalue()


def png_that_says(width, height):
    """A picture of few bytes that says it has so many pixels."""

    def part(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(
            ">I", zlib.crc32(kind + data))  # fmt: skip

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + part(b"IHDR", head) + part(b"IDAT", b"") + part(b"IEND", b"")


def jpeg(**more):
    out = io.BytesIO()
    Image.new("RGB", (200, 100), "teal").save(out, "JPEG", **more)
    return out.getvalue()


SHEETS = {
    "nothing": b"",
    "words": "编号,姓名\n1,张某".encode("gbk"),
    "an old workbook": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 2000,
    "a picture": jpeg(),
    "half of a workbook": workbook()[:2000],
    "an archive of something else": with_part("xl/workbook.xml", None),
    "a workbook without its sheet": with_part(SHEET, None),
    "a sheet that is no XML": with_part(SHEET, "<worksheet><row"),
    "a sheet that multiplies": with_part(SHEET, laughs()),
    "a sheet that reads the machine": with_part(SHEET, outside()),
    "a number that is none": with_part(SHEET, numbered("one")),
    "a locked archive": locked(),
    "an archive that unpacks without end": unpacking_to(100),
    "a workbook of five megabytes and more": workbook() + b"\0" * (5 * 1024 * 1024),
    "other columns": workbook(("别的",), [("1",)]),
}

PICTURES = {
    "nothing": b"",
    "words": "不是照片".encode(),
    "a drawing with a script": b"<svg xmlns='http://www.w3.org/2000/svg' onload='x()'/>",
    "a page with a script": b"<!doctype html><script>alert(1)</script>",
    "the beginning of a photo": jpeg()[:300],
    "a picture of a hundred million pixels": png_that_says(10_000, 10_000),
    "a picture of more than a library opens": png_that_says(60_000, 60_000),
    "a picture of no pixels": png_that_says(0, 0),
    "a workbook": workbook(),
    "a film of nine megabytes": b"\xff\xd8\xff" + b"\0" * 9 * 1024 * 1024,
}

NAMES = ["../../../etc/passwd", "..\\..\\boot.ini", "/etc/passwd", "a" * 300 + ".jpg", "x.php",
         "con.jpg", "照片\u202egpj.exe", "x.jpg\x01", ".htaccess", " "]  # fmt: skip
