"""liangfa diff: folders, revisions, bundles and digests side by side, and cases tried on both."""

from __future__ import annotations

import json
import os
import pty
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from api.settings import from_environment
from api.store import Actor, NewEvaluation, open_store
from engine.bundle import digest
from engine.layering import load_bundle
from tests.changed_rules import changed_copy
from tests.cli.conftest import Liangfa
from tests.helpers import FICTION

TIERS = "moon-bench/items/moon/moon-005.yaml"
RAISED = (TIERS, "max: 10000}", "max: 12000}")
STEPPED = ("moon-bench/ruleset.yaml", "version: 2026.1.0", "version: 2026.2.0")
NAME = "《月球采矿安全法（虚构）》第五条第一款 作业人员未系安全绳（moon-005）"
CASE = {"item": "moon-005", "facts": {"untethered_workers": 1, "overdue": False}}


@pytest.fixture
def sides(in_folder: Path) -> tuple[str, str]:
    """The fictional rules and a copy with a raised tier and a version that steps."""
    shutil.copytree(FICTION, in_folder / "a" / "rules")
    changed_copy(in_folder / "b", RAISED, STEPPED)
    return "a/rules", "b/rules"


def basket(folder: Path, *lines: object) -> str:
    path = folder / "basket.jsonl"
    text = "".join(json.dumps(each, ensure_ascii=False) + "\n" for each in lines)
    path.write_text(text, "utf-8")
    return path.name


def git(folder: Path, *words: str) -> None:
    subprocess.run(
        ["git", "-c", "user.name=甲", "-c", "user.email=a@example.org", *words],
        cwd=folder,
        check=True,
        capture_output=True,
    )


# What is printed --------------------------------------------------------------------------


def test_the_text_as_a_maintainer_reads_it(
    liangfa: Liangfa, sides: tuple[str, str], in_folder: Path
) -> None:
    late = {"item": "moon-005", "facts": {"untethered_workers": 1, "overdue": True}}
    cases = basket(in_folder, CASE, late, {"item": "moon-006", "facts": {"missing_oxygen": 1}})
    said = liangfa("diff", *sides, "--cases", cases)

    assert (said.code, said.err) == (0, "")
    assert said.out == (
        "A a/rules：moon-bench 2026.1.0\n"
        "B b/rules：moon-bench 2026.2.0\n"
        "修改 1 处：实质 1 处\n"
        "【moon-bench 2026.1.0 → 2026.2.0，实质修改】\n"
        "《月球采矿安全法（虚构）》第五条第一款 作业人员未系安全绳（moon-005）\n"
        "  实质 首次查处，采矿单位，A 档（较轻）：上限 10,000 → 12,000 元\n"
        "       rules/moon-bench/items/moon/moon-005.yaml:7\n"
        "【影响：basket.jsonl】\n"
        "试了 3 个案件，结果改变的 1 个。\n"
        "  罚款升高 1 件\n"
        "哪里变了：罚款 1，建议数额 1\n"
        "采矿单位：1 处罚款改变（升高 1，降低 0），下限变动 +0 元，上限变动 +2,000 元；\n"
        "  合计 10,000元以下 → 12,000元以下\n"
        "变化最大的：\n"
        "  1. basket.jsonl:1：罚款升高\n"
        "     unit（采矿单位） 10,000元以下 → 12,000元以下\n"
    )


def test_a_version_that_does_not_step_is_refused(liangfa: Liangfa, in_folder: Path) -> None:
    changed_copy(in_folder / "b", RAISED)
    said = liangfa("diff", str(FICTION), "b/rules", "--no-cases")

    assert said.code == 1
    assert said.err == (
        "rules/moon-bench/ruleset.yaml:2:1: version_not_stepped: "
        "“moon-bench”有实质修改，版本是 2026.1.0 → 2026.1.0；"
        "版本至少写成 2026.2.0（年份更晚的也可以）\n"
    )
    assert "【moon-bench 2026.1.0 → 2026.1.0，实质修改，版本至少要到 2026.2.0】" in said.out


