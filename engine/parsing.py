"""From the text of a case to the case: read against the vocabulary, exact, with every fault told at
once."""

from __future__ import annotations

import itertools
from collections.abc import Collection, Mapping
from typing import Any

from engine.case import Authority, Case, Dates, Party, Violation, case_digest
from engine.contradictions import contradictions
from engine.dates import day_number
from engine.facts import BadValue, Fact, Values
from engine.faults import Finding, InputFault, did_you_mean
from engine.model import RuleSet
from engine.money import to_fen
from engine.schemas import violations
from engine.source import Pointer, Source

_DATE_ORDER = ("acted_on", "ended_on", "found_on", "filed_on", "decided_on")
_KINDS = {"unit": "单位", "person": "个人"}
_PLACES = {
    "case": "全案（case）",
    "party": "当事人（parties）",
    "violation": "违法行为（violations）",
}


def region_of(source: Source) -> str | None:
    """The region code a case names, before it is parsed (it may choose the rule set)."""
    data = source.data
    inner = data.get("case", data) if isinstance(data, dict) else None
    authority = inner.get("authority") if isinstance(inner, dict) else None
    region = authority.get("region") if isinstance(authority, dict) else None
    return region if isinstance(region, str) else None


def parse_case(source: Source, rule_set: RuleSet) -> Case:
    """A case in full or short form; raises InputFault with every fault."""
    if not isinstance(source.data, dict):
        raise InputFault(
            [source.finding("not_a_case", (), "案件要写成“键: 值”", "至少写 item 和 facts")]
        )
    source.data = _without_nulls(source.data)
    faults = violations(source, "case")
    if faults:
        raise InputFault(faults)
    return _Parser(source, rule_set).parse()


def _without_nulls(value: Any) -> Any:
    """null = unknown = absent, so it is dropped before the schema looks."""
    if isinstance(value, dict):
        return {key: _without_nulls(each) for key, each in value.items() if each is not None}
    if isinstance(value, list):
        return [_without_nulls(each) for each in value]
    return value


