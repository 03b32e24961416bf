"""The OpenAPI document: the contract schemas and the bodies as components, problems everywhere, an
example and the headers of every answer.

`examples.json` holds answers of the real server by operation and status; `python -m
tests.api.examples` renews it.
"""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from api.http.models.common import DIGEST_PATTERN, ID, ID_PATTERN
from api.http.models.decisions import DecisionIn
from api.http.models.evaluations import Reason
from api.http.models.reviews import ReviewIn
from api.http.models.server import ProblemOut
from api.problems import CODES, MEDIA_TYPE, Fault, Problem
from engine.schemas import schemas

_REF = "#/components/schemas/{model}"
_BODIES: tuple[type[BaseModel], ...] = (DecisionIn, ReviewIn, Reason)
# Any address under /v1 may answer these.
_ALWAYS = (401, 405, 422, 429, 500, 503)
_BODY = (400, 413, 415)

CASES: dict[str, Any] = {
    "short": {
        "summary": "One violation",
        "value": {
            "item": "wsl-097-7",
            "dates": {"acted_on": "2026-03-02", "decided_on": "2026-04-20"},
            "facts": {"uncertified_workers": 1, "overdue": False},
            "parties": [{"id": "plant", "kind": "unit", "name": "某机械厂"}],
        },
    },
    "full": {
        "summary": "The full form, one fact still unknown",
        "value": {
            "case": {
                "id": "某应急立案〔2026〕12号",
                "dates": {"acted_on": "2026-03-02", "found_on": "2026-03-05"},
                "parties": [{"id": "plant", "kind": "unit", "name": "某机械厂"}],
                "violations": [
                    {
                        "id": "v1",
                        "item": "wsl-097-7",
                        "facts": {
                            "uncertified_workers": {"value": 3, "evidence": "现场检查记录"},
                            "overdue": None,
                        },
                    }
                ],
            }
        },
    },
}
EXAMPLES = Path(__file__).with_name("examples.json")
_FAULT = Fault("/facts/uncertified_worker", "unknown_fact", "没有这个事实；请检查拼写")
_TEXT = {"type": "string"}
# The headers of every answer, and of answers with a certain status.
_HEADERS: dict[str, dict[str, Any]] = {
    "Liangfa-Rule-Set-Digest": {
        "description": "The rules that answered; where none were asked, those served by default",
        "schema": {**_TEXT, "pattern": DIGEST_PATTERN},
    },
    "X-Request-Id": {
        "description": "The number of the request, as the log has it",
        "schema": {**_TEXT, "pattern": ID_PATTERN},
    },
    "WWW-Authenticate": {"description": "How to show a key", "schema": _TEXT},
    "Allow": {"description": "The methods that the address knows", "schema": _TEXT},
    "Retry-After": {"description": "Seconds to wait", "schema": {"type": "integer"}},
}
_ALWAYS_SENT = ("Liangfa-Rule-Set-Digest", "X-Request-Id")
_SENT_WITH = {
    "401": ("WWW-Authenticate",),
    "405": ("Allow",),
    "429": ("Retry-After",),
    "503": ("Retry-After",),
}
_KEY = {
    "type": "http",
    "scheme": "bearer",
    "description": "A key made with `liangfa keys add`. A server without any key answers only this "
    "machine, and asks for none.",
}


def problems(*more: int, body: bool = False) -> dict[int | str, dict[str, Any]]:
    """The errors an operation may answer with, each as problem details."""
    statuses = sorted({*_ALWAYS, *more, *(_BODY if body else ())})
    return {status: _problem(status) for status in statuses}