def test_the_same_rules_are_the_same(liangfa: Liangfa) -> None:
    said = liangfa("diff", str(FICTION), str(FICTION), "--no-cases")

    assert said.code == 0
    assert said.out.splitlines()[-1] == "两边的规则相同"


def test_json_is_the_same_every_time(liangfa: Liangfa, sides: tuple[str, str]) -> None:
    first, second = (liangfa("diff", *sides, "--format", "json") for _ in range(2))
    data = json.loads(first.out)

    assert first.out == second.out
    assert data["format"] == "liangfa-difference/1"
    assert data["counts"] == {"substantive": 1, "correction": 0, "wording": 0}
    assert data["changes"][0]["says"] == (
        f"{NAME}，首次查处，采矿单位，A 档（较轻）：上限 10,000 → 12,000 元"
    )
    assert data["changes"][0]["before"] == {
        "file": "rules/moon-bench/items/moon/moon-005.yaml",
        "line": 7,
    }
    assert data["impact"]["basket"] == "两边的算例"
    assert data["impact"]["changed"] == sum(data["impact"]["directions"].values())


def test_the_page_needs_nothing_and_runs_nothing(liangfa: Liangfa, in_folder: Path) -> None:
    evil = ("moon/items/moon/moon-005.yaml", "作业人员未系安全绳", "<script>alert(1)</script>")
    changed_copy(in_folder / "b", evil, RAISED)
    cases = basket(in_folder, CASE)
    said = liangfa("diff", str(FICTION), "b/rules", "--cases", cases, "--format", "html")

    assert said.code == 1
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in said.out
    for active in ("<script", "src=", "href=", "http:", "https:", "@import", "url("):
        assert active not in said.out
    assert "上限 10,000 → 12,000 元" in said.out
    assert "<td>罚款升高</td>" in said.out


def test_it_can_be_written_to_a_file(
    liangfa: Liangfa, sides: tuple[str, str], in_folder: Path
) -> None:
    printed = liangfa("diff", *sides, "--no-cases").out
    said = liangfa("diff", *sides, "--no-cases", "--output", "out.txt")

    assert said.out == ""
    assert (in_folder / "out.txt").read_text("utf-8") == printed


# Where rules come from --------------------------------------------------------------------


