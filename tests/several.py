"""Random cases of several violations: acts, parties, days around every change, authorities."""

from __future__ import annotations

import copy
import json
from functools import cache
from typing import Any

from cases import Case, _exact, _partial, engine_of, items_with, vocabulary
from helpers import evaluate
from hypothesis import assume
from hypothesis import strategies as st

from engine.dates import day_number, day_text, years_later
from engine.facts import Fact
from engine.faults import InputFault

Result = dict[str, Any]
Answer = dict[str, Any]
Key = tuple[str, str, str]
_ORDER = ("acted_on", "ended_on", "found_on", "filed_on", "decided_on")


def answer_in(case: Case, rule_set: str) -> Result:
    """The result; facts that contradict one another are not a case."""
    try:
        return evaluate(case, engine_of(rule_set))
    except InputFault as fault:
        codes = {each.code for each in fault.findings}
        assert codes <= {"facts_contradict"}, (codes, json.dumps(case, ensure_ascii=False))
        assume(False)
        raise


# What a case is made of -------------------------------------------------------------------


@cache
def kin(rule_set: str, item: str) -> tuple[str, ...]:
    """The items that have to do with one: its predecessors and successors, what it displaces or is
    displaced by, and those established by the same fact."""
    items = engine_of(rule_set).rule_set.items
    named = {
        (id, other)
        for id, editions in items.items()
        for edition in editions
        for other in (*edition.succeeds, *(each.item for each in edition.displaces))
    }
    near = {other for pair in named for other in pair if item in pair}
    read = _names(rule_set, item)
    near |= {each for each in items if read & _names(rule_set, each)}
    return tuple(sorted(near & set(items))) or (item,)


def _names(rule_set: str, item: str) -> set[str]:
    return {fact.name for fact in vocabulary(rule_set, item).own}


@cache
def days(rule_set: str, item: str) -> tuple[int, ...]:
    """The days that matter to an item: on and beside every change of it, its kin and its law, and
    the ends of the limitations that begin there."""
    rules = engine_of(rule_set).rule_set
    heirs = [item, *(each for one in rules.items.values() for edition in one
                     for each in (edition.id, *edition.succeeds)
                     if item in (edition.id, *edition.succeeds))]  # fmt: skip
    periods = [edition.period for id in dict.fromkeys(heirs) if id in rules.items
               for edition in rules.items[id]]  # fmt: skip
    periods += [each.period for each in rules.laws[rules.items[item][0].law].editions]
    periods += [table.period for edition in rules.items[item] for penalty in edition.penalties
                for table in penalty.tables]  # fmt: skip
    borders = {each.start for each in periods} | {each.end for each in periods if each.end}
    borders |= {day + 1 for day in borders} | {day_number("2024-02-29"), day_number("2027-01-01")}
    years = {each.years for each in rules.limitations}
    ends = {years_later(day, each) for day in borders for each in years}
    first = day_number("2016-01-01")
    return tuple(sorted(day for day in borders | ends | {day + 1 for day in ends} if day >= first))


@st.composite
def dates(draw: st.DrawFn, rule_set: str, item: str) -> dict[str, Any]:
    """Days in an order that can be, each of them stated or not."""
    drawn = sorted(draw(st.lists(st.sampled_from(days(rule_set, item)), min_size=5, max_size=5)))
    stated = {name for name in _ORDER if draw(st.integers(0, 3))}
    if not draw(st.integers(0, 2)):
        stated -= {"ended_on"}
    found: dict[str, Any] = {
        name: day_text(day) for name, day in zip(_ORDER, drawn, strict=True) if name in stated
    }
    goes_on = draw(st.sampled_from([None, False, False, True]))
    if goes_on is not None and not ("ended_on" in found and goes_on is False):
        found["continuing"] = goes_on
    return found


@cache
def changes(rule_set: str) -> tuple[tuple[str, int, int], ...]:
    """Every change of law that an item lived through: an item to charge, the last day of the old
    law and the first of the new."""
    items = engine_of(rule_set).rule_set.items
    found = set()
    for id, editions in items.items():
        for edition in editions:
            earlier = [each for each in editions if each.period.start < edition.period.start]
            earlier += [each for old in edition.succeeds for each in items.get(old, ())]
            for old in earlier:
                if old.period.end is not None:
                    found |= {(one, old.period.end, edition.period.start) for one in (id, old.id)}
            laws = engine_of(rule_set).rule_set.laws[edition.law].editions
            for end in [edition.period.end] if edition.period.end is not None else []:
                found |= {(id, end, each.period.start) for each in laws
                          if not each.known and each.period.start > end}  # fmt: skip
    return tuple(sorted(found))


