"""`liangfa test --coverage` and `--missing`: what nothing reaches, and cases written for it."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from helpers import FICTION

COVERAGE = """\
2 个算例通过，0 个不符。
【规则】
事项：1 条，适用过 1 条，试过而不适用 0 条
处罚：1 条，适用过 1 条，试过而不适用 0 条
裁量阶次：2 条，适用过 1 条，试过而不适用 1 条
追诉期限：0 条，适用过 0 条，试过而不适用 0 条
情节：1 条，适用过 0 条，试过而不适用 0 条
程序、移送、名单：0 条，适用过 0 条，试过而不适用 0 条
【条件里的判断】
违法行为成立：1 个，为“是” 1 个，为“否” 0 个
裁量阶次：2 个，为“是” 1 个，为“否” 1 个
情节：1 个，为“是” 0 个，为“否” 0 个
【没有算例的 8 处】
  pluto/pluto/circumstances.yaml:2 plu-009：竖了警示牌（没有适用过）
  pluto/pluto-bench/items/plu/plu-001.yaml:7 plu-001/unit/A：较轻（没有试过
    而不适用）
  pluto/pluto-bench/items/plu/plu-001.yaml:8 plu-001/unit/B：较重（没有适用
    过）
  pluto/pluto/items/plu/plu-001.yaml:7 plu-001：没有围栏的冰洞1个以上（含）
    （没有为“否”的算例）
  pluto/pluto-bench/items/plu/plu-001.yaml:7 plu-001/unit/A：没有围栏的冰洞
    3个以下（含）（没有为“否”的算例）
  pluto/pluto-bench/items/plu/plu-001.yaml:8 plu-001/unit/B：没有围栏的冰洞
    超过3个（没有为“是”的算例）
  pluto/pluto/circumstances.yaml:6 plu-009：事先警示：是（没有为“是”的算例）
  pluto/pluto/circumstances.yaml:6 plu-009：事先警示：是（没有为“否”的算例）
"""
SKELETON = """\
# 补覆盖的骨架算例：事实取在界限上，预期是引擎现在的结果。
# 请逐个对照法条核算，改好名称和理由，删去“由引擎填写”的注记，再并入算例。
cases:
  - name: 冰洞没有围栏：较轻：试过而不适用
    why: 补覆盖：plu-001/unit/A 的“较轻”还没有算例见到“试过而不适用”。
    case: {item: plu-001, facts: {open_pits: 4}}
    expect:  # 由引擎填写，须人工核对
      status: settled
      outcomes:
        - {party: unit, disposition: penalize, stage: first, obligation: shall, tier: B, statutory: {min: null, max: 900}, fine: {state: imposed, min: 300, max: 900, suggested: null}}
      totals:
        - {party: unit, fine: {min: 300, max: 900}}
