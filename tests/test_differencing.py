"""Differences between two rule sets, in the words of the law, weighed, and placed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from engine.changelog import changelog_entry
from engine.differencing import difference, read_side
from engine.keys import KEYS
from engine.schemas import schemas
from engine.versions import follows, least_version
from tests.changed_rules import Edit, changed_copy, compared
from tests.helpers import FICTION, RULES

ITEM = "moon/items/moon/moon-005.yaml"
TIERS = "moon-bench/items/moon/moon-005.yaml"
GAINS = "moon/items/moon/moon-008.yaml"
DEATHS = "moon/items/moon/moon-009.yaml"
CIRCUMSTANCES = "moon/circumstances.yaml"


def test_the_same_rules_have_no_difference(tmp_path: Path) -> None:
    found = compared(tmp_path)

    assert found.changes == ()
    assert found.weight is None
    assert found.findings() == ()
    assert changelog_entry(found) == "## moon-bench 2026.1.0\n\n- 没有修改。\n"


def test_shipped_rules_have_no_difference_from_themselves() -> None:
    side = read_side(RULES, "yeji")

    assert difference(side, side).changes == ()


def test_a_tier_in_the_words_of_the_law_with_both_places(tmp_path: Path) -> None:
    edits = (TIERS, "overlays", "# 一行\noverlays"), (TIERS, "max: 10000}", "max: 12000}")
    found = compared(tmp_path, *edits)

    [change] = found.changes
    assert change.says == (
        "《月球采矿安全法（虚构）》第五条第一款 作业人员未系安全绳（moon-005），"
        "首次查处，采矿单位，A 档（较轻）：上限 10,000 → 12,000 元"
    )
    assert change.weight == "substantive"
    assert change.key == "penalties/unit-first/tiers/A/fine/max"
    assert change.item == "moon-005"
    assert change.before is not None and change.after is not None
    assert change.after.line == change.before.line + 1
    assert change.after.file == "rules/moon-bench/items/moon/moon-005.yaml"


SAID: list[tuple[Edit, str, str, str]] = [
    # (file, what, by what), weight, key, what is said of it
    (
        (ITEM, "fine: {max: 50000}", "fine: {min: 1000.50, max: 50000}"),
        "substantive",
        "penalties/unit-first/fine/min",
        "下限 没有 → 1,000.50元",
    ),
    (
        (ITEM, "fine: {min: 10000, max: 20000}", "fine: {fixed: 20000}"),
        "substantive",
        "penalties/persons-overdue/fine",
        "罚款 10,000元至20,000元 → 20,000元",
    ),
    (
        (ITEM, "untethered_workers: {at_least: 1}", "untethered_workers: {at_least: 2}"),
        "substantive",
        "established_when",
        "成立条件 未系安全绳的人1人以上（含） → 未系安全绳的人2人以上（含）",
    ),
    (
        (
            ITEM,
            "{untethered_workers: {at_least: 1}}",
            "{all: [{untethered_workers: {at_least: 1}}]}",
        ),
        "wording",
        "established_when",
        "成立条件写法不同，意思相同",
    ),
    (
        (ITEM, "title: 作业人员未系安全绳", "title: 作业人员没有系安全绳"),
        "wording",
        "title",
        "名称 “作业人员未系安全绳” → “作业人员没有系安全绳”",
    ),
    (
        (ITEM, "basis: {law: moon, article: 5, paragraph: 1}", "basis: {law: moon, article: 5}"),
        "correction",
        "penalties/unit-first/basis",
        "依据 《月球采矿安全法（虚构）》第五条第一款 → 《月球采矿安全法（虚构）》第五条",
    ),
    (
        (ITEM, "status: verified", "status: draft"),
        "correction",
        "status",
        "状态 已核实 → 未核实",
    ),
    (
        (ITEM, "status: verified", "status: proposal"),
        "substantive",
        "status",
        "状态 已核实 → 建议稿，无法律效力",
    ),
    (
        (ITEM, "party: responsible", "party: [responsible, manager]"),
        "substantive",
        "penalties/persons-overdue/party",
        "当事人 直接责任人员 → 直接责任人员、安全员",
    ),
    (
        (ITEM, "stage: overdue", "stage: refused"),
        "substantive",
        "penalties/unit-overdue/stage",
        "阶段 逾期未改正 → 拒不执行",
    ),
    (
        (ITEM, "obligation: shall", "obligation: may"),
        "substantive",
        "penalties/unit-first/obligation",
        "应当或者可以 应当 → 可以",
    ),
    (
        (ITEM, "kind: suspend-mining", "kind: close-mine"),
        "substantive",
        "penalties/unit-overdue/measures",
        "措施 责令停采整顿 → 关闭矿场",
    ),
    (
        (ITEM, "level: county", "level: city"),
        "substantive",
        "penalties/unit-first/imposed_by/level",
        "决定机关的级别 县级 → 设区的市级",
    ),
    (
        (ITEM, '"2020-01-01"}', '"2020-01-01", until: "2027-06-30"}'),
        "substantive",
        "effective",
        "施行期间 2020-01-01 起 → 2020-01-01 起，至 2027-06-30",
    ),
    (
        (CIRCUMSTANCES, "workers: {at_least: 3}", "workers: {at_least: 5}"),
        "substantive",
        "when",
        "适用条件 救出的人3人以上（含） → 救出的人5人以上（含）",
    ),
    (
        (CIRCUMSTANCES, "effects: [mitigate]", "effects: [lighten]"),
        "substantive",
        "effects",
        "效果 减轻 → 从轻",
    ),
    (
        ("moon/procedures.yaml", "{fine: {at_least: 100000}}", "{fine: {at_least: 80000}}"),
        "substantive",
        "when",
        "适用条件 罚款100,000元以上（含），或没收数额100,000元以上（含） → "
        "罚款80,000元以上（含），或没收数额100,000元以上（含）",
    ),
    (
        ("moon/procedures.yaml", "count: 5, unit: working_days", "count: 7, unit: days"),
        "substantive",
        "deadline",
        "期限 收到告知之日5个工作日 → 收到告知之日7日",
    ),
    (
        ("moon/facts.yaml", "ask: 几人没有系安全绳？", "ask: 没有系安全绳的有几人？"),
        "wording",
        "ask",
        "问法 “几人没有系安全绳？” → “没有系安全绳的有几人？”",
    ),
    (
        ("moon/facts.yaml", "if_absent: charged", "if_absent: ask"),
        "substantive",
        "if_absent",
        "没有填写时 按指控认定 → 要问",
    ),
    (
        ("moon/facts.yaml", "oxygen: 氧气检测", "oxygen: 氧气检验"),
        "wording",
        "choices/oxygen",
        "名称 “氧气检测” → “氧气检验”",
    ),
    (
        ("moon/derived.yaml", "deaths: {at_least: 10}", "deaths: {at_least: 9}"),
        "substantive",
        "grade",
        "分级 重大：死亡人数10人以上（含），或直接损失5,000,000元以上（含）；"
        "较大：死亡人数3人以上（含），或直接损失1,000,000元以上（含）；一般：其他 → "
        "重大：死亡人数9人以上（含），或直接损失5,000,000元以上（含）；"
        "较大：死亡人数3人以上（含），或直接损失1,000,000元以上（含）；一般：其他",
    ),
    (
        ("moon/parameters.yaml", "value: 90000.50", "value: 91000"),
        "substantive",
        "values/2026-01-01/value",
        "数值 90,000.50元 → 91,000元",
    ),
    (
        ("moon/laws.yaml", "number: 月令2号", "number: 月令3号"),
        "correction",
        "editions/虚构二版/number",
        "文号 “月令2号” → “月令3号”",
    ),
    (
        ("moon/laws.yaml", "text: missing", "text: checked"),
        "substantive",
        "editions/虚构一版/text",
        "文本是否取得 没有取得 → 已取得",
    ),
    (
        ("moon/terms.yaml", "revoke-licence: 吊销采矿许可", "revoke-licence: 吊销采矿许可证"),
        "wording",
        "",
        "名称 “吊销采矿许可” → “吊销采矿许可证”",
    ),
    (
        ("moon/ruleset.yaml", "document: 月矿〔虚构〕1号", "document: 月矿〔虚构〕2号"),
        "correction",
        "document",
        "文号 “月矿〔虚构〕1号” → “月矿〔虚构〕2号”",
    ),
    (
        ("moon/ruleset.yaml", "law: lpr, article: 29", "law: lpr, article: 30"),
        "correction",
        "principles/one_fine/basis",
        "依据 《月球处罚程序条例（虚构）》第二十九条 → 《月球处罚程序条例（虚构）》第三十条",
    ),
    (
        (DEATHS, "min: 5, max: 10", "min: 5, max: 9"),
        "substantive",
        "penalties/boss-general/fine/substitute/max",
        "上限 10 倍 → 9 倍",
    ),
    (
        (DEATHS, "fixed: 40", "fixed: 45"),
        "substantive",
        "penalties/boss-general/fine/fixed",
        "数额 40% → 45%",
    ),
    (
        (GAINS, "alone_or_together", "together"),
        "substantive",
        "penalties/unit-small/fine/with_measures",
        "单处或者并处 可以单处，也可以并处 → 并处",
    ),
    (
        (GAINS, "crime_clause: true", "crime_clause: false"),
        "correction",
        "crime_clause",
        "刑事责任条款 是 → 否",
    ),
]


@pytest.mark.parametrize(
    ("edit", "weight", "key", "what"),
    SAID,
    ids=[f"{each[1]} {each[2]} {each[3][:12]}" for each in SAID],
)
def test_every_kind_of_change(tmp_path: Path, edit: Edit, weight: str, key: str, what: str) -> None:
    found = compared(tmp_path, edit, rule_set="moon")

    assert [(each.weight, each.key, each.what) for each in found.changes] == [(weight, key, what)]


def test_a_comment_is_a_change_of_wording(tmp_path: Path) -> None:
    found = compared(tmp_path, (ITEM, "id: moon-005", "# 说明\nid: moon-005"))

    assert [(each.weight, each.kind, each.says) for each in found.changes] == [
        ("wording", "text", "moon/items/moon/moon-005.yaml：只改了注释、排版或者次序")
    ]


def test_a_new_item_is_told_with_its_penalties(tmp_path: Path) -> None:
    text = (FICTION / "moon/items/moon/moon-006.yaml").read_text("utf-8")
    edit = ("moon/items/moon/moon-066.yaml", "", text.replace("moon-006", "moon-066"))
    found = compared(tmp_path, edit, rule_set="moon")

    assert [(each.kind, each.says) for each in found.changes] == [
        (
            "added",
            "《月球采矿安全法（虚构）》第六条 氧气储备不足（moon-066）：增加事项，2020-01-01 起",
        ),
        (
            "added",
            "《月球采矿安全法（虚构）》第六条 氧气储备不足（moon-066）："
            "增加处罚：首次查处，应当对采矿单位：罚款20,000元至100,000元",
        ),
    ]


def test_what_is_taken_away_is_told(tmp_path: Path) -> None:
    before = changed_copy(tmp_path)
    tier = "      - {id: C,"
    lines = (before / TIERS).read_text("utf-8").splitlines(keepends=True)
    assert any(line.startswith(tier) for line in lines)
    edit = (TIERS, "", "".join(line for line in lines if not line.startswith(tier)))
    partial = (TIERS, "  unit-first:\n", "  unit-first:\n    rows: partial\n")
    found = compared(tmp_path / "after", edit, partial)

    assert "removed" in {each.kind for each in found.changes}
    assert any("C 档（较重）：删去阶次：" in each.says for each in found.changes)


def test_the_end_of_an_edition_bears_on_the_days_after_it(tmp_path: Path) -> None:
    edit = (ITEM, '{from: "2020-01-01"}', '{from: "2020-01-01", until: "2027-06-30"}')
    [change] = compared(tmp_path, edit, rule_set="moon").changes

    assert change.kind == "ended"
    assert change.period is not None
    assert change.period.document() == {"from": "2027-07-01", "until": None}


def test_another_order_may_change_an_outcome(tmp_path: Path) -> None:
    path = FICTION / "moon/procedures.yaml"
    head, *rules = path.read_text("utf-8").split("  - id: ")
    turned = head + "".join(f"  - id: {each}" for each in (rules[1], rules[0], rules[2]))
    [change] = compared(tmp_path, ("moon/procedures.yaml", "", turned), rule_set="moon").changes

    assert change.weight == "substantive"
    assert change.what.startswith("次序 lpr-051-hearing、lpr-052-crime、")


# Versions ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("before", "weight", "least"),
    [
        ("2026.1.0", "wording", "2026.1.1"),
        ("2026.1.9", "wording", "2026.1.10"),
        ("2026.1.3", "correction", "2026.2.0"),
        ("2026.1.3", "substantive", "2026.2.0"),
    ],
)
def test_the_lowest_version_that_follows(before: str, weight: str, least: str) -> None:
    assert least_version(before, weight) == least
    assert follows(before, least, weight)
    assert follows(before, "2027.1.0", weight)
    assert not follows(before, before, weight)


def test_a_version_never_goes_back() -> None:
    assert follows("2026.1.0", "2026.1.0", None)
    assert follows("2026.1.0", "2026.1.1", None)
    assert not follows("2026.2.0", "2026.1.9", None)


def test_each_layer_answers_for_its_own_files(tmp_path: Path) -> None:
    found = compared(tmp_path, (TIERS, "max: 10000}", "max: 12000}"))

    assert [(each.layer, each.weight, each.follows) for each in found.steps] == [
        ("moon", None, True),
        ("moon-bench", "substantive", False),
    ]
    assert [str(each) for each in found.findings()] == [
        "rules/moon-bench/ruleset.yaml:2:1: version_not_stepped: "
        "“moon-bench”有实质修改，版本是 2026.1.0 → 2026.1.0；"
        "版本至少写成 2026.2.0（年份更晚的也可以）"
    ]


def test_a_version_that_steps_is_no_change_by_itself(tmp_path: Path) -> None:
    edit = ("moon-bench/ruleset.yaml", "version: 2026.1.0", "version: 2026.2.0")
    found = compared(tmp_path, edit)

    assert found.changes == ()
    assert found.findings() == ()


def test_wording_needs_only_the_third_number(tmp_path: Path) -> None:
    edits = (
        (ITEM, "title: 作业人员未系安全绳", "title: 未系安全绳"),
        ("moon/ruleset.yaml", "version: 2026.1.0", "version: 2026.1.1"),
    )
    assert compared(tmp_path, *edits).findings() == ()


# The changelog ----------------------------------------------------------------------------


def test_the_changelog_names_articles_and_days(tmp_path: Path) -> None:
    edits = (
        (TIERS, "max: 10000}", "max: 12000}"),
        ("moon-bench/ruleset.yaml", "version: 2026.1.0", "version: 2026.2.0"),
        ("moon/facts.yaml", "ask: 几人没有系安全绳？", "ask: 没有系安全绳的有几人？"),
        ("moon/ruleset.yaml", "version: 2026.1.0", "version: 2026.1.1"),
    )
    name = "《月球采矿安全法（虚构）》第五条第一款 作业人员未系安全绳（moon-005）"
    assert changelog_entry(compared(tmp_path, *edits)) == (
        "## moon-bench 2026.2.0\n"
        "\n"
        "- 版本：\n"
        "  - moon 2026.1.0 → 2026.1.1，文字修改\n"
        "  - moon-bench 2026.1.0 → 2026.2.0，实质修改\n"
        "- 影响的期间：\n"
        f"  - 2025-01-01 起：{name}\n"
        "- 影响的文件：`rules/moon-bench/items/moon/moon-005.yaml`\n"
        "- 实质修改：\n"
        f"  - {name}，首次查处，采矿单位，A 档（较轻）：上限 10,000 → 12,000 元\n"
        "- 另有文字修改 1 处，不影响任何结果。\n"
    )


# Every key is weighed ---------------------------------------------------------------------

# Where the keys of a kind of rule stand: the schema, and the way into it.
_DISCRETION = ("bands", "mitigation_floor", "directions", "suggested", "benchmark_in_time")
WHERE: list[tuple[str, str, tuple[str, ...]]] = [
    ("ruleset", "ruleset", ()),
    *(("policy", "ruleset", ("discretion", each)) for each in _DISCRETION),
    ("policy", "ruleset", ("jurisdiction",)),
    ("policy", "ruleset", ("principles", "*")),
    ("policy", "ruleset", ("delegation",)),
    ("item", "item", ()),
    ("penalty", "item", ("penalties", "[]")),
    ("imposed_by", "item", ("penalties", "[]", "imposed_by")),
    ("tier", "item", ("penalties", "[]", "tiers", "[]")),
    ("fine", "item", ("penalties", "[]", "fine")),
    ("substitute", "item", ("penalties", "[]", "fine", "substitute")),
    ("overlay", "overlay", ()),
    ("table", "overlay", ("penalties", "*")),
    ("limitation", "circumstances", ("limitations", "[]")),
    ("circumstance", "circumstances", ("circumstances", "[]")),
    ("procedure", "procedures", ("procedures", "[]")),
    ("limb", "procedures", ("procedures", "[]", "limbs", "[]")),
    ("law", "laws", ("laws", "*")),
    ("law_edition", "laws", ("laws", "*", "editions", "[]")),
    ("role", "terms", ("roles", "*")),
    ("fact", "facts", ("facts", "*")),
    ("conflict", "facts", ("conflicts", "[]")),
    ("derived", "derived", ("derived", "*")),
    ("parameter", "parameters", ("parameters", "*")),
    ("parameter_value", "parameters", ("parameters", "*", "values", "[]")),
]


@pytest.mark.parametrize(("kind", "schema", "way"), WHERE)
def test_every_key_of_the_schemas_is_weighed(kind: str, schema: str, way: tuple[str, ...]) -> None:
    node: Any = schemas()[f"liangfa:{schema}"]
    for step in way:
        node = _resolved(node)
        if step == "[]":
            node = node["items"]
        else:
            node = node["additionalProperties"] if step == "*" else node["properties"][step]

    assert set(_resolved(node)["properties"]) <= set(KEYS[kind])


def test_every_kind_of_rule_is_held_to_its_schema() -> None:
    assert {each[0] for each in WHERE} == set(KEYS)


def _resolved(node: Any) -> Any:
    while "$ref" in node:
        name, _, pointer = node["$ref"].partition("#")
        node = schemas()[name] if name else _local(pointer)
        for key in filter(None, pointer.split("/")):
            node = node[key]
    return node


def _local(pointer: str) -> Any:
    """The schema that a reference without a name means: the one that has what it points to."""
    key = pointer.split("/")[-1]
    return next(each for each in schemas().values() if key in each.get("$defs", {}))
