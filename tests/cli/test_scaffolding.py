"""Making rule files: where they go, what they say, and that nothing else moves."""

from __future__ import annotations

import itertools
import json
import shutil
from pathlib import Path

import pytest
from helpers import FICTION, ROOT, RULES

from api.scaffolding.changes import Change, write
from api.scaffolding.editions import new_edition
from api.scaffolding.items import new_item
from engine.checking import check
from engine.dates import day_number
from engine.faults import InputFault
from engine.layering import load_rule_set
from engine.schemas import violations
from engine.source import parse

PRACTICE = ROOT / "tests" / "fixtures" / "maintainer" / "rules"
ITEM = "mercury/items/mer/mer-021-3.yaml"
OVERLAY = "mercury-bench/items/mer/mer-021-3.yaml"


@pytest.fixture
def rules(tmp_path: Path) -> Path:
    """The fictional rules of the maintainer's guide, to be changed."""
    return Path(shutil.copytree(PRACTICE, tmp_path / "rules"))


@pytest.fixture
def moon(tmp_path: Path) -> Path:
    """The fictional rules of the Moon, to be changed."""
    return Path(shutil.copytree(FICTION, tmp_path / "moon" / "rules"))


def texts(rules: Path) -> dict[str, str]:
    """Every file of a folder (hidden ones too), by its path."""
    return {
        path.relative_to(rules).as_posix(): path.read_text("utf-8")
        for path in sorted(rules.rglob("*"))
        if path.is_file()
    }


def changed(before: dict[str, str], after: dict[str, str]) -> set[str]:
    return {name for name in {*before, *after} if before.get(name) != after.get(name)}


# new-item ---------------------------------------------------------------------------------

NEW_ITEM = """\
# yaml-language-server: $schema=../../../../schemas/editor/items.schema.json
# 水星地表作业条例（虚构）：《水星地表作业条例（虚构）》第二十一条第（四）项
# 照法条填：改掉“待填”和 fill_in，去掉要用的行前面的“# ”。填完以前，规则集不能加载。
id: mer-021-4
# 违法行为的名称，用法条的词
title: 待填
# 施行的第一天；有最后一天的，写成 {from: "…", until: "…"}
effective: {from: "2025-01-01"}
# 逐字对照法条以后改成 verified
status: draft
# 照哪份文件写的；对照以后写明怎样对照和哪一天（on）
# checked: text 条文、page 网页、memory 记忆、decision 决定书
sources: [{document: 水星地表作业条例（虚构）（2025年）}]
# 违反的是哪一条（写明义务的那一条，不是罚则）
# violates: [{law: mer, article: 条号}]
# 什么事实成立，就有这个违法行为；事实的名字见 liangfa facts，没有的先写进 facts.yaml
established_when: {fill_in: {is: true}}
# 每一种当事人、每一个阶段写一条
penalties:
  - id: unit-first
    # 罚谁，terms.yaml 里的身份：unit、foreman
    party: unit
    # 阶段：first 发现即罚、overdue 逾期未改正、refused 拒不改正、
    # accident 造成事故、continued 按日连续、any 任一阶段
    stage: first
    # 罚则在哪一条、款、项
    basis: {law: mer, article: 21, item: 4}
    # shall 应当，may 可以
    obligation: shall
    # 措施和罚款至少写一样；数额照法条写，不能推算
    # measures: [{kind: rectify-in-time, nature: order}]
    # fine: {min: 下限, max: 上限}
""".replace("水星地表作业条例（虚构）：", "")


def test_a_new_item_has_its_place_after_the_law(liangfa, rules: Path) -> None:
    before = texts(rules)
    said = liangfa("new-item", "mer-021-4", "--rules", str(rules))
    path = "mercury/items/mer/mer-021-4.yaml"
    assert (said.code, said.err) == (0, "")
    assert said.out == (
        "· 待填：rules/mercury/items/mer/mer-021-4.yaml:6:1\n"
        "· 待填：rules/mercury/items/mer/mer-021-4.yaml:17:20\n"
        "· 待填：rules/mercury/items/mer/mer-021-4.yaml:31:5\n"
        "· 填完以前规则集不能加载，liangfa check 会报出没有填的地方\n"
        "已新建：rules/mercury/items/mer/mer-021-4.yaml\n"
    )
    assert changed(before, texts(rules)) == {path}
    assert (rules / path).read_text("utf-8") == NEW_ITEM


