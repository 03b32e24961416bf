"""The OpenAPI document: valid, complete, and true of what is answered."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
from http_door import CASE, OFFICERS, POINTS, Door, opened

from api.http.contract import CASES, openapi_of
from api.problems import CODES

DIALECT = "https://json-schema.org/draft/2020-12/schema"


@pytest.fixture(scope="module")
def door(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Door]:
    with opened(tmp_path_factory.mktemp("door")) as door:
        yield door


@pytest.fixture(scope="module")
def document(door: Door) -> dict[str, Any]:
    told = door.nobody().get("/openapi.json")
    assert told.json() == json.loads(json.dumps(openapi_of(door.app)))
    read: dict[str, Any] = told.json()
    return read


def operations(document: dict[str, Any]) -> list[tuple[str, str, dict[str, Any]]]:
    return [
        (path, method, operation)
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
    ]


def validator(document: dict[str, Any], schema: dict[str, Any]) -> Any:
    """A validator for a schema of the document."""
    return jsonschema_rs.validator_for(
        {"$schema": DIALECT, **json.loads(json.dumps(schema)), "components": document["components"]}
    )


def test_every_schema_is_a_schema_and_every_reference_leads_somewhere(
    document: dict[str, Any],
) -> None:
    assert document["openapi"] == "3.1.0"
    for name, schema in document["components"]["schemas"].items():
        jsonschema_rs.meta.validate({"$schema": DIALECT, **schema})
        validator(document, schema), name
    text = json.dumps(document)
    assert "x-contract" not in text
    assert "liangfa:" not in text.replace("urn:liangfa:", "")
    for part in text.split('"$ref": "')[1:]:
        node: Any = document
        for key in part.partition('"')[0].removeprefix("#/").split("/"):
            node = node[key]


def test_operations_have_names_of_their_own(document: dict[str, Any]) -> None:
    names = [operation["operationId"] for _, _, operation in operations(document)]
    assert len(names) == len(set(names)) == 18
    assert all(name.isidentifier() for name in names)


def test_every_operation_says_which_problems_it_answers_with(document: dict[str, Any]) -> None:
    for path, method, operation in operations(document):
        answers = operation["responses"]
        wanted = {"405", "500"}
        if path.startswith("/v1"):
            wanted |= {"401", "422", "429", "503"}
            assert operation["security"] == [{"key": []}]
        if "requestBody" in operation:
            wanted |= {"400", "413", "415"}
        if "{" in path:
            wanted.add("404")
        if any(each["name"] == "Idempotency-Key" for each in operation.get("parameters", ())):
            wanted |= {"409", "403"}
        assert wanted <= answers.keys(), (path, method)
        for status, answer in answers.items():
            if status >= "400":
                assert answer["content"] == {
                    "application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}
                }
            else:
                assert answer["content"]
    described = {int(status) for _, _, each in operations(document) for status in each["responses"]}
    assert described - {200, 201} == {status for status, _ in CODES.values()}


def test_every_recording_post_takes_an_idempotency_key(document: dict[str, Any]) -> None:
    keyed = {
        operation["operationId"]
        for _, _, operation in operations(document)
        if any(each["name"] == "Idempotency-Key" for each in operation.get("parameters", ()))
    }
    assert keyed == {"evaluate", "decide", "review", "eraseEvaluation"}


def test_examples_fit_their_schemas_and_are_taken(door: Door, document: dict[str, Any]) -> None:
    us = door.nobody()
    case = validator(document, {"$ref": "#/components/schemas/Case"})
    for example in CASES.values():
        case.validate(example["value"])
        assert us.post("/v1/evaluations?record=false", example["value"]).status_code == 200
    id = us.record(CASES["short"]["value"])["id"]
    for name, action in (("DecisionIn", "decision"), ("ReviewIn", "review"), ("Reason", "erase")):
        schema = document["components"]["schemas"][name]
        example = schema["examples"][0]
        validator(document, schema).validate(example)
        answer = us.post(f"/v1/evaluations/{id}/{action}", example)
        assert answer.status_code in (200, 201), answer.text


def test_answers_fit_their_schemas(door: Door, document: dict[str, Any]) -> None:
    us = door.nobody()
    id = us.record()["id"]
    at = f"/v1/evaluations/{id}"
    review = {"checklist": {point: {"ok": True} for point in POINTS}, "verdict": "agree"}
    decision = {
        "decided_on": "2026-04-20",
        "parties": [{"party": "plant", "fine": 15000}],
        "officers": OFFICERS,
    }
    asked: list[tuple[str, str, str, Any]] = [
        ("GET", "/healthz", "/healthz", None),
        ("GET", "/readyz", "/readyz", None),
        ("GET", "/v1/rule-sets", "/v1/rule-sets", None),
        ("GET", "/v1/rule-sets/{rule_set}", "/v1/rule-sets/yeji", None),
        ("GET", "/v1/items", "/v1/items?q=特种", None),
        ("GET", "/v1/items/{item}", "/v1/items/wsl-097-7", None),
        ("POST", "/v1/evaluations", "/v1/evaluations", CASE),
        ("POST", "/v1/evaluations", "/v1/evaluations?record=false", CASE),
        ("GET", "/v1/evaluations", "/v1/evaluations", None),
        ("POST", "/v1/evaluations/{evaluation_id}/decision", f"{at}/decision", decision),
        ("POST", "/v1/evaluations/{evaluation_id}/review", f"{at}/review", review),
        ("POST", "/v1/evaluations/{evaluation_id}/replay", f"{at}/replay", None),
        ("GET", "/v1/evaluations/{evaluation_id}", at, None),
        ("POST", "/v1/matches", "/v1/matches", CASE),
        ("GET", "/v1/audit/verify", "/v1/audit/verify", None),
        ("GET", "/v1/reviews/consistency", "/v1/reviews/consistency", None),
        ("POST", "/v1/evaluations/{evaluation_id}/erase", f"{at}/erase", {"reason": "期限届满"}),
        ("GET", "/v1/evaluations/{evaluation_id}", at, None),
        ("GET", "/v1/evaluations/{evaluation_id}", "/v1/evaluations/nothing", None),
    ]
    for method, path, address, body in asked:
        answer = us.ask(method, address, **({} if body is None else {"json": body}))
        answers = document["paths"][path][method.lower()]["responses"]
        content = answers[str(answer.status_code)]["content"][answer.headers["content-type"]]
        validator(document, content["schema"]).validate(answer.json())


def test_a_case_may_say_null_for_what_it_may_leave_out(document: dict[str, Any]) -> None:
    case = validator(document, {"$ref": "#/components/schemas/Case"})
    assert case.is_valid({"facts": {"overdue": None}, "dates": None, "parties": None})
    assert not case.is_valid({"facts": None})
    assert not case.is_valid({"case": {"violations": []}})
    assert not case.is_valid({"facts": {}, "extra": 1})


def test_the_contract_of_the_result_is_the_published_one(document: dict[str, Any]) -> None:
    schema = json.loads((Path(__file__).parents[2] / "schemas/result.schema.json").read_text())
    told = document["components"]["schemas"]["Result"]
    assert told["required"] == schema["required"]
    assert list(told["properties"]) == list(schema["properties"])
