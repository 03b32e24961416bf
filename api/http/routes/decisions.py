"""What was decided, beside what was suggested."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request

from api.http.access import Officer
from api.http.bodies import read_as
from api.http.contract import problems, takes
from api.http.models.decisions import Decision, DecisionIn
from api.http.parameters import EvaluationId, IdempotencyKey
from api.http.recording import record_decision
from api.http.services import The, note_of

router = APIRouter(prefix="/evaluations", tags=["decisions and reviews"])


@router.post(
    "/{evaluation_id}/decision",
    operation_id="decide",
    status_code=201,
    response_model=Decision,
    responses=problems(403, 404, 409, body=True),
    openapi_extra=takes("DecisionIn"),
)
async def decide(
    request: Request,
    the: The,
    actor: Officer,
    evaluation_id: EvaluationId,
    idempotency_key: IdempotencyKey = None,
) -> Any:
    """Record a decision. Each fine is placed against the recorded range; one outside it, or other
    than the suggested one, needs a reason. A later decision corrects an earlier one."""
    decision = await read_as(DecisionIn, request, the.settings)
    note = note_of(request)
    note.digest, made = await the.aside.write(
        record_decision, the, evaluation_id, decision, actor, idempotency_key
    )
    note.record = made["id"]
    return made
