"""From what computed facts are to be, back to facts that a case can state.

A small search over whole numbers: every bound is narrowed by every computed fact until nothing
moves, then one number is tried at a time. It ends with numbers that do it, with the certainty that
there are none, or (Undecidable) with neither.
"""

from __future__ import annotations

import calendar
import itertools
from collections.abc import Iterator
from fractions import Fraction
from functools import cache

from engine.facts import WHOLE, Number, Span, Values
from engine.model import Derived, RuleSet

# So many numbers are tried for one combination, and for all of a space, before a question is left
# open.
MAX_TRIES = 5_000
MAX_TRIES_IN_ALL = 20_000
# How often bounds may narrow each other before a number is tried.
MAX_ROUNDS = 40
# The months after which the Gregorian calendar repeats.
CYCLE = 4800

Box = tuple[int, int]
Boxes = dict[str, Box]


class Undecidable(Exception):
    """Neither found nor excluded within the tries allowed."""


class _Empty(Exception):
    """No number is left for some fact."""


class Sources:
    """The facts behind some computed numbers, and how these bind them."""

    def __init__(self, rule_set: RuleSet, computed: Iterator[str] | list[str]) -> None:
        self._rule_set = rule_set
        wanted = set(_closure(list(computed), rule_set))
        self._derived = [each for name, each in rule_set.derived.items() if name in wanted]
        self.names = [
            name
            for name in dict.fromkeys(one for each in self._derived for one in each.inputs)
            if name not in rule_set.derived
        ]
        self._left = MAX_TRIES_IN_ALL
        # What divides, or comes first, is tried first: the rest then has exact bounds.
        first = [each.inputs[-1] for each in self._derived if each.kind == "ratio"]
        first += [each.inputs[0] for each in self._derived if each.kind in ("days", "months")]
        self._order = [name for name in dict.fromkeys([*first, *self.names]) if name in self.names]

    def find(self, wanted: Values, day: int) -> Values | None:
        """Values of the facts behind that give every wanted span, or None where there are none; a
        share that is not wanted at all is to be of nothing, and so unknown. Dates are looked for
        from `day` on. Raises Undecidable."""
        boxes, shares = self._boxes(wanted)
        waiting, left = [boxes], min(MAX_TRIES, self._left)
        while waiting:
            boxes = waiting.pop()
            left, self._left = left - 1, self._left - 1
            if left < 0:
                raise Undecidable
            try:
                self._narrow(boxes, shares)
            except _Empty:
                continue
            name = next((each for each in self._order if boxes[each][0] < boxes[each][1]), None)
            if name is None:
                found: Values = {each: Span(*boxes[each]) for each in self.names}
                if self._gives(found, wanted):
                    return found
                continue
            lo, hi = boxes[name]
            dated = self._rule_set.facts[name].type == "date"
            value = min(max(lo, day), hi) if dated else lo
            rest = [*_halves(lo, value - 1), *_halves(value + 1, hi)]
            waiting += [boxes | {name: part} for part in (*rest, (value, value))]
        return None

    def _boxes(self, wanted: Values) -> tuple[Boxes, dict[str, Span]]:
        boxes: Boxes = {}
        shares: dict[str, Span] = {}
        for name in (*self.names, *(each.name for each in self._derived)):
            fact = self._rule_set.facts[name]
            value = wanted.get(name)
            span = value if isinstance(value, Span) else Span(fact.lo, fact.hi)
            if not fact.fractional:
                boxes[name] = (int(span.lo), int(span.hi))
            elif isinstance(value, Span):
                shares[name] = value
        return boxes, shares

    def _gives(self, found: Values, wanted: Values) -> bool:
        values = dict(found)
        for each in self._derived:
            value, within = each.compute(values), wanted.get(each.name)
            if not isinstance(value, Span):
                if each.kind != "ratio" or within is not None:
                    return False
                continue
            values[each.name] = value
            if isinstance(within, Span) and not _lies_in(value.lo, within):
                return False
        return True

    def _narrow(self, boxes: Boxes, shares: dict[str, Span]) -> None:
        for _ in range(MAX_ROUNDS):
            before = dict(boxes)
            for each in self._derived:
                if each.kind == "ratio" and each.name not in shares:
                    _bound(boxes, each.inputs[1], hi=0)
                elif each.kind == "ratio":
                    _narrow_ratio(each, boxes, shares[each.name])
                elif each.kind == "sum":
                    _narrow_sum(each, boxes)
                else:
                    _narrow_time(each, boxes)
            if boxes == before:
                return


def _halves(lo: int, hi: int) -> Iterator[Box]:
    """What is left to try, the lower half last, for the last is tried first."""
    middle = (lo + hi) // 2
    if middle < hi:
        yield middle + 1, hi
    if lo <= middle:
        yield lo, middle