def problem(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """Exactly these errors."""
    return {status: _problem(status) for status in statuses}


def _problem(status: int) -> dict[str, Any]:
    codes = [code for code, (known, _) in CODES.items() if known == status]
    return {
        "description": "；".join(CODES[code][1] for code in codes),
        "content": {
            MEDIA_TYPE: {
                "schema": {"$ref": _REF.format(model="Problem")},
                "examples": {code: {"value": _example(code)} for code in codes},
            }
        },
    }


def _example(code: str) -> dict[str, Any]:
    faults = (_FAULT,) if code == "invalid_input" else ()
    return Problem(code, errors=faults).document(f"urn:liangfa:request:{ID}")


def example_of(model: type[BaseModel]) -> Any:
    """The example that a body carries."""
    extra: Any = model.model_config["json_schema_extra"]
    return extra["examples"][0]


def takes(model: str, examples: dict[str, Any] | None = None) -> dict[str, Any]:
    """The body of an operation that reads its own bytes."""
    content: dict[str, Any] = {"schema": {"$ref": _REF.format(model=model)}}
    if examples is not None:
        content["examples"] = examples
    return {"requestBody": {"required": True, "content": {"application/json": content}}}


def openapi_of(app: FastAPI) -> dict[str, Any]:
    """The document, made once."""
    if app.openapi_schema is None:
        made = get_openapi(
            title=app.title,
            version=app.version,
            openapi_version="3.1.0",
            description=app.description,
            routes=app.routes,
            tags=app.openapi_tags,
            license_info=app.license_info,
            servers=[{"url": "/", "description": "Where this document was read"}],
        )
        components = made.setdefault("components", {}).setdefault("schemas", {})
        _, defined = models_json_schema(
            [(model, "validation") for model in _BODIES], ref_template=_REF
        )
        components.update(defined["$defs"])
        _, told = models_json_schema([(ProblemOut, "serialization")], ref_template=_REF)
        told["$defs"]["Problem"] = told["$defs"].pop("ProblemOut")
        components.update(told["$defs"])
        components.update(_contract("Result", schemas()["liangfa:result"], nulls=False))
        components.update(_contract("Case", schemas()["liangfa:case"], nulls=True))
        made["components"]["securitySchemes"] = {"key": _KEY}
        made["components"]["headers"] = _HEADERS
        examples = json.loads(EXAMPLES.read_bytes())
        for path, operations in made["paths"].items():
            for operation in operations.values():
                operation["security"] = [{"key": []}] if path.startswith("/v1/") else []
                _complete(operation, examples.get(operation["operationId"], {}))
        app.openapi_schema = _referred(made)
    return app.openapi_schema


def _complete(operation: dict[str, Any], examples: dict[str, Any]) -> None:
    """Put the headers and the example of each answer in."""
    for status, answer in operation["responses"].items():
        for name in (*_ALWAYS_SENT, *_SENT_WITH.get(status, ())):
            answer.setdefault("headers", {})[name] = {"$ref": f"#/components/headers/{name}"}
        if status in examples:
            answer["content"]["application/json"]["example"] = examples[status]


def _referred(node: Any) -> Any:
    """Put the references where models.py names a contract."""
    if isinstance(node, list):
        return [_referred(each) for each in node]
    if not isinstance(node, dict):
        return node
    if "x-contract" in node:
        ref = {"$ref": _REF.format(model=node["x-contract"])}
        return {"anyOf": [ref, {"type": "null"}]} if node["x-null"] else ref
    return {key: _referred(each) for key, each in node.items()}


def _contract(name: str, schema: dict[str, Any], *, nulls: bool) -> dict[str, Any]:
    """A contract schema as components, its definitions named after it; with `nulls`, what may be
    left out may be null."""
    schema = copy.deepcopy(schema)
    inner = schema.pop("$defs")
    del schema["$schema"], schema["$id"]
    if "if" in schema:
        # The same in words that client generators know: the full form or the short one.
        full, short = schema["then"], schema["else"]
        del schema["if"], schema["then"], schema["else"], schema["type"]
        full["type"], full["required"] = "object", ["case"]
        schema["anyOf"] = [full, short]
    named = {f"{name}{key[0].upper()}{key[1:]}": value for key, value in inner.items()}
    made = {key: _renamed(value, name) for key, value in {name: schema, **named}.items()}
    return {key: _with_nulls(value) for key, value in made.items()} if nulls else made


def _renamed(node: Any, name: str) -> Any:
    if isinstance(node, list):
        return [_renamed(each, name) for each in node]
    if not isinstance(node, dict):
        return node
    ref = node.get("$ref")
    if isinstance(ref, str):
        if ref.startswith("liangfa:"):
            where, _, key = ref.partition("#/$defs/")
            return _renamed(copy.deepcopy(schemas()[where]["$defs"][key]), name)
        key = ref.removeprefix("#/$defs/")
        return {"$ref": _REF.format(model=f"{name}{key[0].upper()}{key[1:]}")}
    return {key: _renamed(each, name) for key, each in node.items()}


def _with_nulls(node: Any) -> Any:
    if isinstance(node, list):
        return [_with_nulls(each) for each in node]
    if not isinstance(node, dict):
        return node
    made = {key: _with_nulls(each) for key, each in node.items()}
    required = made.get("required", ())
    if isinstance(made.get("properties"), dict):
        made["properties"] = {
            key: each if key in required else {"anyOf": [each, {"type": "null"}]}
            for key, each in made["properties"].items()
        }
    if isinstance(made.get("additionalProperties"), dict):
        made["additionalProperties"] = {"anyOf": [made["additionalProperties"], {"type": "null"}]}
    return made
