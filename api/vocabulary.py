"""The vocabulary of facts as a Markdown table: one fact, one name, one question."""

from __future__ import annotations

from typing import Any

_TYPES = {
    "flag": "是、否",
    "count": "数量",
    "amount": "金额",
    "percent": "百分比",
    "choice": "选项",
    "date": "日期",
}
_ABOUT = {"case": "案件", "party": "当事人", "violation": "违法行为"}
_HOW = {
    "ratio": "前者占后者的百分比",
    "sum": "相加",
    "days": "两个日期之间的日数",
    "months": "两个日期之间的整月数",
    "grade": "按条件分级",
}

HEAD = """# 事实词汇

一个事实一个名字、一个问题。案件里只能用这里的名字；不知道的留空，等于未查明。本文由
`liangfa facts --format markdown` 生成，不要手改。

“不填时”：**问**，需要时列入还要查明的事实；**按指控**，按立案的事项认定，列入待证明的假定；
**按…**，按所写的值处理，列入假定。
"""


def as_markdown(facts: list[dict[str, Any]]) -> str:
    """The stated facts, then the computed ones."""
    stated = [each for each in facts if not each["how"]]
    computed = [each for each in facts if each["how"]]
    lines = [
        HEAD,
        f"## 要查明的事实（{len(stated)}）",
        "",
        "| 名字 | 含义 | 问题 | 类型 | 属于 | 不填时 | 用到的事项 |",
        "|---|---|---|---|---|---|--:|",
        *(_stated(each) for each in stated),
        "",
        f"## 由事实算出的量（{len(computed)}）",
        "",
        "| 名字 | 含义 | 怎样算 | 用到的事项 |",
        "|---|---|---|--:|",
        *(_computed(each) for each in computed),
    ]
    return "\n".join(lines) + "\n"


def _stated(fact: dict[str, Any]) -> str:
    kind = _TYPES[fact["type"]] + (f"（{fact['unit']}）" if fact["unit"] else "")
    if fact["choices"]:
        kind = "、".join(f"`{key}` {text}" for key, text in fact["choices"].items())
    cells = (
        f"`{fact['name']}`",
        fact["label"],
        fact["ask"],
        kind,
        _ABOUT[fact["about"]],
        _absent(fact),
        _items(fact),
    )
    return "| " + " | ".join(cells) + " |"


def _items(fact: dict[str, Any]) -> str:
    """How many items read it; none where only circumstances and procedures do."""
    return str(len(fact["items"]) or "—")


def _absent(fact: dict[str, Any]) -> str:
    if fact["if_absent"] == "assume":
        value = {True: "是", False: "否"}.get(fact["assumed"], fact["assumed"])
        return f"按{value}"
    return {"ask": "问", "charged": "按指控"}[fact["if_absent"]]


def _computed(fact: dict[str, Any]) -> str:
    inputs = "、".join(f"`{name}`" for name in fact["computed_from"])
    cells = (
        f"`{fact['name']}`",
        fact["label"],
        f"{inputs}：{_HOW[fact['how']]}",
        _items(fact),
    )
    return "| " + " | ".join(cells) + " |"
