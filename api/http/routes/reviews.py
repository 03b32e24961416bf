"""The review of a suggestion."""

from __future__ import annotations

import json
from typing import Any

from fastapi import APIRouter, Request

from api.http.access import Reviewer, once
from api.http.bodies import read_as
from api.http.contract import problems, takes
from api.http.models.reviews import Review, ReviewIn
from api.http.parameters import EvaluationId, IdempotencyKey
from api.http.records import attached, found, mask_for, unerased
from api.http.reviewing import reviewed
from api.http.services import Services, The, note_of
from api.store import Actor

router = APIRouter(tags=["decisions and reviews"])


@router.post(
    "/evaluations/{evaluation_id}/review",
    operation_id="review",
    status_code=201,
    response_model=Review,
    responses=problems(403, 404, 409, body=True),
    openapi_extra=takes("ReviewIn"),
)
async def review(
    request: Request,
    the: The,
    actor: Reviewer,
    evaluation_id: EvaluationId,
    idempotency_key: IdempotencyKey = None,
) -> Any:
    """Record a review: seven points, each linked to the reasons of the result, and a verdict."""
    written = await read_as(ReviewIn, request, the.settings)
    same = once(idempotency_key, "review", evaluation_id, written.model_dump_json())
    made = await the.aside.write(record_review, the, evaluation_id, written, actor, same)
    note_of(request).record = made["id"]
    return made


def record_review(
    the: Services, id: str, written: ReviewIn, actor: Actor, same: tuple[str, str] | None
) -> dict[str, Any]:
    """Put a review on record; raises Problem with everything that is wrong with it."""
    record = unerased(found(the, id, actor))
    document = reviewed(written, json.loads(record.result))
    made = the.store.add_review(id, document, actor, same)
    mask = mask_for(the, record, actor)
    return attached(made, mask.document(made.document) if mask else None)
