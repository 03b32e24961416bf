"""What must hold of every case of several violations, whatever its acts, days, parties, powers."""

from __future__ import annotations

import copy
import json
import random
import re
from typing import Any

import pytest
from cases import SETS, Case, borders, engine_of, value_at, with_fact
from helpers import examples, source_of
from hypothesis import assume, event, given
from hypothesis import strategies as st
from several import (
    Answer,
    Key,
    Result,
    answer_in,
    coded,
    days,
    ends,
    files,
    keyed,
    steps,
    sums,
    text,
    told,
    without,
)

from engine.conditions import compile_condition
from engine.dates import day_text
from engine.facts import Values
from engine.parsing import parse_case

RULE_SETS = pytest.mark.parametrize("rule_set", SETS)
# Where time, persons and powers are laid down.
TIMELY = pytest.mark.parametrize("rule_set", ["moon-round", "cn-mem"])
DUE = ("imposed", "optional", "open")
LEVELS = ["township", "county", "city", "province", "state"]


def besides(rule_set: str) -> set[str]:
    """The items whose fine is always added."""
    items = engine_of(rule_set).rule_set.items
    return {id for id, editions in items.items() if any(each.beside_others for each in editions)}


def act_of(case: Case, violation: str) -> tuple[str, str]:
    found = next(each for each in case["case"]["violations"] if each["id"] == violation)
    return ("act", found["act"]) if "act" in found else ("violation", violation)


# Sums -------------------------------------------------------------------------------------


@RULE_SETS
@examples(60)
@given(data=st.data())
def test_a_further_violation_never_lowers_what_a_party_pays(
    rule_set: str, data: st.DataObject
) -> None:
    case = data.draw(files(rule_set, least=2, one_act=data.draw(st.booleans())))
    more = sums(answer_in(case, rule_set))
    for violation in case["case"]["violations"]:
        less = sums(answer_in(without(case, violation=violation["id"]), rule_set))
        for party, (low, high) in less.items():
            assert more[party][0] >= low and more[party][1] >= high, (party, text(case))


@RULE_SETS
@examples(60)
@given(data=st.data())
def test_the_norm_that_stands_is_as_heavy_as_any_it_absorbs(
    rule_set: str, data: st.DataObject
) -> None:
    known = data.draw(st.booleans())
    case = data.draw(files(rule_set, least=2, known=known, one_act=known))
    result = answer_in(case, rule_set)
    unsure = {each["about"] for each in result["warnings"]
              if each["code"] in ("concurrence_open", "norms_reversed")}  # fmt: skip
    # The maximum decides; that a minimum was higher is said.
    lower = {each["about"] for each in result["warnings"] if each["code"] == "absorbed_minimum"}
    groups: dict[tuple[Any, ...], list[Answer]] = {}
    for outcome in result["outcomes"]:
        if outcome["item"] not in besides(rule_set):
            party = outcome["party"]["id"]
            groups.setdefault((party, act_of(case, outcome["violation"])), []).append(outcome)
    for (party, _), group in groups.items():
        absorbed = [each for each in group if each["fine"]["state"] == "absorbed"]
        standing = [each for each in group if each["fine"]["state"] in DUE
                    and each["disposition"] != "out_of_jurisdiction"]  # fmt: skip
        event(f"absorbed: {bool(absorbed)}")
        for loser in absorbed:
            least = [ends(each["fine"])[0] for each in standing]
            most = [ends(each["fine"])[1] for each in standing]
            assert max(most) >= ends(loser["fine"])[1], text(case)
            optional = any(each["fine"]["state"] == "optional" for each in (loser, *standing))
            if not optional and party not in lower:
                assert max(least) >= ends(loser["fine"])[0], text(case)
        imposed = [each for each in standing if each["fine"]["state"] != "open"]
        assert len(imposed) <= 1 or party in unsure, text(case)


