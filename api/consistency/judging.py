"""What stands out among like cases, by one stated rule.

Under ENOUGH cases nothing is judged. Else a case stands out whose modified z-score lies beyond
THRESHOLD: FACTOR times its distance from the median, in median distances (MAD). Where more than
half the cases are equal that distance is 0; then a case stands out beyond REACH quartile distances
outside the quartiles. Either way it must lie further than CLOSE of the range from the median: what
is that near is alike.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction

from api.consistency.grouping import Group, Spread
from api.consistency.position import position
from api.store import Point

ENOUGH = 5
FACTOR = Fraction(6745, 10**4)
THRESHOLD = Fraction(7, 2)
REACH = Fraction(3, 2)
CLOSE = Fraction(1, 10)
PAIRS = 3


@dataclass(frozen=True, slots=True)
class Fences:
    """From where to where a case is like the others; `rule` is mad or quartiles."""

    rule: str
    low: Fraction
    high: Fraction


@dataclass(frozen=True, slots=True)
class Pair:
    """Two like cases with far apart results."""

    lower: Point
    higher: Point
    apart: Fraction
    days: int


def fences(spread: Spread | None) -> Fences | None:
    """The bounds of what is alike; None where nothing is judged."""
    if spread is None or spread.n < ENOUGH:
        return None
    if spread.deviation:
        reach = THRESHOLD / FACTOR * spread.deviation
        rule, low, high = "mad", spread.median - reach, spread.median + reach
    else:
        reach = REACH * (spread.upper - spread.lower)
        rule, low, high = "quartiles", spread.lower - reach, spread.upper + reach
    return Fences(rule, min(low, spread.median - CLOSE), max(high, spread.median + CLOSE))


def outliers(group: Group, bounds: Fences | None) -> list[Point]:
    """The cases beyond the fences, by ascending position."""
    if bounds is None:
        return []
    low = list(_until_inside(group.points, bounds))
    high = list(_until_inside(group.points[::-1], bounds))
    return low + high[::-1]


def _until_inside(points: Iterable[Point], bounds: Fences) -> Iterator[Point]:
    for point in points:
        at = position(point)
        if at is None or bounds.low <= at <= bounds.high:
            return
        yield point


def pairs(group: Group) -> list[Pair]:
    """The likest cases with the most different results: no case twice, the furthest apart first;
    among equally far ones the same office and the nearest days. None where nothing is judged."""
    if len(group.points) < ENOUGH:
        return []
    low, high = _ends(group.points), _ends(group.points[::-1])
    found = sorted(
        (pair for one in low for other in high if (pair := _pair(one, other)) is not None),
        key=_rank,
    )
    taken: set[tuple[str, int]] = set()
    chosen: list[Pair] = []
    for pair in found:
        names = {(each.record_id, each.position) for each in (pair.lower, pair.higher)}
        if not names & taken and len(chosen) < PAIRS:
            chosen.append(pair)
            taken |= names
    return chosen


def _ends(points: Sequence[Point]) -> Sequence[Point]:
    """Enough from one end to choose from: those as far out as the last that may be needed."""
    last = position(points[min(PAIRS, len(points)) - 1])
    found: list[Point] = []
    for point in points[:50]:
        if len(found) >= PAIRS and position(point) != last:
            break
        found.append(point)
    return found


def _pair(lower: Point, higher: Point) -> Pair | None:
    one, other = position(lower), position(higher)
    if one is None or other is None or other - one <= CLOSE:
        return None
    return Pair(lower, higher, other - one, _days(lower, higher))


def _rank(pair: Pair) -> tuple[Fraction, bool, int, str, str]:
    elsewhere = pair.lower.office != pair.higher.office
    return (-pair.apart, elsewhere, pair.days, pair.lower.record_id, pair.higher.record_id)


def _days(one: Point, other: Point) -> int:
    days = [datetime.date.fromisoformat(each.decided_on).toordinal() for each in (one, other)]
    return abs(days[0] - days[1])
