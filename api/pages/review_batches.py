"""The page of one import: what came by it, and its withdrawal."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import Path, Request, Response

from api.consistency.withdrawing import LONGEST_REASON, reason_fault
from api.http.consistency import names_at_hand
from api.http.models.common import ID_PATTERN
from api.http.services import Services, The, note_of
from api.pages.frame import page, see_other
from api.pages.visitors import Posted, Visit, Visitor, page_router
from engine.money import yuan_number

router = page_router()
IMPORTERS = ("reviewer", "maintainer")
_SHOWN_ROWS = 20
_AT = "/reviews/imported/{import_id}"
ImportId = Annotated[str, Path(pattern=ID_PATTERN)]


@router.get(_AT)
async def batch_page(request: Request, the: The, visitor: Visit, import_id: ImportId) -> Response:
    """One import: its file, who and when, its first rows; and the form that withdraws it."""
    visitor.need(*IMPORTERS)
    return await _page(request, the, visitor, import_id)


@router.post(_AT + "/withdraw")
async def withdraw(request: Request, the: The, posted: Posted, import_id: ImportId) -> Response:
    """Withdraw an import, with a reason and a word that it is meant."""
    posted.visitor.need("reviewer")
    reason = posted.get("reason")
    faults = {"reason": reason_fault(reason)}
    if posted.get("sure") != "yes":
        faults["sure"] = "请勾选，确认要撤回"
    if any(faults.values()):
        return await _page(request, the, posted.visitor, import_id, faults, reason, 422)
    await the.aside.write(the.store.withdraw, import_id, posted.visitor.actor, reason)
    note_of(request).record = import_id
    return see_other(request, f"/reviews/imported/{import_id}")


async def _page(
    request: Request,
    the: Services,
    visitor: Visitor,
    import_id: str,
    faults: dict[str, str] | None = None,
    reason: str = "",
    status: int = 200,
) -> Response:
    data: dict[str, Any] = await the.aside.store(_shown, the, import_id)
    names, digest = await the.aside.compute(names_at_hand, the)
    note_of(request).digest = digest
    return page(
        request,
        visitor,
        "review_batch.html",
        status,
        **data,
        names=names,
        faults={name: fault for name, fault in (faults or {}).items() if fault},
        reason=reason,
        longest=LONGEST_REASON,
    )


def _shown(the: Services, import_id: str) -> dict[str, Any]:
    return {
        "batch": the.store.batch(import_id),
        "rows": [
            {
                "row": each.row,
                "office": each.office,
                "decided_on": each.decided_on,
                "item": each.item,
                "fine": yuan_number(each.fine_fen),
            }
            for each in the.store.batch_points(import_id, _SHOWN_ROWS)
        ],
    }
