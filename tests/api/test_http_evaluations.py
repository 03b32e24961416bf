"""Evaluations over HTTP: the engine's own bytes, on record, listed, replayed, corrected, erased."""

from __future__ import annotations

import copy
import hashlib
import json
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest
from helpers import RULES
from http_door import CASE, Caller, Door, codes, problem, rules
from intruder import Intruder

from api.serving.answers import result_bytes
from engine.source import parse, read_source


def worked_cases() -> Iterator[tuple[str, bool, Any]]:
    """Worked cases from all over the rules: the rule set, published_only, the source. Not all of
    them: `liangfa test` runs them all."""
    for path in sorted(RULES.glob("*/cases/**/*.yaml"))[::6]:
        source = read_source(path)
        for index, worked in list(enumerate(source.data["cases"]))[::2]:
            named = path.relative_to(RULES).parts[0]
            part = source.part(("cases", index, "case"))
            yield named, worked.get("published_only", False), part


def exact(value: Any) -> float:
    assert isinstance(value, Decimal)
    return float(value)


def test_the_result_is_the_engines_own_bytes_for_the_worked_cases(us: Caller) -> None:
    seen = 0
    for rule_set, published_only, source in worked_cases():
        body = json.dumps(source.data, ensure_ascii=False, default=exact).encode()
        query = f"record=false&rule_set={rule_set}&published_only={str(published_only).lower()}"
        answer = us.post(
            f"/v1/evaluations?{query}",
            content=body,
            headers={"Content-Type": "application/json"},
        )
        engine = rules().engine(rule_set, None, published_only)
        wanted = result_bytes(engine.evaluate_source(source))
        assert answer.status_code == 200, answer.text
        assert answer.content.endswith(b',"result":' + wanted + b"}")
        assert answer.headers["liangfa-rule-set-digest"] == engine.rule_set.digest
        seen += 1
    assert seen > 100


def test_a_recorded_evaluation_can_be_read_again_to_the_byte(us: Caller) -> None:
    posted = us.post("/v1/evaluations", CASE)
    assert posted.status_code == 201
    told = posted.json()
    assert posted.headers["location"] == f"/v1/evaluations/{told['id']}"
    assert list(told) == ["id", "created_at", "record", "replaces", "history", "result"]
    read = us.get(posted.headers["location"])
    assert read.status_code == 200
    result = posted.content.partition(b'"result":')[2]
    assert read.content.endswith(b'"result":' + result)
    whole = read.json()
    assert whole["case"] == CASE
    assert whole["masked"] is False
    assert whole["record"] == told["record"]
    assert whole["items"] == ["wsl-097-7"]
    assert whole["digest"] == read.headers["liangfa-rule-set-digest"]


def test_a_trial_leaves_no_record(us: Caller) -> None:
    assert us.post("/v1/evaluations?record=false", CASE).status_code == 200
    assert us.get("/v1/evaluations").json() == {"evaluations": [], "next": None}


def test_the_region_chooses_the_rules_and_a_name_goes_before_it(us: Caller) -> None:
    case = {**CASE, "authority": {"region": "341504"}}
    assert us.record(case)["result"]["rule_set"]["id"] == "yeji"
    assert us.record(case, "?rule_set=cn-mem")["result"]["rule_set"]["id"] == "cn-mem"


def test_published_only_leaves_proposals_out(us: Caller) -> None:
    told = us.record(CASE, "?published_only=true")
    assert told["result"]["rule_set"]["published_only"] is True
    assert [each["published_only"] for each in us.get("/v1/evaluations").json()["evaluations"]] == [
        True
    ]


def test_an_unknown_rule_set_is_refused(us: Caller) -> None:
    answer = us.post("/v1/evaluations?rule_set=moon", CASE)
    assert codes(answer) == [("rule_set", "unknown_rule_set")]


def test_every_fault_of_a_case_is_told_with_its_pointer(us: Caller) -> None:
    case = copy.deepcopy(CASE)
    case["facts"] = {"uncertified_worker": 1, "overdue": "no"}
    case["parties"][0]["kind"] = "factory"
    assert sorted(codes(us.post("/v1/evaluations", case))) == [
        ("/facts/overdue", "wrong_type"),
        ("/facts/uncertified_worker", "unknown_fact"),
        ("/parties/0/kind", "unknown_role"),
    ]


def test_lists_come_newest_first_in_pages_that_miss_nothing(us: Caller) -> None:
    ids = [us.record()["id"] for _ in range(5)]
    seen: list[str] = []
    cursor = ""
    while True:
        page = us.get(f"/v1/evaluations?limit=2{cursor}").json()
        seen += [each["id"] for each in page["evaluations"]]
        if page["next"] is None:
            break
        cursor = f"&cursor={page['next']}"
    assert seen == ids[::-1]


