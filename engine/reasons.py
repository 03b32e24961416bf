"""The reasons of a decision as data: the violation, the stage, the circumstances, the fine."""

from __future__ import annotations

from engine.general_rules import Circumstance
from engine.item import Penalty
from engine.result import FineResult, Reason
from engine.world import World


def establishment(world: World, code: str) -> Reason:
    """Whether the elements of the violation are met (`code`: established | not_established)."""
    item = world.proven.item
    return Reason(
        "establish",
        code,
        item.ref,
        item.violates,
        world.facts_of(item.established_when),
        (("item", item.title),),
    )


def reached(world: World, penalty: Penalty) -> Reason:
    """The stage at which a penalty applies, and whom the law fines there."""
    return Reason(
        "stage",
        f"stage_{penalty.obligation}",
        penalty.ref,
        (penalty.basis,),
        world.facts_of(penalty.when),
        (("stage", penalty.stage), ("roles", "|".join(penalty.roles))),
    )


def not_liable(world: World, role: str, stage: str | None) -> Reason:
    """The stages at which alone the law fines a role, and the one reached, as far as known."""
    own = [penalty for penalty in world.proven.item.penalties if role in penalty.roles]
    stages = "|".join(dict.fromkeys(penalty.stage for penalty in own))
    facts = tuple(dict.fromkeys(pair for penalty in own for pair in world.facts_of(penalty.when)))
    return Reason(
        "stage",
        "not_liable_at_stage",
        own[0].ref,
        tuple(dict.fromkeys(penalty.basis for penalty in own)),
        facts,
        (("stage", stage or ""), ("stages", stages), ("roles", role)),
    )


_STEPS = {"exempt": "exempt", "may_exempt": "exempt", "gate_exempt": "gate"}


def of_circumstance(world: World, each: Circumstance, code: str) -> Reason:
    """What a circumstance does (`code`: exempt | may_exempt | gate_exempt | moves | …)."""
    step = _STEPS.get(code, "circumstance")
    slots = (
        ("title", each.title),
        ("effects", "|".join(each.effects)),
        ("obligation", each.obligation),
    )
    return Reason(step, code, each.ref, (each.basis,), world.facts_of(each.when), slots)


def conclusion(main: Penalty, fine: FineResult) -> Reason:
    """What the fine comes to in the end."""
    alone = "yes" if fine.alone else ""
    return Reason(
        "amount",
        "fine_open" if fine.state == "open" else "fine_range",
        main.ref,
        (main.basis,),
        (),
        (*fine.money.slots(), ("state", fine.state), ("alone", alone)),
    )
