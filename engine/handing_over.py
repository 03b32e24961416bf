"""What is another authority's business: the referrals that the outcomes themselves call for."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

from engine.result import Decision, Office, Outcome, Result, Step
from engine.subjects import answers_of


def handed_over(result: Result) -> Iterator[Step]:
    """Referrals that the outcomes themselves call for: penalties that are not the authority's,
    and measures that another organ decides; required where every answer calls for them."""
    for outcome in result.outcomes:
        answers = answers_of(outcome)
        called = Counter(each for answer in answers for each in _handed(answer, result))
        for (code, to), count in called.items():
            maybe = code == "measure_by_other" and _only_gravest(outcome, to[0])
            state = "required" if count == len(answers) and not maybe else "depends"
            yield Step(None, "referral", code, outcome.party, outcome.violation, state, to=to)


def _handed(answer: Outcome | Decision, result: Result) -> Iterator[tuple[str, Office]]:
    if answer.outside is not None:
        yield "case_handed_over", answer.outside
        return
    for other in dict.fromkeys(answer.elsewhere):
        yield "case_handed_over", other
    for organ in _organs(answer, result):
        yield "measure_by_other", (organ, None)


def _organs(answer: Outcome | Decision, result: Result) -> Iterable[str]:
    named = dict.fromkeys([each.by for each in answer.measures if each.by is not None])
    if not named:
        return ()
    own = {each.organ for each in result.rule_set.layers} | {result.case.authority.organ}
    return [each for each in named if each not in own]


def _only_gravest(outcome: Outcome, organ: str | None) -> bool:
    """Whether an organ decides nothing but the gravest step of a measure that may stop short."""
    own = [one for each in answers_of(outcome) for one in each.measures if one.by == organ]
    return bool(own) and all(each.form == "up_to" for each in own)
