"""Whom a procedure is about: a party under all violations, or a violation with all its parties,
and what the answer means for them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from engine.case import Party, Violation
from engine.derived import with_derived
from engine.facts import Span, Values
from engine.result import Decision, Money, Outcome, Result

_PUNISHING = ("penalize", "may_exempt", "open")


class Subject(NamedTuple):
    """A party under all violations, or one violation with all its parties.

    `punishable` are the outcomes of which a penalty may come, `measures` the kinds of measure that
    they may bring; `worlds` are the values stated, one for each violation (or party) they may be
    stated for, `stated` the names of them; `day` is the last stated day of decision.
    """

    party: str | None
    violation: str | None
    kinds: frozenset[str]
    outcomes: tuple[Outcome, ...]
    punishable: tuple[Outcome, ...]
    measures: frozenset[str]
    suspected: bool
    certain: bool
    worlds: tuple[Values, ...]
    stated: frozenset[str]
    fine: Money
    confiscated: Money
    day: int | None


def _parties(result: Result, sums: Iterable[tuple[str, Money]], known: _Known) -> Iterator[Subject]:
    for party, total in sums:
        outcomes = tuple([each for each in result.outcomes if each.party == party])
        named = next((each for each in result.case.parties if each.id == party), None)
        violations = _of(outcomes, result)
        worlds = [known.of(each, named) for each in violations]
        yield _subject(party, None, outcomes, worlds, total, _confiscated(outcomes, result), result)


def _violations(result: Result, known: _Known) -> Iterator[Subject]:
    for violation in result.case.violations:
        outcomes = tuple([each for each in result.outcomes if each.violation == violation.id])
        if not outcomes:
            continue
        worlds = [known.of(violation, None)]
        worlds += [known.of(violation, each) for each in result.case.parties if each.facts]
        unknown = Money(0, None)
        yield _subject(None, violation.id, outcomes, worlds, unknown, unknown, result)


def _subject(
    party: str | None,
    violation: str | None,
    outcomes: tuple[Outcome, ...],
    worlds: list[Values],
    fine: Money,
    confiscated: Money,
    result: Result,
) -> Subject:
    kinds = frozenset([result.rule_set.roles[each.role][1] for each in outcomes])
    punishable = tuple([each for each in outcomes if may_punish(each)])
    pseudo: Values = {
        "fine": _span(fine),
        "confiscated": _span(confiscated),
        "party_kind": kinds,
    }
    return Subject(
        party,
        violation,
        kinds,
        outcomes,
        punishable,
        _kinds(punishable),
        any([each.disposition != "not_established" for each in outcomes]),
        any([must_punish(each) for each in outcomes]),
        tuple([values | pseudo for values in worlds]),
        frozenset().union(*worlds),
        fine,
        confiscated,
        decision_day(result),
    )


def _of(outcomes: tuple[Outcome, ...], result: Result) -> list[Violation]:
    ids = {each.violation for each in outcomes}
    return [each for each in result.case.violations if each.id in ids]


class _Known:
    """What is stated of violations and parties, and what follows from it; parties that state
    nothing share what is stated of the violation."""

    def __init__(self, result: Result) -> None:
        self._result = result
        self._found: dict[tuple[str, str | None], Values] = {}

    def of(self, violation: Violation, party: Party | None) -> Values:
        """The values for a violation and a party; not to be changed."""
        key = (violation.id, party.id if party is not None and party.facts else None)
        if key not in self._found:
            own = party.facts if party is not None else {}
            stated = {**self._result.case.facts, **violation.facts, **own}
            self._found[key] = with_derived(stated, self._result.rule_set.derived)
        return self._found[key]


def _kinds(outcomes: Iterable[Outcome]) -> frozenset[str]:
    """The kinds of measure that outcomes may bring."""
    listed = [one.kinds for outcome in outcomes for one in outcome.measures]
    for outcome in outcomes:
        for each in outcome.possible:
            listed += [one.kinds for one in each.decision.measures]
    return frozenset().union(*listed)


def _confiscated(outcomes: tuple[Outcome, ...], result: Result) -> Money:
    """What is confiscated from a party in all; the same thing under several norms once."""
    lows: dict[object, int] = {}
    highs: dict[object, int | None] = {}
    for outcome in outcomes:
        for answer in answers_of(outcome):
            if answer.disposition not in _PUNISHING:
                continue
            for measure in answer.measures:
                if measure.amount is not None:
                    key = (_act(outcome.violation, result), measure.kinds)
                    lows[key] = max(lows.get(key, 0), measure.amount.lo or 0)
                    high = measure.amount.hi
                    before = highs.get(key, 0)
                    highs[key] = None if high is None or before is None else max(before, high)
    if not highs:
        return Money(0, 0)
    known = [each for each in highs.values() if each is not None]
    sure = not any(outcome.possible for outcome in outcomes)
    return Money(
        sum(lows.values()) if sure else 0, sum(known) if len(known) == len(highs) else None
    )


def _act(violation: str, result: Result) -> str:
    act = next(each.act for each in result.case.violations if each.id == violation)
    return act or f"violation {violation}"


def answers_of(outcome: Outcome) -> list[Outcome | Decision]:
    """The answers an outcome may still come to, or the one it is."""
    if not outcome.possible:
        return [outcome]
    return [each.decision for each in outcome.possible]


def may_punish(outcome: Outcome) -> bool:
    """Whether a penalty may come of it."""
    if not outcome.possible:
        return outcome.disposition in _PUNISHING
    return any([each.decision.disposition in _PUNISHING for each in outcome.possible])


def must_punish(outcome: Outcome) -> bool:
    """Whether a penalty is certain, whatever is still open."""
    return all([each.disposition == "penalize" for each in answers_of(outcome)]) and (
        outcome.obligation == "shall"
        or any(each.effect == "not_replaced" for each in outcome.alternatives)
        or any(each.obligation == "shall" and each.punishes for each in outcome.measures)
    )


def _span(money: Money) -> Span:
    high = money.hi if money.hi is not None else 10**15
    return Span(1 if money.lo is None else money.lo, high)


def decision_day(result: Result) -> int | None:
    """The last stated day of decision; None without one."""
    days = [each.dates.decided_on for each in result.case.violations if each.dates.decided_on]
    return max(days, default=None)


def subjects(result: Result, sums: Iterable[tuple[str, Money]]) -> Iterator[Subject]:
    """Every party, with what it is to pay in all, and every violation of a result."""
    known = _Known(result)
    yield from _parties(result, sums, known)
    yield from _violations(result, known)
