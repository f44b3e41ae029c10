"""What we ship works where our checkout is not: the wheel in an environment of its own."""

from __future__ import annotations

import gzip
import json
import subprocess
from itertools import islice
from pathlib import Path
from zipfile import ZipFile

import pytest

import shouwen
import shouwen.library

from .environment import ROOT, Installed, build_wheel, install

IMPORT_EVERYTHING = """
import importlib, os, pkgutil, shouwen
# The models of the service can be imported once Django knows its settings.
os.environ["DJANGO_SETTINGS_MODULE"] = "shouwen.service.config.settings"
# Without an address, what a web server imports would start the embedded server.
os.environ["DATABASE_URL"] = "postgresql://nobody@localhost/nothing"
os.environ["SHOUWEN_SECRET_KEY"] = "for this test"
import django
django.setup()
names = [m.name for m in pkgutil.walk_packages(shouwen.__path__, "shouwen.")]
for name in names:
    # A plugin for pytest may ask for pytest.
    if not name.endswith(("__main__", "pytest_plugin")):
        importlib.import_module(name)
print(len(names))
"""


@pytest.fixture(scope="session")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build_wheel(tmp_path_factory.mktemp("dist"))


@pytest.fixture(scope="session")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Installed:
    return install(wheel, tmp_path_factory.mktemp("elsewhere"))


def made_by_the_assets_script() -> set[str]:
    """What is shipped though git does not know it: files from npm and compiled translations."""
    source = ROOT / "src"
    service = source / "shouwen" / "service"
    vendor = service / "ui" / "static" / "vendor"
    files = [p for p in vendor.glob("**/*") if p.is_file()]
    assert files, "Run `make install`: the style sheets and scripts of the pages are not here."
    compiled = [p.with_suffix(".mo") for p in service.glob("**/locale/*/LC_MESSAGES/django.po")]
    return {p.relative_to(source).as_posix() for p in [*files, *compiled]}


def test_the_wheel_holds_every_file_of_the_package_and_no_other(wheel: Path):
    listing = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "src/shouwen"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout.splitlines()
    there = {name.removeprefix("src/") for name in listing if (ROOT / name).is_file()}
    with ZipFile(wheel) as archive:
        names = {name for name in archive.namelist() if ".dist-info/" not in name}
    assert names == there | made_by_the_assets_script()


def test_the_wheel_carries_its_licence_and_its_version(wheel: Path):
    with ZipFile(wheel) as archive:
        names = set(archive.namelist())
        (metadata,) = [n for n in names if n.endswith(".dist-info/METADATA")]
        text = archive.read(metadata).decode("utf-8")
    home = metadata.removesuffix("METADATA")
    assert {f"{home}licenses/LICENSE", f"{home}licenses/NOTICE"} <= names
    assert f"\nVersion: {shouwen.__version__}\n" in text
    assert "\nLicense-Expression: Apache-2.0\n" in text


def test_an_installed_wheel_is_what_gets_imported(installed: Installed):
    done = installed.run("python", "-c", "import shouwen; print(shouwen.__file__)")
    assert done.returncode == 0, done.stderr
    assert Path(done.stdout.strip()).is_relative_to(installed.folder)


def test_every_module_imports_with_nothing_but_the_declared_dependencies(installed: Installed):
    done = installed.run("python", "-c", IMPORT_EVERYTHING)
    assert done.returncode == 0, done.stderr
    assert int(done.stdout) > 10


def test_an_installed_wheel_tells_its_version(installed: Installed):
    done = installed.run("shouwen", "--version")
    assert done.returncode == 0, done.stderr
    assert done.stdout == f"shouwen {shouwen.__version__}\n"


def test_an_installed_wheel_accepts_every_measure_that_it_ships(installed: Installed):
    keys = shouwen.library.shipped()
    assert "cable" in keys
    done = installed.run("shouwen", "check", "--json", *keys)
    assert done.returncode == 0, done.stdout + done.stderr
    results = json.loads(done.stdout)
    assert [result["measure"] for result in results] == list(keys)
    assert all(result["ok"] and result["norms"] > 0 for result in results)


def test_an_installed_wheel_refuses_a_measure_and_says_where_it_is_wrong(installed: Installed):
    text = shouwen.library.path_of("cable").joinpath("chapter-3.md").read_text("utf-8")
    (installed.folder / "torn.md").write_text(text, "utf-8")
    done = installed.run("shouwen", "check", "torn.md")
    assert done.returncode == 1
    assert "torn.md:1:1: error" in done.stdout + done.stderr


def test_an_installed_wheel_replays_a_log(installed: Installed):
    boston = ROOT / "examples" / "boston311"
    with gzip.open(boston / "boston311_animal_2013_2023.csv.gz", "rt", encoding="utf-8") as file:
        (installed.folder / "log.csv").write_text("".join(islice(file, 300)), "utf-8")
    done = installed.run(
        "shouwen", "replay", "log.csv", "--mapping", str(boston / "mapping.yaml"), "--json"
    )
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert found["rows"] == 299
    assert found["flags_agree"] == found["requests_with_target"] > 0
