"""Items, tiers, circumstances, procedures and policies: from checked sources to model objects."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import Any

from engine.citation import Citation
from engine.clauses import (
    Words,
    amount_fact,
    build_citation,
    build_condition,
    build_fine,
    build_period,
    day_of,
    fen_of,
    is_known,
    ref_of,
)
from engine.conditions import compile_condition, tests_of
from engine.dates import Period, day_text
from engine.facts import Values
from engine.faults import did_you_mean, or_add
from engine.loading import Folder, Node
from engine.model import (
    ALWAYS,
    AmountTest,
    Awaited,
    Circumstance,
    Conflict,
    Delegate,
    Displaced,
    ImposedBy,
    Item,
    ItemSource,
    Jurisdiction,
    Layer,
    Limb,
    Limitation,
    Measure,
    Penalty,
    Policy,
    Principle,
    Procedure,
    Release,
    RuleRef,
    Scope,
    Tier,
    TierTable,
)


def build_measure(node: Node, words: Words) -> Measure:
    """A measure whose kinds must be known words."""
    form = next(form for form in ("kind", "one_of", "up_to") if form in node)
    named = [node[form]] if form == "kind" else list(node[form].each())
    for each in named:
        is_known(each, words.measures, "unknown_measure", "措施", "terms.yaml")
    if "by" in node:
        is_known(node["by"], words.organs, "unknown_organ", "机关", "terms.yaml")
    amount_of = amount_fact(node["amount_of"], words, "amount") if "amount_of" in node else None
    return Measure(
        "single" if form == "kind" else form,
        tuple(each.value for each in named),
        node.value["nature"],
        node.get("by"),
        amount_of,
        build_condition(node["when"], words) if "when" in node else ALWAYS,
        node.place(),
    )


def _measures(node: Node, words: Words) -> tuple[Measure, ...]:
    return tuple(build_measure(each, words) for each in node.listed("measures"))


def build_table(
    node: Node, owner: str, layer: str, period: Period, words: Words, overlay: Node | None = None
) -> TierTable:
    """The tiers one layer gives for one penalty; the source and the reason of a tier are its own,
    else the table's, else the overlay's."""
    shared = {
        key: outer.value[key]
        for outer in (overlay, node)
        if outer is not None
        for key in ("source", "because")
        if key in outer
    }
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
        ref = RuleRef(layer, f"{owner}/{id}", each.source.place(each.pointer), each.marks())
        source = each.get("source", shared.get("source", {}))
        because = each.get("because", shared.get("because", ""))
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
                because,
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
        dated=None if overlay is None else overlay["effective"].place(),
    )


def build_penalty(node: Node, item: str, layer: str, period: Period, words: Words) -> Penalty:
    """One penalty of an item."""
    id = node.value["id"]
    written = node.value["party"]
    roles = [node["party"]] if isinstance(written, str) else list(node["party"].each())
    for role in roles:
        is_known(role, words.roles, "unknown_role", "当事人身份", "terms.yaml")
    if "imposed_by" in node:
        is_known(node["imposed_by"]["organ"], words.organs, "unknown_organ", "机关", "terms.yaml")
    refers = node.get("refers_to")
    tables = (build_table(node, f"{item}/{id}", layer, period, words),) if "tiers" in node else ()
    if refers and {"fine", "measures", "tiers"} & set(node.value):
        node["refers_to"].fault(
            "reference_and_own",
            "既指向别的条文，又自己写了处罚",
            "罚款、措施、阶次由所指条文决定",
        )
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
        _measures(node, words),
        build_fine(node["fine"], words) if "fine" in node else None,
        tuple(node.get("replaces", ())),
        (refers["item"], refers.get("penalty")) if refers else None,
        _build_imposed_by(node["imposed_by"], words) if "imposed_by" in node else None,
        node.get("status", "verified"),
        tables,
        RuleRef(layer, f"{item}/{id}", node.place(), node.marks()),
    )


def _build_imposed_by(node: Node, words: Words) -> ImposedBy:
    basis = build_citation(node["basis"], words) if "basis" in node else None
    return ImposedBy(node.value["organ"], node.get("level"), basis, node.get("status", "verified"))


def _build_displaced(node: Node) -> Displaced:
    if isinstance(node.value, str):
        return Displaced(node.value, "verified")
    return Displaced(node.value["item"], node.value["status"])


def build_item(node: Node, layer: str, words: Words) -> Item:
    """One edition of an item."""
    id = node.value["id"]
    period = build_period(node["effective"])
    prefix = id.split("-")[0]
    if prefix not in words.laws:
        help = or_add(prefix, words.laws, "laws.yaml")
        node["id"].fault("unknown_law", f"编号前缀“{prefix}”没有定义", help)
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
        if "fine" in each and "times_fine" in each["fine"]:
            _check_multiplied(each["fine"]["times_fine"], node["penalties"])
    for each in node["sources"].each():
        _check_day(each)
    return Item(
        id,
        node.value["title"],
        period,
        node.value["status"],
        prefix,
        tuple(node.get("succeeds", ())),
        tuple(_build_displaced(each) for each in node["displaces"].each())
        if "displaces" in node
        else (),
        tuple(build_citation(each, words) for each in node["violates"].each())
        if "violates" in node
        else (),
        build_condition(node["established_when"], words),
        penalties,
        node.get("beside_others", False),
        node.get("crime_clause", False),
        tuple(
            ItemSource(source["document"], source.get("checked", ""), source.get("on", ""))
            for source in node.value["sources"]
        ),
        node.get("note", ""),
        f"{id}@{day_text(period.start)}",
        RuleRef(layer, id, node["id"].place(), node.marks()),
    )


def _check_day(source: Node) -> None:
    """The day of a check is a day of the calendar."""
    if "on" in source:
        day_of(source["on"])


def _check_multiplied(node: Node, penalties: Node) -> None:
    """A fine is multiplied only from a plain one, never from another multiple."""
    for penalty in penalties.each():
        if penalty["id"].value == node.value and "times_fine" in penalty.get(
            "fine", ("times_fine",)
        ):
            node.fault(
                "no_plain_fine", f"处罚“{node.value}”没有可以加倍的罚款", "请指向直接写明罚款的处罚"
            )


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
        _measures(node, words),
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
    when = build_condition(node["when"], words) if "when" in node else ALWAYS
    return Limitation(
        node.value["id"],
        node.value["title"],
        node.value["years"],
        when,
        compile_condition(when),
        _measures(node, words),
        build_citation(node["basis"], words),
        node.value["status"],
        ref_of(folder, node.value["id"], node),
    )


def build_conflicts(folder: Folder, words: Words) -> list[Conflict]:
    """The facts that a layer says cannot hold together (its computed facts are known by now)."""
    if "facts" not in folder.top or "conflicts" not in folder.top["facts"]:
        return []
    found = []
    for node in folder.top["facts"]["conflicts"].each():
        when = build_condition(node["when"], words)
        ref = ref_of(folder, "conflict", node)
        found.append(Conflict(when, compile_condition(when), node.value["because"], ref))
    return found


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
    when = build_condition(node["when"], words) if "when" in node else ALWAYS
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
        authority.get("organ"),
        build_period(node["effective"]),
        tuple(node.get("missing", ())),
        tuple(_awaited(folder, each) for each in node.listed("awaits")),
        node.get("independent", False),
        _release(node["release"]) if "release" in node else None,
        ref_of(folder, folder.id, node),
    )


def _release(node: Node) -> Release:
    """A version, two people, and a day of the calendar."""
    version, author, approver = (node.value[key] for key in ("version", "author", "approved_by"))
    if "".join(author.split()) == "".join(approver.split()):
        node["approved_by"].fault(
            "approved_by_author", "批准人就是起草人", "发布要由起草人以外的人批准"
        )
    return Release(version, author, approver, day_of(node["on"]) or 0)


def _awaited(folder: Folder, node: Node) -> Awaited:
    def named(key: str) -> tuple[str, ...]:
        return tuple(node.get(key, ()))

    return Awaited(
        node.value["document"],
        node.value["lacks"],
        named("items"),
        named("items_of"),
        named("drafts_of"),
        named("tiers_of"),
        named("parameters"),
        named("rules"),
        node.get("note", ""),
        ref_of(folder, node.value["document"], node),
    )


def build_jurisdiction(folder: Folder, words: Words) -> Jurisdiction | None:
    """The lowest level that may punish at all, where the manifest states it."""
    if "jurisdiction" not in folder.manifest:
        return None
    node = folder.manifest["jurisdiction"]
    return Jurisdiction(
        node.value["lowest_level"],
        build_citation(node["basis"], words),
        node.value["status"],
        ref_of(folder, "jurisdiction", node),
    )


def build_principles(folder: Folder, words: Words) -> dict[str, Principle]:
    """The general rules of a manifest, by kind."""
    if "principles" not in folder.manifest:
        return {}
    return {
        name: Principle(
            build_citation(node["basis"], words), node.value["status"], ref_of(folder, name, node)
        )
        for name, node in folder.manifest["principles"].items()
    }


def build_delegates(folder: Folder) -> list[Delegate]:
    """The bodies that the manifest entrusts with items or transfers them to."""
    if "delegation" not in folder.manifest:
        return []
    found = []
    for kind in ("entrusted", "transferred"):
        delegation = folder.manifest["delegation"]
        for node in delegation[kind].each() if kind in delegation else ():
            until = day_of(node["until"]) if "until" in node else None
            found.append(
                Delegate(
                    kind,
                    node.value["to"],
                    frozenset(node.value["items"]),
                    node.value["document"],
                    until,
                    ref_of(folder, f"delegation/{kind}", node),
                )
            )
    return found


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
        ref = ref_of(folder, name, node)
        policies[name] = Policy(values, node.value["status"], source, ref)
    return policies


def _check_bands(node: Node) -> None:
    last: tuple[Any, Any] = (0, 0)
    for name in ("lighten", "normal", "aggravate"):
        band = (node.value[name]["from"], node.value[name]["to"])
        if band[0] > band[1]:
            node[name].fault("bands_out_of_order", f"{name} 的 from 大于 to", "请把小的写在 from")
        elif band[0] < last[0] or band[1] < last[1]:
            node[name].fault(
                "bands_out_of_order", f"{name} 的幅度与前一档次序颠倒", "从轻、一般、从重应依次不降"
            )
        last = band