class _Parser:
    def __init__(self, source: Source, rule_set: RuleSet) -> None:
        self.source = source
        self.rule_set = rule_set
        self.findings: list[Finding] = []
        self.evidence: dict[Pointer, str] = {}

    def parse(self) -> Case:
        data = self.source.data
        full = "case" in data
        inner: dict[str, Any] = data["case"] if full else data
        at: Pointer = ("case",) if full else ()
        shared = inner.get("dates", {}) if full else {}
        parties = self._parties(inner.get("parties", []), (*at, "parties"))
        if full:
            facts = self._facts(inner.get("facts", {}), (*at, "facts"), ("case", "party"))
            charged = self._violations(
                inner["violations"], (*at, "violations"), shared, at, parties
            )
        else:
            facts = {}
            dates = self._dates(inner.get("dates", {}), {}, (*at, "dates"), (*at, "dates"))
            own = self._facts(inner["facts"], ("facts",), ("case", "party", "violation"))
            charged = (Violation("v1", None, self._item(inner, at), dates, own, ()),)
        self.findings += contradictions(
            facts, (*at, "facts"), parties, charged, self.rule_set, self.source
        )
        organ = inner.get("authority", {}).get("organ")
        if organ is not None:
            here = (*at, "authority", "organ")
            self._known("unknown_organ", here, organ, self.rule_set.organs, "这个机关")
        notified = self._notified(inner.get("notified", {}), parties, (*at, "notified"))
        if self.findings:
            raise InputFault(self.findings)
        return Case(
            inner.get("id"),
            Authority(**inner.get("authority", {})),
            facts,
            parties,
            charged,
            case_digest(data),
            (*at, "facts"),
            notified,
            self.evidence,
        )

    def _fault(self, code: str, at: Pointer, message: str, help: str, *, key: bool = False) -> None:
        self.findings.append(self.source.finding(code, at, message, help, key=key))

    def _known(
        self,
        code: str,
        at: Pointer,
        word: str,
        known: Collection[str],
        what: str,
        *,
        key: bool = False,
    ) -> bool:
        """Whether a word is one of those known; a fault with the nearest ones where it is not."""
        if word in known:
            return True
        self._fault(code, at, f"没有“{word}”{what}", did_you_mean(word, known), key=key)
        return False

    def _item(self, node: Mapping[str, Any], at: Pointer) -> str | None:
        item = node.get("item")
        if item is not None and item not in self.rule_set.items:
            help = did_you_mean(item, self.rule_set.items)
            where = f"规则集 {self.rule_set.id} 里没有事项“{item}”"
            self._fault("unknown_item", (*at, "item"), where, f"{help}（liangfa items 可列出全部）")
        return item

    def _violations(
        self,
        nodes: list[Any],
        at: Pointer,
        shared: Mapping[str, Any],
        top: Pointer,
        parties: tuple[Party, ...],
    ) -> tuple[Violation, ...]:
        found: list[Violation] = []
        seen: set[str] = set()
        for index, node in enumerate(nodes):
            here = (*at, index)
            self._unique(node["id"], seen, (*here, "id"))
            dates = self._dates(node.get("dates", {}), shared, (*here, "dates"), (*top, "dates"))
            facts = self._facts(
                node.get("facts", {}), (*here, "facts"), ("case", "party", "violation")
            )
            own = self._named(node, parties, here)
            item, act = self._item(node, here), node.get("act")
            found.append(Violation(node["id"], act, item, dates, facts, here, own))
        return tuple(found)

    def _named(
        self, node: Mapping[str, Any], parties: tuple[Party, ...], at: Pointer
    ) -> frozenset[str] | None:
        """The parties that a violation is charged to; None for all of them."""
        if "parties" not in node:
            return None
        known = {party.id for party in parties}
        for number, id in enumerate(node["parties"]):
            self._known("unknown_party", (*at, "parties", number), id, known, "这个当事人")
        return frozenset(node["parties"])

    def _notified(
        self, written: Mapping[str, Any], parties: tuple[Party, ...], at: Pointer
    ) -> dict[str, int]:
        """What was announced to each party, in fen; a party is named by id, or by its role where
        the case names nobody in it."""
        known = {*(party.id for party in parties), *self.rule_set.roles}
        found: dict[str, int] = {}
        for party, amount in written.items():
            here = (*at, party)
            if not self._known("unknown_party", here, party, known, "这个当事人", key=True):
                continue
            try:
                found[party] = to_fen(amount)
            except ValueError:
                self._fault("too_fine", here, "告知的数额只能精确到分", "最多两位小数")
        return found

    def _parties(self, nodes: list[Any], at: Pointer) -> tuple[Party, ...]:
        found: list[Party] = []
        seen: set[str] = set()
        for index, node in enumerate(nodes):
            here = (*at, index)
            self._unique(node["id"], seen, (*here, "id"))
            kind, roles = self._roles(node, here)
            self._not_a_role(node["id"], kind, roles, (*here, "id"))
            facts = self._facts(node.get("facts", {}), (*here, "facts"), ("party", "violation"))
            found.append(Party(node["id"], kind, roles, node.get("name", ""), facts, here))
        return tuple(found)

    def _roles(self, node: Mapping[str, Any], at: Pointer) -> tuple[str, tuple[str, ...]]:
        """A party's kind and its roles; a role may be written for the kind."""
        kind, roles = node["kind"], tuple(node.get("roles", ()))
        known = self.rule_set.roles
        for number, role in enumerate(roles):
            self._known("unknown_role", (*at, "roles", number), role, known, "这种当事人身份")
        if kind in known and kind not in _KINDS:
            roles = tuple(dict.fromkeys((kind, *roles)))
            kind = known[kind][1]
        else:
            words = (*known, *_KINDS)
            self._known("unknown_role", (*at, "kind"), kind, words, "这种当事人")
        for role in roles:
            if role in known and kind in _KINDS and known[role][1] != kind:
                self._fault(
                    "wrong_role",
                    at,
                    f"“{known[role][0]}”不是{_KINDS[kind]}的身份",
                    "请核对 kind 和 roles",
                )
        return kind, roles

    def _not_a_role(self, id: str, kind: str, roles: tuple[str, ...], at: Pointer) -> None:
        """A party nobody named goes by its role, so that a role's name is free for its holders."""
        known = self.rule_set.roles
        if id in known and id not in roles and (roles or kind != "unit" or known[id][1] != kind):
            label = known[id][0]
            self._fault("reserved_id", at, f"“{id}”是“{label}”的代号", "请给当事人换一个 id")

    def _unique(self, id: str, seen: set[str], at: Pointer) -> None:
        if id in seen:
            self._fault("duplicate_id", at, f"“{id}”重复", "每个当事人、每个行为用不同的 id")
        seen.add(id)

    def _facts(self, stated: Mapping[str, Any], at: Pointer, about: Collection[str]) -> Values:
        values: Values = {}
        for name, written in stated.items():
            fact = self.rule_set.facts.get(name)
            if fact is None:
                known = [each.name for each in self.rule_set.facts.values() if not each.derived]
                self._known("unknown_fact", (*at, name), name, known, "这个事实", key=True)
            elif fact.derived:
                inputs = "、".join(self.rule_set.derived[name].inputs)
                self._fault(
                    "derived_fact",
                    (*at, name),
                    f"“{fact.label}”由别的事实算出，不能直接填",
                    f"请填：{inputs}",
                    key=True,
                )
            elif fact.about not in about:
                self._fault(
                    "wrong_place",
                    (*at, name),
                    f"“{fact.label}”不写在这里",
                    f"请写在{_PLACES[fact.about]}的 facts 里",
                    key=True,
                )
            else:
                self._state(fact, written, (*at, name), values)
        return values

    def _state(self, fact: Fact, written: Any, at: Pointer, values: Values) -> None:
        try:
            value = fact.value(written)
        except BadValue as bad:
            self._fault(bad.code, at, bad.message, bad.help)
            return
        if value is not None:
            values[fact.name] = value
            if isinstance(written, dict) and written.get("evidence"):
                self.evidence[at] = written["evidence"]

    def _dates(
        self, own: Mapping[str, Any], shared: Mapping[str, Any], at: Pointer, shared_at: Pointer
    ) -> Dates:
        read: dict[str, Any] = {}
        for stated, here in ((shared, shared_at), (own, at)):
            for key, written in stated.items():
                if key == "continuing":
                    read[key] = written
                    continue
                try:
                    read[key] = day_number(written)
                except ValueError:
                    self._fault(
                        "not_a_date",
                        (*here, key),
                        f"“{written}”不是日历上的日子",
                        "请写成 2026-03-02 这样的日期",
                    )
        lasted = "ended_on" in read and read["ended_on"] > read.get("acted_on", read["ended_on"])
        if lasted and read.get("continuing") is False:
            self._fault(
                "dates_contradict",
                at,
                "写了没有连续或者继续状态，终了之日却晚于行为之日",
                "请核对 continuing、acted_on 和 ended_on",
            )
        for first, second in itertools.combinations(_DATE_ORDER, 2):
            both = first in read and second in read
            # An act may go on after it was found, but not after the decision on it.
            may_cross = first == "ended_on" and second in ("found_on", "filed_on")
            if both and not may_cross and read[first] > read[second]:
                self._fault("dates_out_of_order", at, f"{second} 早于 {first}", "请核对这两个日期")
        return Dates(**read)
