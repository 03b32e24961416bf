"""Mistakes that published benchmarks have made, on a fictional law: each is told, word for word."""

from __future__ import annotations

from pathlib import Path

import pytest

from api.layout import wrap
from engine.checking import check

UNLAWFUL = Path(__file__).parents[1] / "fixtures" / "unlawful"

MISTAKES = {
    # Persons are fined 5,000 yuan where the law says at least 10,000.
    "pluto-low": (
        "unlawful/pluto-low/items/plu-099-1.yaml:7:47: outside_statute: "
        "阶次“A”的幅度（5,000元至10,000元）超出法定幅度（10,000元至20,000元）；"
        "请对照原文；基准若确实如此，应以法律为准并报告发布机关",
        None,
    ),
    # Three and four places are two tiers with one range.
    "pluto-same": (
        "unlawful/pluto-same/items/plu-099-1.yaml:9:47: tiers_same_range: "
        "阶次“B”和“C”的幅度相同；两档没有区别，请对照原文",
        None,
    ),
    # 100 people or fewer is one tier, 100 or more is the next: exactly 100 is both.
    "pluto-border": (
        "unlawful/pluto-border/items/plu-108.yaml:8:9: tier_overlap: "
        "阶次“A”和“B”会同时符合；请让条件互斥；“或者取最高档”的，写 hit: highest",
        {"refusals": 1, "miners": 100},
    ),
}

# The line, the case in plain words, and the case to be evaluated.
SHOWN = """\
    - {id: B, when: {miners: {at_least: 100}}, fine: {min: 100000, max: 20…
      ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
  反例：拒绝检查的次数 1次、采冰人数 100人：“A”档和“B”档都适用
  写成案件（liangfa evaluate 案件.yaml --rule-set pluto-border）：
    item: plu-108
    parties:
    - id: p
      kind: unit
    facts:
      refusals: 1
      miners: 100
"""


@pytest.mark.parametrize("rule_set", MISTAKES)
def test_each_mistake_is_told_with_its_place(rule_set: str) -> None:
    message, example = MISTAKES[rule_set]
    inside = [each for each in check(UNLAWFUL) if f"/{rule_set}/" in each.place.file]
    found = [each for each in inside if each.code != "not_checked"]
    assert [(str(each), each.counterexample) for each in found] == [(message, example)]


def test_the_command_tells_all_of_them_and_fails(liangfa) -> None:
    said = liangfa("check", str(UNLAWFUL))
    assert said.code == 1
    for message, _ in MISTAKES.values():
        assert "\n".join(wrap(message, 76))[:60] in said.out
    assert SHOWN in said.out
    assert "发现 3 处问题（错误 2，警告 1）" in said.out