def test_a_new_item_fits_its_schema_but_is_no_law_until_it_is_filled_in(
    liangfa, rules: Path
) -> None:
    liangfa("new-item", "mer-021-4", "--title", "没有带水（虚构）", "--rules", str(rules))
    path = rules / "mercury" / "items" / "mer" / "mer-021-4.yaml"
    assert violations(parse(path.read_bytes(), "x"), "item") == []
    assert {each.code for each in check(rules)} >= {"unknown_fact", "empty_penalty"}
    filled = path.read_text("utf-8").replace("fill_in", "unshaded_workers")
    filled = filled.replace("{is: true}", "{at_least: 1}").replace("    # fine:", "    fine:")
    path.write_text(filled.replace("min: 下限, max: 上限", "max: 9000"), "utf-8")
    item = load_rule_set(rules, "mercury").items["mer-021-4"][0]
    assert (item.title, item.status) == ("没有带水（虚构）", "draft")


def test_the_schema_of_the_first_line_is_there(liangfa, tmp_path: Path) -> None:
    said = liangfa("new-item", "wsl-097-8", "--dry-run", "--format", "json")
    [file] = json.loads(said.out)["files"]
    head = file["text"].splitlines()[0]
    at = RULES.parent / Path(file["file"]).parent / head.partition("$schema=")[2]
    assert at.resolve().is_file()
    assert not (RULES / "cn" / "items" / "wsl" / "wsl-097-8.yaml").exists()


@pytest.mark.parametrize(
    ("id", "basis"),
    [
        # The second number is an item (项) in article 97 and a paragraph (款) in article 92.
        ("wsl-097-8", "{law: wsl, article: 97, item: 8}"),
        ("wsl-092-3", "{law: wsl, article: 92, paragraph: 3}"),
        ("wsl-114-1-5", "{law: wsl, article: 114, paragraph: 1, item: 5}"),
        ("wsl-120", "{law: wsl, article: 120}"),
        ("wsl-097-8b", "{law: wsl, article: 97, item: 8}"),
    ],
)
def test_an_id_is_read_as_the_law_counts(liangfa, id: str, basis: str) -> None:
    said = liangfa("new-item", id, "--dry-run")
    assert f"    basis: {basis}\n" in said.out


def test_a_new_item_of_every_law_fits_the_schema() -> None:
    rule_set = load_rule_set(RULES, "yeji")
    for law in rule_set.laws:
        change = new_item(f"{law}-999-1-1", None, RULES, None, rule_set)
        assert change.path.parent.name == law
        assert violations(parse(change.after.encode(), "x"), "item") == []


@pytest.mark.parametrize(
    ("id", "message"),
    [
        ("mer-21-4", "ITEM:1:1: bad_item_id: “mer-21-4”：条号写三位数；请写成“mer-021-4”"),
        (
            "met-021-4",
            "ITEM:1:1: bad_item_id: “met-021-4”：laws.yaml 里没有前缀“met”；是不是想写 “mer”？",
        ),
        (
            "../mer-021-4",
            "ITEM:1:1: bad_item_id: “../mer-021-4”：编号的写法不对；"
            "写成 法律前缀-条号(-款)(-项)，例如 wsl-097-8；同一项里有几个行为的，末尾加 a、b",
        ),
        (
            "mer-000",
            "ITEM:1:1: bad_item_id: “mer-000”：编号的写法不对；"
            "写成 法律前缀-条号(-款)(-项)，例如 wsl-097-8；同一项里有几个行为的，末尾加 a、b",
        ),
        (
            "mer-021-3",
            "rules/mercury/items/mer/mer-021-3.yaml:1:1: already_exists: "
            "文件已经存在，不覆盖；请直接改这个文件",
        ),
    ],
)
def test_an_id_that_is_none_is_refused(liangfa, rules: Path, id: str, message: str) -> None:
    before = texts(rules)
    said = liangfa("new-item", id, "--rules", str(rules))
    assert (said.code, said.out, said.err) == (2, "", message + "\n")
    assert texts(rules) == before


