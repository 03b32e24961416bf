"""The grounds of a procedure, asked of an answer: amounts against bounds, measures imposed, and
stated facts, in three-valued logic."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import NamedTuple

from engine.conditions import compile_condition, tests_of
from engine.dates import Period
from engine.facts import Value, Values
from engine.general_rules import OUTCOME_FACTS, AmountTest, Limb
from engine.keeping import kept
from engine.model import Parameter, RuleSet
from engine.result import Imposed, Outcome
from engine.subjects import Subject, answers_of
from engine.truth import Truth, all_of, any_of, negate

PSEUDO = frozenset(OUTCOME_FACTS)
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


_FAILS = Found(False, False, False, None, None, ())
# A condition of whose facts none is stated, by what it is then.
_UNSTATED: dict[Truth, Found] = {
    truth: Found(truth, False, truth is not True, None, None, ()) for truth in (True, False, None)
}


def try_limb(limb: Limb, subject: Subject, rule_set: RuleSet) -> Found:
    """What a limb comes to for a subject: every part that is there must hold."""
    if limb.amount is None and not limb.imposes and limb.imposes_only is None:
        return _ask(limb, subject)
    reach = _HELD if limb.amount is None else _reaches(limb.amount, subject, rule_set)
    rest = reach.truth
    if rest is not False and limb.imposes:
        rest = all_of((rest, imposes(limb.imposes, subject)))
    if rest is not False and limb.imposes_only is not None:
        rest = all_of((rest, _imposes_only(limb.imposes_only, subject)))
    if rest is False:
        return _FAILS
    asked = _ask(limb, subject)
    truth = all_of((rest, asked.truth))
    if truth is not None:
        return Found(truth, False, asked.silent, None, None, asked.facts)
    # What hangs on facts that nobody stated is reported as not examined.
    undetermined = not reach.known and not asked.silent
    start = reach.start if reach.start is not None else asked.start
    return Found(None, undetermined, asked.silent, start, reach.end, asked.facts)


def unstated(limb: Limb) -> Found | None:
    """What a limb comes to where nobody stated what it asks; None where it asks the answer."""
    answer = limb.amount is not None or limb.imposes or limb.imposes_only is not None
    return None if answer or not PSEUDO.isdisjoint(limb.reads) else _UNSTATED[limb.unstated]


def _ask(limb: Limb, subject: Subject) -> Found:
    """The limb's condition on stated facts, for any of the violations it may rest on."""
    if subject.stated.isdisjoint(limb.reads):
        if PSEUDO.isdisjoint(limb.reads):
            return _UNSTATED[limb.unstated]
        stated = []
    else:
        stated = [name for name in limb.reads if name in subject.stated]
    worlds: Sequence[Values] = subject.worlds
    if limb.taken:
        worlds = [{**limb.taken, **values} for values in worlds]
    truths = [limb.ask(values) for values in worlds]
    truth = any_of(truths)
    facts = _telling(truth, truths, worlds, stated) if stated else ()
    silent = truth is not True and not stated and not PSEUDO.issuperset(limb.reads)
    bound = _bound(limb, worlds) if truth is None else None
    return Found(truth, False, silent, bound, None, facts)


def _telling(
    truth: Truth, truths: Iterable[Truth], worlds: Iterable[Values], stated: Iterable[str]
) -> tuple[tuple[str, Value | None], ...]:
    """The facts stated in a world that tells the truth of the whole."""
    return min(
        (
            tuple([(name, values[name]) for name in stated if name in values])
            for values, each in zip(worlds, truths, strict=True)
            if each is truth
        ),
        key=repr,
        default=(),
    )


def _bound(limb: Limb, worlds: Sequence[Values]) -> int | None:
    """The fine from which a condition on it would hold, where that is what leaves it open."""
    if "fine" not in limb.reads:
        return None
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


_HELD = _Reach(True)


def _reaches(test: AmountTest, subject: Subject, rule_set: RuleSet) -> _Reach:
    money = subject.fine if test.of == "fine" else subject.confiscated
    if money.hi == 0:
        return _Reach(False)
    bound = test.fen
    if test.parameter is not None:
        bound = _in_force(_verified(rule_set.parameters)[test.parameter], subject.day)
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


def _in_force(values: Sequence[tuple[Period, int]], day: int | None) -> int | None:
    """The value in force at the decision (the latest, where the case has no day)."""
    known = [(period.start, fen) for period, fen in values if period.in_force(day)]
    return max(known)[1] if known else None


@kept
def _verified(parameters: Mapping[str, Parameter]) -> dict[str, list[tuple[Period, int]]]:
    """The verified values of every parameter."""
    return {
        name: [(period, fen) for period, fen, status in each.values if status == "verified"]
        for name, each in parameters.items()
    }


def imposes(kinds: frozenset[str], subject: Subject) -> Truth:
    """Whether one of the measures is imposed: for certain, possibly, or not."""
    if kinds.isdisjoint(subject.measures):
        return False
    return any_of(
        _has(outcome, lambda one: not kinds.isdisjoint(one.kinds), kinds.issuperset)
        for outcome in subject.punishable
    )


def _imposes_only(kinds: frozenset[str], subject: Subject) -> Truth:
    """Whether no measure that punishes lies outside the list."""
    return negate(
        any_of(
            _has(
                outcome,
                lambda one: one.punishes and not kinds.issuperset(one.kinds),
                kinds.isdisjoint,
            )
            for outcome in subject.punishable
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
