"""Layers into one rule set: the chain of `extends`, overlays laid on, the digest."""

from __future__ import annotations

import dataclasses
import hashlib
import itertools
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import rfc8785

from engine.building import (
    build_circumstance,
    build_conflicts,
    build_item,
    build_layer,
    build_policies,
    build_procedure,
    build_table,
)
from engine.clauses import Words, build_period
from engine.conditions import tests_of
from engine.encoding import Encoding, chunks, rules_of
from engine.facts import MAGNITUDE, Fact
from engine.faults import Finding, Place, RuleFault, did_you_mean
from engine.loading import Folder, Node, read_folder
from engine.model import (
    Amount,
    Circumstance,
    Conflict,
    Item,
    Layer,
    Penalty,
    Policy,
    Procedure,
    Range,
    RuleSet,
    Scaled,
    Tier,
    TierTable,
    TimesFine,
)
from engine.money import FEN, yuan_text
from engine.vocabulary import add_words

BUNDLE_FORMAT = "liangfa-bundle/1"


def load_rule_set(rules: Path, id: str, *, published_only: bool = False) -> RuleSet:
    """Load a rule set with every layer under it; raises RuleFault with all faults at once.

    `published_only` leaves out items, tiers and policies whose status is not "verified".
    """
    findings: list[Finding] = []
    folders = _chain(rules, id, findings)
    rule_set = _assemble(folders, findings, published_only) if folders else None
    if findings or rule_set is None:
        raise RuleFault(sorted(set(findings), key=lambda each: (each.place, each.code)))
    return rule_set


def _chain(rules: Path, id: str, findings: list[Finding]) -> list[Folder]:
    """The folders from the farthest layer (statute) to the nearest (`id`)."""
    folders: list[Folder] = []
    wanted: str | None = id
    while wanted is not None:
        if any(folder.id == wanted for folder in folders):
            folders[-1].manifest["extends"].fault(
                "layers_in_a_circle", f"extends 绕回了“{wanted}”", "层次只能一个方向"
            )
            break
        folder = read_folder(rules, wanted, findings)
        if folder is None:
            break
        folders.append(folder)
        wanted = folder.manifest.get("extends")
    return folders[::-1]


def _assemble(
    folders: list[Folder], findings: list[Finding], published_only: bool
) -> RuleSet | None:
    words = Words()
    layers: list[Layer] = []
    conflicts: list[Conflict] = []
    items: dict[str, list[Item]] = {}
    nodes: dict[str, Node] = {}
    circumstances: dict[str, Circumstance] = {}
    procedures: dict[str, Procedure] = {}
    policies: dict[str, Policy] = {}
    tables: list[tuple[str, str, Node, TierTable]] = []
    for folder in folders:
        add_words(folder, words)
        layers.append(build_layer(folder))
        conflicts.extend(build_conflicts(folder, words))
        for node in folder.items:
            item = build_item(node, folder.id, words)
            items.setdefault(item.id, []).append(item)
            nodes[item.edition] = node
        for node in folder.overlays:
            tables.extend(_overlay(node, folder.id, items, words))
        if "circumstances" in folder.top:
            for node in folder.top["circumstances"]["circumstances"].each():
                _once(node, circumstances, build_circumstance(node, folder, words))
        if "procedures" in folder.top:
            read = _procedure_words(words)
            for node in folder.top["procedures"]["procedures"].each():
                _once(node, procedures, build_procedure(node, folder, read))
        policies |= build_policies(folder)
    editions = {id: _editions(group, nodes) for id, group in sorted(items.items())}
    _check_links(editions, nodes)
    laid = {id: _lay(group, tables) for id, group in editions.items()}
    for group in laid.values():
        for item in group:
            findings.extend(_outside(item, layers, folders))
            findings.extend(_beyond_the_matcher(item))
    if published_only:
        laid = {id: kept for id, group in laid.items() if (kept := _published(group))}
        circumstances = {
            id: each for id, each in circumstances.items() if each.status == "verified"
        }
        policies = {id: each for id, each in policies.items() if each.status == "verified"}
    top = layers[-1]
    return RuleSet(
        id=top.id,
        version=top.version,
        digest=_digest(top.id, folders, published_only),
        layers=tuple(layers),
        laws=words.laws,
        roles=words.roles,
        measures=words.measures,
        organs=words.organs,
        facts=words.facts,
        derived=words.derived,
        conflicts=tuple(conflicts),
        parameters=words.parameters,
        circumstances=tuple(circumstances.values()),
        procedures=tuple(procedures.values()),
        items=laid,
        policies=policies,
        published_only=published_only,
        warnings=(),
    )


