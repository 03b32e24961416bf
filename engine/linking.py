"""Whether what one rule says of others leads somewhere: successors, references, scopes."""

from __future__ import annotations

import itertools
from collections.abc import Mapping

from engine.encoding import referred
from engine.faults import Place, did_you_mean
from engine.fine import TimesFine
from engine.general_rules import Scope
from engine.item import Item, Penalty
from engine.loading import Node

Editions = Mapping[str, tuple[Item, ...]]


def by_date(group: list[Item], nodes: Mapping[Place, Node]) -> tuple[Item, ...]:
    """The editions of an item, the earliest first; `nodes` are the items as written, by place."""
    ordered = sorted(group, key=lambda item: item.period.start)
    for earlier, later in itertools.pairwise(ordered):
        if earlier.period.meets(later.period):
            nodes[later.ref.place]["effective"].fault(
                "editions_overlap",
                f"“{later.id}”的两个版本生效期间重叠",
                f"前一版本见 {earlier.ref.place}，请给它写上 until",
            )
    return tuple(ordered)


def check_links(editions: Editions, nodes: Mapping[Place, Node]) -> None:
    """Every item that another one succeeds, displaces or refers to exists."""
    for group in editions.values():
        for item in group:
            node = nodes[item.ref.place]
            for each in node.listed("succeeds"):
                _item_exists(each, editions)
            for each in node.listed("displaces"):
                _item_exists(each if isinstance(each.value, str) else each["item"], editions)
            for penalty, each in zip(item.penalties, node["penalties"].each(), strict=True):
                if penalty.refers_to is not None:
                    _check_reference(penalty, item, each["refers_to"], editions)


def _item_exists(node: Node, editions: Editions) -> bool:
    if node.value in editions:
        return True
    node.fault("unknown_item", f"没有事项“{node.value}”", did_you_mean(node.value, editions))
    return False


def check_scope(scope: Scope, node: Node, editions: Editions) -> None:
    """The items that a general rule is about exist."""
    if scope.items:
        for each in node["applies_to"]["items"].each():
            _item_exists(each, editions)


def _check_reference(penalty: Penalty, item: Item, node: Node, editions: Editions) -> None:
    """A reference must lead to one penalty of one edition, and end there."""
    if not _item_exists(node["item"], editions):
        return
    found = [each for each in editions[node.value["item"]] if each.period.meets(item.period)]
    if len(found) != 1:
        count, help = "没有版本", "请核对所指的事项，以及两者的施行日期"
        if found:
            count, help = f"有 {len(found)} 个版本", "请按所指事项的版本把本事项也分成几个版本"
        message = f"本版本施行期间，“{node.value['item']}”{count}"
        node["item"].fault("reference_ambiguous", message, help)
        return
    targets = [each for each in found[0].penalties if referred(penalty, each)]
    known = [each.id for each in found[0].penalties]
    item_id, named = node.value["item"], node.get("penalty")
    if named is not None and named not in known:
        message = f"事项“{item_id}”没有处罚“{named}”"
        node["penalty"].fault("unknown_penalty", message, did_you_mean(named, known))
    elif len(targets) != 1:
        help = f"请写明 penalty，可选：{'、'.join(known)}"
        node.fault("unknown_penalty", f"看不出指的是“{item_id}”的哪一个处罚", help)
    elif targets[0].refers_to is not None or targets[0].replaces or _multiplies(targets[0]):
        node.fault("reference_chain", "所指的处罚本身又指向别处", "请直接指向最终的处罚")


def _multiplies(penalty: Penalty) -> bool:
    return penalty.fine is not None and isinstance(penalty.fine.amount, TimesFine)
