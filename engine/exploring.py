"""All the answers still possible: undecided facts are split into the cells between thresholds,
each cell is a world, and the same decision is made in every world."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from dataclasses import dataclass

from engine.cells import cells
from engine.facts import Value, exact
from engine.faults import RuleFault
from engine.in_time import decide_in_time
from engine.result import NO_MONEY, Decision, FineResult, Imposed, Money, Possible
from engine.world import Undecided, World

# More worlds than this are not tried, more distinct answers than this are not listed.
MAX_WORLDS = 256
MAX_ANSWERS = 64

Given = tuple[tuple[str, Value], ...]


class TooManyWorlds(Exception):
    """More worlds than are worth listing."""


@dataclass(frozen=True, slots=True)
class Explored:
    """Every answer still possible, and what each undecided fact would settle."""

    possible: tuple[Possible, ...]
    settles: dict[str, tuple[str, ...]]


@dataclass(slots=True)
class _Explorer:
    role: str
    worlds: int = 0
    settles: dict[str, dict[str, None]] = dataclasses.field(default_factory=dict)

    def walk(self, world: World, given: Given) -> list[tuple[Given, Decision]]:
        try:
            decision = decide_in_time(world, self.role)
        except Undecided as undecided:
            return self._split(world, given, undecided.fact)
        except RuleFault:
            if world.rule_set.tangled(name for name, _ in given):
                return []  # values of computed facts that cannot be together: no such world
            raise
        self.worlds += 1
        if self.worlds > MAX_WORLDS:
            raise TooManyWorlds
        return [(given, decision)]

    def _split(self, world: World, given: Given, fact: str) -> list[tuple[Given, Decision]]:
        definition = world.rule_set.facts[fact]
        cuts = world.cuts(fact)
        worlds = [
            (cell, _with(world, fact, cell, given))
            for cell in cells(definition, cuts, _open_value(world, fact))
        ]
        able = [(cell, each) for cell, each in worlds if not _contradicts(each)]
        branches = [self.walk(each, (*given, (fact, cell))) for cell, each in able or worlds]
        told = _told_apart([[each for _, each in branch] for branch in branches if branch])
        if told:
            self.settles.setdefault(fact, {}).update(dict.fromkeys(told))
        return [leaf for branch in branches for leaf in branch]


def explore(world: World, role: str) -> Explored:
    """Every distinct answer over all worlds; raises TooManyWorlds beyond the limits."""
    explorer = _Explorer(role)
    leaves = explorer.walk(world, ())
    grouped: dict[object, tuple[Decision, list[Given]]] = {}
    for given, decision in leaves:
        grouped.setdefault(decision.same_answer(), (decision, []))[1].append(given)
    if not 0 < len(grouped) <= MAX_ANSWERS:
        raise TooManyWorlds
    return Explored(
        tuple(Possible(decision, tuple(givens)) for decision, givens in grouped.values()),
        {fact: tuple(told) for fact, told in explorer.settles.items()},
    )


def _open_value(world: World, fact: str) -> Value | None:
    """What is known of a fact to be split; what is merely assumed of it is not known."""
    value = world.values.get(fact)
    return world.firm.get(fact) if exact(value) else value


def _contradicts(world: World) -> bool:
    """Whether the world states facts that cannot hold together."""
    return any(each.ask(world.firm) is True for each in world.rule_set.conflicts)


def _with(world: World, fact: str, cell: Value, given: Given) -> World:
    """The world in which the fact lies in the cell; what follows from it is worked out anew."""
    fixed = frozenset((fact, *(name for name, _ in given)))
    values, firm = dict(world.values), dict(world.firm)
    values[fact] = firm[fact] = cell
    world.proven.compute(values, fixed)
    world.proven.compute(firm, fixed)
    later = _with(world.later, fact, cell, given) if world.later is not None else None
    return dataclasses.replace(world, values=values, firm=firm, truths={}, later=later)


_ASPECTS: dict[str, Callable[[Decision], object]] = {
    "disposition": lambda each: each.disposition,
    "stage": lambda each: each.stage,
    "tier": lambda each: each.tier.key if each.tier else None,
    "fine": lambda each: each.fine,
    "measures": lambda each: (each.measures, each.alternatives),
}


def _told_apart(branches: list[list[Decision]]) -> list[str]:
    """In what the answers differ between the cells of a fact."""
    return [
        name
        for name, aspect in _ASPECTS.items()
        if len({frozenset(aspect(each) for each in branch) for branch in branches}) > 1
    ]


def together(possible: tuple[Possible, ...]) -> tuple[Decision, tuple[Possible, ...]]:
    """One answer for an outcome that may still come out in several ways."""
    first = possible[0].decision
    if len(possible) == 1:
        return first, ()
    decisions = [each.decision for each in possible]

    def common(values: list[str | None]) -> str | None:
        return values[0] if len(set(values)) == 1 else None

    tiers = {each.tier.key if each.tier else None for each in decisions}
    fines = {each.fine.state for each in decisions}
    money = hull([each.fine.money for each in decisions if each.fine.state != "none_in_law"])
    none = fines == {"none_in_law"}
    fine = FineResult(
        "none_in_law" if none else "open",
        # Where some answer is no fine at all, the range starts at 0.
        money if "none_in_law" not in fines or none else Money(0, money.hi),
        None,
        "no_fine" if none else "several_answers",
    )
    shared = [each for each in (_everywhere(one, decisions) for one in first.measures) if each]
    laws = {each.item.edition for each in decisions}
    return Decision(
        disposition=common([each.disposition for each in decisions]) or "open",
        item=first.item,
        stage=common([each.stage for each in decisions]),
        tier=first.tier if len(tiers) == 1 else None,
        obligation=common([each.obligation for each in decisions]),
        statutory=hull([each.statutory for each in decisions if each.fine.state != "none_in_law"]),
        fine=fine,
        measures=tuple(shared),
        basis=tuple(dict.fromkeys(basis for each in decisions for basis in each.basis)),
        compared=first.compared if len(laws) == 1 else (),
        reasons=tuple(dict.fromkeys(reason for each in decisions for reason in each.reasons)),
    ), possible


def _everywhere(measure: Imposed, decisions: list[Decision]) -> Imposed | None:
    """A measure that every answer has, at the range of all its amounts."""
    same = [
        one
        for each in decisions
        for one in each.measures
        if one._replace(amount=None) == measure._replace(amount=None)
    ]
    if len(same) < len(decisions):
        return None
    amounts = [one.amount for one in same if one.amount is not None]
    return measure._replace(amount=hull(amounts) if amounts else None)


def hull(ranges: list[Money]) -> Money:
    """The smallest range that holds all of them."""
    if not ranges:
        return NO_MONEY
    lows = [money.lo for money in ranges if money.lo is not None]
    highs = [money.hi for money in ranges if money.hi is not None]
    return Money(
        min(lows) if len(lows) == len(ranges) else None,
        max(highs) if len(highs) == len(ranges) else None,
    )
