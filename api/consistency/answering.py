"""A review of like cases as JSON-ready data, for programs and for the views."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from api.consistency import judging
from api.consistency.grouping import Group, Likeness, Spread, grouped, likeness_of, spread
from api.consistency.judging import Fences, Pair, fences, outliers, pairs
from api.consistency.names import Names
from api.consistency.position import OFF, off_suggested, percent, position, unexplained, where
from api.store import UNSTATED, Double, Point
from engine.money import yuan_number

PERIODS = {"year": 4, "month": 7}
MOST = 200

Data = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Examined:
    """A group with what stands out in it; `same` are its decisions that were imported too and
    count once, `perhaps` those that may be the same decision and count as they are."""

    group: Group
    fences: Fences | None
    outliers: tuple[Point, ...]
    off_range: tuple[Point, ...]
    unexplained: tuple[Point, ...]
    same: tuple[Double, ...] = ()
    perhaps: tuple[Double, ...] = ()

    @property
    def judged(self) -> bool:
        """Whether there are enough cases to say anything."""
        return self.fences is not None


def examined(
    points: Iterable[Point], same: Iterable[Double] = (), perhaps: Iterable[Double] = ()
) -> list[Examined]:
    """Every group: those with something to look at first, then the larger ones. What is recorded
    and imported is told where the recorded one is, what only may be so on both sides."""
    once: dict[Likeness, list[Double]] = defaultdict(list)
    twice: dict[Likeness, list[Double]] = defaultdict(list)
    for double in same:
        once[likeness_of(double.recorded)].append(double)
    for double in perhaps:
        for likeness in {likeness_of(double.recorded), likeness_of(double.imported)}:
            twice[likeness].append(double)
    found = [
        _examine(each, tuple(once.get(each.likeness, ())), tuple(twice.get(each.likeness, ())))
        for each in grouped(points)
    ]
    return sorted(
        found, key=lambda each: (-len(each.outliers) - len(each.unexplained), -_size(each.group))
    )


def _examine(group: Group, same: tuple[Double, ...], perhaps: tuple[Double, ...]) -> Examined:
    bounds = fences(group.spread)
    everyone = (*group.points, *group.others)
    return Examined(
        group,
        bounds,
        tuple(outliers(group, bounds)),
        tuple([point for point in everyone if where(point) in OFF]),
        tuple([point for point in everyone if not point.reasoned and unexplained(point)]),
        same,
        perhaps,
    )


def _size(group: Group) -> int:
    return len(group.points) + len(group.others)


def document(found: Sequence[Examined], names: Names, period: str = "year") -> Data:
    """The whole answer."""
    everyone = [point for each in found for point in (*each.group.points, *each.group.others)]
    return {
        "decisions": len({point.record_id for point in everyone if point.row is None}),
        "imported": sum(point.row is not None for point in everyone),
        "counted_once": sum(len(each.same) for each in found),
        "possibly_same": len({double.imported[:2] for each in found for double in each.perhaps}),
        "rule": rule(),
        "groups": [group_document(each, names, period) for each in found],
    }


def rule() -> Data:
    """The rule by which cases stand out, with its figures."""
    return {
        "enough": judging.ENOUGH,
        "threshold": float(judging.THRESHOLD),
        "factor": float(judging.FACTOR),
        "reach": float(judging.REACH),
        "close": percent(judging.CLOSE),
    }


def group_document(found: Examined, names: Names, period: str = "year") -> Data:
    """One group; lists hold at most MOST cases, the counts count all."""
    group, bounds = found.group, found.fences
    day = PERIODS[period]
    return {
        "id": group.likeness.id,
        "item": group.likeness.item,
        "title": names.items.get(group.likeness.item),
        "edition": group.likeness.edition,
        "role": group.likeness.role,
        "stage": group.likeness.stage or None,
        **_stated(group.likeness),
        "n": len(group.points),
        "not_compared": dict(sorted(Counter(point.kind for point in group.others).items())),
        "judged": found.judged,
        "spread": _spread(group.spread),
        "alike": bounds
        and {"by": bounds.rule, "from": percent(bounds.low), "to": percent(bounds.high)},
        "offices": _parts(group, [point.office for point in group.points]),
        "periods": _parts(group, [point.decided_on[:day] for point in group.points]),
        "outliers_count": len(found.outliers),
        "outliers": [case_document(point) for point in found.outliers[:MOST]],
        "pairs": [_pair(each) for each in pairs(group)],
        "off_range_count": len(found.off_range),
        "off_range": [case_document(point) for point in found.off_range[:MOST]],
        "unexplained_count": len(found.unexplained),
        "unexplained": [case_document(point) for point in found.unexplained[:MOST]],
        "counted_once_count": len(found.same),
        "counted_once": [_double(each) for each in found.same[:MOST]],
        "possibly_same_count": len(found.perhaps),
        "possibly_same": [_double(each) for each in found.perhaps[:MOST]],
    }


def _double(double: Double) -> Data:
    return {
        "recorded": case_document(double.recorded),
        "imported": case_document(double.imported),
    }


def _stated(likeness: Likeness) -> Data:
    known = {"tier": likeness.tier, "circumstances": likeness.circumstances}
    unstated = [name for name, text in known.items() if text == UNSTATED]
    known.update(dict.fromkeys(unstated, ""))
    return {
        "tier": known["tier"] or None,
        "circumstances": known["circumstances"].split(),
        "unstated": unstated,
    }


def case_document(point: Point) -> Data:
    """One fine in its range."""
    at = position(point)
    return {
        "decision": point.record_id if point.row is None else None,
        "evaluation": point.evaluation_id,
        "import": point.record_id if point.row is not None else None,
        "row": point.row,
        "office": point.office,
        "decided_on": point.decided_on,
        "kind": point.kind,
        "fine": yuan_number(point.fine_fen),
        "min": yuan_number(point.lo_fen),
        "max": yuan_number(point.hi_fen),
        "suggested": yuan_number(point.suggested_fen),
        "percent": None if at is None else percent(at),
        "position": where(point),
        "off_suggested": off_suggested(point),
        "reasoned": bool(point.reasoned),
    }


def _spread(found: Spread | None) -> Data | None:
    if found is None:
        return None
    return {
        "n": found.n,
        "lowest": percent(found.lowest),
        "lower_quartile": percent(found.lower),
        "median": percent(found.median),
        "upper_quartile": percent(found.upper),
        "highest": percent(found.highest),
        "mad": percent(found.deviation),
    }


def _parts(group: Group, names: Sequence[str]) -> list[Data]:
    """The spread of each part of a group; the points are in order and stay so in each part."""
    parts: dict[str, tuple[list[Point], list[int]]] = {}
    for name, point, at in zip(names, group.points, group.order, strict=True):
        points, order = parts.setdefault(name, ([], []))
        points.append(point)
        order.append(at)
    return [_part(name, *parts[name]) for name in sorted(parts)]


def _part(name: str, points: Sequence[Point], order: Sequence[int]) -> Data:
    few = len(points) < judging.ENOUGH
    return {"name": name, **(_spread(spread(points, order)) or {}), "few": few}


def _pair(pair: Pair) -> Data:
    return {
        "apart": percent(pair.apart),
        "days": pair.days,
        "lower": case_document(pair.lower),
        "higher": case_document(pair.higher),
    }
