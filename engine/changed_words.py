"""What changes in the vocabulary of a layer: laws, terms, facts, computed facts, parameters."""

from __future__ import annotations

from engine.changes import Comparison, Subject
from engine.loading import Folder
from engine.pairing import (
    Pair,
    all_days,
    elements,
    members,
    one_of,
    paired,
    start_of,
    top,
    under,
)

Layers = tuple[Folder | None, Folder | None]


def compare_words(layers: Layers, compare: Comparison) -> None:
    """Compare the vocabulary of a layer on both sides."""
    for id, pair in members(top(layers, "laws", "laws")):
        _law(id, pair, compare)
    for id, pair in members(top(layers, "terms", "roles")):
        compare.pair("role", pair, Subject("role", id, f"当事人身份“{id}”"), "身份")
    for group, rule, name in (("measures", "measure", "措施"), ("organs", "organ", "机关")):
        for id, pair in members(top(layers, "terms", group)):
            compare.label(pair, Subject(rule, id, f"{name}“{id}”"), "名称")
    for id, pair in members(top(layers, "facts", "facts")):
        _fact(id, pair, compare)
    conflicts = elements(top(layers, "facts", "conflicts"))
    for pair in paired(*conflicts, lambda each: each.value["because"], renamed=True):
        because = one_of(pair).value["because"]
        subject = Subject("conflict", "conflict", f"互相矛盾的事实（{because}）")
        compare.pair("conflict", pair, subject, "矛盾")
    for id, pair in members(top(layers, "derived", "derived")):
        label = one_of(pair).value["label"]
        subject = Subject("derived", id, f"算出的事实“{label}”（{id}）")
        compare.pair("derived", pair, subject, "算出的事实")
    for id, pair in members(top(layers, "parameters", "parameters")):
        _parameter(id, pair, compare)


def _law(id: str, pair: Pair, compare: Comparison) -> None:
    subject = Subject("law", id, f"法律文件《{one_of(pair).value['title']}》")
    if not compare.pair("law", pair, subject, "法律文件"):
        return
    for one in paired(
        *elements(pair, "editions"), lambda each: each.value["version"], renamed=True
    ):
        version = str(one_of(one).value["version"])
        part = subject.at(f"editions/{version}", version).during(all_days(one))
        compare.pair("law_edition", one, part, "版本")


def _fact(id: str, pair: Pair, compare: Comparison) -> None:
    subject = Subject("fact", id, f"事实“{one_of(pair).value['label']}”（{id}）")
    if compare.pair("fact", pair, subject, "事实"):
        for choice, one in members((under(pair[0], "choices"), under(pair[1], "choices"))):
            compare.label(one, subject.at(f"choices/{choice}", f"选项“{choice}”"), "名称")


def _parameter(id: str, pair: Pair, compare: Comparison) -> None:
    subject = Subject("parameter", id, f"参数“{one_of(pair).value['label']}”（{id}）")
    if not compare.pair("parameter", pair, subject, "参数"):
        return
    for one in paired(*elements(pair, "values"), start_of, renamed=True):
        start = start_of(one_of(one))
        part = subject.at(f"values/{start}", f"{start} 起的数值").during(all_days(one))
        compare.pair("parameter_value", one, part, "数值")
