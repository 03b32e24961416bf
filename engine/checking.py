"""Looking for faults in rule sets before they are used: every question of `engine.checks`, asked
of every rule set of a folder."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Iterator
from datetime import date
from pathlib import Path

from engine.checks.amounts import check_amounts, check_bands
from engine.checks.catalogue import catalogue
from engine.checks.citing import outdated
from engine.checks.clauses import check_clauses
from engine.checks.excerpts import excerpt
from engine.checks.folder import check_folder
from engine.checks.in_time import in_time
from engine.checks.reading import never_read
from engine.checks.stages import check_stages
from engine.checks.tables import check_tables
from engine.faults import Finding, Place, RuleFault, in_order
from engine.item import Item
from engine.layering import load_rule_set
from engine.loading import rule_set_ids, shown
from engine.model import RuleSet
from engine.proving import resolved
from engine.unverified import unverified

# What stands in the rules by intent, for people to finish: no fault of the data.
UNFINISHED = frozenset({"draft", "proposal"})


def check(rules: Path, *, on: date | None = None) -> list[Finding]:
    """Every finding in a rules folder, in file order; severity error | warning | note. `on` is the
    day of the check: without one, what is lapsed or long unchecked is not looked for."""
    ids = rule_set_ids(rules)
    if not ids:
        help = "规则集是含有 ruleset.yaml 的子目录，请检查路径"
        return [Finding("no_rule_set", Place(str(rules)), "这个目录里没有规则集", help)]
    found: list[Finding] = []
    loaded: list[RuleSet] = []
    for id in ids:
        try:
            rule_set = load_rule_set(rules, id)
        except RuleFault as fault:
            found.extend(fault.findings)
        else:
            loaded.append(rule_set)
            found.extend(_of(rule_set, on))
    found.extend(outdated(loaded, on))
    unloaded = [id for id in ids if all(id != each.id for each in loaded)]
    if unloaded:
        found.append(_not_checked(rules, unloaded))
    else:
        found.extend(never_read(loaded))
    found.extend(check_folder(rules, ids))
    return list(_with_excerpts(sorted(_unique(found), key=in_order), rules))


def _not_checked(rules: Path, ids: list[str]) -> Finding:
    return Finding(
        "not_checked",
        Place(shown(rules, rules / ids[0] / "ruleset.yaml")),
        f"规则集 {'、'.join(ids)} 加载不了，阶次、阶段、数额、时间和目录都还没有检查",
        "请先改正报出的错误，再检查一次",
        "note",
    )


def _of(rule_set: RuleSet, on: date | None) -> Iterator[Finding]:
    for editions in rule_set.items.values():
        for item in editions:
            yield from check_item(item, rule_set)
    yield from check_bands(rule_set)
    yield from in_time(rule_set, on)
    yield from catalogue(rule_set)
    yield from unverified(rule_set)


def check_item(item: Item, rule_set: RuleSet) -> Iterator[Finding]:
    """The findings on one item edition with all tiers laid over it."""
    item = resolved(item, rule_set)
    yield from check_clauses(item, rule_set)
    yield from check_stages(item, rule_set)
    yield from check_tables(item, rule_set)
    yield from check_amounts(item, rule_set)


def _unique(found: Iterable[Finding]) -> Iterator[Finding]:
    """A fault of a lower layer shows once, however many rule sets stand on it."""
    seen: set[tuple[str, Place, str]] = set()
    for finding in found:
        key = (finding.code, finding.place, finding.message)
        if key not in seen:
            seen.add(key)
            yield finding


def _with_excerpts(found: Iterable[Finding], rules: Path) -> Iterator[Finding]:
    texts: dict[str, str] = {}
    for finding in found:
        file = finding.place.file
        if file not in texts:
            path = rules.parent / file
            try:
                texts[file] = path.read_text("utf-8-sig") if path.is_file() else ""
            except (OSError, UnicodeDecodeError):
                texts[file] = ""
        yield dataclasses.replace(finding, excerpt=excerpt(texts[file], finding.place))
