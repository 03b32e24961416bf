"""Like cases beside each other: exact positions, the stated rule, the furthest pairs."""

from __future__ import annotations

import random
import statistics
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.consistency.answering import document, examined
from api.consistency.export import FINES, as_csv, as_xlsx, plain_cell
from api.consistency.grouping import grouped
from api.consistency.judging import CLOSE, ENOUGH, fences, outliers, pairs
from api.consistency.names import Names
from api.consistency.position import bin_of, percent, position, unexplained, where
from api.store import Point

HALF = 2**255


def point(fine: int | None, number: int = 0, **other: Any) -> Point:
    """A fine between 0 and 10,000 fen, or what else is said."""
    given: dict[str, Any] = {
        "record_id": f"d{number:03d}",
        "position": 0,
        "evaluation_id": f"e{number:03d}",
        "row": None,
        "office": "crater",
        "decided_on": "2026-04-20",
        "kind": "single",
        "item": "moon-001",
        "edition": "moon-001@2020-01-01",
        "role": "unit",
        "stage": "first",
        "tier": "moon-bench:A",
        "circumstances": "",
        "fine_fen": fine,
        "lo_fen": 0,
        "hi_fen": 10_000,
        "suggested_fen": None,
        "reasoned": 0,
    }
    return Point(**{**given, **other})


def group(*fines: int, **other: Any) -> Any:
    """One group of like cases with these fines."""
    (found,) = grouped(point(fine, number, **other) for number, fine in enumerate(fines))
    return found


def told(points: Any) -> list[int]:
    return [each.fine_fen for each in points]


# Position -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fine", "lo", "hi", "at", "said"),
    [
        (0, 0, 10_000, Fraction(0), "inside"),
        (10_000, 0, 10_000, Fraction(1), "inside"),
        (3_333, 0, 10_000, Fraction(3333, 10_000), "inside"),
        (2_000, 1_000, 4_000, Fraction(1, 3), "inside"),
        (999, 1_000, 4_000, Fraction(-1, 3_000), "below"),
        (4_001, 1_000, 4_000, Fraction(3_001, 3_000), "above"),
        # Without a lower end the law means more than nothing.
        (0, None, 10_000, Fraction(0), "below"),
        (1, None, 10_000, Fraction(1, 10_000), "inside"),
        (None, None, 10_000, Fraction(0), "below"),
        # A fixed fine, or one without an upper end, has no width to lie in.
        (5_000, 5_000, 5_000, None, "inside"),
        (5_001, 5_000, 5_000, None, "above"),
        (5_000, 1_000, None, None, "no_range"),
        (500, 1_000, None, None, "below"),
        (None, 0, 0, None, "inside"),
        (1, 0, 0, None, "above"),
    ],
)
def test_where_a_fine_lies(
    fine: int | None, lo: int | None, hi: int | None, at: Fraction | None, said: str
) -> None:
    given = point(fine, lo_fen=lo, hi_fen=hi)
    assert (position(given), where(given)) == (at, said)


def test_a_reason_is_owed_off_the_range_and_off_the_suggestion() -> None:
    assert unexplained(point(10_001))
    assert unexplained(point(5_000, suggested_fen=4_000))
    assert not unexplained(point(5_000, suggested_fen=5_000))
    assert not unexplained(point(5_000))
    assert not unexplained(point(10_001, reasoned=1))


@pytest.mark.parametrize(
    ("part", "said"),
    [
        (Fraction(1, 3), 33.33),
        (Fraction(2, 3), 66.67),
        (Fraction(1, 2), 50),
        (Fraction(1, 8), 12.5),
        (Fraction(5, 10**5), 0.01),
        (Fraction(-1, 3), -33.33),
    ],
)
def test_percent_is_rounded_for_reading_only(part: Fraction, said: float) -> None:
    assert percent(part) == said


_RANGES = st.tuples(st.integers(0, 2**45), st.integers(1, 2**46))
_POINTS = st.lists(
    st.tuples(_RANGES, st.integers(0, 2**46)).map(
        lambda drawn: point(drawn[1], lo_fen=drawn[0][0], hi_fen=sum(drawn[0]))
    ),
    min_size=1,
    max_size=30,
)


@given(_POINTS)
def test_order_median_and_spread_are_exact(points: list[Point]) -> None:
    (found,) = grouped(points)
    positions = sorted(position(each) or Fraction(0) for each in points)
    assert [position(each) for each in found.points] == positions
    spread = found.spread
    middle = statistics.median(positions)
    assert (spread.lowest, spread.median, spread.highest) == (positions[0], middle, positions[-1])
    assert spread.deviation == statistics.median(abs(each - middle) for each in positions)
    if len(positions) > 1:
        quartiles = statistics.quantiles(positions, n=4, method="inclusive")
        assert [spread.lower, spread.median, spread.upper] == quartiles


def test_positions_fall_into_equal_parts() -> None:
    assert [bin_of(each, 10) for each in (-1, 0, HALF, 2 * HALF, 3 * HALF)] == [-1, 0, 5, 9, 10]


