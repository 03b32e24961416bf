"""Layers, overlays and references: what is laid over what, and what is refused."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from helpers import amounts, evaluate, party

from engine.checking import check
from engine.evaluate import Engine
from engine.faults import RuleFault
from engine.layering import load_rule_set

MANIFEST = """\
id: {id}
version: 2026.1.0
title: 虚构
issuer: 虚构
effective: {{from: "2020-01-01"}}
status: verified
{more}"""

STATUTE = {
    "laws.yaml": """\
laws:
  zz:
    title: 虚构法
    kind: law
    editions: [{version: 虚构, effective: {from: "2020-01-01"}, text: checked}]
    endpoints: {以上: included, 以下: included}
""",
    "terms.yaml": "roles: {unit: {label: 单位, kind: unit}}\nmeasures: {order: 责令改正}\n",
    "facts.yaml": """\
facts:
  n: {type: count, label: 数目, ask: 数目是多少？, unit: 个, about: violation, if_absent: ask}
""",
    "items/zz/zz-001.yaml": """\
id: zz-001
title: 虚构事项
effective: {from: "2020-01-01"}
status: verified
sources: [{document: 虚构}]
established_when: {n: {at_least: 1}}
penalties:
  - id: unit
    party: unit
    stage: first
    basis: {law: zz, article: 1}
    obligation: shall
    fine: {min: 1000, max: 9000}
