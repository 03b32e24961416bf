"""Days are counted on the calendar, and periods include both their ends."""

from __future__ import annotations

import datetime

import pytest
from helpers import examples
from hypothesis import given
from hypothesis import strategies as st

from engine.dates import Period, day_number, day_text, full_months

PERIODS = st.builds(
    lambda start, length: Period(start, None if length is None else start + length),
    st.integers(1, 60),
    st.none() | st.integers(0, 20),
)


@examples(200)
@given(st.dates())
def test_a_day_reads_back_as_itself(day: datetime.date) -> None:
    assert day_text(day_number(day.isoformat())) == day.isoformat()


def test_the_last_day_of_a_year_is_the_eve_of_the_next() -> None:
    assert day_number("2026-01-01") - day_number("2025-12-31") == 1
    assert day_number("2024-03-01") - day_number("2024-02-28") == 2


@pytest.mark.parametrize(
    "text",
    [
        "2026-02-30",
        "2025-02-29",
        "2026-13-01",
        "2026-00-10",
        "0000-01-01",
        "2026-1-1",
        "20260101",
        "2026-W01-1",
        "2026-01-01T00:00",
        " 2026-01-01",
        "2026-01-01\n",
        "２０２６-01-01",
        "昨天",
        "",
    ],
)
def test_what_is_not_a_day_of_the_calendar_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        day_number(text)


def test_a_period_holds_its_first_and_its_last_day_and_no_other() -> None:
    period = Period(10, 12)
    assert [day for day in range(8, 15) if period.holds(day)] == [10, 11, 12]
    assert not Period(10, None).holds(9) and Period(10, None).holds(3_652_059)


@examples(400)
@given(PERIODS, PERIODS)
def test_periods_meet_when_they_share_a_day(one: Period, other: Period) -> None:
    share = any(one.holds(day) and other.holds(day) for day in range(1, 100))
    assert one.meets(other) is share is other.meets(one)


@examples(400)
@given(PERIODS, PERIODS)
def test_days_within_two_periods_are_those_that_both_hold(one: Period, other: Period) -> None:
    both = one.within(other)
    for day in range(1, 100):
        assert (both is not None and both.holds(day)) is (one.holds(day) and other.holds(day))


@examples(400)
@given(PERIODS, st.lists(PERIODS, max_size=4))
def test_what_no_part_covers_is_what_is_left(whole: Period, parts: list[Period]) -> None:
    left = list(whole.without(parts))
    for day in range(1, 100):
        bare = whole.holds(day) and not any(part.holds(day) for part in parts)
        assert any(each.holds(day) for each in left) is bare
    ends = [each.end for each in left]
    assert all(
        end is not None and end + 1 < later.start
        for end, later in zip(ends, left[1:], strict=False)
    )


def test_months_are_counted_in_full() -> None:
    start = day_number("2025-08-31")
    assert full_months(start, day_number("2025-09-30")) == 0
    assert full_months(start, day_number("2025-10-01")) == 1
    assert full_months(start, day_number("2026-08-31")) == 12
    assert full_months(day_number("2026-08-31"), start) == -12


def test_a_period_as_data_names_its_days() -> None:
    open_end = Period(day_number("2021-09-01"), None)
    assert open_end.document() == {"from": "2021-09-01", "until": None}
    closed = Period(day_number("2020-01-01"), day_number("2025-12-31"))
    assert closed.document() == {"from": "2020-01-01", "until": "2025-12-31"}