def test_an_item_of_another_layer_is_not_made_twice(liangfa, rules: Path) -> None:
    said = liangfa("new-item", "mer-021-3", "--rules", str(rules), "--rule-set", "mercury-bench")
    assert said.code == 2
    assert "规则里已有这个事项；新的版本用 new-edition" in said.err


# new-edition ------------------------------------------------------------------------------


def edition(liangfa, rules: Path, item: str, day: str, *options: str):
    return liangfa("new-edition", item, "--from", day, "--rules", str(rules), *options)


def test_a_new_edition_ends_the_old_one_the_day_before(liangfa, rules: Path) -> None:
    before = texts(rules)
    said = edition(liangfa, rules, "mer-021-3", "2027-01-01")
    assert (said.code, said.err) == (0, "")
    assert said.out == (
        "rules/mercury/items/mer/mer-021-3@2027-01-01.yaml:2:1: draft: “mer-021-3”未\n"
        "  经核实；取得原文核对后改为 verified\n"
        "· laws.yaml 里《水星地表作业条例（虚构）》没有 2027-01-01 起施行的版本，法律\n"
        "  修改了的请补上（rules/mercury/laws.yaml:2:3）\n"
        "· 3 个算例没有写行为日，改按新版本计算，请核对：\n"
        "  rules/mercury/cases/mer/mer-021-3.yaml\n"
        "已修改：rules/mercury/items/mer/mer-021-3.yaml\n"
        "已新建：rules/mercury/items/mer/mer-021-3@2027-01-01.yaml\n"
    )
    after = texts(rules)
    new = "mercury/items/mer/mer-021-3@2027-01-01.yaml"
    assert changed(before, after) == {ITEM, new}
    old = before[ITEM]
    first = 'effective: {from: "2025-01-01"}'
    assert after[ITEM] == old.replace(first, 'effective: {from: "2025-01-01", until: "2026-12-31"}')
    head, _, rest = after[new].partition("\n")
    assert head.endswith("schemas/editor/items.schema.json")
    # What nobody has compared with the new text is a draft.
    assert rest == old.replace(first, 'effective: {from: "2027-01-01"}').replace(
        "status: verified", "status: draft"
    )
    days = [each.period.document() for each in load_rule_set(rules, "mercury").items["mer-021-3"]]
    assert days == [
        {"from": "2025-01-01", "until": "2026-12-31"},
        {"from": "2027-01-01", "until": None},
    ]


def test_comments_and_a_block_layout_stay(liangfa, rules: Path) -> None:
    path = rules / ITEM
    text = path.read_text("utf-8").replace(
        'effective: {from: "2025-01-01"}',
        "effective:\n  # 公布的施行日\n  from: '2025-01-01'  # 第三十条",
    )
    path.write_bytes(text.replace("\n", "\r\n").encode())
    assert edition(liangfa, rules, "mer-021-3", "2027-01-01").code == 0
    ended = path.read_bytes().decode()
    line = "  from: '2025-01-01'  # 第三十条\r\n"
    assert line + '  until: "2026-12-31"\r\n' in ended
    assert ended.replace('  until: "2026-12-31"\r\n', "") == text.replace("\n", "\r\n")
    opened = path.with_name("mer-021-3@2027-01-01.yaml").read_bytes().decode()
    assert '  # 公布的施行日\r\n  from: "2027-01-01"  # 第三十条\r\n' in opened


def test_an_edition_between_two_ends_where_the_later_begins(liangfa, moon: Path) -> None:
    said = edition(liangfa, moon, "moon-016", "2022-07-01", "--rule-set", "moon")
    assert said.code == 0
    days = [each.period.document() for each in load_rule_set(moon, "moon").items["moon-016"]]
    assert days == [
        {"from": "2020-01-01", "until": "2022-06-30"},
        {"from": "2022-07-01", "until": "2025-12-31"},
        {"from": "2026-01-01", "until": None},
    ]


