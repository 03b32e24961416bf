"""All the answers still possible: undecided facts are split into the cells between thresholds,
each cell is a world, and the same decision is made in every world."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from dataclasses import dataclass

from engine.cells import cells
from engine.deciding import at_full_range, decide, nothing
from engine.facts import Value
from engine.faults import RuleFault
from engine.result import Decision, Possible
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
            decision = decide(world, self.role)
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
        cuts = world.proven.cuts.get(fact, ())
        branches = [
            self.walk(_with(world, fact, cell, given), (*given, (fact, cell)))
            for cell in cells(definition, cuts, world.values.get(fact))
        ]
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
    if len(grouped) > MAX_ANSWERS:
        raise TooManyWorlds
    return Explored(
        tuple(Possible(decision, tuple(givens)) for decision, givens in grouped.values()),
        {fact: tuple(told) for fact, told in explorer.settles.items()},
    )


def merged(world: World, role: str) -> Explored:
    """Where there are too many worlds: one entry a penalty that may apply, at its full range."""
    entries: list[Possible] = []
    truth = world.proven.ask(world.proven.item.established_when)(world.values)
    if truth is not True:
        entries.append(Possible(nothing("not_established", None, ()), ()))
    own = [penalty for penalty in world.proven.item.penalties if role in penalty.roles]
    if not any(world.proven.ask(penalty.when)(world.values) is True for penalty in own):
        entries.append(Possible(nothing("not_liable_at_stage", None, ()), ()))
    entries.extend(
        Possible(at_full_range(world, penalty), ())
        for penalty in own
        if world.proven.ask(penalty.when)(world.values) is not False
    )
    unknown = [name for name in world.proven.facts if name not in world.values]
    return Explored(tuple(entries), {name: ("disposition",) for name in unknown})


def _with(world: World, fact: str, cell: Value, given: Given) -> World:
    """The world in which the fact lies in the cell; what follows from it is worked out anew."""
    fixed = frozenset((fact, *(name for name, _ in given)))
    values, firm = dict(world.values), dict(world.firm)
    values[fact] = firm[fact] = cell
    world.proven.compute(values, fixed)
    world.proven.compute(firm, fixed)
    return dataclasses.replace(world, values=values, firm=firm, truths={})


_ASPECTS: dict[str, Callable[[Decision], object]] = {
    "disposition": lambda each: each.disposition,
    "stage": lambda each: each.stage,
    "tier": lambda each: each.tier.key if each.tier else None,
    "fine": lambda each: each.fine,
    "measures": lambda each: each.measures,
}


def _told_apart(branches: list[list[Decision]]) -> list[str]:
    """In what the answers differ between the cells of a fact."""
    return [
        name
        for name, aspect in _ASPECTS.items()
        if len({frozenset(aspect(each) for each in branch) for branch in branches}) > 1
    ]
