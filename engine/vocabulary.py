"""The vocabulary of a layer: laws, terms, parameters, facts, computed facts, and conflicts of
facts."""

from __future__ import annotations

import dataclasses
import itertools
from collections.abc import Container, Iterable
from fractions import Fraction
from typing import Any

from engine.citation import RuleRef
from engine.clauses import (
    Words,
    build_citation,
    build_condition,
    build_period,
    build_when,
    fen_of,
    is_known,
    ref_of,
)
from engine.conditions import Condition, compile_condition, tests_of
from engine.dates import Period, day_number
from engine.derived import grade, numeric, total
from engine.facts import MAGNITUDE, STEPS, BadValue, Fact
from engine.loading import Folder, Node
from engine.model import Conflict, Derived, Law, LawEdition, Parameter


def _adding(
    words: dict[str, Any], name: str, node: Node, value: Any, others: Container[str] = ()
) -> None:
    if name in words or name in others:
        node.fault("duplicate_id", f"“{name}”已在别处定义", "一个名字只定义一次")
    else:
        words[name] = value


def add_words(folder: Folder, words: Words) -> None:
    """Add a layer's laws, terms, parameters, facts and derived facts to the vocabulary, and which
    facts cannot hold together."""
    for id, node in _entries(folder, "laws"):
        _adding(words.laws, id, node, _build_law(id, node, folder))
    if "terms" in folder.top:
        terms = folder.top["terms"]
        if "roles" in terms:
            for id, node in terms["roles"].items():
                _adding(words.roles, id, node, (node.value["label"], node.value["kind"]))
        for group, known in (("measures", words.measures), ("organs", words.organs)):
            if group in terms:
                for id, node in terms[group].items():
                    _adding(known, id, node, node.value)
    for name, node in _entries(folder, "parameters"):
        built = _build_parameter(name, node, folder, words)
        _adding(words.parameters, name, node, built, words.facts)
    for name, node in _entries(folder, "facts"):
        fact = _build_fact(name, node)
        if fact is not None:
            _adding(words.facts, name, node, fact, words.parameters)
        else:
            words.broken.add(name)
    for name, node in _entries(folder, "derived"):
        _add_derived(name, node, folder, words)
    if "facts" in folder.top:
        for node in folder.top["facts"].listed("conflicts"):
            when = build_condition(node["when"], words)
            ref = ref_of(folder, "conflict", node)
            because = node.value["because"]
            words.conflicts.append(Conflict(when, compile_condition(when), because, ref))


def _entries(folder: Folder, kind: str) -> Iterable[tuple[str, Node]]:
    """What a file of a kind defines, by name; nothing where there is none."""
    return folder.top[kind][kind].items() if kind in folder.top else ()


def _build_law(id: str, node: Node, folder: Folder) -> Law:
    endpoints = {word: node.value["endpoints"][word] == "included" for word in ("以上", "以下")}
    editions = [
        LawEdition(
            id,
            each.value["version"],
            each.get("number", ""),
            build_period(each["effective"]),
            each.value["text"] == "checked",
            each.get("status", "verified"),
            each["effective"].place(),
        )
        for each in node["editions"].each()
    ]
    editions.sort(key=lambda each: each.period.start)
    for earlier, later in itertools.pairwise(editions):
        if earlier.period.meets(later.period):
            node["editions"].fault(
                "editions_overlap", f"“{id}”的两个版本生效期间重叠", "请给前一版本写上 until"
            )
    ref = ref_of(folder, id, node)
    return Law(id, node.value["title"], node.value["kind"], endpoints, tuple(editions), ref)


def _build_parameter(name: str, node: Node, folder: Folder, words: Words) -> Parameter:
    if "basis" in node:
        build_citation(node["basis"], words)
    values: list[tuple[Period, int, str]] = []
    for each in node["values"].each():
        fen = fen_of(each["value"])
        period = build_period(each["effective"])
        if any(period.meets(earlier) for earlier, _, _ in values):
            each["effective"].fault("values_overlap", "参数的两个值生效期间重叠", "请错开起止日期")
        if fen is not None:
            values.append((period, fen, each.value["status"]))
    return Parameter(name, node.value["label"], tuple(values), ref_of(folder, name, node))


