"""Cutting what is possible into cells in which every test of a condition has one answer.

A number x is coded as 2·x when it is a whole step and 2·⌊x⌋+1 when it lies between two steps, so
each comparison with a whole threshold is an exact comparison of whole codes.
"""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction

from engine.conditions import Test
from engine.facts import Fact, Number, Span, Value

Cuts = dict[str, tuple[int, ...]]

_STARTS = {
    "at_least": (0,),
    "below": (0,),
    "above": (1,),
    "at_most": (1,),
    "is": (0, 1),
    "is_not": (0, 1),
}


def code(number: Number) -> int:
    """The whole code of a number in steps."""
    if isinstance(number, int):
        return 2 * number
    floor = number.numerator // number.denominator
    return 2 * floor + (number.denominator != 1)


def cuts_of(tests: Iterable[Test]) -> Cuts:
    """For each numeric fact, the sorted codes at which some test changes its answer."""
    found: dict[str, set[int]] = {}
    for test in tests:
        starts = found.setdefault(test.fact, set())
        if isinstance(test.operand, int) and not isinstance(test.operand, bool):
            starts.update(2 * test.operand + offset for offset in _STARTS[test.op])
    return {fact: tuple(sorted(starts)) for fact, starts in found.items()}


def cells(fact: Fact, cuts: tuple[int, ...], value: Value | None) -> list[Value]:
    """The parts of what is still possible; a single part means that every test is decided."""
    if fact.type == "flag":
        return [False, True] if value is None else [value]
    whole = fact.everything() if value is None else value
    if isinstance(whole, frozenset):
        return [frozenset({choice}) for choice in fact.choices if choice in whole]
    assert isinstance(whole, Span)
    return list(_span_cells(whole, cuts, on_grid=not fact.fractional))


def _span_cells(span: Span, cuts: tuple[int, ...], *, on_grid: bool) -> Iterable[Span]:
    low, high = code(span.lo), code(span.hi)
    starts = [low, *(cut for cut in cuts if low < cut <= high)]
    ends = [*(start - 1 for start in starts[1:]), high]
    for start, end in zip(starts, ends, strict=True):
        lo = span.lo if start == low else _number(start, on_grid=on_grid, up=True)
        hi = span.hi if end == high else _number(end, on_grid=on_grid, up=False)
        if lo <= hi:
            yield Span(lo, hi)
        elif not on_grid:
            yield Span(lo, lo)


def _number(coded: int, *, on_grid: bool, up: bool) -> Number:
    """A number with this code; on the grid, the nearest whole step inside the cell."""
    whole, between = divmod(coded, 2)
    if not between:
        return whole
    if not on_grid:
        return Fraction(coded, 2)
    return whole + 1 if up else whole
