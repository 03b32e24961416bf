"""Whom a procedure is about: a party under all violations, or a violation with all its parties,
and what the answer means for them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from engine.case import Party, Violation
from engine.concurrence import totals
from engine.facts import Span, Values
from engine.result import Decision, Imposed, Money, Outcome, Result

_PUNISHING = ("penalize", "may_exempt", "open")


class Subject(NamedTuple):
    """A party under all violations, or one violation with all its parties."""

    party: str | None
    violation: str | None
    kinds: frozenset[str]
    outcomes: tuple[Outcome, ...]
    suspected: bool
    punished: bool
    certain: bool
    worlds: tuple[Values, ...]
    stated: frozenset[str]
    fine: Money
    confiscated: Money


def _parties(result: Result) -> Iterator[Subject]:
    for party, total in totals(result.outcomes, result.case):
        outcomes = tuple(each for each in result.outcomes if each.party == party)
        named = next((each for each in result.case.parties if each.id == party), None)
        violations = _of(outcomes, result)
        worlds = [_stated(result, each, named) for each in violations]
        yield _subject(party, None, outcomes, worlds, total, _confiscated(outcomes, result), result)


def _violations(result: Result) -> Iterator[Subject]:
    for violation in result.case.violations:
        outcomes = tuple(each for each in result.outcomes if each.violation == violation.id)
        if not outcomes:
            continue
        worlds = [_stated(result, violation, None)]
        worlds += [_stated(result, violation, each) for each in result.case.parties if each.facts]
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
    kinds = frozenset(result.rule_set.roles[each.role][1] for each in outcomes)
    stated = frozenset(name for values in worlds for name in values)
    pseudo: Values = {
        "fine": _span(fine),
        "confiscated": _span(confiscated),
        "party_kind": kinds,
    }
    for values in worlds:
        values |= pseudo
    return Subject(
        party,
        violation,
        kinds,
        outcomes,
        any(each.disposition != "not_established" for each in outcomes),
        any(may_punish(each) for each in outcomes),
        any(must_punish(each) for each in outcomes),
        tuple(worlds),
        stated,
        fine,
        confiscated,
    )


def _of(outcomes: tuple[Outcome, ...], result: Result) -> list[Violation]:
    ids = {each.violation for each in outcomes}
    return [each for each in result.case.violations if each.id in ids]


def _stated(result: Result, violation: Violation, party: Party | None) -> Values:
    """What is stated of a violation and a party, and what follows from it."""
    values = dict(result.case.facts | violation.facts)
    if party is not None:
        values |= party.facts
    for name, derived in result.rule_set.derived.items():
        value = derived.compute(values)
        if value is not None:
            values[name] = value
    return values


def _confiscated(outcomes: tuple[Outcome, ...], result: Result) -> Money:
    """What is confiscated from a party in all; the same thing under several norms once."""
    acts = {each.id: each.act or f"violation {each.id}" for each in result.case.violations}
    lows: dict[object, int] = {}
    highs: dict[object, int | None] = {}
    for outcome in outcomes:
        for answer in answers_of(outcome):
            if answer.disposition not in _PUNISHING:
                continue
            for measure in answer.measures:
                if measure.amount is not None:
                    key = (acts[outcome.violation], measure.kinds)
                    lows[key] = max(lows.get(key, 0), measure.amount.lo or 0)
                    high = measure.amount.hi
                    before = highs.get(key, 0)
                    highs[key] = None if high is None or before is None else max(before, high)
    known = [each for each in highs.values() if each is not None]
    sure = not any(outcome.possible for outcome in outcomes)
    return Money(
        sum(lows.values()) if sure else 0, sum(known) if len(known) == len(highs) else None
    )


def answers_of(outcome: Outcome) -> list[Outcome | Decision]:
    """The answers an outcome may still come to, or the one it is."""
    found: list[Outcome | Decision] = [each.decision for each in outcome.possible]
    return found or [outcome]


def may_punish(outcome: Outcome) -> bool:
    """Whether a penalty may come of it."""
    return any(each.disposition in _PUNISHING for each in answers_of(outcome))


def must_punish(outcome: Outcome) -> bool:
    """Whether a penalty is certain, whatever is still open."""
    return all(each.disposition == "penalize" for each in answers_of(outcome)) and (
        outcome.obligation == "shall"
        or any(each.effect == "not_replaced" for each in outcome.alternatives)
        or any(each.obligation == "shall" and punishing(each) for each in outcome.measures)
    )


def punishing(measure: Imposed) -> bool:
    """Whether a measure is a penalty or discipline, not an order or a duty."""
    return measure.nature in ("penalty", "discipline")


def _span(money: Money) -> Span:
    high = money.hi if money.hi is not None else 10**15
    return Span(1 if money.lo is None else money.lo, high)


def decision_day(result: Result) -> int | None:
    """The last stated day of decision; None without one."""
    days = [each.dates.decided_on for each in result.case.violations if each.dates.decided_on]
    return max(days, default=None)


def subjects(result: Result) -> Iterator[Subject]:
    """Every party and every violation of a result."""
    yield from _parties(result)
    yield from _violations(result)
