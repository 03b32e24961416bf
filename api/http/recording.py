"""What is put on record beside an evaluation: a decision, a review. Routes and pages are two doors
to the same functions; `key` is the Idempotency-Key, or what a page sends in its place."""

from __future__ import annotations

import json
from typing import Any

from api.http.access import once
from api.http.deciding import placed
from api.http.models.decisions import DecisionIn
from api.http.models.reviews import ReviewIn
from api.http.records import attached, found, mask_for, unerased
from api.http.reviewing import reviewed
from api.http.services import Services
from api.store import Actor


def record_decision(
    the: Services, id: str, decision: DecisionIn, actor: Actor, key: str | None
) -> dict[str, Any]:
    """Put a decision on record; raises Problem with everything that is wrong with it."""
    record = unerased(found(the, id, actor))
    document = placed(decision, json.loads(record.result))
    same = once(key, "decision", id, decision.model_dump_json())
    return attached(the.store.add_decision(id, document, actor, same))


def record_review(
    the: Services, id: str, review: ReviewIn, actor: Actor, key: str | None
) -> dict[str, Any]:
    """Put a review on record; raises Problem with everything that is wrong with it."""
    record = unerased(found(the, id, actor))
    document = reviewed(review, json.loads(record.result))
    same = once(key, "review", id, review.model_dump_json())
    made = the.store.add_review(id, document, actor, same)
    mask = mask_for(the, record, actor)
    return attached(made, mask.document(made.document) if mask else None)
