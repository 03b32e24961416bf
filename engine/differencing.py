"""Comparing two rule sets file by file and key by key, each value said in its own rule set's
words."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from engine.changed_items import compare_items, compare_overlays
from engine.changed_words import compare_words
from engine.changes import Comparison, Subject
from engine.difference import Change, Difference, Step
from engine.faults import Place
from engine.headings import heading
from engine.keys import KEYS
from engine.layering import load_rule_set
from engine.loading import Folder, read_folder
from engine.model import RuleSet
from engine.pairing import (
    Pair,
    all_days,
    elements,
    id_of,
    members,
    one_of,
    paired,
    title_of,
    top,
    under,
)
from engine.quoting import Quoter
from engine.versions import heaviest


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two rule sets: loaded, and the checked files of its layers, farthest first."""

    rule_set: RuleSet
    folders: tuple[Folder, ...]


def read_side(rules: Path, id: str, *, published_only: bool = False) -> Side:
    """Load a rule set to be compared; raises RuleFault with all faults at once."""
    rule_set = load_rule_set(rules, id, published_only=published_only)
    read = [read_folder(rules, layer.id, []) for layer in rule_set.layers]
    return Side(rule_set, tuple(folder for folder in read if folder is not None))


def difference(before: Side, after: Side) -> Difference:
    """Every change from one rule set to the other, layer by layer, and the versions they need."""
    quoters = Quoter(before.rule_set), Quoter(after.rule_set)
    old = {folder.id: folder for folder in before.folders}
    new = {folder.id: folder for folder in after.folders}
    changes: list[Change] = []
    steps: list[Step] = []
    for id in dict.fromkeys((*new, *old)):
        layers = old.get(id), new.get(id)
        found = tuple(_changes(id, layers, Comparison(id, *quoters)))
        changes.extend(found)
        weight = heaviest(each.weight for each in found)
        versions = _version(layers[0]), _version(layers[1])
        steps.append(Step(id, *versions, weight, _version_place(layers[1])))
    return Difference(before.rule_set, after.rule_set, tuple(changes), tuple(steps))


def _version(folder: Folder | None) -> str | None:
    return None if folder is None else str(folder.manifest.value["version"])


def _version_place(folder: Folder | None) -> Place | None:
    return None if folder is None else folder.manifest["version"].place()


Layers = tuple[Folder | None, Folder | None]


def _changes(id: str, layers: Layers, compare: Comparison) -> Iterator[Change]:
    """Every change of one layer: manifest, vocabulary, general rules, items, mere texts."""
    old, new = (None if each is None else each.manifest for each in layers)
    manifests = old, new
    subject = Subject("manifest", id, f"规则集 {id}")
    name = f"这一层（{one_of(manifests).value['title']}）"
    if compare.pair("ruleset", manifests, subject, name):
        _policies(manifests, subject, compare)
    compare_words(layers, compare)
    _general_rules(layers, compare)
    compare_items(layers, compare)
    compare_overlays(layers, compare)
    yield from compare.changes
    yield from _only_texts(layers, compare)


def _policies(manifests: Pair, subject: Subject, compare: Comparison) -> None:
    old, new = manifests
    for name in ("discretion", "principles"):
        for key, pair in members((under(old, name), under(new, name))):
            label = f"{KEYS['ruleset'][name].label}“{key}”"
            compare.pair("policy", pair, subject.at(f"{name}/{key}", label), label)
    for name in ("jurisdiction", "delegation"):
        label = KEYS["ruleset"][name].label
        pair = under(old, name), under(new, name)
        compare.pair("policy", pair, subject.at(name, label), label)


def _general_rules(layers: Layers, compare: Comparison) -> None:
    for file, key, rule, name in (
        ("circumstances", "limitations", "limitation", "追诉期限"),
        ("circumstances", "circumstances", "circumstance", "情节"),
        ("procedures", "procedures", "procedure", "程序、移送或者名单"),
    ):
        before, after = elements(top(layers, file, key))
        compare.order(before, after, Subject(rule, key, name), "")
        for pair in paired(before, after, id_of):
            node, quoter = compare.shown(pair)
            id, basis = str(id_of(node)), quoter.citation(node["basis"])
            title = f"{name}“{title_of(node)}”"
            subject = Subject(rule, id, heading(id, title, basis, quoter)).during(all_days(pair))
            if compare.pair(rule, pair, subject, name) and rule == "procedure":
                _limbs(pair, subject, compare)


def _limbs(pair: Pair, subject: Subject, compare: Comparison) -> None:
    for one in paired(*elements(pair, "limbs"), title_of, renamed=True):
        title = title_of(one_of(one))
        compare.pair("limb", one, subject.at(f"limbs/{title}", f"情形“{title}”"), "情形")


# Texts ------------------------------------------------------------------------------------


def _only_texts(layers: Layers, compare: Comparison) -> Iterator[Change]:
    """The files whose text differs though no rule in them does."""
    old, new = map(_texts, layers)
    told = {
        _inside(place.file)
        for each in compare.changes
        for place in (each.before, each.after)
        if place is not None
    }
    for name in dict.fromkeys((*new, *old)):
        versioned = name.endswith("/ruleset.yaml") and _says_another_version(layers)
        if old.get(name) != new.get(name) and name not in told and not versioned:
            yield compare.text(name, old.get(name), new.get(name))


def _says_another_version(layers: Layers) -> bool:
    """Whether the manifests differ in the keys that say which release it is."""
    return layers[0] is not None and (
        layers[1] is None or layers[0].manifest.value != layers[1].manifest.value
    )


def _inside(name: str) -> str:
    """A file by its way from inside the rules folder, whose name may differ."""
    return "/".join(PurePosixPath(name).parts[1:])


def _texts(folder: Folder | None) -> dict[str, tuple[str, str]]:
    if folder is None:
        return {}
    return {_inside(name): (name, text) for name, text in folder.texts.items()}