@RULE_SETS
@examples(60)
@given(data=st.data())
def test_a_norm_heavier_in_every_way_stands_and_absorbs_the_others(
    rule_set: str, data: st.DataObject
) -> None:
    case = data.draw(files(rule_set, least=2, known=True, one_act=True))
    result = answer_in(case, rule_set)
    assume("zero_base" not in {each["code"] for each in result["warnings"]})
    for each in case["case"]["parties"]:
        rivals = [
            one
            for one in result["outcomes"]
            if one["party"]["id"] == each["id"]
            and one["disposition"] in ("penalize", "may_exempt", "open")
            and one["fine"]["state"] in (*DUE, "absorbed")
            and one["item"] not in besides(rule_set)
        ]
        if any(one["possible"] or one["statutory"]["max"] is None for one in rivals):
            continue
        if any(one["obligation"] == "may" or one["disposition"] == "may_exempt" for one in rivals):
            continue
        heavier = [
            one
            for one in rivals
            if all(
                end >= other
                for rest in rivals
                for name in ("statutory", "fine")
                for end, other in zip(ends(one[name]), ends(rest[name]), strict=True)
            )
        ]
        event(f"{len(rivals)} rivals, {len(heavier)} heaviest")
        if heavier and len(rivals) > 1:
            states = sorted(one["fine"]["state"] for one in rivals)
            assert states == ["absorbed"] * (len(rivals) - 1) + ["imposed"], text(case)
            (stands,) = [one for one in rivals if one["fine"]["state"] == "imposed"]
            same = [one for one in heavier if ends(one["fine"]) == ends(stands["fine"])]
            assert same, text(case)


@examples(60)
@given(data=st.data())
def test_what_is_always_added_is_added(data: st.DataObject) -> None:
    rule_set, unit = "moon-round", {"id": "co", "kind": "unit", "roles": ["unit"], "facts": {}}
    case = data.draw(files(rule_set, one_act=True, powers=False))
    case["case"]["parties"] = [unit]
    before = sums(answer_in(case, rule_set))
    extra = {"id": "more", "act": "one", "item": "nrc-034", "facts": {"loose_rovers": 1}}
    case["case"]["violations"].append(extra)
    after = sums(answer_in(case, rule_set))
    assert after["co"][1] == before.get("co", (0, 0))[1] + 3000, text(case)


@RULE_SETS
@examples(40)
@given(data=st.data())
def test_different_acts_are_added_up(rule_set: str, data: st.DataObject) -> None:
    case = data.draw(files(rule_set, least=2))
    for number, violation in enumerate(case["case"]["violations"]):
        violation["act"] = f"act {number}"
    together = sums(answer_in(case, rule_set))
    added: dict[str, list[tuple[float, float]]] = {}
    for violation in case["case"]["violations"]:
        alone = copy.deepcopy(case)
        alone["case"]["violations"] = [violation]
        for party, total in (
            answer_in(alone, rule_set)["totals"] and sums(answer_in(alone, rule_set)).items()
        ):
            added.setdefault(party, []).append(total)
    for party, parts in added.items():
        lows = [low for low, _ in parts if low != 0.01] or [max(low for low, _ in parts)]
        assert together[party] == (
            pytest.approx(sum(lows), abs=0.02),
            pytest.approx(sum(high for _, high in parts)),
        ), (party, text(case))


@RULE_SETS
@examples(40)
@given(data=st.data())
def test_the_same_norm_twice_for_one_act_changes_no_total(
    rule_set: str, data: st.DataObject
) -> None:
    case = data.draw(files(rule_set))
    twice = copy.deepcopy(case)
    first = twice["case"]["violations"][0]
    first.setdefault("act", "one act")
    case["case"]["violations"][0].setdefault("act", "one act")
    assume(first["item"] not in besides(rule_set))
    result = answer_in(case, rule_set)
    assume(not {each["item"] for each in result["outcomes"]} & besides(rule_set))
    twice["case"]["violations"].append({**copy.deepcopy(first), "id": "again"})
    assert sums(answer_in(twice, rule_set)) == sums(result), text(twice)


# Order, company ---------------------------------------------------------------------------


