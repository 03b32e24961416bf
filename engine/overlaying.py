"""Overlays: the tiers that a layer lays over penalties of farther layers, and which come first."""

from __future__ import annotations

import dataclasses
import itertools
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from engine.building_items import build_table
from engine.clauses import Words, build_period
from engine.faults import did_you_mean
from engine.item import Item, TierTable
from engine.loading import Node


class Overlay(NamedTuple):
    """A table of tiers for a penalty of an item, and where it is written."""

    item: str
    penalty: str
    table: TierTable
    node: Node


def read_overlays(
    node: Node, layer: str, items: Mapping[str, list[Item]], words: Words
) -> Iterator[Overlay]:
    """The tables in one overlay file; what it lies over must be known by now."""
    id = node.value["overlays"]
    if id not in items:
        node["overlays"].fault("unknown_item", f"没有事项“{id}”可以覆盖", did_you_mean(id, items))
        return
    period = build_period(node["effective"])
    known = {penalty.id for item in items[id] for penalty in item.penalties}
    for penalty, each in node["penalties"].items():
        if penalty in known:
            table = build_table(each, f"{id}/{penalty}", layer, period, words, node)
            yield Overlay(id, penalty, table, each)
        else:
            each.fault(
                "unknown_penalty", f"事项“{id}”没有处罚“{penalty}”", did_you_mean(penalty, known)
            )


def check_overlays(overlays: list[Overlay], editions: Mapping[str, tuple[Item, ...]]) -> None:
    """Every table meets a day of its penalty, and no two of one layer hold at the same time."""
    layered: dict[tuple[str, str, str], list[Overlay]] = {}
    for each in overlays:
        layered.setdefault((each.item, each.penalty, each.table.layer), []).append(each)
        if not any(
            item.period.meets(each.table.period)
            and each.penalty in {penalty.id for penalty in item.penalties}
            for item in editions[each.item]
        ):
            each.node.fault(
                "overlay_outside_item",
                f"“{each.item}/{each.penalty}”的阶次生效时，没有一天有这项处罚",
                "请核对 effective 和事项各版本的施行期，或者移走这份阶次",
            )
    for group in layered.values():
        for one, other in itertools.combinations(group, 2):
            if one.table.period.meets(other.table.period):
                other.node.fault(
                    "overlays_overlap",
                    f"同一层里“{one.item}/{one.penalty}”有两份同时生效的阶次",
                    f"另一份见 {one.table.place}，请合并或者错开生效期间",
                )


def laid_on(
    editions: Mapping[str, tuple[Item, ...]], overlays: list[Overlay]
) -> dict[str, tuple[Item, ...]]:
    """The items with the tables of every layer, in order of precedence."""
    tables: dict[tuple[str, str], list[TierTable]] = {}
    for each in overlays:
        tables.setdefault((each.item, each.penalty), []).append(each.table)
    return {
        id: tuple(_with_tables(item, tables) for item in group) for id, group in editions.items()
    }


def _with_tables(item: Item, tables: Mapping[tuple[str, str], list[TierTable]]) -> Item:
    penalties = []
    for penalty in item.penalties:
        over = [
            table
            for table in tables.get((item.id, penalty.id), ())
            if table.period.meets(item.period)
        ]
        penalties.append(dataclasses.replace(penalty, tables=_precedence((*penalty.tables, *over))))
    return dataclasses.replace(item, penalties=tuple(penalties))


def _precedence(tables: tuple[TierTable, ...]) -> tuple[TierTable, ...]:
    """Nearest layer first; what is published before what is proposed.

    Which of them count on a given day is decided there (World.tables): the nearest published
    table in force, and in its gaps the nearest proposal.
    """
    published: list[TierTable] = []
    proposals: list[TierTable] = []
    for table in tables[::-1]:
        known = tuple(tier for tier in table.tiers if tier.status != "proposal")
        proposed = tuple(tier for tier in table.tiers if tier.status == "proposal")
        if known:
            partial = table.partial or bool(proposed)
            published.append(dataclasses.replace(table, tiers=known, partial=partial))
        if proposed:
            proposals.append(dataclasses.replace(table, tiers=proposed, proposed=True))
    return (*published, *proposals)
