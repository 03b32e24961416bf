"""What stands with verified rules only: the rest is left out, and what rests on it."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping
from typing import TypeVar

from engine.encoding import referred
from engine.fine import Fine, Scaled, TimesFine
from engine.general_rules import Circumstance, Limitation, Procedure, read_by
from engine.item import Item, Penalty, TierTable
from engine.model import RuleSet

_Rule = TypeVar("_Rule", Circumstance, Limitation, Procedure)


def published(rule_set: RuleSet) -> RuleSet:
    """What is left of a rule set: rules and values that are verified and rest on verified ones
    only."""
    limitations, procedures = _sure(rule_set.limitations), _sure(rule_set.procedures)
    general = rule_set.jurisdiction
    return dataclasses.replace(
        rule_set,
        parameters={
            name: dataclasses.replace(
                each, values=tuple(value for value in each.values if value[2] == "verified")
            )
            for name, each in rule_set.parameters.items()
        },
        circumstances=_sure(rule_set.circumstances),
        limitations=limitations,
        procedures=procedures,
        beside=read_by(limitations, procedures),
        items=_items(rule_set.items),
        jurisdiction=general if general is not None and general.status == "verified" else None,
        principles={
            name: each for name, each in rule_set.principles.items() if each.status == "verified"
        },
    )


def _sure(rules: tuple[_Rule, ...]) -> tuple[_Rule, ...]:
    return tuple(each for each in rules if each.status == "verified")


def _items(items: Mapping[str, tuple[Item, ...]]) -> dict[str, tuple[Item, ...]]:
    """The editions, penalties and tiers that are verified and rest on verified ones only."""
    kept = {
        id: tuple(
            dataclasses.replace(
                item,
                penalties=tuple(_verified_penalties(item)),
                displaces=tuple(each for each in item.displaces if each.status == "verified"),
            )
            for item in group
            if item.status == "verified"
        )
        for id, group in items.items()
    }
    kept = {id: group for id, group in kept.items() if group}
    return {
        id: tuple(
            dataclasses.replace(
                item, penalties=tuple(each for each in item.penalties if _stands(each, item, kept))
            )
            for item in group
        )
        for id, group in kept.items()
    }


def _verified_penalties(item: Item) -> Iterable[Penalty]:
    for penalty in item.penalties:
        if penalty.status == "verified":
            tables = tuple(_verified(penalty.tables))
            # Who may impose it stays even as a draft: leaving out a limit would widen a power.
            yield dataclasses.replace(penalty, tables=tables, fine=_certain(penalty.fine))


def _certain(fine: Fine | None) -> Fine | None:
    """A fine without a substitute that is not verified."""
    amount = fine.amount if fine is not None else None
    if fine is None or not isinstance(amount, Scaled) or amount.substitute is None:
        return fine
    if amount.substitute.status == "verified":
        return fine
    return dataclasses.replace(fine, amount=dataclasses.replace(amount, substitute=None))


def _stands(penalty: Penalty, item: Item, kept: dict[str, tuple[Item, ...]]) -> bool:
    """Whether the penalties it refers to or multiplies are still there."""
    if penalty.refers_to is not None:
        editions = [
            each for each in kept.get(penalty.refers_to[0], ()) if each.period.meets(item.period)
        ]
        return any(referred(penalty, each) for edition in editions for each in edition.penalties)
    amount = penalty.fine.amount if penalty.fine is not None else None
    if isinstance(amount, TimesFine):
        return any(each.id == amount.penalty for each in item.penalties)
    return True


def _verified(tables: Iterable[TierTable]) -> Iterable[TierTable]:
    for table in tables:
        tiers = tuple(tier for tier in table.tiers if tier.status == "verified")
        if tiers:
            partial = table.partial or len(tiers) < len(table.tiers)
            yield dataclasses.replace(table, tiers=tiers, partial=partial)