def _procedure_words(words: Words) -> Words:
    """Procedures may also read the outcome: the fine and what is confiscated."""
    outcome = {
        name: Fact(
            name,
            "amount",
            label,
            "",
            "元",
            "party",
            "ask",
            None,
            {},
            0,
            MAGNITUDE * FEN,
            False,
            Place("engine"),
        )
        for name, label in (("fine", "罚款"), ("confiscated", "没收数额"))
    }
    return dataclasses.replace(words, facts=words.facts | outcome)


def _once(node: Node, known: dict[str, Any], built: Circumstance | Procedure) -> None:
    if built.id in known:
        node["id"].fault("duplicate_id", f"“{built.id}”已在别处定义", "一个 id 只定义一次")
    known[built.id] = built


def _editions(group: list[Item], nodes: dict[str, Node]) -> tuple[Item, ...]:
    ordered = sorted(group, key=lambda item: item.period.start)
    for earlier, later in itertools.pairwise(ordered):
        if earlier.period.meets(later.period):
            nodes[later.edition]["effective"].fault(
                "editions_overlap",
                f"“{later.id}”的两个版本生效期间重叠",
                f"前一版本见 {earlier.ref.place}，请给它写上 until",
            )
    return tuple(ordered)


def _check_links(editions: dict[str, tuple[Item, ...]], nodes: dict[str, Node]) -> None:
    for group in editions.values():
        for item in group:
            node = nodes[item.edition]
            for key in ("succeeds", "displaces"):
                for each in node[key].each() if key in node else ():
                    if each.value not in editions:
                        each.fault(
                            "unknown_item",
                            f"没有事项“{each.value}”",
                            did_you_mean(each.value, editions),
                        )
            for penalty in node["penalties"].each():
                if "refers_to" in penalty:
                    _check_reference(penalty["refers_to"], editions)


def _check_reference(node: Node, editions: dict[str, tuple[Item, ...]]) -> None:
    target = editions.get(node.value["item"])
    if target is None:
        node["item"].fault(
            "unknown_item",
            f"没有事项“{node.value['item']}”",
            did_you_mean(node.value["item"], editions),
        )
    elif "penalty" in node:
        known = {penalty.id for item in target for penalty in item.penalties}
        if node.value["penalty"] not in known:
            node["penalty"].fault(
                "unknown_penalty",
                f"事项“{node.value['item']}”没有处罚“{node.value['penalty']}”",
                did_you_mean(node.value["penalty"], known),
            )


# Overlays ---------------------------------------------------------------------------------


def _overlay(
    node: Node, layer: str, items: dict[str, list[Item]], words: Words
) -> list[tuple[str, str, Node, TierTable]]:
    id = node.value["overlays"]
    if id not in items:
        node["overlays"].fault("unknown_item", f"没有事项“{id}”可以覆盖", did_you_mean(id, items))
        return []
    period = build_period(node["effective"])
    known = {penalty.id for item in items[id] for penalty in item.penalties}
    found = []
    for penalty, each in node["penalties"].items():
        if penalty not in known:
            each.fault(
                "unknown_penalty", f"事项“{id}”没有处罚“{penalty}”", did_you_mean(penalty, known)
            )
            continue
        found.append(
            (id, penalty, each, build_table(each, f"{id}/{penalty}", layer, period, words))
        )
    return found


def _lay(
    group: tuple[Item, ...], overlays: list[tuple[str, str, Node, TierTable]]
) -> tuple[Item, ...]:
    return tuple(
        dataclasses.replace(
            item,
            penalties=tuple(
                dataclasses.replace(
                    penalty,
                    tables=_precedence(
                        (
                            *penalty.tables,
                            *(
                                table
                                for id, owner, _, table in overlays
                                if id == item.id
                                and owner == penalty.id
                                and table.period.meets(item.period)
                            ),
                        )
                    ),
                )
                for penalty in item.penalties
            ),
        )
        for item in group
    )


def _precedence(tables: tuple[TierTable, ...]) -> tuple[TierTable, ...]:
    """Nearest layer first; it replaces farther ones, but a proposal only fills their gaps."""
    nearest_first = tables[::-1]
    chosen: list[TierTable] = []
    proposals: list[TierTable] = []
    for table in nearest_first:
        published = tuple(tier for tier in table.tiers if tier.status != "proposal")
        proposed = tuple(tier for tier in table.tiers if tier.status == "proposal")
        covered = any(table.period.meets(other.period) for other in chosen)
        if published and not covered:
            chosen.append(
                dataclasses.replace(table, tiers=published, partial=table.partial or bool(proposed))
            )
        if proposed and not any(table.period.meets(other.period) for other in proposals):
            proposals.append(dataclasses.replace(table, tiers=proposed))
    return (*chosen, *proposals)


