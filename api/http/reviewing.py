"""The reviewer's checklist: which reasons each point rests on, what must be said."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from api.http.models.reviews import ReviewIn
from api.problems import Fault, invalid

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
        detail = "有不合格的项，结论不能是同意（agree）"
        yield Fault("/verdict", "agrees_with_faults", detail)
    if review.verdict != "agree" and review.note is None:
        yield Fault("/note", "note_required", "修改或者退回要写明意见")
