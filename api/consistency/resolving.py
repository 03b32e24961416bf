"""Words of a file as ids of the rules: items, roles, stages, tiers, circumstances, and ranges."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from api.consistency.cells import Unreadable, says_nothing, word, written
from api.consistency.mapping import Mapping
from api.store import UNSTATED
from engine.dates import day_number
from engine.fine import Range
from engine.item import Item, Penalty, Tier
from engine.model import RuleSet
from engine.phrases import STAGES

_STAGES = {
    "首次": "first",
    "首次发现": "first",
    "逾期": "overdue",
    "逾期不改": "overdue",
    "拒不改正": "refused",
    "造成事故": "accident",
    "按日连续处罚": "continued",
    "任意阶段": "any",
}
_MOVING = frozenset({"lighten", "mitigate", "aggravate"})
_BETWEEN = re.compile(r"[、;|/]+")
_WITHIN = re.compile(r"[, ]+")


@dataclass(frozen=True, slots=True)
class Resolved:
    """The rule that a past decision rests on, and the range that it gives where that is fixed."""

    item: str
    edition: str
    role: str
    stage: str
    tier: str
    range: Range | None


class Resolver:
    """Looks words up in one rule set; a mapping says what else they may be called."""

    def __init__(self, rules: RuleSet, mapping: Mapping) -> None:
        self._rules = rules
        self._mapping = mapping
        self._titles: dict[str, set[str]] = defaultdict(set)
        for id, editions in rules.items.items():
            self._titles[word(id)].add(id)
            for edition in editions:
                self._titles[word(edition.title)].add(id)
        self._roles = {word(label): role for role, (label, _) in rules.roles.items()}
        self._roles.update((role, role) for role in rules.roles)
        self._stages = {text: stage for stage, text in STAGES.items()} | _STAGES
        self._stages.update((stage, stage) for stage in STAGES)
        self._circumstances = {word(each.title): each.id for each in rules.circumstances}
        self._circumstances.update((each.id, each.id) for each in rules.circumstances)

    def item(self, text: str) -> str:
        """The id of an item by its id or title; raises Unreadable."""
        found = self._titles.get(self._said("item", text), set())
        if len(found) == 1:
            return next(iter(found))
        if found:
            known = "、".join(sorted(found)[:5])
            raise Unreadable("ambiguous_item", f"几个事项都叫“{_shown(text)}”：{known}；请写编号")
        raise Unreadable("unknown_item", f"规则里没有事项“{_shown(text)}”；请写事项编号或者全名")

    def edition(self, item: str, day: str) -> Item:
        """The edition in force on a day; raises Unreadable."""
        number = day_number(day)
        for edition in self._rules.items[item]:
            if edition.period.holds(number):
                return edition
        raise Unreadable("no_edition", f"{item} 在 {day} 没有施行的条文")

    def resolve(self, edition: Item, role: str, stage: str, tier: str, on: str) -> Resolved:
        """The penalty that role, stage and tier point to; what only one can be may be left out.
        Tiers are those in force on a day. Raises Unreadable."""
        chosen = self._stage(stage)
        penalties = [each for each in edition.penalties if each.fine is not None]
        if chosen is not None:
            penalties = [each for each in penalties if each.stage in (chosen, "any")]
        roles = dict.fromkeys(role for each in penalties for role in each.roles)
        known = self._role(role, roles)
        penalties = [each for each in penalties if known in each.roles]
        if not penalties:
            raise Unreadable("no_penalty", "这个事项在这个阶段对这类当事人没有罚款")
        # As the engine has it: a penalty of the very stage stands before one of any stage.
        penalties = [each for each in penalties if each.stage == chosen] or penalties
        stages = dict.fromkeys(each.stage for each in penalties)
        if len(stages) != 1:
            listed = "、".join(STAGES[each] for each in stages)
            raise Unreadable("missing_stage", f"要写明阶段：{listed}")
        found = self._found_tier(penalties, tier, day_number(on))
        return Resolved(
            edition.id,
            edition.edition,
            known,
            penalties[0].stage,
            *found,
        )

    def circumstances(self, text: str) -> str:
        """The ids of circumstances, in order; raises Unreadable."""
        whole = self._said("circumstances", text)
        if says_nothing(whole):
            return ""
        return " ".join(sorted(set(self._named(whole))))

    def moves(self, circumstances: str) -> bool:
        """Whether the range itself follows from these circumstances: how far, a file cannot say."""
        held = circumstances.split()
        return any(
            each.id in held and each.obligation == "shall" and _MOVING.intersection(each.effects)
            for each in self._rules.circumstances
        )

    def office(self, text: str) -> str:
        """The name of an office as it is to be recorded."""
        return written(self._mapping.values.get("office", {}).get(text, text))

    def _found_tier(self, penalties: list[Penalty], text: str, on: int) -> tuple[str, Range | None]:
        """A tier with its range; without one, the range of the law."""
        if not says_nothing(text):
            return _tier(penalties, self._said("tier", text), on)
        known = not text and any(True for _ in _tiers(penalties, on))
        return UNSTATED if known else "", _range(penalties)

    def _named(self, text: str, split: int = 0) -> Iterator[str]:
        """The circumstances that a text names; a title may hold a comma itself."""
        known = self._circumstances.get(self._said("circumstances", text))
        if known is not None:
            yield known
            return
        parts = [each.strip() for each in (_BETWEEN, _WITHIN)[split].split(text)]
        if split == 1 and len(parts) == 1:
            said = f"规则里没有情节“{_shown(text)}”；请写编号或者名称"
            raise Unreadable("unknown_circumstances", said)
        for part in filter(None, parts):
            yield from self._named(part, 1)

    def _said(self, column: str, text: str) -> str:
        """What the mapping says that a word means; else the word."""
        values = self._mapping.values.get(column, {})  # type: ignore[call-overload]
        found: str = word(values.get(text, text))
        return found

    def _stage(self, text: str) -> str | None:
        if not text:
            return None
        found = self._stages.get(self._said("stage", text))
        if found is None:
            listed = "、".join(STAGES.values())
            raise Unreadable("unknown_stage", f"不认识阶段“{_shown(text)}”；可写：{listed}")
        return found

    def _role(self, text: str, fined: Iterable[str]) -> str:
        roles = list(fined)
        if not text:
            if len(roles) == 1:
                return roles[0]
            listed = "、".join(self._rules.roles[each][0] for each in roles) or "没有可罚款的当事人"
            raise Unreadable("missing_role", f"要写明当事人类型：{listed}")
        found = self._roles.get(self._said("role", text))
        if found is None:
            listed = "、".join(label for label, _ in self._rules.roles.values())
            raise Unreadable("unknown_role", f"不认识当事人类型“{_shown(text)}”；可写：{listed}")
        return found


def _tier(penalties: Iterable[Penalty], text: str, on: int) -> tuple[str, Range | None]:
    """A tier by its id, `layer:id` or title, the nearest layer first."""
    known: dict[str, None] = {}
    for layer, tier in _tiers(penalties, on):
        key = f"{layer}:{tier.id}"
        if text in (tier.id, key, word(tier.title)):
            return key, _fixed(tier)
        known[tier.title] = None
    listed = "、".join(list(known)[:8]) or "当时没有阶次"
    raise Unreadable("unknown_tier", f"没有阶次“{_shown(text)}”；这里有：{listed}")


def _tiers(penalties: Iterable[Penalty], on: int) -> Iterator[tuple[str, Tier]]:
    for penalty in penalties:
        for table in penalty.tables:
            if table.period.holds(on):
                for tier in table.tiers:
                    yield table.layer, tier


def _fixed(rule: Tier | Penalty) -> Range | None:
    amount = rule.fine.amount if rule.fine is not None else None
    return amount if isinstance(amount, Range) else None


def _range(penalties: list[Penalty]) -> Range | None:
    """The range of the law where it is one."""
    found = {_fixed(each) for each in penalties}
    return found.pop() if len(found) == 1 else None


def _shown(text: str) -> str:
    return text if len(text) <= 40 else text[:40] + "…"
