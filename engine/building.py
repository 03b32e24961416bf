"""From checked sources to model objects: every reference resolved, every fault noted."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction
from typing import Any

from engine.citation import Citation
from engine.conditions import either, simplify, tests_of
from engine.dates import Period, day_number
from engine.facts import MAGNITUDE, STEPS, BadValue, Fact
from engine.faults import did_you_mean
from engine.loading import Folder, Node
from engine.model import (
    ALWAYS,
    Amount,
    Circumstance,
    Condition,
    Conflict,
    Derived,
    Fine,
    Item,
    Law,
    Layer,
    Measure,
    Not,
    Parameter,
    Penalty,
    PerDay,
    Policy,
    Procedure,
    Range,
    RuleRef,
    Scaled,
    Substitute,
    Test,
    Tier,
    TierTable,
    TimesFine,
)
from engine.money import FEN


@dataclasses.dataclass(slots=True)
class Words:
    """What the layers read so far know: the vocabulary that references resolve against."""

    laws: dict[str, Law] = dataclasses.field(default_factory=dict)
    roles: dict[str, tuple[str, str]] = dataclasses.field(default_factory=dict)
    measures: dict[str, str] = dataclasses.field(default_factory=dict)
    organs: dict[str, str] = dataclasses.field(default_factory=dict)
    facts: dict[str, Fact] = dataclasses.field(default_factory=dict)
    derived: dict[str, Derived] = dataclasses.field(default_factory=dict)
    parameters: dict[str, Parameter] = dataclasses.field(default_factory=dict)


# Small pieces -----------------------------------------------------------------------------


def build_period(node: Node) -> Period:
    """A period of validity; a day not on the calendar or a reversed period is a fault."""
    days: dict[str, int | None] = {"from": 1, "until": None}
    for key, each in node.items():
        try:
            days[key] = day_number(each.value)
        except ValueError:
            each.fault("not_a_date", f"“{each.value}”不是日历上的日子", "请写成 2026-03-02 的样子")
    start, end = days["from"] or 1, days["until"]
    if end is not None and end < start:
        node.fault("reversed_period", "until 早于 from", "请核对起止日期")
        end = None
    return Period(start, end)


def build_citation(node: Node, words: Words) -> Citation:
    """A citation whose instrument must be known."""
    _known(node["law"], words.laws, "unknown_law", "法律文件", "laws.yaml")
    return Citation(
        node.value["law"], node.value["article"], node.get("paragraph"), node.get("item")
    )


def _known(node: Node, known: Any, code: str, what: str, where: str) -> bool:
    if node.value in known:
        return True
    node.fault(
        code,
        f"{what}“{node.value}”没有定义",
        f"{did_you_mean(node.value, known)}，或在 {where} 里加上",
    )
    return False


def build_condition(node: Node, words: Words) -> Condition:
    """A condition over known facts, its operands in each fact's own steps."""
    parts: list[Condition] = []
    for key, each in node.items():
        if key in ("all", "any"):
            inner = [build_condition(part, words) for part in each.each()]
            parts.append(simplify(inner) if key == "all" else either(inner))
        elif key == "not":
            parts.append(Not(build_condition(each, words)))
        elif key in words.facts:
            parts.extend(_build_tests(words.facts[key], each))
        else:
            each.findings.append(
                each.source.finding(
                    "unknown_fact",
                    each.pointer,
                    f"事实“{key}”没有定义",
                    f"{did_you_mean(key, words.facts)}，或在 facts.yaml 里加上",
                    key=True,
                )
            )
    return simplify(parts) if parts else ALWAYS


def _build_tests(fact: Fact, node: Node) -> Iterator[Condition]:
    for op, each in node.items():
        if op not in _allowed_ops(fact):
            each.fault(
                "wrong_test",
                f"“{fact.name}”是 {fact.type}，不能用 {op}",
                f"可用：{'、'.join(_allowed_ops(fact))}",
            )
        elif op == "in":
            options = [_build_test(fact, "is", option) for option in each.each()]
            yield either([option for option in options if option is not None])
        else:
            test = _build_test(fact, op, each)
            if test is not None:
                yield test


def _allowed_ops(fact: Fact) -> tuple[str, ...]:
    if fact.type == "flag":
        return ("is", "is_not")
    if fact.type == "choice":
        return ("is", "is_not", "in")
    return ("is", "is_not", "in", "at_least", "above", "at_most", "below")


