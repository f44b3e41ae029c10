"""Duties that hang on a person: what they add up to is in many threads, so whoever asks about the
person keeps them (`Enacted.personal_rules`)."""

from __future__ import annotations

from shouwen.measures.evaluation import Outcomes
from shouwen.service.conduct.asking import Answer, answers
from shouwen.service.conduct.models import Subject
from shouwen.service.enactment.models import Thread
from shouwen.service.enactment.projecting import project_apart
from shouwen.service.enactment.projection import BreachState, ClockState, breaches_of, clocks_of


def keep_apart(subject: Subject, said: list[Answer]) -> None:
    """Keep the clocks and breaches of such duties, and withdraw what is said no more."""
    clocks: list[tuple[Thread, ClockState]] = []
    breaches: list[tuple[Thread, BreachState]] = []
    for answer in said:
        rules = answer.known.personal_rules
        if not rules:
            continue
        for state in clocks_of(answer.outcomes, rules):
            if (thread := _shown_under(subject, answer, state.id)) is not None:
                clocks.append((thread, state))
        for broken in breaches_of(answer.outcomes, rules):
            if (thread := _shown_under(subject, answer, broken.id)) is not None:
                breaches.append((thread, broken))
    if not (clocks or breaches or subject.apart):
        return
    subject.apart = project_apart(clocks, breaches, subject.apart)
    Subject.objects.filter(pk=subject.pk).update(apart=subject.apart)


def _shown_under(subject: Subject, answer: Answer, id_: str) -> Thread | None:
    """The thread of an outcome that is about a subject and that the answer's adoption decides.

    Whoever has the talk with someone bears the duty; it is about the other.
    """
    outcome = answer.outcomes.by_id(id_)
    if outcome.facts.get("person") != subject.name:
        return None
    thread = answer.thread_of(outcome)
    return thread if thread is not None and answer.decides(outcome, thread) else None


def asked_apart(thread: Thread, outcome: str) -> Outcomes | None:
    """What the measure says, where it says an outcome of this thread that hangs on a person; None
    where it says none."""
    for subject in Subject.objects.filter(apart__contains=[outcome]):
        for answer in answers(subject)[0]:
            if any(o.id == outcome for o in answer.outcomes):
                return answer.outcomes
    return None
