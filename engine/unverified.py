"""Everything in a rule set that is not verified: drafts, and proposals without legal force."""

from __future__ import annotations

from collections.abc import Iterator

from engine.faults import Finding, Place
from engine.fine import Scaled
from engine.general_rules import Circumstance, Limitation, Procedure
from engine.item import Item
from engine.model import RuleSet

_Rule = tuple[str, str, Place]


def unverified(rule_set: RuleSet) -> Iterator[Finding]:
    """A note for every rule, tier, policy or date that is a draft or a proposal."""
    rules = [
        *(rule for group in rule_set.items.values() for item in group for rule in _of_item(item)),
        *_of_rules(rule_set),
    ]
    for status, id, place in rules:
        if status == "draft":
            help = "取得原文核对后改为 verified"
            yield Finding("draft", place, f"“{id}”未经核实", help, "note")
        elif status == "proposal":
            help = "由机关正式制定后改为 verified"
            yield Finding("proposal", place, f"“{id}”是建议稿，没有法律效力", help, "note")


def _of_item(item: Item) -> Iterator[_Rule]:
    yield item.status, item.id, item.ref.place
    for displaced in item.displaces:
        yield displaced.status, f"{item.id} 优先于 {displaced.item}", item.ref.place
    for penalty in item.penalties:
        yield penalty.status, penalty.ref.id, penalty.ref.place
        if penalty.imposed_by is not None:
            yield penalty.imposed_by.status, f"{penalty.ref.id} 的处罚机关", penalty.ref.place
        amount = penalty.fine.amount if penalty.fine is not None else None
        if isinstance(amount, Scaled) and amount.substitute is not None:
            yield amount.substitute.status, f"{penalty.ref.id} 的替代算法", amount.substitute.place
        for table in penalty.tables:
            if not table.proposed:
                for tier in table.tiers:
                    yield tier.status, tier.ref.id, tier.ref.place
    # The proposals of one file are adopted or dropped together: one note stands for them.
    proposed = {
        table.place.file: table
        for penalty in item.penalties[::-1]
        for table in penalty.tables
        if table.proposed
    }
    for table in proposed.values():
        yield "proposal", f"{item.id} 的阶次", table.place


def _of_rules(rule_set: RuleSet) -> Iterator[_Rule]:
    listed: tuple[Limitation | Circumstance | Procedure, ...] = (
        *rule_set.limitations,
        *rule_set.circumstances,
        *rule_set.procedures,
    )
    for each in listed:
        yield each.status, each.id, each.ref.place
    for name, policy in rule_set.policies.items():
        yield policy.status, name, policy.ref.place
    for name, principle in rule_set.principles.items():
        yield principle.status, name, principle.ref.place
    if rule_set.jurisdiction is not None:
        yield rule_set.jurisdiction.status, "jurisdiction", rule_set.jurisdiction.ref.place
    for law in rule_set.laws.values():
        for edition in law.editions:
            yield edition.status, f"{law.id} {edition.version}", law.ref.place
    for parameter in rule_set.parameters.values():
        for _, _, status in parameter.values:
            yield status, parameter.name, parameter.ref.place
