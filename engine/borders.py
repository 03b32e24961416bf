"""Definite facts at the borders of conditions: which values may matter, and which of their
combinations make conditions come out as wanted.

A test of a computed fact is carried back to what it is computed from, so that every combination
found is one that a case can state.
"""

from __future__ import annotations

import math
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator
from fractions import Fraction
from typing import NamedTuple

from engine.cells import cells, cuts_of
from engine.conditions import Ask, Condition, Test, compile_condition, tests_of
from engine.dates import day_number, full_months
from engine.facts import MAGNITUDE, STEPS, Span, Value, Values
from engine.model import Derived, RuleSet

# From where days and months between two dates are counted where nothing else says so.
_FROM = day_number("2026-03-02")
# The least number of steps that shares are tried on.
_WHOLE = 100
# Which input is that which others are measured by.
_BASES = {"ratio": 1, "days": 0, "months": 0}
# Combinations tried before a search is given up.
MAX_STEPS = 20_000


class Goal(NamedTuple):
    """A condition and how it shall come out."""

    condition: Condition
    wanted: bool


_Asked = tuple[tuple[Ask, bool], ...]


class GivenUp(Exception):
    """More combinations than are worth trying."""


def border_values(tests: Iterable[Test], rule_set: RuleSet) -> dict[str, list[Value]]:
    """For each fact that a case may state and that the tests rest on, its definite values beside
    every border, the smallest first; but first of all the whole that a share is taken of, and the
    day that others are counted from."""
    by_fact: dict[str, list[Test]] = {}
    bases: dict[str, Value] = {}
    for test in tests:
        by_fact.setdefault(test.fact, []).append(test)
    for name, derived in reversed([*rule_set.derived.items()]):
        if name in by_fact:
            for each in derived.inputs:
                by_fact.setdefault(each, [])
            for test in _carried(derived, by_fact.pop(name), rule_set):
                by_fact[test.fact].append(test)
                if derived.kind in _BASES and test.fact == derived.inputs[_BASES[derived.kind]]:
                    assert isinstance(test.operand, int)
                    bases.setdefault(test.fact, Span(test.operand, test.operand))
    found = {name: _values(name, own, rule_set) for name, own in by_fact.items()}
    for name, base in bases.items():
        found[name] = [base, *(each for each in found[name] if each != base)]
    return found


def every_case(tests: Iterable[Test], rule_set: RuleSet) -> bool:
    """Whether the border values hold every case of the tests: not where shares, sums or times are
    worked out, of which only the cases beside the borders are tried."""
    waiting = [test.fact for test in tests]
    while waiting:
        derived = rule_set.derived.get(waiting.pop())
        if derived is not None:
            if derived.kind != "grade":
                return False
            waiting.extend(derived.inputs)
    return True


def _values(name: str, tests: list[Test], rule_set: RuleSet) -> list[Value]:
    fact = rule_set.facts[name]
    parts = cells(fact, cuts_of(tests).get(name, ()), None)
    spans = [each for each in parts if isinstance(each, Span)]
    if not spans:
        return parts
    numbers = dict.fromkeys(number for each in spans for number in (each.lo, each.hi))
    if fact.type == "date":
        # The first and the last day of the calendar are no borders of anything.
        numbers = dict.fromkeys(each for each in numbers if fact.lo < each < fact.hi)
        numbers = numbers or {max(fact.lo, min(_FROM, fact.hi)): None}
    most = MAGNITUDE * STEPS[fact.type]
    return [Span(number, number) for number in numbers if number < most]


# Back to what is stated -------------------------------------------------------------------


def _carried(derived: Derived, tests: list[Test], rule_set: RuleSet) -> Iterator[Test]:
    """Tests of the inputs whose borders hold those of the tests of a computed fact."""
    if derived.kind == "grade":
        for _, when in derived.rows:
            yield from tests_of(when)
        return
    bounds = [test.operand for test in tests if isinstance(test.operand, int)]
    yield from _CARRIERS[derived.kind](derived, bounds, rule_set)


