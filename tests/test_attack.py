"""Cases meant to break the engine: odd names, contradictory days, sizes, circles in the rules."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from helpers import FICTION, amounts, evaluate, party

from engine.evaluate import Engine
from engine.faults import InputFault, RuleFault
from engine.layering import load_rule_set

Result = dict[str, Any]
Changed = Callable[..., Engine]
ROUND = Path("moon-round")
ITEMS = ROUND / "items"


@pytest.fixture
def changed(tmp_path: Path) -> Changed:
    """`changed((file, old, new), …)` is moon-round with some lines written anew."""

    def engine(*edits: tuple[Path, str, str]) -> Engine:
        rules = Path(shutil.copytree(FICTION, tmp_path / "rules"))
        for path, old, new in edits:
            text = (rules / path).read_text("utf-8")
            assert text.count(old) == 1, (path, old)
            (rules / path).write_text(text.replace(old, new), "utf-8")
        return Engine(load_rule_set(rules, "moon-round"))

    return engine


def codes(result: Result) -> set[str]:
    return {each["code"] for each in result["warnings"]}


def total(result: Result, id: str) -> tuple[Any, Any]:
    (found,) = [each["fine"] for each in result["totals"] if each["party"] == id]
    return found["min"], found["max"]


def state(result: Result, id: str, about: str | None = None) -> str | None:
    """The state of a procedure, referral or listing for a party; None where it is not listed."""
    found = [
        each["state"]
        for each in (*result["procedures"], *result["referrals"])
        if each["id"] == id and about in (None, each["party"])
    ]
    assert len(found) <= 1, found
    return found[0] if found else None


def refused(case: str | dict[str, Any], engine: Engine) -> set[str]:
    with pytest.raises(InputFault) as caught:
        evaluate(case, engine)
    return {each.code for each in caught.value.findings}


def two(
    first: str, second: str, *, act: str = "one", parties: str = "[{id: co, kind: unit}]"
) -> str:
    """A case of two violations of one act, written as `nrc-030, facts: {…}`."""
    return f"""
case:
  violations:
    - {{id: a, act: one, item: {first}}}
    - {{id: b, act: {act}, item: {second}}}
  parties: {parties}
