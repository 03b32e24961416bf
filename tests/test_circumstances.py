"""Circumstances that are claimed in part, known in part, or left to a person."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest
from helpers import FICTION, amounts, evaluate, party

from engine.evaluate import Engine
from engine.layering import load_rule_set

# Tier B of moon-006 is 40,000 to 70,000; below the statutory minimum is 2,000 to 19,999.99.
TIER, LIGHTER, MITIGATED = (40000, 70000), (40000, 49000), (2000, 19999.99)
RESCUE = "when: {rescued_workers: {at_least: 3}}"
UNLESS = "excluded_when: {obstructed: {is: true}}"


def case(**facts: Any) -> dict[str, Any]:
    return {"item": "moon-006", "facts": {"missing_oxygen": 1, "required_oxygen": 10, **facts}}


def possible(result: dict[str, Any]) -> set[tuple[Any, Any]]:
    unit = party(result, "unit")
    return {amounts(each) for each in unit["possible"] or [unit]}


def asked(result: dict[str, Any]) -> set[str]:
    return {each["fact"] for each in result["missing"]}


@pytest.fixture
def changed(tmp_path: Path) -> Any:
    """`changed(old, new)` is the benchmark with one line of circumstances.yaml written anew."""

    def engine(old: str, new: str) -> Engine:
        rules = Path(shutil.copytree(FICTION, tmp_path / "rules"))
        path = rules / "moon" / "circumstances.yaml"
        text = path.read_text("utf-8")
        assert text.count(old) == 1
        path.write_text(text.replace(old, new), "utf-8")
        return Engine(load_rule_set(rules, "moon-bench"))

    return engine


# Known in part ----------------------------------------------------------------------------


def test_a_number_that_may_reach_the_threshold_leaves_both_answers_possible(bench: Engine) -> None:
    result = evaluate(case(rescued_workers={"from": 2, "to": 4}, obstructed=False), bench)
    assert result["status"] == "open"
    assert possible(result) == {TIER, MITIGATED}
    assert asked(result) == {"rescued_workers"}


def test_a_number_wholly_on_one_side_of_the_threshold_needs_no_question(bench: Engine) -> None:
    low = evaluate(case(rescued_workers={"from": 0, "to": 2}, obstructed=False), bench)
    high = evaluate(case(rescued_workers={"from": 3, "to": 9}, obstructed=False), bench)
    assert (low["status"], possible(low)) == ("settled", {TIER})
    assert (high["status"], possible(high)) == ("settled", {MITIGATED})


def test_half_a_claim_on_an_unknown_number_leaves_both_answers_possible(changed: Any) -> None:
    engine = changed(RESCUE, "when: {cooperative: {is: true}, tunnels: {at_least: 3}}")
    result = evaluate(case(cooperative=True, obstructed=False), engine)
    assert (result["status"], possible(result)) == ("open", {LIGHTER, MITIGATED})
    assert asked(result) == {"tunnels"}


def test_half_a_claim_barred_by_an_assumption_is_still_asked_about(changed: Any) -> None:
    engine = changed(RESCUE, "when: {cooperative: {is: true}, tunnels: {at_least: 3}}")
    result = evaluate(case(cooperative=True), engine)  # obstructed is only assumed false
    assert possible(result) == {LIGHTER}
    assert asked(result) & {"tunnels", "obstructed"}


def test_an_exclusion_that_hangs_on_a_number_leaves_both_answers_possible(changed: Any) -> None:
    engine = changed(UNLESS, "excluded_when: {blasts: {at_least: 2}}")
    result = evaluate(case(rescued_workers=3, blasts={"from": 1, "to": 2}), engine)
    assert (result["status"], possible(result)) == ("open", {TIER, MITIGATED})
    assert asked(result) == {"blasts"}


def test_a_circumstance_may_read_what_is_computed_from_other_facts(changed: Any) -> None:
    engine = changed(RESCUE, "when: {casualties: {at_least: 3}}")
    at, under = case(deaths=1, injuries=2, obstructed=False), case(deaths=1, injuries=1)
    assert possible(evaluate(at, engine)) == {MITIGATED}
    assert possible(evaluate(under, engine)) == {TIER}


@pytest.mark.parametrize(
    ("acted_on", "fine"), [("2025-12-31", TIER), ("2026-01-01", LIGHTER), (None, LIGHTER)]
)
def test_a_circumstance_counts_on_its_own_days(
    changed: Any, acted_on: str | None, fine: tuple[int, int]
) -> None:
    claim = "when: {cooperative: {is: true}}"
    engine = changed(claim, f'{claim}\n    effective: {{from: "2026-01-01"}}')
    dates = {"dates": {"acted_on": acted_on, "decided_on": "2026-02-01"}} if acted_on else {}
    assert possible(evaluate({**case(cooperative=True), **dates}, engine)) == {fine}


# Left to a person -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fact", "alternatives"),
    [
        ("contempt", [("aggravate", 61000, 70000, "lpr-043")]),
        ("reduced_harm", [("mitigate", 2000, 19999.99, "lpr-033")]),
        ("cooperative", []),
        ("surrendered", []),
    ],
)
def test_what_a_person_may_choose_instead_stands_beside_the_answer(
    bench: Engine, fact: str, alternatives: list[tuple[str, float, float, str]]
) -> None:
    unit = party(evaluate(case(**{fact: True}), bench), "unit")
    found = [
        (each["effect"], each["fine"]["min"], each["fine"]["max"], each["because"])
        for each in unit["alternatives"]
    ]
    assert found == alternatives


@pytest.mark.parametrize(
    ("facts", "weighed"),
    [
        (("obstructed",), {"lpr-041": "aggravate"}),
        (("cooperative",), {"lpr-031": "lighten"}),
        (("surrendered",), {"lpr-032": "mitigate"}),
        (("cooperative", "obstructed"), {"lpr-031": "weighed", "lpr-041": "weighed"}),
        (("cooperative", "surrendered"), {"lpr-031": "weighed", "lpr-032": "mitigate"}),
        (("contempt",), {"lpr-043": "option"}),
    ],
)
def test_each_circumstance_says_what_became_of_it(
    bench: Engine, facts: tuple[str, ...], weighed: dict[str, str]
) -> None:
    unit = party(evaluate(case(**dict.fromkeys(facts, True)), bench), "unit")
    assert {each["id"]: each["outcome"] for each in unit["circumstances"]} == weighed


def test_a_duty_to_go_up_beats_an_option_to_go_down(bench: Engine) -> None:
    facts = {"obstructed": True, "hardship": True}
    person = {"id": "wu", "kind": "responsible", "facts": facts}
    workers = {"untethered_workers": 1, "overdue": True}
    result = evaluate({"item": "moon-005", "facts": workers, "parties": [person]}, bench)
    wu = party(result, "wu")
    assert amounts(wu) == (17000, 20000)
    assert {each["id"]: each["outcome"] for each in wu["circumstances"]} == {
        "lpr-041": "aggravate",
        "lpr-044": "option",
    }
    assert [(each["effect"], each["fine"]) for each in wu["alternatives"]] == [
        ("lighten", {"min": 10000, "max": 13000})
    ]


def test_without_a_policy_for_opposite_directions_a_person_decides(moon: Engine) -> None:
    result = evaluate(case(cooperative=True, obstructed=True), moon)
    assert amounts(party(result, "unit")) == (20000, 100000)
    assert "opposite_directions" in {each["code"] for each in result["warnings"]}