def shuffled(case: Case, order: random.Random) -> Case:
    def walk(value: Any) -> Any:
        if isinstance(value, dict):
            keys = sorted(value)
            order.shuffle(keys)
            return {key: walk(value[key]) for key in keys}
        if isinstance(value, list):
            return order.sample([walk(each) for each in value], len(value))
        return value

    found: Case = walk(case)
    return found


def asked(case: Case, result: Result) -> list[tuple[Any, ...]]:
    """The facts asked, with the violation or party at which they belong by name."""
    found = []
    for each in result["missing"]:
        parts = each["where"].split("/")
        for index, part in enumerate(parts):
            if part in ("violations", "parties") and parts[index + 1] != "-":
                parts[index + 1] = case["case"][part][int(parts[index + 1])]["id"]
        found.append((each["fact"], "/".join(parts), tuple(sorted(each["settles"]))))
    return sorted(found)


def unexamined(result: Result) -> dict[str, set[str]]:
    """What was not examined; the order in which it is told means nothing."""
    return {each["code"]: set(re.split("[：、]", each["says"])) for each in result["not_examined"]}


@RULE_SETS
@examples(60)
@given(data=st.data(), seed=st.integers(0, 2**32))
def test_the_order_of_violations_parties_and_facts_changes_no_content(
    rule_set: str, data: st.DataObject, seed: int
) -> None:
    case = data.draw(files(rule_set, least=2, crossing=data.draw(st.booleans())))
    other = shuffled(case, random.Random(seed))
    first, second = answer_in(case, rule_set), answer_in(other, rule_set)
    assert told(first) == told(second), text(case)
    assert sums(first) == sums(second), text(case)
    assert steps(first) == steps(second), text(case)
    assert asked(case, first) == asked(other, second), text(case)
    for key in ("assumptions", "warnings"):
        assert coded(first, key) == coded(second, key), text(case)
    assert unexamined(first) == unexamined(second), text(case)
    assert first["status"] == second["status"]


@RULE_SETS
@examples(40)
@given(data=st.data())
def test_a_party_is_told_the_same_alone_and_in_company(rule_set: str, data: st.DataObject) -> None:
    known = data.draw(st.booleans())
    case = data.draw(files(rule_set, least=2, known=known, crossing=known))
    assume(len(case["case"]["parties"]) > 1)
    together = answer_in(case, rule_set)
    for each in case["case"]["parties"]:
        alone = copy.deepcopy(case)
        alone["case"]["parties"] = [each]
        by_itself, id = answer_in(alone, rule_set), each["id"]
        assert _of(told(by_itself), id) == _of(told(together), id), text(case)
        assert sums(by_itself).get(id) == sums(together).get(id), text(case)
        own = {key: step for key, step in steps(together).items() if key[1] == id}
        assert {key: step for key, step in steps(by_itself).items() if key[1] == id} == own


def _of(outcomes: dict[Key, Answer], party: str) -> dict[Key, Answer]:
    return {key: each for key, each in outcomes.items() if key[1] == party}


@RULE_SETS
@examples(60)
@given(data=st.data())
def test_one_violation_in_full_form_is_what_it_is_in_short_form(
    rule_set: str, data: st.DataObject
) -> None:
    case = data.draw(files(rule_set, most=1))
    inner = case["case"]
    violation = {"id": "v1", **{key: each for key, each in inner["violations"][0].items()
                                if key != "id"}}  # fmt: skip
    full = answer_in({"case": {**inner, "violations": [violation]}}, rule_set)
    short = {key: inner[key] for key in ("parties", "authority") if key in inner}
    short |= {key: violation[key] for key in ("item", "dates") if key in violation}
    short["facts"] = inner["facts"] | violation["facts"]
    brief = answer_in(short, rule_set)
    assert told(full) == told(brief) and sums(full) == sums(brief), text(case)
    assert steps(full) == steps(brief) and coded(full, "warnings") == coded(brief, "warnings")


# What is not known ------------------------------------------------------------------------


