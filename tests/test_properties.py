"""What must hold of every case, whatever its facts: the law's own inequalities."""

from __future__ import annotations

import copy
import itertools
import json
import random
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from cases import (
    SETS,
    Case,
    borders,
    cases,
    engine_of,
    shown,
    value_at,
    vocabulary,
    with_fact,
)
from helpers import RULES, amounts, engine_for, evaluate, examples, party
from hypothesis import assume, event, given
from hypothesis import strategies as st

from engine.checks.tables import check_tables
from engine.evaluate import Engine
from engine.faults import InputFault

Result = dict[str, Any]
Answer = dict[str, Any]

RULE_SETS = pytest.mark.parametrize("rule_set", SETS)


def answer(case: Case, rule_set: str, *, published_only: bool = False) -> Result:
    """The result; facts that contradict one another are not a case."""
    try:
        return evaluate(case, engine_for(SETS[rule_set], rule_set, published_only))
    except InputFault as fault:
        assert {each.code for each in fault.findings} <= {"facts_contradict"}, shown(case)
        assume(False)
        raise


def outcomes(result: Result) -> dict[str, Answer]:
    return {each["party"]["id"]: each for each in result["outcomes"]}


def moved(outcome: Answer) -> set[str]:
    return {each["outcome"] for each in outcome["circumstances"]}


# The range --------------------------------------------------------------------------------


@RULE_SETS
@examples(60)
@given(data=st.data())
def test_the_fine_lies_in_the_statutory_range_unless_mitigated(
    rule_set: str, data: st.DataObject
) -> None:
    result = answer(data.draw(cases(rule_set)), rule_set)
    for outcome in result["outcomes"]:
        low, high = amounts(outcome)
        floor, ceiling = outcome["statutory"]["min"], outcome["statutory"]["max"]
        if outcome["fine"]["state"] not in ("imposed", "optional"):
            continue
        assert high is not None and high > 0 and (low or 0) <= high
        if "mitigate" in moved(outcome):
            assert high < floor
        else:
            assert (floor or 0) <= (low or 0) and high <= ceiling


@RULE_SETS
@examples(60)
@given(data=st.data())
def test_amounts_have_two_decimals_and_stay_exact(rule_set: str, data: st.DataObject) -> None:
    result = answer(data.draw(cases(rule_set)), rule_set)
    text = json.dumps(result, ensure_ascii=False)
    exact = json.loads(text, parse_float=Decimal)
    for outcome in exact["outcomes"]:
        for each in (outcome, *outcome["possible"]):
            for amount in (*each["fine"].values(), *each["statutory"].values()):
                if isinstance(amount, Decimal):
                    assert amount == amount.quantize(Decimal("0.01"))
                if isinstance(amount, int) and not isinstance(amount, bool):
                    assert abs(amount) <= 2**53, "beyond what a reader of JSON can hold"


@pytest.mark.parametrize("rule_set", ["moon-bench", "moon-proposal"])
@examples(150)
@given(data=st.data())
def test_a_suggestion_is_in_range_round_where_it_can_be_and_never_0(
    rule_set: str, data: st.DataObject
) -> None:
    result = answer(data.draw(cases(rule_set, known=True)), rule_set)
    for outcome in result["outcomes"]:
        suggested = outcome["fine"]["suggested"]
        low, high = amounts(outcome)
        if suggested is None:
            assert outcome["fine"]["suggested_why"]
            continue
        assert suggested > 0 and (low or 0) <= suggested <= high
        assert outcome["fine"]["suggested_why"] is None
        fits = high // 1000 * 1000 >= max(low or 0, 1)
        fixed = low == high
        assert fixed or not fits or suggested % 1000 == 0, shown(outcome["fine"])


# Circumstances ----------------------------------------------------------------------------

