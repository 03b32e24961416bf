"""Whether like cases were decided alike."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Query, Request, Response
from pydantic import AfterValidator

from api.consistency.answering import document
from api.http.access import Who
from api.http.consistency import allowed, names_at_hand, reviewed
from api.http.contract import problems
from api.http.models.common import day
from api.http.models.consistency import Consistency
from api.http.parameters import ItemName, Word
from api.http.services import The, note_of
from api.serving.answers import compact
from api.store import Wanted

router = APIRouter(tags=["decisions and reviews"])
Day = Annotated[str | None, AfterValidator(day), Query(pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$")]


@router.get(
    "/reviews/consistency",
    operation_id="consistency",
    response_model=Consistency,
    responses=problems(403),
)
async def consistency(
    request: Request,
    the: The,
    actor: Who,
    item: ItemName = None,
    law: Annotated[Word | None, Query(description="A law by its prefix, such as wsl")] = None,
    office: Annotated[str | None, Query(min_length=1, max_length=100)] = None,
    since: Annotated[Day, Query(alias="from", description="Decided on this day or later")] = None,
    until: Annotated[Day, Query(alias="to", description="Decided on this day or earlier")] = None,
    by: Annotated[
        Literal["year", "month"], Query(description="What a period of `periods` is")
    ] = "year",
) -> Response:
    """Fines in like cases beside each other: where each lies in its range, median and spread by
    group, office and period, what stands out by the stated rule, and the likest cases with the most
    different results. Recorded and imported decisions alike, what is certainly both once, what was
    withdrawn not at all; an officer sees the own office's."""
    wanted = allowed(actor, Wanted(item, law, office, since, until))
    found = await reviewed(the, wanted)
    names, digest = await the.aside.compute(names_at_hand, the)
    note_of(request).digest = digest
    answer = await the.aside.compute(document, found, names, by)
    return Response(compact(answer), media_type="application/json")