def contains(wide: Answer, narrow: Answer, *, merged: bool) -> bool:
    """Whether an answer that was possible leaves room for one that came."""
    # The stage of others, where the law does not fine the party, may be told only later.
    untold = wide["disposition"] == "not_liable_at_stage" and wide["stage"] is None
    keys = ["disposition"] if untold else ["disposition", "stage"]
    keys += [] if merged else ["obligation"]
    if any(wide[key] != narrow[key] for key in keys):
        return False
    if not merged and _tier(wide) != _tier(narrow):
        return False
    if "none_in_law" in (wide["fine"]["state"], narrow["fine"]["state"]):
        return bool(wide["fine"]["state"] == narrow["fine"]["state"])
    low, high = wide["fine"]["min"], wide["fine"]["max"]
    least, most = narrow["fine"]["min"], narrow["fine"]["max"]
    above = low is None or (least is not None and least >= low) or low == 0
    return above and (high is None or (most is not None and most <= high))


def _tier(each: Answer) -> Any:
    return each["tier"] and (each["tier"]["id"], each["tier"]["layer"])


def ruled_out(wide: Result, narrow: Result) -> list[str]:
    """Where the result that knows more says what the other had ruled out."""
    merged = "possible_merged" in {each["code"] for each in wide["warnings"]}
    before, after = keyed(wide), keyed(narrow)
    lost = [
        f"{key}: {json.dumps(each, ensure_ascii=False)[:600]}"
        for key, outcome in after.items()
        for each in outcome["possible"] or [outcome]
        if key in before
        and not any(
            contains(one, each, merged=merged) for one in before[key]["possible"] or [before[key]]
        )
    ]
    gone = before.keys() ^ after.keys()
    return [*lost, *(f"{key} is gone" for key in gone)]


def wider(wide: Result, narrow: Result) -> list[str]:
    """The parties whose total leaves what was said before more was known."""
    before = sums(wide)
    # A share of nothing is no fine; that is warned of, and never what a law meant.
    zero = "zero_base" in {each["code"] for each in narrow["warnings"]}
    return [
        party
        for party, (low, high) in sums(narrow).items()
        if (low < before[party][0] and not zero) or high > before[party][1]
    ]


@RULE_SETS
@examples(60)
@given(data=st.data())
def test_filling_in_what_is_asked_leads_to_what_was_possible(
    rule_set: str, data: st.DataObject
) -> None:
    case = data.draw(files(rule_set, crossing=data.draw(st.booleans())))
    result = answer_in(case, rule_set)
    facts = engine_of(rule_set).rule_set.facts
    for _ in range(6):
        open_ = [each for each in result["missing"] if "/-/" not in each["where"]]
        if not open_:
            break
        question = data.draw(st.sampled_from(open_))
        known = value_at(case, question["where"])
        assert known is None or isinstance(known, dict), f"{question} is stated already"
        options = [
            value
            for value in borders(rule_set, question["fact"])
            if not isinstance(known, dict)
            or known.get("from", value) <= value <= known.get("to", value)
        ]
        filled = with_fact(case, question["where"], data.draw(st.sampled_from(options)))
        following = answer_in(filled, rule_set)
        if facts[question["fact"]].if_absent == "ask":
            assert ruled_out(result, following) == [], (text(case), text(filled))
            assert wider(result, following) == [], (text(case), text(filled))
        case, result = filled, following