def _build_test(fact: Fact, op: str, node: Node) -> Test | None:
    try:
        if fact.numeric:
            return Test(fact.name, op, fact.threshold(node.value))
        value = fact.value(node.value)
    except BadValue as bad:
        node.fault(bad.code, bad.message, bad.help)
        return None
    if isinstance(value, frozenset):
        return Test(fact.name, op, next(iter(value)))
    assert isinstance(value, bool)
    return Test(fact.name, op, value)


# Amounts ----------------------------------------------------------------------------------

_FORMS: dict[str, tuple[set[str], set[str]]] = {
    # form: (keys it must have, keys it may have)
    "percent_of": ({"percent_of"}, {"min", "max", "fixed", "cap", "substitute"}),
    "times": ({"times"}, {"min", "max", "fixed", "cap", "substitute"}),
    "times_fine": ({"times_fine"}, {"min", "max", "fixed"}),
    "per_day": ({"per_day", "days"}, set()),
    "fixed": ({"fixed"}, set()),
    "range": ({"max"}, {"min"}),
}


def build_fine(node: Node, words: Words) -> Fine | None:
    """The fine of a penalty or tier in one of its forms."""
    amount = _build_amount(node, words)
    if amount is None:
        return None
    return Fine(amount, node.get("with_measures") == "alone_or_together", node.place())


def _build_amount(node: Node, words: Words) -> Amount | None:
    keys = set(node.value) - {"with_measures"}
    form = next((name for name in _FORMS if name in keys), "range")
    must, may = _FORMS[form]
    if not must <= keys or keys - must - may:
        node.fault(
            "fine_form",
            f"罚款的写法不成一种：{'、'.join(sorted(keys))}",
            f"{form} 要有 {'、'.join(sorted(must))}，只可再有 {'、'.join(sorted(may)) or '（无）'}",
        )
        return None
    if form in ("range", "fixed"):
        return _build_range(node)
    if form == "per_day":
        base = _amount_fact(node["per_day"], words, "amount")
        days = _amount_fact(node["days"], words, "count")
        return PerDay(base, days) if base and days else None
    bounds = _factors(node, percent=form == "percent_of")
    if bounds is None:
        return None
    lo, hi = bounds
    if form == "times_fine":
        return TimesFine(node.value["times_fine"], lo, hi)
    base = _amount_fact(node[form], words, "amount")
    if base is None:
        return None
    cap = _fen(node["cap"]) if "cap" in node else None
    substitute = _build_substitute(node["substitute"], words) if "substitute" in node else None
    return Scaled(base, lo, hi, "fixed" in keys, cap, substitute, form == "percent_of")


def _build_substitute(node: Node, words: Words) -> Substitute | None:
    bounds = _factors(node, percent=False)
    base = _amount_fact(node["times"], words, "amount")
    when = build_condition(node["when"], words)
    if bounds is None or base is None:
        return None
    amount = Scaled(base, *bounds, "fixed" in node, None, None, False)
    return Substitute(when, amount, node.get("status", "verified"), node.place())


def _factors(node: Node, *, percent: bool) -> tuple[Fraction, Fraction] | None:
    scale = 100 if percent else 1
    if "fixed" in node and not {"min", "max"} & set(node.value):
        fixed = Fraction(node.value["fixed"]) / scale
        return fixed, fixed
    if "fixed" in node or "min" not in node or "max" not in node:
        node.fault("fine_form", "比例或倍数要写 fixed，或者 min 和 max", "请二选一写全")
        return None
    lo, hi = Fraction(node.value["min"]) / scale, Fraction(node.value["max"]) / scale
    if not 0 < lo <= hi:
        node.fault("reversed_range", "min 要大于 0 且不大于 max", "请核对")
        return None
    return lo, hi


def _build_range(node: Node) -> Range | None:
    if "fixed" in node:
        fixed = _fen(node["fixed"])
        return Range(fixed, fixed) if fixed else None
    lo = _fen(node["min"]) if "min" in node else None
    hi = _fen(node["max"])
    if hi is None or ("min" in node and lo is None):
        return None
    if lo is not None and lo > hi:
        node.fault("reversed_range", "min 大于 max", "请核对两个数额")
        return None
    return Range(lo, hi)


def _fen(node: Node) -> int | None:
    written: int | Decimal = node.value
    fen = Fraction(written) * FEN
    if fen.denominator != 1 or fen <= 0 or written > MAGNITUDE:
        node.fault(
            "bad_amount",
            f"“{written}”不是合法的罚款数额",
            "应大于 0，最多两位小数；没有下限就不写 min",
        )
        return None
    return int(fen)