@st.composite
def across(draw: st.DrawFn, rule_set: str) -> tuple[str, dict[str, Any]]:
    """An item and the days of an act under one law that is decided under, or just before, the
    next."""
    item, last, first = draw(st.sampled_from(changes(rule_set)))
    act = last - draw(st.sampled_from([0, 0, 1, 400]))
    decided = max(act, first + draw(st.sampled_from([-1, 0, 0, 1, 200])))
    found: dict[str, Any] = {"acted_on": day_text(act), "decided_on": day_text(decided)}
    if draw(st.booleans()):
        found["found_on"] = day_text(draw(st.sampled_from([act, decided])))
        found["continuing"] = False
    return item, found


@st.composite
def authorities(draw: st.DrawFn, rule_set: str) -> dict[str, Any]:
    """Who decides, in every combination of what may be stated."""
    rules = engine_of(rule_set).rule_set
    names = [each.to for each in rules.delegates] or ["某镇（虚构）"]
    regions = [each.region for each in rules.layers if each.region] or ["990009"]
    choices: dict[str, list[str]] = {
        "region": [*regions, "990009"],
        "level": ["township", "county", "city", "province", "state"],
        "organ": sorted(rules.organs),
        "name": names,
    }
    stated = draw(st.sets(st.sampled_from(sorted(choices))))
    return {name: draw(st.sampled_from(choices[name])) for name in sorted(stated)
            if choices[name]}  # fmt: skip


@st.composite
def files(
    draw: st.DrawFn,
    rule_set: str,
    *,
    least: int = 1,
    most: int = 3,
    known: bool = False,
    dated: bool = True,
    powers: bool = True,
    one_act: bool = False,
    crossing: bool = False,
) -> Case:
    """A whole case; with `known`, all that items must be told is exact, and every role is named;
    with `one_act` all violations are one act, with `crossing` the law of the first changed between
    act and decision."""
    first, lived = draw(st.sampled_from(items_with(rule_set, 0))), None
    if crossing and changes(rule_set):
        first, lived = draw(across(rule_set))
    related = st.sampled_from([first, *kin(rule_set, first)])
    others = st.one_of(related, related, st.sampled_from(items_with(rule_set, 0)))
    items = [first, *draw(st.lists(others, min_size=least - 1, max_size=most - 1))]
    case: dict[str, Any] = {"facts": {}, "parties": [], "violations": []}
    for number, item in enumerate(items):
        violation: dict[str, Any] = {"id": f"v{number}", "item": item, "facts": {}}
        acts = ["one"] if one_act else [None, "one", "one", "two", "v0"]
        act = draw(st.sampled_from(acts))
        if act is not None:
            violation["act"] = act
        words = vocabulary(rule_set, item)
        for fact in words.own:
            if fact.about == "party":
                continue
            place = case if fact.about == "case" else violation
            if known or draw(st.integers(0, 9)) > 1:
                value = _exact if known else _partial
                if fact.if_absent == "ask" or draw(st.booleans()):
                    place["facts"].setdefault(fact.name, draw(value(rule_set, fact.name)))
        for fact in _some(draw, [each for each in claims(rule_set, item) if not _own(each)]):
            place = case if fact.about == "case" else violation
            place["facts"].setdefault(fact.name, draw(_exact(rule_set, fact.name)))
        if lived is not None and number == 0:
            violation["dates"] = lived
        elif dated and draw(st.integers(0, 3)):
            violation["dates"] = draw(dates(rule_set, item))
        case["violations"].append(violation)
    case["parties"] = _parties(draw, rule_set, items, known)
    if powers and draw(st.booleans()):
        case["authority"] = draw(authorities(rule_set))
    return {"case": case}


