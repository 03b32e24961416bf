"""What the ids of a review are called, where the rules at hand still know them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import product

from api.consistency.grouping import Likeness
from api.store import UNSTATED
from engine.general_rules import Circumstance
from engine.item import Item
from engine.keeping import kept
from engine.model import RuleSet
from engine.phrases import STAGES

# Why a fine is shown and not compared.
KINDS = {
    "mixed": "一个数额包含几项罚款",
    "open": "事实尚未查清",
    "none": "法律在此没有设定罚款",
    "erased": "内容已依法删除",
    "single": "没有可比的幅度",
}
WHERE = {"inside": "幅度之内", "below": "低于幅度", "above": "高于幅度", "no_range": "没有幅度"}


@dataclass(frozen=True, slots=True)
class Names:
    """Titles by id; an id without one stands for itself. Tiers are told apart by edition, role and
    stage."""

    items: Mapping[str, str] = field(default_factory=dict)
    roles: Mapping[str, str] = field(default_factory=dict)
    tiers: Mapping[tuple[str, str, str, str], str] = field(default_factory=dict)
    circumstances: Mapping[str, str] = field(default_factory=dict)

    def likeness(self, likeness: Likeness) -> dict[str, str]:
        """Each part of a likeness in words; "" where there is nothing to say."""
        held = likeness.circumstances.split()
        tier = self.tiers.get(likeness[1:5], likeness.tier.partition(":")[2])
        return {
            "item": self.items.get(likeness.item, ""),
            "role": self.roles.get(likeness.role, likeness.role),
            "stage": STAGES.get(likeness.stage, likeness.stage),
            "tier": "阶次没有写" if likeness.tier == UNSTATED else tier,
            "circumstances": "情节没有写"
            if likeness.circumstances == UNSTATED
            else "、".join(self.circumstances.get(each, each) for each in held),
        }


def names_of(rules: RuleSet) -> Names:
    """The titles of a rule set; of several editions, the latest."""
    return _names(rules.items, rules.roles, rules.circumstances)


@kept
def _names(
    editions_of: Mapping[str, tuple[Item, ...]],
    roles: Mapping[str, tuple[str, str]],
    circumstances: tuple[Circumstance, ...],
) -> Names:
    items: dict[str, str] = {}
    tiers: dict[tuple[str, str, str, str], str] = {}
    for id, editions in editions_of.items():
        for edition in editions:
            items[id] = edition.title
            for penalty in edition.penalties:
                for role, table in product(penalty.roles, penalty.tables):
                    for tier in table.tiers:
                        key = (edition.edition, role, penalty.stage, f"{table.layer}:{tier.id}")
                        tiers[key] = tier.title
    return Names(
        items,
        {role: label for role, (label, _) in roles.items()},
        tiers,
        {each.id: each.title for each in circumstances},
    )
