"""`liangfa new-test`: a live case as a regression test, with nobody's name in it."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from helpers import FICTION, engine_for, evaluate, source_of
from hypothesis import given
from hypothesis import strategies as st

from api.settings import from_environment
from api.store import NewEvaluation, open_store
from api.store.records import PROGRAM
from engine.neutral import neutral

LIVE = """\
case:
  id: 冥冰立案〔2026〕12号
  authority: {level: county, name: 冥王星冰面局第三大队}
  parties:
    - {id: 张三冰场, kind: unit, name: 张三冰场有限公司, identifier: 9199PLUTO}
  violations:
    - {id: 东坡, act: 甲, item: plu-001, facts: {open_pits: {value: 2, evidence: 张三的笔录}, warned: null}}
"""  # noqa: E501
WRITTEN = """\
cases:
  - name: 实案：冰洞没有围栏
    why: 实际案件改写的回归算例：当事人改用代号，删去了机关名称、姓名或者名称、证件号码、证据、案号。
    case: {case: {authority: {level: county}, parties: [{id: 当事人甲, kind: unit}], violations: [{id: v1, act: a1, item: plu-001, facts: {open_pits: 2}}]}}
    expect:  # 由引擎填写，须人工核对
      status: settled
      outcomes:
        - {party: 当事人甲, disposition: penalize, stage: first, obligation: shall, tier: A, statutory: {min: null, max: 900}, fine: {state: imposed, min: null, max: 300, suggested: null}}
      totals:
        - {party: 当事人甲, fine: {min: null, max: 300}}
