"""Does every item that ends have its successor, does the one follow the other, and does nothing
lean on an item outside its days?"""

from __future__ import annotations

from collections.abc import Iterator

from engine.checks.implying import implies
from engine.dates import Period, day_text
from engine.faults import Finding, Place
from engine.item import Item
from engine.model import RuleSet
from engine.proving import lent_by


def succession(rule_set: RuleSet) -> Iterator[Finding]:
    """Items that end without a successor, and successors that do not follow."""
    heirs: dict[str, list[tuple[Item, int]]] = {}
    for editions in rule_set.items.values():
        for item in editions:
            for number, earlier in enumerate(item.succeeds):
                heirs.setdefault(earlier, []).append((item, number))
    for id, editions in rule_set.items.items():
        if id in heirs:
            yield from _following(editions, sorted(heirs[id], key=_start))
        elif editions[-1].period.end is not None:
            yield from _ending(editions[-1], rule_set)
    for item in (item for editions in rule_set.items.values() for item in editions):
        yield from _leaning(item, rule_set)


def _leaning(item: Item, rule_set: RuleSet) -> Iterator[Finding]:
    """Penalties taken from another item on days on which that is not in force."""
    leaning: dict[str, tuple[Item, list[Place]]] = {}
    for penalty in item.penalties:
        lender = lent_by(penalty, item, rule_set)
        if lender is not None:
            _, places = leaning.setdefault(lender[0].id, (lender[0], []))
            places.append(penalty.ref.at("refers_to"))
    for other, places in leaning.values():
        for days in item.period.without([other.period]):
            yield Finding(
                "reference_lapsed",
                places[0],
                f"“{item.id}”依照“{other.id}”处罚，而“{other.id}”{from_to(other.period)}施行，"
                f"本事项{from_to(days)}也适用",
                "请核对两个事项的 effective；所依的已由别的代替的，从那天起另写一个版本，改指新的",
                "warning",
                also=tuple(places[1:]),
            )


def from_to(days: Period) -> str:
    """Days in zh-CN: 从 2025-01-01 起到 2025-12-31 止."""
    start = f"从 {day_text(days.start)} 起"
    return start if days.end is None else f"{start}到 {day_text(days.end)} 止"


def _start(heir: tuple[Item, int]) -> int:
    return heir[0].period.start


def _following(editions: tuple[Item, ...], heirs: list[tuple[Item, int]]) -> Iterator[Finding]:
    """What the days of an item and of its successors contradict."""
    id, end = editions[0].id, editions[-1].period.end
    for heir, number in heirs:
        first, place = heir.period.start, heir.ref.at("succeeds", number)
        if heir.id == id or first < editions[0].period.start:
            yield Finding(
                "succession_reversed",
                place,
                f"“{heir.id}”从 {day_text(first)} 起施行，"
                f"却承继从 {day_text(editions[0].period.start)} 起施行的“{id}”",
                "succeeds 写被代替的旧事项；同一事项的各个版本不用写",
            )
        elif any(edition.period.holds(first) for edition in editions):
            yield Finding(
                "succession_overlap",
                place,
                f"“{heir.id}”从 {day_text(first)} 起承继“{id}”，而“{id}”那天仍在施行",
                f"请给“{id}”写上 until（见 {editions[-1].ref.at('effective')}），或者改正 succeeds",
                "warning",
            )
    heir, number = heirs[0]
    if end is not None and heir.period.start > end + 1:
        yield Finding(
            "succession_gap",
            heir.ref.at("succeeds", number),
            f"“{id}”到 {day_text(end)} 止，承继它的“{heir.id}”从 {day_text(heir.period.start)} "
            "起，中间没有规则",
            "请核对两个日期；中间另有版本而文本没有取得的，照旧即可",
            "note",
        )


def _ending(item: Item, rule_set: RuleSet) -> Iterator[Finding]:
    """An item that ends and that no item names; where one begins the next day for the same facts,
    the link is missing."""
    end = item.period.end
    assert end is not None
    following = [
        other
        for editions in rule_set.items.values()
        for other in editions
        if other.period.start == end + 1 and other.id != item.id and not other.succeeds
    ]
    likely = [
        other
        for other in following
        if implies(item, other, rule_set) or implies(other, item, rule_set)
    ]
    for other in likely:
        yield Finding(
            "succession_unlinked",
            other.ref.place,
            f"“{other.id}”在“{item.id}”终止的次日施行，看的是同样的事实，却没有写承继",
            f"是代替它的，请写 succeeds: [{item.id}]",
            "warning",
        )
    if not likely:
        editions = rule_set.laws[item.law].editions
        missing = next(
            (each for each in editions if each.period.holds(end + 1) and not each.known), None
        )
        yield Finding(
            "successor_missing",
            item.ref.at("effective"),
            f"“{item.id}”到 {day_text(end)} 止，以后没有事项承继它",
            "另有事项代替的，请在那个事项里写 succeeds；不再处罚的，照旧即可"
            if missing is None
            else f"{rule_set.name(missing)}的文本没有取得，取得以后补上事项并写 succeeds",
            "note",
        )