def _to_sum(derived: Derived, bounds: list[int], rule_set: RuleSet) -> Iterator[Test]:
    least = {each: rule_set.facts[each].lo for each in derived.inputs}
    for name in derived.inputs:
        others = sum(least.values()) - least[name]
        for bound in bounds:
            yield _at(name, bound - others, rule_set)


def _to_ratio(derived: Derived, bounds: list[int], rule_set: RuleSet) -> Iterator[Test]:
    """A whole on which every bound falls on a step, and the parts at the bounds."""
    part, whole = derived.inputs
    shares = [Fraction(bound, 100 * STEPS["percent"]) for bound in bounds]
    even = math.lcm(1, *(share.denominator for share in shares))
    fact = rule_set.facts[whole]
    step = STEPS[fact.type]
    size = even * math.ceil(Fraction(max(_WHOLE * step, fact.lo, 1), even))
    size = max(1, fact.lo, min(size, fact.hi))
    yield Test(whole, "is", size)
    for share in shares:
        yield _at(part, math.floor(share * size), rule_set)
        yield _at(part, math.ceil(share * size), rule_set)


def _to_days(derived: Derived, bounds: list[int], rule_set: RuleSet) -> Iterator[Test]:
    first, last = derived.inputs
    yield _at(first, _FROM, rule_set)
    for bound in bounds:
        yield _at(last, _FROM + bound, rule_set)


def _to_months(derived: Derived, bounds: list[int], rule_set: RuleSet) -> Iterator[Test]:
    first, last = derived.inputs
    yield _at(first, _FROM, rule_set)
    fact = rule_set.facts[last]
    days = range(fact.lo, fact.hi + 1)
    for bound in bounds:
        for months in (bound, bound + 1):
            index = bisect_left(days, months, key=lambda day: full_months(_FROM, day))
            yield _at(last, fact.lo + index, rule_set)


def _at(name: str, number: int, rule_set: RuleSet) -> Test:
    """A test with its border at a number, or at the nearest one that the fact can be."""
    fact = rule_set.facts[name]
    return Test(name, "is", max(fact.lo, min(number, fact.hi)))


_CARRIERS: dict[str, Callable[[Derived, list[int], RuleSet], Iterator[Test]]] = {
    "sum": _to_sum,
    "ratio": _to_ratio,
    "days": _to_days,
    "months": _to_months,
}


# Searching --------------------------------------------------------------------------------


class Search:
    """Combinations of values under which goals come out as wanted; `candidates` are the values of
    each fact in the order they are tried. Facts that cannot hold together are never combined."""

    def __init__(self, candidates: dict[str, list[Value]], rule_set: RuleSet) -> None:
        self._candidates = candidates
        self._derived = [
            each
            for each in rule_set.derived.values()
            if not rule_set.roots(each.name).isdisjoint(candidates)
        ]
        self._conflicts = [
            each
            for each in rule_set.conflicts
            if not {test.fact for test in tests_of(each.when)}.isdisjoint(candidates)
        ]
        self._steps = 0

    def solutions(self, goals: Iterable[Goal], names: Iterable[str]) -> Iterator[Values]:
        """Each combination of the named facts that meets the goals, without what follows from it;
        raises GivenUp where the search takes too long."""
        self._steps = 0
        asked = tuple((compile_condition(each.condition), each.wanted) for each in goals)
        yield from self._walk({}, tuple(names), asked)

    def _walk(self, stated: Values, left: tuple[str, ...], goals: _Asked) -> Iterator[Values]:
        self._steps += 1
        if self._steps > MAX_STEPS:
            raise GivenUp
        values = self.complete(stated)
        if any(each.ask(values) is True for each in self._conflicts):
            return
        open_goals = []
        for ask, wanted in goals:
            truth = ask(values)
            if truth is (not wanted):
                return
            if truth is None:
                open_goals.append((ask, wanted))
        if not left:
            if not open_goals:
                yield stated
            return
        name, *rest = left
        for value in self._candidates[name]:
            yield from self._walk({**stated, name: value}, tuple(rest), tuple(open_goals))

    def complete(self, stated: Values) -> Values:
        """The values, and what follows from them."""
        values = dict(stated)
        for each in self._derived:
            value = each.compute(values)
            if value is not None:
                values[each.name] = value
        return values