AGGRAVATING = {
    "cn-mem": "emergency_measures_breached",
    "moon": "obstructed",
    "moon-bench": "obstructed",
}
LIGHTENING = {
    "cn-mem": ["consequences_reduced", "meritorious"],
    "moon": ["cooperative", "surrendered", "reduced_harm"],
    "moon-bench": ["cooperative", "surrendered", "reduced_harm"],
}


def both(case: Case, facts: dict[str, Any], rule_set: str) -> list[tuple[Answer, Answer]]:
    """Each settled outcome without and with some facts, where both end in a fine."""
    after = copy.deepcopy(case)
    before = copy.deepcopy(case)
    for each in (before, after):
        for one in (each, *each["parties"]):
            for name in facts:
                one["facts"].pop(name, None)
    rules = engine_of(rule_set).rule_set.facts
    for name, value in facts.items():
        for one in after["parties"] if rules[name].about == "party" else [after]:
            one["facts"][name] = value
    first, second = outcomes(answer(before, rule_set)), outcomes(answer(after, rule_set))
    fined = ("imposed", "optional")
    return [
        (first[id], second[id])
        for id in first
        if first[id]["fine"]["state"] in fined and second[id]["fine"]["state"] in fined
    ]


@pytest.mark.parametrize("rule_set", AGGRAVATING)
@examples(60)
@given(data=st.data())
def test_an_aggravating_circumstance_never_lowers_a_fine(
    rule_set: str, data: st.DataObject
) -> None:
    case = data.draw(cases(rule_set, known=True))
    for before, after in both(case, {AGGRAVATING[rule_set]: True}, rule_set):
        assert (after["fine"]["min"] or 0) >= (before["fine"]["min"] or 0)
        assert after["fine"]["max"] >= before["fine"]["max"]
        if before["fine"]["suggested"] and after["fine"]["suggested"]:
            assert after["fine"]["suggested"] >= before["fine"]["suggested"]


@pytest.mark.parametrize("rule_set", LIGHTENING)
@examples(60)
@given(data=st.data())
def test_a_lightening_circumstance_never_raises_a_fine(rule_set: str, data: st.DataObject) -> None:
    case = data.draw(cases(rule_set, known=True))
    fact = data.draw(st.sampled_from(LIGHTENING[rule_set]))
    for before, after in both(case, {fact: True}, rule_set):
        assert (after["fine"]["min"] or 0) <= (before["fine"]["min"] or 0)
        assert after["fine"]["max"] <= before["fine"]["max"]
        if before["fine"]["suggested"] and after["fine"]["suggested"]:
            assert after["fine"]["suggested"] <= before["fine"]["suggested"]


MONOTONE = {
    "moon-005": ("untethered_workers", {"overdue": False}, range(1, 15)),
    "moon-006": ("missing_oxygen", {"required_oxygen": 97}, range(1, 120)),
    "moon-007": ("shelter_defects", {"shelter_missing": False}, range(1, 15)),
    "moon-008": (
        "illegal_gains",
        {"ore_sold_unlicensed": True},
        [100_000, 100_000.01, 499_999.99, 500_000, 10**9],
    ),
    "moon-012": ("deaths", {"direct_loss": 0}, range(3, 10)),
    "moon-015": (
        "mined_on",
        {"licence_expired_on": "2025-08-31"},
        [
            f"{year}-{month:02}-{day:02}"
            for year in (2025, 2026)
            for month in (9, 10, 12)
            for day in (1, 15, 30)
        ],
    ),
}


def test_these_are_tables_that_the_checker_calls_monotonic(bench: Engine) -> None:
    for id in MONOTONE:
        item = bench.rule_set.items[id][-1]
        assert any(penalty.tables for penalty in item.penalties)
        codes = {finding.code for finding in check_tables(item, bench.rule_set)}
        assert not codes & {"not_monotonic", "table_not_tried", "table_undecided"}, id


