"""The OpenAPI document: valid, complete, and true of what is answered."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
from http_door import CASE, OFFICERS, POINTS, Door

from api.http.contract import CASES, openapi_of
from api.problems import CODES

DIALECT = "https://json-schema.org/draft/2020-12/schema"


@pytest.fixture(scope="module")
def door(shared_door: Door) -> Door:
    return shared_door


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
                (problem,) = answer["content"].values()
                assert list(answer["content"]) == ["application/problem+json"]
                assert problem["schema"] == {"$ref": "#/components/schemas/Problem"}
                assert {CODES[code][0] for code in problem["examples"]} == {int(status)}
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


def test_every_answer_has_an_example_of_its_schema(document: dict[str, Any]) -> None:
    for path, method, operation in operations(document):
        for status, answer in operation["responses"].items():
            for media_type, content in answer["content"].items():
                examples = [each["value"] for each in content.get("examples", {}).values()]
                examples += [content["example"]] if "example" in content else []
                if media_type.endswith("json"):
                    assert examples, (path, method, status)
                for example in examples:
                    validator(document, content["schema"]).validate(example)


def test_no_bound_is_told_in_words_of_python(document: dict[str, Any]) -> None:
    listed = document["paths"]["/v1/evaluations"]["get"]["parameters"]
    (limit,) = [each["schema"] for each in listed if each["name"] == "limit"]
    assert (limit["minimum"], limit["maximum"]) == (1, 200)
    text = json.dumps(document)
    assert not [word for word in ("ge", "le", "gt", "lt") if f'"{word}":' in text]


def test_answers_carry_the_headers_they_are_told_with(door: Door, document: dict[str, Any]) -> None:
    us, wrong = door.nobody(), {"Authorization": "Bearer wrong"}
    asked = [
        us.get("/healthz"),
        us.get("/v1/evaluations"),
        us.get("/v1/rule-sets"),
        us.get("/v1/items?rule_set=cn"),
        us.post("/v1/evaluations", CASE),
        us.post("/v1/evaluations", {}),
        us.get("/v1/evaluations", headers=wrong),
        us.ask("PUT", "/v1/evaluations"),
    ]
    for answer in asked:
        path = "/healthz" if answer.url.path == "/healthz" else answer.url.path
        answers = document["paths"][path]["post" if answer.request.method == "POST" else "get"]
        headers = answers["responses"][str(answer.status_code)]["headers"]
        for name, header in headers.items():
            assert name in answer.headers, (path, answer.status_code, name)
            schema = document["components"]["headers"][name] if "$ref" in header else header
            validator(document, schema["schema"]).validate(answer.headers[name])
    digest = door.client.app.state.services.rules.engine("cn", None, False).rule_set.digest
    assert asked[3].headers["liangfa-rule-set-digest"] == digest
    assert asked[0].headers["liangfa-rule-set-digest"] != digest


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
