"""A case: parsed against the vocabulary, exact, with every fault told at once."""

from __future__ import annotations

import hashlib
import itertools
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

import orjson

from engine.conditions import tests_of
from engine.dates import day_number
from engine.facts import MAGNITUDE, BadValue, Fact, Values
from engine.faults import Finding, InputFault, did_you_mean
from engine.keeping import kept
from engine.model import Derived, RuleSet
from engine.money import to_fen
from engine.schemas import violations
from engine.source import Pointer, Source

_DATE_ORDER = ("acted_on", "ended_on", "found_on", "filed_on", "decided_on")


@dataclass(frozen=True, slots=True)
class Dates:
    """Ordinal days of a violation, each None where not stated."""

    acted_on: int | None = None
    ended_on: int | None = None
    continuing: bool | None = None
    found_on: int | None = None
    filed_on: int | None = None
    decided_on: int | None = None

    @property
    def act_day(self) -> int | None:
        """The day whose law governs: the act, or for a continuing act its end.

        An act still going on is judged by the law of the decision (None: the latest).
        """
        if self.ended_on is not None:
            return self.ended_on
        return self.decided_on if self.continuing else self.acted_on

    @property
    def law_day(self) -> int | None:
        """The day that chooses the law: that of the act, else the last day it can have been."""
        if self.act_day is not None:
            return self.act_day
        stated = [day for day in (self.found_on, self.filed_on, self.decided_on) if day is not None]
        return min(stated, default=None)


@dataclass(frozen=True, slots=True)
class Authority:
    """Who decides: region code, level of government, organ, name; None where not stated."""

    region: str | None = None
    level: str | None = None
    organ: str | None = None
    name: str | None = None


@dataclass(frozen=True, slots=True)
class Party:
    """A named party; `roles` empty on a unit means every unit role the item knows."""

    id: str
    kind: str
    roles: tuple[str, ...]
    name: str
    facts: Values
    pointer: Pointer


@dataclass(frozen=True, slots=True)
class Violation:
    """One charged violation under one item (None: to be found from the facts); violations of the
    same `act` are one act under several norms."""

    id: str
    act: str | None
    item: str | None
    dates: Dates
    facts: Values
    pointer: Pointer
    parties: frozenset[str] | None = None

    def concerns(self, party: Party) -> bool:
        """Whether the violation is charged to a party (to all, where it names none)."""
        return self.parties is None or party.id in self.parties


@dataclass(frozen=True, slots=True)
class Case:
    """A whole case; `facts` are those of the case as such, `notified` the fen announced to each
    party before its defence, `evidence` what was named for a fact, by the pointer of the fact."""

    id: str | None
    authority: Authority
    facts: Values
    parties: tuple[Party, ...]
    violations: tuple[Violation, ...]
    digest: str
    facts_pointer: Pointer
    notified: Mapping[str, int] = field(default_factory=dict)
    evidence: Mapping[Pointer, str] = field(default_factory=dict)


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
    faults = violations(_without_nulls(source), "case")
    if faults:
        raise InputFault(faults)
    return _Parser(source, rule_set).parse()


def _without_nulls(source: Source) -> Source:
    """null = unknown = absent, so it is dropped before the schema looks."""
    source.data = _drop_nulls(source.data)
    return source


