"""Keys, roles and offices: who is refused, how, and that nothing leaks on the way."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from http_door import CASE, OFFICERS, POINTS, Caller, Door, opened, problem

from api.store import PROGRAM

DECISION = {
    "decided_on": "2026-04-20",
    "parties": [{"party": "plant", "fine": 15000}],
    "officers": OFFICERS,
}
REVIEW = {"checklist": {key: {"ok": True} for key in POINTS}, "verdict": "agree"}
NOWHERE = "0" * 26


def by_id(id: str) -> list[tuple[str, str, Any]]:
    """Every address under a record, and what is sent there."""
    at = f"/v1/evaluations/{id}"
    return [
        ("GET", at, None),
        ("GET", f"{at}/document", None),
        ("POST", f"{at}/replay", None),
        ("POST", f"{at}/decision", DECISION),
        ("POST", f"{at}/review", REVIEW),
        ("POST", f"{at}/erase", {"reason": "保存期限届满"}),
    ]


def elsewhere() -> list[tuple[str, str, Any]]:
    return [
        ("GET", "/v1/rule-sets", None),
        ("GET", "/v1/rule-sets/yeji", None),
        ("GET", "/v1/items", None),
        ("GET", "/v1/items/wsl-097-7", None),
        ("POST", "/v1/evaluations?record=false", CASE),
        ("GET", "/v1/evaluations", None),
        ("POST", "/v1/matches", CASE),
        ("GET", "/v1/audit/verify", None),
        ("GET", "/v1/reviews/consistency", None),
    ]


def send(caller: Caller, method: str, path: str, body: Any) -> Any:
    return caller.ask(method, path, **({} if body is None else {"json": body}))


# Keys --------------------------------------------------------------------------------------


def test_without_any_key_this_machine_may_do_everything(door: Door) -> None:
    us = door.nobody()
    id = us.record()["id"]
    for method, path, body in [*elsewhere(), *by_id(id)]:
        assert send(us, method, path, body).status_code in (200, 201), path


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1:8000", "127.8.9.1", "[::1]:8000"])
def test_this_machine_has_many_addresses(door: Door, host: str) -> None:
    assert door.nobody().get("/v1/evaluations", headers={"Host": host}).status_code == 200


@pytest.mark.parametrize("host", ["", "evil.example", "127.0.0.1.evil.example", "10.0.0.5"])
def test_a_foreign_name_for_this_machine_is_not_this_machine(door: Door, host: str) -> None:
    problem(door.nobody().get("/v1/evaluations", headers={"Host": host}), 401, "unauthorized")


def test_the_first_key_ends_that(door: Door) -> None:
    us = door.nobody()
    id = us.record()["id"]
    assert door.somebody("officer").get("/v1/evaluations").status_code == 200
    for method, path, body in [*elsewhere(), *by_id(id)]:
        answer = send(us, method, path, body)
        problem(answer, 401, "unauthorized")
        assert answer.headers["www-authenticate"] == "Bearer"


def test_a_wrong_key_opens_nothing_and_is_not_logged(door: Door) -> None:
    officer = door.somebody("officer")
    assert officer.secret is not None
    for secret in ("nonsense", officer.secret[:-1] + "?", officer.secret.upper(), "lf_x_y"):
        wrong = Caller(door.client, secret)
        problem(wrong.get("/v1/evaluations"), 401, "unauthorized")
        problem(wrong.post("/v1/evaluations", CASE), 401, "unauthorized")
    assert [each["code"] for each in door.log()] == ["unauthorized"] * 8
    assert {each["peer"] for each in door.log()} == {"127.0.0.1"}
    assert officer.secret[:-1] not in door.lines.getvalue()
    assert "nonsense" not in door.lines.getvalue()


@pytest.mark.parametrize("form", ["{}", "Basic {}", "bearer", "Bearer", "Bearer  ", "Token {}"])
def test_a_key_in_another_form_is_none(door: Door, form: str) -> None:
    secret = door.somebody("officer").secret
    headers = {"Authorization": form.format(secret)}
    problem(door.nobody().get("/v1/evaluations", headers=headers), 401, "unauthorized")


def test_a_revoked_key_is_refused_at_once(door: Door) -> None:
    officer = door.somebody("officer")
    assert officer.get("/v1/evaluations").status_code == 200
    door.store.revoke_key(officer.key, PROGRAM)
    problem(officer.get("/v1/evaluations"), 401, "unauthorized")
    # The last key revoked does not open the door again.
    problem(door.nobody().get("/v1/evaluations"), 401, "unauthorized")


def test_health_and_metrics_ask_for_no_key(door: Door) -> None:
    door.somebody("officer")
    for path in ("/healthz", "/readyz", "/metrics", "/openapi.json"):
        assert door.nobody().get(path).status_code == 200


@pytest.mark.parametrize(
    "headers",
    [
        {"Host": "liangfa.example"},
        {"Host": "rebound.example:80"},
        {"X-Forwarded-For": "10.1.2.3"},
        {"Forwarded": "for=10.1.2.3"},
        {"Authorization": "Bearer lf_x_y"},
    ],
)
def test_without_keys_nothing_that_comes_from_outside_is_answered(
    door: Door, headers: dict[str, str]
) -> None:
    answer = door.nobody().get("/v1/evaluations", headers=headers)
    problem(answer, 401, "unauthorized")


def test_without_keys_another_machine_is_not_answered(tmp_path: Path, database_url: str) -> None:
    with opened(tmp_path, database_url=database_url, client=("10.1.2.3", 50000)) as door:
        problem(door.nobody().get("/v1/evaluations"), 401, "unauthorized")
        assert door.somebody("officer").get("/v1/evaluations").status_code == 200


# Offices -----------------------------------------------------------------------------------


def test_another_offices_record_is_not_found(door: Door) -> None:
    ours, theirs = door.somebody("officer"), door.somebody("officer", "elsewhere")
    id = ours.record()["id"]
    seen: list[Any] = []
    for there, nowhere in zip(by_id(id)[:4], by_id(NOWHERE)[:4], strict=True):
        real, none = send(theirs, *there), send(theirs, *nowhere)
        problem(real, 404, "not_found")
        # Nothing tells a record of somebody else from none at all.
        seen = [{**each.json(), "instance": ""} for each in (real, none)]
        assert seen[0] == seen[1]
    assert theirs.get("/v1/evaluations").json()["evaluations"] == []
    assert len(ours.get("/v1/evaluations").json()["evaluations"]) == 1
    assert "望山机械厂" not in door.lines.getvalue()


def test_colleagues_share_their_offices_records(door: Door) -> None:
    id = door.somebody("officer").record()["id"]
    assert door.somebody("officer").get(f"/v1/evaluations/{id}").status_code == 200


def test_reviewers_and_maintainers_see_every_office(door: Door) -> None:
    ids = {door.somebody("officer", office).record()["id"] for office in ("a", "b")}
    for role in ("reviewer", "maintainer"):
        caller = door.somebody(role, "c")
        listed = caller.get("/v1/evaluations").json()["evaluations"]
        assert {each["id"] for each in listed} == ids


# Roles -------------------------------------------------------------------------------------

MAY = {
    "record": {"officer"},
    "decision": {"officer"},
    "review": {"reviewer"},
    "erase": {"maintainer"},
    "verify": {"reviewer", "maintainer"},
    "consistency": {"officer", "reviewer", "maintainer"},
}


@pytest.mark.parametrize("role", ["officer", "reviewer", "maintainer"])
def test_each_role_may_do_what_is_its_own(door: Door, role: str) -> None:
    id = door.somebody("officer").record()["id"]
    caller = door.somebody(role)
    tries = {
        "record": ("POST", "/v1/evaluations", CASE),
        "decision": by_id(id)[3],
        "review": by_id(id)[4],
        "verify": ("GET", "/v1/audit/verify", None),
        "consistency": ("GET", "/v1/reviews/consistency", None),
        "erase": by_id(id)[5],
    }
    for name, (method, path, body) in tries.items():
        answer = send(caller, method, path, body)
        if role in MAY[name]:
            assert answer.status_code in (200, 201), (name, answer.text)
        else:
            problem(answer, 403, "forbidden")


@pytest.mark.parametrize("role", ["officer", "reviewer", "maintainer"])
def test_every_role_may_read_the_rules_and_try(door: Door, role: str) -> None:
    caller = door.somebody(role)
    for method, path, body in [*elsewhere()[:5], ("POST", "/v1/matches", CASE)]:
        assert send(caller, method, path, body).status_code == 200, path


# Rates -------------------------------------------------------------------------------------


def test_a_caller_who_asks_too_often_is_told_when_to_come_back(
    tmp_path: Path, database_url: str
) -> None:
    with opened(tmp_path, database_url=database_url, rate_per_minute=3) as door:
        busy, calm = door.somebody("officer"), door.somebody("officer")
        for _ in range(3):
            assert busy.get("/v1/evaluations").status_code == 200
        answer = busy.get("/v1/evaluations")
        problem(answer, 429, "too_many_requests")
        assert 0 < int(answer.headers["retry-after"]) <= 20
        assert calm.get("/v1/evaluations").status_code == 200
        assert busy.get("/healthz").status_code == 200


def test_guessing_keys_is_slowed_down(tmp_path: Path, database_url: str) -> None:
    with opened(tmp_path, database_url=database_url, rate_per_minute=3) as door:
        officer = door.somebody("officer")
        guesser = Caller(door.client, "lf_x_y")
        statuses = [guesser.get("/v1/evaluations").status_code for _ in range(6)]
        assert statuses == [401, 401, 401, 429, 429, 429]
        assert officer.get("/healthz").status_code == 200
