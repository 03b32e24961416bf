"""Which penalty items there are, and what each asks."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Request

from api.http.access import Who
from api.http.contract import problems
from api.http.facts_schema import facts_schema
from api.http.models.rules import Item, ItemRow, Items, RuleSetName
from api.http.parameters import WORD, PublishedOnly, Word
from api.http.parameters import RuleSetName as Named
from api.http.services import The, note_of
from api.problems import Problem
from engine.describing import describe
from engine.item import Item as Edition
from engine.model import RuleSet

router = APIRouter(tags=["rules"])


@router.get("/items", operation_id="listItems", response_model=Items, responses=problems())
async def list_items(
    request: Request,
    the: The,
    _: Who,
    rule_set: Named = None,
    published_only: PublishedOnly = False,
    q: Annotated[
        str | None, Query(min_length=1, max_length=100, description="Part of an id or title")
    ] = None,
    law: Annotated[Word | None, Query(description="A law by its prefix, such as wsl")] = None,
) -> Items:
    """Every edition of every item, or those that match."""
    engine = await the.aside.compute(the.rules.engine, rule_set, None, published_only)
    rules = engine.rule_set
    note_of(request).digest = rules.digest
    return Items(rule_set=name_of(rules), items=[_row(each) for each in _found(rules, q, law)])


@router.get("/items/{item}", operation_id="getItem", response_model=Item, responses=problems(404))
async def get_item(
    request: Request,
    the: The,
    _: Who,
    item: Annotated[str, Path(pattern=WORD, examples=["wsl-097-7"])],
    rule_set: Named = None,
    published_only: PublishedOnly = False,
) -> Item:
    """One item: basis, penalties, tiers, and the JSON Schema of the facts it asks."""
    engine = await the.aside.compute(the.rules.engine, rule_set, None, published_only)
    rules = engine.rule_set
    note_of(request).digest = rules.digest
    if item not in rules.items:
        raise Problem("not_found", f"规则集 {rules.id} 里没有这个事项")
    return Item(**await the.aside.compute(_whole, item, rules))


def name_of(rules: RuleSet) -> RuleSetName:
    """A rule set as answers name it."""
    return RuleSetName(id=rules.id, version=rules.version, digest=rules.digest)


def _found(rules: RuleSet, q: str | None, law: str | None) -> list[Edition]:
    return [
        item
        for editions in rules.items.values()
        for item in editions
        if law in (None, item.law) and (q is None or q in item.id or q in item.title)
    ]


def _row(item: Edition) -> ItemRow:
    tables = [table for penalty in item.penalties for table in penalty.tables]
    return ItemRow(
        id=item.id,
        title=item.title,
        status=item.status,
        layer=tables[0].layer if tables else item.ref.set,
        effective=item.period.document(),
    )


def _whole(item: str, rules: RuleSet) -> dict[str, Any]:
    return {**describe(item, rules), "facts_schema": facts_schema(item, rules)}
