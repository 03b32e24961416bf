"""Is the catalogue of items sound as a whole: nothing twice, nothing without ground or use?"""

from __future__ import annotations

import dataclasses
import itertools
from collections.abc import Iterator

from engine.checks.alike import alike
from engine.checks.examples import Scene, first_shown
from engine.checks.implying import implies
from engine.checks.never import never
from engine.checks.sources import Undecidable
from engine.checks.trying import Space, TooMany
from engine.citation import Citation
from engine.dates import day_text
from engine.faults import Finding
from engine.model import Item, RuleSet


def catalogue(rule_set: RuleSet) -> Iterator[Finding]:
    """What the items, facts and circumstances of a rule set get wrong between them."""
    items = [item for editions in rule_set.items.values() for item in editions]
    yield from _same_basis(items, rule_set)
    yield from _grounds(items)
    yield from _remembered(items)
    yield from never(rule_set)
    yield from alike(rule_set)


# Twice the same -----------------------------------------------------------------------------

_Ground = tuple[Citation, str]


def _same_basis(items: list[Item], rule_set: RuleSet) -> Iterator[Finding]:
    """Two items that punish the same facts of the same party by the same provision."""
    by_ground: dict[_Ground, list[Item]] = {}
    for item in items:
        for ground in _grounds_of(item):
            by_ground.setdefault(ground, []).append(item)
    pairs: dict[tuple[str, str], tuple[Item, Item, _Ground]] = {}
    for ground, group in by_ground.items():
        for one, other in itertools.combinations(group, 2):
            if one.id != other.id and one.period.meets(other.period) and not _linked(one, other):
                pairs.setdefault((one.edition, other.edition), (one, other, ground))
    for one, other, (basis, role) in pairs.values():
        if implies(one, other, rule_set) or implies(other, one, rule_set):
            finding = Finding(
                "same_basis",
                other.ref.at("established_when"),
                f"“{one.id}”和“{other.id}”依据同是{rule_set.cite(basis)}，有的事实会让两项一起成立",
                "是同一违法行为的请并成一项；一项排除另一项的写 displaces，否则请把两者的条件分开",
                "warning",
            )
            yield _both(finding, one, other, role, rule_set)


def _both(finding: Finding, one: Item, other: Item, role: str, rule_set: RuleSet) -> Finding:
    """The finding with a case in which one act is charged as both items."""
    day = max(one.period.start, other.period.start)
    space = Space([one.established_when, other.established_when], [], rule_set, day)
    says = f"“{one.id}”和“{other.id}”都成立"
    scene = Scene(rule_set, one, role, day)
    try:
        shown = first_shown(finding, says, space.points(), space, scene)
    except (TooMany, Undecidable):
        shown = None
    if shown is None or shown.case is None:
        return finding
    charged: dict[str, object] = {
        "act": "a",
        "dates": {"acted_on": day_text(day)},
        "facts": shown.counterexample,
    }
    case = {
        "dates": {"decided_on": day_text(day)},
        "parties": shown.case["parties"],
        "violations": [
            {"id": f"v{number}", "item": item.id, **charged}
            for number, item in enumerate((one, other), 1)
        ],
    }
    return dataclasses.replace(shown, case={"case": case})


def _grounds_of(item: Item) -> dict[_Ground, None]:
    return dict.fromkeys(
        (penalty.basis, role) for penalty in item.penalties for role in penalty.roles
    )


def _linked(one: Item, other: Item) -> bool:
    """Whether the rules say how the two stand to each other: one pushes the other aside, or one
    takes its penalty from the other, or both from the same."""
    aside = {(one.id, each.item) for each in one.displaces}
    aside |= {(each.item, other.id) for each in other.displaces}
    if (one.id, other.id) in aside:
        return True
    return bool((_taken_from(one) | {one.id}) & (_taken_from(other) | {other.id}))


def _taken_from(item: Item) -> set[str]:
    return {each.refers_to[0] for each in item.penalties if each.refers_to is not None}


# Grounds ----------------------------------------------------------------------------------


def _grounds(items: list[Item]) -> Iterator[Finding]:
    """Items that do not say what they breach, or whose basis is not the article of their id; one
    that takes its penalty from another item may leave both to it."""
    for item in items:
        if _taken_from(item):
            continue
        if not item.violates:
            yield Finding(
                "no_violates",
                item.ref.place,
                f"“{item.id}”没有写违反的条款",
                "请补上 violates；罚则自己写明行为、没有另外的义务条款的，照旧即可",
                "note",
            )
        article = _article(item.id)
        bases = {(penalty.basis.law, penalty.basis.article) for penalty in item.penalties}
        if article is not None and (item.law, article) not in bases:
            yield Finding(
                "basis_not_of_id",
                item.penalties[0].ref.at("basis"),
                f"“{item.id}”的编号指第 {article} 条，各项处罚的依据却都不是这一条",
                "编号跟着条文走，请核对依据的 law、article，或者改编号",
                "warning",
            )


def _remembered(items: list[Item]) -> Iterator[Finding]:
    """Items called verified whose every source is somebody's memory."""
    for item in items:
        ways = {source.checked for source in item.sources}
        if item.status == "verified" and ways == {"memory"}:
            yield Finding(
                "verified_from_memory",
                item.ref.at("status"),
                f"“{item.id}”标为 verified，而它的来源都只凭记忆",
                "对照原文以后改写 checked 和 on；没有对照的，status 写 draft",
                "warning",
            )


def _article(id: str) -> int | None:
    """The article that an id names: 97 of wsl-097-7."""
    parts = id.split("-")
    digits = parts[1].rstrip("abcdefghijklmnopqrstuvwxyz") if len(parts) > 1 else ""
    return int(digits) if digits.isdecimal() else None
