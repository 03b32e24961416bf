"""Tier tables: gaps, overlaps, tiers never reached, rows that widen those of a farther layer."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass, field

from engine.checks.rising import falling
from engine.checks.sources import Undecidable
from engine.checks.stacks import Stack, stacks
from engine.checks.tried import Tried, asks_of, hits, try_stack
from engine.checks.trying import Point
from engine.envelope import leaves
from engine.faults import Finding, Place
from engine.item import Item, Penalty, Tier, TierTable
from engine.model import RuleSet
from engine.proving import lent_by


def check_tables(item: Item, rule_set: RuleSet) -> Iterator[Finding]:
    """The findings on every tier table of an item edition, those lent by other articles too."""
    for penalty in item.penalties:
        found = _tables_of(item, penalty, rule_set)
        lender = lent_by(penalty, item, rule_set)
        if lender is None:
            yield from found
        else:
            # What is told of the table at home is not told again; a tier may be for home only.
            home = {(each.code, each.place) for each in _tables_of(*lender, rule_set)}
            for each in found:
                if (each.code, each.place) not in home and each.code not in _OF_TIERS:
                    yield each


_OF_TIERS = ("tier_unreachable", "proposal_covered")


def _tables_of(item: Item, penalty: Penalty, rule_set: RuleSet) -> Iterator[Finding]:
    reach = _Reach()
    for stack in stacks(item, penalty, rule_set):
        tried = try_stack(item, penalty, stack, rule_set)
        reach.note(stack, tried)
        if tried is None:
            yield _not_tried(penalty, stack.tables[0])
            continue
        yield from _gaps(tried)
        for table in stack.tables:
            yield from _overlaps(tried, table)
            yield from falling(tried, table)
        yield from _wider(tried)
        yield from _undecided(tried)
    idle = reach.idle()
    if idle:
        for other in _reach_in_other_editions(item, penalty, rule_set):
            idle -= other.reached | other.unsure
    yield from reach.findings(idle)


def _reach_in_other_editions(item: Item, penalty: Penalty, rule_set: RuleSet) -> Iterator[_Reach]:
    """What is reached of the same penalty in the other editions of an item: an overlay may lie over
    several of them, and one of its tiers be for one only."""
    for edition in rule_set.items[item.id]:
        for other in edition.penalties:
            if edition.edition != item.edition and other.id == penalty.id:
                reach = _Reach()
                for stack in stacks(edition, other, rule_set):
                    reach.note(stack, try_stack(edition, other, stack, rule_set))
                yield reach


def _not_tried(penalty: Penalty, table: TierTable) -> Finding:
    return Finding(
        "table_not_tried",
        table.place,
        f"“{penalty.ref.id}”的阶次条件组合太多，没有逐一试过",
        "请用派生事实把条件并成几级",
        "warning",
    )


def _undecided(tried: Tried) -> Iterator[Finding]:
    """What could not be told of a table, and which computed facts stand in the way."""
    facts = tried.space.rule_set.facts
    names = "、".join(f"“{facts[name].label}”" for name in tried.space.names if facts[name].derived)
    for table in tried.undecided:
        yield Finding(
            "table_undecided",
            table.place,
            f"“{tried.penalty.ref.id}”的阶次没有全部试过：{names}的有些组合，没能断定会不会出现",
            "请人工核对这些算出来的量，或者只用其中一个来分档",
            "warning",
        )


def _gaps(tried: Tried) -> Iterator[Finding]:
    """Facts for which no tier holds: a gap where a table claims to be whole, else information."""
    points = [
        each.point for each in tried.trials if each.sure and not each.known and not each.proposed
    ]
    whole = [table for table in tried.stack.tables if not table.partial]
    table = whole[-1] if whole else tried.stack.tables[0]
    if whole:
        finding = Finding(
            "tier_gap",
            table.place,
            f"“{tried.penalty.ref.id}”的阶次没有覆盖全部事实",
            "请补上缺的阶次；只收录了部分行的，写 rows: partial",
        )
    else:
        finding = Finding(
            "rows_partial",
            table.place,
            f"“{tried.penalty.ref.id}”只收录了部分行，其余事实按法定幅度处理",
            "取得整表后补全，再删去 rows: partial",
            "note",
        )
    found = tried.first(finding, "没有任何档次适用", points, table)
    if found is not None:
        yield found


def _overlaps(tried: Tried, table: TierTable) -> Iterator[Finding]:
    """Two tiers that hold at once, where only one may."""
    if table.highest:
        return
    pairs: dict[tuple[int, int], list[Point]] = {}
    # Where no third tier holds comes first, so that the engine names the same two.
    for point, holding in sorted(tried.answering(table), key=lambda each: len(each[1])):
        for pair in itertools.pairwise(holding):
            pairs.setdefault(pair, []).append(point)
    for (one, other), points in pairs.items():
        first, second = table.tiers[one], table.tiers[other]
        finding = Finding(
            "tier_overlap",
            second.ref.place,
            f"阶次“{first.id}”和“{second.id}”会同时符合",
            "请让条件互斥；“或者取最高档”的，写 hit: highest",
        )
        found = tried.first(finding, f"“{first.id}”档和“{second.id}”档都适用", points, table)
        if found is not None:
            yield found


@dataclass(slots=True)
class _Reach:
    """The tiers of a penalty that some case falls in, over all the time it is in force, by the
    place where they are written."""

    asked: dict[Place, Tier] = field(default_factory=dict)
    reached: set[Place] = field(default_factory=set)
    unsure: set[Place] = field(default_factory=set)
    covered: set[Place] = field(default_factory=set)

    def note(self, stack: Stack, tried: Tried | None) -> None:
        """Note what is reached in the tables of a stack (`tried` None: nobody knows); of several
        tiers that hold, the highest counts."""
        asked = {tier.ref.place: tier for table in stack.tables for tier in table.tiers}
        self.asked |= asked
        if tried is None:
            self.unsure |= asked.keys()
            return
        for table in stack.tables:
            for point, holding in tried.answering(table):
                for number in holding[-1:] if table.highest else holding:
                    self._note(table.tiers[number], point, tried, self.reached)
        if stack.proposed is not None:
            for each in tried.trials:
                for number in each.proposed if each.known else ():
                    self._note(stack.proposed.tiers[number], each.point, tried, self.covered)

    def _note(self, tier: Tier, point: Point, tried: Tried, among: set[Place]) -> None:
        if tier.ref.place not in among:
            try:
                if tried.space.example(point) is not None:
                    among.add(tier.ref.place)
            except Undecidable:
                self.unsure.add(tier.ref.place)

    def idle(self) -> set[Place]:
        """The tiers that are certainly never reached."""
        return self.asked.keys() - self.reached - self.unsure

    def findings(self, idle: set[Place]) -> Iterator[Finding]:
        """What to say of tiers that are never reached."""
        for place, tier in self.asked.items():
            if place not in idle:
                continue
            if place in self.covered:
                yield Finding(
                    "proposal_covered",
                    place,
                    f"建议稿的阶次“{tier.id}”用不到：公布的行已经写全了它的事实",
                    "可以从建议稿里删去",
                    "note",
                )
            else:
                yield Finding(
                    "tier_unreachable",
                    place,
                    f"没有任何事实会落在阶次“{tier.id}”",
                    "请核对它的条件，以及处罚和违法行为成立的条件",
                )


def _wider(tried: Tried) -> Iterator[Finding]:
    """A row whose range leaves that of a farther layer's row for the same facts."""
    layers = tried.space.rule_set.layers
    free = {layer.id for layer in layers if layer.independent}
    order = {layer.id: number for number, layer in enumerate(layers)}
    for table, other in itertools.product(tried.stack.tables, tried.stack.farther):
        if table.layer in free or order[table.layer] <= order[other.layer]:
            continue
        asks = asks_of(other)
        reached = [(point, own, hits(asks, point)[-1:]) for point, own in tried.answering(table)]
        for (at, tier), (number, row) in itertools.product(
            enumerate(table.tiers), enumerate(other.tiers)
        ):
            if row.status == "verified" and leaves(tier, row.fine.amount):
                points = [point for point, own, far in reached if at in own and far == (number,)]
                found = _widens(tried, table, tier, row, points)
                if found is not None:
                    yield found


def _widens(
    tried: Tried, table: TierTable, tier: Tier, row: Tier, points: list[Point]
) -> Finding | None:
    finding = Finding(
        "wider_than_farther",
        tier.fine.place,
        f"阶次“{tier.id}”的幅度超出 {row.ref.set} 对同样事实的“{row.id}”档",
        f"只能收窄上层的阶次（{row.fine.place}）；单独制定的，在 ruleset.yaml 写 independent: true",
    )
    says = f"这里是“{tier.id}”档，{row.ref.set} 是“{row.id}”档"
    return tried.first(finding, says, points, table)
