"""Texts of pages as HTML."""

from __future__ import annotations

from functools import cache

from django import template
from django.utils.safestring import SafeString
from markdown_it import MarkdownIt

from shouwen.measures.language.model import Label
from shouwen.service.measurebook.words import pick

register = template.Library()


@cache
def _reader() -> MarkdownIt:
    """Markdown without HTML and pictures; links lead to web and mail addresses and phones only."""
    reader = MarkdownIt("commonmark", {"html": False}).enable("table").disable("image")
    checked = reader.validateLink
    reader.validateLink = lambda url: (  # type: ignore[method-assign]
        checked(url) and url.lower().startswith(("https://", "http://", "mailto:", "tel:", "/"))
    )
    return reader


@register.filter
def marked(text: str) -> SafeString:
    """A text in Markdown as HTML; whatever in it is HTML is shown as it was typed.

    Headings begin below that of the page, and no style stands inline.
    """
    tokens = _reader().parse(text)
    for token in tokens:
        if token.tag in ("h1", "h2", "h3", "h4"):
            token.tag = f"h{int(token.tag[1]) + 1}"
        # The alignment of a column: the policy applies no style that is written in a page.
        token.attrs.pop("style", None)
    reader = _reader()
    return SafeString(reader.renderer.render(tokens, reader.options, {}))


@register.simple_tag
def label_of(label: Label) -> str:
    """A label of the measure in the language of the page."""
    return pick(label)
