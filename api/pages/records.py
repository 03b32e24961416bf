"""The records: listed, shown, decided on, reviewed, and their document."""

from __future__ import annotations

import json
from typing import Annotated, Any, Literal

from fastapi import Path, Query, Request, Response
from pydantic import ValidationError

from api.http.access import needs_names, office_of, once
from api.http.errors import body_faults
from api.http.limits import plain_json
from api.http.models.common import ID_PATTERN
from api.http.models.decisions import DecisionIn
from api.http.models.reviews import ReviewIn
from api.http.parameters import Word
from api.http.records import whole
from api.http.routes.decisions import record_decision
from api.http.routes.documents import attachment
from api.http.routes.reviews import record_review
from api.http.services import Services, The, note_of
from api.pages.documents import FORMATS, document
from api.pages.frame import page, see_other
from api.pages.judging import decision_in, decision_of, review_in, review_of
from api.pages.showing import view
from api.pages.visitors import Posted, Visit, Visitor, page_router
from api.problems import Problem
from api.store import Evaluation
from engine.faults import InputFault
from engine.model import RuleSet

router = page_router()
_PAGE = 20
_FEW = "请写两名以上执法人员，姓名和执法证号都要写"
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
    replaced = {each.replaces for each in records}
    return {
        "records": [
            {
                "record": each,
                "titles": [_title(id, rules) for id in each.items],
                "called": _called(the, each, visitor),
                "replaced": each.id in replaced,
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
    found = the.store.evaluation(record.id)
    case = json.loads(found.case) if found and found.case else {}
    inner = case.get("case", case)
    names = [each.get("name") or "" for each in inner.get("parties") or ()]
    named = [each for each in names if each]
    more = f"等 {len(named)} 个" if len(named) > 1 else ""
    return {"id": inner.get("id") or "", "who": (named[0] + more) if named else ""}


# One record -------------------------------------------------------------------------------


@router.get("/cases/{id}")
async def record_page(request: Request, the: The, visitor: Visit, id: RecordId) -> Response:
    """A record with its result, its decisions and reviews, and the forms for the next step."""
    data = await the.aside.store(_shown, the, id, visitor)
    note_of(request).digest = data["told"]["digest"]
    return page(request, visitor, "record.html", **data)


def _shown(the: Services, id: str, visitor: Visitor) -> dict[str, Any]:
    record, content = whole(the, id, visitor.actor)
    told = json.loads(content)
    rules = _rules_of(the, record)
    erased = told["erased"]
    shown = None if erased else view(told["result"], told["case"], rules)
    reasons = {} if erased else {each["id"]: each for each in told["result"]["reasons"]}
    return {
        "told": told,
        "view": shown,
        "reasons": reasons,
        "case_id": "" if erased else (told["case"].get("case", told["case"]).get("id") or ""),
        "decision": None if erased else decision_of(told, shown),
        "review": None if erased else review_of(told),
        "faults": {},
        "form_open": "",
        "formats": FORMATS,
        "statuses": STATUSES,
        "can_decide": visitor.may("officer") and not erased,
        "can_review": visitor.may("reviewer") and not erased,
        "can_reopen": visitor.may("officer") and not erased,
        "same_rules": rules is not None and rules.digest == record.digest,
    }


def _rules_of(the: Services, record: Evaluation) -> RuleSet | None:
    """The rules to name things by: those served today; the amounts are those on record."""
    try:
        return the.rules.engine(record.rule_set, None, record.published_only).rule_set
    except InputFault:
        return None


@router.post("/cases/{id}/decision")
async def decide(request: Request, the: The, posted: Posted, id: RecordId) -> Response:
    """Record a decision; what is wrong is shown beside its field."""
    posted.visitor.need("officer")
    body, fields = decision_in(posted)
    try:
        decision = _model(DecisionIn, body, the)
        same = once(_once(posted.get("once")), "decision", id, decision.model_dump_json())
        await the.aside.write(record_decision, the, id, decision, posted.visitor.actor, same)
    except Problem as problem:
        return await _again(request, the, posted, id, problem, fields, "decision")
    note_of(request).record = id
    return see_other(request, f"/cases/{id}#decisions")


@router.post("/cases/{id}/review")
async def judge(request: Request, the: The, posted: Posted, id: RecordId) -> Response:
    """Record a review; what is wrong is shown beside its field."""
    posted.visitor.need("reviewer")
    body, fields = review_in(posted)
    try:
        review = _model(ReviewIn, body, the)
        same = once(_once(posted.get("once")), "review", id, review.model_dump_json())
        await the.aside.write(record_review, the, id, review, posted.visitor.actor, same)
    except Problem as problem:
        return await _again(request, the, posted, id, problem, fields, "review")
    note_of(request).record = id
    return see_other(request, f"/cases/{id}#reviews")


def _once(key: str) -> str | None:
    return f"page {key}" if key else None


def _model(model: Any, body: bytes, the: Services) -> Any:
    try:
        return model.model_validate(plain_json(body, the.settings))
    except ValidationError as error:
        raise body_faults(error) from None


async def _again(
    request: Request,
    the: The,
    posted: Posted,
    id: str,
    problem: Problem,
    fields: dict[str, str],
    which: str,
) -> Response:
    """The page again as it was filled in, with what is wrong with it."""
    if problem.code != "invalid_input":
        raise problem
    data = await the.aside.store(_shown, the, id, posted.visitor)
    faults: dict[str, str] = {}
    for each in problem.errors:
        pointer = each.pointer
        while pointer and pointer not in fields:
            pointer = pointer.rpartition("/")[0]
        few = pointer == "/officers" and each.pointer == pointer
        faults.setdefault(fields.get(pointer, ""), _FEW if few else each.detail)
    if which == "decision":
        data[which] = decision_of(data["told"], data["view"], posted)
    else:
        data[which] = review_of(data["told"], posted)
    data |= {"faults": faults, "form_open": which}
    return page(request, posted.visitor, "record.html", 422, **data)


@router.get("/cases/{id}/document")
async def download(
    request: Request, the: The, visitor: Visit, id: RecordId, format: str = "html"
) -> Response:
    """The document of a record, to keep."""
    if format not in FORMATS:
        raise Problem("not_found", f"没有这种格式；可选：{'、'.join(FORMATS)}")
    made = await the.aside.store(document, the, id, visitor.actor, format)
    note_of(request).digest = made.digest
    headers = {"Content-Disposition": attachment(made.name)}
    return Response(made.content, media_type=made.media, headers=headers)
