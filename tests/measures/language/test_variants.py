"""A measure that is another one but for stated differences."""

from __future__ import annotations

from pathlib import Path

import pytest

from shouwen.measures.diagnostics import SourceError
from shouwen.measures.language import Measure, load_measure

BASE = """---
measure: base
title: 原办法
---
# 原办法
```vocabulary
events:
  asked: {zh: 来访, en: asked, facts: {case: case}}
  answered: {zh: 答复, en: answered, facts: {case: case}}
```
## 第一条 答复 {#1}
- {#1a} **答复** 一小时内答复。 *Answer within an hour.*
- {#1b} **态度** 态度热情。 *Be friendly.*

```duty
id: answer
norm: 1a
on: asked
do: answered
within: 1小时
```
```conduct
norms: [1b]
```
## 第二条 其他 {#2}
- {#2a} **其他** 其他。 *Others.*
"""

VARIANT = """---
measure: variant
title: 变体
variant of: ../base
without: [2]
---
# 变体
## 第一条 答复 {#1}
- {#1a} **答复** 半小时内答复。 *Answer within half an hour.*
- {#1c} **微笑** 面带微笑。 *Smile.*

```duty
id: answer
norm: 1a
on: asked
do: answered
within: 30分钟
```
```conduct
norms: [1c]
```
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name, text in {"base": BASE, "variant": VARIANT}.items():
        (tmp_path / name).mkdir()
        (tmp_path / name / "measure.md").write_text(text, "utf-8")
    return tmp_path


@pytest.fixture
def variant(folder: Path) -> Measure:
    return load_measure(folder / "variant")


def test_a_variant_says_which_norms_it_inherits_restates_and_adds(variant: Measure) -> None:
    assert variant.variant_of == "base"
    origins = {c.id: c.origin for c in variant.norms}
    assert origins == {"1a": "restated", "1b": "inherited", "1c": "own"}
    assert variant.clauses["1a"].text == "半小时内答复。"
    assert variant.clauses["1c"].parent == "1"


def test_a_rule_of_the_same_name_replaces_the_inherited_one(variant: Measure) -> None:
    (duty,) = variant.duties
    assert duty.within is not None
    assert duty.within.span.source.name.endswith("variant/measure.md")


def test_what_is_left_out_is_gone_with_all_that_stands_under_it(variant: Measure) -> None:
    assert "2" not in variant.clauses
    assert "2a" not in variant.clauses


def test_the_other_measure_stays_as_it_is(folder: Path, variant: Measure) -> None:
    base = load_measure(folder / "base")
    assert {c.origin for c in base.clauses.values()} == {"own"}
    assert base.clauses["1a"].text == "一小时内答复。"


def test_a_variant_of_nothing_is_refused(folder: Path) -> None:
    path = folder / "variant" / "measure.md"
    path.write_text(VARIANT.replace("../base", "../bass"), "utf-8")
    with pytest.raises(SourceError, match=r"no measure at '\.\./bass'"):
        load_measure(path.parent)


def test_leaving_out_a_clause_that_is_not_there_is_an_error(folder: Path) -> None:
    path = folder / "variant" / "measure.md"
    path.write_text(VARIANT.replace("without: [2]", "without: [3]"), "utf-8")
    with pytest.raises(SourceError, match="no clause '3'"):
        load_measure(path.parent)
