"""The tier tables of a stack, tried on everything that can be."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import NamedTuple

from engine.checks.examples import first_shown
from engine.checks.sources import Undecidable
from engine.checks.stacks import Stack
from engine.checks.trying import Point, Space, TooMany
from engine.conditions import Ask, compile_condition
from engine.faults import Finding
from engine.item import Item, Penalty, TierTable
from engine.model import RuleSet

# The numbers of the tiers of a table that hold at a point.
Hits = tuple[int, ...]


class Trial(NamedTuple):
    """A point, and what the published table and the proposal of a stack make of it; `sure` where
    every tier is true or false (not so where a share is unknown)."""

    point: Point
    known: Hits
    proposed: Hits
    sure: bool


@dataclass(slots=True)
class Tried:
    """A stack with all its trials; `undecided` are the tables of which some question stayed
    open."""

    penalty: Penalty
    stack: Stack
    space: Space
    trials: list[Trial]
    undecided: list[TierTable] = field(default_factory=list)

    def first(
        self, finding: Finding, says: str, points: Iterable[Point], table: TierTable
    ) -> Finding | None:
        """The finding on a table with the first of its cases that can be; None where none can, or
        where that stayed open."""
        try:
            return first_shown(finding, says, points, self.space, self.stack.scene)
        except Undecidable:
            self.leave_open(table)
            return None

    def leave_open(self, table: TierTable) -> None:
        """Note that a question on a table was not decided."""
        if not any(each is table for each in self.undecided):
            self.undecided.append(table)

    def answering(self, table: TierTable, *, sure: bool = False) -> list[tuple[Point, Hits]]:
        """The points for which a table is asked at all: a proposal only in the gaps of the known
        rows. `sure`: only those at which every tier is true or false."""
        trials = [each for each in self.trials if each.sure or not sure]
        if table is self.stack.known:
            return [(each.point, each.known) for each in trials]
        return [(each.point, each.proposed) for each in trials if not each.known]


def try_stack(item: Item, penalty: Penalty, stack: Stack, rule_set: RuleSet) -> Tried | None:
    """Every point with what the tables make of it; None where there are too many."""
    tiers = [tier.when for table in (*stack.tables, *stack.farther) for tier in table.tiers]
    space = Space([item.established_when, penalty.when], tiers, rule_set, stack.day)
    known, proposed = (
        asks_of(table) if table is not None else [] for table in (stack.known, stack.proposed)
    )
    try:
        trials = [
            Trial(
                point,
                hits(known, point),
                hits(proposed, point),
                all(ask(point.values) is not None for ask in (*known, *proposed)),
            )
            for point in space.points()
        ]
    except TooMany:
        return None
    return Tried(penalty, stack, space, trials)


def asks_of(table: TierTable) -> list[Ask]:
    """The conditions of the tiers of a table, to be asked."""
    return [compile_condition(tier.when) for tier in table.tiers]


def hits(asks: list[Ask], point: Point) -> Hits:
    """The numbers of the conditions that hold at a point."""
    return tuple(number for number, ask in enumerate(asks) if ask(point.values) is True)
