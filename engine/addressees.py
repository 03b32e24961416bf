"""Whom an item is for: which parties answer for a violation, each in which roles."""

from __future__ import annotations

from collections.abc import Iterator

from engine.case import Case, Party, Violation
from engine.model import RuleSet
from engine.notes import Notes
from engine.proving import ProvenItem


def addressees(
    proven: ProvenItem, case: Case, violation: Violation, rule_set: RuleSet, notes: Notes
) -> Iterator[tuple[str, Party | None]]:
    """Every role the item fines: with each party charged that has it, else once under its name."""
    charged = [party for party in case.parties if violation.concerns(party)]
    taken = {party.id: _roles_of(party, proven, rule_set) for party in charged}
    for role in proven.roles:
        named = [party for party in charged if role in taken[party.id]]
        for party in named:
            yield role, party
        held = any(role in party.roles for party in charged)
        if not named and not held:
            yield role, None
    for party in charged:
        if taken[party.id]:
            notes.addressed(party.id)
        else:
            nameless = party.kind == "person" and not party.roles
            code = "party_without_role" if nameless else "party_not_addressed"
            notes.not_addressed(party.id, code)


def _roles_of(party: Party, proven: ProvenItem, rule_set: RuleSet) -> list[str]:
    """The roles in which a party answers under an item; two roles that the item fines by the very
    same penalties are one, so that nobody is fined twice by one provision."""
    own = [role for role in proven.roles if role in party.roles]
    if party.kind == "unit" and not party.roles:
        units = [role for role in proven.roles if rule_set.roles[role][1] == "unit"]
        own = [role for role in units if role == party.kind] or units
    distinct: dict[tuple[str, ...], str] = {}
    for role in own:
        penalties = (each.id for each in proven.item.penalties if role in each.roles)
        distinct.setdefault(tuple(penalties), role)
    return list(distinct.values())
