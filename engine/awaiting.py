"""Papers still to be got: what waits for each of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from engine.clauses import Words
from engine.faults import did_you_mean
from engine.item import Item, Penalty, graded
from engine.loading import Folder
from engine.manifest import Awaited
from engine.model import RuleSet


def check_awaits(
    folder: Folder, words: Words, items: Mapping[str, tuple[Item, ...]], rules: set[str]
) -> None:
    """Note a fault where a manifest lets something wait that does not exist."""
    known: dict[str, Iterable[str]] = {
        "items": items,
        "items_of": words.laws,
        "drafts_of": words.laws,
        "tiers_of": words.laws,
        "parameters": words.parameters,
        "rules": rules,
    }
    for awaited in folder.manifest.listed("awaits"):
        for key, names in known.items():
            for each in awaited.listed(key):
                if each.value not in names:
                    help = did_you_mean(each.value, names)
                    each.fault("unknown_waiting", f"{key} 里的“{each.value}”不存在", help)


def waiting_items(awaited: Awaited, rule_set: RuleSet) -> tuple[str, ...]:
    """The ids of the items that wait for a paper, in the order of the rule set."""
    wanted = set(awaited.items)
    for editions in rule_set.items.values():
        for item in editions:
            if item.law in awaited.items_of:
                wanted.add(item.id)
            if item.law in awaited.drafts_of and any(_drafts(item)):
                wanted.add(item.id)
            if item.law in awaited.tiers_of and any(map(lacks_tiers, item.penalties)):
                wanted.add(item.id)
    return tuple(id for id in rule_set.items if id in wanted)


def _drafts(item: Item) -> Iterator[bool]:
    """Whether the item, a penalty of it or who may impose it is a draft."""
    yield item.status == "draft"
    for penalty in item.penalties:
        yield penalty.status == "draft"
        yield penalty.imposed_by is not None and penalty.imposed_by.status == "draft"


def lacks_tiers(penalty: Penalty) -> bool:
    """Whether the law leaves a range that no complete published table splits."""
    published = [
        each
        for each in penalty.tables
        if not each.partial and all(tier.status == "verified" for tier in each.tiers)
    ]
    return graded(penalty) and not published