def _published(group: tuple[Item, ...]) -> tuple[Item, ...]:
    """The editions, penalties and tiers that are verified."""
    return tuple(
        dataclasses.replace(
            item,
            penalties=tuple(
                dataclasses.replace(penalty, tables=tuple(_verified(penalty.tables)))
                for penalty in item.penalties
                if penalty.status == "verified"
            ),
        )
        for item in group
        if item.status == "verified"
    )


def _verified(tables: Iterable[TierTable]) -> Iterable[TierTable]:
    for table in tables:
        tiers = tuple(tier for tier in table.tiers if tier.status == "verified")
        if tiers:
            partial = table.partial or len(tiers) < len(table.tiers)
            yield dataclasses.replace(table, tiers=tiers, partial=partial)


def _beyond_the_matcher(item: Item) -> Iterable[Finding]:
    try:
        list(chunks(item, rules_of(item), Encoding()))
    except RuleFault as fault:
        yield from fault.findings


# The statute's envelope -------------------------------------------------------------------


def _outside(item: Item, layers: list[Layer], folders: list[Folder]) -> Iterable[Finding]:
    independent = {folder.id for folder in folders if folder.manifest.get("independent", False)}
    for penalty in item.penalties:
        for table in penalty.tables:
            for tier in table.tiers:
                if penalty.fine is None:
                    yield _envelope_fault(tier, "法律在这里没有罚款", "阶次不能设定罚款")
                    continue
                yield from _tier_outside(tier, penalty.fine.amount, "法定幅度")
                if table.layer not in independent:
                    yield from _wider_than_farther(penalty, table, tier)


def _wider_than_farther(penalty: Penalty, table: TierTable, tier: Tier) -> Iterable[Finding]:
    """A nearer layer's proposal narrows the same condition's row of a farther layer."""
    for other in penalty.tables:
        if other is table or not other.period.meets(table.period):
            continue
        for row in other.tiers:
            if row.when == tier.when and other.layer != table.layer and row.status == "verified":
                yield from _tier_outside(tier, row.fine.amount, f"{other.layer} 的{row.title}")


def _tier_outside(tier: Tier, outer: Amount, name: str) -> Iterable[Finding]:
    inner = tier.fine.amount
    if type(inner) is not type(outer) or (
        isinstance(inner, Scaled) and isinstance(outer, Scaled) and inner.base != outer.base
    ):
        yield _envelope_fault(tier, f"算法与{name}不同", "阶次的罚款写法要与法律一致")
        return
    if isinstance(inner, Range) and isinstance(outer, Range):
        low = outer.lo is not None and (inner.lo is None or inner.lo < outer.lo)
        high = outer.hi is not None and (inner.hi is None or inner.hi > outer.hi)
        if low or high:
            yield _envelope_fault(
                tier,
                f"{_range_text(inner)}超出{name}{_range_text(outer)}",
                "请对照原文；基准若确实如此，应以法律为准并报告发布机关",
            )
    elif (
        isinstance(inner, Scaled | TimesFine)
        and isinstance(outer, Scaled | TimesFine)
        and (inner.lo < outer.lo or inner.hi > outer.hi)
    ):
        yield _envelope_fault(tier, f"比例或倍数超出{name}", "请对照原文改正")


def _range_text(amount: Range) -> str:
    high = "" if amount.hi is None else yuan_text(amount.hi)
    return f"{high}以下" if amount.lo is None else f"{yuan_text(amount.lo)}至{high}"


def _envelope_fault(tier: Tier, message: str, help: str) -> Finding:
    facts = {test.fact: test.operand for test in tests_of(tier.when)}
    return Finding(
        "outside_statute",
        tier.fine.place,
        f"阶次“{tier.id}”{message}",
        help,
        counterexample={"facts": sorted(facts)},
    )


def _digest(id: str, folders: list[Folder], published_only: bool) -> str:
    files = {name: text for folder in folders for name, text in folder.texts.items()}
    bundle: dict[str, Any] = {
        "format": BUNDLE_FORMAT,
        "rule_set": id,
        "published_only": published_only,
        "files": files,
    }
    return "sha256:" + hashlib.sha256(rfc8785.dumps(bundle)).hexdigest()
