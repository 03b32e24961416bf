"""Layers into one rule set: the chain of `extends`, what each layer adds, the digest."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from engine.awaiting import check_awaits
from engine.building_general_rules import build_circumstance, build_limitation, build_procedure
from engine.building_items import build_item
from engine.building_manifest import (
    build_delegates,
    build_jurisdiction,
    build_layer,
    build_policies,
    build_principles,
)
from engine.bundle import Bundle, digest
from engine.clauses import Words
from engine.envelope import beyond_the_matcher, outside
from engine.faults import Finding, Place, RuleFault, did_you_mean, in_order
from engine.general_rules import (
    OUTCOME_FACTS,
    Circumstance,
    Limitation,
    Procedure,
    Scope,
    read_by,
)
from engine.item import Item
from engine.linking import by_date, check_links, check_scope
from engine.loading import Folder, Node, read_folder, rule_set_ids
from engine.manifest import Delegate, Jurisdiction, Layer, Policy, Principle
from engine.model import RuleSet
from engine.overlaying import Overlay, check_overlays, laid_on, read_overlays
from engine.publishing import published
from engine.vocabulary import add_words

_Rule = TypeVar("_Rule", Circumstance, Limitation, Procedure)


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
        raise RuleFault(sorted(set(findings), key=in_order))
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


@dataclass(slots=True)
class _Stack:
    """What the layers come to that were read so far, from the farthest on."""

    words: Words = field(default_factory=Words)
    layers: list[Layer] = field(default_factory=list)
    items: dict[str, list[Item]] = field(default_factory=dict)
    nodes: dict[Place, Node] = field(default_factory=dict)
    overlays: list[Overlay] = field(default_factory=list)
    circumstances: dict[str, Circumstance] = field(default_factory=dict)
    limitations: dict[str, Limitation] = field(default_factory=dict)
    procedures: dict[str, Procedure] = field(default_factory=dict)
    scopes: list[tuple[Scope, Node]] = field(default_factory=list)
    policies: dict[str, Policy] = field(default_factory=dict)
    principles: dict[str, Principle] = field(default_factory=dict)
    delegates: list[Delegate] = field(default_factory=list)
    jurisdiction: Jurisdiction | None = None

    def add(self, folder: Folder, *, published_only: bool) -> None:
        """Lay a nearer layer on."""
        add_words(folder, self.words)
        self.layers.append(build_layer(folder))
        for node in folder.items:
            item = build_item(node, folder.id, self.words)
            self.items.setdefault(item.id, []).append(item)
            self.nodes[item.ref.place] = node
        for node in folder.overlays:
            self.overlays.extend(read_overlays(node, folder.id, self.items, self.words))
        self._add_general_rules(folder)
        self.jurisdiction = build_jurisdiction(folder, self.words) or self.jurisdiction
        self.principles |= build_principles(folder, self.words)
        self.delegates.extend(build_delegates(folder))
        self.policies |= {
            name: policy
            for name, policy in build_policies(folder).items()
            if policy.status == "verified" or not published_only
        }

    def _add_general_rules(self, folder: Folder) -> None:
        words = self.words
        if "circumstances" in folder.top:
            for node in folder.top["circumstances"].listed("limitations"):
                _once(node, self.limitations, build_limitation(node, folder, words))
            for node in folder.top["circumstances"].listed("circumstances"):
                circumstance = build_circumstance(node, folder, words)
                _once(node, self.circumstances, circumstance)
                self.scopes.append((circumstance.scope, node))
        if "procedures" in folder.top:
            # Procedures may also read the outcome.
            words = dataclasses.replace(words, facts={**words.facts, **OUTCOME_FACTS})
            for node in folder.top["procedures"]["procedures"].each():
                procedure = build_procedure(node, folder, words)
                if procedure.follows is not None and procedure.follows not in self.procedures:
                    node["follows"].fault(
                        "unknown_procedure",
                        f"前面没有程序“{procedure.follows}”",
                        "被跟随的程序要写在前面",
                    )
                _once(node, self.procedures, procedure)
                self.scopes.append((procedure.scope, node))

    def checked(self, folders: list[Folder]) -> dict[str, tuple[Item, ...]]:
        """The items with every table on them; what leads nowhere is noted as a fault."""
        editions = {id: by_date(group, self.nodes) for id, group in sorted(self.items.items())}
        check_links(editions, self.nodes)
        for folder in folders:
            check_awaits(folder, self.words, editions, {*self.circumstances, *self.procedures})
        check_overlays(self.overlays, editions)
        for scope, node in self.scopes:
            check_scope(scope, node, editions)
        return laid_on(editions, self.overlays)


def _once(node: Node, known: dict[str, _Rule], built: _Rule) -> None:
    if built.id in known:
        node["id"].fault("duplicate_id", f"“{built.id}”已在别处定义", "一个 id 只定义一次")
    known[built.id] = built


def _assemble(folders: list[Folder], findings: list[Finding], published_only: bool) -> RuleSet:
    stack = _Stack()
    for folder in folders:
        stack.add(folder, published_only=published_only)
    items = stack.checked(folders)
    findings.extend(_beyond_bounds(items, stack.layers, sound=not findings))
    top, words = stack.layers[-1], stack.words
    limitations, procedures = tuple(stack.limitations.values()), tuple(stack.procedures.values())
    rule_set = RuleSet(
        id=top.id,
        version=top.version,
        digest=digest(_bundle(top.id, folders, published_only).content()),
        layers=tuple(stack.layers),
        laws=words.laws,
        roles=words.roles,
        measures=words.measures,
        organs=words.organs,
        facts=words.facts,
        derived=words.derived,
        conflicts=tuple(words.conflicts),
        parameters=words.parameters,
        circumstances=tuple(stack.circumstances.values()),
        limitations=limitations,
        procedures=procedures,
        beside=read_by(limitations, procedures),
        items=items,
        policies=stack.policies,
        jurisdiction=stack.jurisdiction,
        principles=stack.principles,
        delegates=tuple(stack.delegates),
        published_only=published_only,
    )
    return published(rule_set) if published_only else rule_set


def _beyond_bounds(
    items: dict[str, tuple[Item, ...]], layers: list[Layer], *, sound: bool
) -> Iterator[Finding]:
    """The tiers that leave their envelope, and the rules that the matcher cannot hold."""
    ids = [each.id for each in layers]
    independent = {each.id for each in layers if each.independent}
    for group in items.values():
        for item in group:
            yield from outside(item, ids, independent, sound=sound)
            yield from beyond_the_matcher(item)


def _bundle(id: str, folders: list[Folder], published_only: bool) -> Bundle:
    files = {name: text for folder in folders for name, text in folder.texts.items()}
    return Bundle(id, published_only, files)
