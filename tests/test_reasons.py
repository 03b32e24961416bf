"""Reasons name the rule that really spoke: its file, its line, its article."""

from __future__ import annotations

from typing import Any

from helpers import FICTION, evaluate, party

from engine.evaluate import Engine


def reasons_of(result: dict[str, Any], outcome: dict[str, Any]) -> list[dict[str, Any]]:
    return [each for each in result["reasons"] if each["id"] in outcome["reasons"]]


def test_two_editions_of_one_item_do_not_lend_each_other_their_reasons(moon: Engine) -> None:
    acts = [
        {"id": id, "item": "moon-016", "dates": {"acted_on": day}, "facts": {"tunnels": 1}}
        for id, day in (("old", "2025-12-31"), ("new", "2026-01-01"))
    ]
    result = evaluate({"case": {"violations": acts}}, moon)
    for outcome in result["outcomes"]:
        basis = outcome["basis"][0]["text"]
        for reason in reasons_of(result, outcome):
            assert reason["rule"]["file"].endswith(f"{outcome['edition']}.yaml"), reason
            assert set(reason["citations"]) <= {basis}


def test_the_reasons_tell_the_steps_in_the_order_the_law_takes_them(bench: Engine) -> None:
    people = [{"id": "co", "kind": "unit", "facts": {"obstructed": True}}]
    facts = {"untethered_workers": 3, "overdue": False}
    result = evaluate({"item": "moon-005", "facts": facts, "parties": people}, bench)
    told = reasons_of(result, party(result, "co"))
    rows = [(each["step"], each["rule"]["set"], each["rule"]["id"], each["says"]) for each in told]
    # fmt: off
    assert rows == [
        ("establish", "moon", "moon-005", "事实符合“作业人员未系安全绳”的构成，违法行为成立"),
        ("stage", "moon", "moon-005/unit-first", "首次查处阶段，法律规定应当处罚采矿单位"),
        ("amount", "moon", "moon-005/unit-first", "法定罚款为50,000元以下"),
        ("tier", "moon-bench", "moon-005/unit-first/B",
         "落在一般（月矿〔虚构〕2号 5-B，已核实），罚款10,000元至30,000元"),
        ("circumstance", "moon", "lpr-041", "阻碍检查，应当从重处罚"),
        ("amount", "moon", "moon-005/unit-first", "结论：罚款24,000元至30,000元"),
    ]
    # fmt: on
    lines = (FICTION / "moon" / "circumstances.yaml").read_text("utf-8").splitlines()
    assert lines[told[4]["rule"]["line"] - 1].strip() == "- id: lpr-041"


def test_an_open_outcome_still_shows_the_statutory_range(moon: Engine) -> None:
    result = evaluate({"item": "moon-010", "facts": {"blasts": 1}}, moon)
    unit = party(result, "unit")
    assert [each["disposition"] for each in unit["possible"]] == ["order_only", "penalize"]
    assert unit["statutory"] == {"min": 100000, "max": 200000}