def test_of_every_item_we_have_only_the_days_and_the_status_change() -> None:
    rule_set = load_rule_set(RULES, "yeji")
    day = day_number("2031-07-01")
    for editions in list(rule_set.items.values())[::3]:
        old = editions[-1]
        try:
            made = new_edition(editions, day, RULES, rule_set)
        except InputFault as fault:
            assert f"依照“{old.id}”处罚" in str(fault)
            continue
        written = parse((RULES.parent / old.ref.place.file).read_bytes(), "old").data
        *ended, opened = (parse(each.after.encode(), "new").data for each in made.changes)
        assert opened == {
            **written,
            "effective": {"from": "2031-07-01"},
            "status": "draft" if old.status == "verified" else old.status,
        }
        if old.period.end is None:
            begun = written["effective"]["from"]
            assert ended == [{**written, "effective": {"from": begun, "until": "2031-06-30"}}]
        else:
            assert ended == []


def test_what_has_ended_already_is_left_as_it_is(liangfa, rules: Path) -> None:
    path = rules / ITEM
    text = path.read_text("utf-8").replace('"2025-01-01"}', '"2025-01-01", until: "2026-03-31"}')
    path.write_text(text, "utf-8")
    assert edition(liangfa, rules, "mer-021-3", "2027-01-01").code == 0
    assert path.read_text("utf-8") == text
    days = [each.period.document() for each in load_rule_set(rules, "mercury").items["mer-021-3"]]
    assert days[1] == {"from": "2027-01-01", "until": None}


@pytest.mark.parametrize(
    ("day", "message"),
    [
        (
            "2025-01-01",
            "--from:1:1: bad_edition_day: “mer-021-3”最早的版本 2025-01-01 才施行；"
            "请写那一天以后的日子",
        ),
        (
            "2027-02-29",
            "--from:1:1: bad_option: “2027-02-29”不是日历上的日子；请写成 2026-03-02 这样的日期",
        ),
    ],
)
def test_a_day_that_cannot_be_is_refused(liangfa, rules: Path, day: str, message: str) -> None:
    before = texts(rules)
    said = edition(liangfa, rules, "mer-021-3", day)
    assert (said.code, said.out, said.err) == (2, "", message + "\n")
    assert texts(rules) == before


def test_the_same_edition_is_not_made_twice(liangfa, moon: Path) -> None:
    said = edition(liangfa, moon, "moon-016", "2026-01-01", "--rule-set", "moon")
    assert (said.code, said.err) == (
        2,
        "--from:1:1: bad_edition_day: 已有从这一天起施行的版本；请直接改那一份文件\n",
    )


@pytest.mark.parametrize(
    "days",
    [
        'effective: {until: "2026-03-31", from: "2025-01-01"}',
        "effective:\n  until: '2026-03-31'\n  from: '2025-01-01'  # 第三十条",
    ],
)
def test_the_last_day_may_stand_before_the_first(liangfa, rules: Path, days: str) -> None:
    path = rules / ITEM
    text = path.read_text("utf-8").replace('effective: {from: "2025-01-01"}', days)
    path.write_text(text, "utf-8")
    assert edition(liangfa, rules, "mer-021-3", "2027-01-01").code == 0
    opened = path.with_name("mer-021-3@2027-01-01.yaml").read_text("utf-8")
    assert "until" not in opened and 'from: "2027-01-01"' in opened
    rest = opened.partition("\n")[2].splitlines()[-12:]
    assert rest == text.splitlines()[-12:]


def test_undated_cases_of_every_layer_are_named(liangfa, rules: Path) -> None:
    case = "{item: mer-021-3, facts: {unshaded_workers: 1, overdue: false}"
    dated = '{case: {violations: [{id: v, item: mer-021-3, dates: {acted_on: "2026-12-01"}}]}}'
    more = rules / "mercury-bench" / "cases" / "mer" / "mer-021-3-live.yaml"
    more.parent.mkdir(parents=True, exist_ok=True)
    cases = (f"{case}}}", f'{case}, dates: {{acted_on: "2026-12-01"}}}}', dated)
    entries = "".join(
        f"  - {{name: 第{number}件, why: 虚构, case: {each}, expect: {{status: settled}}}}\n"
        for number, each in enumerate(cases)
    )
    more.write_text(f"cases:\n{entries}", "utf-8")
    said = edition(liangfa, rules, "mer-021-3", "2027-01-01", "--dry-run", "--format", "json")
    notes = [each for each in json.loads(said.out)["notes"] if "算例" in each]
    assert notes == [
        "3 个算例没有写行为日，改按新版本计算，请核对：rules/mercury/cases/mer/mer-021-3.yaml",
        "1 个算例没有写行为日，改按新版本计算，请核对："
        "rules/mercury-bench/cases/mer/mer-021-3-live.yaml",
    ]