"""


# Names ------------------------------------------------------------------------------------


@pytest.mark.parametrize("id", ["responsible", "unit"])
def test_a_party_named_like_a_role_does_not_swallow_it(id: str, round_: Engine) -> None:
    kind = {"responsible": "unit", "unit": "responsible"}[id]
    case = {
        "item": "nrc-044",
        "facts": {"loose_rovers": 1},
        "parties": [{"id": id, "kind": kind}],
    }
    try:
        result = evaluate(case, round_)
    except InputFault:
        return  # to refuse such a name is as good
    assert {each["fine"]["state"] for each in result["outcomes"]} == {"imposed"}
    assert len(result["totals"]) == 2


def test_a_violation_may_be_named_like_the_act_of_another(round_: Engine) -> None:
    case = {
        "case": {
            "violations": [
                {"id": "a", "item": "nrc-030", "facts": {"loose_rovers": 1}},
                {"id": "b", "act": "a", "item": "nrc-031", "facts": {"loose_rovers": 1}},
            ],
            "parties": [{"id": "co", "kind": "unit"}],
        }
    }
    result = evaluate(case, round_)
    assert {each["fine"]["state"] for each in result["outcomes"]} == {"imposed"}
    assert total(result, "co") == (70000, 150000)


def test_parties_and_violations_may_share_a_name(round_: Engine) -> None:
    case = two("nrc-044, facts: {loose_rovers: 1}", "nrc-030, facts: {loose_rovers: 1}",
               parties="[{id: a, kind: unit}, {id: b, kind: responsible}]")  # fmt: skip
    result = evaluate(case, round_)
    assert total(result, "b") == (1000, 20000)
    assert [each["party"] for each in result["totals"]] == ["a", "b"]


@pytest.mark.parametrize("notified", [{"nobody": 1}, {"": 1}, {"unit ": 1}])
def test_a_notice_to_nobody_is_sent_back(notified: dict[str, int], round_: Engine) -> None:
    case = {"item": "nrc-030", "facts": {"loose_rovers": 1}, "notified": notified}
    assert refused(case, round_) == {"unknown_party"}


@pytest.mark.parametrize("role", ["unit", "agency"])
def test_a_notice_to_a_role_that_nobody_goes_by_is_not_forgotten(role: str, round_: Engine) -> None:
    case = {
        "item": "nrc-030",
        "facts": {"loose_rovers": 1},
        "parties": [{"id": "co", "kind": "unit"}],
        "notified": {role: 1},
    }
    try:
        result = evaluate(case, round_)
    except InputFault as fault:
        assert {each.code for each in fault.findings} == {"unknown_party"}
    else:
        assert codes(result) - {"benchmark_row_unknown"}


def test_an_amount_notified_finer_than_a_fen_is_sent_back(round_: Engine) -> None:
    case = {"item": "nrc-030", "facts": {"loose_rovers": 1}, "notified": {"unit": 0.001}}
    assert refused(case, round_) == {"too_fine"}


def test_an_organ_nobody_knows_is_sent_back(round_: Engine) -> None:
    case = {"item": "nrc-030", "facts": {}, "authority": {"organ": "lunar-buero"}}
    assert refused(case, round_) == {"unknown_organ"}


def test_one_person_in_two_roles_is_fined_once_for_one_act(round_: Engine) -> None:
    facts = {"deaths": 3, "injuries": 0, "direct_loss": 0}
    boss = {"id": "a", "kind": "person", "roles": ["principal", "manager"],
            "facts": {"annual_income": 100000}}  # fmt: skip
    result = evaluate({"item": "moon-009", "facts": facts, "parties": [boss]}, round_)
    mine = [each["fine"] for each in result["outcomes"] if each["party"]["id"] == "a"]
    assert [each["state"] for each in mine] == ["imposed", "absorbed"]
    assert total(result, "a") == (60000, 60000)


# Days -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "dates",
    [
        {"acted_on": "2026-01-02", "decided_on": "2026-01-01"},
        {"acted_on": "2026-01-02", "ended_on": "2026-01-01"},
        {"found_on": "2026-01-02", "filed_on": "2026-01-01"},
    ],
)
def test_days_in_the_wrong_order_are_sent_back(dates: dict[str, str], round_: Engine) -> None:
    case = {"item": "nrc-030", "facts": {"loose_rovers": 1}, "dates": dates}
    assert refused(case, round_) == {"dates_out_of_order"}
    shared = {"case": {"dates": {"decided_on": "2026-01-01"}, "violations": [
        {"id": "a", "item": "nrc-030", "dates": {"acted_on": "2026-01-01"}},
        {"id": "b", "item": "nrc-030", "dates": {"acted_on": "2026-01-02"}}]}}  # fmt: skip
    assert refused(shared, round_) == {"dates_out_of_order"}


@pytest.mark.parametrize("day", ["2026-02-30", "0000-01-01", "2025-02-29"])
def test_days_that_are_not_on_the_calendar_are_sent_back(day: str, round_: Engine) -> None:
    case = {"item": "nrc-030", "facts": {}, "dates": {"acted_on": day}}
    assert refused(case, round_) == {"not_a_date"}


@pytest.mark.parametrize(
    "day",
    ["9994-12-31", "9999-12-31"],
)
def test_the_last_days_of_the_calendar_are_days(day: str, round_: Engine) -> None:
    dates = {"acted_on": day, "continuing": False, "found_on": "9999-12-31"}
    try:
        evaluate({"item": "nrc-030", "facts": {"loose_rovers": 1}, "dates": dates}, round_)
    except InputFault:
        return


def test_what_one_violation_does_not_say_of_its_days_is_not_taken_from_another(
    round_: Engine,
) -> None:
    case = """
