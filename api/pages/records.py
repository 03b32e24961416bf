"""The records: listed, shown, decided on, reviewed, and their document."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Any, Literal

from fastapi import Path, Query, Request, Response
from pydantic import BaseModel, ValidationError

from api.documents import FORMATS, document_of, render
from api.http.access import needs_names, office_of
from api.http.errors import body_faults
from api.http.limits import plain_json
from api.http.models.common import ID_PATTERN
from api.http.models.decisions import DecisionIn
from api.http.models.reviews import ReviewIn
from api.http.parameters import Word
from api.http.recording import record_decision, record_review
from api.http.records import rules_of, whole
from api.http.services import Services, The, note_of
from api.pages.frame import page, see_other
from api.pages.judging import Sent, decision_in, decision_of, review_in, review_of
from api.pages.visitors import Form, Posted, Visit, Visitor, page_router
from api.problems import Problem
from api.showing.view import case_number, view
from api.store import Damaged, Evaluation
from engine.faults import InputFault
from engine.model import RuleSet

router = page_router()
_PAGE = 20
RecordId = Annotated[str, Path(pattern=ID_PATTERN)]
STATUSES = {"settled": "已有结论", "open": "待查明", "no_rule": "无规则"}


@router.get("/cases")
async def list_page(
    request: Request,
    the: The,
    visitor: Visit,
    item: Word | None = None,
    status: Literal["", "settled", "open", "no_rule"] = "",
    after: Annotated[str | None, Query(pattern=ID_PATTERN)] = None,
) -> Response:
    """The records that the visitor may see, newest first."""
    data = await the.aside.store(_listed, the, visitor, item, status, after)
    return page(request, visitor, "records.html", **data)


def _listed(
    the: Services, visitor: Visitor, item: str | None, status: str, after: str | None
) -> dict[str, Any]:
    records, following = the.store.evaluations(
        office=office_of(visitor.actor),
        item=item,
        status=status or None,
        after=after,
        limit=_PAGE,
    )
    rules = the.rules.engine(None, None, False).rule_set
    ids = [each.id for each in records]
    replaced, followed = the.store.replaced(ids), the.store.followed(ids)
    return {
        "records": [
            {
                "record": each,
                "titles": [_title(id, rules) for id in each.items],
                "called": _called(the, each, visitor),
                "replaced": replaced.get(each.id),
                "decided": followed[each.id][0],
                "reviewed": followed[each.id][1],
            }
            for each in records
        ],
        "after": following,
        "item": item or "",
        "status": status,
        "first": after is None,
        "statuses": STATUSES,
        "masked": not needs_names(visitor.actor),
    }


def _title(item: str, rules: RuleSet) -> str:
    return rules.items[item][-1].title if item in rules.items else item


def _called(the: Services, record: Evaluation, visitor: Visitor) -> dict[str, str]:
    """The number and the first party of a case, for the office that handles it."""
    if record.erased or not needs_names(visitor.actor):
        return {"id": "", "who": ""}
    try:
        found = the.store.evaluation(record.id)
    except Damaged:  # its own page says so
        return {"id": "", "who": "（记录已损坏）"}
    case = json.loads(found.case) if found and found.case else {}
    listed = case.get("case", case).get("parties") or ()
    named = [each["name"] for each in listed if each.get("name")]
    more = f"等 {len(named)} 个" if len(named) > 1 else ""
    return {"id": case_number(case), "who": (named[0] + more) if named else ""}


# One record -------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Step:
    """What is recorded beside an evaluation from a form on its page: who does it, what the form
    says, how it is offered (again, with what was sent), and what puts it on record."""

    name: str
    role: str
    model: type[BaseModel]
    said: Callable[[Form], Sent]
    offered: Callable[..., dict[str, Any]]
    record: Callable[..., tuple[str, dict[str, Any]]]


_DECISION = _Step("decision", "officer", DecisionIn, decision_in, decision_of, record_decision)
_REVIEW = _Step("review", "reviewer", ReviewIn, review_in, review_of, record_review)
_STEPS = (_DECISION, _REVIEW)


@router.get("/cases/{id}")
async def record_page(request: Request, the: The, visitor: Visit, id: RecordId) -> Response:
    """A record with its result, its decisions and reviews, and the forms for the next step."""
    data = await the.aside.store(_shown, the, id, visitor)
    note_of(request).digest = data["told"]["digest"]
    return page(request, visitor, "record.html", **data)


def _shown(
    the: Services, id: str, visitor: Visitor, again: _Step | None = None, sent: Form | None = None
) -> dict[str, Any]:
    """Everything the page of a record needs; the form of the step `again` as it was sent."""
    record, content = whole(the, id, visitor.actor)
    told = json.loads(content)
    data = {
        "told": told,
        "faults": {},
        "form_open": again.name if again else "",
        "formats": FORMATS,
        "replaced": the.store.replaced([id]).get(id),
        "can_decide": visitor.may(_DECISION.role),
        "can_review": visitor.may(_REVIEW.role),
        "case_id": "",
    }
    if told["erased"]:
        return data
    rules = rules_of(the, record)
    shown = view(told["result"], told["case"], rules)
    return data | {
        "view": shown,
        "reasons": {each["id"]: each for each in told["result"]["reasons"]},
        "case_id": case_number(told["case"]),
        "document": document_of(the, record, visitor.actor),
        "own_rules": rules is not None and rules.digest == record.digest,
        "same_rules": _today(the, record) == record.digest,
        **{
            each.name: each.offered(told, shown, sent if each is again else None) for each in _STEPS
        },
    }


def _today(the: Services, record: Evaluation) -> str:
    """The digest of the rules that the same case would be judged by now; "" without any."""
    try:
        rules = the.rules.engine(record.rule_set, None, record.published_only).rule_set
    except InputFault:
        return ""
    return rules.digest


@router.post("/cases/{id}/decision")
async def decide(request: Request, the: The, posted: Posted, id: RecordId) -> Response:
    """Record a decision; what is wrong is shown beside its field."""
    return await _recorded(_DECISION, request, the, posted, id)


@router.post("/cases/{id}/review")
async def review(request: Request, the: The, posted: Posted, id: RecordId) -> Response:
    """Record a review; what is wrong is shown beside its field."""
    return await _recorded(_REVIEW, request, the, posted, id)


async def _recorded(step: _Step, request: Request, the: The, posted: Form, id: str) -> Response:
    """What a form says put on record; or the page again as it was filled in, with what is wrong."""
    visitor = posted.visitor
    visitor.need(step.role)
    sent = step.said(posted)
    try:
        written = _model(step.model, sent.body, the)
        digest, _ = await the.aside.write(step.record, the, id, written, visitor.actor, posted.once)
    except Problem as problem:
        if problem.code != "invalid_input":
            raise
        data = await the.aside.store(_shown, the, id, visitor, step, posted)
        data["faults"] = sent.faults(problem.errors, posted)
        return page(request, visitor, "record.html", 422, **data)
    note = note_of(request)
    note.digest, note.record = digest, id
    return see_other(request, f"/cases/{id}#{step.name}s")


def _model(model: type[BaseModel], body: bytes, the: Services) -> BaseModel:
    try:
        return model.model_validate(plain_json(body, the.settings))
    except ValidationError as error:
        raise body_faults(error) from None


@router.get("/cases/{id}/document")
async def download(
    request: Request, the: The, visitor: Visit, id: RecordId, format: str = "html"
) -> Response:
    """The document of a record, to keep."""
    if format not in FORMATS:
        raise Problem("not_found", f"没有这种格式；可选：{'、'.join(FORMATS)}")
    made = await the.aside.store(render, the, id, visitor.actor, format)
    note_of(request).digest = made.digest
    headers = {"Content-Disposition": made.attachment}
    return Response(made.content, media_type=made.media_type, headers=headers)
