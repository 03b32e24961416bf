"""Which tier tables answer together, and on which day: the nearest published one in force and the
nearest proposal, with the farther published ones that they narrow."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from engine.checks.examples import Scene
from engine.item import Item, Penalty, TierTable, graded
from engine.model import RuleSet


class Stack(NamedTuple):
    """The tables that answer for a penalty in some stretch of time; `day` is its first day."""

    known: TierTable | None
    proposed: TierTable | None
    farther: tuple[TierTable, ...]
    day: int
    scene: Scene

    @property
    def tables(self) -> tuple[TierTable, ...]:
        """The tables in the order in which they answer."""
        return tuple(each for each in (self.known, self.proposed) if each is not None)


def stacks(item: Item, penalty: Penalty, rule_set: RuleSet) -> Iterator[Stack]:
    """Every set of tables that ever answers for a penalty of this edition, earliest first."""
    if not graded(penalty):
        return
    seen: set[tuple[int, ...]] = set()
    for day in _borders(item, penalty):
        in_force = [each for each in penalty.tables if each.period.holds(day)]
        chosen = _nearest(in_force)
        key = tuple(map(id, chosen.values()))
        if not chosen or key in seen:
            continue
        seen.add(key)
        known = chosen.get(False)
        farther = tuple(each for each in in_force if not each.proposed and each is not known)
        # Without a day the tables without an end answer, of the latest edition.
        open_ended = _nearest([each for each in penalty.tables if each.period.end is None])
        undated = tuple(map(id, open_ended.values())) == key and latest(item, rule_set)
        scene = Scene(rule_set, item, penalty.roles[0], None if undated else day)
        yield Stack(known, chosen.get(True), farther, day, scene)


def latest(item: Item, rule_set: RuleSet) -> bool:
    """Whether a case without dates is judged by this edition."""
    newest = rule_set.laws[item.law].editions[-1]
    last = max(rule_set.items[item.id], key=lambda each: each.period.start)
    return last.edition == item.edition and (
        newest.known or newest.period.start <= item.period.start
    )


def _nearest(tables: list[TierTable]) -> dict[bool, TierTable]:
    chosen: dict[bool, TierTable] = {}
    for table in tables:
        chosen.setdefault(table.proposed, table)
    return chosen


def _borders(item: Item, penalty: Penalty) -> list[int]:
    """The days in the life of an edition on which other tables may come into force."""
    days = {item.period.start}
    for table in penalty.tables:
        days.add(table.period.start)
        if table.period.end is not None:
            days.add(table.period.end + 1)
    return sorted(day for day in days if item.period.holds(day))
