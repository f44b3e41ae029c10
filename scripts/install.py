"""Put everything that a checkout needs into `.venv`, exactly as locked.

    python3 scripts/install.py

Any Python 3.6 or newer may start this file; it looks for one that Shouwen can use and goes on
with that. It needs nothing but the standard library, and does nothing when `.venv` is up to date.

What the pages are made with is fetched and built last, by `scripts/assets.py`.

Packages come from `requirements/dev.txt`, each one held to its hashes. uv, itself locked in
`requirements/bootstrap.txt`, installs them; where uv cannot be had, pip does the same, slower.
"""

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import List, NoReturn, Optional, Tuple

OLDEST = (3, 11)
OTHERS = ("python3.14", "python3.13", "python3.12", "python3.11")

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
BIN = VENV / ("Scripts" if os.name == "nt" else "bin")
SUFFIX = ".exe" if os.name == "nt" else ""
PYTHON = BIN / ("python" + SUFFIX)
UV = BIN / ("uv" + SUFFIX)
BOOTSTRAP = ROOT / "requirements" / "bootstrap.txt"
LOCK = ROOT / "requirements" / "dev.txt"
ASSETS = ROOT / "scripts" / "assets.py"
# All that decides what belongs in .venv.
DECIDES = (BOOTSTRAP, LOCK, ROOT / "pyproject.toml", Path(__file__).resolve())
# What .venv was made from: the place (its scripts hold absolute paths), then a digest of DECIDES.
STAMP = VENV / "installed"


def fail(message: str) -> NoReturn:
    """Stop with a message that says what to do."""
    print(f"\n{message}", file=sys.stderr)
    sys.exit(1)


def say(message: str) -> None:
    """Tell what is being done."""
    print(f"install: {message}", flush=True)


def attempt(command: List[str]) -> bool:
    """Run a command in the checkout; whether it succeeded."""
    environment = dict(os.environ)
    # An environment that is active elsewhere must not be the one that gets changed.
    for name in ("VIRTUAL_ENV", "PYTHONHOME", "PYTHONPATH", "PIP_TARGET", "PIP_USER"):
        environment.pop(name, None)
    environment.setdefault("PIP_DISABLE_PIP_VERSION_CHECK", "1")
    environment.setdefault("UV_HTTP_TIMEOUT", "180")
    # A cache on another file system cannot be linked from; copy then, without a warning.
    environment.setdefault("UV_LINK_MODE", "copy")
    return subprocess.run(command, cwd=str(ROOT), env=environment).returncode == 0


def run(command: List[str]) -> None:
    """Run a command in the checkout, and stop when it fails."""
    if not attempt(command):
        fail(
            f"This command failed; what it printed above says why:\n  {' '.join(command)}\n"
            "Nothing is half done that running `make install` again would not complete."
        )


def version_of(python: str) -> Optional[Tuple[int, int]]:
    """The version of an interpreter, or None where there is none that runs."""
    ask = [python, "-c", "import sys; print(*sys.version_info[:2])"]
    try:
        answer = subprocess.run(ask, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, timeout=60)
        major, minor = answer.stdout.split()
        return int(major), int(minor)
    except (OSError, ValueError, subprocess.TimeoutExpired):
        return None


def new_enough(python: str) -> bool:
    """Whether an interpreter is there, runs, and is one that Shouwen can use."""
    return (version_of(python) or (0, 0)) >= OLDEST


def find_python() -> str:
    """An interpreter that is new enough: the one running this, else one on the PATH."""
    if sys.version_info[:2] >= OLDEST:
        return sys.executable
    for name in OTHERS:
        # Version managers put stand-ins on the PATH for versions that are not there: try them.
        path = shutil.which(name)
        if path is not None and new_enough(path):
            return path
    fail(
        f"Shouwen needs Python {OLDEST[0]}.{OLDEST[1]} or newer. "
        f"{sys.executable} is {sys.version_info[0]}.{sys.version_info[1]}, "
        f"and none of {', '.join(OTHERS)} is on the PATH.\n"
        "Install one and try again, or name one: make install PYTHON=/path/to/python3.12"
    )


def digest() -> str:
    """Changes whenever what belongs in `.venv` may have changed."""
    total = hashlib.sha256()
    for path in DECIDES:
        total.update(path.read_bytes())
    return total.hexdigest()


def made_from() -> Tuple[str, str]:
    """The place and the digest that `.venv` was made from, empty where it does not say."""
    if not STAMP.is_file():
        return "", ""
    place, _, what = STAMP.read_text(encoding="utf-8").strip().partition("\n")
    return place, what


def make_venv() -> None:
    """An empty `.venv`, in place of one that cannot be used."""
    python = find_python()
    version = ".".join(map(str, version_of(python) or ()))
    say(f"making .venv with Python {version} ({python})")
    if VENV.exists():
        shutil.rmtree(str(VENV))
    if not attempt([python, "-m", "venv", str(VENV)]):
        shutil.rmtree(str(VENV), ignore_errors=True)
        fail(
            f"{python} could not make a virtual environment. Debian and Ubuntu keep that part of\n"
            "Python in a package of its own: apt-get install python3-venv, then try again."
        )


def sync() -> None:
    """Bring `.venv` to exactly what is locked, and the checkout itself into it."""
    pip = [str(PYTHON), "-m", "pip", "install", "--quiet", "--no-deps"]
    itself = ["--no-deps", "--no-build-isolation", "--editable", str(ROOT)]
    if UV.is_file() or attempt([*pip, "--require-hashes", "-r", str(BOOTSTRAP)]):
        say("installing the locked packages with uv")
        target = ["--quiet", "--python", str(PYTHON)]
        run([str(UV), "pip", "sync", *target, "--require-hashes", str(LOCK)])
        run([str(UV), "pip", "install", *target, "--offline", *itself])
    else:
        say("uv cannot be had; installing the locked packages with pip, which takes longer")
        run([*pip, "--require-hashes", "-r", str(LOCK)])
        run([*pip, "--no-index", *itself])


def main() -> None:
    """Make `.venv` what it should be, and fetch what the pages need, if that is not done."""
    wanted = digest()
    place, what = made_from()
    usable = place in ("", str(ROOT)) and new_enough(str(PYTHON))
    if not usable or what != wanted:
        if not usable:
            make_venv()
        # Until all is done, the stamp tells the place only.
        STAMP.write_text(f"{ROOT}\n", encoding="utf-8")
        sync()
        STAMP.write_text(f"{ROOT}\n{wanted}\n", encoding="utf-8")
        say("the packages are in; the tools are in .venv/bin")
    # What the pages need comes from npm. It has a stamp of its own.
    run([str(PYTHON), str(ASSETS)])


if __name__ == "__main__":
    main()
