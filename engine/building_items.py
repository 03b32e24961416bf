"""Items from their files: penalties with their measures, fines and tiers."""

from __future__ import annotations

from engine.building_fines import build_fine
from engine.citation import RuleRef
from engine.clauses import (
    Words,
    amount_fact,
    build_citation,
    build_condition,
    build_period,
    build_when,
    day_of,
    is_known,
)
from engine.dates import Period, day_text
from engine.faults import did_you_mean, or_add
from engine.item import Displaced, ImposedBy, Item, ItemSource, Measure, Penalty, Tier, TierTable
from engine.loading import Node


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
        build_when(node, words),
        node.place(),
    )


def build_measures(node: Node, words: Words) -> tuple[Measure, ...]:
    """The measures of a rule."""
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
        build_when(node, words),
        build_citation(node["basis"], words),
        node.value["obligation"],
        build_measures(node, words),
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
    _check_penalties(node["penalties"])
    for each in node["sources"].each():
        if "on" in each:
            day_of(each["on"])
    return Item(
        id,
        node.value["title"],
        period,
        node.value["status"],
        prefix,
        tuple(node.get("succeeds", ())),
        tuple(_build_displaced(each) for each in node.listed("displaces")),
        tuple(build_citation(each, words) for each in node.listed("violates")),
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


def _check_penalties(penalties: Node) -> None:
    """Every penalty has an id of its own, and those it names are others of the same item."""
    known = [each.value["id"] for each in penalties.each()]
    for each in penalties.each():
        own = each.value["id"]
        if known.count(own) > 1:
            each["id"].fault("duplicate_id", f"处罚“{own}”重复", "同一事项里每个处罚用不同的 id")
        multiplied = [each["fine"]["times_fine"]] if "times_fine" in each.get("fine", ()) else []
        for target in (*each.listed("replaces"), *multiplied):
            if target.value not in known or target.value == own:
                target.fault(
                    "unknown_penalty",
                    f"本事项没有另一个处罚“{target.value}”",
                    did_you_mean(target.value, known),
                )
        for target in multiplied:
            _check_multiplied(target, penalties)


def _check_multiplied(node: Node, penalties: Node) -> None:
    """A fine is multiplied only from a plain one, never from another multiple."""
    for penalty in penalties.each():
        if penalty["id"].value == node.value and "times_fine" in penalty.get(
            "fine", ("times_fine",)
        ):
            node.fault(
                "no_plain_fine", f"处罚“{node.value}”没有可以加倍的罚款", "请指向直接写明罚款的处罚"
            )
