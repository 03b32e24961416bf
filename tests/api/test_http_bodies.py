"""Bodies and addresses that nobody should send: refused, logged by code, nothing leaked."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from http_door import CASE, OFFICERS, Caller, Door, codes, opened, problem

TYPE = {"Content-Type": "application/json"}
SECRET = "张望山"


@pytest.fixture(scope="module")
def door(shared_door: Door) -> Door:
    return shared_door


PATHS = ["/v1/evaluations", "/v1/matches"]


def raw(us: Caller, content: Any, path: str = PATHS[0], **headers: str) -> Any:
    return us.post(path, content=content, headers={**TYPE, **headers})


def clean(door: Door) -> None:
    """No crash, and no word of the bodies in the log."""
    assert SECRET not in door.lines.getvalue()
    assert all(each["event"] != "crash" for each in door.log())


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize(
    "body",
    [
        "",
        " ",
        "{",
        '{"facts": {}',
        '{"facts": {}} x',
        "{'facts': {}}",
        '{"facts": {},}',
        "facts: {uncertified_workers: 1}",
        "item: wsl-097-7\nfacts: {}",
        '{"facts": {"uncertified_workers": 01}}',
        '{"facts": {"uncertified_workers": NaN}}',
        '{"facts": {"uncertified_workers": Infinity}}',
        '{"facts": {"uncertified_workers": -Infinity}}',
        '{"facts": {"note": "' + SECRET + '\n"}}',
        '\ufeff{"facts": {}}',
        "// comment\n{}",
    ],
)
def test_what_is_not_json_is_a_bad_request(door: Door, us: Caller, path: str, body: str) -> None:
    problem(raw(us, body.encode(), path), 400, "bad_request")
    clean(door)


@pytest.mark.parametrize(
    ("body", "word"),
    [
        ('{"facts": {"overdue": "\\ud800"}}', "ud800"),
        ('{"facts": {"overdue": "\\\\\\udfff\\ud83d"}}', "udfff"),
        ('{"facts": {"' + "k" * 2000 + '": 1}}', "键过长"),
    ],
)
def test_json_that_the_engine_cannot_read_is_refused_in_words_of_json(
    us: Caller, body: str, word: str
) -> None:
    told = problem(raw(us, body.encode()), 400, "bad_request")
    assert word in told["detail"]
    assert "YAML" not in told["detail"]


@pytest.mark.parametrize("mark", ["\x7f", "\x85", "\xa0", "\u2028", "\u2029", "\ufeff", "\ufffe"])
def test_a_letter_of_json_is_kept_as_it_was_written(us: Caller, mark: str) -> None:
    name = f"望山 {mark} 厂{mark}"
    case = {**CASE, "parties": [{"id": "plant", "kind": "unit", "name": name}]}
    path = "/v1/evaluations?record=false"
    plain = raw(us, json.dumps(case, ensure_ascii=False).encode(), path)
    escaped = raw(us, json.dumps(case).encode(), path)
    assert plain.status_code == escaped.status_code == 200
    assert plain.json() == escaped.json()
    assert name in "".join(plain.json()["result"]["draft"])


def test_of_very_many_faults_the_first_are_told(us: Caller) -> None:
    facts = {f"unknown_{number}": 1 for number in range(400)}
    told = problem(raw(us, json.dumps({**CASE, "facts": facts}).encode()), 422, "invalid_input")
    assert len(told["errors"]) == 100
    assert "400" in told["detail"]


def test_a_string_left_open_is_read_once(us: Caller) -> None:
    for body in (b"[" * 40 + b'"' + b'\\"' * 400_000, b"[" * 40 + b'"' + b"\\" * 800_001):
        assert raw(us, body).status_code in (400, 422)


def test_what_is_not_utf_8_is_a_bad_request(us: Caller) -> None:
    problem(raw(us, json.dumps(CASE, ensure_ascii=False).encode("gbk")), 400, "bad_request")
    problem(raw(us, json.dumps(CASE).encode("utf-16")), 400, "bad_request")


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("body", ["[]", "null", "1", '"case"', "true"])
def test_json_that_is_no_object_is_no_case(us: Caller, path: str, body: str) -> None:
    assert codes(raw(us, body.encode(), path)) == [("", "not_a_case")]


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ('{"facts": {}, "facts": {}}', "duplicate_key"),
        ('{"facts": {"overdue": true, "overdue": false}}', "duplicate_key"),
        ('{"facts": {"uncertified_workers": 1e400}}', "number_too_large"),
        ('{"facts": {"uncertified_workers": ' + "9" * 5000 + "}}", "number_too_large"),
        ('{"facts": {"uncertified_workers": "NaN"}}', "wrong_type"),
        ('{"facts": {}, "extra": 1}', "unknown_key"),
    ],
)
def test_json_that_is_no_case_is_refused_in_the_engines_words(
    us: Caller, body: str, code: str
) -> None:
    assert [each[1] for each in codes(raw(us, body.encode()))] == [code]


@pytest.mark.parametrize(
    "kind",
    [
        "text/plain",
        "application/yaml",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "application/json; charset=gbk",
        "application/problem+json",
        "",
    ],
)
def test_another_media_type_is_refused(us: Caller, kind: str) -> None:
    answer = us.post("/v1/evaluations", content=b"{}", headers={"Content-Type": kind})
    problem(answer, 415, "unsupported_media_type")


def test_a_compressed_body_is_refused(us: Caller) -> None:
    answer = raw(us, b"{}", **{"Content-Encoding": "gzip"})
    problem(answer, 415, "unsupported_media_type")


def test_json_with_its_character_set_named_is_taken(us: Caller) -> None:
    body = json.dumps(CASE).encode()
    kind = {"Content-Type": 'Application/JSON; charset="UTF-8"'}
    assert us.post("/v1/evaluations?record=false", content=body, headers=kind).status_code == 200


def test_json_that_yaml_writes_otherwise_is_the_same_case(us: Caller) -> None:
    case = {**CASE, "parties": [{"id": "plant", "kind": "unit", "name": "𠮷田\t\\ud83d/\u2028"}]}
    plain = us.record(case)
    tabbed = json.dumps(case, indent="\t").replace("/", "\\/")
    again = us.post("/v1/evaluations", content=tabbed.encode(), headers=TYPE)
    assert again.json()["result"] == plain["result"]
    told = us.get(again.headers["location"]).json()
    assert told["case"] == case


# Too much ----------------------------------------------------------------------------------


@pytest.mark.parametrize("path", PATHS)
def test_a_body_over_the_limit_is_refused(door: Door, us: Caller, path: str) -> None:
    body = json.dumps({**CASE, "note": SECRET + "x" * door.settings.max_body}).encode()
    problem(raw(us, body, path), 413, "too_large")

    def pieces() -> Iterator[bytes]:
        yield from (body[start : start + 65536] for start in range(0, len(body), 65536))

    problem(raw(us, pieces(), path), 413, "too_large")
    clean(door)


def test_a_body_at_the_limit_is_read(tmp_path: Path, database_url: str) -> None:
    body = json.dumps(CASE).encode()
    with opened(tmp_path, database_url=database_url, max_body=len(body)) as door:
        assert raw(door.nobody(), body).status_code == 201
        problem(raw(door.nobody(), body + b" "), 413, "too_large")


@pytest.mark.parametrize("body", ["[" * 100_000, '{"a":' * 100_000, '{"facts":{"x":' + "[" * 33])
def test_a_deeply_nested_body_is_refused(us: Caller, body: str) -> None:
    assert codes(raw(us, body.encode())) == [("", "too_deep")]


def test_nesting_is_counted_outside_of_texts(us: Caller) -> None:
    case = {**CASE, "parties": [{"id": "plant", "kind": "unit", "name": '[{"\\' * 50}]}
    assert us.post("/v1/evaluations", case).status_code == 201


def nested(depth: int) -> dict[str, Any]:
    value: Any = 1
    for _ in range(depth - 2):
        value = {"value": value}
    return {"facts": {"uncertified_workers": value}} if depth > 1 else {}


def test_the_depth_allowed_is_the_one_in_the_settings(tmp_path: Path, database_url: str) -> None:
    with opened(tmp_path, database_url=database_url, max_depth=5) as door:
        us = door.nobody()
        assert codes(us.post("/v1/evaluations", nested(6))) == [("", "too_deep")]
        assert ("", "too_deep") not in codes(us.post("/v1/evaluations", nested(5)))


def test_violations_and_parties_are_counted(tmp_path: Path, database_url: str) -> None:
    party = {"kind": "unit"}
    many = [{"id": f"p{number}", **party} for number in range(4)]
    acts = [{"id": f"v{number}", "item": "wsl-097-7"} for number in range(3)]
    with opened(tmp_path, database_url=database_url, max_parties=3, max_violations=2) as door:
        us = door.nobody()
        short = us.post("/v1/evaluations", {**CASE, "parties": many})
        assert codes(short) == [("/parties", "too_many_parties")]
        full = {"case": {"violations": acts, "parties": many[:3]}}
        assert codes(us.post("/v1/matches", full)) == [("/case/violations", "too_many_violations")]
        full["case"]["violations"] = acts[:2]
        assert us.post("/v1/matches", full).status_code == 200


def test_a_case_that_takes_too_long_is_given_up(tmp_path: Path, database_url: str) -> None:
    with opened(tmp_path, database_url=database_url, timeout_seconds=0) as door:
        answer = door.nobody().post("/v1/evaluations", CASE)
        problem(answer, 503, "timed_out")
        assert answer.headers["retry-after"]


# Addresses ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "path",
    [
        "/v1",
        "/v1/",
        "/v1/evaluations/",
        "/v1/evaluations/..%2f..%2fmaster.key",
        "/v1/evaluations/%2e%2e/%2e%2e/etc/passwd",
        "/v1/evaluations/..\\..\\master.key",
        "/v1/evaluations/0%00",
        "/v1/evaluations/" + "0" * 25,
        "/v1/evaluations/" + "O" * 26,
        "/v1/evaluations/" + "0" * 26 + "%0a",
        "/v1/evaluations/" + SECRET,
        "/v1/evaluations/" + "x" * 5000,
        "/v1/items/..%2fruleset.yaml",
        "/v1/items/wsl-097-7%00",
        "/v1/rule-sets/..",
        "/v1/rule-sets/%2e%2e%2fcn",
        "/docs",
        "/redoc",
        "/V1/evaluations",
    ],
)
def test_a_path_that_leads_nowhere_is_not_found(door: Door, us: Caller, path: str) -> None:
    problem(us.get(path), 404, "not_found")
    assert SECRET not in door.lines.getvalue()
    assert "passwd" not in door.lines.getvalue()


@pytest.mark.parametrize("path", ["/healthz", "/v1/evaluations", "/v1/items/none"])
def test_head_is_get_without_its_body(us: Caller, path: str) -> None:
    got, asked = us.get(path), us.ask("HEAD", path)
    assert asked.status_code == got.status_code
    assert asked.content == b""
    for name in ("content-type", "liangfa-rule-set-digest"):
        assert asked.headers[name] == got.headers[name]
    assert us.ask("HEAD", "/v1/matches").status_code == 405


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "BREW"])
def test_a_method_that_an_address_does_not_know_is_refused(us: Caller, method: str) -> None:
    answer = us.ask(method, "/v1/evaluations")
    assert answer.status_code == 405
    assert answer.headers["allow"] == "GET, HEAD, POST"
    assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize(
    ("query", "fault"),
    [
        ("publish_only=true", ("publish_only", "unknown_parameter")),
        ("published_only=yes", ("published_only", "not_allowed")),
        ("published_only=1", ("published_only", "not_allowed")),
        ("record=true&record=false", ("record", "duplicate_parameter")),
        ("rule_set=../cn", ("rule_set", "bad_form")),
        ("rule_set=", ("rule_set", "bad_form")),
        ("replaces=%00", ("replaces", "bad_form")),
        (f"record=false&replaces={'3' * 26}", ("replaces", "not_allowed")),
    ],
)
def test_a_parameter_is_never_guessed_at(us: Caller, query: str, fault: tuple[str, str]) -> None:
    assert codes(us.post(f"/v1/evaluations?{query}", CASE)) == [fault]


@pytest.mark.parametrize("limit", ["0", "201", "-1", "1e1", "x", "1.0", "9" * 30])
def test_a_page_has_bounds(us: Caller, limit: str) -> None:
    assert codes(us.get(f"/v1/evaluations?limit={limit}"))[0][0] == "limit"


# Typed bodies ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"decided_on": "2026-02-30"}, ("/decided_on", "not_allowed")),
        ({"decided_on": "2026-2-3"}, ("/decided_on", "bad_form")),
        ({"decided_on": 20260203}, ("/decided_on", "wrong_type")),
        ({"parties": []}, ("/parties", "out_of_bounds")),
        ({"parties": {}}, ("/parties", "wrong_type")),
        ({"parties": [{"party": "plant", "fine": "1"}]}, ("/parties/0/fine", "not_allowed")),
        ({"parties": [{"party": "plant", "fine": True}]}, ("/parties/0/fine", "not_allowed")),
        ({"parties": [{"party": "plant", "fine": -1}]}, ("/parties/0/fine", "out_of_bounds")),
        ({"parties": [{"party": "plant", "fine": 0.001}]}, ("/parties/0/fine", "too_fine")),
        ({"parties": [{"party": "plant", "fine": 1e300}]}, ("/parties/0/fine", "out_of_bounds")),
        ({"parties": [{"party": "plant"}]}, ("/parties/0/fine", "missing_key")),
        ({"parties": [{"party": " ", "fine": 1}]}, ("/parties/0/party", "not_allowed")),
        ({"officers": OFFICERS[:1]}, ("/officers", "out_of_bounds")),
        ({"reason": ""}, ("/reason", "out_of_bounds")),
        ({"reason": 5}, ("/reason", "wrong_type")),
        ({"verdict": "agree"}, ("/verdict", "unknown_key")),
    ],
)
def test_every_fault_of_a_typed_body_has_its_pointer(
    us: Caller, change: dict[str, Any], fault: tuple[str, str]
) -> None:
    id = us.record()["id"]
    decision = {
        "decided_on": "2026-04-20",
        "parties": [{"party": "plant", "fine": 15000}],
        "officers": OFFICERS,
    }
    answer = us.post(f"/v1/evaluations/{id}/decision", {**decision, **change})
    assert codes(answer) == [fault]


@pytest.mark.parametrize(
    "body",
    [
        '{"reason": "a", "reason": "b"}',
        '{"reason": NaN}',
        '{"reason": ' + "9" * 200 + "}",
        '{"reason": 1e99999999999999999999}',
        '{"reason": "a"',
        "reason: a",
    ],
)
def test_typed_bodies_are_read_as_strictly(us: Caller, body: str) -> None:
    id = us.record()["id"]
    problem(raw(us, body.encode(), f"/v1/evaluations/{id}/erase"), 400, "bad_request")
    assert us.get(f"/v1/evaluations/{id}").json()["erased"] is False
