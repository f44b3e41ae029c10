"""What a decision may be: inside what the measure offers, by whom it does not concern, under the
measure in force."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from zoneinfo import ZoneInfo

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from shouwen.measures.evaluation import wording
from shouwen.measures.evaluation.consequences import contains
from shouwen.measures.evaluation.outcomes import ConsequenceOutcome
from shouwen.measures.language.model import Measure
from shouwen.service.conduct.asking import Answer, answers
from shouwen.service.conduct.models import Decision, Proposal
from shouwen.service.enactment.enacted import NotInForce, in_force
from shouwen.service.enactment.models import Thread
from shouwen.service.enactment.texts import base_of
from shouwen.service.measurebook.words import language
from shouwen.service.ui.words import listed


@dataclass(frozen=True)
class Chosen:
    """What someone chose: amounts as written, acts ordered among those that may be, or nothing at
    all (`waived`); and why."""

    reason: str
    amounts: Mapping[str, str] = field(default_factory=dict)
    acts: frozenset[str] = frozenset()
    waived: bool = False


@dataclass(frozen=True)
class Open:
    """A proposal as if nobody had decided it: what may be chosen."""

    answer: Answer
    outcome: ConsequenceOutcome
    thread: Thread


def standing(outcome: str) -> Decision | None:
    """The decision that stands for a proposal, if any."""
    return Decision.objects.filter(outcome=outcome).order_by("-id").first()


def opened(proposal: Proposal) -> Open:
    """Ask the measure about a proposal, its own decisions left out.

    Raises:
        ValidationError: when the measure no longer says so, or cannot say for lack of facts, or
            was not in force for the organisation on the day of the act.
    """
    said, _found = answers(proposal.subject, without=proposal.outcome)
    for answer in said:
        for outcome, thread in answer.consequences():
            if outcome.id == proposal.outcome:
                _decidable(answer, outcome)
                return Open(answer, outcome, thread)
    raise ValidationError(
        _("The measure no longer says this; an event was corrected since. Look at the list again.")
    )


def _decidable(answer: Answer, outcome: ConsequenceOutcome) -> None:
    if outcome.status == "unknown":
        missing = listed(sorted(outcome.missing))
        raise ValidationError(
            _("It cannot be decided yet, facts are missing: %(facts)s. Register them first.")
            % {"facts": missing}
        )
    zone = ZoneInfo(answer.adoption.organisation.zone)
    at = outcome.at.astimezone(zone)
    try:
        adopted = in_force(at)
    except NotInForce as error:
        raise ValidationError(
            _("No measure was in force on %(day)s, the day of the act: nothing can be decided.")
            % {"day": f"{at:%Y-%m-%d}"}
        ) from error
    if base_of(adopted.measure) != base_of(answer.adoption.measure):
        raise ValidationError(
            _("Another measure was in force on %(day)s, the day of the act.")
            % {"day": f"{at:%Y-%m-%d}"}
        )


def checked(found: Open, chosen: Chosen) -> tuple[dict[str, Decimal], list[str]]:
    """What was chosen as numbers and acts.

    Raises:
        ValidationError: for no reason, an amount outside its range or none at all, an act that
            the measure does not offer; all that is wrong at once.
    """
    outcome, measure = found.outcome, found.answer.known.measure
    faults = [] if chosen.reason.strip() else [_("Give reasons.")]
    if chosen.waived:
        _raise(faults)
        return {}, []
    amounts: dict[str, Decimal] = {}
    for name, offered in outcome.amounts.items():
        label = wording.pick(measure.vocabulary.quantities[name].label, language())
        text = chosen.amounts.get(name, "").strip()
        if not text and isinstance(offered, Decimal):
            amounts[name] = offered
            continue
        value = _number(text)
        if value is None:
            faults.append(_("%(what)s: say how much, as a number.") % {"what": label})
        elif not contains(offered, value):
            faults.append(
                _("%(what)s: %(value)s lies outside %(range)s.")
                % {"what": label, "value": wording.number(value),
                   "range": wording.quantity(measure, name, offered, language())}
            )  # fmt: skip
        elif value.as_tuple().exponent < -2:  # type: ignore[operator]
            faults.append(_("%(what)s: at most two decimals.") % {"what": label})
        else:
            amounts[name] = value
    acts, more = _acts(outcome, chosen, measure)
    _raise(faults + more)
    return amounts, acts


def _acts(
    outcome: ConsequenceOutcome, chosen: Chosen, measure: Measure
) -> tuple[list[str], list[str]]:
    strange = sorted(chosen.acts - outcome.acts.keys())
    faults = [_("The measure does not offer this here: %(acts)s.") % {"acts": ", ".join(strange)}]
    ordered = [n for n, given in outcome.acts.items() if given != "may" or n in chosen.acts]
    return ordered, faults if strange else []


def _number(text: str) -> Decimal | None:
    try:
        found = Decimal(text.replace(",", "").replace("，", ""))
    except InvalidOperation:
        return None
    return found if found.is_finite() and found.adjusted() < 12 else None


def _raise(faults: list[str]) -> None:
    if faults:
        raise ValidationError(faults)
