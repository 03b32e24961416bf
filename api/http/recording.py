"""What is put on record: an evaluation, and beside it decisions and reviews.

Routes and pages are two doors to the same functions; `key` is the Idempotency-Key, or what a page
sends in its place.
"""

from __future__ import annotations

import json
from typing import Any

from api.http.access import office_of, once
from api.http.deciding import placed
from api.http.evaluating import Evaluated, earlier_decisions
from api.http.models.decisions import DecisionIn
from api.http.models.evaluations import Earlier
from api.http.models.reviews import ReviewIn
from api.http.records import attached, found, mask_for, unerased
from api.http.reviewing import reviewed
from api.http.services import Services
from api.store import Actor, Evaluation


def record_evaluation(
    the: Services,
    done: Evaluated,
    options: str,
    actor: Actor,
    key: str | None,
    replaces: str | None,
) -> tuple[Evaluation, list[Earlier]]:
    """Put an evaluation on record; the record, and what is known of its parties' earlier cases.
    `options` is what was asked for beside the case."""
    if replaces is not None:
        found(the, replaces, actor)
    the.keep_bundle(done.engine)
    same = once(key, "evaluation", f"{options}&{replaces}", done.result.case.digest)
    stored, fresh = the.store.add_evaluation(done.new(), actor, idempotency=same, replaces=replaces)
    if not fresh:
        unerased(stored)
    return stored, earlier_decisions(the.store, done, office_of(actor), stored.id)


def record_decision(
    the: Services, id: str, decision: DecisionIn, actor: Actor, key: str | None
) -> tuple[str, dict[str, Any]]:
    """Put a decision on record: the digest of the rules, and the decision as an answer; raises
    Problem with everything that is wrong with it."""
    record = unerased(found(the, id, actor))
    document = placed(decision, json.loads(record.result))
    same = once(key, "decision", id, decision.model_dump_json())
    return record.digest, attached(the.store.add_decision(id, document, actor, same))


def record_review(
    the: Services, id: str, review: ReviewIn, actor: Actor, key: str | None
) -> tuple[str, dict[str, Any]]:
    """Put a review on record: the digest of the rules, and the review as an answer; raises Problem
    with everything that is wrong with it."""
    record = unerased(found(the, id, actor))
    document = reviewed(review, json.loads(record.result))
    same = once(key, "review", id, review.model_dump_json())
    made = the.store.add_review(id, document, actor, same)
    mask = mask_for(the, record, actor)
    return record.digest, attached(made, mask.document(made.document) if mask else None)