violates: [{law: zz, article: 2}]
""",
}
GAINS = (
    "  gains: {type: amount, label: 所得, ask: 所得多少元？, about: violation, if_absent: ask}\n"
)


def overlay(*tiers: str, since: str = "2020-01-01", rows: str = "partial") -> str:
    listed = "".join(f"      - {tier}\n" for tier in tiers)
    return (
        f'overlays: zz-001\neffective: {{from: "{since}"}}\n'
        f"penalties:\n  unit:\n    rows: {rows}\n    tiers:\n{listed}"
    )


def tier(id: str, when: str, fine: str, status: str = "verified") -> str:
    return f"{{id: {id}, when: {{n: {when}}}, fine: {fine}, status: {status}}}"


@pytest.fixture
def write(tmp_path: Path) -> Any:
    """`write("far", {...}, extends=None)` makes a rule set; returns the rules folder."""
    rules = tmp_path / "rules"

    def make(id: str, files: dict[str, str], extends: str | None = None, more: str = "") -> Path:
        (rules / id).mkdir(parents=True)
        more += f"extends: {extends}\n" if extends else ""
        files = {"ruleset.yaml": MANIFEST.format(id=id, more=more), **files}
        for name, text in files.items():
            path = rules / id / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, "utf-8")
        (rules / "default.yaml").write_text(f"rule_set: {id}\n", "utf-8")
        return rules

    return make


def codes(rules: Path, id: str) -> list[str]:
    with pytest.raises(RuleFault) as caught:
        load_rule_set(rules, id)
    return [finding.code for finding in caught.value.findings]


def fine(rules: Path, id: str, case: dict[str, Any], **options: bool) -> tuple[Any, Any]:
    engine = Engine(load_rule_set(rules, id, **options))
    return amounts(party(evaluate({"item": "zz-001", **case}, engine), "unit"))


# Precedence -------------------------------------------------------------------------------


def test_the_nearest_layer_with_tiers_replaces_the_farther_one(write: Any) -> None:
    write("law", STATUTE)
    far = overlay(tier("A", "{is: 1}", "{min: 1000, max: 3000}"))
    write("far", {"items/zz-001.yaml": far}, "law")
    near = overlay(tier("A", "{is: 1}", "{min: 1000, max: 2000}"))
    rules = write("near", {"items/zz-001.yaml": near}, "far")
    assert fine(rules, "far", {"facts": {"n": 1}}) == (1000, 3000)
    assert fine(rules, "near", {"facts": {"n": 1}}) == (1000, 2000)
    assert fine(rules, "near", {"facts": {"n": 2}}) == (1000, 9000)


def test_a_nearer_layer_rules_only_on_its_own_days(write: Any) -> None:
    write("law", STATUTE)
    far = overlay(tier("A", "{is: 1}", "{min: 1000, max: 3000}"))
    write("far", {"items/zz-001.yaml": far}, "law")
    near = overlay(tier("A", "{is: 1}", "{min: 1000, max: 2000}"), since="2025-01-01")
    rules = write("near", {"items/zz-001.yaml": near}, "far")
    early = {"facts": {"n": 1}, "dates": {"acted_on": "2023-01-01", "decided_on": "2023-02-01"}}
    late = {"facts": {"n": 1}, "dates": {"acted_on": "2025-01-01", "decided_on": "2025-02-01"}}
    assert fine(rules, "near", early) == (1000, 3000)
    assert fine(rules, "near", late) == (1000, 2000)


def test_a_proposal_fills_only_what_no_published_row_covers(write: Any) -> None:
    write("law", STATUTE)
    far = overlay(tier("A", "{is: 1}", "{min: 1000, max: 3000}"))
    write("far", {"items/zz-001.yaml": far}, "law")
    near = overlay(
        tier("P1", "{at_most: 2}", "{min: 1000, max: 4000}", "proposal"),
        tier("P2", "{above: 2}", "{min: 4000, max: 9000}", "proposal"),
        rows="complete",
    )
    rules = write("near", {"items/zz-001.yaml": near}, "far")
    assert fine(rules, "near", {"facts": {"n": 1}}) == (1000, 3000)
    assert fine(rules, "near", {"facts": {"n": 2}}) == (1000, 4000)
    assert fine(rules, "near", {"facts": {"n": 2}}, published_only=True) == (1000, 9000)
    told = {each.code for each in check(rules)}
    assert told == {"proposal", "proposal_without_reason", "rows_partial"}


def test_a_draft_row_does_not_hide_a_published_one_from_who_wants_only_those(write: Any) -> None:
    write("law", STATUTE)
    far = overlay(tier("A", "{is: 1}", "{min: 1000, max: 3000}"))
    write("far", {"items/zz-001.yaml": far}, "law")
    near = overlay(tier("A", "{is: 1}", "{min: 1000, max: 2000}", "draft"))
    rules = write("near", {"items/zz-001.yaml": near}, "far")
    assert fine(rules, "near", {"facts": {"n": 1}}) == (1000, 2000)
    assert fine(rules, "near", {"facts": {"n": 1}}, published_only=True) == (1000, 3000)


# Refused ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("statutory", "tiered"),
    [
        ("{min: 1000, max: 9000}", "{min: 999, max: 9000}"),
        ("{min: 1000, max: 9000}", "{min: 1000, max: 9000.01}"),
        ("{min: 1000, max: 9000}", "{max: 9000}"),
        ("{min: 1000, max: 9000}", "{times: gains, min: 1, max: 2}"),
        ("{times: gains, min: 1, max: 3}", "{times: gains, min: 1, max: 4}"),
        ("{times: gains, min: 1, max: 3, cap: 30000}", "{times: gains, min: 1, max: 3}"),
        (
            "{times: gains, min: 1, max: 3, cap: 30000}",
            "{times: gains, min: 1, max: 3, cap: 30001}",
        ),
        ("{percent_of: gains, min: 20, max: 50}", "{percent_of: gains, min: 10, max: 50}"),
    ],
)
def test_no_tier_leaves_the_statute_in_any_form_of_fine(
    write: Any, statutory: str, tiered: str
) -> None:
    item = STATUTE["items/zz/zz-001.yaml"].replace("{min: 1000, max: 9000}", statutory)
    facts = STATUTE["facts.yaml"] + GAINS
    write("law", {**STATUTE, "facts.yaml": facts, "items/zz/zz-001.yaml": item})
    rules = write("near", {"items/zz-001.yaml": overlay(tier("A", "{is: 1}", tiered))}, "law")
    assert codes(rules, "near") == ["outside_statute"]


def test_a_nearer_row_does_not_widen_the_farther_row_it_narrows(write: Any) -> None:
    write("law", STATUTE)
    far = overlay(tier("A", "{is: 1}", "{min: 1000, max: 3000}"))
    write("far", {"items/zz-001.yaml": far}, "law")
    near = overlay(tier("A", "{is: 1}", "{min: 1000, max: 8000}"))
    rules = write("near", {"items/zz-001.yaml": near}, "far")
    assert codes(rules, "near") == ["outside_statute"]


def test_two_overlays_of_one_layer_do_not_silently_replace_each_other(write: Any) -> None:
    write("law", STATUTE)
    one = overlay(tier("A", "{is: 1}", "{min: 1000, max: 3000}"))
    files = {"items/x/zz-001.yaml": one, "items/y/zz-001.yaml": one}
    assert codes(write("near", files, "law"), "near") == ["overlays_overlap"]


def test_layers_do_not_go_in_a_circle(write: Any) -> None:
    write("one", STATUTE, "two")
    rules = write("two", {}, "one")
    assert codes(rules, "one") == ["layers_in_a_circle"]


@pytest.mark.parametrize(
    ("reference", "code"),
    [
        ("{item: zz-009}", "unknown_item"),
        ("{item: zz-001, penalty: none}", "unknown_penalty"),
        ("{item: zz-002}", "unknown_penalty"),
        ("{item: zz-002, penalty: unit}", "reference_chain"),
    ],
)
def test_a_reference_leads_to_exactly_one_penalty(write: Any, reference: str, code: str) -> None:
    item = STATUTE["items/zz/zz-001.yaml"].replace("zz-001", "zz-002")
    item = item.replace("stage: first", "stage: overdue")
    item = item.replace("fine: {min: 1000, max: 9000}", f"refers_to: {reference}")
    if reference == "{item: zz-002}":
        item = item.replace("stage: overdue", "stage: refused").replace(reference, "{item: zz-001}")
    rules = write("law", {**STATUTE, "items/zz/zz-002.yaml": item})
    assert codes(rules, "law") == [code]


def test_all_faults_of_a_folder_are_told_at_once(write: Any) -> None:
    broken = """\
