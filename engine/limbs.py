"""The grounds of a procedure, asked of an answer: amounts against bounds, measures imposed, and
stated facts, in three-valued logic."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import NamedTuple

from engine.conditions import compile_condition, tests_of
from engine.facts import Value, Values
from engine.model import AmountTest, Limb
from engine.result import Imposed, Outcome, Result
from engine.subjects import Subject, answers_of, decision_day, may_punish, punishing
from engine.truth import Truth, all_of, any_of, negate

# What procedures may read of the outcome, besides the facts stated.
PSEUDO = frozenset({"fine", "confiscated", "party_kind"})
_COMPARE: dict[str, Callable[[int, int], bool]] = {
    "at_least": lambda amount, bound: amount >= bound,
    "above": lambda amount, bound: amount > bound,
    "at_most": lambda amount, bound: amount <= bound,
    "below": lambda amount, bound: amount < bound,
}


class Found(NamedTuple):
    """A limb asked: `undetermined` for want of a verified bound, `silent` for want of stated facts;
    `start` and `end` in fen where a range straddles the bound; the facts it rests on."""

    truth: Truth
    undetermined: bool
    silent: bool
    start: int | None
    end: int | None
    facts: tuple[tuple[str, Value | None], ...]


def try_limb(limb: Limb, subject: Subject, result: Result) -> Found:
    """What a limb comes to for a subject: every part that is there must hold."""
    truths: list[Truth] = []
    reach = _Reach(True)
    if limb.amount is not None:
        reach = _reaches(limb.amount, subject, result)
        truths.append(reach.truth)
    if limb.imposes:
        truths.append(imposes(limb.imposes, subject))
    if limb.imposes_only is not None:
        truths.append(_imposes_only(limb.imposes_only, subject))
    rest = all_of(truths)
    asked = _ask(limb, subject)
    truth = all_of((rest, asked.truth))
    # What hangs on facts that nobody stated is reported as not examined.
    silent = asked.silent and rest is not False
    undetermined = truth is None and not reach.known and not silent
    if truth is not None:
        return Found(truth, False, silent, None, None, asked.facts)
    start = reach.start if reach.start is not None else asked.start
    return Found(truth, undetermined, silent, start, reach.end, asked.facts)


def _ask(limb: Limb, subject: Subject) -> Found:
    """The limb's condition on stated facts, for any of the violations it may rest on."""
    if not limb.reads:
        return Found(True, False, False, None, None, ())
    stated = [name for name in limb.reads if name in subject.stated]
    own = [name for name in limb.reads if name not in PSEUDO]
    if not stated and len(own) == len(limb.reads):
        return Found(limb.unstated, False, limb.unstated is not True, None, None, ())
    worlds = [{**limb.taken, **values} for values in subject.worlds]
    truth = any_of(limb.ask(values) for values in worlds)
    telling = [values for values in worlds if limb.ask(values) is truth]
    facts = min(
        (tuple((name, values[name]) for name in stated if name in values) for values in telling),
        key=repr,
        default=(),
    )
    silent = truth is not True and bool(own) and not stated
    bound = _bound(limb, worlds) if truth is None else None
    return Found(truth, False, silent, bound, None, facts)


def _bound(limb: Limb, worlds: list[Values]) -> int | None:
    """The fine from which a condition on it would hold, where that is what leaves it open."""
    for test in tests_of(limb.when):
        if test.fact == "fine" and isinstance(test.operand, int):
            ask = compile_condition(test)
            if test.operand > 0 and any(ask(values) is None for values in worlds):
                return test.operand
    return None


class _Reach(NamedTuple):
    """Whether an amount meets its bound; where the range straddles it, from which amount on, or up
    to which; `known` is False where the bound has no verified value."""

    truth: Truth
    start: int | None = None
    end: int | None = None
    known: bool = True


def _reaches(test: AmountTest, subject: Subject, result: Result) -> _Reach:
    bound = test.fen if test.parameter is None else _parameter(test.parameter, result)
    money = subject.fine if test.of == "fine" else subject.confiscated
    if money.hi == 0:
        return _Reach(False)
    if bound is None:
        return _Reach(None, known=False)
    compare, rising = _COMPARE[test.op], test.op in ("at_least", "above")
    low = compare(1 if money.lo is None else money.lo, bound)
    high = rising if money.hi is None else compare(money.hi, bound)
    if low is high:
        return _Reach(low)
    if rising:
        return _Reach(None, start=bound + (test.op == "above"))
    return _Reach(None, end=bound - (test.op == "below"))


def _parameter(name: str, result: Result) -> int | None:
    """The verified value in force at the decision (the latest, where the case has no day)."""
    day = decision_day(result)
    known = [
        (period.start, fen)
        for period, fen, status in result.rule_set.parameters[name].values
        if status == "verified" and (period.end is None if day is None else period.holds(day))
    ]
    return max(known)[1] if known else None


def imposes(kinds: frozenset[str], subject: Subject) -> Truth:
    """Whether one of the measures is imposed: for certain, possibly, or not."""
    return any_of(
        _has(outcome, lambda one: bool(kinds.intersection(one.kinds)), kinds.issuperset)
        for outcome in subject.outcomes
        if may_punish(outcome)
    )


def _imposes_only(kinds: frozenset[str], subject: Subject) -> Truth:
    """Whether no measure that punishes lies outside the list."""
    return negate(
        any_of(
            _has(
                outcome,
                lambda one: punishing(one) and not kinds.issuperset(one.kinds),
                kinds.isdisjoint,
            )
            for outcome in subject.outcomes
            if may_punish(outcome)
        )
    )


def _has(
    outcome: Outcome,
    wanted: Callable[[Imposed], bool],
    surely: Callable[[Iterable[str]], bool],
) -> Truth:
    """Whether an outcome has a wanted measure: in every answer, in some, or in none. One of
    several kinds is sure only where all the kinds are (`surely`)."""
    has = [[one for one in each.measures if wanted(one)] for each in answers_of(outcome)]
    if not any(has):
        return False
    firm = outcome.disposition == "penalize" and all(
        any(one.obligation == "shall" and surely(one.kinds) for one in each) for each in has
    )
    return True if firm else None