case:
  violations:
    - {id: a, act: x, item: nrc-030, facts: {loose_rovers: 1}, dates: {acted_on: "2026-02-01", decided_on: "2026-03-01", found_on: "2026-02-02"}}
    - {id: b, act: y, item: nrc-030, facts: {loose_rovers: 1}}
  parties: [{id: co, kind: unit}]
"""  # noqa: E501
    result = evaluate(case, round_)
    asked = {each["code"] for each in result["not_examined"]}
    assert {"limitation", "old_and_new_law"} <= asked


@pytest.mark.parametrize(
    ("item", "facts", "dates"),
    [
        ("nrc-001", {"unlit_craters": 1}, {"decided_on": "2025-12-31"}),
        ("brc-001", {"dead_beacons": 1}, {"decided_on": "2025-12-31"}),
        ("brc-001", {"dead_beacons": 1}, {"found_on": "2025-12-31"}),
        ("brc-001", {"dead_beacons": 1}, {"filed_on": "2025-12-31"}),
    ],
)
def test_no_law_applies_before_it_is_in_force(
    item: str, facts: dict[str, int], dates: dict[str, str], round_: Engine
) -> None:
    result = evaluate({"item": item, "facts": facts, "dates": dates}, round_)
    assert not any(each["edition"].endswith("@2026-01-01") for each in result["outcomes"])


def test_an_act_that_does_not_go_on_has_no_later_end(round_: Engine) -> None:
    dates = {"acted_on": "2020-03-01", "ended_on": "2025-03-01", "continuing": False}
    case = {"item": "orc-001", "facts": {"unlit_craters": 1}, "dates": dates}
    assert refused(case, round_)


def test_a_stated_end_is_the_end_of_an_act_said_to_go_on(round_: Engine) -> None:
    dates = {"acted_on": "2020-03-01", "ended_on": "2023-03-01", "continuing": True,
             "found_on": "2025-03-02"}  # fmt: skip
    facts = {"unlit_craters": 1, "lives_at_risk": False}
    result = evaluate({"item": "orc-001", "facts": facts, "dates": dates}, round_)
    assert party(result, "unit")["disposition"] == "time_barred"


# Old and new law --------------------------------------------------------------------------


@pytest.mark.parametrize("item", ["orc-006", "orc-012"])
def test_a_comparison_that_cannot_be_made_leaves_the_case_open(item: str, round_: Engine) -> None:
    dates = {"acted_on": "2025-12-31", "decided_on": "2026-01-01"}
    result = evaluate({"item": item, "facts": {"unlit_craters": 1}, "dates": dates}, round_)
    assert result["status"] == "open"
    low, _ = total(result, "unit")
    assert low == 0, "a successor may not punish at all"


@pytest.mark.parametrize(
    ("facts", "dates", "code"),
    [
        ({"dead_beacons": 1}, {"acted_on": "2025-12-31"}, "draft_law_edition"),
        ({"unlit_craters": 1}, {"acted_on": "2025-12-31"}, "several_successors"),
        ({"unlit_craters": 1}, {"acted_on": "2025-12-31"}, "no_successor_known"),
        (
            {"unlit_craters": 1},
            {"acted_on": "2025-12-31", "ended_on": "2026-01-01", "continuing": True},
            "continuing_across_change",
        ),
    ],
)
def test_what_is_found_without_a_charge_is_warned_of_as_well(
    facts: dict[str, int], dates: dict[str, Any], code: str, round_: Engine
) -> None:
    result = evaluate({"facts": facts, "dates": {**dates, "decided_on": "2026-01-02"}}, round_)
    assert code in codes(result)


def test_items_that_succeed_one_another_in_a_circle_are_not_followed_for_ever(
    changed: Changed,
) -> None:
    old, new = ITEMS / "orc/orc-001.yaml", "succeeds: [nrc-001]\nestablished_when"
    engine = changed((old, "established_when", new))
    facts = {"unlit_craters": 1}
    dates = {"acted_on": "2025-12-31", "decided_on": "2026-01-01"}
    result = evaluate({"item": "orc-001", "facts": facts, "dates": dates}, engine)
    assert amounts(party(result, "unit")) == (None, 20000)
    dates = {"acted_on": "2019-12-31", "decided_on": "2026-01-01"}
    result = evaluate({"item": "orc-001", "facts": facts, "dates": dates}, engine)
    assert result["status"] == "no_rule"


def test_an_item_that_succeeds_itself_is_its_own_law(changed: Changed) -> None:
    old, new = ITEMS / "orc/orc-001.yaml", "succeeds: [orc-001]\nestablished_when"
    engine = changed((old, "established_when", new))
    dates = {"acted_on": "2025-12-31", "decided_on": "2026-01-01"}
    case = {"item": "orc-001", "facts": {"unlit_craters": 1}, "dates": dates}
    assert amounts(party(evaluate(case, engine), "unit")) == (None, 20000)


def test_a_role_that_only_the_new_law_fines_is_not_fined_for_an_old_act(changed: Changed) -> None:
    person = """penalties:
  - id: person
    party: responsible
    stage: first
    basis: {law: nrc, article: 1}
    obligation: shall
    fine: {max: 100}
