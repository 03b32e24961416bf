"""Query parameters and headers: read strictly, none ignored, none twice."""

from __future__ import annotations

import re
from typing import Annotated, Any, TypeVar

from fastapi import Header, Path, Query, Request
from pydantic import BaseModel, BeforeValidator, Field, StringConstraints, ValidationError

from api.http.access import admit
from api.http.errors import parameter_faults
from api.http.models.common import ID_PATTERN
from api.problems import Fault, invalid

M = TypeVar("M", bound=BaseModel)
ONCE = "Idempotency-Key"
_TWICE = "写了几次；只写一次"


async def admitted(request: Request) -> None:
    """Let in who may ask, and refuse parameters that the address does not know, or twice: a slip
    of the pen must not be taken for consent."""
    await admit(request)
    if len(request.headers.getlist(ONCE)) > 1:
        raise invalid([Fault(ONCE, "duplicate_parameter", _TWICE)])
    if not request.url.query:
        return
    route = request.scope["route"]
    known = [each.alias for each in route.dependant.query_params]
    known += [each["name"] for each in (route.openapi_extra or {}).get("parameters", ())]
    given = [name for name, _ in request.query_params.multi_items()]
    faults = [
        Fault(name[:60], "unknown_parameter", f"不认识这个参数；可用：{'、'.join(known) or '无'}")
        for name in dict.fromkeys(given)
        if name not in known
    ]
    faults += [
        Fault(name[:60], "duplicate_parameter", _TWICE)
        for name in dict.fromkeys(given)
        if name in known and given.count(name) > 1
    ]
    if faults:
        raise invalid(faults)


def read_query(model: type[M], request: Request) -> M:
    """The query as a model, in one step: for the address that is asked most. Raises Problem."""
    if not request.scope["query_string"]:
        return model()
    try:
        return model.model_validate(dict(request.query_params))
    except ValidationError as error:
        raise parameter_faults(error) from None


def queries(model: type[BaseModel]) -> dict[str, Any]:
    """How the OpenAPI document tells of a query that is read by `read_query`."""
    properties = model.model_json_schema()["properties"]
    listed = [_documented(name, schema) for name, schema in properties.items()]
    return {"parameters": listed}


def _documented(name: str, schema: dict[str, Any]) -> dict[str, Any]:
    told = {"name": name, "in": "query", "required": False, "schema": schema}
    description = schema.pop("description", None)
    return told if description is None else told | {"description": description}


def _flag(written: Any) -> Any:
    if isinstance(written, str) and written not in ("true", "false"):
        raise ValueError("只能写 true 或 false")
    return written


def _whole(written: Any) -> Any:
    if isinstance(written, str) and not re.fullmatch("[0-9]{1,18}", written, re.ASCII):
        raise ValueError("应是整数")
    return written


WORD = r"^[a-z0-9][a-z0-9-]{0,63}$"
Word = Annotated[str, StringConstraints(pattern=WORD)]

Flag = Annotated[bool, BeforeValidator(_flag)]
RULE_SET = "A rule set by id; else the region's, else the default one"
PUBLISHED_ONLY = "Leave out drafts and proposals"
RuleSetName = Annotated[Word | None, Query(description=RULE_SET)]
PublishedOnly = Annotated[Flag, Query(description=PUBLISHED_ONLY)]
ItemName = Annotated[Word | None, Query(description="An item by id")]
Limit = Annotated[Annotated[int, Field(ge=1, le=200)], BeforeValidator(_whole), Query()]
Seq = Annotated[Annotated[int, Field(ge=0, le=10**15)] | None, BeforeValidator(_whole), Query()]
EvaluationId = Annotated[
    str, Path(pattern=ID_PATTERN, description="The id that recording answered")
]
IdempotencyKey = Annotated[
    str | None,
    Header(
        alias=ONCE,
        pattern="^[!-~]{1,200}$",
        description="Any text of your own, the same for each try of one thing: it is recorded once",
    ),
]