@pytest.mark.parametrize("item", MONOTONE)
def test_more_of_it_never_gives_a_lower_tier(item: str, bench: Engine) -> None:
    fact, others, values = MONOTONE[item]
    found = [
        party(evaluate({"item": item, "facts": {fact: value, **others}}, bench), "unit")
        for value in values
    ]
    assert {each["disposition"] for each in found} == {"penalize"}
    for less, more in itertools.pairwise(found):
        assert less["tier"]["id"] <= more["tier"]["id"]
        assert (less["fine"]["min"] or 0) <= (more["fine"]["min"] or 0)
        assert less["fine"]["max"] <= more["fine"]["max"]
    assert len({each["tier"]["id"] for each in found}) > 1


# Order ------------------------------------------------------------------------------------


def told(result: Result) -> dict[str, Any]:
    """What each party is told, with its reasons in full instead of by number."""
    reasons = {each["id"]: {**each, "id": None} for each in result["reasons"]}
    return {
        each["party"]["id"]: {**each, "reasons": [reasons[id] for id in each["reasons"]]}
        for each in result["outcomes"]
    }


@RULE_SETS
@examples(60)
@given(data=st.data(), seed=st.integers(0, 2**32))
def test_the_order_of_facts_and_parties_does_not_matter(
    rule_set: str, data: st.DataObject, seed: int
) -> None:
    case = data.draw(cases(rule_set))
    shuffled = _shuffled(case, random.Random(seed))
    first, second = answer(case, rule_set), answer(shuffled, rule_set)
    assert told(first) == told(second)
    for key in ("missing", "assumptions", "warnings"):
        assert sorted(map(_unplaced, first[key])) == sorted(map(_unplaced, second[key]))
    assert first["status"] == second["status"]


def _shuffled(value: Any, order: random.Random) -> Any:
    if isinstance(value, dict):
        keys = sorted(value)
        order.shuffle(keys)
        return {key: _shuffled(value[key], order) for key in keys}
    if isinstance(value, list):
        return order.sample([_shuffled(each, order) for each in value], len(value))
    return value


def _unplaced(entry: dict[str, Any]) -> str:
    return json.dumps({**entry, "where": None}, sort_keys=True)


# What is not known ------------------------------------------------------------------------


def answers(outcome: Answer) -> list[Answer]:
    return outcome["possible"] or [outcome]


def contains(wide: Answer, narrow: Answer, *, merged: bool) -> bool:
    """Whether an answer that was possible leaves room for one that came."""
    keys = ["disposition"] if merged else ["disposition", "obligation"]
    # For whom the law fines at no stage that may be, the stage that others reached is a remark.
    if wide["disposition"] != "not_liable_at_stage" or wide["stage"] is not None:
        keys.append("stage")
    if any(wide[key] != narrow[key] for key in keys):
        return False
    if not merged and _tier(wide) != _tier(narrow):
        return False
    if "none_in_law" in (wide["fine"]["state"], narrow["fine"]["state"]):
        return bool(wide["fine"]["state"] == narrow["fine"]["state"])
    (low, high), (least, most) = amounts(wide), amounts(narrow)
    above = low is None or (least is not None and least >= low)
    return above and (high is None or (most is not None and most <= high))


def _tier(each: Answer) -> Any:
    return each["tier"] and (each["tier"]["id"], each["tier"]["layer"])


def narrower(wide: Result, narrow: Result) -> list[str]:
    """Where the result that knows more says what the other had ruled out."""
    merged = "possible_merged" in {each["code"] for each in wide["warnings"]}
    before, after = outcomes(wide), outcomes(narrow)
    lost = [
        f"{id}: {json.dumps(each, ensure_ascii=False)[:600]}"
        for id, outcome in after.items()
        for each in answers(outcome)
        if not any(contains(one, each, merged=merged) for one in answers(before[id]))
    ]
    return [*lost, *(f"{id} is gone" for id in before.keys() - after.keys())]