@RULE_SETS
@examples(60)
@given(data=st.data())
def test_forgetting_a_fact_rules_nothing_out_and_widens_every_total(
    rule_set: str, data: st.DataObject
) -> None:
    case = data.draw(files(rule_set, known=True, crossing=data.draw(st.booleans())))
    rules = engine_of(rule_set).rule_set.facts
    blank = copy.deepcopy(case)
    inner = blank["case"]
    stated = [
        (each["facts"], name)
        for each in (inner, *inner["violations"], *inner["parties"])
        for name in each["facts"]
        if rules[name].if_absent == "ask" and name not in engine_of(rule_set).rule_set.beside
    ]
    own = {name for one in inner["violations"] for name in _asked_by(rule_set, one["item"])}
    stated = [(facts, name) for facts, name in stated if name in own]
    assume(stated)
    for index in data.draw(st.sets(st.integers(0, len(stated) - 1), min_size=1, max_size=3)):
        stated[index][0].pop(stated[index][1], None)
    wide, narrow = answer_in(blank, rule_set), answer_in(case, rule_set)
    assert ruled_out(wide, narrow) == [], (text(blank), text(case))
    assert wider(wide, narrow) == [], (text(blank), text(case))


def _asked_by(rule_set: str, item: str) -> set[str]:
    engine = engine_of(rule_set)
    found = set()
    for edition in engine.rule_set.items[item]:
        found |= set(engine.prove(edition).facts)
    return found


@RULE_SETS
@examples(60)
@given(data=st.data())
def test_a_wider_number_moves_a_procedure_only_towards_depends(
    rule_set: str, data: st.DataObject
) -> None:
    case = data.draw(files(rule_set, known=True))
    rules = engine_of(rule_set).rule_set.facts
    blurred = copy.deepcopy(case)
    inner = blurred["case"]
    numbers = [
        (each["facts"], name)
        for each in (inner, *inner["violations"], *inner["parties"])
        for name in each["facts"]
        if rules[name].numeric
    ]
    assume(numbers)
    for index in data.draw(st.sets(st.integers(0, len(numbers) - 1), min_size=1, max_size=2)):
        facts, name = numbers[index]
        both = sorted([facts[name], data.draw(st.sampled_from(borders(rule_set, name)))])
        facts[name] = {"from": both[0], "to": both[1]}
    wide, narrow = answer_in(blurred, rule_set), answer_in(case, rule_set)
    assert ruled_out(wide, narrow) == [], (text(blurred), text(case))
    assert wider(wide, narrow) == [], (text(blurred), text(case))
    before, silent = steps(wide), {each["code"] for each in wide["not_examined"]}
    for key, step in steps(narrow).items():
        if step["rule"] is None or step["state"] == "undetermined":
            continue
        less = before[key]["state"] if key in before else "not_examined"
        event(f"{step['state']} from {less}")
        allowed = {step["state"], "depends", "undetermined"}
        # A number that may be anything is as good as none stated.
        if silent & {"procedures", "referrals", "listings"}:
            allowed.add("not_examined")
        assert less in allowed, (key, step["state"], less, text(blurred), text(case))


# What lets a party off --------------------------------------------------------------------

FINAL = ("time_barred", "exempt")


def freed(result: Result) -> dict[Key, Answer]:
    return {key: each for key, each in keyed(result).items()
            if each["disposition"] in FINAL and not each["possible"]}  # fmt: skip


def grounds(outcome: Answer, result: Result) -> list[dict[str, Any]]:
    """The facts that the reasons for letting off cite."""
    by = {each["id"]: each for each in result["reasons"]}
    reasons = [by[id] for id in outcome["reasons"]]
    return [fact for each in reasons for fact in each["facts"]
            if each["code"] in ("time_barred", "exempt", "gate_exempt")]  # fmt: skip


def firm(case: Case, violation: str, party: str, rule_set: str) -> Values:
    """What is stated of a violation and a party, and what follows from that alone."""
    rules = engine_of(rule_set).rule_set
    parsed = parse_case(source_of(case), rules)
    found = dict(parsed.facts)
    for each in (*parsed.violations, *parsed.parties):
        if each.id in (violation, party):
            found |= each.facts
    for name, derived in rules.derived.items():
        value = derived.compute(found)
        if value is not None:
            found[name] = value
    return found


