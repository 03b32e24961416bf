"""What a manifest says, from its file: the layer itself, policies, principles, delegates."""

from __future__ import annotations

from typing import Any

from engine.clauses import Words, build_citation, build_period, day_of, ref_of
from engine.loading import Folder, Node
from engine.manifest import Awaited, Delegate, Jurisdiction, Layer, Policy, Principle, Release


def build_layer(folder: Folder) -> Layer:
    """What the manifest says of its rule set."""
    node = folder.manifest
    authority = node.get("authority", {})
    return Layer(
        folder.id,
        node.value["version"],
        node.value["title"],
        node.value["issuer"],
        node.get("document", ""),
        node.value["status"],
        authority.get("region"),
        authority.get("level"),
        authority.get("organ"),
        build_period(node["effective"]),
        tuple(node.get("missing", ())),
        tuple(_awaited(folder, each) for each in node.listed("awaits")),
        node.get("independent", False),
        _release(node["release"]) if "release" in node else None,
        ref_of(folder, folder.id, node),
    )


def _release(node: Node) -> Release:
    """A version, two people, and a day of the calendar."""
    version, author, approver = (node.value[key] for key in ("version", "author", "approved_by"))
    if "".join(author.split()) == "".join(approver.split()):
        node["approved_by"].fault(
            "approved_by_author", "批准人就是起草人", "发布要由起草人以外的人批准"
        )
    return Release(version, author, approver, day_of(node["on"]) or 0)


def _awaited(folder: Folder, node: Node) -> Awaited:
    def named(key: str) -> tuple[str, ...]:
        return tuple(node.get(key, ()))

    return Awaited(
        node.value["document"],
        node.value["lacks"],
        named("items"),
        named("items_of"),
        named("drafts_of"),
        named("tiers_of"),
        named("parameters"),
        named("rules"),
        node.get("note", ""),
        ref_of(folder, node.value["document"], node),
    )


def build_jurisdiction(folder: Folder, words: Words) -> Jurisdiction | None:
    """The lowest level that may punish at all, where the manifest states it."""
    if "jurisdiction" not in folder.manifest:
        return None
    node = folder.manifest["jurisdiction"]
    return Jurisdiction(
        node.value["lowest_level"],
        build_citation(node["basis"], words),
        node.value["status"],
        ref_of(folder, "jurisdiction", node),
    )


def build_principles(folder: Folder, words: Words) -> dict[str, Principle]:
    """The general rules of a manifest, by kind."""
    if "principles" not in folder.manifest:
        return {}
    return {
        name: Principle(
            build_citation(node["basis"], words), node.value["status"], ref_of(folder, name, node)
        )
        for name, node in folder.manifest["principles"].items()
    }


def build_delegates(folder: Folder) -> list[Delegate]:
    """The bodies that the manifest entrusts with items or transfers them to."""
    if "delegation" not in folder.manifest:
        return []
    delegation = folder.manifest["delegation"]
    return [
        Delegate(
            kind,
            node.value["to"],
            frozenset(node.value["items"]),
            node.value["document"],
            day_of(node["until"]) if "until" in node else None,
            ref_of(folder, f"delegation/{kind}", node),
        )
        for kind in ("entrusted", "transferred")
        for node in delegation.listed(kind)
    ]


def build_policies(folder: Folder) -> dict[str, Policy]:
    """The written discretion policies of a manifest, by name."""
    manifest = folder.manifest
    if "discretion" not in manifest:
        return {}
    policies = {}
    for name, node in manifest["discretion"].items():
        if name == "bands":
            _check_bands(node)
        values = {
            key: value for key, value in node.value.items() if key not in ("status", "source")
        }
        source = node.value["source"]["document"]
        ref = ref_of(folder, name, node)
        policies[name] = Policy(values, node.value["status"], source, ref)
    return policies


def _check_bands(node: Node) -> None:
    last: tuple[Any, Any] = (0, 0)
    for name in ("lighten", "normal", "aggravate"):
        band = (node.value[name]["from"], node.value[name]["to"])
        if band[0] > band[1]:
            node[name].fault("bands_out_of_order", f"{name} 的 from 大于 to", "请把小的写在 from")
        elif band[0] < last[0] or band[1] < last[1]:
            node[name].fault(
                "bands_out_of_order", f"{name} 的幅度与前一档次序颠倒", "从轻、一般、从重应依次不降"
            )
        last = band
