"""The hardest norms of the measures, said in the language, mean what the norms say."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from shouwen.measures.checking import review
from shouwen.measures.diagnostics import Report
from shouwen.measures.language import Measure, load_measure
from shouwen.measures.language.words import CONSTRUCTS_ZH, KEYS_ZH
from shouwen.measures.scenarios import (
    Scenario,
    find_scenario_files,
    load_scenarios,
    render_result,
    run_scenario,
)

HERE = Path(__file__).parent
MEASURES = sorted(HERE.glob("*.md"))
ESSAY = HERE.parents[3] / "docs" / "explanation" / "hard-norms.md"
BLOCK = re.compile(r"^```\w+\n.*?^```$", re.DOTALL | re.MULTILINE)
TABLE = re.compile(r"(?:^\|.*\|$\n?)+", re.MULTILINE)


def scenarios() -> list[Scenario]:
    """Every scenario of the folder."""
    files = (load_scenarios(path) for path in find_scenario_files(HERE))
    return [scenario for file in files for scenario in file.scenarios]


@pytest.mark.parametrize("scenario", scenarios(), ids=lambda s: f"{s.adoption.measure.id}-{s.name}")
def test_a_small_history_is_judged_as_the_norms_judge_it(scenario: Scenario) -> None:
    result = run_scenario(scenario)
    assert not result.failures, render_result(result)


@pytest.mark.parametrize("path", MEASURES, ids=lambda p: p.stem)
def test_every_norm_that_a_rule_enacts_is_expected_of_some_history(path: Path) -> None:
    measure = load_measure(path)
    expected: set[str] = set()
    for scenario in scenarios():
        if scenario.adoption.measure.id == measure.id:
            for outcome in run_scenario(scenario).outcomes or ():
                if any(e.matches(outcome) for e in scenario.expect):
                    expected |= {outcome.norm, *getattr(outcome, "modified", ())}
    assert sorted(cited(measure) - expected) == []


def cited(measure: Measure) -> set[str]:
    """The norms that the duties, consequences, grades and rights of a measure enact."""
    found: set[str] = set()
    groups = (measure.duties, measure.consequences, measure.grades, measure.rights)
    for norms in (rule.norms for group in groups for rule in group):
        found |= set(norms.by_row.values()) or {norms.default}
    return {n for n in found if not measure.clauses[n].children}


def test_every_block_of_the_essay_stands_word_for_word_in_a_measure_that_loads() -> None:
    blocks = BLOCK.findall(ESSAY.read_text(encoding="utf-8"))
    sources = "\n".join(p.read_text(encoding="utf-8") for p in HERE.rglob("*.md"))
    assert len(blocks) > 20
    assert [b for b in blocks if b not in sources] == []


def test_the_year_end_table_of_the_essay_is_that_of_the_measure() -> None:
    tables = TABLE.findall(ESSAY.read_text(encoding="utf-8"))
    caps = next(t for t in tables if "points_left" in t)
    assert caps in (HERE / "chapters" / "bank-4.2.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("path", MEASURES, ids=lambda p: p.stem)
def test_no_norm_of_the_measures_is_left_without_a_rule(path: Path) -> None:
    report = Report()
    review(load_measure(path), report)
    assert [d.message for d in report.diagnostics] == []


KEYS_EN = {en: zh for zh, en in KEYS_ZH.items()}
CONSTRUCTS_EN = {en: zh for zh, en in CONSTRUCTS_ZH.items()}


def in_chinese(block: str) -> str:
    """A block with its construct and keys in Chinese; what the measure itself named stays."""
    fence, content = block.split("\n", 1)
    construct = fence.removeprefix("```")
    if construct == "vocabulary":
        return block.replace(construct, CONSTRUCTS_EN[construct], 1)
    keys = "|".join(sorted(KEYS_EN, key=len, reverse=True))
    content = re.sub(rf"(?<![\w.-])({keys}):(?=\s)", lambda m: f"{KEYS_EN[m[1]]}:", content)
    return f"```{CONSTRUCTS_EN[construct]}\n{content}"


@pytest.mark.parametrize("name", ["cable", "power"])
def test_a_measure_with_chinese_keys_says_the_same(name: str, tmp_path: Path) -> None:
    hard = tmp_path / "hard"
    shutil.copytree(HERE, hard, ignore=shutil.ignore_patterns("*.py", "__pycache__"))
    measure = hard / f"{name}.md"
    text = measure.read_text(encoding="utf-8")
    translated = BLOCK.sub(lambda m: in_chinese(m[0]), text)
    assert "触发: repair.reported" in translated or name != "cable"
    measure.write_text(translated, encoding="utf-8")
    file = Path("scenarios") / f"{name}.yaml"
    said, meant = load_scenarios(hard / file).scenarios, load_scenarios(HERE / file).scenarios
    assert [judged(s) for s in said] == [judged(s) for s in meant]


def judged(scenario: Scenario) -> list[tuple[str, dict[str, object]]]:
    """What a measure says of a scenario, outcome by outcome."""
    return [(o.kind, o.columns()) for o in run_scenario(scenario).outcomes or ()]
