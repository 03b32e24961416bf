"""What can never come about, because it contradicts itself or has nobody to concern."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator

from engine.checks.implying import impossible
from engine.conditions import Condition, Not
from engine.faults import Finding
from engine.general_rules import OUTCOME_FACTS, Circumstance
from engine.item import Item
from engine.model import RuleSet

_CONTRADICTS = "请核对条件：可能自相矛盾，或者碰上 facts.yaml 里不能并存的事实"


def never(rule_set: RuleSet) -> Iterator[Finding]:
    """Items, penalties, circumstances, limitations and procedures that no facts lead to; what
    cannot be decided is not claimed."""
    for editions in rule_set.items.values():
        for item in editions:
            yield from _item(item, rule_set)
    for circumstance in rule_set.circumstances:
        yield from _circumstance(circumstance, rule_set)
    yield from _limitations(rule_set)
    yield from _procedures(rule_set)


def _item(item: Item, rule_set: RuleSet) -> Iterator[Finding]:
    day = item.period.start
    if impossible([item.established_when], rule_set, day):
        yield Finding(
            "item_never",
            item.ref.at("established_when"),
            f"没有任何事实能让“{item.id}”成立",
            _CONTRADICTS,
            "warning",
        )
        return
    for penalty in item.penalties:
        if impossible([item.established_when, penalty.when], rule_set, day):
            yield Finding(
                "penalty_never",
                penalty.ref.at("when"),
                f"违法行为成立时，没有任何事实能让处罚“{penalty.ref.id}”适用",
                "请核对它的 when 和本事项的 established_when",
                "warning",
            )


def _circumstance(circumstance: Circumstance, rule_set: RuleSet) -> Iterator[Finding]:
    ref, when, excluded = circumstance.ref, circumstance.when, circumstance.excluded_when
    day = 1 if circumstance.period is None else circumstance.period.start
    if impossible([when], rule_set, day):
        place, why, help = ref.at("when"), "没有任何事实符合它的 when", _CONTRADICTS
    elif excluded is not None and impossible([when, Not(excluded)], rule_set, day):
        place, why = ref.at("excluded_when"), "凡符合 when 的都被 excluded_when 排除了"
        help = "请核对两个条件，excluded_when 只写例外"
    elif not (concerned := _concerned(circumstance, rule_set)):
        place, why = ref.at("applies_to"), "没有一项处罚是针对它 applies_to 里的人和事项的"
        help = "请核对 kinds、roles、items，几样要同时符合"
    elif circumstance.period is not None and not any(
        item.period.meets(circumstance.period) for item in concerned
    ):
        place, why = ref.at("effective"), "它的施行期和它所涉及的事项没有一天相交"
        help = "请核对 effective"
    else:
        return
    message = f"情节“{circumstance.title}”永远不会适用：{why}"
    yield Finding("circumstance_never", place, message, help, "warning")


def _concerned(circumstance: Circumstance, rule_set: RuleSet) -> list[Item]:
    """The items with a penalty for someone whom the circumstance is about."""
    scope = circumstance.scope
    roles = {role for role, (_, kind) in rule_set.roles.items() if scope.covers(role, kind)}
    return [
        item
        for id, editions in rule_set.items.items()
        if not scope.items or id in scope.items
        for item in editions
        if any(roles.intersection(penalty.roles) for penalty in item.penalties)
    ]


def _limitations(rule_set: RuleSet) -> Iterator[Finding]:
    """The first limitation that holds governs, so a later one may be left nothing."""
    before: list[Condition] = []
    for limitation in rule_set.limitations:
        if impossible([limitation.when, *before], rule_set, 1):
            yield Finding(
                "limitation_never",
                limitation.ref.at("when"),
                f"追诉时效“{limitation.title}”永远轮不到",
                "先写的先适用：请把条件窄的写在前面，没有条件的写在最后",
                "warning",
            )
        before.append(Not(limitation.when))


def _procedures(rule_set: RuleSet) -> Iterator[Finding]:
    """Grounds of procedures, which may also read the outcome."""
    wider = dataclasses.replace(rule_set, facts={**rule_set.facts, **OUTCOME_FACTS})
    for procedure in rule_set.procedures:
        day = 1 if procedure.period is None else procedure.period.start
        for number, limb in enumerate(procedure.limbs):
            if impossible([limb.when], wider, day):
                several = "limbs" in procedure.ref.marks
                limb_of = f"“{procedure.title}”的情形“{limb.title}”"
                yield Finding(
                    "procedure_never",
                    procedure.ref.at("limbs", number) if several else procedure.ref.at("when"),
                    f"{limb_of if several else f'“{procedure.title}”'}永远不会成立",
                    _CONTRADICTS,
                    "warning",
                )
