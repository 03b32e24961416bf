"""A new item: its file as the law numbers it, with everything that must be filled in."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

from api.scaffolding.changes import Change, exists
from api.scaffolding.modeline import modeline
from engine.citation import Citation
from engine.dates import day_text
from engine.faults import Finding, InputFault, Place, did_you_mean
from engine.flow import flow
from engine.loading import shown
from engine.model import Law, LawEdition, RuleSet

# Not the name of any fact, so that no rule set loads before the condition is written.
TO_FILL = "fill_in"
TO_NAME = "待填"
TO_PUNISH = "# measures:"
_ID = re.compile(
    r"([a-z][a-z0-9]*)-(0*[1-9][0-9]{0,3})(?:-([1-9][0-9]?))?(?:-([1-9][0-9]?))?([a-z]?)"
)


def new_item(
    id: str, title: str | None, rules: Path, layer: str | None, rule_set: RuleSet
) -> Change:
    """The file of an item that is still to be filled in, in the layer named, else in the one that
    knows its law; raises InputFault for an id that is none and for a file that is there."""
    law, basis = _provision(id, rule_set)
    folder = layer or rule_set.laws[law].ref.set
    path = rules / folder / "items" / law / f"{id}.yaml"
    if path.exists() or any(path.parent.glob(f"{id}@*.yaml")):
        raise exists(rules, path)
    if id in rule_set.items:
        raise _refused(id, "规则里已有这个事项", "新的版本用 new-edition")
    head = modeline(rules, path, "items")
    return Change(path, None, _text(id, title or TO_NAME, basis, head, rule_set))


def _provision(id: str, rule_set: RuleSet) -> tuple[str, Citation]:
    """The law and the provision that an id follows."""
    found = _ID.fullmatch(id)
    if found is None:
        help = "写成 法律前缀-条号(-款)(-项)，例如 wsl-097-8；同一项里有几个行为的，末尾加 a、b"
        raise _refused(id, "编号的写法不对", help)
    law, article, first, second, _ = found.groups()
    if law not in rule_set.laws:
        raise _refused(id, f"laws.yaml 里没有前缀“{law}”", did_you_mean(law, rule_set.laws))
    if len(article) != max(3, len(str(int(article)))):
        right = id.replace(f"-{article}", f"-{int(article):03}", 1)
        raise _refused(id, "条号写三位数", f"请写成“{right}”")
    if second is not None:
        return law, Citation(law, int(article), int(first), int(second))
    if first is None:
        return law, Citation(law, int(article), None, None)
    if _counts_paragraphs(law, int(article), rule_set):
        return law, Citation(law, int(article), int(first), None)
    return law, Citation(law, int(article), None, int(first))


def _counts_paragraphs(law: str, article: int, rule_set: RuleSet) -> bool:
    """Whether the second number of an id is a paragraph (款) in the items there are of this
    article; where there are none it is an item (项)."""
    forms = Counter(
        penalty.basis.item is None
        for editions in rule_set.items.values()
        for edition in editions
        for penalty in edition.penalties
        if (penalty.basis.law, penalty.basis.article) == (law, article)
        and (penalty.basis.item or penalty.basis.paragraph) is not None
    )
    return forms[True] > forms[False]


def _text(id: str, title: str, basis: Citation, head: str, rule_set: RuleSet) -> str:
    law = rule_set.laws[basis.law]
    edition = _edition(law)
    role = next((name for name, (_, kind) in rule_set.roles.items() if kind == "unit"), "unit")
    measure = next(iter(rule_set.measures), "rectify-in-time")
    document = f"{law.title}（{edition.version}）"
    parts = {
        "law": basis.law,
        "article": basis.article,
        "paragraph": basis.paragraph,
        "item": basis.item,
    }
    cited = flow({key: value for key, value in parts.items() if value is not None})
    roles = "、".join(rule_set.roles)
    return f"""{head}
# {rule_set.cite(basis)}
# 照法条填：改掉“{TO_NAME}”和 {TO_FILL}，去掉要用的行前面的“# ”。填完以前，规则集不能加载。
id: {id}
# 违法行为的名称，用法条的词
title: {flow(title)}
# 施行的第一天；有最后一天的，写成 {{from: "…", until: "…"}}
effective: {flow({"from": day_text(edition.period.start)})}
# 逐字对照法条以后改成 verified
status: draft
# 照哪份文件写的；对照以后写明怎样对照和哪一天（on）
# checked: text 条文、page 网页、memory 记忆、decision 决定书
sources: [{flow({"document": document})}]
# 违反的是哪一条（写明义务的那一条，不是罚则）
# violates: [{{law: {basis.law}, article: 条号}}]
# 什么事实成立，就有这个违法行为；事实的名字见 liangfa facts，没有的先写进 facts.yaml
established_when: {{{TO_FILL}: {{is: true}}}}
# 每一种当事人、每一个阶段写一条
penalties:
  - id: {role}-first
    # 罚谁，terms.yaml 里的身份：{roles}
    party: {role}
    # 阶段：first 发现即罚、overdue 逾期未改正、refused 拒不改正、
    # accident 造成事故、continued 按日连续、any 任一阶段
    stage: first
    # 罚则在哪一条、款、项
    basis: {cited}
    # shall 应当，may 可以
    obligation: shall
    # 措施和罚款至少写一样；数额照法条写，不能推算
    {TO_PUNISH} [{{kind: {measure}, nature: order}}]
    # fine: {{min: 下限, max: 上限}}
"""


def _edition(law: Law) -> LawEdition:
    """The latest edition whose text is at hand, else the latest."""
    return next((each for each in law.editions[::-1] if each.known), law.editions[-1])


def _refused(id: str, message: str, help: str) -> InputFault:
    return InputFault([Finding("bad_item_id", Place("ITEM"), f"“{id}”：{message}", help)])


def places_to_fill(change: Change, rules: Path) -> list[Place]:
    """Where a new item still waits for its words."""
    name = shown(rules, change.path)
    return [
        Place(name, number, line.index(word) + 1)
        for number, line in enumerate(change.after.splitlines(), 1)
        for word in (f"title: {TO_NAME}", f"{TO_FILL}:", TO_PUNISH)
        if word in line
    ]
