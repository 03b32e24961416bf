"""Which items the facts of a case meet, whatever it charges."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request

from api.http.access import Who
from api.http.contract import CASES, problems, takes
from api.http.limits import case_source, read_body
from api.http.models.rules import Matches, MatchRow
from api.http.parameters import PublishedOnly, RuleSetName
from api.http.routes.items import name_of
from api.http.services import Services, The, note_of
from engine.parsing import parse_case, region_of

router = APIRouter(tags=["evaluations"])


@router.post(
    "/matches",
    operation_id="match",
    response_model=Matches,
    responses=problems(body=True),
    openapi_extra=takes("Case", CASES),
)
async def match(
    request: Request,
    the: The,
    _: Who,
    rule_set: RuleSetName = None,
    published_only: PublishedOnly = False,
) -> Any:
    """The items that the facts establish, then those they may still establish. Not recorded."""
    body = await read_body(request, the.settings)
    found = await the.aside.compute(_match, the, body, rule_set, published_only)
    note_of(request).digest = found.rule_set.digest
    return found


def _match(the: Services, body: bytes, rule_set: str | None, published_only: bool) -> Matches:
    source = case_source(body, the.settings)
    engine = the.rules.engine(rule_set, region_of(source), published_only)
    rules = engine.rule_set
    return Matches(
        rule_set=name_of(rules),
        items=[
            MatchRow(
                id=each.item.id,
                title=each.item.title,
                edition=each.item.edition,
                established=each.established is True,
                missing=list(each.missing),
            )
            for each in engine.match(parse_case(source, rules))
        ],
    )