def _closure(names: list[str], rule_set: RuleSet) -> Iterator[str]:
    for name in names:
        yield name
        inputs = rule_set.derived[name].inputs
        yield from _closure([each for each in inputs if each in rule_set.derived], rule_set)


def _lies_in(number: Number, span: Span) -> bool:
    """Whether a number lies in a cell; an end halfway between two steps leaves the step out."""
    low, high = _open(span.lo), _open(span.hi)
    above = number > span.lo // 1 if low else number >= span.lo
    below = number < span.hi // 1 + 1 if high else number <= span.hi
    return above and below


def _open(end: Number) -> bool:
    return isinstance(end, Fraction) and end.denominator != 1


def _bound(boxes: Boxes, name: str, lo: int | None = None, hi: int | None = None) -> None:
    low, high = boxes[name]
    low = low if lo is None else max(low, lo)
    high = high if hi is None else min(high, hi)
    if low > high:
        raise _Empty
    boxes[name] = (low, high)


def _narrow_sum(each: Derived, boxes: Boxes) -> None:
    lows = sum(boxes[name][0] for name in each.inputs)
    highs = sum(boxes[name][1] for name in each.inputs)
    _bound(boxes, each.name, lows, highs)
    low, high = boxes[each.name]
    for name in each.inputs:
        own = boxes[name]
        _bound(boxes, name, low - (highs - own[1]), high - (lows - own[0]))
        lows += boxes[name][0] - own[0]
        highs += boxes[name][1] - own[1]


def _narrow_time(each: Derived, boxes: Boxes) -> None:
    """Days and months between the same two dates narrow one distance, in days."""
    start, end = each.inputs
    apart = f"{start} {end}"
    boxes.setdefault(apart, (boxes[end][0] - boxes[start][1], boxes[end][1] - boxes[start][0]))
    low, high = boxes[each.name]
    if each.kind == "months":
        low, high = _fewest_days(low), -_fewest_days(-high)
    _bound(boxes, apart, low, high)
    low, high = boxes[apart]
    _bound(boxes, end, boxes[start][0] + low, boxes[start][1] + high)
    _bound(boxes, start, boxes[end][0] - high, boxes[end][1] - low)
    _bound(boxes, apart, boxes[end][0] - boxes[start][1], boxes[end][1] - boxes[start][0])
    if each.kind == "days":
        _bound(boxes, each.name, *boxes[apart])


def _fewest_days(months: int) -> int:
    """The fewest days from one day to another that are so many full months apart, or more."""
    if months <= 0:
        return 1 - _runs(1 - months)[1]
    return _runs(months)[0]


@cache
def _runs(months: int) -> tuple[int, int]:
    """The shortest and the longest run of so many calendar months, in days."""
    cycles, rest = divmod(months, CYCLE)
    ends = _month_ends()
    runs = [ends[at + rest] - ends[at] for at in range(CYCLE)]
    return cycles * ends[CYCLE] + min(runs), cycles * ends[CYCLE] + max(runs)


@cache
def _month_ends() -> list[int]:
    """The days before each month of two cycles."""
    lengths = [calendar.monthrange(2000 + at // 12, at % 12 + 1)[1] for at in range(CYCLE)]
    return list(itertools.accumulate(lengths * 2, initial=0))


def _narrow_ratio(each: Derived, boxes: Boxes, share: Span) -> None:
    """n/d between two shares, either end left out where it is open; d is never 0."""
    of, to = each.inputs
    low, high = Fraction(share.lo // 1), Fraction(share.hi)
    open_low, open_high = _open(share.lo), _open(share.hi)
    if open_high:
        high = Fraction(share.hi // 1 + 1)
    low, high = low / WHOLE, high / WHOLE
    _bound(boxes, to, lo=1)
    _bound(boxes, of, *_ends(low * boxes[to][0], high * boxes[to][1], open_low, open_high))
    if high > 0:
        least, _ = _ends(boxes[of][0] / high, Fraction(0), open_high, False)
        _bound(boxes, to, lo=least)
    if low > 0:
        _, most = _ends(Fraction(0), boxes[of][1] / low, False, open_low)
        _bound(boxes, to, hi=most)
        if low == high:
            step = low.denominator
            _bound(boxes, to, -(-boxes[to][0] // step) * step, boxes[to][1] // step * step)


def _ends(low: Fraction, high: Fraction, open_low: bool, open_high: bool) -> tuple[int, int]:
    """The whole numbers from low to high."""
    least = low.numerator // low.denominator + 1 if open_low else -(-low // 1)
    most = -(-high // 1) - 1 if open_high else high // 1
    return int(least), int(most)
