"""Evaluate a case and record it; the records, their replay and their erasure."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel, Field

from api.http.access import Maintainer, Who, actor_of, may, needs_names, office_of
from api.http.bodies import read_as
from api.http.contract import CASES, example_of, problems, takes
from api.http.evaluating import Evaluated, earlier_decisions, evaluate
from api.http.limits import read_body
from api.http.models.common import ID_PATTERN
from api.http.models.decisions import DecisionIn
from api.http.models.evaluations import (
    Difference,
    Erased,
    Evaluations,
    Reason,
    Recorded,
    Replayed,
    Tried,
)
from api.http.models.reviews import ReviewIn
from api.http.models.whole import Evaluation
from api.http.parameters import (
    PUBLISHED_ONLY,
    RULE_SET,
    EvaluationId,
    Flag,
    IdempotencyKey,
    ItemName,
    Limit,
    RuleSetName,
    Word,
    queries,
    read_query,
)
from api.http.recording import record_evaluation
from api.http.records import found, joined, mask_for, place, summary, unerased, whole
from api.http.services import Services, The, note_of, services_of
from api.problems import Fault, Problem, invalid
from api.serving.replay import differences
from api.store import Actor
from engine import __version__

router = APIRouter(prefix="/evaluations", tags=["evaluations"])
JSON = "application/json"
_LOCATION = {"Location": {"description": "The record", "schema": {"type": "string"}}}
_LINKS = {
    name: {"operationId": name, "parameters": {"evaluation_id": "$response.body#/id"}}
    for name in ("getEvaluation", "replayEvaluation", "getDocument")
} | {
    name: {
        "operationId": name,
        "parameters": {"evaluation_id": "$response.body#/id"},
        "requestBody": example_of(model),
    }
    for name, model in (("decide", DecisionIn), ("review", ReviewIn))
}


class Asked(BaseModel):
    """What may be asked of an evaluation."""

    record: Annotated[Flag, Field(description="false: try, without a record")] = True
    rule_set: Annotated[Word | None, Field(description=RULE_SET)] = None
    published_only: Annotated[Flag, Field(description=PUBLISHED_ONLY)] = False
    replaces: Annotated[
        str | None, Field(pattern=ID_PATTERN, description="The evaluation that this one corrects")
    ] = None


@router.post(
    "",
    operation_id="evaluate",
    status_code=201,
    response_model=Recorded,
    responses={
        200: {"model": Tried, "description": "Tried, not recorded"},
        201: {"description": "Recorded", "headers": _LOCATION, "links": _LINKS},
        **problems(403, 404, 409, body=True),
    },
    openapi_extra=takes("Case", CASES) | queries(Asked),
)
async def post_evaluation(request: Request, idempotency_key: IdempotencyKey = None) -> Response:
    """The range for each party, why, and what is still missing; on record unless `record=false`.

    The same Idempotency-Key with the same content answers with the first record."""
    the, actor = services_of(request), actor_of(request)
    asked = read_query(Asked, request)
    if asked.record and not may(actor, "officer"):
        raise Problem("forbidden", "记录评估需要角色：officer；试算请用 record=false")
    if asked.replaces is not None and not asked.record:
        detail = "试算不留记录，也就不能更正记录；请去掉 replaces 或者 record=false"
        raise invalid([Fault("replaces", "not_allowed", detail)])
    note = note_of(request)
    body = await read_body(request, the.settings)
    done = await the.aside.compute(evaluate, the, body, asked.rule_set, asked.published_only)
    note.digest = done.engine.rule_set.digest
    the.metrics.evaluated(done.engine.rule_set.id, done.result.status, asked.record)
    if not asked.record:
        offered = await _offered(the, done, actor)
        return Response(joined({"history": offered}, result=done.content), media_type=JSON)
    options = f"{asked.rule_set}&{asked.published_only}"
    stored, history = await the.aside.write(
        record_evaluation, the, done, options, actor, idempotency_key, asked.replaces
    )
    note.record = stored.id
    # A repeated request is answered with what was recorded first, perhaps on other rules.
    note.digest = stored.digest
    told = {
        "id": stored.id,
        "created_at": stored.created_at,
        "record": place(stored),
        "replaces": stored.replaces,
        "history": [each.model_dump() for each in history],
    }
    where = {"Location": f"/v1/evaluations/{stored.id}"}
    return Response(joined(told, result=stored.result), 201, where, JSON)


async def _offered(the: Services, done: Evaluated, actor: Actor) -> list[dict[str, Any]]:
    if not done.parties or not needs_names(actor):
        return []
    listed = await the.aside.store(earlier_decisions, the.store, done, office_of(actor))
    return [each.model_dump() for each in listed]


@router.get("", operation_id="listEvaluations", response_model=Evaluations, responses=problems())
async def list_evaluations(
    the: The,
    actor: Who,
    item: ItemName = None,
    rule_set: RuleSetName = None,
    status: Literal["settled", "open", "no_rule"] | None = None,
    cursor: Annotated[
        str | None, Query(pattern=ID_PATTERN, description="`next` of the page before")
    ] = None,
    limit: Limit = 50,
) -> Any:
    """The records, newest first: an officer's own office, everybody else's for other roles."""
    listed, after = await the.aside.store(
        the.store.evaluations,
        office=office_of(actor),
        item=item,
        rule_set=rule_set,
        status=status,
        after=cursor,
        limit=limit,
    )
    return {"evaluations": [summary(each) for each in listed], "next": after}


@router.get(
    "/{evaluation_id}",
    operation_id="getEvaluation",
    response_model=Evaluation,
    responses=problems(404),
)
async def get_evaluation(
    request: Request, the: The, actor: Who, evaluation_id: EvaluationId
) -> Response:
    """One record with its decisions, reviews, and the reasons for each point of the checklist."""
    record, content = await the.aside.store(whole, the, evaluation_id, actor)
    note_of(request).digest = record.digest
    return Response(content, media_type=JSON)


@router.post(
    "/{evaluation_id}/replay",
    operation_id="replayEvaluation",
    response_model=Replayed,
    responses=problems(404),
)
async def replay(request: Request, the: The, actor: Who, evaluation_id: EvaluationId) -> Replayed:
    """Evaluate the recorded case again on the rules of then, with the engine of today."""
    digest, told = await the.aside.store(_replayed, the, evaluation_id, actor)
    note_of(request).digest = digest
    return told


def _replayed(the: Services, id: str, actor: Actor) -> tuple[str, Replayed]:
    record = unerased(found(the, id, actor))
    bundle = the.store.bundle(record.digest)
    if bundle is None:
        raise Problem("rule_fault", "没有保存当时的规则，不能重算")
    again = the.rules.replay(bundle, record.case)
    mask = mask_for(the, record, actor)
    differing = differences(record.result, again, *([mask.result] if mask else []))
    return record.digest, Replayed(
        same=again == record.result,
        engine_version_then=record.engine_version,
        engine_version_now=__version__,
        differences=[Difference(**each._asdict()) for each in differing],
    )


@router.post(
    "/{evaluation_id}/erase",
    operation_id="eraseEvaluation",
    response_model=Erased,
    responses=problems(403, 404, 409, body=True),
    openapi_extra=takes("Reason"),
)
async def erase(
    request: Request,
    the: The,
    actor: Maintainer,
    evaluation_id: EvaluationId,
    _: IdempotencyKey = None,
) -> Erased:
    """Destroy the key of a record: nobody can read it any more, and the log still verifies. Doing
    it twice is doing it once."""
    asked = await read_as(Reason, request, the.settings)
    await the.aside.write(the.store.erase, evaluation_id, actor, asked.reason)
    note_of(request).record = evaluation_id
    return Erased(id=evaluation_id, erased=True)
