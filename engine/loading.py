"""From a folder of rule files to checked sources; nothing is understood yet, only read."""

from __future__ import annotations

import difflib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from engine.faults import Finding, InputFault, Place, did_you_mean
from engine.schemas import violations
from engine.source import Pointer, Source, read_source

# One vocabulary file of each kind at the top of a rule set, beside the manifest.
TOP_FILES = ("laws", "terms", "facts", "derived", "parameters", "circumstances", "procedures")


@dataclass(slots=True)
class Node:
    """A value in a source, with the way to it, so that every fault can say where it is."""

    source: Source
    pointer: Pointer
    value: Any
    findings: list[Finding]

    def __getitem__(self, key: str | int) -> Node:
        return Node(self.source, (*self.pointer, key), self.value[key], self.findings)

    def __contains__(self, key: str) -> bool:
        return key in self.value

    def get(self, key: str, default: Any = None) -> Any:
        """The plain value of a key."""
        return self.value.get(key, default)

    def each(self) -> Iterator[Node]:
        """The elements of a list."""
        for index in range(len(self.value)):
            yield self[index]

    def listed(self, key: str) -> Iterator[Node]:
        """The elements of a list that may be left out."""
        if key in self.value:
            yield from self[key].each()

    def items(self) -> Iterator[tuple[str, Node]]:
        """The members of a mapping."""
        for key in self.value:
            yield key, self[key]

    def place(self) -> Place:
        """Where the node stands (a member of a mapping: its key)."""
        return self.source.place(self.pointer, key=True)

    def marks(self) -> dict[str, tuple[int, int]]:
        """The line and column of each member of a mapping, and of what their lists contain."""
        found: dict[str, tuple[int, int]] = {}
        for key, node in self.items():
            place = node.place()
            found[key] = place.line, place.column
            for index in range(len(node.value) if isinstance(node.value, list) else 0):
                place = node[index].place()
                found[f"{key}/{index}"] = place.line, place.column
        return found

    def fault(self, code: str, message: str, help: str) -> None:
        """Note a fault at this node's value."""
        self.findings.append(self.source.finding(code, self.pointer, message, help))


@dataclass(slots=True)
class Folder:
    """The checked sources of one rule set."""

    id: str
    manifest: Node
    top: dict[str, Node] = field(default_factory=dict)
    items: list[Node] = field(default_factory=list)
    overlays: list[Node] = field(default_factory=list)
    texts: dict[str, str] = field(default_factory=dict)
    # The kinds of file (TOP_FILES, "items") of which one is there, but could not be read.
    unread: set[str] = field(default_factory=set)


def shown(rules: Path, path: Path) -> str:
    """How messages and results call a rule file: from the rules folder's own name on."""
    return path.relative_to(rules.parent).as_posix()


def rule_set_ids(rules: Path) -> list[str]:
    """The ids of the rule sets in a folder (each a subfolder with a manifest)."""
    if not rules.is_dir():
        place = Place(str(rules))
        raise InputFault(
            [Finding("no_such_folder", place, "没有这个规则目录", "请用 --rules 指明")]
        )
    _refuse_rule_set(rules)
    return sorted(path.parent.name for path in rules.glob("*/ruleset.yaml"))


def _refuse_rule_set(rules: Path) -> None:
    """Raise InputFault for the folder of one rule set, given in place of the folder of all."""
    if (rules / "ruleset.yaml").is_file():
        message = "这是一个规则集的目录，不是放各个规则集的规则目录"
        raise InputFault([Finding("no_rule_set", Place(str(rules)), message, "请写它的上一级目录")])