def test_revisions_of_git(
    liangfa: Liangfa, in_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree(FICTION, in_folder / "law" / "rules")
    git(in_folder / "law", "init", "-q")
    git(in_folder / "law", "add", ".")
    git(in_folder / "law", "commit", "-qm", "一")
    shutil.rmtree(in_folder / "law" / "rules")
    changed_copy(in_folder / "law", RAISED, STEPPED)
    monkeypatch.chdir(in_folder / "law")
    folder = liangfa("diff", "HEAD", "rules", "--no-cases")
    git(in_folder / "law", "commit", "-qam", "二")
    named = liangfa("diff", "HEAD~1:rules", "HEAD:rules", "--no-cases")

    assert "上限 10,000 → 12,000 元" in folder.out
    assert folder.out.splitlines()[2:] == named.out.splitlines()[2:]
    missing = liangfa("diff", "HEAD:nowhere", "rules")
    assert missing.code == 2
    assert missing.err == (
        "HEAD:nowhere:1:1: unknown_source: 这个版本里没有目录“nowhere”；"
        "规则在别处的，写成 版本:目录，例如 HEAD:rules\n"
    )


@pytest.mark.parametrize("name", ["nowhere", "--help-me", "HEAD~99999"])
def test_what_is_nothing_is_said_to_be_nothing(
    liangfa: Liangfa, in_folder: Path, name: str
) -> None:
    said = liangfa("diff", "--", name, str(FICTION))

    assert said.code == 2
    assert said.err == (
        f"{name}:1:1: unknown_source: "
        "没有这样的目录、规则包文件，当前目录所在的 git 库里也没有这个版本；"
        "请写规则目录、规则包、sha256:摘要，或者 HEAD~1 之类\n"
    )


def test_without_git_a_folder_is_asked_for(
    liangfa: Liangfa, in_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(in_folder))
    said = liangfa("diff", "HEAD", str(FICTION))

    assert said.code == 2
    assert said.err == (
        "HEAD:1:1: no_git: 不是目录或者文件，也没有安装 git 来读取版本；请给出规则目录\n"
    )


def test_a_bundle_and_a_digest(
    liangfa: Liangfa, sides: tuple[str, str], in_folder: Path, state: Path
) -> None:
    content = load_bundle(in_folder / "a/rules", "moon-bench").content()
    (in_folder / "moon.bundle").write_bytes(content)
    store = open_store(from_environment())
    store.put_bundle(digest(content), "moon-bench", "2026.1.0", False, content)
    store.close()
    of_bundle = liangfa("diff", "moon.bundle", sides[1], "--no-cases")
    of_digest = liangfa("diff", digest(content), sides[1], "--no-cases", "--state", "state")

    assert "上限 10,000 → 12,000 元" in of_bundle.out
    assert of_bundle.out.partition("\nB ")[2] == of_digest.out.partition("\nB ")[2]
    alone = liangfa("diff", "moon.bundle", "moon.bundle")
    assert "没有案件可试" in alone.out
    none = "sha256:" + "00" * 32
    unknown = liangfa("diff", none, sides[1], "--state", "state")
    assert unknown.code == 2
    assert unknown.err == (
        f"{none}:1:1: unknown_digest: 记录里没有这个摘要的规则；摘要见结果的 rule_set.digest\n"
    )


def test_a_file_that_is_no_bundle_is_named(liangfa: Liangfa, in_folder: Path) -> None:
    (in_folder / "cut.bundle").write_bytes(load_bundle(FICTION, "moon").content()[:-9])
    said = liangfa("diff", "cut.bundle", str(FICTION))

    assert said.code == 2
    assert said.err == (
        "cut.bundle:1:1: bad_bundle: 不是规则集的规范文本（RFC 8785）；"
        "请从记录里重新取出，不要改动\n"
    )


@pytest.mark.parametrize("name", ["sha256:00", "sha256:", "sha256:" + "AB" * 32])
def test_a_digest_that_is_none(liangfa: Liangfa, in_folder: Path, name: str) -> None:
    said = liangfa("diff", name, str(FICTION))

    assert said.code == 2
    assert said.err == (
        f"{name}:1:1: bad_digest: 摘要写得不对，sha256: 后面应当是 64 个小写的十六进制数字；"
        "请从结果的 rule_set.digest 完整抄下来\n"
    )


def test_a_rule_set_that_a_bundle_has_not(liangfa: Liangfa, in_folder: Path) -> None:
    """The folder that it is unpacked to is not shown."""
    content = load_bundle(FICTION, "moon-bench").content()
    (in_folder / "moon.bundle").write_bytes(content)
    said = liangfa("diff", "moon.bundle", str(FICTION), "--rule-set", "moonbench")

    assert said.code != 0
    assert said.err.startswith("moon.bundle:1:1: unknown_rule_set: 没有规则集“moonbench”")


def test_the_rule_set_can_be_named(liangfa: Liangfa, sides: tuple[str, str]) -> None:
    said = liangfa("diff", *sides, "--rule-set", "moon", "--no-cases")

    assert said.code == 0
    assert said.out == "A a/rules：moon 2026.1.0\nB b/rules：moon 2026.1.0\n两边的规则相同\n"


def test_rules_that_do_not_load_say_on_which_side(liangfa: Liangfa, in_folder: Path) -> None:
    changed_copy(in_folder / "b", (TIERS, "{at_most: 2}", "{at_most: zwei}"))
    said = liangfa("diff", str(FICTION), "b/rules")

    assert said.code == 1
    assert "wrong_type" in said.err
    assert "（B b/rules）；" in said.err


def test_two_different_rule_sets_are_said_to_be_so(
    liangfa: Liangfa, sides: tuple[str, str], in_folder: Path
) -> None:
    (in_folder / "b/rules/default.yaml").write_text("rule_set: moon-round\n", "utf-8")
    said = liangfa("diff", *sides, "--no-cases")

    assert "（两边不是同一个规则集；要比同一个，请用 --rule-set 写明）" in said.out.replace(
        "\n", ""
    )


# Where cases come from --------------------------------------------------------------------


def test_worked_cases_of_a_folder(
    liangfa: Liangfa, sides: tuple[str, str], in_folder: Path
) -> None:
    (in_folder / "cases").mkdir()
    worked = {
        "cases": [{"name": "一人", "why": "虚构", "case": CASE, "expect": {"status": "settled"}}]
    }
    (in_folder / "cases/one.yaml").write_text(json.dumps(worked, ensure_ascii=False), "utf-8")
    (in_folder / "cases/two.yml").write_text(json.dumps(CASE), "utf-8")
    (in_folder / "cases/zero.json").write_text(json.dumps(CASE), "utf-8")
    (in_folder / "cases/three.jsonl").write_text(f"{json.dumps(CASE)}\n\n{{\n", "utf-8")
    said = liangfa("diff", *sides, "--cases", "cases", "--format", "json")
    impact = json.loads(said.out)["impact"]

    assert (impact["cases"], impact["changed"], impact["unreadable"]) == (5, 4, 1)
    assert [each["name"] for each in impact["largest"]] == [
        "one.yaml 一人",
        "three.jsonl:1",
        "two.yml",
        "zero.json",
    ]
    assert impact["named"]["unreadable"][0]["name"] == "three.jsonl:3"


def test_cases_on_standard_input(liangfa: Liangfa, sides: tuple[str, str]) -> None:
    stdin = f"{json.dumps(CASE)}\n".encode() * 2
    said = liangfa("diff", *sides, "--cases", "-", "--format", "json", stdin=stdin)
    impact = json.loads(said.out)["impact"]

    assert (impact["basket"], impact["cases"], impact["changed"]) == ("标准输入", 2, 2)
    assert impact["largest"][0]["name"] == "<stdin>:1"


def test_a_folder_without_cases(liangfa: Liangfa, sides: tuple[str, str], in_folder: Path) -> None:
    (in_folder / "empty").mkdir()
    said = liangfa("diff", *sides, "--cases", "empty")

    assert said.code == 2
    assert said.err == (
        "empty:1:1: no_cases: 目录里没有 .yaml、.yml、.json 或者 .jsonl 文件；"
        "请给出有案件的文件或者目录\n"
    )


def test_rules_are_no_cases(liangfa: Liangfa, sides: tuple[str, str], in_folder: Path) -> None:
    for cases in (in_folder / "a/rules").glob("*/cases"):
        shutil.rmtree(cases)
    help = "案件有 item 和 facts，或者在 case、cases 下面；请给出有案件的文件或者目录\n"
    for name, says in (
        ("a/rules", "这里的文件没有一个是案件"),
        ("a/rules/moon/facts.yaml", "这个文件不是案件"),
        ("a/rules/moon/items/moon/moon-005.yaml", "这个文件不是案件"),
    ):
        said = liangfa("diff", *sides, "--cases", name)
        assert (said.code, said.out) == (2, "")
        assert said.err == f"{name}:1:1: no_cases: {says}；{help}"
    (in_folder / "a/rules/late.yaml").write_text("facts: {overdue: true}\n", "utf-8")
    assert liangfa("diff", *sides, "--cases", "a/rules").code == 0


def test_worked_cases_that_no_longer_fit_are_told(
    liangfa: Liangfa, sides: tuple[str, str], in_folder: Path
) -> None:
    (in_folder / "a/rules/moon/cases/old.yaml").write_text("cases: [{expected: 1}]\n", "utf-8")
    said = liangfa("diff", *sides, "--format", "json")

    assert [each["name"] for each in json.loads(said.out)["impact"]["named"]["unreadable"]] == [
        "rules/moon/cases/old.yaml"
    ]


def test_recorded_cases(liangfa: Liangfa, sides: tuple[str, str], state: Path) -> None:
    store = open_store(from_environment())
    officer = Actor("k1", "王某", "officer", "月面")
    added = [
        store.add_evaluation(
            NewEvaluation(
                rule_set, "sha256:" + "a" * 64, False, "0.1.0", "b" * 64, "settled", ("moon-005",),
                json.dumps(CASE).encode(), b"{}",
            ),
            officer,
        )[0]
        for rule_set in ("moon-bench", "moon-bench", "moon-bench", "moon")
    ]  # fmt: skip
    store.erase(added[1].id, officer, "当事人请求")
    store.close()
    said = liangfa("diff", *sides, "--store", "--state", "state", "--format", "json")
    impact = json.loads(said.out)["impact"]

    assert (impact["cases"], impact["changed"]) == (2, 2)
    assert [each["name"] for each in impact["largest"]] == [added[2].id, added[0].id]


def test_another_day_is_said_aloud(
    liangfa: Liangfa, sides: tuple[str, str], in_folder: Path
) -> None:
    cases = basket(in_folder, CASE)
    early = liangfa("diff", *sides, "--cases", cases, "--as-of", "2024-12-31", "--format", "json")
    late = liangfa("diff", *sides, "--cases", cases, "--as-of", "2025-01-01", "--format", "json")

    assert json.loads(early.out)["impact"]["changed"] == 0  # the tiers are not yet in force
    assert json.loads(late.out)["impact"]["changed"] == 1
    assert json.loads(late.out)["impact"]["assumed"] == (
        "假定各个案件的行为发生在 2025-01-01：其他各日随之平移，间隔不变；"
        "没有写日期的，行为和决定都按这一天；作为事实填写的日期没有移动"
    )


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (
            ("--store", "--no-cases"),
            "--cases:1:1: bad_option: --cases、--store、--no-cases 只能写一个；请删去多余的\n",
        ),
        (
            ("--as-of", "2026-02-30"),
            "--as-of:1:1: bad_option: “2026-02-30”不是日历上的日子；请写成 2026-03-02 这样的日期\n",
        ),
        (
            ("--as-of", "2026-03-02", "--no-cases"),
            "--as-of:1:1: bad_option: 不看影响，--as-of 就没有用处；"
            "请删去 --no-cases 或者 --as-of\n",
        ),
        (
            ("--cases", "nowhere.jsonl"),
            "nowhere.jsonl:1:1: no_such_file: 没有这个文件或者目录；请检查路径\n",
        ),
        (
            ("--store", "--state", "nowhere"),
            "--state:1:1: bad_option: “nowhere”里没有记录；请用 --state 写明服务的数据目录\n",
        ),
    ],
)
def test_options_that_cannot_be(
    liangfa: Liangfa, sides: tuple[str, str], words: tuple[str, ...], message: str
) -> None:
    said = liangfa("diff", *sides, *words)

    assert (said.code, said.err) == (2, message)


# Progress ---------------------------------------------------------------------------------


def test_progress_on_a_terminal_and_never_on_pipes(sides: tuple[str, str], in_folder: Path) -> None:
    command = [
        sys.executable,
        "-m",
        "api.cli.app",
        "diff",
        *sides,
        "--cases",
        basket(in_folder, CASE),
    ]
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2]), "TERM": "xterm"}
    piped = subprocess.run(command, capture_output=True, env=environment, check=True)
    master, slave = pty.openpty()
    shown = subprocess.run(
        command, stdout=subprocess.PIPE, stderr=slave, env=environment, check=True
    )
    os.close(slave)
    terminal = os.read(master, 65536).decode()
    os.close(master)

    assert piped.stderr == b""
    assert shown.stdout == piped.stdout
    assert "试算" in terminal