@RULE_SETS
@examples(120)
@given(data=st.data())
def test_forgetting_a_fact_never_rules_an_answer_out(rule_set: str, data: st.DataObject) -> None:
    case = data.draw(cases(rule_set, known=True, dated=False))
    own = {fact.name for fact in vocabulary(rule_set, case["item"]).own if fact.if_absent == "ask"}
    assume(own)
    forgotten = copy.deepcopy(case)
    pool = [one["facts"] for one in (forgotten, *forgotten["parties"])]
    some = data.draw(st.sets(st.sampled_from(sorted(own)), min_size=1, max_size=3))
    for facts in pool:
        for name in some:
            facts.pop(name, None)
    wide, narrow = answer(forgotten, rule_set), answer(case, rule_set)
    assert narrower(wide, narrow) == [], (shown(forgotten), wide["missing"])


@RULE_SETS
@examples(120)
@given(data=st.data())
def test_widening_a_number_never_rules_an_answer_out(rule_set: str, data: st.DataObject) -> None:
    case = data.draw(cases(rule_set, known=True, dated=False))
    rules = engine_of(rule_set).rule_set.facts
    wide = copy.deepcopy(case)
    numbers = [
        (facts, name)
        for facts in (one["facts"] for one in (wide, *wide["parties"]))
        for name in facts
        if rules[name].numeric
    ]
    assume(numbers)
    for index in data.draw(st.sets(st.integers(0, len(numbers) - 1), min_size=1, max_size=2)):
        facts, name = numbers[index]
        other = data.draw(st.sampled_from(borders(rule_set, name)))
        ends = sorted([facts[name], other])
        facts[name] = {"from": ends[0], "to": ends[1]}
    assert narrower(answer(wide, rule_set), answer(case, rule_set)) == [], shown(wide)


# What keeps a case open although no fact could settle it.
LEFT_TO_PEOPLE = {
    "parameter_missing",
    "zero_base",
    "text_missing",
    "old_or_new_by_person",
    "norms_reversed",
    "no_edition_in_force",
    "item_not_found",
    "several_editions_apply",
    "several_successors",
    "no_successor_known",
}


@RULE_SETS
@examples(120)
@given(data=st.data())
def test_answering_what_is_asked_leads_to_one_of_the_possible_answers(
    rule_set: str, data: st.DataObject
) -> None:
    case = data.draw(cases(rule_set))
    result = answer(case, rule_set)
    facts = engine_of(rule_set).rule_set.facts
    for _ in range(40):
        answerable = [each for each in result["missing"] if "/-/" not in each["where"]]
        if not answerable:
            break
        asked = data.draw(st.sampled_from(answerable))
        known = value_at(case, asked["where"])
        assert known is None or isinstance(known, dict), f"{asked} is stated already"
        options = [
            value
            for value in borders(rule_set, asked["fact"])
            if not isinstance(known, dict)
            or known.get("from", value) <= value <= known.get("to", value)
        ]
        filled = with_fact(case, asked["where"], data.draw(st.sampled_from(options)))
        following = answer(filled, rule_set)
        if facts[asked["fact"]].if_absent == "ask":
            assert narrower(result, following) == [], (shown(case), shown(filled))
        case, result = filled, following
    else:
        pytest.fail(f"the questions never end: {shown(case)}")
    event(result["status"])
    codes = {each["code"] for each in result["warnings"]}
    # A person whom the case does not name yet keeps it open.
    if result["missing"]:
        assert all("/-/" in each["where"] for each in result["missing"])
    elif not codes & LEFT_TO_PEOPLE:
        assert result["status"] == "settled", shown(case)


@RULE_SETS
@examples(60)
@given(data=st.data())
def test_an_open_case_asks_something_and_a_settled_one_says_one_thing(
    rule_set: str, data: st.DataObject
) -> None:
    result = answer(data.draw(cases(rule_set)), rule_set)
    if result["status"] == "settled":
        assert all(not each["possible"] for each in result["outcomes"])
        assert all(each["disposition"] != "open" for each in result["outcomes"])
    elif result["status"] == "open":
        codes = {each["code"] for each in result["warnings"]}
        assert result["missing"] or codes & LEFT_TO_PEOPLE
    asked = [(each["fact"], each["where"]) for each in result["missing"]]
    assert len(set(asked)) == len(asked)
    assert all(each["ask"] and each["settles"] for each in result["missing"])


