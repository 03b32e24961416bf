"""How a difference names items, penalties and tiers."""

from __future__ import annotations

from collections.abc import Sequence

from engine.citation import Citation
from engine.loading import Node
from engine.phrases import OBLIGATIONS, STAGES, STATUS
from engine.quoting import Quoter


def heading(id: str, title: str, basis: Citation, quoter: Quoter) -> str:
    """A rule by the article it stands in, its title and its id."""
    law = quoter.rule_set.laws[basis.law]
    return f"{basis.text(law.title, national=False)} {title}（{id}）"


def node_heading(node: Node, quoter: Quoter) -> str:
    """An item as it stands in its file; its article is that of its first penalty."""
    basis = quoter.citation(next(node["penalties"].each())["basis"])
    return heading(str(node.value["id"]), str(node.value["title"]), basis, quoter)


def item_heading(id: str, quoter: Quoter) -> str:
    """An item of a rule set by its id; the id alone where it has no rules there."""
    editions = quoter.rule_set.items.get(id)
    if not editions:
        return id
    return heading(id, editions[-1].title, editions[-1].penalties[0].basis, quoter)


def penalty_part(node: Node, quoter: Quoter, siblings: Sequence[Node]) -> str:
    """A penalty by its stage and its party, and by its id where these are not enough."""

    def whom(each: Node) -> tuple[object, ...]:
        return each.value["stage"], each.value["party"]

    part = f"{STAGES[node.value['stage']]}，{quoter.roles_say(node.value['party'])}"
    alike = [each for each in siblings if whom(each) == whom(node)]
    return f"{part}（{node.value['id']}）" if len(alike) > 1 else part


def overlaid_part(item: str, penalty: str, quoter: Quoter) -> str:
    """A penalty that tiers are laid over, as far as the rule set knows it."""
    for edition in quoter.rule_set.items.get(item, ())[::-1]:
        named = [each for each in edition.penalties if each.id == penalty]
        alike = [
            each
            for each in edition.penalties
            for one in named
            if (each.stage, each.roles) == (one.stage, one.roles)
        ]
        if named:
            part = f"{STAGES[named[0].stage]}，{quoter.roles_say(named[0].roles)}"
            return f"{part}（{penalty}）" if len(alike) > 1 else part
    return penalty


def penalty_says(node: Node, quoter: Quoter) -> str:
    """What a penalty does, in one sentence."""
    verb, roles = OBLIGATIONS[node.value["obligation"]], quoter.roles_say(node.value["party"])
    what = quoter.measures_say(node["measures"]) if "measures" in node else []
    if "fine" in node:
        what.append(f"罚款{quoter.fine_says(node['fine'])}")
    if "refers_to" in node:
        what.append(f"依 {node.value['refers_to']['item']} 处罚")
    when = f"（{quoter.condition_says(node['when'])}）" if "when" in node else ""
    return f"{STAGES[node.value['stage']]}，{verb}对{roles}{when}：{'，'.join(what)}"


def tier_part(node: Node) -> str:
    """A tier by its id, and its title where it has one."""
    title = node.get("title")
    return f"{node.value['id']} 档（{title}）" if title else f"{node.value['id']} 档"


def tier_says(node: Node, quoter: Quoter) -> str:
    """What a tier says: its condition, its fine, how sure it is."""
    when = quoter.condition_says(node["when"])
    return f"{when}，罚款{quoter.fine_says(node['fine'])}（{STATUS[node.value['status']]}）"
