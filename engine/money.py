"""Money is whole fen inside, yuan at the edge."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

FEN = 100
# Below this, a JSON number read as a double still tells every fen apart.
LIMIT = FEN * 2**45


def to_fen(yuan: int | Decimal) -> int:
    """Yuan as whole fen; raises ValueError when there is more than two decimals."""
    fen = Fraction(yuan) * FEN
    if fen.denominator != 1:
        raise ValueError("more than two decimals")
    return int(fen)


def floor_fen(amount: Fraction) -> int:
    """A product cut down to the fen, for the upper end of a range."""
    return amount.numerator // amount.denominator


def ceil_fen(amount: Fraction) -> int:
    """A product raised to the fen, for the lower end of a range."""
    return -(-amount.numerator // amount.denominator)


def half_up_fen(amount: Fraction) -> int:
    """A product rounded to the fen, halves up, for a fixed amount."""
    return floor_fen(amount + Fraction(1, 2))


def yuan_number(fen: int | None) -> int | float | None:
    """Fen as a JSON number of yuan with at most two decimals (exact up to LIMIT fen)."""
    if fen is None:
        return None
    return fen // FEN if fen % FEN == 0 else fen / FEN


def yuan_text(fen: int) -> str:
    """Fen as people write it: 30,000元 or 181,342.46元."""
    whole, rest = divmod(fen, FEN)
    return f"{whole:,}元" if not rest else f"{whole:,}.{rest:02d}元"