def _drop_nulls(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _drop_nulls(each) for key, each in value.items() if each is not None}
    if isinstance(value, list):
        return [_drop_nulls(each) for each in value]
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
        self._refuse_shared_money(facts, parties, (*at, "facts"))
        for violation in charged:
            self._refuse_shared_money(violation.facts, parties, (*violation.pointer, "facts"))
        for violation in charged:
            self._check_together(violation, facts, parties)
        self._check_organ(inner, at)
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
            if id not in known:
                here = (*at, "parties", number)
                self._fault("unknown_party", here, f"没有“{id}”这个当事人", did_you_mean(id, known))
        return frozenset(node["parties"])

    def _check_organ(self, inner: Mapping[str, Any], at: Pointer) -> None:
        organ = inner.get("authority", {}).get("organ")
        if organ is not None and organ not in self.rule_set.organs:
            self._fault(
                "unknown_organ",
                (*at, "authority", "organ"),
                f"没有“{organ}”这个机关",
                did_you_mean(organ, self.rule_set.organs),
            )

    def _notified(
        self, written: Mapping[str, Any], parties: tuple[Party, ...], at: Pointer
    ) -> dict[str, int]:
        """What was announced to each party, in fen; a party is named by id, or by its role where
        the case names nobody in it."""
        known = {*(party.id for party in parties), *self.rule_set.roles}
        found: dict[str, int] = {}
        for party, amount in written.items():
            here = (*at, party)
            if party not in known:
                help = did_you_mean(party, known)
                self._fault("unknown_party", here, f"没有“{party}”这个当事人", help, key=True)
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
            kind, roles = node["kind"], tuple(node.get("roles", ()))
            known = self.rule_set.roles
            for number, role in enumerate(roles):
                if role not in known:
                    self._fault(
                        "unknown_role",
                        (*here, "roles", number),
                        f"没有“{role}”这种当事人身份",
                        did_you_mean(role, known),
                    )
            if kind in ("unit", "person"):
                pass
            elif kind in known:
                roles = tuple(dict.fromkeys((kind, *roles)))
                kind = known[kind][1]
            else:
                words = (*known, "unit", "person")
                self._fault(
                    "unknown_role",
                    (*here, "kind"),
                    f"没有“{kind}”这种当事人",
                    did_you_mean(kind, words),
                )
            for role in roles:
                if role in known and kind in ("unit", "person") and known[role][1] != kind:
                    self._fault(
                        "wrong_role",
                        here,
                        f"“{known[role][0]}”不是{'单位' if kind == 'unit' else '个人'}的身份",
                        "请核对 kind 和 roles",
                    )
            self._not_a_role(node["id"], kind, roles, (*here, "id"))
            facts = self._facts(node.get("facts", {}), (*here, "facts"), ("party", "violation"))
            found.append(Party(node["id"], kind, roles, node.get("name", ""), facts, here))
        return tuple(found)

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

    def _facts(self, stated: Mapping[str, Any], at: Pointer, about: Iterable[str]) -> Values:
        values: Values = {}
        for name, written in stated.items():
            fact = self.rule_set.facts.get(name)
            if fact is None:
                self._fault(
                    "unknown_fact",
                    (*at, name),
                    f"没有“{name}”这个事实",
                    did_you_mean(name, self._known_facts()),
                    key=True,
                )
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

    def _known_facts(self) -> list[str]:
        return [name for name, fact in self.rule_set.facts.items() if not fact.derived]

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

    def _refuse_shared_money(self, facts: Values, parties: tuple[Party, ...], at: Pointer) -> None:
        """One person's money must not silently become everybody's."""
        for name in facts:
            fact = self.rule_set.facts[name]
            if fact.about == "party" and fact.type == "amount" and len(parties) > 1:
                self._fault(
                    "whose_amount",
                    (*at, name),
                    f"有几个当事人，看不出“{fact.label}”是谁的",
                    "请写到该当事人自己的 facts 里",
                    key=True,
                )

    def _check_together(
        self, violation: Violation, facts: Values, parties: tuple[Party, ...]
    ) -> None:
        """A fact stated twice must agree, and stated facts must be able to hold together."""
        at = (*violation.pointer, "facts")
        self._check_same(violation.facts, facts, at)
        for party in parties:
            self._check_same(party.facts, facts | violation.facts, (*party.pointer, "facts"))
        told: set[str] = set()
        for stated in [party.facts for party in parties] or [{}]:
            values = with_derived(facts | violation.facts | stated, self.rule_set.derived)
            for conflict in self.rule_set.conflicts:
                if conflict.because in told or conflict.ask(values) is not True:
                    continue
                told.add(conflict.because)
                names = dict.fromkeys(test.fact for test in tests_of(conflict.when))
                labels = "”“".join(self.rule_set.facts[name].label for name in names)
                where = next((name for name in names if name in violation.facts), None)
                self._fault(
                    "facts_contradict",
                    (*at, where) if where else at,
                    f"“{labels}”的填写互相矛盾：{conflict.because}",
                    "请核对案卷后改正",
                    key=where is not None,
                )

    def _check_same(self, own: Values, outer: Values, at: Pointer) -> None:
        for name, value in own.items():
            if outer.get(name, value) != value:
                label = self.rule_set.facts[name].label
                self._fault(
                    "fact_stated_twice",
                    (*at, name),
                    f"“{label}”在两处填得不同",
                    "同一事实只在一处填写",
                    key=True,
                )

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


def with_derived(values: Values, derived: Mapping[str, Derived]) -> Values:
    """The values, to which what follows from them is added."""
    unstated = _derived_of_nothing(derived)
    for name, each in derived.items():
        nothing = values.keys().isdisjoint(each.inputs)
        value = unstated.get(name) if nothing else each.compute(values)
        if value is not None:
            values[name] = value
    return values


@kept
def _derived_of_nothing(derived: Mapping[str, Derived]) -> Values:
    """What follows where nothing is stated: a grade says what it may be."""
    found = {name: each.compute({}) for name, each in derived.items()}
    return {name: value for name, value in found.items() if value is not None}


_PLACES = {
    "case": "全案（case）",
    "party": "当事人（parties）",
    "violation": "违法行为（violations）",
}


def case_digest(data: Any) -> str:
    """sha256 of a case's content: 3 and 3.0 are one, order of keys does not matter."""
    text = orjson.dumps(_canonical(data), option=orjson.OPT_SORT_KEYS)
    return "sha256:" + hashlib.sha256(text).hexdigest()


def _canonical(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _canonical(each) for key, each in value.items()}
    if isinstance(value, list):
        return [_canonical(each) for each in value]
    if isinstance(value, bool):
        return value
    if isinstance(value, int) and abs(value) <= MAGNITUDE:
        return {"number": str(value)}
    if isinstance(value, int | Decimal):
        return {"number": format(Decimal(value).normalize(), "f")}
    return value
