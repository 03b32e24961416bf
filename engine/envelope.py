"""The statute's envelope: no tier leaves it, and no rule leaves what the matcher can hold."""

from __future__ import annotations

from collections.abc import Iterable

from engine.encoding import Encoding, chunks, rules_of
from engine.faults import Finding, RuleFault
from engine.fine import Amount, PerDay, Range, Scaled, TimesFine
from engine.item import Item, Penalty, Tier, TierTable, graded
from engine.money import yuan_text


def outside(
    item: Item, layers: list[str], independent: set[str], *, sound: bool
) -> Iterable[Finding]:
    """The tiers of an item that leave the statute, or (unless their layer is published as
    independent) the row of a farther layer for the same condition; `layers` runs from the farthest.
    Unless the files were `sound`, what could not be read of a rule is no ground to fault another.
    """
    for penalty in item.penalties:
        for table in penalty.tables:
            for tier in table.tiers:
                if penalty.fine is None:
                    if not sound:
                        continue
                    help = "阶次不能设定罚款；请删去阶次，或者核对处罚的 fine"
                    yield _envelope_fault(tier, "设了罚款，而法律在这里没有罚款", help)
                    continue
                if not graded(penalty):
                    help = "没有幅度，不能分阶次；请删去阶次，或者核对处罚的 fine"
                    yield _envelope_fault(tier, "用不上：法律把这项罚款定死了", help)
                    continue
                yield from _tier_outside(tier, penalty.fine.amount, "法定幅度")
                if sound and table.layer not in independent:
                    yield from _wider_than_farther(penalty, table, tier, layers)


def _wider_than_farther(
    penalty: Penalty, table: TierTable, tier: Tier, layers: list[str]
) -> Iterable[Finding]:
    """A row narrows a farther layer's published row for the same condition, never widens it."""
    farther = layers[: layers.index(table.layer)]
    for other in penalty.tables:
        if other.layer in farther and other.period.meets(table.period):
            for row in other.tiers:
                if row.when == tier.when and row.status == "verified":
                    yield from _tier_outside(tier, row.fine.amount, f" {other.layer} 的{row.title}")


def leaves(tier: Tier, outer: Amount) -> bool:
    """Whether a tier's range leaves another amount, or is worked out in another way."""
    return any(_tier_outside(tier, outer, ""))


def _tier_outside(tier: Tier, outer: Amount, name: str) -> Iterable[Finding]:
    inner = tier.fine.amount
    if _form(inner) != _form(outer) or _substitute(inner) not in (None, _substitute(outer)):
        yield _envelope_fault(tier, f"的算法与{name}不同", "阶次的罚款写法要与法律一致")
    elif isinstance(inner, Range) and isinstance(outer, Range):
        low = outer.lo is not None and (inner.lo is None or inner.lo < outer.lo)
        high = outer.hi is not None and (inner.hi is None or inner.hi > outer.hi)
        if low or high:
            yield _envelope_fault(
                tier,
                f"的幅度（{_range_text(inner)}）超出{name}（{_range_text(outer)}）",
                "请对照原文；基准若确实如此，应以法律为准并报告发布机关",
            )
    elif isinstance(inner, Scaled) and isinstance(outer, Scaled):
        capped = outer.cap is None or (inner.cap is not None and inner.cap <= outer.cap)
        if inner.lo < outer.lo or inner.hi > outer.hi or not capped:
            yield _envelope_fault(tier, f"的比例、倍数或者封顶超出{name}", "请对照原文改正")
    elif (
        isinstance(inner, TimesFine)
        and isinstance(outer, TimesFine)
        and (inner.lo < outer.lo or inner.hi > outer.hi)
    ):
        yield _envelope_fault(tier, f"的倍数超出{name}", "请对照原文改正")


def _form(amount: Amount) -> tuple[object, ...]:
    """What must be the same in a tier and in the statute: the kind of amount and its base."""
    if isinstance(amount, Scaled):
        return Scaled, amount.base
    if isinstance(amount, TimesFine):
        return TimesFine, amount.penalty
    if isinstance(amount, PerDay):
        return PerDay, amount.base, amount.days
    return (type(amount),)


def _substitute(amount: Amount) -> Amount | None:
    """What stands in for the amount; a tier that is silent on it has the statute's."""
    if isinstance(amount, Scaled) and amount.substitute is not None:
        return amount.substitute.amount
    return None


def _range_text(amount: Range) -> str:
    high = "" if amount.hi is None else yuan_text(amount.hi)
    return f"{high}以下" if amount.lo is None else f"{yuan_text(amount.lo)}至{high}"


def _envelope_fault(tier: Tier, message: str, help: str) -> Finding:
    return Finding("outside_statute", tier.fine.place, f"阶次“{tier.id}”{message}", help)


def beyond_the_matcher(item: Item) -> Iterable[Finding]:
    """The rules of an item that durable-rules cannot hold."""
    try:
        list(chunks(item, rules_of(item), Encoding()))
    except RuleFault as fault:
        yield from fault.findings