def _parties(draw: st.DrawFn, rule_set: str, items: list[str], known: bool) -> list[dict[str, Any]]:
    """Somebody for each role, or nobody, or for a person's role two."""
    roles = {role: kind for item in items for role, kind in vocabulary(rule_set, item).roles}
    needed = {fact.name: fact for item in items for fact in vocabulary(rule_set, item).own
              if _own(fact)}  # fmt: skip
    rest = {fact.name: fact for item in items for fact in claims(rule_set, item)
            if _own(fact) and fact.name not in needed}  # fmt: skip
    found = []
    for role, kind in sorted(roles.items()):
        count = 1 if known else draw(st.sampled_from([0, 1, 1, 2] if kind == "person" else [0, 1]))
        for number in range(count):
            facts: dict[str, Any] = {}
            for name in sorted(needed):
                if known or draw(st.booleans()):
                    facts[name] = draw(_exact(rule_set, name))
            for fact in _some(draw, [rest[name] for name in sorted(rest)]):
                facts[fact.name] = draw(_exact(rule_set, fact.name))
            found.append({"id": f"{role}-{number}", "kind": kind, "roles": [role], "facts": facts})
    return found


@cache
def claims(rule_set: str, item: str) -> tuple[Fact, ...]:
    """What circumstances, limitations and procedures may be told of an item."""
    rules = engine_of(rule_set).rule_set
    known = vocabulary(rule_set, item)
    told = {fact.name: fact for fact in known.claims}
    told |= {name: rules.facts[name] for name in sorted(rules.beside) if name in rules.facts}
    own = _names(rule_set, item)
    return tuple(told[name] for name in sorted(told) if name not in own and not told[name].derived)


def _own(fact: Fact) -> bool:
    return fact.about == "party"


def _some(draw: st.DrawFn, facts: list[Fact]) -> list[Fact]:
    """None, one or two of them: circumstances are rare."""
    if not facts:
        return []
    return [facts[index] for index in draw(st.sets(st.integers(0, len(facts) - 1), max_size=2))]


# What an answer says ----------------------------------------------------------------------


def keyed(result: Result) -> dict[Key, Answer]:
    """The outcomes by violation, party and role."""
    return {_key(each): each for each in result["outcomes"]}


def _key(outcome: Answer) -> Key:
    return outcome["violation"], outcome["party"]["id"], outcome["party"]["role"]


def told(result: Result) -> dict[Key, Answer]:
    """The outcomes with their reasons in full instead of by number."""
    reasons = {each["id"]: {**each, "id": None} for each in result["reasons"]}
    return {
        key: {**each, "reasons": [reasons[id] for id in each["reasons"]]}
        for key, each in keyed(result).items()
    }


def sums(result: Result) -> dict[str, tuple[float, float]]:
    """Each party's total as numbers: "more than 0" is a fen, an unknown end has no bound."""
    return {each["party"]: ends(each["fine"]) for each in result["totals"]}


def ends(money: dict[str, Any]) -> tuple[float, float]:
    low, high = money["min"], money["max"]
    return (0.01 if low is None else low), (float("inf") if high is None else high)


def steps(result: Result) -> dict[tuple[Any, ...], dict[str, Any]]:
    """Procedures, referrals and listings by what they are about, their reasons in full."""
    reasons = {each["id"]: {**each, "id": None} for each in result["reasons"]}
    found: dict[tuple[Any, ...], dict[str, Any]] = {}
    for each in (*result["procedures"], *result["referrals"]):
        to = json.dumps(each["to"], sort_keys=True)
        key = (each["id"], each["party"], each["violation"], to)
        found[key] = {**each, "reason": reasons.get(each["reason"])}
    return found


def coded(result: Result, key: str) -> list[str]:
    """Warnings or other entries as texts that can be compared."""
    return sorted(json.dumps(each, sort_keys=True, ensure_ascii=False) for each in result[key])


def without(case: Case, *, violation: str | None = None, party: str | None = None) -> Case:
    """The case with a violation or a party left out."""
    changed = copy.deepcopy(case)
    inner = changed["case"]
    inner["violations"] = [each for each in inner["violations"] if each["id"] != violation]
    inner["parties"] = [each for each in inner["parties"] if each["id"] != party]
    return changed


def text(case: Case) -> str:
    """The case for messages."""
    return json.dumps(case, ensure_ascii=False)
