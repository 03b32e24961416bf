"""Money is whole fen; every rounding goes the way the law's words point."""

from __future__ import annotations

import json
from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_UP, Decimal, localcontext
from fractions import Fraction

import pytest
from helpers import examples
from hypothesis import given
from hypothesis import strategies as st

from engine.money import LIMIT, ceil_fen, floor_fen, half_up_fen, to_fen, yuan_number, yuan_text


@pytest.mark.parametrize(
    ("yuan", "fen"),
    [
        ("0", 0),
        ("0.01", 1),
        ("100000", 10_000_000),
        ("99999.99", 9_999_999),
        ("453356.15", 45335615),
    ],
)
def test_yuan_become_fen_exactly(yuan: str, fen: int) -> None:
    assert to_fen(Decimal(yuan)) == fen


@pytest.mark.parametrize("yuan", ["0.001", "0.005", "1E-3", "33.333"])
def test_a_third_decimal_is_refused_not_rounded(yuan: str) -> None:
    with pytest.raises(ValueError):
        to_fen(Decimal(yuan))


@examples(300)
@given(st.integers(0, 10**14), st.integers(1, 10**6), st.integers(1, 10**4))
def test_products_are_cut_inward_and_fixed_ones_to_the_nearer_fen(
    fen: int, numerator: int, denominator: int
) -> None:
    product = fen * Fraction(numerator, denominator)
    with localcontext() as context:
        context.prec = 60
        exact = Decimal(fen * numerator) / Decimal(denominator)
        assert floor_fen(product) == exact.to_integral_value(ROUND_FLOOR)
        assert ceil_fen(product) == exact.to_integral_value(ROUND_CEILING)
        assert half_up_fen(product) == exact.to_integral_value(ROUND_HALF_UP)
    assert floor_fen(product) <= half_up_fen(product) <= ceil_fen(product) <= floor_fen(product) + 1


@pytest.mark.parametrize(
    ("amount", "floor", "half", "ceil"),
    [
        (Fraction(5, 2), 2, 3, 3),
        (Fraction(7, 2), 3, 4, 4),
        (Fraction(249, 100), 2, 2, 3),
        (Fraction(3), 3, 3, 3),
    ],
)
def test_halves_go_up(amount: Fraction, floor: int, half: int, ceil: int) -> None:
    assert (floor_fen(amount), half_up_fen(amount), ceil_fen(amount)) == (floor, half, ceil)


@examples(500)
@given(st.integers(0, LIMIT))
def test_the_json_number_is_the_exact_amount(fen: int) -> None:
    written = json.dumps(yuan_number(fen))
    assert Decimal(written) * 100 == fen
    assert "e" not in written and len(written.partition(".")[2]) <= 2


def test_whole_yuan_are_whole_json_numbers() -> None:
    assert json.dumps([yuan_number(3_000_000), yuan_number(18_134_246), yuan_number(None)]) == (
        "[30000, 181342.46, null]"
    )


@pytest.mark.parametrize(
    ("fen", "text"),
    [
        (0, "0元"),
        (1, "0.01元"),
        (3_000_000, "30,000元"),
        (18_134_246, "181,342.46元"),
        (100_000_000_005, "1,000,000,000.05元"),
    ],
)
def test_amounts_as_people_write_them(fen: int, text: str) -> None:
    assert yuan_text(fen) == text
