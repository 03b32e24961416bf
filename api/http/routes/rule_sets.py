"""Which rules are served."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Path, Request

from api.http.access import Who
from api.http.contract import problems
from api.http.models.rules import Awaited, LayerOut, RuleSet, RuleSets, RuleSetSummary
from api.http.parameters import WORD, PublishedOnly
from api.http.services import Services, The, note_of
from api.problems import Problem
from engine.awaiting import waiting_items
from engine.faults import InputFault
from engine.model import RuleSet as Rules

router = APIRouter(tags=["rules"])


@router.get(
    "/rule-sets",
    operation_id="listRuleSets",
    response_model=RuleSets,
    responses=problems(),
)
async def list_rule_sets(the: The, _: Who) -> RuleSets:
    """Every rule set served."""
    return await the.aside.compute(_all, the)


@router.get(
    "/rule-sets/{rule_set}",
    operation_id="getRuleSet",
    response_model=RuleSet,
    responses=problems(404),
)
async def get_rule_set(
    request: Request,
    the: The,
    _: Who,
    rule_set: Annotated[str, Path(pattern=WORD, examples=["yeji"])],
    published_only: PublishedOnly = False,
) -> RuleSet:
    """One rule set: its layers, how much it holds, which papers it awaits."""
    try:
        engine = await the.aside.compute(the.rules.engine, rule_set, None, published_only)
    except InputFault:
        raise Problem("not_found", "没有这个规则集") from None
    note_of(request).digest = engine.rule_set.digest
    return _whole(engine.rule_set, the)


def _all(the: Services) -> RuleSets:
    engines = [the.rules.engine(name, None, False) for name in the.rules.names()]
    return RuleSets(rule_sets=[RuleSetSummary(**_summary(each.rule_set, the)) for each in engines])


def _summary(rules: Rules, the: Services) -> dict[str, Any]:
    nearest = rules.layers[-1]
    return {
        "id": rules.id,
        "version": rules.version,
        "digest": rules.digest,
        "title": nearest.title,
        "status": nearest.status,
        "default": rules.id == the.rules.default,
        "items": len(rules.items),
    }


def _whole(rules: Rules, the: Services) -> RuleSet:
    return RuleSet(
        **_summary(rules, the),
        published_only=rules.published_only,
        layers=[
            LayerOut(
                id=each.id,
                version=each.version,
                title=each.title,
                issuer=each.issuer,
                document=each.document,
                status=each.status,
                region=each.region,
                level=each.level,
                effective=each.period.document(),
                missing=list(each.missing),
            )
            for each in rules.layers
        ],
        counts={
            "items": len(rules.items),
            "editions": sum(map(len, rules.items.values())),
            "facts": len(rules.facts),
            "circumstances": len(rules.circumstances),
            "procedures": len(rules.procedures),
        },
        awaits=[
            Awaited(
                layer=layer.id,
                document=each.document,
                lacks=each.lacks,
                note=each.note,
                items=list(waiting_items(each, rules)),
            )
            for layer in rules.layers
            for each in layer.awaits
        ],
    )