def _build_fact(name: str, node: Node) -> Fact | None:
    type = node.value["type"]
    if name in ("all", "any", "not"):
        node.fault("reserved_name", f"“{name}”是条件语言的词", "请换一个名字")
        return None
    if type == "choice" and "choices" not in node:
        node.fault("wrong_choices", "choice 类型没有写 choices", "请用 choices 列出各个选项")
        return None
    if type != "choice" and "choices" in node:
        help = "请删去 choices，或者把类型改成 choice"
        node["choices"].fault("wrong_choices", f"{type} 类型不能写 choices", help)
        return None
    if type in ("flag", "choice", "date") and {"min", "max"} & set(node.value):
        node.fault("wrong_bounds", f"{type} 类型不能写 min、max", "请删去")
        return None
    step = STEPS.get(type, 1)
    lo, hi = 0, MAGNITUDE * step
    if type == "date":
        lo, hi = day_number("1900-01-01"), day_number("2999-12-31")
    if "min" in node:
        lo = int(Fraction(node.value["min"]) * step)
    if "max" in node:
        hi = int(Fraction(node.value["max"]) * step)
    if lo > hi:
        node["max"].fault("reversed_range", "min 大于 max", "请核对")
        return None
    absent = node.value["if_absent"]
    kind = absent if isinstance(absent, str) else "assume"
    fact = Fact(
        name=name,
        type=type,
        label=node.value["label"],
        ask=node.value["ask"],
        unit=node.get("unit", ""),
        about=node.value["about"],
        if_absent=kind,
        assumed=None,
        choices=node.get("choices", {}),
        lo=lo,
        hi=hi,
        derived=False,
        place=node.place(),
        earlier=bool(node.get("earlier", False)),
    )
    if kind == "charged":
        if type != "flag":
            node["if_absent"].fault("wrong_type", "只有 flag 能用 charged", "请改成 ask")
        return dataclasses.replace(fact, assumed=True)
    if kind == "assume":
        try:
            return dataclasses.replace(fact, assumed=fact.value(absent["assume"]))
        except BadValue as bad:
            node["if_absent"].fault(bad.code, bad.message, bad.help)
    return fact


_DERIVED_KINDS = {
    "ratio": "ratio",
    "sum": "sum",
    "days_between": "days",
    "months_between": "months",
    "grade": "grade",
}


def _add_derived(name: str, node: Node, folder: Folder, words: Words) -> None:
    if "basis" in node:
        build_citation(node["basis"], words)
    form = next(form for form in _DERIVED_KINDS if form in node)
    inputs: list[str] = []
    rows: list[tuple[str, Condition]] = []
    choices: dict[str, str] = {}
    if form == "grade":
        listed = list(node["grade"].each())
        for index, row in enumerate(listed):
            last = index == len(listed) - 1
            if last and "when" in row:
                help = "最后一行收下其余情形，请删去它的 when，或者再加一行"
                row.fault("grade_rows", "最后一行不能有 when", help)
            elif not last and "when" not in row:
                row.fault("grade_rows", "这一行没有 when", "只有最后一行不写 when，请补上")
            when = build_when(row, words)
            rows.append((row.value["value"], when))
            choices[row.value["value"]] = row.value["label"]
            inputs.extend(test.fact for test in tests_of(when) if test.fact not in inputs)
        type = "choice"
    else:
        named = node[form].each() if form == "sum" else (each for _, each in node[form].items())
        types: list[str] = []
        for each in named:
            if each.value in words.broken or not is_known(
                each, words.facts, "unknown_fact", "事实", "facts.yaml"
            ):
                words.broken.add(name)
                return
            inputs.append(each.value)
            types.append(words.facts[each.value].type)
        wanted = ("date",) if form.endswith("between") else ("count", "amount")
        if len(set(types)) != 1 or types[0] not in wanted:
            node[form].fault(
                "wrong_type", "几个量的类型要相同，且能这样算", f"可用类型：{'、'.join(wanted)}"
            )
            words.broken.add(name)
            return
        type = {"ratio": "percent", "sum": types[0]}.get(form, "count")
    kind = _DERIVED_KINDS[form]
    span = MAGNITUDE * 1_000_000
    unit = {"days": "日", "months": "个月"}.get(kind, "")
    if kind == "sum":
        units = {words.facts[each].unit for each in inputs}
        unit = units.pop() if len(units) == 1 else ""
    place = node.place()
    fact = Fact(
        name,
        type,
        node.value["label"],
        "",
        unit,
        "violation",
        "ask",
        None,
        choices,
        0 if kind in ("ratio", "sum") else -span,
        span,
        True,
        place,
    )
    if name in words.facts:
        node.fault("duplicate_id", f"“{name}”已在别处定义", "一个名字只定义一次")
        return
    words.facts[name] = fact
    if rows:
        compute = grade(rows)
    elif kind == "sum":
        compute = total(tuple(inputs), tuple(words.facts[each].lo for each in inputs), span)
    else:
        compute = numeric(kind, tuple(inputs))
    words.derived[name] = Derived(
        name, kind, tuple(inputs), compute, RuleRef(folder.id, name, place), tuple(rows)
    )
