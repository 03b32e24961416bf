"""The measures that a decision imposes: a penalty's own, and those that circumstances add."""

from __future__ import annotations

from engine.facts import Span
from engine.general_rules import Circumstance
from engine.item import Measure
from engine.result import NO_MONEY, Imposed, Money
from engine.world import World


def impose(measure: Measure, world: World, obligation: str = "shall") -> Imposed:
    """A measure as imposed, with its amount where it has one."""
    amount = None
    if measure.amount_of is not None:
        value = world.values.get(measure.amount_of)
        amount = Money(int(value.lo), int(value.hi)) if isinstance(value, Span) else NO_MONEY
    if measure.nature in ("order", "duty"):
        obligation = "shall"  # putting things right comes with every penalty, optional or not
    return Imposed(measure.form, measure.kinds, measure.nature, measure.by, amount, obligation)


def with_added(
    own: list[Imposed], circumstances: list[Circumstance], world: World
) -> tuple[Imposed, ...]:
    """The penalty's own measures and those that circumstances add, each kind once."""
    found = list(own)
    for each in circumstances:
        for measure in each.measures:
            kinds = {kind for one in found for kind in one.kinds}
            if kinds.isdisjoint(measure.kinds) and world.true(measure.when):
                found.append(impose(measure, world))
    return tuple(found)


def adds(each: Circumstance, own: list[Imposed]) -> bool:
    """Whether a circumstance adds a measure that the penalty does not have already."""
    kinds = {kind for measure in own for kind in measure.kinds}
    return any(kinds.isdisjoint(measure.kinds) for measure in each.measures)


def unknown_amounts(world: World, imposing: list[Measure]) -> list[str]:
    """The facts that amounts of measures still wait for."""
    names = [measure.amount_of for measure in imposing if measure.amount_of is not None]
    values = [(name, world.values.get(name)) for name in names]
    return [name for name, value in values if not isinstance(value, Span) or value.lo != value.hi]
