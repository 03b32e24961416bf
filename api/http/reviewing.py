"""The reviewer's checklist: which reasons each point rests on, what must be said; like cases."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from statistics import median
from typing import Any

from api.http.models.reviews import Group, ReviewIn
from api.problems import Fault, invalid
from api.store import Decided
from engine.money import yuan_number

# Never judged under this many like decisions.
ENOUGH = 5
# So far from the median, as a share of the range, that somebody should look.
APART = 1 / 3

_Reason = dict[str, Any]
# 主体、管辖、事实、证据、法律适用、裁量、程序: the steps of the reasoning that each rests on.
_POINTS: dict[str, Callable[[_Reason], bool]] = {
    "subject": lambda reason: reason["step"] in ("stage", "gate"),
    "jurisdiction": lambda reason: reason["step"] == "jurisdiction",
    "facts": lambda reason: reason["step"] == "establish",
    "evidence": lambda reason: bool(reason["facts"]),
    "law": lambda reason: reason["step"] in ("edition", "establish", "stage", "concurrence"),
    "discretion": lambda reason: reason["step"] in ("exempt", "tier", "circumstance", "amount"),
    "procedure": lambda reason: reason["step"] in ("procedure", "gate"),
}


def points(result: dict[str, Any]) -> dict[str, list[str]]:
    """For each point of the checklist, the ids of the reasons it rests on."""
    return {
        point: [reason["id"] for reason in result["reasons"] if rests(reason)]
        for point, rests in _POINTS.items()
    }


def reviewed(review: ReviewIn, result: dict[str, Any]) -> dict[str, Any]:
    """The review as it is recorded; raises Problem with everything that is wrong with it."""
    faults = list(_faults(review))
    if faults:
        raise invalid(faults)
    linked = points(result)
    told = review.checklist.model_dump()
    return {
        "checklist": {point: {**told[point], "reasons": linked[point]} for point in _POINTS},
        "verdict": review.verdict,
        "note": review.note,
    }


def _faults(review: ReviewIn) -> Iterator[Fault]:
    failed = False
    for point in _POINTS:
        told = getattr(review.checklist, point)
        failed = failed or not told.ok
        if not told.ok and told.note is None:
            yield Fault(f"/checklist/{point}/note", "note_required", "不合格的一项要写明问题")
    if failed and review.verdict == "agree":
        yield Fault("/verdict", "agrees_with_faults", "有不合格的项，不能写 agree")
    if review.verdict != "agree" and review.note is None:
        yield Fault("/note", "note_required", "修改或者退回要写明意见")


def groups(decided: Iterable[Decided]) -> list[Group]:
    """Decisions by likeness."""
    alike: dict[tuple[Any, ...], list[tuple[float, str]]] = defaultdict(list)
    for each in decided:
        fine = each.fine
        position = _position(fine.fine_fen, fine.lo_fen, fine.hi_fen)
        if position is not None:
            key = (each.rule_set, each.items, fine.lo_fen, fine.hi_fen, fine.suggested_fen)
            alike[key].append((position, each.evaluation_id))
    made = [_group(key, sorted(found)) for key, found in sorted(alike.items(), key=str)]
    return sorted(made, key=lambda group: -group.n)


def _position(fine: int | None, low: int | None, high: int | None) -> float | None:
    """Where a fine lies: 0 at the minimum, 1 at the maximum."""
    if high is None or high <= (low or 0):
        return None
    return ((fine or 0) - (low or 0)) / (high - (low or 0))


def _group(key: tuple[Any, ...], found: list[tuple[float, str]]) -> Group:
    rule_set, items, low, high, suggested = key
    positions = [position for position, _ in found]
    middle = median(positions)
    far = [id for position, id in found if abs(position - middle) > APART]
    return Group(
        rule_set=rule_set,
        items=list(items),
        min=yuan_number(low),
        max=yuan_number(high),
        suggested=yuan_number(suggested),
        n=len(found),
        lowest=round(positions[0], 4),
        median=round(middle, 4),
        highest=round(positions[-1], 4),
        outside=sum(not 0 <= position <= 1 for position in positions),
        apart=list(dict.fromkeys(far)) if len(found) >= ENOUGH else None,
    )
