"""Derived facts against brute force: every case that the spans allow is computed one by one."""

from __future__ import annotations

import datetime
import itertools
from fractions import Fraction

import pytest
from helpers import FICTION, engine_for, evaluate, examples, party
from hypothesis import given
from hypothesis import strategies as st

from engine.dates import day_number
from engine.evaluate import Engine
from engine.facts import Span, Value, Values

RULE_SET = engine_for(FICTION, "moon").rule_set
SMALL = st.tuples(st.integers(0, 6), st.integers(0, 6)).map(sorted).map(lambda pair: Span(*pair))


def compute(name: str, **values: Value) -> Value | None:
    return RULE_SET.derived[name].compute(values)


def inside(span: Span) -> range:
    return range(int(span.lo), int(span.hi) + 1)


def day(text: str) -> Span:
    return Span(day_number(text), day_number(text))


@examples(300)
@given(SMALL, SMALL)
def test_a_ratio_spans_every_quotient_and_no_more(of: Span, to: Span) -> None:
    result = compute("oxygen_gap", missing_oxygen=of, required_oxygen=to)
    if to.lo <= 0:
        assert result is None
        return
    quotients = [Fraction(a * 1_000_000, b) for a in inside(of) for b in inside(to)]
    assert result == Span(min(quotients), max(quotients))


def test_a_ratio_is_never_rounded() -> None:
    third = compute("oxygen_gap", missing_oxygen=Span(1, 1), required_oxygen=Span(3, 3))
    assert third == Span(Fraction(1_000_000, 3), Fraction(1_000_000, 3))
    tenth = compute(
        "oxygen_gap", missing_oxygen=Span(10**11, 10**11), required_oxygen=Span(10**12, 10**12)
    )
    assert tenth == Span(100_000, 100_000)
    assert isinstance(tenth, Span) and type(tenth.lo) is int


@examples(200)
@given(SMALL, SMALL)
def test_a_sum_spans_every_sum(deaths: Span, injuries: Span) -> None:
    sums = [a + b for a in inside(deaths) for b in inside(injuries)]
    assert compute("casualties", deaths=deaths, injuries=injuries) == Span(min(sums), max(sums))


def test_a_sum_is_at_least_what_is_known_of_it() -> None:
    assert compute("casualties") is None
    half = compute("casualties", deaths=Span(2, 4))
    most = RULE_SET.facts["casualties"].hi
    assert half == Span(2, most)
    assert RULE_SET.facts["casualties"].show(half).endswith("以上")


DATES = st.dates(datetime.date(2023, 11, 1), datetime.date(2025, 3, 31)).map(
    datetime.date.toordinal
)
PERIODS = st.builds(lambda start, length: Span(start, start + length), DATES, st.integers(0, 40))


def full_months(start: int, end: int) -> int:
    """Whole months by counting them off one at a time on the calendar."""
    if end < start:
        return -full_months(end, start)
    first, count = datetime.date.fromordinal(start), 0
    while True:
        year, month = divmod(first.year * 12 + first.month - 1 + count + 1, 12)
        try:
            due = datetime.date(year, month + 1, first.day)
        except ValueError:  # that month has no such day: it is full on the first of the next
            due = datetime.date(year + (month == 11), (month + 1) % 12 + 1, 1)
        if due.toordinal() > end:
            return count
        count += 1


@examples(200)
@given(PERIODS, PERIODS)
def test_days_between_span_every_difference(start: Span, end: Span) -> None:
    result = compute("days_expired", licence_expired_on=start, mined_on=end)
    found = [b - a for a in (start.lo, start.hi) for b in (end.lo, end.hi)]
    assert result == Span(min(found), max(found))


@examples(200)
@given(PERIODS, PERIODS)
def test_months_between_span_every_count(start: Span, end: Span) -> None:
    result = compute("months_expired", licence_expired_on=start, mined_on=end)
    found = [full_months(a, b) for a in inside(start)[::7] for b in inside(end)[::7]]
    assert isinstance(result, Span)
    assert result.lo <= min(found) and max(found) <= result.hi
    ends = [full_months(a, b) for a in (start.lo, start.hi) for b in (end.lo, end.hi)]
    assert result == Span(min(ends), max(ends))


@pytest.mark.parametrize(
    ("start", "end", "months"),
    [
        ("2026-01-01", "2026-01-31", 0),
        ("2026-01-01", "2026-02-01", 1),
        ("2026-01-15", "2026-07-14", 5),
        ("2026-01-15", "2026-07-15", 6),
        ("2025-12-31", "2026-12-31", 12),
        ("2024-02-29", "2025-03-01", 12),
        ("2026-03-01", "2026-02-01", -1),
        ("2026-03-01", "2026-02-02", 0),
    ],
)
def test_months_are_counted_from_day_to_the_same_day(start: str, end: str, months: int) -> None:
    result = compute("months_expired", licence_expired_on=day(start), mined_on=day(end))
    assert result == Span(months, months)


GRADES = st.fixed_dictionaries(
    {},
    optional={
        "deaths": st.tuples(st.integers(0, 12), st.integers(0, 12)).map(sorted).map(tuple),
        "direct_loss": st.lists(
            st.sampled_from([0, 99_999_999, 100_000_000, 499_999_999, 500_000_000, 10**14]),
            min_size=2,
            max_size=2,
        )
        .map(sorted)
        .map(tuple),
    },
)


def grade(deaths: int, fen: int) -> str:
    if deaths >= 10 or fen >= 500_000_000:
        return "major"
    return "larger" if deaths >= 3 or fen >= 100_000_000 else "general"


@examples(300)
@given(GRADES)
def test_a_grade_is_every_grade_still_possible_and_never_none(
    known: dict[str, tuple[int, int]],
) -> None:
    values: Values = {name: Span(*pair) for name, pair in known.items()}
    found = compute("accident_grade", **values)
    deaths = known.get("deaths", (0, 10**12))
    loss = known.get("direct_loss", (0, 10**14))
    points = (
        {0, 2, 3, 9, 10, *deaths},
        {0, 99_999_999, 100_000_000, 499_999_999, 500_000_000, *loss},
    )
    worlds = itertools.product(
        [each for each in points[0] if deaths[0] <= each <= deaths[1]],
        [each for each in points[1] if loss[0] <= each <= loss[1]],
    )
    assert isinstance(found, frozenset)
    assert found >= {grade(a, b) for a, b in worlds}
    if all(low == high for low, high in known.values()) and len(known) == 2:
        assert found == {grade(deaths[0], loss[0])}


def test_what_is_computed_from_the_unknown_is_unknown() -> None:
    assert compute("oxygen_gap", required_oxygen=Span(1, 1)) is None
    assert compute("days_expired", mined_on=day("2026-01-01")) is None


def test_an_interval_that_settles_the_grade_is_enough(moon: Engine) -> None:
    facts = {"deaths": {"from": 3, "to": 9}, "direct_loss": {"to": 4999999.99}}
    result = evaluate({"item": "moon-012", "facts": facts}, moon)
    assert result["status"] == "settled"
    assert party(result, "unit")["disposition"] == "penalize"
