"""Looking up: the catalogue, and an item with its tiers, editions, facts and citations."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import Path, Query, Request, Response
from markupsafe import Markup

from api.catalogue import COUNTS, as_csv, as_xlsx
from api.http.parameters import WORD, Word
from api.http.services import Services, The, note_of
from api.pages.finding import laws_of
from api.pages.frame import page
from api.pages.visitors import Visit, page_router
from api.problems import Fault, Problem, invalid
from api.showing.drawing import shares_of
from api.showing.scale import svg
from engine.cataloguing import catalogue
from engine.dates import day_number
from engine.describing import describe
from engine.item import Penalty
from engine.model import RuleSet

router = page_router()
_SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
Day = Annotated[str, Query(max_length=10)]


@router.get("/catalogue")
async def catalogue_page(
    request: Request,
    the: The,
    visitor: Visit,
    law: Word | Literal[""] = "",
    on: Day = "",
    format: Literal["page", "csv", "xlsx"] = "page",
) -> Response:
    """Every item by law: how many have which status, and each law's items when it is chosen."""
    rules = (await the.aside.compute(the.rules.engine, None, None, False)).rule_set
    note_of(request).digest = rules.digest
    data = await the.aside.compute(_catalogue, rules, law, on)
    if format == "page":
        choices = {"law": law, "on": on, "laws_known": laws_of(rules), "count_names": COUNTS}
        return page(request, visitor, "catalogue.html", **choices, data=data)
    content = await the.aside.compute(as_csv if format == "csv" else as_xlsx, data)
    media = "text/csv; charset=utf-8" if format == "csv" else _SHEET
    name = f'attachment; filename="catalogue-{rules.id}-{rules.version}.{format}"'
    return Response(content, media_type=media, headers={"Content-Disposition": name})


def _catalogue(rules: RuleSet, law: str, on: str) -> dict[str, Any]:
    day = None
    if on:
        try:
            day = day_number(on)
        except ValueError:
            fault = Fault("on", "not_a_date", "不是日历上的日子；请写成 2026-03-02 这样的日期")
            raise invalid([fault]) from None
    data = catalogue(rules, day)
    if law:
        if law not in rules.laws:
            raise Problem("not_found", f"规则集 {rules.id} 里没有这部法律、法规、规章")
        data["laws"] = [each for each in data["laws"] if each["id"] == law]
    return data


@router.get("/items/{item}")
async def item_page(
    request: Request, the: The, visitor: Visit, item: Annotated[str, Path(pattern=WORD)]
) -> Response:
    """One item: every edition, the latest first."""
    data = await the.aside.compute(_item, the, item)
    note_of(request).digest = data["digest"]
    return page(request, visitor, "item.html", **data)


def _item(the: Services, item: str) -> dict[str, Any]:
    rules = the.rules.engine(None, None, False).rule_set
    if item not in rules.items:
        raise Problem("not_found", f"规则集 {rules.id} 里没有这个事项")
    described = describe(item, rules)["editions"]
    editions = []
    for told, edition in zip(described, rules.items[item], strict=True):
        drawings = {
            each.id: _drawing(each, f"{edition.edition}-{each.id}", rules)
            for each in edition.penalties
        }
        succeeds = [id for id in edition.succeeds if id in rules.items]
        editions.append(
            {
                **told,
                "drawings": drawings,
                "law": rules.laws[edition.law].title,
                "succeeds": succeeds,
            }
        )
    followed = [
        id for id, others in rules.items.items() if any(item in each.succeeds for each in others)
    ]
    return {
        "item": item,
        "editions": editions[::-1],
        "followed": followed,
        "titles": {id: rules.items[id][-1].title for id in (*followed, *_before(item, rules))},
        "rule_set": rules.id,
        "digest": rules.digest,
    }


def _before(item: str, rules: RuleSet) -> list[str]:
    return [id for each in rules.items[item] for id in each.succeeds if id in rules.items]


def _drawing(penalty: Penalty, id: str, rules: RuleSet) -> Markup | str:
    """The statute and the tiers of a penalty, as far as they are known beforehand."""
    scale = shares_of(penalty, rules)
    return svg(scale, id) if scale is not None else ""