def _amount_fact(node: Node, words: Words, type: str) -> str | None:
    name = str(node.value)
    if type == "amount" and name in words.parameters:
        return name
    if not _known(node, words.facts, "unknown_fact", "事实", "facts.yaml"):
        return None
    if words.facts[name].type != type:
        node.fault("wrong_type", f"“{name}”的类型应是 {type}", "请换一个事实，或者改它的类型")
        return None
    return name


# Items ------------------------------------------------------------------------------------


def build_measure(node: Node, words: Words) -> Measure:
    """A measure whose kinds must be known words."""
    form = next(form for form in ("kind", "one_of", "up_to") if form in node)
    named = [node[form]] if form == "kind" else list(node[form].each())
    for each in named:
        _known(each, words.measures, "unknown_measure", "措施", "terms.yaml")
    if "by" in node:
        _known(node["by"], words.organs, "unknown_organ", "机关", "terms.yaml")
    amount_of = _amount_fact(node["amount_of"], words, "amount") if "amount_of" in node else None
    return Measure(
        "single" if form == "kind" else form,
        tuple(each.value for each in named),
        node.value["nature"],
        node.get("by"),
        amount_of,
        build_condition(node["when"], words) if "when" in node else ALWAYS,
        node.place(),
    )


def build_table(node: Node, owner: str, layer: str, period: Period, words: Words) -> TierTable:
    """The tiers one layer gives for one penalty."""
    tiers: list[Tier] = []
    seen: set[str] = set()
    for each in node["tiers"].each():
        id = each.value["id"]
        if id in seen:
            each["id"].fault("duplicate_id", f"阶次“{id}”重复", "同一处罚里每个阶次用不同的 id")
        seen.add(id)
        fine = build_fine(each["fine"], words)
        when = build_condition(each["when"], words)
        if fine is None:
            continue
        ref = RuleRef(layer, f"{owner}/{id}", each.source.place(each.pointer))
        source = each.get("source", {})
        name = " ".join(filter(None, (source.get("document"), source.get("row"))))
        tiers.append(
            Tier(
                f"{layer}:{owner}/{id}@{period.start}",
                id,
                each.get("title", f"裁量阶次{id}"),
                when,
                fine,
                each.value["status"],
                name,
                build_citation(each["basis"], words) if "basis" in each else None,
                ref,
            )
        )
    return TierTable(
        layer,
        node.get("rows", "complete") == "partial",
        node.get("hit", "unique") == "highest",
        tuple(tiers),
        period,
        node.place(),
    )


def build_penalty(node: Node, item: str, layer: str, period: Period, words: Words) -> Penalty:
    """One penalty of an item."""
    id = node.value["id"]
    written = node.value["party"]
    roles = [node["party"]] if isinstance(written, str) else list(node["party"].each())
    for role in roles:
        _known(role, words.roles, "unknown_role", "当事人身份", "terms.yaml")
    if "imposed_by" in node:
        _known(node["imposed_by"]["organ"], words.organs, "unknown_organ", "机关", "terms.yaml")
    imposed = node.get("imposed_by")
    refers = node.get("refers_to")
    tables = (build_table(node, f"{item}/{id}", layer, period, words),) if "tiers" in node else ()
    if not {"measures", "fine", "refers_to"} & set(node.value):
        node.fault(
            "empty_penalty", f"处罚“{id}”既没有罚款也没有措施", "请写 fine、measures 或 refers_to"
        )
    return Penalty(
        id,
        tuple(role.value for role in roles),
        node.value["stage"],
        build_condition(node["when"], words) if "when" in node else ALWAYS,
        build_citation(node["basis"], words),
        node.value["obligation"],
        tuple(build_measure(each, words) for each in node["measures"].each())
        if "measures" in node
        else (),
        build_fine(node["fine"], words) if "fine" in node else None,
        tuple(node.get("replaces", ())),
        (refers["item"], refers.get("penalty")) if refers else None,
        (imposed["organ"], imposed.get("level")) if imposed else None,
        node.get("status", "verified"),
        tables,
        RuleRef(layer, f"{item}/{id}", node.place()),
    )