"""
    engine = changed((ITEMS / "nrc/nrc-001.yaml", "penalties:\n", person))
    dates = {"acted_on": "2025-12-31", "decided_on": "2026-01-01"}
    case = {
        "item": "orc-001",
        "facts": {"unlit_craters": 1},
        "dates": dates,
        "parties": [{"id": "wu", "kind": "responsible"}, {"id": "co", "kind": "unit"}],
    }
    result = evaluate(case, engine)
    assert [each["party"] for each in result["totals"]] == ["co"]


# Gates and circumstances ------------------------------------------------------------------


def test_time_is_never_barred_on_an_assumption(changed: Changed) -> None:
    longer = "when: {lives_at_risk: {is: true}}"
    engine = changed((ROUND / "circumstances.yaml", longer, "when: {serious: {is: true}}"))
    case = {
        "item": "moon-010",
        "dates": {"acted_on": "2022-03-01", "continuing": False, "found_on": "2025-12-01"},
        "facts": {"blasts": 1, "refused": True},
    }
    result = evaluate(case, engine)
    assert result["status"] == "open"
    assert "serious" in {each["fact"] for each in result["missing"]}


GATE = """    effects: [exempt]
    obligation: shall
    gate: true
    when: {unable_then"""
BAR = """    effects: [bar_fine]
    obligation: shall"""
ADD = """    effects: [add_measures]
    obligation: shall"""


def test_a_gate_that_may_let_off_does_not_do_it_by_itself(changed: Changed) -> None:
    path = ROUND / "circumstances.yaml"
    wa = {"id": "wa", "kind": "responsible", "facts": {"unable_then": True}}
    try:
        engine = changed((path, GATE, GATE.replace("shall", "may")))
    except RuleFault:
        return  # to refuse it when loading is as good
    result = evaluate({"item": "nrc-044", "facts": {"loose_rovers": 1}, "parties": [wa]}, engine)
    assert party(result, "wa")["disposition"] == "may_exempt"


@pytest.mark.parametrize(
    ("text", "facts"), [(BAR, {"fined_for_this": True}), (ADD, {"warned_before": True})]
)
def test_what_may_be_done_is_not_done_by_itself(
    text: str, facts: dict[str, bool], changed: Changed
) -> None:
    try:
        engine = changed((ROUND / "circumstances.yaml", text, text.replace("shall", "may")))
    except RuleFault:
        return  # to refuse it when loading is as good
    unit = party(
        evaluate({"item": "nrc-023", "facts": {"leaking_domes": 1, **facts}}, engine), "unit"
    )
    assert unit["fine"]["state"] != "barred" and unit["measures"] == []


# Powers -----------------------------------------------------------------------------------


@pytest.mark.parametrize("facts", [{"leaking_domes": {"from": 0, "to": 1}}, {}])
def test_what_may_have_to_be_handed_over_is_not_yet_required_to_be(
    facts: dict[str, Any], round_: Engine
) -> None:
    result = evaluate({"item": "nrc-020", "facts": facts}, round_)
    assert state(result, "case_handed_over") == "depends"
    result = evaluate({"item": "nrc-025", "facts": facts}, round_)
    assert state(result, "measure_by_other") == "depends"


def test_a_case_is_handed_over_once(changed: Changed) -> None:
    fine = "    fine: {min: 10000, max: 50000}\n"
    tiers = """    tiers:
      - {id: A, when: {leaking_domes: {below: 3}}, fine: {min: 10000, max: 20000}, status: verified}
      - {id: B, when: {leaking_domes: {at_least: 3}}, fine: {min: 20000, max: 50000}, status: verified}
"""  # noqa: E501
    engine = changed((ITEMS / "nrc/nrc-020.yaml", fine, fine + tiers))
    result = evaluate({"item": "nrc-020", "facts": {"leaking_domes": {"from": 1, "to": 9}}}, engine)
    assert state(result, "case_handed_over") == "required"


def test_a_second_penalty_that_another_level_imposes_is_not_imposed_unsaid(
    changed: Changed,
) -> None:
    close = "    measures: [{kind: close-mine, nature: penalty}]\n"
    by = "    imposed_by: {organ: lunar-bureau, level: state}\n"
    engine = changed((Path("moon/items/moon/moon-010.yaml"), close, close + by))
    facts = {"blasts": 1, "refused": True, "serious": True}
    result = evaluate({"item": "moon-010", "facts": facts}, engine)
    warned = {(each["code"], each["about"]) for each in result["warnings"]}
    assert ("part_out_of_jurisdiction", "moon-010/unit-serious") in warned
    assert party(result, "unit")["disposition"] == "penalize"


# Several norms ----------------------------------------------------------------------------


def test_a_norm_of_unknown_weight_is_not_displaced_yet(changed: Changed) -> None:
    fine, times = "fine: {min: 10000, max: 50000}", "fine: {times: stolen_ore, min: 1, max: 5}"
    engine = changed((ITEMS / "nrc/nrc-030.yaml", fine, times))
    special = "nrc-031, facts: {loose_rovers: 1}"
    result = evaluate(two("nrc-030, facts: {loose_rovers: 1}", special), engine)
    assert total(result, "co") == (60000, None)
    known = two("nrc-030, facts: {loose_rovers: 1, stolen_ore: 1000000}", special)
    assert total(evaluate(known, engine), "co") == (1000000, 5000000)


@pytest.mark.parametrize("turned", [False, True])
def test_two_items_that_displace_each_other_leave_the_heavier(
    turned: bool, changed: Changed
) -> None:
    mutual = "displaces: [nrc-031]\nestablished_when"
    engine = changed((ITEMS / "nrc/nrc-030.yaml", "established_when", mutual))
    items = ["nrc-030, facts: {loose_rovers: 1}", "nrc-031, facts: {loose_rovers: 1}"]
    result = evaluate(two(*(items[::-1] if turned else items)), engine)
    assert total(result, "co") == (60000, 100000)
    fines = {each["item"]: each["fine"]["state"] for each in result["outcomes"]
             if each["party"]["id"] == "co"}  # fmt: skip
    assert fines == {"nrc-030": "absorbed", "nrc-031": "imposed"}


def test_fifty_norms_for_one_act_are_one_fine_for_each_party(round_: Engine) -> None:
    violations = [
        {"id": f"v{number}", "act": "one", "item": "nrc-030", "facts": {"loose_rovers": 1}}
        for number in range(50)
    ]
    people = [{"id": f"wu{number}", "kind": "responsible"} for number in range(19)]
    parties = [{"id": "co", "kind": "unit"}, *people]
    result = evaluate({"case": {"violations": violations, "parties": parties}}, round_)
    assert len(result["outcomes"]) == 1000
    assert total(result, "co") == (10000, 50000)
    assert {total(result, each["id"]) for each in people} == {(1000, 5000)}
    imposed = [each for each in result["outcomes"] if each["fine"]["state"] == "imposed"]
    assert len(imposed) == 20


def test_fifty_acts_are_fifty_fines(round_: Engine) -> None:
    violations = [
        {"id": f"v{number}", "act": f"a{number}", "item": "nrc-030", "facts": {"loose_rovers": 1}}
        for number in range(50)
    ]
    case = {"case": {"violations": violations, "parties": [{"id": "co", "kind": "unit"}]}}
    assert total(evaluate(case, round_), "co") == (500000, 2500000)


def test_a_sum_that_cannot_be_written_exactly_has_no_bound(round_: Engine) -> None:
    dates = {"acted_on": "2024-01-01", "decided_on": "2025-12-31"}
    violations = [
        {"id": f"v{number}", "act": f"a{number}", "item": "orc-009", "dates": dates,
         "facts": {"stolen_ore": 999_999_999_999.99}}
        for number in range(33)
    ]  # fmt: skip
    case = {"case": {"violations": violations, "parties": [{"id": "co", "kind": "unit"}]}}
    _, high = total(evaluate(case, round_), "co")
    assert high is None or round(high * 100) == 33 * 299_999_999_999_997


# Procedures -------------------------------------------------------------------------------


@pytest.mark.parametrize("turned", [False, True])
def test_a_listing_called_by_one_violation_is_called(turned: bool, round_: Engine) -> None:
    result = evaluate(_grave(turned), round_)
    assert state(result, "lpr-053-list", "co") == "required"


@pytest.mark.parametrize("turned", [False, True])
def test_the_reason_for_a_listing_is_the_fact_that_calls_for_it(
    turned: bool, round_: Engine
) -> None:
    result = evaluate(_grave(turned), round_)
    (listing,) = [each for each in result["referrals"]
                  if (each["id"], each["party"]) == ("lpr-053-list", "co")]  # fmt: skip
    (reason,) = [each for each in result["reasons"] if each["id"] == listing["reason"]]
    assert [(each["fact"], each["value"]) for each in reason["facts"]] == [("serious", True)]


def _grave(turned: bool) -> str:
    facts = "missing_oxygen: 1, required_oxygen: 10"
    items = [f"moon-006, facts: {{{facts}, serious: {each}}}" for each in ("true", "false")]
    return two(*(items[::-1] if turned else items))


def test_a_listing_is_not_ruled_out_by_an_assumption_unsaid(round_: Engine) -> None:
    result = evaluate({"item": "nrc-044", "facts": {"loose_rovers": 1}}, round_)
    assumed = {each["fact"] for each in result["assumptions"]}
    silent = {each["code"] for each in result["not_examined"]}
    assert "hostile" in assumed or "listings" in silent


def test_a_further_violation_does_not_make_a_spot_decision_possible_again(round_: Engine) -> None:
    suspended = {"item": "nrc-038", "facts": {"loose_rovers": 1}}
    assert state(evaluate(suspended, round_), "crp-051-spot") == "not_required"
    both = two("nrc-041, facts: {loose_rovers: 1}", "nrc-038, facts: {loose_rovers: 1}", act="two")
    assert state(evaluate(both, round_), "crp-051-spot", "co") == "not_required"


@pytest.mark.parametrize(
    ("act", "expected"),
    [
        ("two", "required"),
        ("one", "not_required"),
    ],
)
def test_what_is_confiscated_for_one_act_is_counted_once(
    act: str, expected: str, round_: Engine
) -> None:
    gains = "nrc-040, facts: {stolen_ore: 15000}"
    result = evaluate(two(gains, gains, act=act), round_)
    assert state(result, "crp-063-hearing", "co") == expected


def test_what_is_handed_over_calls_for_no_hearing_here(changed: Changed) -> None:
    fine = "    fine: {max: 1000}\n"
    city = "    imposed_by: {organ: lunar-bureau, level: city}\n"
    engine = changed((ITEMS / "nrc/nrc-040.yaml", fine, fine + city))
    case = two("nrc-040, facts: {stolen_ore: 30000}", "nrc-023, facts: {leaking_domes: 1}",
               act="two")  # fmt: skip
    assert state(evaluate(case, engine), "crp-063-hearing", "co") == "not_required"


def test_what_may_not_be_confiscated_at_all_leaves_the_hearing_open(changed: Changed) -> None:
    when = "established_when: {stolen_ore: {at_least: 0.01}}"
    other = "established_when: {leaking_domes: {at_least: 1}}"
    engine = changed((ITEMS / "nrc/nrc-040.yaml", when, other))
    facts = {"stolen_ore": 30000, "leaking_domes": {"from": 0, "to": 1}}
    result = evaluate({"item": "nrc-040", "facts": facts}, engine)
    assert state(result, "crp-063-hearing") == "depends"


@pytest.mark.parametrize(
    ("item", "facts", "id", "from_amount"),
    [
        ("nrc-023", {"leaking_domes": 1}, "crp-051-spot", None),
        ("nrc-040", {"stolen_ore": {"from": 10000, "to": 30000}}, "crp-063-hearing", 20000.01),
    ],
)
def test_from_which_amount_a_step_is_called_for(
    item: str, facts: dict[str, Any], id: str, from_amount: float | None, round_: Engine
) -> None:
    result = evaluate({"item": item, "facts": facts}, round_)
    (step,) = [each for each in result["procedures"] if each["id"] == id]
    assert (step["state"], step["from_amount"]) == ("depends", from_amount)


# What is published ------------------------------------------------------------------------


def test_with_verified_rules_only_nothing_unverified_is_said_of_several(round_: Engine) -> None:
    engine = Engine(load_rule_set(FICTION, "moon-round", published_only=True))
    case = two("nrc-030, facts: {loose_rovers: 1}", "nrc-032, facts: {loose_rovers: 1}")
    result = evaluate(case, engine)
    assert total(result, "co") == (50000, 80000), "the heavier of the two, displaced or not"
    text = json.dumps([each["code"] for each in result["warnings"]])
    assert "draft" not in text and "proposal" not in text
    steps = (*result["procedures"], *result["referrals"])
    assert {each["status"] for each in steps} == {"verified"}
    assert "lpr-053-list" not in {each["id"] for each in steps}


# Too many worlds --------------------------------------------------------------------------

CHANGE = {"acted_on": "2025-12-31", "decided_on": "2026-01-01"}


@pytest.mark.parametrize(
    ("item", "blank", "told", "dates"),
    [
        ("moon-005", {}, {"untethered_workers": 3, "overdue": False}, {}),
        pytest.param("nrc-020", {}, {"leaking_domes": 1}, {}),
        pytest.param("drc-001", {}, {"storm_flights": 1}, CHANGE),
        pytest.param("orc-003", {}, {"unlit_craters": 1, "overdue": False}, CHANGE),
        pytest.param("nrc-030", {"fined_for_this": True}, {"loose_rovers": 1}, {}),
    ],
)  # fmt: skip
def test_what_is_merged_still_holds_every_answer(
    item: str,
    blank: dict[str, Any],
    told: dict[str, Any],
    dates: dict[str, str],
    round_: Engine,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("engine.exploring.MAX_WORLDS", 1)
    wide = evaluate({"item": item, "facts": blank, "dates": dates}, round_)
    assert "possible_merged" in codes(wide)
    narrow = evaluate({"item": item, "facts": blank | told, "dates": dates}, round_)
    for before, after in zip(wide["outcomes"], narrow["outcomes"], strict=True):
        _, high = amounts(after)
        assert any(
            each["disposition"] == after["disposition"]
            and (each["fine"]["state"] == "none_in_law")
            is (after["fine"]["state"] == "none_in_law")
            and (high is None or (amounts(each)[1] or high) >= high)
            for each in before["possible"]
        ), after["disposition"]
