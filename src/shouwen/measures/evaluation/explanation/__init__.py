"""Why an outcome is what it is, in plain Chinese and English.

An outcome already carries everything it rests on: what set it off, its clause, events, table row,
facts, readings and arithmetic. Explaining it is putting that into words that the person
concerned understands, and nothing is worked out anew here, so that an explanation cannot say
anything other than what was decided.

- `model`: explanations as sections of lines, each of which says what it is about.
- `subject`: labels, events and the outcomes an outcome comes from.
- `summaries`: the sentence at the top; `sections` and `missing`: the rest.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from shouwen.measures.evaluation.explanation import missing, sections
from shouwen.measures.evaluation.explanation.model import Explanation, Line, Section
from shouwen.measures.evaluation.explanation.subject import Subject
from shouwen.measures.evaluation.explanation.summaries import summary
from shouwen.measures.evaluation.outcomes import Outcome, Outcomes
from shouwen.measures.evaluation.wording import Language

Writer = Callable[[Subject], Iterator[Line]]

_SECTIONS: tuple[tuple[str, str, str, Writer], ...] = (
    ("missing", "缺少的情况", "What is missing", missing.missing),
    ("clauses", "依据", "Clauses", sections.clauses),
    ("causes", "由来", "What it comes from", sections.causes),
    ("events", "经过", "What happened", sections.happenings),
    ("table", "查表", "Table", sections.table),
    ("clock", "期限", "Deadline", sections.clock),
    ("facts", "查明的情况", "Facts", sections.facts),
    ("steps", "计算", "Arithmetic", sections.steps),
    ("pending", "尚未计入", "Not counted yet", sections.pending),
    ("readings", "释义", "Readings", sections.readings),
)


def explain(outcome: Outcome | str, outcomes: Outcomes, language: Language = "zh") -> Explanation:
    """Why an outcome is what it is.

    Args:
        outcome: an outcome, or its id.
        outcomes: all that was said of the same history.
        language: ``zh`` or ``en``. Names of people and things stay as they are recorded.

    Raises:
        KeyError: for an id that none of the outcomes has.
    """
    found = outcomes.by_id(outcome) if isinstance(outcome, str) else outcome
    subject = Subject(found, outcomes, language)
    written = []
    for key, zh, en, writer in _SECTIONS:
        # The same sentence twice tells nothing more, even about two outcomes.
        lines = tuple({line.text: line for line in reversed([*writer(subject)])}.values())[::-1]
        if lines:
            written.append(Section(key, _title(subject, key, zh, en), lines))
    return Explanation(found.id, language, summary(subject), tuple(written))


def _title(subject: Subject, key: str, zh: str, en: str) -> str:
    if key == "steps" and subject.outcome.kind == "breach":
        return subject.say("认定", "Finding")
    return subject.say(zh, en)


__all__ = ["Explanation", "Line", "Section", "explain"]
