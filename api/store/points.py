"""What of a decision stays comparable when every name is gone: one point a party and fine.

A point says which rule the fine rests on (item, edition, role, stage, tier, circumstances), where
it may lie and where it lies. It holds nothing about a person and stays after an erasure.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from api.store.records import Fine, plain

# A tier, or circumstances, that an imported file says nothing of: not the same as none.
UNSTATED = "?"
_COUNTED = ("imposed", "optional", "open")


class Point(NamedTuple):
    """One fine as it stands; amounts in fen, None for none or unknown.

    `kind` is single (one fine behind the amount), mixed (several), open (facts were missing), none
    (the law knows no fine there) or erased (the content was gone before it could be looked at).
    `record_id` is the decision or import, `evaluation_id` the case, `row` the line of an imported
    file. `tier` is `layer:id`, `circumstances` are ids parted by blanks; both "" for none and
    UNSTATED where a file does not say. `reasoned` is 1 where the decision states a reason.
    """

    record_id: str
    position: int
    evaluation_id: str | None
    row: int | None
    office: str
    decided_on: str
    kind: str
    item: str
    edition: str
    role: str
    stage: str
    tier: str
    circumstances: str
    fine_fen: int | None
    lo_fen: int | None
    hi_fen: int | None
    suggested_fen: int | None
    reasoned: int


def points_of(
    decision_id: str,
    evaluation_id: str,
    office: str,
    decided_on: str,
    result: Mapping[str, Any],
    document: Mapping[str, Any],
) -> list[Point]:
    """The points of a decision on a result. Where several fines make up one amount, each has a
    point, and none of them is compared."""
    of = numbered_points(decision_id, evaluation_id, office, decided_on, result, document)
    return [point for point, _ in of]


def numbered_points(
    decision_id: str,
    evaluation_id: str,
    office: str,
    decided_on: str,
    result: Mapping[str, Any],
    document: Mapping[str, Any],
) -> list[tuple[Point, str]]:
    """The same, each with the number of its document as it was written, "" without one."""
    found: list[tuple[Point, str]] = []
    reasoned = int(bool(document.get("reason")))
    for party in document.get("parties", ()):
        fine = Fine.read(party)
        own = [each for each in _outcomes(result) if each["party"]["id"] == party["party"]]
        fined = [each for each in own if each["fine"]["state"] in _COUNTED]
        for outcome in fined or own[:1]:
            point = Point(
                record_id=decision_id,
                position=len(found),
                evaluation_id=evaluation_id,
                row=None,
                office=office,
                decided_on=decided_on,
                kind=_kind(fined),
                **_likeness(outcome),
                fine_fen=fine.fine_fen,
                lo_fen=fine.lo_fen,
                hi_fen=fine.hi_fen,
                suggested_fen=fine.suggested_fen,
                reasoned=reasoned,
            )
            found.append((point, party.get("number") or ""))
    return found


def _kind(fined: list[Any]) -> str:
    if len(fined) != 1:
        return "mixed" if fined else "none"
    return "open" if fined[0]["fine"]["state"] == "open" else "single"


def _outcomes(result: Mapping[str, Any]) -> Iterator[Any]:
    yield from result.get("outcomes", ())


def _likeness(outcome: Mapping[str, Any]) -> dict[str, str]:
    tier = outcome["tier"]
    return {
        "item": plain(outcome["item"]),
        "edition": plain(outcome["edition"]),
        "role": plain(outcome["party"]["role"]),
        "stage": outcome["stage"] or "",
        "tier": plain(f"{tier['layer']}:{tier['id']}") if tier else "",
        "circumstances": plain(" ".join(sorted({each["id"] for each in outcome["circumstances"]}))),
    }


def read_result(content: bytes) -> Mapping[str, Any]:
    """A recorded result as data; empty where it is none."""
    try:
        read = json.loads(content)
    except ValueError:
        return {}
    return read if isinstance(read, dict) else {}