@RULE_SETS
@examples(80)
@given(data=st.data())
def test_letting_off_rests_on_what_is_stated(rule_set: str, data: st.DataObject) -> None:
    case = data.draw(files(rule_set, known=data.draw(st.booleans())))
    result = answer_in(case, rule_set)
    rules = engine_of(rule_set).rule_set
    known = {each.id: each for each in rules.circumstances}
    for (violation, party, _), outcome in freed(result).items():
        event(outcome["disposition"])
        stated = firm(case, violation, party, rule_set)
        for fact in grounds(outcome, result):
            assert fact["value"] is None or fact["fact"] in stated, (fact, text(case))
        if outcome["disposition"] == "time_barred":
            dates = next(each for each in case["case"]["violations"] if each["id"] == violation)
            assert "found_on" in dates["dates"], text(case)
            assert dates["dates"].keys() & {"ended_on", "continuing"}, text(case)
            continue
        assert outcome["circumstances"], text(case)
        for each in outcome["circumstances"]:
            rule = known[each["id"]]
            assert compile_condition(rule.when)(stated) is True, text(case)
            if rule.excluded_when is not None:
                assert compile_condition(rule.excluded_when)(stated) is False, text(case)


@TIMELY
@examples(80)
@given(data=st.data())
def test_an_act_that_may_have_gone_on_is_not_time_barred(
    rule_set: str, data: st.DataObject
) -> None:
    case = data.draw(files(rule_set, most=1, known=True, powers=False))
    violation = case["case"]["violations"][0]
    act, found = sorted(
        data.draw(
            st.lists(
                st.sampled_from(days(rule_set, violation["item"])),
                min_size=2,
                max_size=2,
                unique=True,
            )
        )
    )
    violation["dates"] = {"acted_on": day_text(act), "found_on": day_text(found)}
    going = data.draw(st.sampled_from([None, True]))
    if going is not None:
        violation["dates"]["continuing"] = going
    for outcome in answer_in(case, rule_set)["outcomes"]:
        ways = {each["disposition"] for each in outcome["possible"] or [outcome]}
        assert "time_barred" not in ways, text(case)


@RULE_SETS
@examples(80)
@given(data=st.data())
def test_forgetting_anything_never_lets_a_party_off(rule_set: str, data: st.DataObject) -> None:
    case = data.draw(files(rule_set, crossing=data.draw(st.booleans())))
    forgot = copy.deepcopy(case)
    inner = forgot["case"]
    pool: list[tuple[dict[str, Any], str]] = [
        (each[part], name)
        for each in (inner, *inner["violations"], *inner["parties"])
        for part in ("facts", "dates")
        if part in each
        for name in each[part]
    ]
    # Without its days another law would be the one to ask.
    keep = ("acted_on", "ended_on", "decided_on")
    pool = [(facts, name) for facts, name in pool if name not in keep]
    assume(pool)
    facts, name = data.draw(st.sampled_from(pool))
    facts.pop(name)
    before, after = answer_in(case, rule_set), answer_in(forgot, rule_set)
    for key, outcome in freed(after).items():
        was = keyed(before)[key]
        off = {each["disposition"] for each in was["possible"] or [was]}
        other = {"not_established", "not_liable_at_stage", "out_of_jurisdiction"}
        assert off & {*FINAL, *other}, (key, name, outcome["disposition"], text(case))


@TIMELY
@examples(80)
@given(data=st.data())
def test_nothing_but_what_is_cited_is_needed_to_let_a_party_off_at_the_gate(
    rule_set: str, data: st.DataObject
) -> None:
    case = data.draw(files(rule_set, most=2))
    result = answer_in(case, rule_set)
    by = {each["id"]: each for each in result["reasons"]}
    for (violation, party, role), outcome in freed(result).items():
        codes = {by[id]["code"] for id in outcome["reasons"]}
        if not codes & {"time_barred", "gate_exempt"}:
            continue
        cited = {fact["fact"] for fact in grounds(outcome, result)}
        bare = copy.deepcopy(case)
        for each in (bare["case"], *bare["case"]["violations"], *bare["case"]["parties"]):
            each["facts"] = {name: value for name, value in each["facts"].items() if name in cited}
        same = keyed(answer_in(bare, rule_set))[violation, party, role]
        assert same["disposition"] == outcome["disposition"] and not same["possible"], text(case)