def test_what_leans_on_an_item_needs_its_new_edition_first(liangfa, rules: Path) -> None:
    other = (rules / ITEM).read_text("utf-8").replace("id: mer-021-3", "id: mer-022")
    other = (
        other[: other.index("    measures")]
        + "    refers_to: {item: mer-021-3, penalty: unit-first}\n"
    )
    (rules / "mercury" / "items" / "mer" / "mer-022.yaml").write_text(other, "utf-8")
    load_rule_set(rules, "mercury")
    before = texts(rules)
    said = edition(liangfa, rules, "mer-021-3", "2027-01-01")
    assert (said.code, said.out) == (2, "")
    assert said.err == (
        "--from:1:1: bad_edition_day: mer-022 依照“mer-021-3”处罚，施行期跨过这一天；"
        "请先给它们各开一个从 2027-01-01 起的版本，再开本事项的\n"
    )
    assert texts(rules) == before
    assert edition(liangfa, rules, "mer-022", "2027-01-01").code == 0
    assert edition(liangfa, rules, "mer-021-3", "2027-01-01").code == 0
    load_rule_set(rules, "mercury")


# add-row ----------------------------------------------------------------------------------


def row(liangfa, rules: Path, tier: str, when: str, *options: str, penalty: str = "unit-first"):
    words = ["add-row", "mer-021-3", penalty, "--rules", str(rules)]
    words += ["--rule-set", "mercury-bench", "--tier", tier, "--when", when]
    words += ["--document", "水作〔虚构〕7号", "--row", f"21-3-{tier}", *options]
    return liangfa(*words)


NEW = ("--from", "2026-12-01", "--status", "verified")


def test_rows_in_any_order_make_an_ascending_table(liangfa, rules: Path) -> None:
    before = texts(rules)
    first = row(
        liangfa,
        rules,
        "B",
        "unshaded_workers: {at_least: 2, below: 5}",
        *NEW,
        "--min",
        "10000",
        "--max",
        "30000",
    )
    assert (first.code, first.err) == (0, "")
    assert first.out.endswith("已新建：rules/mercury-bench/items/mer/mer-021-3.yaml\n")
    assert changed(before, texts(rules)) == {OVERLAY}
    assert (
        row(
            liangfa,
            rules,
            "C",
            "unshaded_workers: {at_least: 5}",
            "--status",
            "verified",
            "--min",
            "30000",
            "--max",
            "50000",
        ).code
        == 0
    )
    last = row(
        liangfa,
        rules,
        "A",
        "{unshaded_workers: {is: 1}}",
        "--status",
        "verified",
        "--max",
        "10000",
        "--complete",
    )
    assert (last.code, last.out) == (0, "已修改：rules/mercury-bench/items/mer/mer-021-3.yaml\n")
    rows = (
        ("A", "{is: 1}", "{max: 10000}"),
        ("B", "{at_least: 2, below: 5}", "{min: 10000, max: 30000}"),
        ("C", "{at_least: 5}", "{min: 30000, max: 50000}"),
    )
    assert texts(rules)[OVERLAY] == (
        "# yaml-language-server: $schema=../../../../schemas/editor/items.schema.json\n"
        "overlays: mer-021-3\n"
        'effective: {from: "2026-12-01"}\n'
        "penalties:\n"
        "  unit-first:\n"
        "    rows: complete\n"
        "    tiers:\n"
    ) + "".join(
        f"      - {{id: {id}, when: {{unshaded_workers: {when}}}, fine: {fine}, status: verified, "
        f"source: {{document: 水作〔虚构〕7号, row: 21-3-{id}}}}}\n"
        for id, when, fine in rows
    )
    assert not [each for each in check(rules) if each.severity != "note"]


