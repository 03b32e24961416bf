"""From a penalty that applies to the fine: tier, amount, circumstances, suggestion."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from engine.circumstances import Moved, move
from engine.fine import Range
from engine.general_rules import Circumstance
from engine.grading import Worked, band, suggested, work_out
from engine.item import Penalty, Tier
from engine.result import Alternative, FineResult, Money, Reason
from engine.world import Pick, World

Note = tuple[str, str]


class Fined(NamedTuple):
    """A fine with everything that led to it."""

    tier: Tier | None
    statutory: Money
    fine: FineResult
    moved: Moved
    waits: tuple[str, ...]
    warnings: tuple[Note, ...]
    reasons: tuple[Reason, ...]


def set_fine(
    world: World, penalty: Penalty, moving: tuple[Circumstance, ...], *, state: str
) -> Fined:
    """The fine of a penalty that applies; `state` is imposed or optional."""
    assert penalty.fine is not None
    statutory = work_out(penalty.fine.amount, world.inputs(statutory=True))
    pick = world.pick_tier(penalty)
    tier = pick.tier
    plain = tier is None and isinstance(penalty.fine.amount, Range)
    worked = statutory if plain else world.worked(penalty, tier)
    moved = move(worked, statutory, moving, world.rule_set.policies)
    warnings = [*worked.notes, *moved.warnings]
    if tier is not None and tier.status != "verified":
        warnings.append((f"{tier.status}_tier", tier.ref.id))
    if pick.code is not None:
        warnings.append((pick.code, penalty.ref.id))
    if pick.code == "benchmark_in_time":
        moved = moved._replace(
            alternatives=(*moved.alternatives, *_by_either_benchmark(world, penalty))
        )
    suggestion, why = _suggest(world, worked, moved, warnings)
    layer = tier.ref.set if tier else penalty.ref.set
    unknown = bool(worked.waits) or not moved.money.hi
    fine = FineResult(
        "open" if unknown else state, moved.money, suggestion, why, layer, penalty.fine.alone
    )
    reasons = (
        _amount_reason("statutory_amount", world, penalty, statutory),
        _tier_reason(world, penalty, pick, worked),
    )
    return Fined(
        tier, statutory.money, fine, moved, worked.waits, tuple(dict.fromkeys(warnings)), reasons
    )


def _by_either_benchmark(world: World, penalty: Penalty) -> Iterator[Alternative]:
    """What the benchmark of the act and that of the decision would each give."""
    for use in ("act", "decision"):
        tier = world.pick_tier(penalty, use).tier
        name = tier.key if tier is not None else ""
        yield Alternative(f"benchmark_of_{use}", world.worked(penalty, tier).money, name)


def _suggest(
    world: World, worked: Worked, moved: Moved, warnings: list[Note]
) -> tuple[int | None, str]:
    """The policy's suggestion, or why there is none."""
    policies = world.rule_set.policies
    if "suggested" not in policies:
        return None, "no_suggestion_policy"
    if worked.waits or moved.money.hi is None or moved.money.hi == 0:
        return None, "amount_open"
    if moved.mitigated:
        return None, "mitigated_by_person"
    if worked.fixed:
        return moved.money.hi, ""
    if any(code == "opposite_directions" for code, _ in moved.warnings):
        return None, "opposite_by_person"
    within = worked.money
    if "bands" in policies:
        within = band(worked.money, policies["bands"], moved.direction)
    elif moved.direction != "normal":
        return None, "no_band_policy"
    for name in ("suggested", "bands"):
        if name in policies and policies[name].status != "verified":
            warnings.append((f"{policies[name].status}_policy", policies[name].ref.set))
    found = suggested(moved.money, within, policies["suggested"])
    return found, "" if found is not None else "no_amount_in_range"


def _amount_reason(code: str, world: World, penalty: Penalty, worked: Worked) -> Reason:
    assert penalty.fine is not None
    read = [name for name in world.proven.amounts[penalty.id] if name in world.rule_set.facts]
    return Reason(
        "amount",
        code if not worked.waits else "amount_waits",
        penalty.ref,
        (penalty.basis,),
        tuple((name, world.values.get(name)) for name in read),
        (
            ("form", type(penalty.fine.amount).__name__),
            *worked.money.slots(),
        ),
    )


def _tier_reason(world: World, penalty: Penalty, pick: Pick, worked: Worked) -> Reason:
    if pick.tier is not None:
        tier = pick.tier
        return Reason(
            "tier",
            "tier_hit",
            tier.ref,
            (tier.basis,) if tier.basis else (),
            world.facts_of(tier.when),
            (
                ("tier", tier.title),
                ("source", tier.source),
                ("because", tier.because),
                ("status", tier.status),
                *worked.money.slots(),
            ),
        )
    code = pick.code or "no_discretion"
    return Reason("tier", code, penalty.ref, (), (), ())
