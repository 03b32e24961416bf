"""Penalties of one item for one role: two fines or two stages at once, stages with a hole."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import NamedTuple

from engine.checks.examples import Scene, first_shown
from engine.checks.sources import Undecidable
from engine.checks.stacks import latest
from engine.checks.trying import Point, Space, TooMany
from engine.conditions import compile_condition
from engine.facts import Fact
from engine.faults import Finding
from engine.item import Item, Penalty
from engine.model import RuleSet
from engine.phrases import STAGES


def check_stages(item: Item, rule_set: RuleSet) -> Iterator[Finding]:
    """The findings on how the penalties of an item edition stand to each other."""
    day = None if latest(item, rule_set) else item.period.start
    for first, second in itertools.combinations(item.penalties, 2):
        asked: set[frozenset[str]] = set()
        for role in first.roles:
            above = _above(first, second, role, item)
            key = frozenset(each.id for each in above)
            if role in second.roles and key not in asked:
                asked.add(key)
                found = _both(first, second, above, Scene(rule_set, item, role, day))
                if found is not None:
                    yield found
                    break
    for role in dict.fromkeys(role for each in item.penalties for role in each.roles):
        yield from _hole(role, Scene(rule_set, item, role, day))


# Stages that follow one another: nobody is in two of them by the same facts.
_FOLLOWING = frozenset({"first", "overdue", "refused"})


def _above(first: Penalty, second: Penalty, role: str, item: Item) -> list[Penalty]:
    """Third penalties of a role that put aside one of two where they hold."""
    ids = {first.id, second.id}
    return [
        each
        for each in item.penalties
        if each.id not in ids and role in each.roles and ids & set(each.replaces)
    ]


def _both(first: Penalty, second: Penalty, above: list[Penalty], scene: Scene) -> Finding | None:
    """Two fines, or penalties of two stages, for one role at once, neither replaced by the other
    nor by one of those above."""
    if second.id in first.replaces or first.id in second.replaces:
        return None
    if first.fine is not None and second.fine is not None:
        finding = Finding(
            "penalties_overlap",
            second.ref.at("when"),
            f"“{first.ref.id}”和“{second.ref.id}”会同时成立，都有罚款",
            "请让两者的 when 互斥，或用 replaces 写明谁取代谁",
        )
        says = f"“{first.id}”和“{second.id}”两项罚款都成立"
    elif first.stage != second.stage and {first.stage, second.stage} <= _FOLLOWING:
        one, other = STAGES[first.stage], STAGES[second.stage]
        finding = Finding(
            "stages_overlap",
            second.ref.at("when"),
            f"“{first.ref.id}”（{one}）和“{second.ref.id}”（{other}）是两个阶段，会同时成立",
            "请让两者的 when 互斥，或用 replaces 写明谁取代谁；各阶段都适用的，写 stage: any",
        )
        says = f"既是“{one}”又是“{other}”，“{first.id}”和“{second.id}”都成立"
    else:
        return None
    item = scene.item
    guard = [item.established_when, first.when, second.when]
    put_aside = [each.when for each in above]
    space = Space(guard, put_aside, scene.rule_set, item.period.start)
    asks = [compile_condition(each) for each in put_aside]
    points = (each for each in space.points() if not any(ask(each.values) is True for ask in asks))
    try:
        return first_shown(finding, says, points, space, scene)
    except (TooMany, Undecidable):
        return _not_tried(second, f"“{first.ref.id}”和“{second.ref.id}”会不会同时成立")


def _hole(role: str, scene: Scene) -> Iterator[Finding]:
    """Facts that lead on from one penalty of a role, short of the next, to none at all: the first
    that can be shown."""
    item = scene.item
    own = [each for each in item.penalties if role in each.roles]
    if len(own) < 2:
        return
    conditions = [each.when for each in own]
    space = Space([item.established_when], conditions, scene.rule_set, item.period.start)
    undecided = False
    try:
        for hole in _holes(own, space):
            before, after = own[hole.before], own[hole.after]
            finding = Finding(
                "stage_gap",
                after.ref.at("when"),
                f"“{before.ref.id}”和“{after.ref.id}”之间有空当："
                f"“{hole.fact.label}”更进一步，前者不再适用，后者还不适用",
                "请核对两者的 when，应当首尾相接；法律确实不罚的，可以保留",
                "warning",
            )
            says = "对这个当事人没有任何处罚适用"
            try:
                shown = first_shown(finding, says, hole.points, space, scene)
            except Undecidable:
                undecided = True
                continue
            if shown is not None:
                yield shown
                return
    except TooMany:
        undecided = True
    if undecided:
        name = scene.rule_set.roles[role][0]
        yield _not_tried(own[1], f"“{item.id}”对{name}的几项处罚之间有没有空当")


def _not_tried(penalty: Penalty, question: str) -> Finding:
    return Finding(
        "penalties_not_tried",
        penalty.ref.place,
        f"没有全部试过{question}",
        "请用派生事实把条件并成几级，或者用一个事实分开两者",
        "warning",
    )


class _Hole(NamedTuple):
    """Points at which one fact has moved on from a penalty and not yet come to another; the
    penalties by their numbers."""

    fact: Fact
    before: int
    after: int
    points: list[Point]


def _holes(own: list[Penalty], space: Space) -> Iterator[_Hole]:
    """Points without any of the penalties where one fact alone has moved on (a flag become true, a
    number grown) from a penalty, and with that fact so far another is reached in some case: what
    comes before the first stage, or after the only one, is the law's own choice."""
    asks = [compile_condition(each.when) for each in own]
    points = list(space.points())
    hits = {
        point.cell: frozenset(n for n, ask in enumerate(asks) if ask(point.values) is True)
        for point in points
    }
    for at, name in enumerate(space.names):
        fact = space.fact(name)
        if fact.type != "flag" and not fact.numeric:
            continue
        reached = {
            number: frozenset[int]().union(*(hits[index] for index in hits if index[at] >= number))
            for number in {index[at] for index in hits}
        }
        between: dict[tuple[int, int], list[Point]] = {}
        for point in points:
            if not hits[point.cell]:
                before = _before(point, at, hits)
                after = reached[point.cell[at]] - before
                if before and after:
                    between.setdefault((min(before), min(after)), []).append(point)
        for (first, second), found in between.items():
            yield _Hole(fact, first, second, found)


def _before(point: Point, at: int, hits: dict[tuple[int, ...], frozenset[int]]) -> frozenset[int]:
    """The penalties that stand where one fact has not come so far, all else equal."""
    for number in range(point.cell[at] - 1, -1, -1):
        found = hits.get((*point.cell[:at], number, *point.cell[at + 1 :]))
        if found:
            return found
    return frozenset()