# Groups -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "other",
    [
        {"item": "moon-002"},
        {"edition": "moon-001@2025-01-01"},
        {"role": "principal"},
        {"stage": "overdue"},
        {"tier": "moon-bench:B"},
        {"tier": "mars-bench:A"},
        {"circumstances": "moon-lighten"},
    ],
)
def test_cases_that_differ_in_anything_are_not_alike(other: dict[str, str]) -> None:
    found = grouped([point(1_000), point(1_000, 1), point(1_000, 2, **other)])
    assert sorted(len(each.points) for each in found) == [1, 2]
    assert len({each.likeness.id for each in found}) == 2


def test_offices_days_and_ranges_may_differ_among_like_cases() -> None:
    points = [
        point(1_000),
        point(1_500, 1, office="basin", decided_on="2020-01-01", lo_fen=500, hi_fen=5_500),
    ]
    (found,) = grouped(points)
    assert len(found.points) == 2


@pytest.mark.parametrize("kind", ["mixed", "open", "none", "erased"])
def test_what_cannot_be_attributed_is_shown_and_not_compared(kind: str) -> None:
    (found,) = grouped([point(1_000), point(9_000, 1, kind=kind)])
    assert (told(found.points), told(found.others)) == ([1_000], [9_000])


# What stands out ----------------------------------------------------------------------------


def judged(found: Any) -> list[int]:
    return told(outliers(found, fences(found.spread)))


def test_under_five_nothing_is_judged() -> None:
    assert ENOUGH == 5
    few = group(1_000, 1_000, 1_000, 10_000)
    assert fences(few.spread) is None and judged(few) == [] and pairs(few) == []
    assert judged(group(1_000, 1_000, 1_000, 1_000, 10_000)) == [10_000]


def test_the_modified_z_score_decides_exactly_at_its_border() -> None:
    # Median 5000, MAD 500: 3.5 / 0.6745 x 500 = 2594.51..., so 7594 is alike and 7595 is not.
    alike = (4_500, 4_500, 5_000, 5_500)
    assert judged(group(*alike, 5_000, 7_594)) == []
    assert fences(group(*alike, 5_000, 7_595).spread).rule == "mad"
    border = group(4_500, 4_500, 5_000, 5_500, 5_500, 7_594, 2_406)
    assert judged(border) == []
    beyond = group(4_500, 4_500, 5_000, 5_500, 5_500, 7_595, 2_405)
    assert judged(beyond) == [2_405, 7_595]


def test_where_most_are_equal_the_quartiles_decide() -> None:
    same = (5_000,) * 6
    found = group(*same, 4_000, 8_000)
    assert found.spread.deviation == 0 and fences(found.spread).rule == "quartiles"
    # Quartiles 5000: nothing but nearness holds a case back.
    assert judged(found) == [8_000]
    assert judged(group(*same, 3_999, 6_001)) == [3_999, 6_001]


def test_what_is_near_the_median_is_alike_however_close_the_others_are() -> None:
    assert Fraction(1, 10) == CLOSE
    assert judged(group(5_000, 5_001, 5_002, 5_003, 5_004, 6_002)) == []
    assert judged(group(5_000, 5_001, 5_002, 5_003, 5_004, 6_004)) == [6_004]


def test_off_the_range_is_told_apart_from_standing_out() -> None:
    found = examined([point(10_500 + number, number) for number in range(5)])[0]
    assert found.outliers == () and len(found.off_range) == 5 and len(found.unexplained) == 5


@given(st.lists(st.integers(0, 10_000), min_size=5, max_size=40))
def test_the_rule_is_symmetric_and_blind_to_order(fines: list[int]) -> None:
    found = judged(group(*fines))
    assert found == judged(group(*fines[::-1]))
    assert (
        found == [10_000 - each for each in judged(group(*(10_000 - each for each in fines)))][::-1]
    )


# Pairs --------------------------------------------------------------------------------------


def test_the_furthest_apart_are_paired_and_nobody_twice() -> None:
    found = pairs(group(0, 1_000, 5_000, 5_000, 9_000, 10_000))
    assert [(each.lower.fine_fen, each.higher.fine_fen) for each in found] == [
        (0, 10_000),
        (1_000, 9_000),
    ]
    assert found[0].apart == 1


def test_among_equally_far_ones_the_same_office_and_the_nearest_days_come_first() -> None:
    points = [
        point(0, 0, office="basin", decided_on="2026-01-01"),
        point(0, 1, office="crater", decided_on="2026-01-01"),
        point(10_000, 2, office="crater", decided_on="2026-12-31"),
        point(10_000, 3, office="crater", decided_on="2026-01-05"),
        point(5_000, 4),
    ]
    first = pairs(grouped(points)[0])[0]
    assert (first.lower.record_id, first.higher.record_id, first.days) == ("d001", "d003", 4)


def test_cases_that_are_near_make_no_pair() -> None:
    assert pairs(group(5_000, 5_100, 5_200, 5_300, 6_000)) == []


# The answer ---------------------------------------------------------------------------------


