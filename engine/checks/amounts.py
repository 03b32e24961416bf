"""The amounts of tiers: do they rise, do they fill the statute, does rounding stay inside; and do
the bands of a range meet."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from fractions import Fraction

from engine.checks.stacks import stacks
from engine.faults import Finding, Place
from engine.fine import Amount, Range, Scaled, TimesFine
from engine.grading import band, suggested
from engine.item import Item, Penalty, Tier, TierTable
from engine.model import RuleSet
from engine.money import yuan_text
from engine.result import Money

Number = int | Fraction
Ends = tuple[Number, Number]


def check_amounts(item: Item, rule_set: RuleSet) -> Iterator[Finding]:
    """The findings on the amounts of every tier table of an item edition."""
    for penalty in item.penalties:
        seen: set[int] = set()
        for stack in stacks(item, penalty, rule_set):
            whole = len(stack.tables) == 1 and not stack.tables[0].partial
            for table in stack.tables:
                if id(table) not in seen:
                    seen.add(id(table))
                    yield from _in_order(table, whole=whole)
                    if whole:
                        yield from _fills(penalty, table)
                    yield from _rounded(table, rule_set)
                    yield from _unexplained(table)


def _in_order(table: TierTable, *, whole: bool) -> Iterator[Finding]:
    """Neighbours in ascending order, each with a range of its own, no amount in two of them; those
    of a whole table meet."""
    for lower, higher in itertools.pairwise(table.tiers):
        low, high = _ends(lower.fine.amount), _ends(higher.fine.amount)
        if low is None or high is None or _base(lower) != _base(higher):
            continue
        if low == high:
            yield Finding(
                "tiers_same_range",
                higher.fine.place,
                f"阶次“{lower.id}”和“{higher.id}”的幅度相同",
                "两档没有区别，请对照原文",
                "warning",
            )
        elif high[0] < low[0] or high[1] < low[1]:
            yield Finding(
                "tiers_not_ascending",
                higher.fine.place,
                f"阶次“{higher.id}”的幅度低于前一档“{lower.id}”",
                "阶次应由轻到重排列，请对照原文",
                "warning",
            )
        elif whole and not table.highest and high[0] > low[1]:
            yield Finding(
                "amount_gap",
                higher.fine.place,
                f"阶次“{lower.id}”与“{higher.id}”之间有数额没有覆盖",
                "相邻两档的数额应当相接，请对照原文",
                "warning",
            )
        elif not table.highest and high[0] < low[1]:
            yield Finding(
                "amount_overlap",
                higher.fine.place,
                f"阶次“{lower.id}”与“{higher.id}”的数额有一段重叠",
                "相邻两档的数额应当首尾相接，请对照原文",
                "warning",
            )


def _fills(penalty: Penalty, table: TierTable) -> Iterator[Finding]:
    """The tiers of a whole table reach from the statute's lower end to its upper end."""
    if penalty.fine is None or not table.tiers:
        return
    whole = _ends(penalty.fine.amount)
    first, last = table.tiers[0].fine, table.tiers[-1].fine
    start, end = _ends(first.amount), _ends(last.amount)
    if whole is None or start is None or end is None:
        return
    if start[0] > whole[0]:
        yield _short(first.place, "第一档没有从法定下限起")
    if end[1] < whole[1]:
        yield _short(last.place, "最高一档没有到法定上限")


def _short(place: Place, message: str) -> Finding:
    return Finding(
        "statute_not_filled", place, message, "完整的阶次表应铺满法定幅度，请对照原文", "warning"
    )


def _ends(amount: Amount) -> Ends | None:
    """The lower and upper end, in fen or as a factor; None where there is no range to compare."""
    if isinstance(amount, Range):
        return None if amount.hi is None else (amount.lo or 0, amount.hi)
    return (amount.lo, amount.hi) if isinstance(amount, Scaled | TimesFine) else None


def _base(tier: Tier) -> object:
    """What the ends of a tier are ends of."""
    amount = tier.fine.amount
    return type(amount), getattr(amount, "base", None), getattr(amount, "penalty", None)


# Bands ------------------------------------------------------------------------------------

_DIRECTIONS = {"lighten": "从轻", "normal": "一般", "aggravate": "从重"}


def check_bands(rule_set: RuleSet) -> Iterator[Finding]:
    """Shares between neighbouring bands of the written policy that neither or both of them have."""
    if "bands" not in rule_set.policies:
        return
    policy = rule_set.policies["bands"]
    for lower, higher in itertools.pairwise(_DIRECTIONS):
        low, high = policy.values[lower], policy.values[higher]
        assert isinstance(low, dict) and isinstance(high, dict)
        end, start = low["to"], high["from"]
        names = f"{_DIRECTIONS[lower]}（{lower}）和{_DIRECTIONS[higher]}（{higher}）两段"
        if end < start:
            yield Finding(
                "bands_gap",
                policy.ref.at(higher),
                f"{names}不相接，幅度的 {end}% 至 {start}% 不属于任何一段",
                "相邻两段应当首尾相接，请对照原文",
                "warning",
            )
        elif start < end:
            yield Finding(
                "bands_overlap",
                policy.ref.at(higher),
                f"{names}重叠，幅度的 {start}% 至 {end}% 两段都有份",
                "相邻两段应当首尾相接，请对照原文",
                "warning",
            )


# Rounding ---------------------------------------------------------------------------------


def _rounded(table: TierTable, rule_set: RuleSet) -> Iterator[Finding]:
    """A suggestion that rounding takes out of the band it is the point of: information, for the
    written policy keeps it inside the tier only."""
    if not {"bands", "suggested"} <= rule_set.policies.keys():
        return
    bands, policy = rule_set.policies["bands"], rule_set.policies["suggested"]
    for tier in table.tiers:
        amount = tier.fine.amount
        if not isinstance(amount, Range) or amount.hi is None or amount.lo == amount.hi:
            continue
        money = Money(amount.lo, amount.hi)
        for name, called in _DIRECTIONS.items():
            within = band(money, bands, name)
            found = suggested(money if name == "normal" else within, within, policy)
            assert within.hi is not None
            if found is not None and not (within.lo or 0) <= found <= within.hi:
                yield Finding(
                    "suggested_over_edge",
                    tier.fine.place,
                    f"阶次“{tier.id}”的建议数额取整后是{yuan_text(found)}，越出{called}的一段"
                    f"（{yuan_text(within.lo or 0)}至{yuan_text(within.hi)}）",
                    f"这一段窄于取整的单位；不要这样的，请把 {policy.ref.set} 的 round_to 改小",
                    "note",
                )
                break


def _unexplained(table: TierTable) -> Iterator[Finding]:
    """A proposal says why it splits as it does."""
    for tier in table.tiers:
        if tier.status == "proposal" and not tier.because:
            yield Finding(
                "proposal_without_reason",
                tier.ref.place,
                f"建议稿的阶次“{tier.id}”没有写明理由",
                "请用 because 写一句为什么这样分档，写在阶次、处罚或者整份文件上都可以",
                "warning",
            )
