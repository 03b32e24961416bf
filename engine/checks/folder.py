"""A rules folder as a whole: its default, folders nobody reads, the form of worked cases."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from engine.faults import Finding, InputFault, Place, did_you_mean
from engine.loading import default_rule_set, shared_regions, shown
from engine.schemas import violations
from engine.source import read_source


def check_folder(rules: Path, ids: list[str]) -> Iterator[Finding]:
    """The default must exist, a folder of rules without a manifest is never seen, and every worked
    case must have the form of one."""
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
    for path in sorted(rules.glob("*/cases/**/*.yaml")):
        try:
            yield from violations(read_source(path, shown(rules, path)), "worked-cases")
        except InputFault as fault:
            yield from fault.findings