@TIMELY
@examples(60)
@given(data=st.data())
def test_a_later_discovery_never_revives_what_is_time_barred(
    rule_set: str, data: st.DataObject
) -> None:
    case = data.draw(files(rule_set, most=1))
    own = case["case"]["violations"][0].get("dates", {})
    assume("found_on" in own)
    later = copy.deepcopy(case)
    for name in ("filed_on", "decided_on"):
        own.pop(name, None)
        later["case"]["violations"][0]["dates"].pop(name, None)
    assume("continuing" not in own or own["continuing"] is False or "ended_on" in own)
    item = case["case"]["violations"][0]["item"]
    after = [day_text(day) for day in days(rule_set, item) if day_text(day) > own["found_on"]]
    assume(after)
    later["case"]["violations"][0]["dates"]["found_on"] = data.draw(st.sampled_from(after))
    first, second = keyed(answer_in(case, rule_set)), keyed(answer_in(later, rule_set))
    for key, outcome in first.items():
        if outcome["disposition"] == "time_barred":
            assert second[key]["disposition"] == "time_barred", text(later)


# Old and new law --------------------------------------------------------------------------


@TIMELY
@examples(150)
@given(data=st.data())
def test_the_new_law_never_costs_a_party_more_than_the_old(
    rule_set: str, data: st.DataObject
) -> None:
    result = answer_in(data.draw(files(rule_set, most=2, known=True, crossing=True)), rule_set)
    for outcome in result["outcomes"]:
        if len(outcome["compared"]) != 2:
            continue
        old, new = outcome["compared"]
        event("new applies" if new["applies"] else "old applies" if old["applies"] else "person")
        applied = [each for each in (old, new) if each["applies"]]
        assert len(applied) <= 1
        if applied and not outcome["possible"]:
            assert outcome["edition"] == applied[0]["edition"]
            assert outcome["statutory"] == applied[0]["statutory"]
        if new["disposition"] not in ("penalize", "may_exempt", "out_of_jurisdiction"):
            assert outcome["disposition"] == new["disposition"] or outcome["possible"]
        if new["applies"] and new["fine"]["max"] is not None and old["statutory"]["max"]:
            assert new["statutory"]["max"] <= old["statutory"]["max"], outcome["compared"]
            assert outcome["fine"]["max"] <= old["statutory"]["max"], outcome["compared"]


@TIMELY
@examples(60)
@given(data=st.data())
def test_a_decision_under_the_law_of_the_act_compares_nothing(
    rule_set: str, data: st.DataObject
) -> None:
    case = data.draw(files(rule_set, most=1))
    own = case["case"]["violations"][0].setdefault("dates", {})
    act = own.get("ended_on") or own.get("acted_on")
    assume(act is not None and "continuing" not in own)
    for name in ("found_on", "filed_on"):
        own.pop(name, None)
    own["decided_on"] = act
    for outcome in answer_in(case, rule_set)["outcomes"]:
        assert outcome["compared"] == []
        assert outcome["fine"]["suggested_why"] != "later_text_missing"


# Powers -----------------------------------------------------------------------------------


@TIMELY
@examples(80)
@given(data=st.data())
def test_what_is_handed_over_keeps_the_range_that_the_competent_authority_has(
    rule_set: str, data: st.DataObject
) -> None:
    case = data.draw(files(rule_set, most=2))
    result = answer_in(case, rule_set)
    for key, outcome in keyed(result).items():
        if outcome["disposition"] != "out_of_jurisdiction":
            continue
        event("handed over")
        to = next(
            each["to"]
            for each in result["referrals"]
            if each["id"] == "case_handed_over" and (each["violation"], each["party"]) == key[:2]
        )
        able = copy.deepcopy(case)
        able["case"]["authority"] = {name: each for name, each in to.items() if each is not None}
        able["case"]["authority"].setdefault("level", "state")
        other = keyed(answer_in(able, rule_set))[key]
        assert other["disposition"] != "out_of_jurisdiction", (to, text(case))
        for name in ("statutory", "tier", "stage", "obligation", "measures", "basis"):
            assert other[name] == outcome[name], (name, text(case))
        assert ends(other["fine"]) == ends(outcome["fine"]), text(case)


