"""A decision beside the suggestion: where each fine lies, and when a reason is owed."""

from __future__ import annotations

from typing import Any

import pytest
from http_door import CASE, OFFICERS, POINTS, Caller, Door, codes, problem


@pytest.fixture(scope="module")
def door(shared_door: Door) -> Door:
    return shared_door


def decision(fine: float | None, party: str = "plant", **more: Any) -> dict[str, Any]:
    return {
        "decided_on": "2026-04-20",
        "parties": [{"party": party, "fine": fine}],
        "officers": OFFICERS,
        **more,
    }


def decide(us: Caller, id: str, body: Any, **headers: str) -> Any:
    return us.post(f"/v1/evaluations/{id}/decision", body, headers=headers)


# 26-A of the benchmark: one uncertified operator, up to 30,000 yuan; the proposal suggests 15,000.
@pytest.mark.parametrize(
    ("fine", "position", "fault"),
    [
        (15000, "inside", None),
        (14999.99, "inside", "reason_off_suggested"),
        (30000, "inside", "reason_off_suggested"),
        (30000.01, "above", "reason_outside_range"),
        (0.01, "inside", "reason_off_suggested"),
        (0, "below", "reason_outside_range"),
        (None, "below", "reason_outside_range"),
    ],
)
def test_a_reason_is_owed_outside_the_range_and_off_the_suggestion(
    us: Caller, fine: float | None, position: str, fault: str | None
) -> None:
    id = us.record()["id"]
    if fault is not None:
        assert codes(decide(us, id, decision(fine))) == [("/reason", fault)]
        assert us.get(f"/v1/evaluations/{id}").json()["decisions"] == []
    body = decision(fine) if fault is None else decision(fine, reason="当事人已经整改")
    answer = decide(us, id, body)
    assert answer.status_code == 201, answer.text
    placed = answer.json()["parties"][0]
    assert placed == {
        "party": "plant",
        "number": None,
        "fine": fine,
        "measures": [],
        "min": None,
        "max": 30000,
        "suggested": 15000,
        "position": position,
        "off_suggested": fine != 15000,
    }


def test_a_fine_where_the_law_knows_none_is_above_the_range(us: Caller) -> None:
    id = us.record()["id"]
    assert codes(decide(us, id, decision(1, "responsible"))) == [
        ("/reason", "reason_outside_range")
    ]
    answer = decide(us, id, decision(None, "responsible"))
    assert answer.json()["parties"][0]["position"] == "inside"
    assert answer.json()["parties"][0]["off_suggested"] is None


def test_without_bounds_a_reason_is_owed(us: Caller) -> None:
    case = {"item": "wsl-095-1", "facts": {"principal_duty_unmet": True}}
    told = us.record(case)
    party = told["result"]["totals"][0]
    assert party["fine"]["max"] is None
    answer = decide(us, told["id"], decision(10000, party["party"]))
    assert codes(answer) == [("/reason", "reason_without_range")]
    reasoned = decision(10000, party["party"], reason="收入另行查明")
    placed = decide(us, told["id"], reasoned).json()["parties"][0]
    assert placed["position"] == "no_range"


def test_a_decision_stands_with_its_evaluation(us: Caller) -> None:
    id = us.record()["id"]
    made = decide(us, id, decision(15000)).json()
    assert made["officers"] == OFFICERS
    whole = us.get(f"/v1/evaluations/{id}").json()
    assert whole["decisions"] == [made]
    assert us.get("/v1/audit/verify").json()["ok"] is True


def test_a_later_decision_is_added_and_the_first_stays(us: Caller) -> None:
    id = us.record()["id"]
    made = [decide(us, id, decision(fine, reason="复核后变更")).json() for fine in (9000, 8000)]
    assert us.get(f"/v1/evaluations/{id}").json()["decisions"] == made


