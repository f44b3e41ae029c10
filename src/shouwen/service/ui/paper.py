"""Paper: PDF pages with a font that has Chinese characters."""

from __future__ import annotations

from pathlib import Path

from fpdf import FPDF

FONT = Path(__file__).parent / "static/vendor/fonts/NotoSansSC-Regular.ttf"
NAME = FONT.stem
"""Under which the font is set on a page."""


def blank(title: str, size: str | tuple[float, float] = "A4", margin: float | None = None) -> FPDF:
    """A document of one empty page.

    Args:
        title: the title of the document.
        size: a name of a size of paper, or width and height in millimetres.
        margin: in millimetres, on all sides; the library's own where it is not given.

    Raises:
        FileNotFoundError: when the font was not made.
    """
    if not FONT.is_file():
        raise FileNotFoundError(f"There is no font for papers at {FONT}; run scripts/assets.py.")
    document = FPDF(format=size)
    if margin is not None:
        document.set_margin(margin)
    document.add_font(NAME, fname=FONT)
    document.set_title(title)
    document.add_page()
    return document
