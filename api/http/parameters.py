"""Query parameters and headers: read strictly, none ignored, none twice."""

from __future__ import annotations

import re
from typing import Annotated, Any

from fastapi import Header, Path, Query, Request
from pydantic import BeforeValidator, StringConstraints

from api.http.access import Who
from api.http.models.common import ID_PATTERN
from api.problems import Fault, invalid


async def known_parameters(request: Request, _: Who) -> None:
    """Refuse parameters that the address does not know: a slip of the pen must not be taken for
    consent."""
    if not request.url.query:
        return
    known = [each.alias for each in request.scope["route"].dependant.query_params]
    given = [name for name, _ in request.query_params.multi_items()]
    faults = [
        Fault(name[:60], "unknown_parameter", f"不认识这个参数；可用：{'、'.join(known) or '无'}")
        for name in dict.fromkeys(given)
        if name not in known
    ]
    faults += [
        Fault(name[:60], "duplicate_parameter", "这个参数写了几次；只写一次")
        for name in dict.fromkeys(given)
        if name in known and given.count(name) > 1
    ]
    if faults:
        raise invalid(faults)


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
RuleSetName = Annotated[
    Word | None, Query(description="A rule set by id; else the region's, else the default one")
]
PublishedOnly = Annotated[Flag, Query(description="Leave out drafts and proposals")]
ItemName = Annotated[Word | None, Query(description="An item by id")]
Limit = Annotated[int, BeforeValidator(_whole), Query(ge=1, le=200)]
Seq = Annotated[int | None, BeforeValidator(_whole), Query(ge=0, le=10**15)]
EvaluationId = Annotated[
    str, Path(pattern=ID_PATTERN, description="The id that recording answered")
]
IdempotencyKey = Annotated[
    str | None,
    Header(
        alias="Idempotency-Key",
        pattern="^[!-~]{1,200}$",
        description="Any text of your own, the same for each try of one thing: it is recorded once",
    ),
]
