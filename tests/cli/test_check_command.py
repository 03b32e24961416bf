"""`liangfa check` as a maintainer meets it: faults in full, the rest counted, exit codes."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import venus

N = {"n": venus.count("数目", 1)}
LOW, HIGH = {"n": {"at_most": 3}}, {"n": {"above": 4}}


@pytest.fixture
def rules(tmp_path: Path) -> Path:
    return tmp_path / "rules"


def law(rules: Path, *conditions: venus.Data, **table: str) -> None:
    fine = venus.penalty(**venus.tiers(*conditions, **table))
    venus.write(rules, venus.statute(N, {"n": {"at_least": 1}}, fine))


def joined(text: str) -> str:
    """Wrapped lines put together again."""
    return text.replace("\n  ", "").replace("\n", "")


def test_the_case_that_is_printed_is_one_that_can_be_evaluated(liangfa, rules: Path) -> None:
    law(rules, LOW, HIGH)
    said = liangfa("check", str(rules), "--on", "2020-06-01")
    assert said.code == 1
    assert "  反例：数目 4个：没有任何档次适用\n" in said.out
    assert said.out.splitlines()[-1] == "发现 1 处问题（错误 1，警告 0）。"
    head = "  写成案件（liangfa evaluate 案件.yaml --rule-set v0）：\n"
    case = said.out.split(head)[1].split("发现")[0]
    told = liangfa(
        "evaluate", "-", "--rules", str(rules), "--rule-set", "v0", "--format", "json",
        stdin=case.encode(),
    )  # fmt: skip
    assert told.code == 0
    result = json.loads(told.out)
    assert result["outcomes"][0]["tier"] is None
    assert "tier_gap" in [each["code"] for each in result["warnings"]]


def test_json_has_the_keys_of_the_contract_and_the_case(liangfa, rules: Path) -> None:
    law(rules, LOW, HIGH)
    said = liangfa("check", str(rules), "--on", "2020-06-01", "--format", "json")
    (found,) = json.loads(said.out)["findings"]
    assert (said.code, found["code"], found["severity"]) == (1, "tier_gap", "error")
    assert found["file"] == "rules/v0/items/ven/ven-001.yaml"
    assert (found["line"], found["column"]) == (1, found["column"])
    assert found["message"] and found["help"] and found["excerpt"]
    assert found["counterexample"] == {"n": 4}
    assert found["case"]["facts"] == {"n": 4} and found["rule_set"] == "v0"


def test_drafts_and_information_are_counted_and_listed_where_asked_for(
    liangfa, rules: Path
) -> None:
    law(rules, LOW, status="draft", rows="partial")
    said = liangfa("check", str(rules), "--on", "2020-06-01")
    assert (said.code, joined(said.out)) == (
        0,
        "没有发现问题；信息 1 条（--notes 列出）；未核实 1 处、建议稿 0 处（--drafts 列出）。",
    )
    said = liangfa("check", str(rules), "--on", "2020-06-01", "--drafts", "--notes")
    assert said.code == 0
    assert "rows_partial" in said.out and "例如 数目 4个：没有任何档次适用" in said.out
    assert ": draft: “ven-001/unit/A”未经核实" in joined(said.out)
    assert said.out.endswith("没有发现问题；信息 1 条；未核实 1 处、建议稿 0 处。\n")


def test_strict_refuses_what_is_not_verified(liangfa, rules: Path) -> None:
    law(rules, LOW, {"n": {"above": 3}}, status="draft")
    assert liangfa("check", str(rules), "--on", "2020-06-01").code == 0
    said = liangfa("check", str(rules), "--on", "2020-06-01", "--strict")
    assert said.code == 1
    assert "按 --strict 不通过" in said.out
    law(rules, LOW, {"n": {"above": 3}})
    said = liangfa("check", str(rules), "--on", "2020-06-01", "--strict")
    assert (said.code, said.out) == (0, "没有发现问题。\n")


def test_a_day_that_is_none_is_refused(liangfa, rules: Path) -> None:
    law(rules, LOW, HIGH)
    said = liangfa("check", str(rules), "--on", "2020-02-30")
    assert said.code == 2
    assert said.err == (
        "--on:1:1: bad_option: “2020-02-30”不是日历上的日子；请写成 2026-03-02 这样的日期\n"
    )


def test_what_could_not_be_looked_at_is_said(liangfa, rules: Path) -> None:
    law(rules, LOW, HIGH, status="surely")
    said = liangfa("check", str(rules), "--on", "2020-06-01")
    assert said.code == 1
    assert ": not_allowed: “status”不能写“surely”" in joined(said.out)
    assert "not_checked: 规则集 v0 加载不了，" in joined(said.out)
    assert said.out.splitlines()[-1] == "发现 2 处问题（错误 2，警告 0）。"


def test_one_rule_set_is_not_the_folder_of_all(liangfa, rules: Path) -> None:
    law(rules, LOW, HIGH)
    says = "no_rule_set: 这是一个规则集的目录，不是放各个规则集的规则目录；请写它的上一级目录"
    for words in (("check",), ("test",), ("items", "--rules"), ("diff", str(rules))):
        said = liangfa(*words, str(rules / "v0"))
        assert (said.code, said.out) == (2, "")
        assert said.err == f"{rules / 'v0'}:1:1: {says}\n"


def test_a_byte_order_mark_moves_no_mark(liangfa, rules: Path) -> None:
    law(rules, LOW, HIGH)
    path = rules / "v0/items/ven/ven-001.yaml"
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes().replace(b'"title"', b'"titel"'))
    said = liangfa("check", str(rules), "--on", "2020-06-01", "--format", "json")
    unknown = next(e for e in json.loads(said.out)["findings"] if e["code"] == "unknown_key")
    line, mark = unknown["excerpt"].split("\n")
    assert line[mark.index("^") :].startswith('"titel"')