"""  # noqa: E501


@pytest.fixture
def pluto(in_folder: Path) -> Path:
    """The smallest fictional rules, to be changed."""
    return Path(shutil.copytree(FICTION.parent / "pluto", in_folder / "pluto"))


def texts(folder: Path) -> dict[str, str]:
    return {
        path.relative_to(folder).as_posix(): path.read_text("utf-8")
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def test_totals_and_whatever_is_missing_at_its_place(liangfa, pluto: Path) -> None:
    said = liangfa("test", "pluto", "--coverage")
    assert (said.code, said.err) == (0, "")
    assert said.out == COVERAGE


def test_without_the_option_nothing_is_said_of_coverage(liangfa, pluto: Path) -> None:
    assert liangfa("test", "pluto").out == "2 个算例通过，0 个不符。\n"
    assert "coverage" not in json.loads(liangfa("test", "pluto", "--format", "json").out)


def test_coverage_as_data_is_complete(liangfa, pluto: Path) -> None:
    found = json.loads(liangfa("test", "pluto", "--coverage", "--format", "json").out)["coverage"]
    assert found["tiers"] == {
        "total": 2,
        "fired": 1,
        "not_fired": 1,
        "rules": [
            {
                "rule_set": "pluto-bench",
                "id": f"plu-001/unit/{id}",
                "file": "pluto/pluto-bench/items/plu/plu-001.yaml",
                "line": line,
                "title": title,
                "fired": fired,
                "not_fired": not_fired,
            }
            for id, line, title, fired, not_fired in (
                ("A", 7, "较轻", 1, 0),
                ("B", 8, "较重", 0, 1),
            )
        ],
    }
    assert found["conditions"]["established"] == {
        "total": 1,
        "true": 1,
        "false": 0,
        "tests": [
            {
                "rule_set": "pluto",
                "id": "plu-001",
                "file": "pluto/pluto/items/plu/plu-001.yaml",
                "line": 7,
                "column": 32,
                "title": "冰洞没有围栏",
                "fact": "open_pits",
                "op": "at_least",
                "says": "没有围栏的冰洞1个以上（含）",
                "true": True,
                "false": False,
            }
        ],
    }


def test_skeletons_are_shown_and_nothing_is_written(liangfa, pluto: Path) -> None:
    before = texts(pluto.parent)
    said = liangfa("test", "pluto", "--missing")
    assert (said.code, said.err) == (0, "")
    assert said.out.startswith(
        COVERAGE + "【骨架算例 4 个】\n# pluto/cases/plu/plu-001-missing.yaml\n"
    )
    assert said.out.endswith(f"# pluto-bench/cases/plu/plu-001-missing.yaml\n{SKELETON}")
    assert texts(pluto.parent) == before


def test_skeletons_are_written_where_asked_and_never_over_a_file(liangfa, pluto: Path) -> None:
    before = texts(pluto)
    said = liangfa("test", "pluto", "--missing", "--out", "made")
    assert said.code == 0
    assert said.out == COVERAGE + (
        "【骨架算例 4 个】\n"
        "  已新建：made/pluto/cases/plu/plu-001-missing.yaml\n"
        "  已新建：made/pluto-bench/cases/plu/plu-001-missing.yaml\n"
    )
    made = texts(pluto.parent / "made")
    assert made["pluto-bench/cases/plu/plu-001-missing.yaml"] == SKELETON
    assert texts(pluto) == before

    (pluto.parent / "made" / "pluto" / "cases" / "plu" / "plu-001-missing.yaml").unlink()
    left = texts(pluto.parent / "made")
    again = liangfa("test", "pluto", "--missing", "--out", "made")
    assert again.code == 2
    assert again.err == (
        "made/pluto-bench/cases/plu/plu-001-missing.yaml:1:1: already_exists: "
        "文件已经存在，不覆盖；请直接改这个文件\n"
    )
    assert texts(pluto.parent / "made") == left


def test_skeletons_put_among_the_rules_fill_every_gap(liangfa, pluto: Path) -> None:
    assert liangfa("test", "pluto", "--missing", "--out", "pluto").code == 0
    said = liangfa("test", "pluto", "--missing")
    assert said.code == 0
    assert said.out.startswith("6 个算例通过，0 个不符。\n") and said.out.endswith("没有遗漏。\n")
    assert (
        json.loads(liangfa("test", "pluto", "--missing", "--format", "json").out)["missing"] == []
    )


def test_missing_as_data_holds_each_case_or_the_reason(liangfa, in_folder: Path) -> None:
    shutil.copytree(FICTION, in_folder / "rules")
    words = ("test", "rules", "--rule-set", "moon-proposal", "--missing", "--format", "json")
    found = json.loads(liangfa(*words).out)["missing"]
    reasons = {each["id"]: each["reason"] for each in found if each["worked"] is None}
    assert (
        reasons["moon-010/unit/P1"] == "找到的事实走不到这条规则，多半先被别的规则挡住，请人工编写"
    )
    assert all(each["worked"] is None or each["worked"]["expect"]["status"] for each in found)


def test_what_cannot_be_reached_is_told_with_the_reason(liangfa, in_folder: Path) -> None:
    shutil.copytree(FICTION, in_folder / "rules")
    said = liangfa("test", "rules", "--rule-set", "moon", "--missing")
    assert said.out.endswith(
        "【没有写出算例的 1 处】\n"
        "  rules/moon/items/moon/moon-013.yaml:6 moon-013：违法所得0元以上（含）（没\n"
        "    有为“否”的算例）：没有任何事实能让它为“否”\n"
    )


def test_where_to_write_without_anything_to_write(liangfa, pluto: Path) -> None:
    said = liangfa("test", "pluto", "--out", "made")
    assert (said.code, said.out) == (2, "")
    assert said.err == (
        "--out:1:1: bad_option: 没有 --missing，没有要写的算例；请一起写上 --missing\n"
    )


@pytest.mark.parametrize("out", ["made.yaml", "pluto/default"])
def test_skeletons_go_to_a_folder(liangfa, pluto: Path, out: str) -> None:
    (pluto / "default").write_text("rule_set: pluto\n", "utf-8")
    said = liangfa("test", "pluto", "--missing", "--out", out)
    assert (said.code, said.out) == (2, "")
    assert said.err == (
        f"--out:1:1: bad_option: “{out}”是文件；请写目录，每个规则集在里面各有一个目录\n"
    )


def test_nothing_to_run_is_no_success(liangfa, pluto: Path) -> None:
    said = liangfa("test", "pluto", "--rule-set", "plato")
    assert (said.code, said.out) == (2, "")
    assert said.err == (f"{pluto}:1:1: unknown_rule_set: 没有规则集“plato”；是不是想写 “pluto”？\n")
    (pluto.parent / "empty").mkdir()
    said = liangfa("test", "empty")
    assert (said.code, said.out) == (2, "")
    assert said.err == (
        "FOLDER:1:1: bad_option: 这个目录里没有规则集；规则集是含有 ruleset.yaml 的子目录\n"
    )
