"""Examples in the documents are run, so that they stay true.

Python in a fence is code, or an interactive session when it shows prompts; the fences of one
document share their names from top to bottom.
"""

from sybil import Sybil
from sybil.parsers.markdown import PythonCodeBlockParser, SkipParser

pytest_collect_file = Sybil(
    parsers=[PythonCodeBlockParser(), SkipParser()],
    patterns=["README*.md", "CONTRIBUTING.md", "docs/*.md", "docs/*/*.md"],
).pytest()