def test_lists_are_filtered(us: Caller) -> None:
    settled = us.record()["id"]
    unknown = us.record({"item": "wsl-102", "facts": {"general_hazards": 1}}, "?rule_set=cn")["id"]

    def listed(query: str) -> list[str]:
        answer = us.get(f"/v1/evaluations?{query}")
        assert answer.status_code == 200
        return [each["id"] for each in answer.json()["evaluations"]]

    assert listed("item=wsl-097-7") == [settled]
    assert listed("status=open") == [unknown]
    assert listed("rule_set=cn") == [unknown]
    assert listed("rule_set=cn&status=settled") == []


def test_replay_gives_the_same_bytes(us: Caller) -> None:
    id = us.record()["id"]
    assert us.post(f"/v1/evaluations/{id}/replay").json() == {
        "same": True,
        "engine_version_then": "0.1.0",
        "engine_version_now": "0.1.0",
        "differences": [],
    }


def test_replay_shows_what_has_changed(door: Door, us: Caller) -> None:
    from api.store import Actor, NewEvaluation

    engine = rules().engine("yeji", None, False)
    source = parse(json.dumps(CASE).encode(), "case")
    then = json.loads(result_bytes(engine.evaluate_source(source)))
    then["outcomes"][0]["fine"]["max"] = 7
    us.record()
    record, _ = door.store.add_evaluation(
        NewEvaluation(
            rule_set="yeji",
            digest=engine.rule_set.digest,
            published_only=False,
            engine_version="0.0.9",
            case_digest=then["case_digest"],
            status="settled",
            items=("wsl-097-7",),
            case=json.dumps(CASE).encode(),
            result=json.dumps(then).encode(),
        ),
        Actor(None, "loopback", "maintainer", "local"),
    )
    told = us.post(f"/v1/evaluations/{record.id}/replay").json()
    assert told["same"] is False
    assert told["engine_version_then"] == "0.0.9"
    assert told["differences"] == [{"pointer": "/outcomes/0/fine/max", "then": 7, "now": 30000}]


# Once and only once ------------------------------------------------------------------------


def test_a_repeated_request_is_recorded_once(us: Caller) -> None:
    first = us.post("/v1/evaluations", CASE, headers={"Idempotency-Key": "a-1"})
    again = us.post("/v1/evaluations", CASE, headers={"Idempotency-Key": "a-1"})
    assert again.status_code == 201
    assert again.content == first.content
    assert again.headers["location"] == first.headers["location"]
    assert len(us.get("/v1/evaluations").json()["evaluations"]) == 1


def test_the_same_case_written_otherwise_is_the_same_content(us: Caller) -> None:
    first = us.record(**{"Idempotency-Key": "a-1"})
    facts = {"overdue": False, "uncertified_workers": 1.0, "refused": None}
    again = us.record({**CASE, "facts": facts}, **{"Idempotency-Key": "a-1"})
    assert again["id"] == first["id"]


@pytest.mark.parametrize("query", ["", "?published_only=true", "?rule_set=cn"])
def test_another_content_under_the_same_key_is_refused(us: Caller, query: str) -> None:
    us.record(**{"Idempotency-Key": "a-1"})
    other = CASE if query else {**CASE, "facts": {"uncertified_workers": 2}}
    answer = us.post(f"/v1/evaluations{query}", other, headers={"Idempotency-Key": "a-1"})
    problem(answer, 409, "idempotency_mismatch")
    assert len(us.get("/v1/evaluations").json()["evaluations"]) == 1


def test_the_same_key_of_another_caller_is_another_key(door: Door) -> None:
    one, other = door.somebody("officer"), door.somebody("officer")
    ids = {each.record(**{"Idempotency-Key": "a-1"})["id"] for each in (one, other)}
    assert len(ids) == 2


@pytest.mark.parametrize("key", ["", "two words", "x" * 201])
def test_an_idempotency_key_has_a_form(us: Caller, key: str) -> None:
    answer = us.post("/v1/evaluations", CASE, headers={"Idempotency-Key": key})
    assert codes(answer)[0][0] == "Idempotency-Key"


# Corrections and erasure -------------------------------------------------------------------


def test_a_correction_is_a_new_record_that_names_the_old(us: Caller) -> None:
    old = us.record()["id"]
    new = us.record({**CASE, "facts": {"uncertified_workers": 2}}, f"?replaces={old}")
    assert new["replaces"] == old
    assert us.get(f"/v1/evaluations/{new['id']}").json()["replaces"] == old
    assert us.get(f"/v1/evaluations/{old}").json()["case"] == CASE


