"""What changes in the items of a layer and in the tiers it lays over items."""

from __future__ import annotations

from engine.changes import Comparison, Subject
from engine.headings import (
    item_heading,
    node_heading,
    overlaid_part,
    penalty_part,
    penalty_says,
    tier_part,
    tier_says,
)
from engine.loading import Folder, Node
from engine.pairing import (
    Pair,
    all_days,
    elements,
    id_of,
    members,
    one_of,
    paired,
    start_of,
    under,
)

Layers = tuple[Folder | None, Folder | None]


def compare_items(layers: Layers, compare: Comparison) -> None:
    """Compare the items of a layer on both sides, edition by edition."""
    before, after = (_by_id(each.items if each else [], "id") for each in layers)
    for id in sorted({*before, *after}):
        old, new = before.get(id, []), after.get(id, [])
        several = max(len(old), len(new)) > 1
        for pair in paired(old, new, start_of, renamed=True):
            node, quoter = compare.shown(pair)
            subject = Subject("item", id, node_heading(node, quoter), item=id)
            if several:
                subject = subject.at("", f"{start_of(node)} 起的版本")
            subject = subject.during(all_days(pair))
            if compare.pair("item", pair, subject, "事项"):
                _penalties(pair, subject, compare)
            else:
                for penalty in node["penalties"].each():
                    one: Pair = (None, penalty) if pair[0] is None else (penalty, None)
                    _whole_penalty(one, subject, compare)


def compare_overlays(layers: Layers, compare: Comparison) -> None:
    """Compare the tiers that a layer lays over items."""
    before, after = (_by_id(each.overlays if each else [], "overlays") for each in layers)
    for id in sorted({*before, *after}):
        old, new = before.get(id, []), after.get(id, [])
        several = max(len(old), len(new)) > 1
        for pair in paired(old, new, start_of, renamed=True):
            node, quoter = compare.shown(pair)
            subject = Subject("item", id, item_heading(id, quoter), item=id)
            subject = subject.during(all_days(pair)).proposed(_all_proposed(pair))
            if several:
                subject = subject.at("", f"{start_of(node)} 起的阶次")
            if pair[0] is not None and pair[1] is not None:
                compare.keys("overlay", pair[0], pair[1], subject)
            tables = under(pair[0], "penalties"), under(pair[1], "penalties")
            for penalty, one in members(tables):
                part = subject.at(f"penalties/{penalty}", overlaid_part(id, penalty, quoter))
                if one[0] is not None and one[1] is not None:
                    compare.keys("table", one[0], one[1], part)
                _tiers(one, part, compare)


def _by_id(nodes: list[Node], key: str) -> dict[str, list[Node]]:
    found: dict[str, list[Node]] = {}
    for node in sorted(nodes, key=start_of):
        found.setdefault(str(node.value[key]), []).append(node)
    return found


def _all_proposed(pair: Pair) -> bool:
    """Whether every tier of an overlay is without force, on both sides."""
    return all(
        tier["status"] == "proposal"
        for node in pair
        if node is not None
        for table in node.value["penalties"].values()
        for tier in table["tiers"]
    )


def _penalties(pair: Pair, subject: Subject, compare: Comparison) -> None:
    before, after = elements(pair, "penalties")
    compare.order(before, after, subject, "penalties")
    for one in paired(before, after, id_of):
        if one[0] is None or one[1] is None:
            _whole_penalty(one, subject, compare)
            continue
        node, quoter = compare.shown(one)
        part = subject.at(f"penalties/{id_of(node)}", penalty_part(node, quoter, after))
        compare.keys("penalty", one[0], one[1], part)
        _tiers(one, part, compare)


def _whole_penalty(pair: Pair, subject: Subject, compare: Comparison) -> None:
    """A penalty that stands on one side only, with its tiers."""
    node, quoter = compare.shown(pair)
    part = subject.at(f"penalties/{id_of(node)}", "")
    compare.told(pair, part, f"处罚：{penalty_says(node, quoter)}")
    _tiers(pair, part, compare)


def _tiers(pair: Pair, subject: Subject, compare: Comparison) -> None:
    before, after = elements(pair, "tiers")
    compare.order(before, after, subject, "tiers")
    for one in paired(before, after, id_of):
        node, quoter = compare.shown(one)
        proposal = all(each is None or each.value["status"] == "proposal" for each in one)
        part = subject.at(f"tiers/{id_of(node)}", tier_part(node)).proposed(proposal)
        if one[0] is not None and one[1] is not None:
            compare.keys("tier", one[0], one[1], part)
        else:
            compare.told(one, part, f"阶次：{tier_says(one_of(one), quoter)}")
