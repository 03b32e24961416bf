"""A fault shown on a concrete case: in plain zh-CN, and as a case that can be evaluated."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable
from typing import NamedTuple

from engine.checks.sources import Undecidable
from engine.checks.trying import Point, Space
from engine.dates import day_text
from engine.derived import with_derived
from engine.facts import Values
from engine.faults import Finding
from engine.item import Item
from engine.model import RuleSet


class Scene(NamedTuple):
    """Where a fault shows: an item edition, a role (None: any), and the day of the act and of the
    decision (None where the rules in force without a day are meant)."""

    rule_set: RuleSet
    item: Item
    role: str | None
    day: int | None


def shown(finding: Finding, says: str, stated: Values, space: Space, scene: Scene) -> Finding:
    """The finding with the case of the values stated; `says` is what comes of it."""
    facts = scene.rule_set.facts
    plain: dict[str, object] = {name: facts[name].plain(value) for name, value in stated.items()}
    return dataclasses.replace(
        finding,
        counterexample=plain,
        says=f"{described(stated, space)}：{says}",
        case=_case(plain, scene),
        rule_set=scene.rule_set.id,
    )


def first_shown(
    finding: Finding, says: str, points: Iterable[Point], space: Space, scene: Scene
) -> Finding | None:
    """The finding with the first of the points that can be; None where none can. Raises
    Undecidable where none was found and some were left open."""
    undecided = False
    for point in points:
        try:
            stated = space.example(point)
        except Undecidable:
            undecided = True
            continue
        if stated is not None:
            return shown(finding, says, stated, space, scene)
    if undecided:
        raise Undecidable
    return None


def described(stated: Values, space: Space) -> str:
    """Values in zh-CN, with the computed ones that the rules read in brackets."""
    facts = space.rule_set.facts
    derived = space.rule_set.derived
    values = with_derived(dict(stated), derived)
    computed = [name for name in derived if name in space.read and name in values]
    told = "、".join(
        f"{facts[name].label} {facts[name].show(each)}" for name, each in stated.items()
    )
    if not computed:
        return told
    more = "、".join(f"{facts[name].label} {facts[name].show(values[name])}" for name in computed)
    return f"{told}（{more}）"


def _case(plain: dict[str, object], scene: Scene) -> dict[str, object]:
    case: dict[str, object] = {"item": scene.item.id}
    if scene.role is not None:
        case["parties"] = [{"id": "p", "kind": scene.role}]
    if scene.day is not None:
        day = day_text(scene.day)
        case["dates"] = {"acted_on": day, "decided_on": day}
    case["facts"] = plain
    return case
