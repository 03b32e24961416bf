"""The commands as the three users call them."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import pytest
from helpers import engine_for, evaluate
from rich.cells import cell_len

from api.cli.new_case import case_data, case_lines
from engine.proving import prove_item

REPOSITORY = Path(__file__).parents[2]
RULES = REPOSITORY / "rules"
EXAMPLE = str(REPOSITORY / "docs" / "examples" / "first-case.yaml")


def case(text: str) -> bytes:
    return text.encode()


def answer(liangfa, text: str, *options: str) -> dict:
    said = liangfa(
        "evaluate", "-", "--rule-set", "cn-mem", "--format", "json", *options, stdin=text.encode()
    )
    assert (said.code, said.err) == (0, "")
    return json.loads(said.out)


def outcome(result: dict, party: str) -> dict:
    return next(each for each in result["outcomes"] if each["party"]["id"] == party)


# evaluate ---------------------------------------------------------------------------------


def test_one_uncertified_worker_falls_in_tier_a(liangfa) -> None:
    result = answer(liangfa, "item: wsl-097-7\nfacts: {uncertified_workers: 1, overdue: false}\n")
    unit = outcome(result, "unit")
    assert result["status"] == "settled"
    assert unit["tier"] == {
        "id": "A",
        "title": "裁量阶次A",
        "layer": "cn-mem",
        "status": "verified",
    }
    assert (unit["fine"]["min"], unit["fine"]["max"]) == (None, 30000)
    assert unit["fine"]["suggested"] is None and unit["fine"]["suggested_why"]
    assert outcome(result, "responsible")["disposition"] == "not_liable_at_stage"
    assert unit["basis"][0]["text"] == "《中华人民共和国安全生产法》第九十七条第（七）项"


def test_outside_the_known_rows_the_statute_answers(liangfa) -> None:
    result = answer(liangfa, "item: wsl-097-7\nfacts: {uncertified_workers: 5, overdue: false}\n")
    unit = outcome(result, "unit")
    assert (unit["tier"], unit["fine"]["min"], unit["fine"]["max"]) == (None, None, 100000)
    assert "benchmark_row_unknown" in [each["code"] for each in result["warnings"]]


def test_a_fixed_share_of_income_to_the_fen(liangfa) -> None:
    result = answer(
        liangfa,
        "item: wsl-095-1\nfacts: {deaths: 1, serious_injuries: 0, direct_loss: 900000}\n"
        "parties: [{id: boss, kind: principal, facts: {annual_income: 453356.15}}]\n",
    )
    fine = outcome(result, "boss")["fine"]
    assert (result["status"], fine["min"], fine["max"]) == ("settled", 181342.46, 181342.46)


def test_without_the_deadline_both_stages_stay_possible(liangfa) -> None:
    result = answer(liangfa, "item: wsl-097-7\nfacts: {uncertified_workers: 1}\n")
    unit = outcome(result, "unit")
    assert result["status"] == "open"
    assert [each["stage"] for each in unit["possible"]] == ["first", "overdue"]
    assert [(each["fact"], each["where"]) for each in result["missing"]] == [
        ("overdue", "/facts/overdue")
    ]
    assert result["missing"][0]["ask"].endswith("？")


def test_a_file_without_a_charge_finds_what_its_facts_establish(liangfa) -> None:
    result = answer(liangfa, "facts: {uncertified_workers: 1, overdue: false}\n")
    assert {each["item"] for each in result["outcomes"]} == {"wsl-097-7"}
    assert answer(liangfa, "facts: {overdue: false}\n")["status"] == "no_rule"


def test_published_only_leaves_the_draft_row_out(liangfa) -> None:
    text = "item: wsl-102\nfacts: {general_hazards: 1, major_hazards: 0, refused: false}\n"
    with_draft = answer(liangfa, text)
    assert outcome(with_draft, "unit")["tier"]["status"] == "draft"
    assert "draft_tier" in [each["code"] for each in with_draft["warnings"]]
    without = answer(liangfa, text, "--published-only")
    assert outcome(without, "unit")["tier"] is None
    assert outcome(without, "unit")["fine"]["max"] == 50000


def test_several_cases_come_back_in_their_order(liangfa) -> None:
    said = liangfa("evaluate", EXAMPLE, EXAMPLE, "--format", "json")
    assert [each["status"] for each in json.loads(said.out)] == ["settled", "settled"]


def test_the_text_fits_eighty_columns_and_has_no_colour_in_a_pipe(liangfa) -> None:
    texts = [liangfa("evaluate", EXAMPLE).out, liangfa("show", "wsl-114-1-1").out]
    for text in texts:
        assert "\x1b" not in text
        assert [line for line in text.splitlines() if cell_len(line) > 80] == []


def test_the_text_gives_the_range_before_the_reasons(liangfa) -> None:
    text = liangfa("evaluate", EXAMPLE).out
    assert "某机械厂（生产经营单位）：罚款 30,000元以下，裁量阶次A（已核实）" in text
    assert text.index("30,000元以下") < text.index("理由") < text.index("没有审查")


# items, show, new-case --------------------------------------------------------------------


def test_items_lists_every_item_with_its_nearest_layer(liangfa) -> None:
    listed = json.loads(liangfa("items", "--rule-set", "cn-mem", "--format", "json").out)
    assert len(listed) >= 24
    rows = {each["id"]: each for each in listed}
    assert rows["wsl-097-7"] == {
        "id": "wsl-097-7",
        "title": "特种作业人员未经专门培训、未取得相应资格上岗作业",
        "status": "verified",
        "layer": "cn-mem",
        "effective": {"from": "2021-09-01", "until": None},
    }
    assert rows["wsl-092-1"]["layer"] == "cn"


def test_show_gives_the_figures_with_their_places(liangfa) -> None:
    text = liangfa("show", "wsl-097-7").out
    assert "罚款30,000元以下" in text and "rules/cn/items/wsl/wsl-097-7.yaml" in text
    shown = json.loads(liangfa("show", "wsl-097-7", "--format", "json").out)
    first = shown["editions"][0]["penalties"][0]
    assert first["basis"] == "《中华人民共和国安全生产法》第九十七条第（七）项"
    assert first["tiers"][0]["source"] == "应急〔2024〕90号 26-A"


def test_show_of_an_unknown_item_names_near_ones(liangfa) -> None:
    said = liangfa("show", "wsl-97-7")
    assert said.code == 2
    assert "unknown_item" in said.err and "wsl-097-7" in said.err


@pytest.mark.parametrize("item", ["wsl-097-7", "wsl-114-1-1", "hcl-101-10"])
def test_a_new_case_can_be_evaluated_as_it_is(liangfa, item: str) -> None:
    for format in ("text", "json"):
        written = liangfa("new-case", item, "--format", format)
        said = liangfa("evaluate", "-", "--format", "json", stdin=written.out.encode())
        assert (said.code, said.err) == (0, "")


def test_every_new_case_is_a_case_that_leaves_all_open() -> None:
    engine = engine_for(RULES, "yeji")
    for id, editions in engine.rule_set.items.items():
        proven = prove_item(editions[-1], engine.rule_set)
        for case in ("\n".join(case_lines(proven, engine.rule_set)), case_data(proven)):
            assert evaluate(case, engine)["outcomes"], id


# check, test ------------------------------------------------------------------------------


def test_our_rules_have_no_findings_but_listed_drafts(liangfa) -> None:
    said = liangfa("check", str(RULES), "--format", "json")
    findings = json.loads(said.out)["findings"]
    assert said.code == 0
    assert {each["severity"] for each in findings} == {"note"}
    assert set(findings[0]) >= {"code", "severity", "file", "line", "column", "message", "help"}


@pytest.fixture
def copied(tmp_path: Path) -> Path:
    """Our rules, to be spoilt."""
    return Path(shutil.copytree(RULES, tmp_path / "rules"))


def test_a_tier_above_the_statute_is_refused(liangfa, copied: Path) -> None:
    row = copied / "cn-mem" / "items" / "wsl" / "wsl-097-7.yaml"
    row.write_text(row.read_text("utf-8").replace("{max: 30000}", "{max: 130000}"), "utf-8")
    said = liangfa("check", str(copied))
    assert said.code == 1
    assert "outside_statute" in said.out
    said = liangfa("evaluate", EXAMPLE, "--rules", str(copied))
    assert (said.code, said.out) == (1, "")
    assert said.err == (
        "rules/cn-mem/items/wsl/wsl-097-7.yaml:8:55: outside_statute: "
        "阶次“A”的幅度（130,000元以下）超出法定幅度（100,000元以下）；请对照原文；基准若确实如此，应以法律为准并报告发布机关\n"
    )


def test_a_wrong_expectation_fails_the_worked_cases(liangfa, copied: Path) -> None:
    worked = next((copied / "cn-mem" / "cases").rglob("wsl-097-7.yaml"))
    worked.write_text(worked.read_text("utf-8").replace("30000", "30001"), "utf-8")
    said = liangfa("test", str(copied), "--rule-set", "cn-mem", "--format", "json")
    report = json.loads(said.out)
    assert said.code == 1 and report["failed"] >= 1
    codes = {one["code"] for each in report["cases"] for one in each["findings"]}
    assert codes == {"case_differs"}
    assert liangfa("test", str(copied), "--rule-set", "cn-mem").code == 1


def test_our_worked_cases_hold(liangfa) -> None:
    said = liangfa("test", str(RULES))
    assert said.code == 0
    assert re.search(r"^[0-9]+ 个算例通过，0 个不符。$", said.out, re.MULTILINE)
