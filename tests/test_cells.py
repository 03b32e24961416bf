"""Cells cut what is possible so that inside each of them every test has one answer."""

from __future__ import annotations

import dataclasses
import itertools
from fractions import Fraction
from typing import Any

import pytest
from helpers import FICTION, engine_for, examples
from hypothesis import given
from hypothesis import strategies as st

from engine.cells import cells, code, cuts_of
from engine.conditions import Test, compile_condition
from engine.facts import Fact, Number, Span

FACTS = engine_for(FICTION, "moon").rule_set.facts
COUNT = dataclasses.replace(FACTS["blasts"], name="x", hi=12)
SHARE = dataclasses.replace(FACTS["oxygen_gap"], name="x", lo=0, hi=12)
OPS = ("is", "is_not", "at_least", "above", "at_most", "below")

TESTS = st.lists(
    st.builds(Test, st.just("x"), st.sampled_from(OPS), st.integers(0, 12)), max_size=4
)
# Everything a number between 0 and 12 can be to whole thresholds: on one, or at some place between.
GRID = [Fraction(n, 4) for n in range(49)]


def tidy(number: Fraction) -> Number:
    return int(number) if number.denominator == 1 else number


@st.composite
def spans(draw: st.DrawFn, fact: Fact) -> Span:
    points = GRID if fact.fractional else [each for each in GRID if each.denominator == 1]
    low, high = sorted([draw(st.sampled_from(points)), draw(st.sampled_from(points))])
    return Span(tidy(low), tidy(high))


@examples(300)
@given(st.data(), st.sampled_from([COUNT, SHARE]), TESTS)
def test_each_point_lies_in_one_cell_and_each_cell_gives_each_test_one_answer(
    data: st.DataObject, fact: Fact, tests: list[Test]
) -> None:
    span = data.draw(spans(fact))
    parts = cells(fact, cuts_of(tests).get("x", ()), span)
    assert all(isinstance(part, Span) for part in parts)
    points = [tidy(each) for each in GRID if span.lo <= each <= span.hi]
    if not fact.fractional:
        points = [each for each in points if isinstance(each, int)]
    asks = [compile_condition(test) for test in tests]
    for point in points:
        within = [part for part in parts if code(part.lo) <= code(point) <= code(part.hi)]
        assert len(within) == 1
        for ask in asks:
            assert ask({"x": Span(point, point)}) is ask({"x": within[0]})
    for left, right in itertools.pairwise(parts):
        assert code(left.hi) < code(right.lo)
        told = [ask for ask in asks if ask({"x": left}) is not ask({"x": right})]
        assert told, "two cells that no test tells apart"


@examples(300)
@given(st.data(), st.sampled_from([COUNT, SHARE]), TESTS)
def test_a_cell_never_leaves_the_span_by_a_step(
    data: st.DataObject, fact: Fact, tests: list[Test]
) -> None:
    span = data.draw(spans(fact))
    for part in cells(fact, cuts_of(tests).get("x", ()), span):
        assert code(span.lo) <= code(part.lo) <= code(part.hi) <= code(span.hi)
        assert part.lo <= part.hi
        if not fact.fractional:
            assert span.lo <= part.lo and part.hi <= span.hi


@examples(500)
@given(st.sampled_from(GRID), st.integers(0, 12), st.sampled_from(["<", "<=", "==", ">=", ">"]))
def test_a_code_compares_with_a_threshold_as_its_number_does(
    number: Fraction, threshold: int, sign: str
) -> None:
    compare: Any = {
        "<": lambda a, b: a < b,
        "<=": lambda a, b: a <= b,
        "==": lambda a, b: a == b,
        ">=": lambda a, b: a >= b,
        ">": lambda a, b: a > b,
    }[sign]
    assert compare(number, threshold) is compare(code(tidy(number)), code(threshold))


@pytest.mark.parametrize(
    ("fact", "cuts", "value", "parts"),
    [
        ("overdue", (), None, [False, True]),
        ("overdue", (), True, [True]),
        (
            "damage",
            (),
            None,
            [frozenset({"none"}), frozenset({"minor"}), frozenset({"grave"})],
        ),
        ("damage", (), frozenset({"grave", "minor"}), [frozenset({"minor"}), frozenset({"grave"})]),
        ("blasts", (), Span(2, 5), [Span(2, 5)]),
        ("blasts", (6,), Span(2, 5), [Span(2, 2), Span(3, 5)]),  # at_least 3
        ("blasts", (6, 7), Span(2, 5), [Span(2, 2), Span(3, 3), Span(4, 5)]),  # is 3
        ("blasts", (6, 7), Span(3, 3), [Span(3, 3)]),
        ("illegal_gains", (20_000_000,), Span(0, 10**8), [Span(0, 9_999_999), Span(10**7, 10**8)]),
    ],
)
def test_the_cells_of_a_value(fact: str, cuts: tuple[int, ...], value: Any, parts: Any) -> None:
    assert cells(FACTS[fact], cuts, value) == parts


def test_a_share_exactly_on_the_border_is_a_cell_of_its_own() -> None:
    tests = [Test("x", "above", 10), Test("x", "at_least", 10)]
    below, on, over = cells(SHARE, cuts_of(tests)["x"], Span(Fraction(19, 2), Fraction(21, 2)))
    assert on == Span(10, 10)
    assert below.hi < 10 < over.lo