"""  # noqa: E501
NOTES = """\
· 当事人改称：当事人甲
· 已删去：机关名称、姓名或者名称、证件号码、证据、案号
· 日期、地区和事实照原样保留，请确认看不出是谁的案件
· 预期由引擎填写，请对照法条核对
· 已运行一次：与预期相符
"""
CASES = "pluto/pluto-bench/cases/plu/plu-001.yaml"
RULES = ("--rules", "pluto")


@pytest.fixture
def pluto(in_folder: Path) -> Path:
    """The smallest fictional rules, to be changed."""
    return Path(shutil.copytree(FICTION.parent / "pluto", in_folder / "pluto"))


def test_a_live_case_is_appended_and_holds(liangfa, pluto: Path) -> None:
    before = Path(CASES).read_text("utf-8")
    said = liangfa("new-test", "-", *RULES, stdin=LIVE.encode())
    assert (said.code, said.err) == (0, "")
    assert said.out == f"{NOTES}已修改：{CASES}\n"
    assert Path(CASES).read_text("utf-8") == before + WRITTEN.removeprefix("cases:\n")
    assert liangfa("test", "pluto").out == "3 个算例通过，0 个不符。\n"


def test_no_name_and_no_number_is_left(liangfa, pluto: Path) -> None:
    Path("live.yaml").write_text(LIVE, "utf-8")
    said = liangfa("new-test", "live.yaml", *RULES, "--format", "json")
    left = Path(CASES).read_text("utf-8") + said.out
    for word in ("张三", "9199PLUTO", "第三大队", "〔2026〕12号", "东坡"):
        assert word not in left


def test_a_dry_run_shows_the_lines_and_writes_nothing(liangfa, pluto: Path) -> None:
    Path(CASES).unlink()
    said = liangfa("new-test", "-", *RULES, "--dry-run", stdin=LIVE.encode())
    assert (said.code, said.err) == (0, "")
    assert said.out == f"# 新文件 {CASES}\n{WRITTEN}{NOTES}试运行，没有写：{CASES}\n"
    assert not Path(CASES).exists()


def test_the_same_case_under_other_names_is_recognized(liangfa, pluto: Path) -> None:
    liangfa("new-test", "-", *RULES, stdin=LIVE.encode())
    before = Path(CASES).read_text("utf-8")
    other = LIVE.replace("张三", "李四").replace("12号", "13号").replace("东坡", "西坡")
    said = liangfa("new-test", "-", *RULES, stdin=other.encode())
    assert (said.code, said.err) == (1, "")
    assert said.out == (
        f"{CASES}:12:5: duplicate_case: 已有同一案件\n"
        "  的算例“实案：冰洞没有围栏”；不必再写；要核对结果请运行 liangfa test\n"
        f"没有写：{CASES}\n"
    )
    assert Path(CASES).read_text("utf-8") == before
    # With verified rules only it is another test.
    assert liangfa("new-test", "-", *RULES, "--published-only", stdin=other.encode()).code == 0
    assert "published_only: true" in Path(CASES).read_text("utf-8")


def test_another_case_of_the_item_gets_a_name_of_its_own(liangfa, pluto: Path) -> None:
    liangfa("new-test", "-", *RULES, stdin=LIVE.encode())
    other = LIVE.replace("value: 2", "value: 9")
    found = json.loads(
        liangfa("new-test", "-", *RULES, "--format", "json", stdin=other.encode()).out
    )
    assert found["worked"]["name"] == "实案：冰洞没有围栏（2）"
    assert (found["written"], found["file"], found["findings"]) == (True, CASES, [])
    assert found["worked"]["expect"]["outcomes"][0]["tier"] == "B"


def test_a_short_case_with_an_open_answer(liangfa, pluto: Path) -> None:
    case = b'{"item": "plu-001", "facts": {"open_pits": {"from": 3, "to": 4}}}'
    words = ("new-test", "-", *RULES, "--name", "三个或者四个", "--out", "mine.yaml")
    said = liangfa(*words, stdin=case)
    assert said.code == 0
    assert said.out == (
        "· 日期、地区和事实照原样保留，请确认看不出是谁的案件\n"
        "· 预期由引擎填写，请对照法条核对\n"
        "· 已运行一次：与预期相符\n"
        f"已新建：{Path.cwd().name}/mine.yaml\n"
    )
    assert Path("mine.yaml").read_text("utf-8") == (
        "cases:\n"
        "  - name: 三个或者四个\n"
        "    why: 实际案件改写的回归算例：当事人改用代号。\n"
        "    case: {item: plu-001, facts: {open_pits: {from: 3, to: 4}}}\n"
        "    expect:  # 由引擎填写，须人工核对\n"
        "      status: open\n"
        "      missing: [open_pits]\n"
        "      outcomes:\n"
        "        - {party: unit, disposition: penalize, stage: first, obligation: shall, "
        "tier: null, statutory: {min: null, max: 900}, fine: {state: open, min: null, max: 900, "
        "suggested: null}, possible: [{disposition: penalize, stage: first, tier: A, fine: "
        "{state: imposed, min: null, max: 300}}, {disposition: penalize, stage: first, tier: B, "
        "fine: {state: imposed, min: 300, max: 900}}]}\n"
        "      totals:\n"
        "        - {party: unit, fine: {min: null, max: 900}}\n"
    )


def test_a_file_that_a_program_writes_is_left_alone(liangfa, pluto: Path) -> None:
    path = Path(CASES)
    path.write_text("# 由程序算出；改了阶次后重新生成。\n" + path.read_text("utf-8"), "utf-8")
    before = path.read_text("utf-8")
    said = liangfa("new-test", "-", *RULES, stdin=LIVE.encode())
    assert said.out == f"{NOTES}已新建：{CASES.replace('.yaml', '-live.yaml')}\n"
    assert path.read_text("utf-8") == before


@pytest.mark.parametrize(
    "other",
    [
        '{"cases": [{"name": "x", "why": "y", "case": {}, "expect": {"status": "open"}}]}',
        "items:\n  - name: x\n",
    ],
)
def test_a_file_in_another_style_is_not_touched(liangfa, pluto: Path, other: str) -> None:
    Path("other.yaml").write_text(other, "utf-8")
    said = liangfa("new-test", "-", *RULES, "--out", "other.yaml", stdin=LIVE.encode())
    assert (said.code, said.out) == (2, "")
    assert said.err == (
        f"{Path.cwd().name}/other.yaml:1:1: cannot_append: 这个文件的写法不能在末尾添加算例；"
        "请把 cases 写成每行以“  - ”开头的列表，或者用 --out 换一个文件\n"
    )
    assert Path("other.yaml").read_text("utf-8") == other


def test_a_list_that_is_not_indented_stays_so(liangfa, pluto: Path) -> None:
    path = Path(CASES)
    before = "".join(line.removeprefix("  ") for line in path.read_text("utf-8").splitlines(True))
    path.write_text(before, "utf-8")
    assert liangfa("new-test", "-", *RULES, stdin=LIVE.encode()).code == 0
    assert path.read_text("utf-8").startswith(before + "- name: 实案：冰洞没有围栏\n  why: ")
    assert liangfa("test", "pluto").out == "3 个算例通过，0 个不符。\n"


@pytest.mark.parametrize("words", [(), ("-", "--evaluation", "x")])
def test_one_case_at_a_time(liangfa, pluto: Path, words: tuple[str, ...]) -> None:
    said = liangfa("new-test", *words, *RULES, stdin=LIVE.encode())
    assert (said.code, said.out) == (2, "")
    assert said.err == (
        "new-test:1:1: bad_option: 案件文件和 --evaluation 要写一个，也只写一个；"
        "例如 liangfa new-test case.yaml\n"
    )


def test_a_case_that_cannot_be_read_is_told_as_everywhere(liangfa, pluto: Path) -> None:
    case = LIVE.replace("open_pits", "open_pit")
    said = liangfa("new-test", "-", *RULES, stdin=case.encode())
    assert said.code == 2
    assert said.err.startswith("<stdin>:7:") and ": unknown_fact: " in said.err


# From the records --------------------------------------------------------------------------


def recorded(*, fine: int = 300) -> str:
    """The id of an evaluation recorded on the rules as they are."""
    engine = engine_for(FICTION.parent / "pluto", "pluto-bench")
    result = evaluate(LIVE, engine)
    result["outcomes"][0]["fine"]["max"] = fine
    new = NewEvaluation(
        rule_set="pluto-bench",
        digest=engine.rule_set.digest,
        published_only=False,
        engine_version="0",
        case_digest=result["case_digest"],
        status=result["status"],
        items=("plu-001",),
        case=LIVE.encode(),
        result=json.dumps(result).encode(),
    )
    store = open_store(from_environment())
    try:
        return store.add_evaluation(new, PROGRAM)[0].id
    finally:
        store.close()


def test_a_recorded_evaluation_becomes_a_test(liangfa, pluto: Path, state: Path) -> None:
    words = ("new-test", "--evaluation", recorded(), *RULES, "--state", str(state))
    said = liangfa(*words)
    assert (said.code, said.err) == (0, "")
    assert said.out == f"{NOTES}已修改：{CASES}\n"
    assert Path(CASES).read_text("utf-8").endswith(WRITTEN.removeprefix("cases:\n"))


def test_a_record_that_comes_to_something_else_now_is_said(
    liangfa, pluto: Path, state: Path
) -> None:
    id = recorded(fine=200)
    said = liangfa("new-test", "--evaluation", id, *RULES, "--state", str(state), "--dry-run")
    assert "· 现在的结果与记录时不同（规则已经改过），算例写的是现在的结果\n" in said.out


def test_a_record_that_is_not_there_or_erased(liangfa, pluto: Path, state: Path) -> None:
    id = recorded()
    words = (*RULES, "--state", str(state))
    assert liangfa("new-test", "--evaluation", "x", *words).err == (
        "--evaluation:1:1: bad_option: 没有编号为“x”的评估；请核对编号\n"
    )
    store = open_store(from_environment())
    store.erase(id, PROGRAM, "依申请")
    store.close()
    assert liangfa("new-test", "--evaluation", id, *words).err == (
        f"--evaluation:1:1: bad_option: “{id}”的内容已经擦除；请换一条记录\n"
    )


# Neutral names -----------------------------------------------------------------------------

ROLES = ("unit", "responsible")
NAMES = st.lists(
    st.text("甲乙丙张三", min_size=1, max_size=4), min_size=1, max_size=12, unique=True
)


@given(NAMES)
def test_neutral_names_are_distinct_and_stay_when_taken_again(names: list[str]) -> None:
    case = {
        "case": {
            "id": "x",
            "parties": [{"id": each, "kind": "person", "name": each} for each in names],
            "violations": [{"id": each, "parties": [each], "act": each} for each in names],
            "notified": {names[-1]: 5},
        }
    }
    once = neutral(case, ROLES)
    assert len(set(once.parties.values())) == len(names)
    assert all(each.startswith("当事人") for each in once.parties.values())
    assert neutral(once.data, ROLES).data == once.data
    inner = once.data["case"]
    assert [each["parties"] for each in inner["violations"]] == [
        [each["id"]] for each in inner["parties"]
    ]
    assert inner["notified"] == {inner["parties"][-1]["id"]: 5}
    assert [each["id"] for each in inner["violations"]] == [
        f"v{number}" for number in range(1, len(names) + 1)
    ]


def test_evidence_is_left_out_of_every_form_of_a_fact() -> None:
    facts = {
        "a": {"value": 1, "evidence": "张三的笔录"},
        "b": {"from": 1, "to": None, "evidence": "张三的笔录"},
        "c": {"evidence": "张三的笔录"},
        "d": None,
        "e": 0,
    }
    found = neutral({"item": "x", "facts": facts}, ROLES)
    assert found.data == {"item": "x", "facts": {"a": 1, "b": {"from": 1}, "e": 0}}
    assert list(found.dropped) == ["证据"]


def test_neutral_names_change_no_answer() -> None:
    case = {
        "case": {
            "facts": {"employees": 9},
            "parties": [
                {"id": "月岩矿业", "kind": "unit", "name": "月岩矿业", "identifier": "9"},
                {"id": "王五", "kind": "responsible", "facts": {"hardship": {"value": True}}},
                {"id": "responsible", "kind": "responsible", "facts": {"hardship": False}},
            ],
            "notified": {"王五": 15000},
            "violations": [
                {"id": "b", "act": "y", "item": "moon-005",
                 "facts": {"untethered_workers": 4, "overdue": True}},
                {"id": "a", "act": "y", "item": "moon-007", "parties": ["月岩矿业"],
                 "facts": {"shelter_defects": 3, "shelter_missing": None}},
            ],
        }
    }  # fmt: skip
    engine = engine_for(FICTION, "moon-bench")
    found = neutral(source_of(case).data, engine.rule_set.roles)
    assert found.parties == {
        "月岩矿业": "当事人甲", "王五": "当事人乙", "responsible": "responsible",
    }  # fmt: skip
    assert list(found.dropped) == ["姓名或者名称", "证件号码"]
    before = evaluate(case, engine)
    after = evaluate(found.data, engine)
    names = {**found.parties, "b": "v1", "a": "v2"}

    def told(result: dict) -> list:
        return [
            [names.get(each["party"]["id"], each["party"]["id"]), names.get(each["violation"], ""),
             each["disposition"], each["tier"], each["fine"], each["measures"]]
            for each in result["outcomes"]
        ]  # fmt: skip

    names |= {new: new for new in names.values()}
    assert told(after) == told(before)
    assert [(each["code"], each["about"]) for each in after["warnings"]] == [
        (each["code"], names.get(each["about"], each["about"])) for each in before["warnings"]
    ]
