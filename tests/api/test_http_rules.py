"""The rules over HTTP: the same as the command line tells, and a schema of the facts that fits."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import jsonschema_rs
import pytest
from helpers import RULES
from http_door import CASE, Caller, codes, opened, problem, rules

from engine.source import read_source


@pytest.fixture(scope="module")
def us(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Caller]:
    with opened(tmp_path_factory.mktemp("door")) as door:
        yield door.nobody()


def command(*words: str, given: Any = None) -> Any:
    """What the command line says."""
    ran = subprocess.run(
        [sys.executable, "-m", "api.cli.app", *words, "--format", "json"],
        input=json.dumps(given).encode(),
        capture_output=True,
        check=True,
    )
    return json.loads(ran.stdout)


def test_every_rule_set_is_listed_and_one_is_the_default(us: Caller) -> None:
    listed = us.get("/v1/rule-sets").json()["rule_sets"]
    assert [each["id"] for each in listed] == rules().names()
    assert [each["id"] for each in listed if each["default"]] == ["yeji"]


def test_a_rule_set_tells_its_layers_and_what_it_awaits(us: Caller) -> None:
    answer = us.get("/v1/rule-sets/yeji")
    told = answer.json()
    assert [each["id"] for each in told["layers"]] == ["cn", "cn-mem", "cn-ah", "yeji"]
    assert told["counts"]["items"] == told["items"] > 200
    assert told["awaits"]
    assert told["digest"] == answer.headers["liangfa-rule-set-digest"]
    published = us.get("/v1/rule-sets/yeji?published_only=true").json()
    assert published["published_only"] is True
    assert published["items"] < told["items"]
    problem(us.get("/v1/rule-sets/moon"), 404, "not_found")


def test_items_are_those_of_the_command_line(us: Caller) -> None:
    assert us.get("/v1/items").json()["items"] == command("items")


def test_items_are_found_by_law_and_by_words(us: Caller) -> None:
    by_law = us.get("/v1/items?law=wsl").json()["items"]
    assert {each["id"].partition("-")[0] for each in by_law} == {"wsl"}
    by_word = us.get("/v1/items?q=特种作业&law=wsl").json()["items"]
    assert [each["id"] for each in by_word] == ["wsl-097-7"]
    assert us.get("/v1/items?q=097-7").json()["items"] == by_word
    assert us.get("/v1/items?law=moon").json()["items"] == []
    assert codes(us.get("/v1/items?q=")) == [("q", "out_of_bounds")]


def test_an_item_is_told_as_the_command_line_tells_it(us: Caller) -> None:
    told = us.get("/v1/items/wsl-097-7").json()
    schema = told.pop("facts_schema")
    assert told == command("show", "wsl-097-7")
    assert schema["properties"]["uncertified_workers"]["description"]
    problem(us.get("/v1/items/wsl-097-8"), 404, "not_found")
    assert us.get("/v1/items/wsl-097-7?rule_set=cn").json()["rule_set"]["id"] == "cn"


def test_the_facts_of_worked_cases_fit_their_schema(us: Caller) -> None:
    """What the engine takes, the schema takes."""
    seen = 0
    for path in sorted((RULES / "cn" / "cases").rglob("*.yaml"))[::8]:
        for worked in read_source(path).data["cases"]:
            case = json.loads(json.dumps(worked["case"], default=exact))
            if case.get("item") is None:
                continue
            schema = us.get(f"/v1/items/{case['item']}?rule_set=cn").json()["facts_schema"]
            validator = jsonschema_rs.validator_for(schema)
            for facts in (case["facts"], *(each.get("facts") for each in case.get("parties", ()))):
                assert validator.is_valid(facts or {}), (path.name, facts)
            seen += 1
    assert seen > 50


def exact(number: Decimal) -> float:
    return float(number)


@pytest.mark.parametrize(
    ("facts", "fits"),
    [
        ({"uncertified_workers": 1, "overdue": None}, True),
        ({"uncertified_workers": {"from": 1, "to": 3}}, True),
        ({"uncertified_workers": {"value": 1, "evidence": "现场检查记录"}}, True),
        ({"uncertified_workers": 1.5}, False),
        ({"uncertified_workers": "1"}, False),
        ({"uncertified_workers": -1}, False),
        ({"uncertified_workers": {"about": 1}}, False),
        ({"overdue": {"from": 1}}, False),
        ({"overdue": "yes"}, False),
    ],
)
def test_what_the_schema_refuses_the_engine_refuses(
    us: Caller, facts: dict[str, Any], fits: bool
) -> None:
    schema = us.get("/v1/items/wsl-097-7").json()["facts_schema"]
    answer = us.post("/v1/evaluations?record=false", {"item": "wsl-097-7", "facts": facts})
    assert jsonschema_rs.validator_for(schema).is_valid(facts) is fits
    assert (answer.status_code == 200) is fits, answer.text


def test_matches_are_those_of_the_command_line(us: Caller) -> None:
    told = us.post("/v1/matches", CASE).json()
    assert {"items": told["items"]} == command("match", "-", given=CASE)
    assert told["items"][0] == {
        "id": "wsl-097-7",
        "title": "特种作业人员未经专门培训、未取得相应资格上岗作业",
        "edition": "wsl-097-7@2021-09-01",
        "established": True,
        "missing": [],
    }
