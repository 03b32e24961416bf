"""The worked cases of the fictional law: every border, worked out by hand."""

from __future__ import annotations

import pytest
from helpers import FICTION

from engine.conditions import ALWAYS, AllOf, AnyOf, Not
from engine.fine import PerDay, Scaled, TimesFine
from engine.layering import load_rule_set
from engine.loading import rule_set_ids
from engine.testing import try_all

FICTIONAL = ["moon", "moon-bench", "moon-proposal", "moon-round"]


@pytest.mark.parametrize("rule_set", FICTIONAL)
def test_the_worked_cases_come_out_as_the_fictional_law_says(rule_set: str) -> None:
    wrong = {
        f"{tried.place} {tried.name}": [fault.message for fault in tried.faults]
        for tried in try_all(FICTION, rule_set)
        if tried.faults
    }
    assert wrong == {}


def test_no_rule_set_is_without_worked_cases() -> None:
    tried = {each.rule_set for each in try_all(FICTION)}
    assert tried == set(rule_set_ids(FICTION)) == set(FICTIONAL)


@pytest.mark.parametrize("rule_set", FICTIONAL)
def test_the_fictional_law_says_that_it_is_fictional(rule_set: str) -> None:
    found = load_rule_set(FICTION, rule_set)
    assert all("虚构" in law.title for law in found.laws.values())
    assert all("虚构" in each.version for law in found.laws.values() for each in law.editions)
    assert all("虚构" in layer.title and "虚构" in layer.issuer for layer in found.layers)


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
    assert any(item.displaces for item in items)


def test_every_form_of_time_persons_powers_and_procedures_stands_in_the_fictional_law() -> None:
    rule_set = load_rule_set(FICTION, "moon-round")
    items = [item for editions in rule_set.items.values() for item in editions]
    imposed = [each.imposed_by for item in items for each in item.penalties if each.imposed_by]
    editions = [each for law in rule_set.laws.values() for each in law.editions]
    exempting = [each for each in rule_set.circumstances if each.effects == ("exempt",)]
    limbs = [limb for each in rule_set.procedures for limb in each.limbs]
    tests = [limb.amount for limb in limbs if limb.amount]

    assert any(item.succeeds for item in items)
    assert [each.when == ALWAYS for each in rule_set.limitations] == [False, True]
    assert len({each.years for each in rule_set.limitations}) == 2
    assert {each.gate for each in exempting} == {True, False}
    assert {effect for each in rule_set.circumstances for effect in each.effects} == {
        "exempt", "lighten", "mitigate", "aggravate", "bar_fine", "add_measures",
    }  # fmt: skip
    assert any(each.nature == "duty" for one in rule_set.circumstances for each in one.measures)
    assert any(each.effects == ("lighten", "mitigate") for each in rule_set.circumstances)
    assert any(each.scope.kinds for each in rule_set.circumstances)

    assert {each.known for each in editions} == {True, False}
    assert {each.status for each in editions} == {"verified", "draft"}
    heirs = [earlier for item in items for earlier in item.succeeds]
    assert len(heirs) > len(set(heirs)), "one item with several successors"
    assert any(len(item.succeeds) > 1 for item in items), "one item in the place of several"
    grandchildren = {each for item in items for each in item.succeeds if item.id in heirs}
    assert grandchildren & set(rule_set.items), "a chain of three"

    assert {each.organ for each in imposed} == {"lunar-bureau", "licensor"}
    assert {each.level for each in imposed} == {"county", "city", "province"}
    assert {each.status for each in imposed} == {"verified", "draft"}
    assert any(each.basis for each in imposed)
    assert rule_set.jurisdiction is not None
    assert {each.kind for each in rule_set.delegates} == {"entrusted", "transferred"}
    assert {each.until is None for each in rule_set.delegates} == {True, False}

    assert {each.status for item in items for each in item.displaces} == {"verified", "draft"}
    assert {item.beside_others for item in items} == {True, False}

    assert {each.kind for each in rule_set.procedures} == {"procedure", "referral", "listing"}
    assert {each.about for each in rule_set.procedures} == {"party", "violation"}
    assert {each.obligation for each in rule_set.procedures} == {"shall", "may"}
    assert {each.of for each in tests} == {"fine", "confiscated"}
    assert {each.op for each in tests} == {"at_least", "above", "at_most"}
    assert {each.parameter is None for each in tests} == {True, False}
    assert any(limb.imposes for limb in limbs) and any(limb.imposes_only for limb in limbs)
    assert any(each.follows for each in rule_set.procedures)
    assert any(each.surcharge for each in rule_set.procedures)
    assert any(each.to for each in rule_set.procedures)
    assert any(each.period for each in rule_set.procedures)
    sums = rule_set.parameters
    assert all(period.end for period, _, _ in sums["hearing_person"].values), "it runs out"
    assert {status for _, _, status in sums["review_sum"].values} == {"draft"}
    assert set(rule_set.principles) == {"old_and_new", "one_fine", "defence"}
    assert rule_set.policies["benchmark_in_time"].values["use"] == "both"


def _inside(conditions: list[object]) -> list[object]:
    found: list[object] = []
    for condition in conditions:
        found.append(condition)
        if isinstance(condition, Not):
            found += _inside([condition.part])
        elif isinstance(condition, AllOf | AnyOf):
            found += _inside(list(condition.parts))
    return found
