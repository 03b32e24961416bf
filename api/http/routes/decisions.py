"""What was decided, beside what was suggested."""

from __future__ import annotations

import json
from typing import Any

from fastapi import APIRouter, Request

from api.http.access import Officer, once
from api.http.bodies import read_as
from api.http.contract import problems, takes
from api.http.deciding import placed
from api.http.models.decisions import Decision, DecisionIn
from api.http.parameters import EvaluationId, IdempotencyKey
from api.http.records import attached, found, unerased
from api.http.services import Services, The, note_of
from api.store import Actor

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
    same = once(idempotency_key, "decision", evaluation_id, decision.model_dump_json())
    made = await the.aside.write(record_decision, the, evaluation_id, decision, actor, same)
    note_of(request).record = made["id"]
    return made


def record_decision(
    the: Services, id: str, decision: DecisionIn, actor: Actor, same: tuple[str, str] | None
) -> dict[str, Any]:
    """Put a decision on record; raises Problem with everything that is wrong with it."""
    record = unerased(found(the, id, actor))
    document = placed(decision, json.loads(record.result))
    return attached(the.store.add_decision(id, document, actor, same))