def test_median_and_spread_by_office_and_period() -> None:
    points = [
        point(1_000 * number, number, office=office, decided_on=day)
        for number, (office, day) in enumerate(
            [
                ("crater", "2024-01-31"),
                ("crater", "2024-02-01"),
                ("basin", "2024-02-29"),
                ("basin", "2025-01-01"),
            ]
        )
    ]
    told = document(examined(points), Names())["groups"][0]
    assert [(each["name"], each["n"], each["median"]) for each in told["offices"]] == [
        ("basin", 2, 25),
        ("crater", 2, 5),
    ]
    assert [(each["name"], each["n"]) for each in told["periods"]] == [("2024", 3), ("2025", 1)]
    monthly = document(examined(points), Names(), "month")["groups"][0]
    assert [each["name"] for each in monthly["periods"]] == ["2024-01", "2024-02", "2025-01"]
    assert all(each["few"] for each in told["offices"])


def test_groups_with_something_to_look_at_come_first() -> None:
    calm = [point(5_000, number, item="moon-002", edition="moon-002@2020") for number in range(9)]
    odd = [point(fine, 100 + fine) for fine in (1, 2, 3, 4, 9_000)]
    listed = document(examined([*calm, *odd]), Names())["groups"]
    assert [(each["item"], each["outliers_count"]) for each in listed] == [
        ("moon-001", 1),
        ("moon-002", 0),
    ]


def test_the_same_points_in_any_order_give_the_same_statistics() -> None:
    points = [point(fine, number) for number, fine in enumerate(range(0, 10_000, 333))]
    shuffled = list(points)
    random.Random(7).shuffle(shuffled)
    assert document(examined(points), Names()) == document(examined(shuffled), Names())


# Sheets -------------------------------------------------------------------------------------


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "＝1"])
def test_no_cell_of_an_export_is_a_formula(text: str) -> None:
    from io import BytesIO

    from openpyxl import load_workbook

    assert plain_cell(text) == f"'{text}"
    found = examined([point(1_000, office=text)])
    line = as_csv(found, Names()).decode("utf-8-sig")
    assert f"'{text}" in line
    book = load_workbook(BytesIO(as_xlsx(found, Names())))
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
    assert all(cell.data_type != "f" for cell in cells)
    assert any(str(cell.value).startswith("'") for cell in cells)


def test_an_export_has_one_line_a_fine() -> None:
    points = [point(fine, fine) for fine in (1, 2, 3, 4, 9_000)]
    points.append(point(100, 6, kind="mixed"))
    lines = as_csv(examined(points), Names()).decode("utf-8-sig").splitlines()
    assert lines[0].split(",") == list(FINES)
    assert len(lines) == 7
    assert lines[5].split(",")[FINES.index("明显不同")] == "是"
    assert lines[6].split(",")[FINES.index("未比较的原因")] == "一个数额包含几项罚款"


@given(
    st.lists(
        st.tuples(
            st.integers(0, 60) | st.none(),
            st.sampled_from([(None, 50), (0, 50), (10, 40), (20, 20), (5, None), (7, 10)]),
            st.sampled_from([None, 20]),
            st.booleans(),
        ),
        min_size=1,
        max_size=16,
    )
)
def test_what_stands_out_is_what_the_stated_rule_says(rows: list[Any]) -> None:
    points = [
        point(fine, number, lo_fen=lo, hi_fen=hi, suggested_fen=suggested, reasoned=int(reasoned))
        for number, (fine, (lo, hi), suggested, reasoned) in enumerate(rows)
    ]
    (found,) = examined(points)
    at = {
        each.record_id: Fraction((each.fine_fen or 0) - low, each.hi_fen - low)
        for each in points
        if each.hi_fen is not None and each.hi_fen > (low := each.lo_fen or 0)
    }
    assert {each.record_id for each in found.group.points} == set(at)
    far: set[str] = set()
    if len(at) >= 5:
        middle = statistics.median(at.values())
        mad = statistics.median(abs(each - middle) for each in at.values())
        low, _, high = statistics.quantiles(at.values(), n=4, method="inclusive")
        reach = Fraction(3, 2) * (high - low)
        for id, each in at.items():
            away = abs(each - middle)
            beyond = each < low - reach or each > high + reach
            if mad:
                beyond = Fraction(6745, 10_000) * away / mad > Fraction(7, 2)
            if beyond and away > Fraction(1, 10):
                far.add(id)
    assert {each.record_id for each in found.outliers} == far
    off = set()
    for each in points:
        paid, most = each.fine_fen or 0, each.hi_fen
        none_paid = each.lo_fen is None and paid == 0
        if paid < (each.lo_fen or 0) or none_paid or (most is not None and paid > most):
            off.add(each.record_id)
    assert {each.record_id for each in found.off_range} == off
    assert {each.record_id for each in found.unexplained} == {
        each.record_id
        for each in points
        if not each.reasoned
        and (each.record_id in off or (each.suggested_fen and each.fine_fen != each.suggested_fen))
    }
