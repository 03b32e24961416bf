"""Whether the server lives, whether it can work, and what it counted."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from api.http.contract import problem
from api.http.limits import RETRY
from api.http.metrics import MEDIA_TYPE
from api.http.models.server import Ready, State
from api.http.services import The, note_of
from api.problems import Problem
from api.serving import snapshots
from api.store import StoreUnavailable

router = APIRouter(tags=["server"])


@router.get("/healthz", operation_id="alive", response_model=State, responses=problem(405, 500))
async def alive() -> State:
    """The process answers."""
    return State(status="alive")


@router.get("/readyz", operation_id="ready", response_model=Ready, responses=problem(405, 500, 503))
async def ready(request: Request, the: The) -> Ready:
    """The rules are loaded and the store answers."""
    try:
        await the.aside.store(the.store.ping)
    except StoreUnavailable as error:
        note_of(request).cause = error.cause
        raise Problem("not_ready", "记录暂时不能读写", headers=RETRY) from None
    the.rules.engine(None, None, False)
    refused = snapshots.refused(the.settings.state_dir)
    return Ready(status="ready", rules_refused=refused and refused["reason"])


@router.get(
    "/metrics",
    operation_id="metrics",
    response_class=Response,
    responses={
        200: {
            "description": "Prometheus text",
            "content": {MEDIA_TYPE.partition(";")[0]: {"schema": {"type": "string"}}},
        },
        **problem(405, 500),
    },
)
async def metrics(the: The) -> Response:
    """Counters and durations; no label names anybody."""
    return Response(the.metrics.text(), media_type=MEDIA_TYPE)