def build_item(node: Node, layer: str, words: Words) -> Item:
    """One edition of an item."""
    id = node.value["id"]
    period = build_period(node["effective"])
    prefix = id.split("-")[0]
    if prefix not in words.laws:
        _known(
            node["id"], [f"{law}-…" for law in words.laws], "unknown_law", "编号前缀", "laws.yaml"
        )
    penalties = tuple(
        build_penalty(each, id, layer, period, words) for each in node["penalties"].each()
    )
    known = [penalty.id for penalty in penalties]
    for each in node["penalties"].each():
        own = each.value["id"]
        if known.count(own) > 1:
            each["id"].fault("duplicate_id", f"处罚“{own}”重复", "同一事项里每个处罚用不同的 id")
        targets = list(each["replaces"].each()) if "replaces" in each else []
        if "fine" in each and "times_fine" in each["fine"]:
            targets.append(each["fine"]["times_fine"])
        for target in targets:
            if target.value not in known or target.value == own:
                target.fault(
                    "unknown_penalty",
                    f"本事项没有另一个处罚“{target.value}”",
                    did_you_mean(target.value, known),
                )
    return Item(
        id,
        node.value["title"],
        period,
        node.value["status"],
        prefix,
        tuple(node.get("succeeds", ())),
        tuple(node.get("displaces", ())),
        tuple(build_citation(each, words) for each in node["violates"].each())
        if "violates" in node
        else (),
        build_condition(node["established_when"], words),
        penalties,
        node.get("crime_clause", False),
        tuple(source["document"] for source in node.value["sources"]),
        node.get("note", ""),
        RuleRef(layer, id, node["id"].place()),
    )


# Vocabulary -------------------------------------------------------------------------------


def _adding(words: dict[str, Any], name: str, node: Node, value: Any) -> None:
    if name in words:
        node.fault("duplicate_id", f"“{name}”已在别处定义", "一个名字只定义一次")
    else:
        words[name] = value


def add_words(folder: Folder, words: Words) -> None:
    """Add a layer's laws, terms, parameters, facts and derived facts to the vocabulary."""
    if "laws" in folder.top:
        for id, node in folder.top["laws"]["laws"].items():
            endpoints = {
                word: node.value["endpoints"][word] == "included" for word in ("以上", "以下")
            }
            law = Law(
                id, node.value["title"], node.value["kind"], endpoints, _ref(folder, id, node)
            )
            for edition in node["editions"].each():
                build_period(edition["effective"])
            _adding(words.laws, id, node, law)
    if "terms" in folder.top:
        terms = folder.top["terms"]
        if "roles" in terms:
            for id, node in terms["roles"].items():
                _adding(words.roles, id, node, (node.value["label"], node.value["kind"]))
        for group, known in (("measures", words.measures), ("organs", words.organs)):
            if group in terms:
                for id, node in terms[group].items():
                    _adding(known, id, node, node.value)
    if "parameters" in folder.top:
        for name, node in folder.top["parameters"]["parameters"].items():
            _adding(words.parameters, name, node, _build_parameter(name, node, folder, words))
    if "facts" in folder.top:
        for name, node in folder.top["facts"]["facts"].items():
            fact = _build_fact(name, node)
            if fact is not None:
                _adding(words.facts, name, node, fact)
    if "derived" in folder.top:
        for name, node in folder.top["derived"]["derived"].items():
            _add_derived(name, node, folder, words)


def _ref(folder: Folder, id: str, node: Node) -> RuleRef:
    return RuleRef(folder.id, id, node.place())


def _build_parameter(name: str, node: Node, folder: Folder, words: Words) -> Parameter:
    if "basis" in node:
        build_citation(node["basis"], words)
    values = []
    for each in node["values"].each():
        fen = _fen(each["value"])
        if fen is not None:
            values.append((build_period(each["effective"]), fen, each.value["status"]))
    return Parameter(name, node.value["label"], tuple(values), _ref(folder, name, node))


