"""Layers into one rule set: the chain of `extends`, overlays laid on, the digest."""

from __future__ import annotations

import dataclasses
import itertools
from pathlib import Path
from typing import Any

from engine.awaiting import check_awaits
from engine.building import (
    build_circumstance,
    build_conflicts,
    build_delegates,
    build_item,
    build_jurisdiction,
    build_layer,
    build_limitation,
    build_policies,
    build_principles,
    build_procedure,
    build_table,
)
from engine.bundle import Bundle, digest
from engine.clauses import Words, build_period
from engine.conditions import tests_of
from engine.encoding import referred
from engine.envelope import beyond_the_matcher, outside
from engine.facts import MAGNITUDE, Fact
from engine.faults import Finding, Place, RuleFault, did_you_mean
from engine.loading import Folder, Node, read_folder, rule_set_ids
from engine.model import (
    Circumstance,
    Conflict,
    Delegate,
    Item,
    Jurisdiction,
    Layer,
    Limitation,
    Penalty,
    Policy,
    Principle,
    Procedure,
    RuleSet,
    TierTable,
    TimesFine,
)
from engine.money import FEN
from engine.publishing import published, sure
from engine.vocabulary import add_words


def load_rule_set(rules: Path, id: str, *, published_only: bool = False) -> RuleSet:
    """Load a rule set with every layer under it; raises RuleFault with all faults at once.

    `published_only` leaves out items, tiers and policies whose status is not "verified".
    """
    findings: list[Finding] = []
    folders = _chain(rules, id, findings)
    read = len(findings)
    rule_set = _assemble(folders, findings, published_only) if folders else None
    findings = findings[:read] + [
        each for each in findings[read:] if not _may_be_unread(each.code, folders)
    ]
    if findings or rule_set is None:
        raise RuleFault(
            sorted(set(findings), key=lambda each: (each.place, each.code, each.message))
        )
    return rule_set


# The words that a file of a kind defines: unknown only once the file has been read.
_DEFINES = {
    "laws": {"unknown_law"},
    "terms": {"unknown_role", "unknown_measure", "unknown_organ"},
    "facts": {"unknown_fact"},
    "derived": {"unknown_fact"},
    "parameters": {"unknown_parameter", "unknown_fact", "unknown_waiting"},
    "circumstances": {"unknown_waiting"},
    "procedures": {"unknown_waiting", "unknown_procedure"},
    "items": {"unknown_item", "unknown_waiting"},
}


def _may_be_unread(code: str, folders: list[Folder]) -> bool:
    """Whether what is said to be unknown may stand in a file or a layer that was not read."""
    whole = folders[0].manifest.get("extends") is None
    unread = {kind for folder in folders for kind in folder.unread}
    if not whole:
        return code.startswith("unknown_")
    return any(code in _DEFINES[kind] for kind in unread)


def load_bundle(rules: Path, id: str, *, published_only: bool = False) -> Bundle:
    """The texts that `load_rule_set` would read, as the bundle its digest is taken of."""
    findings: list[Finding] = []
    folders = _chain(rules, id, findings)
    if findings:
        raise RuleFault(findings)
    return _bundle(id, folders, published_only)