def test_a_repeated_decision_is_recorded_once(us: Caller) -> None:
    id = us.record()["id"]
    first = decide(us, id, decision(15000), **{"Idempotency-Key": "d-1"})
    again = decide(us, id, decision(15000), **{"Idempotency-Key": "d-1"})
    assert (first.status_code, again.status_code) == (201, 201)
    assert again.json() == first.json()
    other = decide(us, id, decision(15000, reason="另有理由"), **{"Idempotency-Key": "d-1"})
    problem(other, 409, "idempotency_mismatch")
    elsewhere = decide(us, us.record()["id"], decision(15000), **{"Idempotency-Key": "d-1"})
    problem(elsewhere, 409, "idempotency_mismatch")
    assert len(us.get(f"/v1/evaluations/{id}").json()["decisions"]) == 1


@pytest.mark.parametrize(
    ("officers", "fault"),
    [
        (
            [OFFICERS[0], {**OFFICERS[1], "name": " 王 一"}],
            ("/officers/1/name", "same_officer"),
        ),
        (
            [OFFICERS[0], {**OFFICERS[1], "certificate": "ah0117a"}],
            ("/officers/1/certificate", "same_officer"),
        ),
        (
            [OFFICERS[0], {**OFFICERS[1], "certificate": "AH-118"}],
            ("/officers/1/certificate", "bad_form"),
        ),
        (
            [OFFICERS[0], {**OFFICERS[1], "certificate": "A" * 21}],
            ("/officers/1/certificate", "bad_form"),
        ),
        ([OFFICERS[0], {"name": "李二"}], ("/officers/1/certificate", "missing_key")),
    ],
)
def test_two_officers_with_certificates_of_their_own(
    us: Caller, officers: Any, fault: tuple[str, str]
) -> None:
    id = us.record()["id"]
    assert codes(decide(us, id, decision(15000, officers=officers))) == [fault]


def test_parties_are_those_of_the_result_each_once(us: Caller) -> None:
    id = us.record()["id"]
    assert codes(decide(us, id, decision(15000, "nobody"))) == [
        ("/parties/0/party", "unknown_party")
    ]
    twice = decision(15000)
    twice["parties"] *= 2
    assert codes(decide(us, id, twice)) == [("/parties/1/party", "duplicate_id")]


def test_nothing_is_added_to_what_was_erased(us: Caller) -> None:
    id = us.record()["id"]
    us.post(f"/v1/evaluations/{id}/erase", {"reason": "保存期限届满"})
    problem(decide(us, id, decision(15000)), 404, "not_found")


def test_the_document_is_the_draft_for_a_person_to_finish(us: Caller) -> None:
    case = {**CASE, "parties": [{"id": "plant", "kind": "unit", "name": "<b>望山</b>*厂*"}]}
    told = us.record(case)
    at = f"/v1/evaluations/{told['id']}/document"
    text = us.get(at)
    assert text.headers["content-type"] == "text/markdown; charset=utf-8"
    assert "\\<b\\>望山\\</b\\>\\*厂\\*" in text.text
    assert told["result"]["rule_set"]["digest"] in text.text
    page = us.get(f"{at}?format=html")
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    assert "default-src 'none'" in page.headers["content-security-policy"]
    assert "&lt;b&gt;望山&lt;/b&gt;" in page.text
    assert "<b>" not in page.text
    assert codes(us.get(f"{at}?format=pdf")) == [("format", "not_allowed")]


def test_what_follows_a_record_names_the_rules_of_the_record(us: Caller) -> None:
    told = us.record(query="?rule_set=cn")
    digest = told["result"]["rule_set"]["digest"]
    review = {"checklist": {point: {"ok": True} for point in POINTS}, "verdict": "agree"}
    decided = decision(9000, reason="没有裁量基准")
    for name, body in (("decision", decided), ("review", review)):
        answer = us.post(f"/v1/evaluations/{told['id']}/{name}", body)
        assert answer.status_code == 201, answer.text
        assert answer.headers["liangfa-rule-set-digest"] == digest
