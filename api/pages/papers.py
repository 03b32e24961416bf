"""A document on paper, checked against the record it says it is of."""

from __future__ import annotations

import json
from typing import Annotated, Any

from fastapi import Query, Request, Response

from api.documents.code import id_in, whole_code
from api.documents.papers import compare
from api.http.access import office_of
from api.http.deciding import POSITIONS
from api.http.records import rules_of, whole
from api.http.services import Services, The, note_of
from api.pages.frame import page
from api.pages.visitors import Visit, Visitor, page_router
from api.problems import Problem
from api.showing.view import case_number, view
from api.store import Damaged, Fault

router = page_router()
Text = Annotated[str, Query(max_length=2000)]


@router.get("/check")
async def check_page(
    request: Request, the: The, visitor: Visit, record: Text = "", code: Text | None = None
) -> Response:
    """Whether a document in hand is of the record; what the record says, to compare the words."""
    faults: dict[str, str] = {}
    if code is not None:
        if not id_in(record):
            faults["record"] = "请写文书末尾的记录编号：26 个字母和数字"
        if not whole_code(code):
            faults["code"] = "请写文书末尾的校验码：16 个字母和数字，横线可以不写"
    told: dict[str, Any] = {"verdict": ""}
    if code is not None and not faults:
        told = await the.aside.store(_checked, the, visitor, id_in(record), code)
        note_of(request).digest = told.get("digest")
    return page(
        request,
        visitor,
        "check.html",
        record=record,
        code=code or "",
        faults=faults,
        own=office_of(visitor.actor) is not None,
        positions=POSITIONS,
        **told,
    )


def _checked(the: Services, visitor: Visitor, id: str, code: str) -> dict[str, Any]:
    """What came of it; of a record that is none of the visitor's not even that there is one."""
    try:
        record, content = whole(the, id, visitor.actor)
    except Problem as problem:
        if problem.code != "not_found":
            raise
        return {"verdict": "unknown"}
    except Damaged as error:
        return {"verdict": "altered", "fault": Fault("altered", "", id, str(error))}
    compared = compare(the.store, record, code)
    data = {
        "verdict": compared.verdict,
        "digest": record.digest,
        "fault": compared.fault,
        "since": len(compared.since or ()),
        "told": json.loads(content),
        "replaced": the.store.replaced([id]).get(id),
        "view": None,
    }
    if compared.verdict in ("same", "earlier") and not record.erased:
        told = data["told"]
        data["view"] = view(told["result"], told["case"], rules_of(the, record))
        data["number"] = case_number(told["case"])
    return data