def test_a_correction_of_nothing_is_refused(door: Door) -> None:
    officer, other = door.somebody("officer"), door.somebody("officer", "elsewhere")
    foreign = other.record()["id"]
    for id in ("0" * 26, foreign):
        problem(officer.post(f"/v1/evaluations?replaces={id}", CASE), 404, "not_found")


def test_an_erased_record_keeps_its_place_and_nothing_else(us: Caller) -> None:
    id = us.record()["id"]
    answer = us.post(f"/v1/evaluations/{id}/erase", {"reason": "保存期限届满"})
    assert answer.json() == {"id": id, "erased": True}
    told = us.get(f"/v1/evaluations/{id}")
    assert (told.json()["case"], told.json()["result"]) == (None, None)
    assert "望山机械厂" not in told.text
    for action in ("replay", "document"):
        method = "GET" if action == "document" else "POST"
        problem(us.ask(method, f"/v1/evaluations/{id}/{action}"), 404, "not_found")
    assert us.get("/v1/audit/verify").json()["ok"] is True
    again = us.post(f"/v1/evaluations/{id}/erase", {"reason": "保存期限届满"})
    assert again.status_code == 200


# History -----------------------------------------------------------------------------------


def decided(caller: Caller, case: Any = CASE) -> str:
    id = str(caller.record(case)["id"])
    answer = caller.post(
        f"/v1/evaluations/{id}/decision",
        {
            "decided_on": "2026-04-20",
            "parties": [{"party": "plant", "fine": 9000}],
            "reason": "当事人已经整改",
            "officers": [
                {"name": "王一", "certificate": "AH0117A"},
                {"name": "李二", "certificate": "AH0118A"},
            ],
        },
    )
    assert answer.status_code == 201, answer.text
    return id


def test_earlier_decisions_are_offered_and_change_nothing(us: Caller) -> None:
    before = us.post("/v1/evaluations?record=false", CASE).json()
    assert before["history"] == []
    id = decided(us)
    offered = [
        {
            "party": "plant",
            "evaluation": id,
            "decided_on": "2026-04-20",
            "items": ["wsl-097-7"],
            "fines": [{"party": "plant", "fine": 9000}],
        }
    ]
    after = us.post("/v1/evaluations?record=false", CASE).json()
    assert after == {**before, "history": offered}
    assert us.record()["history"] == offered


def test_history_is_not_offered_where_the_case_states_it_or_names_nobody(us: Caller) -> None:
    decided(us)
    stated = copy.deepcopy(CASE)
    stated["facts"] |= {"first_violation": False, "same_violation_penalties": 1}
    nobody = copy.deepcopy(CASE)
    del nobody["parties"][0]["identifier"]
    for case in (stated, nobody):
        assert us.post("/v1/evaluations?record=false", case).json()["history"] == []


def test_a_damaged_record_is_said_to_be_one(door: Door, us: Caller) -> None:
    id = us.record()["id"]
    intruder = Intruder(door.settings.store_url)
    intruder.run("UPDATE evaluations SET sealed_result = sealed_case")
    intruder.leave()
    for answer in (us.get(f"/v1/evaluations/{id}"), us.post(f"/v1/evaluations/{id}/replay")):
        told = problem(answer, 500, "record_damaged")
        assert "liangfa audit verify" in told["detail"]
    assert us.get("/v1/audit/verify").json()["fault"]["id"] == id


def test_a_blank_identifier_is_nobodys(us: Caller) -> None:
    case = copy.deepcopy(CASE)
    case["parties"][0]["identifier"] = "  "
    decided(us, case)
    case["parties"][0]["identifier"] = "\u3000"
    assert us.record(case)["history"] == []


def test_an_idempotency_key_is_given_once(door: Door) -> None:
    twice = [("Idempotency-Key", "a"), ("Idempotency-Key", "b")]
    answer = door.client.post("/v1/evaluations", json=CASE, headers=twice)
    assert codes(answer) == [("Idempotency-Key", "duplicate_parameter")]


def test_history_stays_in_the_office(door: Door) -> None:
    ours, theirs = door.somebody("officer"), door.somebody("officer", "elsewhere")
    decided(ours)
    assert len(ours.record()["history"]) == 1
    assert theirs.record()["history"] == []


def test_the_digest_is_that_of_the_bundle_kept(door: Door, us: Caller) -> None:
    digest = us.record()["result"]["rule_set"]["digest"]
    kept = door.store.bundle(digest)
    assert kept is not None
    assert digest == "sha256:" + hashlib.sha256(kept).hexdigest()