def _chain(rules: Path, id: str, findings: list[Finding]) -> list[Folder]:
    """The folders from the farthest layer (statute) to the nearest (`id`)."""
    folders: list[Folder] = []
    wanted: str | None = id
    while wanted is not None:
        if any(folder.id == wanted for folder in folders):
            folders[-1].manifest["extends"].fault(
                "layers_in_a_circle",
                f"extends 绕回了“{wanted}”",
                "近层依据远层，请删去反过来的一个",
            )
            break
        ids = rule_set_ids(rules)
        if folders and wanted not in ids:
            folders[-1].manifest["extends"].fault(
                "unknown_rule_set", f"没有规则集“{wanted}”", did_you_mean(wanted, ids)
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
    nodes: dict[Place, Node] = {}
    circumstances: dict[str, Circumstance] = {}
    procedures: dict[str, Procedure] = {}
    policies: dict[str, Policy] = {}
    limitations: dict[str, Limitation] = {}
    jurisdiction: Jurisdiction | None = None
    principles: dict[str, Principle] = {}
    delegates: list[Delegate] = []
    scopes: list[tuple[Circumstance | Procedure, Node]] = []
    tables: list[tuple[str, str, Node, TierTable]] = []
    for folder in folders:
        add_words(folder, words)
        layers.append(build_layer(folder))
        conflicts.extend(build_conflicts(folder, words))
        for node in folder.items:
            item = build_item(node, folder.id, words)
            items.setdefault(item.id, []).append(item)
            nodes[item.ref.place] = node
        for node in folder.overlays:
            tables.extend(_overlay(node, folder.id, items, words))
        jurisdiction = build_jurisdiction(folder, words) or jurisdiction
        principles |= build_principles(folder, words)
        delegates.extend(build_delegates(folder))
        if "circumstances" in folder.top:
            for node in folder.top["circumstances"].listed("limitations"):
                _once(node, limitations, build_limitation(node, folder, words))
            for node in folder.top["circumstances"].listed("circumstances"):
                built = build_circumstance(node, folder, words)
                _once(node, circumstances, built)
                scopes.append((built, node))
        if "procedures" in folder.top:
            read = _procedure_words(words)
            for node in folder.top["procedures"]["procedures"].each():
                procedure = build_procedure(node, folder, read)
                if procedure.follows is not None and procedure.follows not in procedures:
                    node["follows"].fault(
                        "unknown_procedure",
                        f"前面没有程序“{procedure.follows}”",
                        "被跟随的程序要写在前面",
                    )
                _once(node, procedures, procedure)
                scopes.append((procedure, node))
        policies |= {
            name: policy
            for name, policy in build_policies(folder).items()
            if policy.status == "verified" or not published_only
        }
    editions = {id: _editions(group, nodes) for id, group in sorted(items.items())}
    _check_links(editions, nodes)
    for folder in folders:
        check_awaits(folder, words, editions, {*circumstances, *procedures})
    _check_overlays(tables, editions)
    for scoped, node in scopes:
        _check_scope(scoped, node, editions)
    laid = {id: _lay(group, tables) for id, group in editions.items()}
    independent = {each.id for each in layers if each.independent}
    ids, sound = [each.id for each in layers], not findings
    for group in laid.values():
        for item in group:
            findings.extend(outside(item, ids, independent, sound=sound))
            findings.extend(beyond_the_matcher(item))
    if published_only:
        laid = published(laid)
        circumstances = sure(circumstances)
        limitations = sure(limitations)
        procedures = sure(procedures)
        principles = {name: each for name, each in principles.items() if each.status == "verified"}
        if jurisdiction is not None and jurisdiction.status != "verified":
            jurisdiction = None
        words.parameters = {
            name: dataclasses.replace(
                each, values=tuple(value for value in each.values if value[2] == "verified")
            )
            for name, each in words.parameters.items()
        }
    top = layers[-1]
    return RuleSet(
        id=top.id,
        version=top.version,
        digest=digest(_bundle(top.id, folders, published_only).content()),
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
        limitations=tuple(limitations.values()),
        procedures=tuple(procedures.values()),
        beside=frozenset(
            test.fact
            for when in (
                *(each.when for each in limitations.values()),
                *(limb.when for each in procedures.values() for limb in each.limbs),
            )
            for test in tests_of(when)
        ),
        items=laid,
        policies=policies,
        jurisdiction=jurisdiction,
        principles=principles,
        delegates=tuple(delegates),
        published_only=published_only,
        warnings=(),
    )


def _procedure_words(words: Words) -> Words:
    """Procedures may also read the outcome."""
    return dataclasses.replace(words, facts=words.facts | outcome_facts())


def outcome_facts() -> dict[str, Fact]:
    """What procedures may read of the outcome beside the facts: who is to pay what."""
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
    kinds = {"unit": "单位", "person": "个人"}
    outcome["party_kind"] = dataclasses.replace(
        outcome["fine"],
        name="party_kind",
        type="choice",
        label="当事人",
        unit="",
        choices=kinds,
        hi=0,
    )
    return outcome


def _once(node: Node, known: dict[str, Any], built: Circumstance | Limitation | Procedure) -> None:
    if built.id in known:
        node["id"].fault("duplicate_id", f"“{built.id}”已在别处定义", "一个 id 只定义一次")
    known[built.id] = built


def _editions(group: list[Item], nodes: dict[Place, Node]) -> tuple[Item, ...]:
    ordered = sorted(group, key=lambda item: item.period.start)
    for earlier, later in itertools.pairwise(ordered):
        if earlier.period.meets(later.period):
            nodes[later.ref.place]["effective"].fault(
                "editions_overlap",
                f"“{later.id}”的两个版本生效期间重叠",
                f"前一版本见 {earlier.ref.place}，请给它写上 until",
            )
    return tuple(ordered)


def _check_links(editions: dict[str, tuple[Item, ...]], nodes: dict[Place, Node]) -> None:
    for group in editions.values():
        for item in group:
            node = nodes[item.ref.place]
            for each in node.listed("succeeds"):
                _item_exists(each, editions)
            for each in node.listed("displaces"):
                _item_exists(each if isinstance(each.value, str) else each["item"], editions)
            for penalty, each in zip(item.penalties, node["penalties"].each(), strict=True):
                if penalty.refers_to is not None:
                    _check_reference(penalty, item, each["refers_to"], editions)


def _item_exists(node: Node, editions: dict[str, tuple[Item, ...]]) -> bool:
    if node.value in editions:
        return True
    node.fault("unknown_item", f"没有事项“{node.value}”", did_you_mean(node.value, editions))
    return False


def _check_scope(
    scoped: Circumstance | Procedure, node: Node, editions: dict[str, tuple[Item, ...]]
) -> None:
    if scoped.scope.items:
        for each in node["applies_to"]["items"].each():
            _item_exists(each, editions)


def _check_reference(
    penalty: Penalty, item: Item, node: Node, editions: dict[str, tuple[Item, ...]]
) -> None:
    """A reference must lead to one penalty of one edition, and end there."""
    if not _item_exists(node["item"], editions):
        return
    found = [each for each in editions[node.value["item"]] if each.period.meets(item.period)]
    if len(found) != 1:
        count, help = "没有版本", "请核对所指的事项，以及两者的施行日期"
        if found:
            count, help = f"有 {len(found)} 个版本", "请按所指事项的版本把本事项也分成几个版本"
        message = f"本版本施行期间，“{node.value['item']}”{count}"
        node["item"].fault("reference_ambiguous", message, help)
        return
    targets = [each for each in found[0].penalties if referred(penalty, each)]
    known = [each.id for each in found[0].penalties]
    item_id, named = node.value["item"], node.get("penalty")
    if named is not None and named not in known:
        message = f"事项“{item_id}”没有处罚“{named}”"
        node["penalty"].fault("unknown_penalty", message, did_you_mean(named, known))
    elif len(targets) != 1:
        help = f"请写明 penalty，可选：{'、'.join(known)}"
        node.fault("unknown_penalty", f"看不出指的是“{item_id}”的哪一个处罚", help)
    elif targets[0].refers_to is not None or targets[0].replaces or _multiplies(targets[0]):
        node.fault("reference_chain", "所指的处罚本身又指向别处", "请直接指向最终的处罚")


def _multiplies(penalty: Penalty) -> bool:
    return penalty.fine is not None and isinstance(penalty.fine.amount, TimesFine)


def _check_overlays(
    tables: list[tuple[str, str, Node, TierTable]], editions: dict[str, tuple[Item, ...]]
) -> None:
    for id, penalty, node, table in tables:
        if not any(
            item.period.meets(table.period) and penalty in {each.id for each in item.penalties}
            for item in editions[id]
        ):
            node.fault(
                "overlay_outside_item",
                f"“{id}/{penalty}”的阶次生效时，没有一天有这项处罚",
                "请核对 effective 和事项各版本的施行期，或者移走这份阶次",
            )
    for one, other in itertools.combinations(tables, 2):
        same = one[:2] == other[:2] and one[3].layer == other[3].layer
        if same and one[3].period.meets(other[3].period):
            other[2].fault(
                "overlays_overlap",
                f"同一层里“{other[0]}/{other[1]}”有两份同时生效的阶次",
                f"另一份见 {one[3].place}，请合并或者错开生效期间",
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
            (id, penalty, each, build_table(each, f"{id}/{penalty}", layer, period, words, node))
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
    """Nearest layer first; what is published before what is proposed.

    Which of them count on a given day is decided there (World.tables): the nearest published
    table in force, and in its gaps the nearest proposal.
    """
    published: list[TierTable] = []
    proposals: list[TierTable] = []
    for table in tables[::-1]:
        known = tuple(tier for tier in table.tiers if tier.status != "proposal")
        proposed = tuple(tier for tier in table.tiers if tier.status == "proposal")
        if known:
            partial = table.partial or bool(proposed)
            published.append(dataclasses.replace(table, tiers=known, partial=partial))
        if proposed:
            proposals.append(dataclasses.replace(table, tiers=proposed, proposed=True))
    return (*published, *proposals)


def _bundle(id: str, folders: list[Folder], published_only: bool) -> Bundle:
    files = {name: text for folder in folders for name, text in folder.texts.items()}
    return Bundle(id, published_only, files)
