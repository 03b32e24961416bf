"""Every error of the HTTP door in one shape: RFC 9457 problem details."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any

MEDIA_TYPE = "application/problem+json"
MAX_FAULTS = 100

# Stable codes: the last part of `type`, a zh-CN title, the status.
CODES: dict[str, tuple[int, str]] = {
    "bad_request": (400, "请求不能理解"),
    "unauthorized": (401, "没有有效的密钥"),
    "forbidden": (403, "这个角色不能做这件事"),
    "not_found": (404, "没有这个地址或者记录"),
    "method_not_allowed": (405, "这个地址不支持这种方法"),
    "idempotency_mismatch": (409, "同一个 Idempotency-Key 用在了不同的内容上"),
    "too_large": (413, "内容太大"),
    "unsupported_media_type": (415, "只接受 JSON"),
    "invalid_input": (422, "内容有误"),
    "too_many_requests": (429, "请求太密"),
    "internal_fault": (500, "内部故障，没有给出任何结果"),
    "rule_fault": (500, "规则互相矛盾，没有给出任何结果"),
    "engine_disagreement": (500, "两个引擎结论不一，没有给出任何结果"),
    "record_damaged": (500, "记录已经损坏，没有给出任何结果"),
    "timed_out": (503, "没有在规定时间内算完"),
    "store_unavailable": (503, "记录暂时不能读写"),
    "not_ready": (503, "还没有准备好"),
}


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong: where (JSON pointer into the body, or the name of a parameter or
    header), a stable code, and what is wrong and how to mend it in zh-CN."""

    pointer: str
    code: str
    detail: str

    def document(self) -> dict[str, str]:
        """The fault as JSON-ready data."""
        return {"pointer": self.pointer, "code": self.code, "detail": self.detail}


@dataclass(slots=True)
class Problem(Exception):
    """An answer that is an error; `headers` go with it (Retry-After, Allow)."""

    code: str
    detail: str = ""
    errors: tuple[Fault, ...] = ()
    headers: Mapping[str, str] = field(default_factory=dict)

    @property
    def status(self) -> int:
        """The HTTP status."""
        return CODES[self.code][0]

    def document(self, instance: str) -> dict[str, Any]:
        """The body of the answer; `instance` is the id of the request."""
        status, title = CODES[self.code]
        return {
            "type": f"urn:liangfa:problem:{self.code}",
            "title": title,
            "status": status,
            "detail": self.detail or title,
            "instance": instance,
            "errors": [each.document() for each in self.errors],
        }


def invalid(faults: Iterable[Fault]) -> Problem:
    """What a client must mend before asking again; of very many faults, the first."""
    listed = tuple(faults)
    detail = listed[0].detail if len(listed) == 1 else ""
    if len(listed) > MAX_FAULTS:
        detail = f"共有 {len(listed)} 处问题，这里列出前 {MAX_FAULTS} 处"
    return Problem("invalid_input", detail, listed[:MAX_FAULTS])


def code_of(status: int) -> str:
    """The code for a status that the framework itself answers with."""
    for code, (known, _) in CODES.items():
        if known == status:
            return code
    return "bad_request" if HTTPStatus(status).is_client_error else "internal_fault"
