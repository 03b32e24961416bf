"""Every bad case gets one clear message: place, code, what is wrong, how to mend it; exit 2."""

from __future__ import annotations

from pathlib import Path

import pytest

GOOD = "item: wsl-097-7\nfacts: {uncertified_workers: 1, overdue: false}\n"


def fact(written: str) -> str:
    return f"item: wsl-097-7\nfacts: {{uncertified_workers: {written}, overdue: false}}\n"


MESSAGES = {
    "unknown item": (
        GOOD.replace("wsl-097-7", "wsl-097-77"),
        "case.yaml:1:7: unknown_item: 规则集 cn-mem 里没有事项“wsl-097-77”；"
        "是不是想写 “wsl-097-7” 或 “wsl-099-7”？（liangfa items 可列出全部）",
    ),
    "misspelt fact": (
        GOOD.replace("uncertified_workers", "uncertified_worker"),
        "case.yaml:2:9: unknown_fact: 没有“uncertified_worker”这个事实；"
        "是不是想写 “uncertified_workers” 或 “untrained_workers”？",
    ),
    "text for a number": (
        fact('"3"'),
        "case.yaml:2:30: wrong_type: “无证上岗的特种作业人员”要填数，写的是文字“3”；"
        "请直接写阿拉伯数字，不加引号和单位",
    ),
    "true for a count": (
        fact("true"),
        "case.yaml:2:30: wrong_type: “无证上岗的特种作业人员”要填数，写的是true/false；"
        "请直接写阿拉伯数字，不加引号和单位",
    ),
    "a negative count": (
        fact("-1"),
        "case.yaml:2:30: too_small: “无证上岗的特种作业人员”不能小于0人次；现写为 -1，请核对",
    ),
    "half a person": (
        fact("1.5"),
        "case.yaml:2:30: too_fine: “无证上岗的特种作业人员”只能精确到整数；现写为 1.5，请核对",
    ),
    "1e309": (
        fact("1e309"),
        "case.yaml:2:30: number_too_large: 这个数太大或者太长；请核对位数",
    ),
    "more people than there are": (
        fact("2000000000000"),
        "case.yaml:2:30: number_too_large: “无证上岗的特种作业人员”的数太大；请核对位数和单位",
    ),
    "not a number": (
        fact("NaN"),
        "case.yaml:2:30: not_a_number: “NaN”不是数；请写一个确定的数，不知道就留空",
    ),
    "an interval upside down": (
        fact("{from: 5, to: 2}"),
        "case.yaml:2:30: empty_interval: “无证上岗的特种作业人员”的 from 大于 to；"
        "请把小的写在 from",
    ),
    "yes for a flag": (
        GOOD.replace("false", "no"),
        "case.yaml:2:42: wrong_type: “逾期未改正”要填 true 或 false；是写 true，否写 false",
    ),
    "a choice that is not one": (
        GOOD.replace("overdue: false", "overdue: false, harm: huge"),
        "case.yaml:2:55: not_a_choice: “危害后果”没有“huge”这个选项；"
        "可填：none（没有危害后果）、minor（危害后果轻微）、serious（危害后果超出轻微）",
    ),
    "a computed fact": (
        "item: wsl-095-1\nfacts: {accident_grade: general}\n",
        "case.yaml:2:9: derived_fact: “事故等级”由别的事实算出，不能直接填；"
        "请填：deaths、serious_injuries、direct_loss",
    ),
    "an alias bomb": (
        "a: &a [x, x]\nb: &b [*a, *a]\nc: [*b, *b]\n",
        "case.yaml:1:4: alias: 不接受 YAML 的锚点和别名；请把内容直接写出来",
    ),
    "a duplicate key": (
        GOOD.replace("overdue: false", "overdue: false, overdue: true"),
        "case.yaml:2:49: duplicate_key: 键“overdue”重复；同一层里每个键只写一次",
    ),
    "a day not on the calendar": (
        GOOD + "dates: {acted_on: 2026-02-30}\n",
        "case.yaml:3:19: not_a_date: “2026-02-30”不是日历上的日子；请写成 2026-03-02 这样的日期",
    ),
    "days in the wrong order": (
        GOOD + "dates: {acted_on: 2026-03-02, decided_on: 2026-03-01}\n",
        "case.yaml:3:8: dates_out_of_order: decided_on 早于 acted_on；请核对这两个日期",
    ),
    "an unknown key": (
        GOOD + "party: x\n",
        "case.yaml:3:1: unknown_key: 不认识的键“party”；是不是想写 “parties”？",
    ),
    "an unknown role": (
        GOOD + "parties: [{id: a, kind: principl}]\n",
        "case.yaml:3:25: unknown_role: 没有“principl”这种当事人；是不是想写 “principal”？",
    ),
    "one income for two people": (
        "item: wsl-096\nfacts: {annual_income: 100}\n"
        "parties: [{id: a, kind: other-leader}, {id: b, kind: safety-manager}]\n",
        "case.yaml:2:9: whose_amount: 有几个当事人，看不出“上一年年收入”是谁的；"
        "请写到该当事人自己的 facts 里",
    ),
    "broken YAML": (
        "item: [\n",
        "case.yaml:2:1: not_yaml: 不是合法的 YAML；请检查缩进、冒号、引号和括号是否配对",
    ),
    "nesting without end": (
        "[" * 100_000,
        "case.yaml:1:41: too_deep: 嵌套超过 40 层；请减少嵌套",
    ),
    "nothing at all": ("", "case.yaml:1:1: empty: 文件是空的；请写入内容"),
    "just words": ("words", "case.yaml:1:1: not_a_case: 案件要写成“键: 值”；至少写 item 和 facts"),
    "a file of 5 MB": (
        GOOD + "#" * 5 * 1024 * 1024,
        "case.yaml:1:1: too_large: 文件超过 1 MiB；请拆成几个文件，或者删去无关内容",
    ),
}