def read_folder(rules: Path, id: str, findings: list[Finding]) -> Folder | None:
    """Read and schema-check one rule set; faults go to `findings`, None if there is no manifest."""
    ids = rule_set_ids(rules)
    if id not in ids:
        help = did_you_mean(id, ids) if ids else "目录里没有任何 ruleset.yaml"
        findings.append(Finding("unknown_rule_set", Place(str(rules)), f"没有规则集“{id}”", help))
        return None
    base = rules / id
    manifest = _checked(rules, base / "ruleset.yaml", "ruleset", findings)
    if manifest is None:
        return None
    folder = Folder(id, manifest)
    folder.texts[manifest.source.name] = manifest.source.text
    if manifest.get("id") != id:
        manifest["id"].fault("wrong_id", f"id 应与文件夹同名“{id}”", "请改成一致")
    for kind in TOP_FILES:
        if (base / f"{kind}.yaml").exists():
            node = _checked(rules, base / f"{kind}.yaml", kind, findings)
            if node is not None:
                folder.top[kind] = node
                folder.texts[node.source.name] = node.source.text
            else:
                folder.unread.add(kind)
    known = {"ruleset", *TOP_FILES}
    for path in sorted(base.glob("*.y*ml")):
        if path.suffix != ".yaml" or path.stem not in known:
            place = Place(shown(rules, path))
            help = did_you_mean(path.stem, known) + "（扩展名用 .yaml）"
            findings.append(Finding("unknown_file", place, "不认识的规则文件", help))
            meant = difflib.get_close_matches(path.stem, TOP_FILES, n=1)
            folder.unread.update(kind for kind in meant if not (base / f"{kind}.yaml").exists())
    for path in sorted((base / "items").rglob("*.y*ml")):
        if path.is_file():
            _read_item(rules, path, folder, findings)
    return folder


def _read_item(rules: Path, path: Path, folder: Folder, findings: list[Finding]) -> None:
    try:
        source = read_source(path, shown(rules, path))
    except InputFault as fault:
        findings.extend(fault.findings)
        folder.unread.add("items")
        return
    overlay = isinstance(source.data, dict) and "overlays" in source.data
    faults = violations(source, "overlay" if overlay else "item")
    findings.extend(faults)
    if faults:
        folder.unread.add("items")
        return
    node = Node(source, (), source.data, findings)
    folder.texts[source.name] = source.text
    (folder.overlays if overlay else folder.items).append(node)
    named = source.data["overlays" if overlay else "id"]
    if path.stem != named and not path.stem.startswith(f"{named}@"):
        node["overlays" if overlay else "id"].fault(
            "wrong_id", f"文件名应是“{named}.yaml”", "文件名与 id 一致；多个版本写成 id@日期.yaml"
        )


def _checked(rules: Path, path: Path, kind: str, findings: list[Finding]) -> Node | None:
    try:
        source = read_source(path, shown(rules, path))
    except InputFault as fault:
        findings.extend(fault.findings)
        return None
    faults = violations(source, kind)
    findings.extend(faults)
    return None if faults else Node(source, (), source.data, findings)


def default_rule_set(rules: Path) -> str:
    """The rule set that answers when neither the request nor the region names one."""
    _refuse_rule_set(rules)
    path = rules / "default.yaml"
    if rules.is_dir() and not path.exists() and not path.is_symlink():
        help = "请新建这个文件，写一行 rule_set: 和规则集的 id"
        place = Place(shown(rules, path))
        raise InputFault([Finding("no_such_file", place, "没有写明缺省的规则集", help)])
    findings: list[Finding] = []
    node = _checked(rules, path, "default", findings)
    if node is None:
        raise InputFault(findings)
    return str(node.get("rule_set"))


def rule_set_of_region(rules: Path, region: str) -> str | None:
    """The rule set whose authority has this region code, if any.

    Raises InputFault where a manifest cannot be read (it might be the one) or two claim the region.
    """
    findings: list[Finding] = []
    found = _of_regions(rules, findings).get(region, [])
    _one_only(found)
    if findings:
        raise InputFault(findings)
    return str(found[0].get("id")) if found else None


def shared_regions(rules: Path) -> list[Finding]:
    """A fault for every rule set that claims a region which another one claims already."""
    findings: list[Finding] = []
    for found in _of_regions(rules, findings).values():
        _one_only(found)
    return findings


def _of_regions(rules: Path, findings: list[Finding]) -> dict[str, list[Node]]:
    """The manifests by the region code of their authority."""
    found: dict[str, list[Node]] = {}
    for id in rule_set_ids(rules):
        node = _checked(rules, rules / id / "ruleset.yaml", "ruleset", findings)
        region = node.get("authority", {}).get("region") if node is not None else None
        if node is not None and region is not None:
            found.setdefault(region, []).append(node)
    return found


def _one_only(found: list[Node]) -> None:
    for node in found[1:]:
        region = node["authority"]["region"]
        help = f"另一个是 {found[0].get('id')}，一个地区只能有一个"
        region.fault("region_taken", f"地区 {region.value} 已有规则集", help)
