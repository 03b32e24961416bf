"""A rules folder as a whole: its default, what nobody reads, the form of worked cases."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from engine.faults import Finding, InputFault, Place, did_you_mean
from engine.loading import default_rule_set, shared_regions, shown
from engine.schemas import violations
from engine.source import read_source


def check_folder(rules: Path, ids: list[str]) -> Iterator[Finding]:
    """The default must exist, nothing that looks like rules may lie where nobody reads it, and
    every worked case must have the form of one."""
    try:
        default = default_rule_set(rules)
    except InputFault as fault:
        yield from fault.findings
    else:
        if default not in ids:
            place = Place(shown(rules, rules / "default.yaml"))
            help = did_you_mean(default, ids)
            yield Finding("unknown_rule_set", place, f"没有规则集“{default}”", help)
    yield from shared_regions(rules)
    for folder in sorted(path for path in rules.iterdir() if path.is_dir()):
        if folder.name not in ids and any(folder.rglob("*.yaml")):
            place = Place(shown(rules, folder))
            help = "请补上 ruleset.yaml，或者移走这个目录"
            yield Finding("no_manifest", place, "目录里有规则文件，却没有 ruleset.yaml", help)
    for id in ids:
        yield from _unread(rules, id)
    for path in sorted(rules.glob("*/cases/**/*.yaml")):
        try:
            yield from violations(read_source(path, shown(rules, path)), "worked-cases")
        except InputFault as fault:
            yield from fault.findings


# The folders of a rule set, and the names of the files read in them.
_READ = {"items": "*.y*ml", "cases": "*.yaml"}
_LIKE_RULES = (".yaml", ".yml", ".json")


def _unread(rules: Path, id: str) -> Iterator[Finding]:
    """Files of a rule set that look like rules and that nobody reads: in a folder of another name
    (told once a folder), or under a name of another form."""
    told: set[Path] = set()
    for path in sorted((rules / id).rglob("*")):
        inside = path.relative_to(rules / id)
        hidden = any(part.startswith(".") for part in inside.parts)
        if hidden or not path.is_file() or not any(map(path.name.lower().count, _LIKE_RULES)):
            continue
        folder = inside.parts[0]
        if len(inside.parts) > 1 and folder not in _READ:
            if (top := rules / id / folder) not in told:
                told.add(top)
                help = f"{did_you_mean(folder, _READ)}（事项和阶次放在 items，算例放在 cases）"
                yield _nobody_reads(rules, top, "目录", help)
        elif not path.match(_READ.get(folder, "*.y*ml")):
            help = "规则和算例的扩展名用 .yaml；只是备份的，请移出规则目录"
            yield _nobody_reads(rules, path, "文件", help)


def _nobody_reads(rules: Path, path: Path, what: str, help: str) -> Finding:
    message = f"这个{what}像是规则，却没有人读它"
    return Finding("unknown_file", Place(shown(rules, path)), message, help)
