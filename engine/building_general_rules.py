"""Circumstances, limitations and procedures from their files."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

from engine.building_items import build_measures
from engine.citation import Citation
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
from engine.conditions import compile_condition, tests_of
from engine.facts import Values
from engine.general_rules import AmountTest, Circumstance, Limb, Limitation, Procedure, Scope
from engine.loading import Folder, Node


def build_circumstance(node: Node, folder: Folder, words: Words) -> Circumstance:
    """One circumstance."""
    if "exempt" in node.value["effects"] and len(node.value["effects"]) > 1:
        node["effects"].fault("mixed_effects", "不予处罚不能与其他效果并列", "请分成两个情节")
    if "gate" in node and node.value["effects"] != ["exempt"]:
        node["gate"].fault("gate_not_exempt", "只有不予处罚的情节能写 gate", "请删去 gate")
    if node.value["obligation"] == "may" and (
        "gate" in node or {"bar_fine", "add_measures"} & set(node.value["effects"])
    ):
        node["obligation"].fault(
            "gate_not_shall", "关口、不得罚款、增加措施都是“应当”", "请写 obligation: shall"
        )
    if "add_measures" in node.value["effects"] and "measures" not in node:
        node["effects"].fault("no_measures", "add_measures 要写 measures", "请写明加什么措施")
    return Circumstance(
        node.value["id"],
        node.value["title"],
        tuple(node.value["effects"]),
        node.value["obligation"],
        build_condition(node["when"], words),
        build_condition(node["excluded_when"], words) if "excluded_when" in node else None,
        node.get("gate", False),
        build_measures(node, words),
        _build_scope(node, words),
        build_citation(node["basis"], words),
        build_period(node["effective"]) if "effective" in node else None,
        node.value["status"],
        ref_of(folder, node.value["id"], node),
    )


def _build_scope(node: Node, words: Words) -> Scope:
    scope = node.get("applies_to", {})
    if "roles" in scope:
        for role in node["applies_to"]["roles"].each():
            is_known(role, words.roles, "unknown_role", "当事人身份", "terms.yaml")
    kinds, roles, items = (frozenset(scope.get(key, ())) for key in ("kinds", "roles", "items"))
    return Scope(kinds, roles, items)


def build_limitation(node: Node, folder: Folder, words: Words) -> Limitation:
    """How long a kind of violation may be punished."""
    when = build_when(node, words)
    return Limitation(
        node.value["id"],
        node.value["title"],
        node.value["years"],
        when,
        compile_condition(when),
        build_measures(node, words),
        build_citation(node["basis"], words),
        node.value["status"],
        ref_of(folder, node.value["id"], node),
    )


def build_procedure(node: Node, folder: Folder, words: Words) -> Procedure:
    """One procedure, referral or listing; without limbs of its own its `when` is the only one."""
    deadline, surcharge = node.get("deadline"), node.get("surcharge")
    if "to" in node:
        is_known(node["to"], words.organs, "unknown_organ", "机关", "terms.yaml")
    basis = build_citation(node["basis"], words)
    limbs = list(node["limbs"].each()) if "limbs" in node else [node]
    return Procedure(
        node.value["id"],
        node.value["kind"],
        node.value["title"],
        node.get("about", "violation" if node.value["kind"] == "referral" else "party"),
        node.get("obligation", "shall"),
        node.get("to"),
        node.get("follows"),
        tuple(_build_limb(each, basis, words) for each in limbs),
        _build_scope(node, words),
        basis,
        (deadline["count"], deadline["unit"], deadline["from"]) if deadline else None,
        (deadline["starts"], deadline["ends"]) if deadline and "starts" in deadline else None,
        (_percent(surcharge["percent_per_day"]), _percent(surcharge["cap_percent"]))
        if surcharge
        else None,
        build_period(node["effective"]) if "effective" in node else None,
        node.value["status"],
        ref_of(folder, node.value["id"], node),
    )


def _percent(written: int | Decimal) -> Fraction:
    return Fraction(written) / 100


def _build_limb(node: Node, basis: Citation, words: Words) -> Limb:
    when = build_when(node, words)
    for key in ("imposes", "imposes_only"):
        if key in node:
            for each in node[key].each():
                is_known(each, words.measures, "unknown_measure", "措施", "terms.yaml")
    only = node.get("imposes_only")
    ask, reads = compile_condition(when), dict.fromkeys(test.fact for test in tests_of(when))
    named = [(name, words.facts[name].taken(charged=False)) for name in reads]
    taken: Values = {name: value for name, value in named if value is not None}
    return Limb(
        node.value["title"],
        when,
        ask,
        tuple(reads),
        taken,
        ask(taken),
        _build_amount_test(node["amount"], words) if "amount" in node else None,
        frozenset(node.get("imposes", ())),
        None if only is None else frozenset(only),
        build_citation(node["basis"], words) if "basis" in node and "kind" not in node else basis,
    )


def _build_amount_test(node: Node, words: Words) -> AmountTest:
    op = next(key for key in node.value if key != "of")
    written = node.value[op]
    if isinstance(written, dict):
        name = node[op]["parameter"]
        is_known(name, words.parameters, "unknown_parameter", "参数", "parameters.yaml")
        return AmountTest(node.value["of"], op, None, name.value)
    return AmountTest(node.value["of"], op, fen_of(node[op]), None)
