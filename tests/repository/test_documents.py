"""The documents tell the truth about the checkout: links lead somewhere, commands are there."""

from __future__ import annotations

import re
import subprocess
import unicodedata
from functools import cache
from itertools import pairwise
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
from markdown_it import MarkdownIt
from markdown_it.token import Token

ROOT = Path(__file__).resolve().parents[2]
EXPLICIT_ID = re.compile(r"\s*\{#([^}\s]+)[^}]*\}\s*$")
HTML_ID = re.compile(r"<[^>]*\b(?:id|name)=[\"']([^\"']+)")


def documents() -> list[str]:
    """The Markdown files that git knows."""
    names = subprocess.run(
        ["git", "ls-files", "-z", "*.md"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.split("\0")
    return [name for name in names if name and (ROOT / name).is_file()]


@cache
def tokens(path: Path) -> tuple[Token, ...]:
    """A document, parsed."""
    return tuple(MarkdownIt("commonmark").enable("table").parse(path.read_text(encoding="utf-8")))


def slug(heading: str) -> str:
    """The anchor that code hosts give to a heading."""
    kept = (c for c in heading.strip().lower() if c in " -_" or unicodedata.category(c)[0] in "LNM")
    return "".join(kept).replace(" ", "-")


@cache
def anchors(path: Path) -> frozenset[str]:
    """Every place in a document that a link can lead to."""
    found: set[str] = set()
    times: dict[str, int] = {}
    parsed = tokens(path)
    for opening, inline in pairwise(parsed):
        found.update(HTML_ID.findall(opening.content) if "html" in opening.type else ())
        if opening.type != "heading_open":
            continue
        explicit = EXPLICIT_ID.search(inline.content)
        if explicit:
            found.add(explicit[1])
        words = [t.content for t in inline.children or [] if t.type in ("text", "code_inline")]
        base = slug(EXPLICIT_ID.sub("", "".join(words)))
        seen = times.get(base, 0)
        times[base] = seen + 1
        found.add(f"{base}-{seen}" if seen else base)
    return frozenset(found)


def links(path: Path) -> list[tuple[int, str]]:
    """The line and the target of every link and picture of a document."""
    found = []
    for block in tokens(path):
        line = block.map[0] + 1 if block.map else 0
        for token in block.children or []:
            target = token.attrs.get("href") or token.attrs.get("src")
            if target:
                found.append((line, str(target)))
    return found


def trouble(path: Path, target: str) -> str | None:
    """What is wrong with a link within the checkout, if anything."""
    parts = urlsplit(target)
    if parts.scheme or parts.netloc:
        return None
    place = (path.parent / unquote(parts.path)).resolve() if parts.path else path
    if not place.is_relative_to(ROOT):
        return "leads out of the checkout"
    if not place.exists():
        return "leads to no file"
    if parts.fragment and place.suffix == ".md" and unquote(parts.fragment) not in anchors(place):
        return "leads to no heading there"
    return None


@pytest.mark.parametrize("name", documents())
def test_every_link_within_the_checkout_leads_somewhere(name: str):
    path = ROOT / name
    broken = [
        f"{name}:{line}: {target} {reason}"
        for line, target in links(path)
        if (reason := trouble(path, target))
    ]
    assert not broken, "\n  " + "\n  ".join(broken)


def test_a_broken_link_is_noticed(tmp_path: Path):
    page = ROOT / "README.md"
    assert trouble(page, "no/such/file.md") == "leads to no file"
    assert trouble(page, "../elsewhere.md") == "leads out of the checkout"
    assert trouble(page, "CONTRIBUTING.md#no-such-heading") == "leads to no heading there"
    assert trouble(page, "CONTRIBUTING.md") is None
    assert trouble(page, "https://example.org/") is None


@pytest.mark.parametrize(
    ("heading", "anchor"),
    [
        ("Error messages: from terrible to great", "error-messages-from-terrible-to-great"),
        ("第三条 限时到场", "第三条-限时到场"),
        ("`make test`, and more", "make-test-and-more"),
    ],
)
def test_a_heading_is_reached_by_the_anchor_that_code_hosts_give_it(heading: str, anchor: str):
    assert slug(heading.replace("`", "")) == anchor


def make_targets() -> set[str]:
    """What `make` can be asked for here."""
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    return set(re.findall(r"^([a-z][\w-]*):", makefile, flags=re.MULTILINE))


@pytest.mark.parametrize("name", [n for n in documents() if not n.startswith("src/")])
def test_every_make_command_that_a_document_names_exists(name: str):
    text = (ROOT / name).read_text(encoding="utf-8")
    named = set(re.findall(r"(?:^[ $]*|`|&& )make ([a-z]\w*)", text, flags=re.MULTILINE))
    missing = sorted(named - make_targets())
    assert not missing, f"{name} tells its reader to run make {', make '.join(missing)}"


def test_every_make_command_says_what_it_does():
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    told = set(re.findall(r"^([a-z]\w*):.*## \S", makefile, flags=re.MULTILINE))
    assert told == make_targets()


def test_both_readmes_tell_the_same_commands():
    def commands(name: str) -> list[str]:
        text = (ROOT / name).read_text(encoding="utf-8")
        return re.findall(r"^(?:make|\.venv/bin/shouwen) .*?(?=\s+#|$)", text, flags=re.MULTILINE)

    english = commands("README.md")
    assert english
    assert english == commands("README.zh.md")
