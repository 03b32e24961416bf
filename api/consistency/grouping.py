"""Like cases together, in the order of their positions, and how their fines spread."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import NamedTuple

from api.consistency.position import position, scaled, scaled_part
from api.store import Point


class Likeness(NamedTuple):
    """What makes cases alike: the same of each."""

    item: str
    edition: str
    role: str
    stage: str
    tier: str
    circumstances: str

    @property
    def id(self) -> str:
        """A short name for an address."""
        return hashlib.sha256("\n".join(self).encode()).hexdigest()[:20]


def likeness_of(point: Point) -> Likeness:
    """What a case is like."""
    return Likeness._make(point[7:13])


@dataclass(frozen=True, slots=True)
class Spread:
    """Quartiles and median of positions, and the median distance from the median (MAD).

    A quartile between two positions divides the way between them (as QUARTILE.INC of
    spreadsheets does).
    """

    n: int
    lowest: Fraction
    lower: Fraction
    median: Fraction
    upper: Fraction
    highest: Fraction
    deviation: Fraction


@dataclass(frozen=True, slots=True)
class Group:
    """Like cases: those that can be compared by ascending position, then the others. `order` are
    the scaled positions of the former."""

    likeness: Likeness
    points: tuple[Point, ...]
    order: tuple[int, ...]
    others: tuple[Point, ...]
    spread: Spread | None


def grouped(points: Iterable[Point]) -> list[Group]:
    """Every group of like cases, in the order of their likeness."""
    alike: dict[tuple[str, ...], list[Point]] = {}
    for point in points:
        alike.setdefault(point[7:13], []).append(point)
    return [_group(Likeness._make(key), alike[key]) for key in sorted(alike)]


def _group(likeness: Likeness, points: Sequence[Point]) -> Group:
    placed: list[tuple[int, int]] = []
    others: list[Point] = []
    for index, point in enumerate(points):
        at = scaled(point) if point.kind == "single" else None
        if at is None:
            others.append(point)
        else:
            placed.append((at, index))
    placed.sort()
    ordered = tuple([points[index] for _, index in placed])
    order = tuple([at for at, _ in placed])
    return Group(likeness, ordered, order, tuple(others), spread(ordered, order))


def spread(points: Sequence[Point], order: Sequence[int]) -> Spread | None:
    """How points that are in order of position spread; `order` are their scaled positions."""
    if not points:
        return None
    middle = _part(points, 1, 2)
    at = scaled_part(middle)
    # Which one is in the middle is told by whole numbers; how far it is, exactly.
    far = [abs(each - at) for each in order]
    by_distance = sorted(far)
    inner = {far.index(by_distance[index]) for index in _middle(len(points))}
    near, *further = [abs(_exact(points[index]) - middle) for index in inner]
    return Spread(
        len(points),
        _exact(points[0]),
        _part(points, 1, 4),
        middle,
        _part(points, 3, 4),
        _exact(points[-1]),
        _between(near, further[0], 1, 2) if further else near,
    )


def _middle(count: int) -> tuple[int, int]:
    return (count - 1) // 2, count // 2


def _part(points: Sequence[Point], share: int, of: int) -> Fraction:
    """The position `share/of` of the way from the first point to the last."""
    whole, rest = divmod((len(points) - 1) * share, of)
    first = _exact(points[whole])
    if not rest:
        return first
    return _between(first, _exact(points[whole + 1]), rest, of)


def _between(first: Fraction, last: Fraction, share: int, of: int) -> Fraction:
    """What lies `share/of` of the way; made a fraction once, as that is what takes the time."""
    return Fraction(
        first.numerator * last.denominator * (of - share)
        + last.numerator * first.denominator * share,
        first.denominator * last.denominator * of,
    )


def _exact(point: Point) -> Fraction:
    found = position(point)
    if found is None:
        raise ValueError("no range")
    return found
