"""The log and the counters: a line a request, with ids and codes, without what anybody wrote."""

from __future__ import annotations

import io
import re
from pathlib import Path

from fastapi.testclient import TestClient
from http_door import CASE, Door, opened, problem

from api.http.logs import logger


def test_a_line_says_who_asked_what_by_which_rules(door: Door) -> None:
    officer = door.somebody("officer")
    answer = officer.post("/v1/evaluations", CASE)
    (line,) = door.log()
    assert line.pop("ms") > 0
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", line.pop("at"))
    assert line == {
        "level": "info",
        "event": "request",
        "request_id": answer.headers["x-request-id"],
        "method": "POST",
        "route": "/v1/evaluations",
        "status": 201,
        "key": officer.key,
        "role": "officer",
        "office": "yeji",
        "digest": answer.headers["liangfa-rule-set-digest"],
        "record": answer.json()["id"],
    }


def test_a_refusal_is_a_warning_with_its_codes(door: Door) -> None:
    body = {"facts": {"uncertified_worker": "赵望山"}, "赵望山": 1}
    answer = door.nobody().post("/v1/evaluations?record=false", body)
    problem(answer, 422, "invalid_input")
    (line,) = door.log()
    assert (line["level"], line["code"], line["status"]) == ("warning", "invalid_input", 422)
    assert line["faults"] == ["unknown_key"]
    assert "赵望山" not in door.lines.getvalue()


def test_nothing_of_a_case_a_key_or_a_query_is_logged(door: Door) -> None:
    officer = door.somebody("officer")
    id = officer.record(**{"Idempotency-Key": "my-own-key-7"})["id"]
    officer.get(f"/v1/evaluations/{id}")
    officer.get("/v1/items?q=望山")
    officer.get("/v1/evaluations/望山机械厂")
    officer.get("/望山机械厂?name=望山机械厂")
    officer.post(f"/v1/evaluations/{id}/decision", {"望山机械厂": 1})
    text = door.lines.getvalue()
    assert len(door.log()) == 6
    assert officer.secret is not None
    for word in ("望山", "%E6", "91340000TESTPLANT1", officer.secret, "my-own-key-7"):
        assert word not in text


def test_a_crash_leaves_no_trace_outside_and_no_message_in_the_log(door: Door) -> None:
    @door.app.get("/broken")
    def broken() -> None:
        raise RuntimeError("赵望山的年收入")

    answer = door.nobody().get("/broken")
    told = problem(answer, 500, "internal_fault")
    assert told["errors"] == []
    assert "赵望山" not in answer.text + door.lines.getvalue()
    crash, line = door.log()
    assert (crash["event"], crash["kind"]) == ("crash", "RuntimeError")
    assert crash["frames"][-1].endswith(":broken")
    assert crash["request_id"] == line["request_id"] == answer.headers["x-request-id"]


def test_every_request_has_an_id_of_its_own(door: Door) -> None:
    ids = {door.nobody().get("/healthz").headers["x-request-id"] for _ in range(5)}
    assert len(ids) == 5


def test_no_answer_is_kept_or_sniffed(door: Door) -> None:
    for path in ("/healthz", "/v1/evaluations", "/nothing"):
        headers = door.nobody().get(path).headers
        assert headers["cache-control"] == "no-store"
        assert headers["x-content-type-options"] == "nosniff"


def test_requests_are_counted_by_address_not_by_what_stands_in_it(door: Door) -> None:
    us = door.nobody()
    id = us.record()["id"]
    us.get(f"/v1/evaluations/{id}")
    us.get("/v1/evaluations/望山")
    us.ask("BREW", "/healthz")
    text = us.get("/metrics").text

    def count(method: str, route: str, status: int) -> str:
        labels = f'method="{method}",route="{route}",status="{status}"'
        return f"liangfa_http_requests_total{{{labels}}} 1.0"

    assert count("POST", "/v1/evaluations", 201) in text
    assert count("GET", "/v1/evaluations/{evaluation_id}", 200) in text
    assert count("GET", "/v1/evaluations/{evaluation_id}", 404) in text
    assert count("other", "/healthz", 405) in text
    assert 'liangfa_refused_total{code="not_found"} 1.0' in text
    labels = 'recorded="true",rule_set="yeji",status="settled"'
    assert f"liangfa_evaluations_total{{{labels}}} 1.0" in text
    assert "望山" not in text
    assert id not in text


def test_the_log_can_be_read_by_people_too() -> None:
    lines = io.StringIO()
    logger("text", lines).info("request", route="/v1/items")
    assert re.fullmatch(
        r"at='.*Z' level='info' event='request' route='/v1/items'\n", lines.getvalue()
    )


def test_applications_do_not_share_counters(tmp_path: Path) -> None:
    with opened(tmp_path / "a") as one, opened(tmp_path / "b") as other:
        one.nobody().get("/healthz")
        assert isinstance(other.client, TestClient)
        assert 'route="/healthz"' not in other.nobody().get("/metrics").text
