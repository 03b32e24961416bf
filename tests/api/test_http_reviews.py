"""Reviews: seven points tied to reasons, and a verdict."""

from __future__ import annotations

from typing import Any

import pytest
from http_door import CASE, POINTS, Caller, codes, problem


def review(verdict: str = "agree", note: str | None = None, **points: Any) -> dict[str, Any]:
    checklist = {**{key: {"ok": True} for key in POINTS}, **points}
    return {"checklist": checklist, "verdict": verdict, "note": note}


def test_each_point_is_tied_to_the_reasons_it_rests_on(us: Caller) -> None:
    told = us.record({**CASE, "authority": {"region": "341504", "level": "county"}})
    made = us.post(f"/v1/evaluations/{told['id']}/review", review())
    assert made.status_code == 201, made.text
    steps = {reason["id"]: reason["step"] for reason in told["result"]["reasons"]}
    points = made.json()["checklist"]
    assert list(points) == list(POINTS)
    assert {steps[id] for id in points["facts"]["reasons"]} == {"establish"}
    assert {steps[id] for id in points["discretion"]["reasons"]} == {"tier", "amount"}
    assert "stage" in {steps[id] for id in points["subject"]["reasons"]}
    whole = us.get(f"/v1/evaluations/{told['id']}").json()
    assert whole["reviews"] == [made.json()]
    assert whole["points"] == {point: points[point]["reasons"] for point in POINTS}
    # Every reason is looked at under some point.
    assert set(steps) == {id for ids in whole["points"].values() for id in ids}


@pytest.mark.parametrize(
    ("body", "faults"),
    [
        (
            review("return", "请补证", evidence={"ok": False}),
            [("/checklist/evidence/note", "note_required")],
        ),
        (
            review("agree", None, law={"ok": False, "note": "条款不对"}),
            [("/verdict", "agrees_with_faults")],
        ),
        (review("amend"), [("/note", "note_required")]),
        (review("return"), [("/note", "note_required")]),
        (review("perhaps"), [("/verdict", "not_allowed")]),
        (review(evidence={"ok": "true"}), [("/checklist/evidence/ok", "wrong_type")]),
        (review(mood={"ok": True}), [("/checklist/mood", "unknown_key")]),
        (
            {**review(), "checklist": {"subject": {"ok": True}}},
            [(f"/checklist/{point}", "missing_key") for point in POINTS[1:]],
        ),
    ],
)
def test_what_a_review_must_say(us: Caller, body: Any, faults: list[tuple[str, str]]) -> None:
    id = us.record()["id"]
    assert codes(us.post(f"/v1/evaluations/{id}/review", body)) == faults


def test_a_repeated_review_is_recorded_once(us: Caller) -> None:
    id = us.record()["id"]
    made = [
        us.post(f"/v1/evaluations/{id}/review", review(), headers={"Idempotency-Key": "r-1"})
        for _ in range(2)
    ]
    assert made[0].json() == made[1].json()
    assert len(us.get(f"/v1/evaluations/{id}").json()["reviews"]) == 1
    other = us.post(
        f"/v1/evaluations/{id}/review",
        review("amend", "请改"),
        headers={"Idempotency-Key": "r-1"},
    )
    problem(other, 409, "idempotency_mismatch")