ROWS = {
    "A": ("unshaded_workers: {is: 1}", ("--max", "10000")),
    "B": ("unshaded_workers: {at_least: 2, below: 5}", ("--min", "10000", "--max", "30000")),
    "C": ("unshaded_workers: {at_least: 5}", ("--min", "30000", "--max", "50000")),
}


@pytest.mark.parametrize("order", list(itertools.permutations(ROWS)), ids="".join)
def test_the_order_of_entry_does_not_matter(liangfa, rules: Path, order: tuple[str, ...]) -> None:
    for tier in order:
        when, fine = ROWS[tier]
        assert row(liangfa, rules, tier, when, *NEW, *fine).code == 0
    text = texts(rules)[OVERLAY]
    assert [each.split(",")[0] for each in text.split("- {id: ")[1:]] == ["A", "B", "C"]


def test_an_old_fault_elsewhere_does_not_stand_in_the_way(liangfa, rules: Path) -> None:
    other = rules / "mercury-town"
    other.mkdir()
    (other / "ruleset.yaml").write_text("id: mercury-town\n", "utf-8")
    assert {each.severity for each in check(rules)} >= {"error"}
    said = row(liangfa, rules, "A", "unshaded_workers: {is: 1}", *NEW, "--max", "10000")
    assert said.code == 0 and "mercury-town" not in said.out


def test_another_penalty_gets_a_table_of_its_own(liangfa, rules: Path) -> None:
    assert row(liangfa, rules, "A", "unshaded_workers: {is: 1}", *NEW, "--max", "10000").code == 0
    path = rules / OVERLAY
    path.write_text(path.read_text("utf-8") + "note: 其余各行没有见到（虚构）。  # 注\n", "utf-8")
    before = path.read_text("utf-8")
    said = row(
        liangfa,
        rules,
        "A",
        "unshaded_workers: {is: 1}",
        "--min",
        "50000",
        "--max",
        "60000",
        "--title",
        "较轻",
        penalty="unit-overdue",
    )
    assert said.code == 0
    added = (
        "  unit-overdue:\n    rows: partial\n    tiers:\n"
        "      - {id: A, title: 较轻, when: {unshaded_workers: {is: 1}}, "
        "fine: {min: 50000, max: 60000}, status: draft, "
        "source: {document: 水作〔虚构〕7号, row: 21-3-A}}\n"
    )
    assert path.read_text("utf-8") == before.replace("note:", added + "note:")


@pytest.mark.parametrize(
    ("when", "fine", "code"),
    [
        ("unshaded_workers: {at_least: 1}", ("--max", "20000"), "tier_overlap"),
        ("unshaded_workers: {at_least: 2}", ("--max", "60000"), "outside_statute"),
        ("unshaded_worker: {at_least: 2}", ("--max", "20000"), "unknown_fact"),
        ("unshaded_workers: {atleast: 2}", ("--max", "20000"), "unknown_key"),
        ("unshaded_workers: {at_least: 2}", ("--min", "30000", "--max", "20000"), "reversed_range"),
    ],
)
def test_a_row_with_an_error_is_told_and_not_written(
    liangfa, rules: Path, when: str, fine: tuple[str, ...], code: str
) -> None:
    assert row(liangfa, rules, "A", "unshaded_workers: {is: 1}", *NEW, "--max", "10000").code == 0
    before = texts(rules)
    said = row(liangfa, rules, "B", when, *fine)
    assert said.code == 1
    assert f": {code}: " in said.out
    assert said.out.endswith("没有写：rules/mercury-bench/items/mer/mer-021-3.yaml\n")
    assert texts(rules) == before


