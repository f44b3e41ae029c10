"""What a drafter reads about a source that is wrong."""

from __future__ import annotations

import pytest

from tests.measures.feel.golden import BAD, messages


@pytest.mark.parametrize("path", sorted(BAD.glob("*.txt")), ids=lambda p: p.stem)
def test_the_messages_about_bad_sources_are_exactly_these(path):
    assert messages(path) == path.with_suffix(".messages").read_text("utf-8")