# Parties, charges, layers -----------------------------------------------------------------


@RULE_SETS
@examples(40)
@given(data=st.data())
def test_a_party_is_told_the_same_alone_and_among_others(
    rule_set: str, data: st.DataObject
) -> None:
    case = data.draw(cases(rule_set, roles=2))
    together = told(answer(case, rule_set))
    for person in case["parties"]:
        alone = told(answer({**case, "parties": [person]}, rule_set))
        assert alone.get(person["id"]) == together.get(person["id"]), shown(case)


@RULE_SETS
@examples(30)
@given(data=st.data())
def test_what_is_found_without_a_charge_is_what_the_charge_would_give(
    rule_set: str, data: st.DataObject
) -> None:
    case = data.draw(cases(rule_set))
    found = answer({key: each for key, each in case.items() if key != "item"}, rule_set)
    facts = engine_of(rule_set).rule_set.facts
    charged = {name for name, fact in facts.items() if fact.if_absent == "charged"}
    for outcome in found["outcomes"]:
        assert outcome["disposition"] != "not_established"
        # What was found is the law of the act; another may apply in its stead.
        law = (outcome["compared"] or [outcome])[0]["item"]
        alone = answer({**case, "item": law}, rule_set)
        if charged.isdisjoint(each["fact"] for each in alone["assumptions"]):
            same = outcomes(alone)[outcome["party"]["id"]]
            assert _by_itself(same, found) == _by_itself(outcome, found)


def _by_itself(outcome: Answer, found: Result) -> Answer:
    """The outcome without what other norms for the same act make of its fine."""
    party = [each for each in found["outcomes"] if each["party"] == outcome["party"]]
    fine = {} if len(party) > 1 else outcome["fine"]
    return {**outcome, "fine": fine, "reasons": []}


@pytest.mark.parametrize("rule_set", ["cn-mem", "moon-proposal"])
@examples(40)
@given(data=st.data())
def test_published_only_rests_on_verified_rules_alone(rule_set: str, data: st.DataObject) -> None:
    case = data.draw(cases(rule_set))
    kept = engine_for(SETS[rule_set], rule_set, True).rule_set.items
    assume(case["item"] in kept)
    result = answer(case, rule_set, published_only=True)
    for outcome in result["outcomes"]:
        for each in (outcome, *outcome["possible"]):
            assert each["tier"] is None or each["tier"]["status"] == "verified"
    codes = {each["code"] for each in result["warnings"]}
    parts = {"rule", "tier", "policy"}
    assert not codes & {f"{status}_{part}" for status in ("draft", "proposal") for part in parts}


# Reasons ----------------------------------------------------------------------------------


@RULE_SETS
@examples(60)
@given(data=st.data())
def test_every_reason_points_at_the_line_of_its_rule(rule_set: str, data: st.DataObject) -> None:
    result = answer(data.draw(cases(rule_set)), rule_set)
    folder = SETS[rule_set].parent
    for reason in result["reasons"]:
        rule = reason["rule"]
        line = _lines(folder / rule["file"])[rule["line"] - 1]
        last = rule["id"].split("/")[-1]
        assert f"id: {last}" in line or f"{last}:" in line, (rule, line)
        assert rule["file"].split("/")[1] == rule["set"]
        assert reason["says"] and not reason["says"].endswith("。")
    named = {id for each in result["outcomes"] for id in each["reasons"]}
    steps = (*result["procedures"], *result["referrals"])
    named |= {each["reason"] for each in steps if each["reason"]}
    assert named == {each["id"] for each in result["reasons"]}


def _lines(path: Path) -> list[str]:
    return path.read_text("utf-8").splitlines()


def test_the_real_rules_are_where_the_tests_look_for_them() -> None:
    assert (RULES / "cn-mem" / "ruleset.yaml").is_file()