def test_an_overlap_is_shown_as_a_case(liangfa, rules: Path) -> None:
    row(liangfa, rules, "A", "unshaded_workers: {at_most: 2}", *NEW, "--max", "10000")
    said = row(liangfa, rules, "B", "unshaded_workers: {at_least: 2}", "--max", "20000")
    assert ": tier_overlap: " in said.out
    assert "      unshaded_workers: 2\n" in said.out


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (
            {"--when": "3"},
            "--when:1:1: bad_option: “3”不是条件；"
            "请写成“事实: {比较: 数}”，例如“workers: {at_least: 3}”",
        ),
        (
            {"--when": "{a: "},
            "--when:1:1: bad_option: “{a: ”不是条件；请检查缩进、冒号、引号和括号是否配对",
        ),
        (
            {"--max": "三万"},
            "--max:1:1: bad_option: “三万”不是数额；请只写数字，例如 3000",
        ),
        (
            {"--max": "-1"},
            "--max:1:1: bad_option: “-1”不是数额；请只写数字，例如 3000",
        ),
        (
            {"--max": "1e99999"},
            "--max:1:1: bad_option: “1e99999”不是数额；请只写数字，例如 3000",
        ),
        (
            {"--from": None},
            "--from:1:1: bad_option: mercury-bench 层里还没有“mer-021-3”的阶次；"
            "请用 --from 写明它从哪一天起施行",
        ),
        (
            {"--rule-set": "mercury-banch"},
            None,
        ),
        (
            {"PENALTY": "unit-frist"},
            "PENALTY:1:1: bad_option: 事项“mer-021-3”没有处罚“unit-frist”；"
            "是不是想写 “unit-first”？",
        ),
        (
            {"ITEM": "mer-021-9"},
            "<item>:1:1: unknown_item: 规则集 mercury-bench 里没有事项“mer-021-9”；"
            "是不是想写 “mer-021-3”？（liangfa items 可列出全部）",
        ),
    ],
)
def test_words_that_cannot_be_are_refused(
    liangfa, rules: Path, words: dict[str, str | None], message: str | None
) -> None:
    given: dict[str, str | None] = {
        "--rules": str(rules),
        "--rule-set": "mercury-bench",
        "--tier": "A",
        "--when": "unshaded_workers: {is: 1}",
        "--max": "10000",
        "--document": "水作〔虚构〕7号",
        "--row": "21-3-A",
        "--from": "2026-12-01",
    } | words
    item = given.pop("ITEM", "mer-021-3")
    penalty = given.pop("PENALTY", "unit-first")
    options = [word for pair in given.items() if pair[1] is not None for word in pair]
    before = texts(rules)
    said = liangfa("add-row", str(item), str(penalty), *map(str, options))
    assert (said.code, said.out) == (2, "")
    assert message is None or said.err == message + "\n"
    assert texts(rules) == before


def test_a_share_stays_the_share_that_the_law_names(liangfa, moon: Path) -> None:
    said = liangfa(
        "add-row", "moon-008", "unit-large", "--rules", str(moon), "--rule-set", "moon-bench",
        "--tier", "C", "--when", "illegal_gains: {at_least: 900000}", "--min", "4.5", "--max", "5",
        "--document", "月矿〔虚构〕2号", "--row", "8-C", "--format", "json", "--dry-run",
    )  # fmt: skip
    told = json.loads(said.out)
    assert (
        "fine: {times: illegal_gains, min: 4.5, max: 5}, status: draft"
        in (told["files"][0]["text"])
    )
    assert (said.code, told["written"]) == (1, False)
    assert "tier_overlap" in [each["code"] for each in told["findings"]]


def test_another_day_begins_another_overlay(liangfa, rules: Path) -> None:
    assert row(liangfa, rules, "A", "unshaded_workers: {is: 1}", *NEW, "--max", "10000").code == 0
    path = rules / OVERLAY
    ended = path.read_text("utf-8").replace('"2026-12-01"}', '"2026-12-01", until: "2027-12-31"}')
    path.write_text(ended, "utf-8")
    said = row(
        liangfa, rules, "A", "unshaded_workers: {is: 1}", "--max", "9000", "--from", "2028-01-01"
    )
    new = "mercury-bench/items/mer/mer-021-3@2028-01-01.yaml"
    assert said.code == 0 and f"已新建：rules/{new}" in said.out
    assert path.read_text("utf-8") == ended
    said = row(liangfa, rules, "B", "unshaded_workers: {is: 2}", "--max", "20000")
    assert said.err == (
        "--from:1:1: bad_option: “mer-021-3”的阶次有 2 份；"
        "请用 --from 写明是哪一份：2026-12-01、2028-01-01\n"
    )
    assert (
        row(
            liangfa,
            rules,
            "B",
            "unshaded_workers: {is: 2}",
            "--max",
            "20000",
            "--from",
            "2028-01-01",
        ).code
        == 0
    )
    assert "id: B" in (rules / new).read_text("utf-8")


