"""Every error as a problem: ours, the engine's, the store's and the framework's own."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import ValidationError
from starlette.exceptions import HTTPException
from starlette.routing import Match

from api.http.limits import NAME, RETRY
from api.http.services import note_of
from api.problems import MEDIA_TYPE, Fault, Problem, code_of, invalid
from api.store import Damaged, IdempotencyMismatch, NotFound, StoreUnavailable
from engine.faults import EngineDisagreement, Finding, InputFault, RuleFault
from engine.source import json_pointer

# What pydantic calls a fault, our code for it, and zh-CN with what it knows (never the input).
_KINDS: dict[str, tuple[str, str]] = {
    "missing": ("missing_key", "缺少这一项；请补上"),
    "extra_forbidden": ("unknown_key", "不认识这一项；请删去或者改正"),
    "string_type": ("wrong_type", "应是文字"),
    "string_too_short": ("out_of_bounds", "至少 {min_length} 个字"),
    "string_too_long": ("out_of_bounds", "最多 {max_length} 个字"),
    "string_pattern_mismatch": ("bad_form", "写法不对，应符合 {pattern}"),
    "literal_error": ("not_allowed", "只能写：{expected}"),
    "bool_type": ("wrong_type", "应是 true 或 false"),
    "decimal_type": ("wrong_type", "应是数"),
    "decimal_max_digits": ("out_of_bounds", "数太大"),
    "decimal_whole_digits": ("out_of_bounds", "数太大"),
    "decimal_max_places": ("too_fine", "最多 {decimal_places} 位小数"),
    "greater_than_equal": ("out_of_bounds", "不能小于 {ge}"),
    "less_than_equal": ("out_of_bounds", "不能大于 {le}"),
    "too_short": ("out_of_bounds", "至少 {min_length} 项"),
    "too_long": ("out_of_bounds", "最多 {max_length} 项"),
    "list_type": ("wrong_type", "应是列表"),
    "model_type": ("wrong_type", "应是一组“键: 值”"),
    "dict_type": ("wrong_type", "应是一组“键: 值”"),
}


_KNOWN = (
    Problem,
    HTTPException,
    RequestValidationError,
    InputFault,
    RuleFault,
    EngineDisagreement,
    StoreUnavailable,
    Damaged,
    NotFound,
    IdempotencyMismatch,
)


def add_handlers(app: FastAPI) -> None:
    """Answer every error in the one shape."""
    for kind in _KNOWN:
        app.add_exception_handler(kind, answered)


async def answered(request: Request, error: Exception) -> JSONResponse:
    """An error as a problem document."""
    problem = problem_of(request, error)
    assert problem is not None
    return JSONResponse(
        problem.document(f"urn:liangfa:request:{note_of(request).request_id}"),
        problem.status,
        dict(problem.headers),
        MEDIA_TYPE,
    )


def problem_of(request: Request, error: Any) -> Problem | None:
    """What an exception means to a client, noted for the log by its codes alone; None for one that
    nobody expected."""
    problem = _problem(request, error)
    if problem is not None:
        note = note_of(request)
        note.code = problem.code
        note.faults = tuple(dict.fromkeys(each.code for each in problem.errors))[:10]
    return problem


def _problem(request: Request, error: Any) -> Problem | None:
    match error:
        case Problem():
            return error
        case HTTPException():
            return _http(request, error)
        case RequestValidationError():
            return _parameters(error)
        case InputFault():
            return findings_as_problem(error.findings)
        case RuleFault():
            return _fault_of_ours(request, "rule_fault", error)
        case EngineDisagreement():
            return _fault_of_ours(request, "engine_disagreement", error)
        case StoreUnavailable():
            note_of(request).cause = error.cause
            return Problem("store_unavailable", headers=RETRY)
        case Damaged():
            return Problem("record_damaged", str(error))
        case NotFound():
            return Problem("not_found", str(error))
        case IdempotencyMismatch():
            return Problem("idempotency_mismatch")
    return None


def _http(request: Request, error: HTTPException) -> Problem:
    """What the framework itself refuses: unknown addresses and methods."""
    if error.status_code == 405:
        allowed = ", ".join(sorted(_allowed(request)))
        return Problem("method_not_allowed", headers={"Allow": allowed})
    return Problem(code_of(error.status_code))


def _allowed(request: Request) -> Iterator[str]:
    for method, allowed in (("GET", ("GET", "HEAD")), ("POST", ("POST",))):
        scope = {**request.scope, "method": method}
        if any(route.matches(scope)[0] is Match.FULL for route in request.app.router.routes):
            yield from allowed


def _parameters(error: RequestValidationError) -> Problem:
    errors: Sequence[Mapping[str, Any]] = error.errors()
    if any(each["loc"][0] == "path" for each in errors):
        return Problem("not_found", "没有这个记录")
    return invalid(_fault(each, str(each["loc"][-1])) for each in errors)


def parameter_faults(error: ValidationError) -> Problem:
    """What is wrong with parameters, each by its name."""
    found = error.errors(include_url=False, include_input=False)
    return invalid(_fault(each, str(each["loc"][-1])) for each in found)


def body_faults(error: ValidationError) -> Problem:
    """What is wrong with a body, each with its JSON pointer."""
    found = error.errors(include_url=False, include_input=False)
    return invalid(_fault(each, json_pointer(tuple(each["loc"]))) for each in found)


def _fault(error: Mapping[str, Any], pointer: str) -> Fault:
    kind = error["type"]
    if kind == "value_error":
        return Fault(pointer, "not_allowed", str(error["ctx"]["error"]))
    code, words = _KINDS.get(kind, ("not_allowed", "这里的写法不合格式"))
    return Fault(pointer, code, words.format(**error.get("ctx", {})))


def findings_as_problem(findings: Iterable[Finding]) -> Problem:
    """What the engine finds wrong with an input, in its own words."""
    return invalid(_of_finding(each) for each in findings)


def _of_finding(finding: Finding) -> Fault:
    detail = f"{finding.message}；{finding.help}"
    if finding.pointer is not None:
        return Fault(finding.pointer, finding.code, detail)
    place = finding.place
    if place.file == NAME:
        return Fault("", finding.code, f"{detail}（第 {place.line} 行第 {place.column} 列）")
    return Fault(place.file.strip("<>"), finding.code, detail)


def _fault_of_ours(request: Request, code: str, error: RuleFault | EngineDisagreement) -> Problem:
    """The places in the rules go to the log; a client learns only that there is no answer."""
    request.app.state.services.log.error(
        code,
        request_id=note_of(request).request_id,
        findings=[f"{each.place}: {each.code}" for each in error.findings[:20]],
    )
    return Problem(code)