@TIMELY
@examples(60)
@given(data=st.data())
def test_a_higher_level_is_never_less_competent(rule_set: str, data: st.DataObject) -> None:
    case = data.draw(files(rule_set, most=2))
    authority = case["case"].setdefault("authority", {})
    low, high = sorted(data.draw(st.lists(st.sampled_from(range(5)), min_size=2, max_size=2)))
    outside = []
    for level in (low, high):
        authority["level"] = LEVELS[level]
        found = keyed(answer_in(case, rule_set))
        outside.append({key for key, each in found.items()
                        for one in each["possible"] or [each]
                        if one["disposition"] == "out_of_jurisdiction"})  # fmt: skip
    assert outside[1] <= outside[0], (LEVELS[low], LEVELS[high], text(case))


# Procedures -------------------------------------------------------------------------------


@pytest.mark.parametrize("rule_set", [each for each in SETS if each != "cn-mem"])
@examples(80)
@given(data=st.data())
def test_a_hearing_for_a_sum_is_called_by_the_whole_range_or_depends_on_it(
    rule_set: str, data: st.DataObject
) -> None:
    case = data.draw(files(rule_set))
    result = answer_in(case, rule_set)
    found = {each["party"]: each for each in result["procedures"] if each["id"] == HEARING}
    for party, (low, high) in sums(result).items():
        mine = [each for each in result["outcomes"] if each["party"]["id"] == party]
        if any(one["amount"] for each in mine for answer in (each, *each["possible"])
               for one in answer["measures"]):  # fmt: skip
            continue  # what is confiscated counts too
        if party not in found:
            answers = [one for each in mine for one in each["possible"] or [each]]
            assert not any(each["disposition"] in PUNISHING for each in answers), text(case)
            continue
        expected = "depends" if low < 100_000 <= high else "required"
        expected = "not_required" if high < 100_000 else expected
        assert found[party]["state"] == expected, (party, low, high, text(case))
        assert found[party]["from_amount"] == (100_000 if expected == "depends" else None)


HEARING = "lpr-051-hearing"
PUNISHING = ("penalize", "may_exempt", "open")


@RULE_SETS
@examples(60)
@given(data=st.data())
def test_what_follows_a_step_stands_as_that_step_does(rule_set: str, data: st.DataObject) -> None:
    result = answer_in(data.draw(files(rule_set)), rule_set)
    rules = engine_of(rule_set).rule_set
    found = {(each["party"], each["id"]): each["state"] for each in result["procedures"]}
    for procedure in rules.procedures:
        if procedure.follows is None:
            continue
        for (party, id), state in found.items():
            if id == procedure.id:
                before = found.get((party, procedure.follows))
                assert before in ("required", "depends", "undetermined")
                assert state == before or procedure.limbs[0].amount or state != "required"


@RULE_SETS
@examples(60)
@given(data=st.data())
def test_a_surcharge_is_its_share_of_the_total(rule_set: str, data: st.DataObject) -> None:
    result = answer_in(data.draw(files(rule_set)), rule_set)
    totals = {each["party"]: each["fine"] for each in result["totals"]}
    rules = {each.id: each for each in engine_of(rule_set).rule_set.procedures}
    for each in result["procedures"]:
        rule = rules[each["id"]]
        if rule.surcharge is None or each["daily"] is None:
            continue
        for share, shown in zip(rule.surcharge, (each["daily"], each["cap"]), strict=True):
            for end in ("min", "max"):
                amount = totals[each["party"]][end]
                if amount is None:
                    assert shown[end] is None
                else:
                    exact = share * round(amount * 100)
                    assert round(shown[end] * 100) == exact.numerator // exact.denominator
