"""Names, identifiers and incomes: whole for the office, covered on a copy for everybody else."""

from __future__ import annotations

import json
from typing import Any

import jsonschema_rs
import pytest
from helpers import ROOT
from http_door import OFFICERS, POINTS, Door

from api.http.masking import mask_of

CASE: dict[str, Any] = {
    "case": {
        "id": "某应急立案〔2026〕33号（吴观海案）",
        "dates": {"acted_on": "2026-01-18", "decided_on": "2026-04-10"},
        "parties": [
            {
                "id": "boss",
                "kind": "person",
                "roles": ["principal"],
                "name": "赵望山",
                "identifier": "34012319800101001X",
                "facts": {"annual_income": {"value": 187654, "evidence": "赵望山的纳税记录"}},
            },
            {
                "id": "吴观海",
                "kind": "person",
                "roles": ["safety-manager"],
                "name": "吴观海",
                "facts": {"annual_income": {"from": 98765, "to": 123987}},
            },
        ],
        "notified": {"吴观海": 40000},
        "violations": [
            {
                "id": "v1",
                "act": "赵望山未履职",
                "item": "wsl-095-1",
                "parties": ["boss"],
                "facts": {
                    "principal_duty_unmet": True,
                    "accident_attributed": True,
                    "deaths": 1,
                    "serious_injuries": 0,
                    "direct_loss": 900000,
                },
            },
            {
                "id": "吴观海的行为",
                "act": "a2",
                "item": "wsl-096",
                "parties": ["吴观海"],
                "facts": {
                    "manager_duty_unmet": True,
                    "accident_caused": True,
                    "deaths": 1,
                    "serious_injuries": 0,
                    "direct_loss": 900000,
                },
            },
        ],
    }
}
HIDDEN = (
    "赵望山",
    "吴观海",
    "34012319800101001X",
    "187654",
    "187,654",
    "98765",
    "98,765",
    "123987",
    "123,987",
)


def fill(door: Door) -> str:
    """A record with a decision and a review that name people."""
    officer = door.somebody("officer")
    told = officer.record(CASE)
    id = str(told["id"])
    parties = [{"party": each["party"], "fine": 60000} for each in told["result"]["totals"]]
    parties[0]["measures"] = ["对赵望山给予警告"]
    decision = {
        "decided_on": "2026-04-10",
        "parties": parties,
        "reason": "赵望山、吴观海均已认错",
        "officers": OFFICERS,
    }
    answer = officer.post(f"/v1/evaluations/{id}/decision", decision)
    assert answer.status_code == 201, answer.text
    review = {
        "checklist": {
            **{key: {"ok": True} for key in POINTS},
            "facts": {"ok": False, "note": "吴观海的职务没有写明"},
        },
        "verdict": "return",
        "note": "请补赵望山的任职文件",
    }
    answer = door.somebody("reviewer").post(f"/v1/evaluations/{id}/review", review)
    assert answer.status_code == 201, answer.text
    assert not [word for word in HIDDEN if word in answer.text]
    return id


@pytest.mark.parametrize("role", ["reviewer", "maintainer"])
def test_other_roles_see_copies_without_them(door: Door, role: str) -> None:
    id = fill(door)
    caller = door.somebody(role, "elsewhere")
    for path in ("", "/document", "/document?format=html"):
        answer = caller.get(f"/v1/evaluations/{id}{path}")
        assert answer.status_code == 200
        assert [word for word in HIDDEN if word in answer.text] == []
    listed = caller.get("/v1/evaluations").text
    assert [word for word in HIDDEN if word in listed] == []
    assert [word for word in HIDDEN if word in door.lines.getvalue()] == []


def test_the_office_sees_them_and_the_record_is_untouched(door: Door) -> None:
    id = fill(door)
    door.somebody("reviewer").get(f"/v1/evaluations/{id}")
    told = door.somebody("officer").get(f"/v1/evaluations/{id}").json()
    assert told["masked"] is False
    assert told["case"] == CASE
    assert "赵望山" in "".join(told["result"]["draft"])
    assert told["decisions"][0]["reason"] == "赵望山、吴观海均已认错"
    assert "赵望山" in door.somebody("officer").get(f"/v1/evaluations/{id}/document").text


def test_a_masked_copy_still_tells_what_must_be_reviewed(door: Door) -> None:
    id = fill(door)
    whole = door.somebody("officer").get(f"/v1/evaluations/{id}").json()
    masked = door.somebody("reviewer").get(f"/v1/evaluations/{id}").json()
    assert masked["masked"] is True
    schemas = [json.loads(path.read_text()) for path in (ROOT / "schemas").glob("*.json")]
    registry = jsonschema_rs.Registry([(each["$id"], each) for each in schemas])
    contract = next(each for each in schemas if each["$id"] == "liangfa:result")
    jsonschema_rs.validator_for(contract, registry=registry).validate(masked["result"])
    for one, other in zip(whole["result"]["outcomes"], masked["result"]["outcomes"], strict=True):
        for key in ("disposition", "tier", "statutory", "fine", "measures", "basis", "reasons"):
            assert one[key] == other[key]
    named = [each["party"]["id"] for each in masked["result"]["outcomes"]]
    assert (named[0], named[-1]) == ("boss", "masked-2")
    assert masked["case"]["case"]["violations"][1]["parties"] == ["masked-2"]
    assert masked["case"]["case"]["notified"] == {"masked-2": 40000}
    assert masked["decisions"][0]["parties"][-1]["party"] == "masked-2"
    assert masked["decisions"][0]["officers"] == OFFICERS
    assert masked["points"] == whole["points"]
    facts = {
        fact["fact"]: fact for reason in masked["result"]["reasons"] for fact in reason["facts"]
    }
    assert facts["annual_income"]["value"] == "〔已遮盖〕"
    assert facts["annual_income"]["says"] == "上一年年收入：〔已遮盖〕"
    assert facts["deaths"]["value"] == 1


def test_where_the_rules_are_unknown_every_fact_about_a_party_is_covered() -> None:
    mask = mask_of(CASE, None)
    assert "annual_income" in mask.facts
    told = json.dumps(mask.case(CASE), ensure_ascii=False)
    assert [word for word in HIDDEN if word in told] == []


def test_a_name_that_is_a_word_of_the_contract_breaks_nothing() -> None:
    case = {
        "facts": {"overdue": True},
        "parties": [{"id": "facts", "kind": "unit", "name": "a", "identifier": "unit"}],
    }
    told = mask_of(case, None).case(case)
    assert set(told) == {"facts", "parties"}
    assert told["parties"][0]["kind"] == "unit"
    assert told["facts"] == {"overdue": True}
