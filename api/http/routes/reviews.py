"""The review of a suggestion."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request

from api.http.access import Reviewer
from api.http.bodies import read_as
from api.http.contract import problems, takes
from api.http.models.reviews import Review, ReviewIn
from api.http.parameters import EvaluationId, IdempotencyKey
from api.http.recording import record_review
from api.http.services import The, note_of

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
    note = note_of(request)
    note.digest, made = await the.aside.write(
        record_review, the, evaluation_id, written, actor, idempotency_key
    )
    note.record = made["id"]
    return made
