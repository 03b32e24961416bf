"""Values of rule files as people say them: each form of value in zh-CN."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable
from decimal import Decimal
from typing import Any

from engine.building_fines import build_fine
from engine.building_items import build_measure
from engine.citation import Citation
from engine.clauses import Words, build_citation, build_condition
from engine.conditions import Condition
from engine.dates import Period
from engine.describing import amount_text, condition_text
from engine.faults import Place
from engine.fine import Fine, Range
from engine.flow import flow
from engine.general_rules import OUTCOME_FACTS
from engine.item import Measure
from engine.loading import Node
from engine.model import RuleSet
from engine.money import fen_range, to_fen, yuan_text
from engine.pairing import written_period
from engine.phrases import EFFECTS, LEVELS, OBLIGATIONS, STAGES, STATUS, UNITS
from engine.result import Imposed
from engine.source import Source
from engine.wording import measure_text

_NOWHERE = Place("")
NOTHING = "（无）"
ALWAYS_SAYS = "任何情况"
_YES = {True: "是", False: "否"}
_AT_HAND = {"checked": "已取得", "missing": "没有取得"}
_WITH = {"together": "并处", "alone_or_together": "可以单处，也可以并处"}
_ROWS = {"complete": "整表", "partial": "只有部分行"}
_HIT = {"unique": "不应同时成立", "highest": "取最高档"}
_KINDS = {"unit": "单位", "person": "个人"}
_ABSENT = {"ask": "要问", "charged": "按指控认定"}
_ABOUT = {"case": "案件", "party": "当事人", "violation": "违法行为"}
_INCLUDED = {"included": "含本数", "excluded": "不含本数"}
_BOUNDS = {
    "at_least": "以上（含）",
    "above": "以上（不含）",
    "at_most": "以下（含）",
    "below": "不满",
}
_OF = {"fine": "罚款", "confiscated": "没收数额"}


class Quoter:
    """Says the values of one rule set's files, in the words of that rule set."""

    def __init__(self, rule_set: RuleSet) -> None:
        facts = {**rule_set.facts, **OUTCOME_FACTS}
        self.rule_set = dataclasses.replace(rule_set, facts=facts)
        self._words = Words(
            laws=dict(rule_set.laws),
            roles=dict(rule_set.roles),
            measures=dict(rule_set.measures),
            organs=dict(rule_set.organs),
            facts=facts,
            derived=dict(rule_set.derived),
            parameters=dict(rule_set.parameters),
        )

    # What a value means ---------------------------------------------------------------

    def meaning(self, form: str, node: Node) -> object:
        """The value as the engine understands it, so that two ways of writing one thing are
        equal."""
        if form == "condition":
            return self.condition(node)
        if form == "measures":
            return [dataclasses.replace(each, place=_NOWHERE) for each in self._measures(node)]
        if form == "roles" and isinstance(node.value, str):
            return [node.value]
        return node.value

    def condition(self, node: Node) -> Condition:
        """A condition as built."""
        return build_condition(node, self._words)

    def fine(self, node: Node) -> Fine:
        """A fine as built."""
        built = build_fine(node, self._words)
        assert built is not None  # the rule set has been loaded
        return built

    def citation(self, node: Node) -> Citation:
        """A citation as built."""
        return build_citation(node, self._words)

    # How it is said -------------------------------------------------------------------

    def say(self, form: str, node: Node) -> str:
        """The value in zh-CN."""
        says = _SAYS.get(form)
        return _plain(node.value) if says is None else says(self, node)

    def say_value(self, form: str, value: Any) -> str:
        """A plain value that stands in no file."""
        return self.say(form, Node(Source("", "{}"), (), value, []))

    def fine_says(self, node: Node) -> str:
        """A fine in zh-CN, without a substitute."""
        amount = self.fine(node).amount
        if isinstance(amount, Range):
            return fen_range(amount.lo, amount.hi)
        return amount_text(amount, self.rule_set)

    def condition_says(self, node: Node | None) -> str:
        """A condition in zh-CN; what is not conditional holds in any case."""
        if node is None:
            return ALWAYS_SAYS
        return condition_text(self.condition(node), self.rule_set) or ALWAYS_SAYS

    def roles_say(self, roles: str | Iterable[str]) -> str:
        """Roles by name."""
        named = [roles] if isinstance(roles, str) else roles
        return "、".join(self.rule_set.roles[role][0] for role in named)

    def measures_say(self, node: Node) -> list[str]:
        """Each measure in zh-CN, with what it hangs on."""
        return [self._measure_says(each) for each in self._measures(node)]

    def _measures(self, node: Node) -> list[Measure]:
        return [build_measure(each, self._words) for each in node.each()]

    def _measure_says(self, measure: Measure) -> str:
        imposed = Imposed(measure.form, measure.kinds, measure.nature, measure.by, None)
        words = measure_text(imposed, self.rule_set)
        if measure.amount_of is not None:
            words += f"（数额按{self.rule_set.facts[measure.amount_of].label}）"
        condition = condition_text(measure.when, self.rule_set)
        return f"{words}（{condition}）" if condition else words

    def base_says(self, name: str) -> str:
        """A fact or parameter by its label."""
        known = self.rule_set.facts.get(name)
        return known.label if known is not None else self.rule_set.parameters[name].label


def _plain(value: Any) -> str:
    if value is None:
        return NOTHING
    if isinstance(value, str):
        return f"“{value}”"
    return flow(value)


def _yuan(node: Node) -> str:
    written: int | Decimal = node.value
    return yuan_text(to_fen(written))