@pytest.mark.parametrize(("text", "message"), MESSAGES.values(), ids=MESSAGES.keys())
def test_a_bad_case_is_told_plainly(liangfa, in_folder: Path, text: str, message: str) -> None:
    (in_folder / "case.yaml").write_text(text, "utf-8")
    said = liangfa("evaluate", "case.yaml", "--rule-set", "cn-mem")
    assert (said.code, said.out, said.err) == (2, "", message + "\n")


def test_a_gbk_file_is_named_as_such(liangfa, in_folder: Path) -> None:
    (in_folder / "case.yaml").write_bytes("item: wsl-097-7\n# 特种作业\n".encode("gbk"))
    said = liangfa("evaluate", "case.yaml")
    message = "case.yaml:2:3: not_utf8: 文件不是 UTF-8 编码（可能是 GBK）；请用编辑器另存为 UTF-8\n"
    assert (said.code, said.out, said.err) == (2, "", message)


def test_a_directory_is_not_a_case(liangfa, in_folder: Path) -> None:
    (in_folder / "folder").mkdir()
    said = liangfa("evaluate", "folder")
    message = "folder:1:1: is_a_directory: 这是一个目录，不是文件；请给出目录里的某个文件\n"
    assert (said.code, said.out, said.err) == (2, "", message)


def test_a_file_that_is_not_there(liangfa, in_folder: Path) -> None:
    said = liangfa("evaluate", "nowhere.yaml")
    message = "nowhere.yaml:1:1: no_such_file: 没有这个文件；请检查路径\n"
    assert (said.code, said.out, said.err) == (2, "", message)


def test_all_faults_of_a_case_are_told_at_once(liangfa) -> None:
    text = fact("-1").replace("false", "no").replace("wsl-097-7", "wsl")
    said = liangfa("evaluate", "-", stdin=text.encode())
    codes = [line.split(": ")[1] for line in said.err.splitlines()]
    assert (said.code, codes) == (2, ["too_small", "wrong_type", "unknown_item"])


def test_an_unknown_rule_set_names_the_near_one(liangfa) -> None:
    said = liangfa("evaluate", "-", "--rule-set", "cn-men", stdin=GOOD.encode())
    assert said.code == 2
    assert said.err.endswith("unknown_rule_set: 没有规则集“cn-men”；是不是想写 “cn-mem”？\n")


def test_json_cases_are_read_by_the_same_rules(liangfa) -> None:
    text = '{"item": "wsl-097-7", "facts": {"uncertified_workers": NaN}}'
    said = liangfa("evaluate", "-", stdin=text.encode())
    assert said.code == 2
    assert said.err.startswith("<stdin>:1:56: not_a_number:")