def _build_fact(name: str, node: Node) -> Fact | None:
    type = node.value["type"]
    if name in ("all", "any", "not"):
        node.fault("reserved_name", f"“{name}”是条件语言的词", "请换一个名字")
        return None
    if (type == "choice") != ("choices" in node):
        node.fault("wrong_choices", "choice 类型要有 choices，其他类型不能有", "请改正")
        return None
    step = STEPS.get(type, 1)
    lo, hi = 0, MAGNITUDE * step
    if type == "date":
        lo, hi = day_number("1900-01-01"), day_number("2999-12-31")
    if "min" in node:
        lo = int(Fraction(node.value["min"]) * step)
    if "max" in node:
        hi = int(Fraction(node.value["max"]) * step)
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
            if ("when" in row) == last:
                row.fault("grade_rows", "除最后一行外每行都要有 when，最后一行没有", "请改正")
            when = build_condition(row["when"], words) if "when" in row else ALWAYS
            rows.append((row.value["value"], when))
            choices[row.value["value"]] = row.value["label"]
            inputs.extend(test.fact for test in tests_of(when) if test.fact not in inputs)
        type = "choice"
    else:
        named = node[form].each() if form == "sum" else (each for _, each in node[form].items())
        types: list[str] = []
        for each in named:
            if not _known(each, words.facts, "unknown_fact", "事实", "facts.yaml"):
                return
            inputs.append(each.value)
            types.append(words.facts[each.value].type)
        wanted = ("date",) if form.endswith("between") else ("count", "amount")
        if len(set(types)) != 1 or types[0] not in wanted:
            node[form].fault(
                "wrong_type", "几个量的类型要相同，且能这样算", f"可用类型：{'、'.join(wanted)}"
            )
            return
        type = {"ratio": "percent", "sum": types[0]}.get(form, "count")
    kind = _DERIVED_KINDS[form]
    span = MAGNITUDE * 1_000_000
    unit = {"days": "日", "months": "个月"}.get(kind, "")
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
        -span,
        span,
        True,
        place,
    )
    if name in words.facts:
        node.fault("duplicate_id", f"“{name}”已在别处定义", "一个名字只定义一次")
        return
    words.facts[name] = fact
    words.derived[name] = Derived(
        name, kind, tuple(inputs), tuple(rows), RuleRef(folder.id, name, place)
    )


# Circumstances, procedures, manifest ------------------------------------------------------


def build_circumstance(node: Node, folder: Folder, words: Words) -> Circumstance:
    """One circumstance."""
    scope = node.get("applies_to", {})
    if "roles" in scope:
        for role in node["applies_to"]["roles"].each():
            _known(role, words.roles, "unknown_role", "当事人身份", "terms.yaml")
    return Circumstance(
        node.value["id"],
        node.value["title"],
        tuple(node.value["effects"]),
        node.value["obligation"],
        build_condition(node["when"], words),
        build_condition(node["excluded_when"], words) if "excluded_when" in node else None,
        frozenset(scope.get("roles", ())),
        frozenset(scope.get("items", ())),
        build_citation(node["basis"], words),
        build_period(node["effective"]) if "effective" in node else None,
        node.value["status"],
        _ref(folder, node.value["id"], node),
    )


def build_conflicts(folder: Folder, words: Words) -> list[Conflict]:
    """The facts that a layer says cannot hold together (its computed facts are known by now)."""
    if "facts" not in folder.top or "conflicts" not in folder.top["facts"]:
        return []
    return [
        Conflict(
            build_condition(node["when"], words),
            node.value["because"],
            _ref(folder, "conflict", node),
        )
        for node in folder.top["facts"]["conflicts"].each()
    ]


def build_procedure(node: Node, folder: Folder, words: Words) -> Procedure:
    """One procedure, referral or listing."""
    deadline = node.get("deadline")
    return Procedure(
        node.value["id"],
        node.value["kind"],
        node.value["title"],
        build_condition(node["when"], words) if "when" in node else ALWAYS,
        build_citation(node["basis"], words),
        (deadline["count"], deadline["unit"], deadline["from"]) if deadline else None,
        node.value["status"],
        _ref(folder, node.value["id"], node),
    )


def build_layer(folder: Folder) -> Layer:
    """What the manifest says of its rule set."""
    node = folder.manifest
    authority = node.get("authority", {})
    return Layer(
        folder.id,
        node.value["version"],
        node.value["title"],
        node.value["issuer"],
        node.get("document", ""),
        node.value["status"],
        authority.get("region"),
        authority.get("level"),
        build_period(node["effective"]),
        tuple(node.get("missing", ())),
    )


def build_policies(folder: Folder) -> dict[str, Policy]:
    """The written discretion policies of a manifest, by name."""
    manifest = folder.manifest
    if "discretion" not in manifest:
        return {}
    policies = {}
    for name, node in manifest["discretion"].items():
        if name == "bands":
            _check_bands(node)
        values = {
            key: value for key, value in node.value.items() if key not in ("status", "source")
        }
        source = node.value["source"]["document"]
        ref = _ref(folder, name, node)
        policies[name] = Policy(values, node.value["status"], source, ref)
    return policies


def _check_bands(node: Node) -> None:
    last: tuple[Any, Any] = (0, 0)
    for name in ("lighten", "normal", "aggravate"):
        band = (node.value[name]["from"], node.value[name]["to"])
        if band[0] > band[1] or band[0] < last[0] or band[1] < last[1]:
            node[name].fault(
                "bands_out_of_order", f"{name} 的幅度与前一档次序颠倒", "从轻、一般、从重应依次不降"
            )
        last = band