id: zz-001
title: 虚构事项
effective: {from: "2020-02-30"}
status: verified
sources: [{document: 虚构}]
violates: [{law: yy, article: 1}]
established_when: {m: {at_least: 1}}
penalties:
  - id: unit
    party: unitt
    stage: first
    when: {n: {is: true}}
    basis: {law: zz, article: 1}
    obligation: shall
    measures: [{kind: ordr, nature: order}]
    fine: {min: 9000, max: 1000}
  - id: unit
    party: unit
    stage: overdue
    basis: {law: zz, article: 1}
    obligation: shall
    fine: {times_fine: nobody, min: 2, max: 5}
"""
    files = {**STATUTE, "items/zz/zz-001.yaml": broken, "factz.yaml": "facts: {}\n"}
    rules = write("law", files)
    with pytest.raises(RuleFault) as caught:
        load_rule_set(rules, "law")
    found = [(each.place.line, each.code) for each in caught.value.findings]
    assert found == [
        (1, "unknown_file"),
        (3, "not_a_date"),
        (6, "unknown_law"),
        (7, "unknown_fact"),
        (9, "duplicate_id"),
        (10, "unknown_role"),
        (12, "wrong_type"),
        (15, "unknown_measure"),
        (16, "reversed_range"),
        (17, "duplicate_id"),
        (22, "unknown_penalty"),
    ]
    for finding in caught.value.findings:
        assert re.search(r"[\u4e00-\u9fff]", finding.message) and finding.help


def test_a_broken_schema_says_where_and_how_to_mend_it(write: Any) -> None:
    item = STATUTE["items/zz/zz-001.yaml"].replace("obligation: shall", "obligation: must")
    rules = write("law", {**STATUTE, "items/zz/zz-001.yaml": item.replace("title", "titel")})
    with pytest.raises(RuleFault) as caught:
        load_rule_set(rules, "law")
    assert [str(finding) for finding in caught.value.findings] == [
        "rules/law/items/zz/zz-001.yaml:1:1: missing_key: 整个文件缺少“title”；请补上",
        "rules/law/items/zz/zz-001.yaml:2:1: unknown_key: 不认识的键“titel”；是不是想写 “title”？",
        "rules/law/items/zz/zz-001.yaml:12:17: not_allowed: "
        "“obligation”不能写“must”；只能写：shall、may",
    ]


# The checker ------------------------------------------------------------------------------


def test_gaps_overlaps_and_order_are_shown_with_a_case(write: Any) -> None:
    write("law", STATUTE)
    near = overlay(
        tier("A", "{at_most: 100}", "{min: 1000, max: 3000}"),
        tier("B", "{at_least: 100, at_most: 200}", "{min: 3000, max: 5000}"),
        tier("C", "{above: 300}", "{min: 3000, max: 5000}"),
        rows="complete",
    )
    rules = write("near", {"items/zz-001.yaml": near}, "law")
    found = {each.code: each.counterexample for each in check(rules)}
    assert found["tier_overlap"] == {"n": 100}
    assert found["tier_gap"] == {"n": 201}
    assert set(found) == {"tier_overlap", "tier_gap", "tiers_same_range", "statute_not_filled"}


def test_a_table_that_falls_as_the_number_rises_is_told(write: Any) -> None:
    write("law", STATUTE)
    near = overlay(
        tier("A", "{above: 5}", "{min: 1000, max: 3000}"),
        tier("B", "{at_most: 5}", "{min: 3000, max: 9000}"),
        rows="complete",
    )
    rules = write("near", {"items/zz-001.yaml": near}, "law")
    assert [(each.code, each.counterexample) for each in check(rules)] == [
        ("not_monotonic", {"n": 6})
    ]


def test_an_assumed_fact_may_not_pick_a_tier(write: Any) -> None:
    facts = STATUTE["facts.yaml"].replace("if_absent: ask}", "if_absent: {assume: 1}}", 1)
    rules = write("law", {**STATUTE, "facts.yaml": facts})
    assert "assumed_fact_decides" in [each.code for each in check(rules)]


def test_a_default_that_is_not_there_and_a_folder_without_a_manifest(write: Any) -> None:
    rules = write("law", STATUTE)
    (rules / "default.yaml").write_text("rule_set: lav\n", "utf-8")
    (rules / "stray").mkdir()
    (rules / "stray" / "facts.yaml").write_text("facts: {}\n", "utf-8")
    assert [each.code for each in check(rules)] == ["unknown_rule_set", "no_manifest"]


def test_what_cannot_be_read_is_no_ground_to_fault_what_can(write: Any) -> None:
    """One mistake is told once: not again of every rule that is compared with it."""
    write("law", {**STATUTE, "facts.yaml": STATUTE["facts.yaml"].replace("count", "cuont")})
    far = overlay(tier("A", "{is: 1}", "{min: 1000, max: 3000}"))
    write("far", {"items/zz-001.yaml": far}, "law")
    near = overlay(tier("B", "{is: 2}", "{min: 3000, max: 9000}"))
    rules = write("near", {"items/zz-001.yaml": near}, "far")
    assert codes(rules, "near") == ["not_allowed"]
    (rules / "law" / "facts.yaml").write_text(STATUTE["facts.yaml"], "utf-8")
    item = STATUTE["items/zz/zz-001.yaml"].replace("max: 9000", "max: 90000000000000000000")
    (rules / "law" / "items" / "zz" / "zz-001.yaml").write_text(item, "utf-8")
    assert codes(rules, "near") == ["bad_amount"]
