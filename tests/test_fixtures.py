"""The worked cases of the fictional law: every border, worked out by hand."""

from __future__ import annotations

import pytest
from helpers import FICTION

from engine.layering import load_rule_set
from engine.loading import rule_set_ids
from engine.model import AllOf, AnyOf, Not, PerDay, Scaled, TimesFine
from engine.testing import try_all


@pytest.mark.parametrize("rule_set", ["moon", "moon-bench", "moon-proposal"])
def test_the_worked_cases_come_out_as_the_fictional_law_says(rule_set: str) -> None:
    wrong = {
        f"{tried.place} {tried.name}": [fault.message for fault in tried.faults]
        for tried in try_all(FICTION, rule_set)
        if tried.faults
    }
    assert wrong == {}


def test_no_rule_set_is_without_worked_cases() -> None:
    tried = {each.rule_set for each in try_all(FICTION)}
    assert tried == set(rule_set_ids(FICTION)) == {"moon", "moon-bench", "moon-proposal"}


def test_the_fictional_law_says_that_it_is_fictional() -> None:
    rule_set = load_rule_set(FICTION, "moon-proposal")
    assert all("虚构" in law.title for law in rule_set.laws.values())
    assert all("虚构" in layer.title and "虚构" in layer.issuer for layer in rule_set.layers)


def test_every_form_of_the_design_stands_in_the_fictional_law() -> None:
    rule_set = load_rule_set(FICTION, "moon-proposal")
    items = [item for editions in rule_set.items.values() for item in editions]
    penalties = [penalty for item in items for penalty in item.penalties]
    measures = [measure for penalty in penalties for measure in penalty.measures]
    amounts = [penalty.fine.amount for penalty in penalties if penalty.fine]
    tables = [table for penalty in penalties for table in penalty.tables]
    scaled = [amount for amount in amounts if isinstance(amount, Scaled)]
    conditions = [item.established_when for item in items]
    conditions += [tier.when for table in tables for tier in table.tiers]

    assert {measure.form for measure in measures} == {"single", "one_of", "up_to"}
    assert {measure.nature for measure in measures} == {"order", "penalty", "discipline", "civil"}
    assert {penalty.stage for penalty in penalties} == {
        "first", "overdue", "refused", "accident", "continued", "any",
    }  # fmt: skip
    assert {penalty.obligation for penalty in penalties} == {"shall", "may"}
    assert any(isinstance(amount, PerDay) for amount in amounts)
    assert any(isinstance(amount, TimesFine) for amount in amounts)
    assert {amount.percent for amount in scaled} == {amount.fixed for amount in scaled}
    assert any(amount.cap for amount in scaled) and any(amount.substitute for amount in scaled)
    assert any(penalty.fine and penalty.fine.alone for penalty in penalties)
    assert any(penalty.fine is None for penalty in penalties)
    assert any(measure.by for measure in measures)
    assert any(penalty.replaces for penalty in penalties)
    assert any(penalty.refers_to for penalty in penalties)
    assert any(penalty.imposed_by for penalty in penalties)
    assert {table.highest for table in tables} == {table.partial for table in tables}
    assert {tier.status for table in tables for tier in table.tiers} == {"verified", "proposal"}
    assert {type(condition) for condition in conditions} >= {AllOf, AnyOf}
    assert any(isinstance(part, Not) for part in _inside(conditions))
    assert {derived.kind for derived in rule_set.derived.values()} == {
        "ratio", "sum", "days", "months", "grade",
    }  # fmt: skip
    assert {fact.type for fact in rule_set.facts.values()} == {
        "flag", "count", "amount", "percent", "choice", "date",
    }  # fmt: skip
    assert {fact.if_absent for fact in rule_set.facts.values()} == {"ask", "assume", "charged"}
    assert {fact.about for fact in rule_set.facts.values()} == {"case", "party", "violation"}
    assert {each.kind for each in rule_set.procedures} == {"procedure", "referral", "listing"}
    assert {each.obligation for each in rule_set.circumstances} == {"shall", "may"}
    assert any(each.excluded_when for each in rule_set.circumstances)
    assert any(each.scope.roles and each.scope.items for each in rule_set.circumstances)
    assert set(rule_set.policies) == {
        "bands", "mitigation_floor", "directions", "suggested", "benchmark_in_time",
    }  # fmt: skip
    assert any(len(editions) > 1 for editions in rule_set.items.values())
    assert any(item.succeeds and item.displaces for item in items)


def _inside(conditions: list[object]) -> list[object]:
    found: list[object] = []
    for condition in conditions:
        found.append(condition)
        if isinstance(condition, Not):
            found += _inside([condition.part])
        elif isinstance(condition, AllOf | AnyOf):
            found += _inside(list(condition.parts))
    return found
