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
from engine.item import Item, Penalty
from engine.model import RuleSet


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
    """Items that do not say what they breach, and bases that are not what the id names; a penalty
    taken from another item may leave both to it."""
    named = {(item.law, _numbers(item.id)): item.id for item in items}
    for item in items:
        if not item.violates and not _taken_from(item):
            yield Finding(
                "no_violates",
                item.ref.place,
                f"“{item.id}”没有写违反的条款",
                "请补上 violates；罚则自己写明行为、没有另外的义务条款的，照旧即可",
                "note",
            )
        own = [penalty for penalty in item.penalties if penalty.refers_to is None]
        if own and _numbers(item.id):
            yield from _articles(item, own)
            yield from _paragraphs(item, own, named)


def _on_article(item: Item, own: list[Penalty]) -> list[Penalty]:
    """The penalties whose basis is the article that the id of their item names."""
    article = (item.law, _numbers(item.id)[0])
    return [each for each in own if (each.basis.law, each.basis.article) == article]


def _articles(item: Item, own: list[Penalty]) -> Iterator[Finding]:
    """Penalties on another article than the one that the id of their item names."""
    article, on = _numbers(item.id)[0], _on_article(item, own)
    help = "编号跟着条文走，请核对依据的 law、article，或者改编号"
    if not on:
        message = f"“{item.id}”的编号指第 {article} 条，各项处罚的依据却都不是这一条"
        yield Finding("basis_not_of_id", own[0].ref.at("basis"), message, help, "warning")
        return
    for each in own:
        if each not in on:
            message = f"“{each.ref.id}”的依据不是第 {article} 条，而编号和别的处罚都指这一条"
            help = "请核对依据的 law、article；法律确实另条规定的，可以保留"
            yield Finding("basis_not_of_id", each.ref.at("basis"), message, help, "warning")


def _paragraphs(
    item: Item, own: list[Penalty], named: dict[tuple[str, tuple[int, ...]], str]
) -> Iterator[Finding]:
    """Penalties on the right article of which none is on the paragraph and item that the id names,
    or one is on those of another item; `named` are the items by what their ids name."""
    article, *wanted = _numbers(item.id)
    on = _on_article(item, own)
    fitting = [each for each in on if _fits(wanted, _parts(each.basis))]
    help = "编号跟着条文走，请核对依据的 paragraph、item，或者改编号"
    if on and not fitting:
        message = f"“{item.id}”的编号在第 {article} 条后面写着 {'-'.join(map(str, wanted))}，"
        message += "各项处罚的依据却都不是这一款或者这一项"
        yield Finding("basis_not_of_id", on[0].ref.at("basis"), message, help, "warning")
        return
    for each in on:
        parts = _parts(each.basis)  # none: the whole article is nobody else's paragraph
        other = named.get((item.law, (article, *parts))) if parts else None
        if each not in fitting and other is not None:
            message = f"“{each.ref.id}”的依据是“{other}”的编号所指的条文，不是“{item.id}”的"
            yield Finding("basis_not_of_id", each.ref.at("basis"), message, help, "warning")


def _fits(wanted: list[int], found: list[int]) -> bool:
    """Whether a provision is what an id names; a single number may be of a paragraph or an item."""
    return found == wanted or (len(wanted) < 2 and {*wanted} <= {*found})


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


def _numbers(id: str) -> tuple[int, ...]:
    """The article that an id names, and its paragraph and item: 97 and 7 of wsl-097-7; none where
    it is not numbered after the law."""
    parts = [part.rstrip("abcdefghijklmnopqrstuvwxyz") for part in id.split("-")[1:]]
    return tuple(map(int, itertools.takewhile(str.isdecimal, parts)))


def _parts(basis: Citation) -> list[int]:
    """The paragraph and the item of a provision, as far as it names them."""
    return [each for each in (basis.paragraph, basis.item) if each is not None]
