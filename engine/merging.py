"""Where there are too many worlds: every penalty that may apply, at its full range, in every way
the case may still end for it."""

from __future__ import annotations

from collections.abc import Iterator

from engine.exploring import MAX_ANSWERS, Explored, hull
from engine.fine import Range
from engine.item import Penalty
from engine.jurisdiction import competence
from engine.result import NO_MONEY, Decision, FineResult, Money, Possible
from engine.world import World


def merged(world: World, role: str) -> Explored:
    """Every answer that is possible as far as single conditions tell, at most MAX_ANSWERS."""
    item = world.proven.item
    decisions = [*_ends(world, role), *(_ends(world.later, role) if world.later else ())]
    unknown = [name for name in world.proven.facts if name not in world.values]
    if len(decisions) > MAX_ANSWERS:
        # One last entry stands for all that cannot be listed.
        fines = [each.fine.money for each in decisions if each.fine.state != "none_in_law"]
        rest = FineResult("open", hull(fines)._replace(lo=0))
        decisions = decisions[: MAX_ANSWERS - 1]
        decisions.append(Decision("open", item, fine=rest))
    return Explored(
        tuple(Possible(decision, ()) for decision in decisions),
        {name: ("disposition",) for name in unknown},
    )


def _ends(world: World, role: str) -> Iterator[Decision]:
    """Every way a case may end for a role under one law."""
    item = world.proven.item
    own = [penalty for penalty in item.penalties if role in penalty.roles]
    applying = [each for each in own if world.proven.ask(each.when)(world.values) is not False]
    if world.proven.ask(item.established_when)(world.values) is not True:
        yield Decision("not_established", item)
    if not any(world.proven.ask(each.when)(world.values) is True for each in own):
        for stage in dict.fromkeys((None, *(each.stage for each in item.penalties))):
            yield Decision("not_liable_at_stage", item, stage)
    for penalty in applying:
        for way in _may_end(world, penalty):
            yield _at_full_range(world, penalty, way)
        if _may_be_barred(world):
            full = _at_full_range(world, penalty, "penalize")
            barred = full.fine._replace(state="barred", suggested_why="fine_barred")
            for way in ("penalize", "order_only"):
                yield full._replace(disposition=way, fine=barred)


def _may_end(world: World, penalty: Penalty) -> list[str]:
    """The dispositions that a penalty which applies may still end in."""
    ways = ["penalize", "order_only"]
    if competence(world, penalty).outside is not None:
        ways.append("out_of_jurisdiction")
    if world.later_unknown is not None:
        ways.append("open")
    dates = world.setting.dates
    if world.rule_set.limitations and (dates.acted_on or dates.ended_on) is not None:
        ways.append("time_barred")
    for proven in (*world.proven.gates, *world.proven.circumstances):
        circumstance = proven.circumstance
        if "exempt" in circumstance.effects and proven.holds(world.firm) is not False:
            ways.append("exempt" if circumstance.obligation == "shall" else "may_exempt")
    return list(dict.fromkeys(ways))


def _may_be_barred(world: World) -> bool:
    """Whether a rule against a second fine may still hold."""
    return any(
        "bar_fine" in each.circumstance.effects and each.holds(world.firm) is not False
        for each in world.proven.circumstances
        if not each.reads.isdisjoint(world.firm)
    )


_FINED = frozenset({"penalize", "may_exempt", "out_of_jurisdiction", "open"})


def _at_full_range(world: World, penalty: Penalty, disposition: str) -> Decision:
    """A penalty that may apply, at its whole statutory range and without its tier."""
    money, state = NO_MONEY, "none_in_law"
    if penalty.fine is not None and disposition in _FINED:
        state = "open"
        amount = penalty.fine.amount
        # Circumstances may still lead below the statutory minimum.
        money = Money(None, amount.hi) if isinstance(amount, Range) else NO_MONEY
    return Decision(
        disposition,
        world.proven.item,
        penalty.stage,
        penalty=penalty,
        obligation=penalty.obligation,
        statutory=money,
        fine=FineResult(state, money, layer=penalty.ref.set),
        basis=(penalty.basis,),
    )