def _bound(quoter: Quoter, value: Any) -> str:
    if isinstance(value, dict):
        return f"“{quoter.rule_set.parameters[value['parameter']].label}”"
    return yuan_text(to_fen(value))


def _amount(quoter: Quoter, node: Node) -> str:
    op = next(key for key in node.value if key != "of")
    of, bound = _OF[node.value["of"]], _bound(quoter, node.value[op])
    return f"{of}{_BOUNDS[op]}{bound}" if op == "below" else f"{of}{bound}{_BOUNDS[op]}"


def _deadline(node: Node) -> str:
    return f"{node.value['from']}{node.value['count']}{UNITS[node.value['unit']]}"


def _grade(quoter: Quoter, node: Node) -> str:
    rows = []
    for each in node.each():
        when = quoter.condition_says(each["when"]) if "when" in each else "其他"
        rows.append(f"{each.value['label']}：{when}")
    return "；".join(rows)


def _scope(quoter: Quoter, node: Node) -> str:
    parts = []
    if "kinds" in node:
        parts.append("、".join(_KINDS[each] for each in node.value["kinds"]))
    if "roles" in node:
        parts.append(quoter.roles_say(node.value["roles"]))
    if "items" in node:
        parts.append(_ids(node.value["items"]))
    return "；".join(parts) or NOTHING


def _ids(value: Iterable[Any]) -> str:
    return "、".join(each if isinstance(each, str) else each["item"] for each in value)


def _source(value: Any) -> str:
    parts = [value["document"], value.get("row"), value.get("on"), value.get("note")]
    return " ".join(filter(None, parts))


def _if_absent(quoter: Quoter, node: Node) -> str:
    absent = node.value
    return f"假定为 {_plain(absent['assume'])}" if isinstance(absent, dict) else _ABSENT[absent]


def _authority(quoter: Quoter, node: Node) -> str:
    organ = node.get("organ")
    known = quoter.rule_set.organs.get(organ, "") if organ else ""
    return " ".join(filter(None, (node.get("region"), LEVELS[node.value["level"]], known)))


def _delegates(value: Iterable[Any]) -> str:
    return "；".join(f"{each['to']}：{_ids(each['items'])}（{each['document']}）" for each in value)


def _reference(value: Any) -> str:
    return " ".join(filter(None, (value["item"], value.get("penalty"))))


def period_text(period: Period) -> str:
    """A period of validity in zh-CN."""
    days = period.document()
    return f"{days['from']} 起" + (f"，至 {days['until']}" if days["until"] else "")


_SAYS: dict[str, Callable[[Quoter, Node], str]] = {
    "text": lambda quoter, node: f"“{node.value}”",
    "status": lambda quoter, node: STATUS[node.value],
    "yes": lambda quoter, node: _YES[node.value],
    "at_hand": lambda quoter, node: _AT_HAND[node.value],
    "with_measures": lambda quoter, node: _WITH[node.value],
    "rows": lambda quoter, node: _ROWS[node.value],
    "hit": lambda quoter, node: _HIT[node.value],
    "stage": lambda quoter, node: STAGES[node.value],
    "obligation": lambda quoter, node: OBLIGATIONS[node.value],
    "level": lambda quoter, node: LEVELS[node.value],
    "organ": lambda quoter, node: quoter.rule_set.organs[node.value],
    "effects": lambda quoter, node: "或者".join(EFFECTS[each] for each in node.value),
    "kinds": lambda quoter, node: "、".join(quoter.rule_set.measures[each] for each in node.value),
    "roles": lambda quoter, node: quoter.roles_say(node.value),
    "fact": lambda quoter, node: quoter.base_says(node.value),
    "period": lambda quoter, node: period_text(written_period(node)),
    "citation": lambda quoter, node: quoter.rule_set.cite(quoter.citation(node)),
    "citations": lambda quoter, node: "、".join(
        quoter.rule_set.cite(quoter.citation(each)) for each in node.each()
    ),
    "condition": lambda quoter, node: quoter.condition_says(node),
    "measures": lambda quoter, node: "；".join(quoter.measures_say(node)),
    "yuan": lambda quoter, node: _yuan(node),
    "source": lambda quoter, node: _source(node.value),
    "sources": lambda quoter, node: "；".join(map(_source, node.value)),
    "texts": lambda quoter, node: "；".join(f"“{each}”" for each in node.value),
    "awaits": lambda quoter, node: "；".join(
        f"{each['document']}：{each['lacks']}" for each in node.value
    ),
    "ids": lambda quoter, node: _ids(node.value),
    "facts": lambda quoter, node: "、".join(map(quoter.base_says, node.value)),
    "band": lambda quoter, node: f"{node.value['from']}%至{node.value['to']}%",
    "about": lambda quoter, node: _ABOUT[node.value],
    "endpoints": lambda quoter, node: "，".join(
        f"{word}{_INCLUDED[node.value[word]]}" for word in ("以上", "以下")
    ),
    "reference": lambda quoter, node: _reference(node.value),
    "delegates": lambda quoter, node: _delegates(node.value) or NOTHING,
    "surcharge": lambda quoter, node: (
        f"每日 {node.value['percent_per_day']}%，累计不超过 {node.value['cap_percent']}%"
    ),
    "scope": _scope,
    "if_absent": _if_absent,
    "authority": _authority,
    "multiple": lambda quoter, node: f"{node.value} 倍",
    "amount": _amount,
    "deadline": lambda quoter, node: _deadline(node),
    "grade": _grade,
}
