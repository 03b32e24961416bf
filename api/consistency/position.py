"""Where a fine lies in its range, exactly: 0 at the minimum, 1 at the maximum.

Many positions are put in order by whole numbers (`scaled`), of which few become fractions. Ranges
are below 2**47 fen wide, so two different positions, or two different distances from a median of
such positions, are more than 2**-190 apart: 256 binary places tell them all from one another.
"""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

from api.store import Point

Amount = int | Decimal

_PLACES = 256
OFF = ("below", "above")


def bounds(point: Point) -> tuple[int, int] | None:
    """The range of a fine in fen; None where there is no width to lie in."""
    low = point.lo_fen or 0
    if point.hi_fen is None or point.hi_fen <= low:
        return None
    return low, point.hi_fen


def scaled(point: Point) -> int | None:
    """A whole number that orders points as their positions do; None without a range."""
    found = bounds(point)
    if found is None:
        return None
    low, high = found
    return (((point.fine_fen or 0) - low) << _PLACES) // (high - low)


def scaled_part(position: Fraction) -> int:
    """The same for a position that is known."""
    return (position.numerator << _PLACES) // position.denominator


def bin_of(order: int, bins: int) -> int:
    """In which of so many equal parts of the range a scaled position lies; -1 below the range,
    `bins` above it; the maximum itself lies in the last part."""
    if order < 0:
        return -1
    return bins if order > 1 << _PLACES else min(order * bins >> _PLACES, bins - 1)


def position(point: Point) -> Fraction | None:
    """The exact position; None without a range."""
    found = bounds(point)
    if found is None:
        return None
    low, high = found
    return Fraction((point.fine_fen or 0) - low, high - low)


def lies(fine: Amount | None, low: Amount | None, high: Amount | None) -> str:
    """inside, below or above a range; no_range where there is no upper end. All in one unit; no
    fine is 0. Without a lower end the law means more than nothing."""
    paid = fine or 0
    if paid < (low or 0) or (low is None and high is not None and not paid):
        return "below"
    if high is None:
        return "no_range"
    return "above" if paid > high else "inside"


def where(point: Point) -> str:
    """The same of a point."""
    return lies(point.fine_fen, point.lo_fen, point.hi_fen)


def off_suggested(point: Point) -> bool | None:
    """Whether the fine is another than the suggested one; None without a suggestion."""
    if point.suggested_fen is None:
        return None
    return (point.fine_fen or 0) != point.suggested_fen


def unexplained(point: Point) -> bool:
    """Whether a reason is owed and none is stated: off the range, or off the suggestion."""
    return not point.reasoned and (where(point) in OFF or bool(off_suggested(point)))


def percent(part: Fraction) -> int | float:
    """A part of a range as percent with at most two decimals, halves up, for reading only."""
    hundredths = (part.numerator * 20_000 // part.denominator + 1) // 2
    return hundredths // 100 if hundredths % 100 == 0 else hundredths / 100