# All of them ------------------------------------------------------------------------------


def test_a_dry_run_shows_what_would_be_written(liangfa, rules: Path) -> None:
    before = texts(rules)
    said = edition(liangfa, rules, "mer-021-3", "2027-01-01", "--dry-run")
    assert said.code == 0
    assert (
        "--- rules/mercury/items/mer/mer-021-3.yaml\n+++ rules/mercury/items/mer/mer-021-3.yaml\n"
        in said.out
    )
    assert '-effective: {from: "2025-01-01"}\n' in said.out
    assert '+effective: {from: "2025-01-01", until: "2026-12-31"}\n' in said.out
    assert "# 新文件 rules/mercury/items/mer/mer-021-3@2027-01-01.yaml\n" in said.out
    assert said.out.endswith(
        "试运行，没有写：rules/mercury/items/mer/mer-021-3.yaml\n"
        "试运行，没有写：rules/mercury/items/mer/mer-021-3@2027-01-01.yaml\n"
    )
    assert texts(rules) == before


def test_programs_get_the_texts_and_the_findings(liangfa, rules: Path) -> None:
    said = edition(liangfa, rules, "mer-021-3", "2027-01-01", "--format", "json")
    told = json.loads(said.out)
    assert told["written"] is True
    assert [(each["file"], each["new"]) for each in told["files"]] == [
        ("rules/mercury/items/mer/mer-021-3.yaml", False),
        ("rules/mercury/items/mer/mer-021-3@2027-01-01.yaml", True),
    ]
    for each in told["files"]:
        assert (rules.parent / each["file"]).read_text("utf-8") == each["text"]
    assert [each["code"] for each in told["findings"]] == ["draft"]
    assert len(told["notes"]) == 2


def test_a_file_that_somebody_changed_meanwhile_stays_theirs(rules: Path) -> None:
    new = rules / "mercury" / "items" / "mer" / "mer-099.yaml"
    changes = [
        Change(rules / ITEM, (rules / ITEM).read_bytes(), "id: ours\n"),
        Change(new, None, "id: new\n"),
    ]
    (rules / ITEM).write_text("id: theirs\n", "utf-8")
    before = texts(rules)
    with pytest.raises(InputFault) as refused:
        write(rules, changes)
    assert str(refused.value) == (f"rules/{ITEM}:1:1: not_written: 文件刚刚被别人改过；请重新运行")
    assert texts(rules) == before


def test_a_writing_that_is_broken_off_is_undone(
    rules: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Ctrl-C between the new edition and the end of the old one."""

    def broken_off(*_: object) -> None:
        raise KeyboardInterrupt

    new = rules / "mercury" / "items" / "mer" / "mer-099.yaml"
    before = texts(rules)
    monkeypatch.setattr(shutil, "copymode", broken_off)
    with pytest.raises(KeyboardInterrupt):
        write(
            rules,
            [Change(rules / ITEM, (rules / ITEM).read_bytes(), "x"), Change(new, None, "y")],
        )
    assert texts(rules) == before


def test_a_file_that_somebody_made_meanwhile_stays_theirs(rules: Path) -> None:
    new = rules / "mercury" / "items" / "mer" / "mer-099.yaml"
    new.write_text("id: theirs\n", "utf-8")
    before = texts(rules)
    with pytest.raises(InputFault) as refused:
        write(
            rules,
            [Change(rules / ITEM, (rules / ITEM).read_bytes(), "x"), Change(new, None, "y")],
        )
    assert "already_exists" in str(refused.value)
    assert texts(rules) == before


def test_a_folder_that_cannot_be_written_leaves_nothing_behind(rules: Path) -> None:
    (rules / "mercury" / "items" / "new").write_text("not a folder", "utf-8")
    before = texts(rules)
    changes = [
        Change(rules / ITEM, (rules / ITEM).read_bytes(), "id: ours\n"),
        Change(rules / "mercury" / "items" / "new" / "x.yaml", None, "id: x\n"),
    ]
    with pytest.raises(InputFault) as refused:
        write(rules, changes)
    assert "not_written" in str(refused.value)
    assert texts(rules) == before
