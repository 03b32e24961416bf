"""The pipeline on cases where a careless engine would fine wrongly."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest
from helpers import FICTION, RULES, amounts, engine_for, evaluate, party

from engine.case import Authority
from engine.evaluate import MAX_OUTCOMES, Engine
from engine.faults import InputFault
from engine.jurisdiction import elsewhere

TRAINING = {"untrained_workers": 2, "overdue": False}
WELDERS = {"uncertified_workers": 1, "overdue": False}


def refusal(case: object, engine: Engine) -> list[str]:
    with pytest.raises(InputFault) as caught:
        evaluate(case, engine)
    return [finding.code for finding in caught.value.findings]


# Parties ----------------------------------------------------------------------------------


def test_one_person_in_two_roles_is_fined_once_by_one_provision(mem: Engine) -> None:
    roles = ["other-leader", "safety-manager"]
    result = evaluate(
        {
            "item": "wsl-096",
            "facts": {"accident_caused": False},
            "parties": [{"id": "li", "kind": "person", "roles": roles}],
        },
        mem,
    )
    assert [each["party"]["id"] for each in result["outcomes"]] == ["li"]
    assert result["totals"] == [{"party": "li", "fine": {"min": 10000, "max": 30000}}]


def test_two_people_are_each_fined_on_their_own_income(mem: Engine) -> None:
    facts = {"deaths": 1, "serious_injuries": 0, "direct_loss": 0}
    people = [
        {"id": "a", "kind": "principal", "facts": {"annual_income": 100000}},
        {"id": "b", "kind": "principal", "facts": {"annual_income": 200000}},
    ]
    result = evaluate({"item": "wsl-095-1", "facts": facts, "parties": people}, mem)
    assert amounts(party(result, "a")) == (40000, 40000)
    assert amounts(party(result, "b")) == (80000, 80000)


def test_what_is_said_of_one_person_does_not_change_anothers_fine(moon: Engine) -> None:
    """Two people under one rule: only the one whose income cannot be found has the substitute."""
    people = [
        {"id": "a", "kind": "manager", "facts": {"annual_income": 100000}},
        {"id": "b", "kind": "manager", "facts": {"income_undeterminable": True}},
    ]
    facts = {"deaths": 1, "injuries": 0, "direct_loss": 0}
    both = evaluate({"item": "moon-009", "facts": facts, "parties": people}, moon)
    for person in people:
        alone = evaluate({"item": "moon-009", "facts": facts, "parties": [person]}, moon)
        id = person["id"]
        assert party(both, id)["fine"] == party(alone, id)["fine"]
    assert amounts(party(both, "a")) == (20000, 50000)
    assert amounts(party(both, "b")) != (20000, 50000)


def test_one_income_is_not_silently_everybodys(mem: Engine) -> None:
    people = [{"id": "a", "kind": "principal"}, {"id": "b", "kind": "principal"}]
    facts = {"annual_income": 100000, "deaths": 1, "serious_injuries": 0, "direct_loss": 0}
    violation = {"id": "v", "item": "wsl-095-1", "facts": facts}
    assert refusal({"case": {"parties": people, "violations": [violation]}}, mem) == [
        "whose_amount"
    ]


def test_what_is_said_of_all_parties_at_once_is_pointed_out(mem: Engine) -> None:
    people = [{"id": "co", "kind": "unit"}, {"id": "b", "kind": "responsible"}]
    facts = {"uncertified_workers": 1, "overdue": True, "no_fault_proven": True}
    result = evaluate({"item": "wsl-097-7", "facts": facts, "parties": people}, mem)
    assert "shared_party_fact" in [each["code"] for each in result["warnings"]]


def test_a_party_the_item_does_not_address_is_named(mem: Engine) -> None:
    people = [{"id": "boss", "kind": "principal"}, {"id": "x", "kind": "person"}]
    result = evaluate({"item": "wsl-097-7", "facts": WELDERS, "parties": people}, mem)
    told = {(each["code"], each["about"]) for each in result["warnings"]}
    assert {("party_not_addressed", "boss"), ("party_without_role", "x")} <= told


def test_facts_that_stand_on_a_party_find_the_item_too(mem: Engine) -> None:
    plant = {"id": "co", "kind": "unit", "facts": {"uncertified_workers": 2}}
    result = evaluate({"facts": {"overdue": False}, "parties": [plant]}, mem)
    assert {each["item"] for each in result["outcomes"]} == {"wsl-097-7"}


# Exemption --------------------------------------------------------------------------------


def test_exemption_rests_on_stated_facts_alone(mem: Engine) -> None:
    facts = {**WELDERS, "rectified_promptly": True, "harm": "none"}
    result = evaluate({"item": "wsl-097-7", "facts": facts}, mem)
    unit = party(result, "unit")
    assert (result["status"], unit["disposition"]) == ("settled", "penalize")
    assert {"minor_violation", "first_violation"} <= {each["fact"] for each in result["missing"]}


def test_an_exemption_that_hangs_on_an_unknown_fact_is_left_open(mem: Engine) -> None:
    facts = {**WELDERS, "rectified_promptly": True, "minor_violation": True}
    result = evaluate({"item": "wsl-097-7", "facts": facts}, mem)
    found = {each["disposition"] for each in party(result, "unit")["possible"]}
    assert (result["status"], found) == ("open", {"exempt", "penalize"})
    assert result["missing"][0]["fact"] == "harm"


def test_a_certain_exemption_needs_no_more_questions(mem: Engine) -> None:
    facts = {**WELDERS, "no_fault_proven": True, "harm": "none"}
    result = evaluate({"item": "wsl-097-7", "facts": facts}, mem)
    unit = party(result, "unit")
    assert (result["status"], unit["disposition"]) == ("settled", "exempt")
    kinds = [each["kind"] for each in unit["measures"]]
    assert kinds == ["rectify-in-time", "educate"]  # the order stays, the duty to educate comes
    assert result["totals"][0]["fine"] == {"min": 0, "max": 0}


# Circumstances ----------------------------------------------------------------------------


def test_without_a_written_policy_lightening_names_no_figure(mem: Engine) -> None:
    facts = {"uncertified_workers": 1, "overdue": True, "meritorious": True}
    unit = party(evaluate({"item": "wsl-097-7", "facts": facts}, mem), "unit")
    assert amounts(unit) == (100000, 130000)
    assert unit["circumstances"][0]["outcome"] == "lighten"
    assert unit["alternatives"][0]["fine"] == {"min": None, "max": 99999.99}


def test_where_the_law_has_no_minimum_there_is_nothing_to_mitigate(mem: Engine) -> None:
    result = evaluate({"item": "wsl-097-7", "facts": {**WELDERS, "meritorious": True}}, mem)
    assert party(result, "unit")["alternatives"] == []
    assert "mitigation_without_minimum" in [each["code"] for each in result["warnings"]]


def test_a_minimum_that_is_only_unknown_is_not_called_absent(mem: Engine) -> None:
    facts = {"fled": True, "consequences_reduced": True}
    codes = [
        each["code"] for each in evaluate({"item": "wsl-110-1", "facts": facts}, mem)["warnings"]
    ]
    assert "mitigation_waits" in codes and "mitigation_without_minimum" not in codes


# Amounts ----------------------------------------------------------------------------------


def test_an_interval_of_income_gives_an_interval_that_is_not_final(mem: Engine) -> None:
    facts = {"deaths": 3, "serious_injuries": 0, "direct_loss": 0}
    boss = {"id": "b", "kind": "principal", "facts": {"annual_income": {"from": 99999.99}}}
    result = evaluate({"item": "wsl-095-2", "facts": facts, "parties": [boss]}, mem)
    assert amounts(party(result, "b")) == (59999.99, None)
    assert result["status"] == "open"
    assert [each["fact"] for each in result["missing"]] == ["annual_income"]


def test_a_confiscation_still_to_be_counted_keeps_the_case_open(mem: Engine) -> None:
    facts = {"illegal_gains": {"from": 50000, "to": 99999.99}}
    result = evaluate({"item": "wsl-103-1", "facts": facts}, mem)
    assert result["status"] == "open"
    assert [each["fact"] for each in result["missing"]] == ["illegal_gains"]


@pytest.mark.parametrize(
    ("gains", "fine", "alone"),
    [
        (99999.99, (100000, 200000), "alone_or_together"),
        (100000, (200000, 500000), "together"),
        (100000.01, (200000.02, 500000.05), "together"),
    ],
)
def test_gains_of_just_the_threshold_take_the_multiple(
    mem: Engine, gains: float, fine: tuple[float, float], alone: str
) -> None:
    result = evaluate({"item": "wsl-103-1", "facts": {"illegal_gains": gains}}, mem)
    unit = party(result, "unit")
    assert amounts(unit) == fine
    assert unit["fine"]["with_measures"] == alone


def test_a_fine_that_need_not_be_counts_from_zero(mem: Engine) -> None:
    facts = {"original_fine": 10000, "days_refused": {"from": 3, "to": 5}}
    result = evaluate({"item": "wsl-112", "facts": facts}, mem)
    assert result["totals"][0]["fine"] == {"min": 0, "max": 50000}


def test_a_multiple_that_may_replace_a_fine_leaves_that_fine_as_the_floor(mem: Engine) -> None:
    accident = {"deaths": 1, "serious_injuries": 0, "direct_loss": 0}
    item = mem.rule_set.items["wsl-114-1-1"][0]
    extreme = next(each for each in item.penalties if each.replaces)
    facts = accident | dict.fromkeys(mem.prove(item).names[id(extreme.when)], True)
    result = evaluate({"item": "wsl-114-1-1", "facts": facts}, mem)
    unit = party(result, "unit")
    assert amounts(unit) == (1000000, 3500000)  # twice to five times the band of one death
    assert unit["alternatives"][0]["fine"] == {"min": 500000, "max": 700000}
    assert result["totals"][0]["fine"] == {"min": 500000, "max": 3500000}
    assert "may_replace" in [each["code"] for each in result["warnings"]]


# The unknown ------------------------------------------------------------------------------


def test_what_other_facts_rule_out_is_not_asked(mem: Engine) -> None:
    facts = {"uncertified_workers": 1, "rectified_promptly": True}
    result = evaluate({"item": "wsl-097-7", "facts": facts}, mem)
    unit = party(result, "unit")
    assert (unit["stage"], amounts(unit)) == ("first", (None, 30000))
    assert "overdue" not in [each["fact"] for each in result["missing"]]


def test_facts_that_cannot_hold_together_are_sent_back(mem: Engine) -> None:
    facts = {**WELDERS, "overdue": True, "rectified_promptly": True}
    assert refusal({"item": "wsl-097-7", "facts": facts}, mem) == ["facts_contradict"]


def test_a_fact_stated_twice_must_agree(mem: Engine) -> None:
    plant = {"id": "co", "kind": "unit", "facts": {"uncertified_workers": 2}}
    case = {"item": "wsl-097-7", "facts": WELDERS, "parties": [plant]}
    assert refusal(case, mem) == ["fact_stated_twice"]


def test_charged_elements_are_listed_as_still_to_be_proved(mem: Engine) -> None:
    facts = {"deaths": 1, "serious_injuries": 0, "direct_loss": 0}
    result = evaluate({"item": "wsl-095-1", "facts": facts}, mem)
    kinds = {each["kind"] for each in result["assumptions"]}
    assert {"charged", "assumed", "not_claimed"} == kinds


# Time and size ----------------------------------------------------------------------------


def test_before_the_first_edition_there_is_no_rule(mem: Engine) -> None:
    dates = {"acted_on": "2021-08-31"}
    result = evaluate({"item": "wsl-097-7", "facts": WELDERS, "dates": dates}, mem)
    assert (result["status"], result["outcomes"]) == ("no_rule", [])
    assert [each["code"] for each in result["warnings"]] == ["no_edition_in_force"]


@pytest.mark.parametrize(
    ("acted", "decided", "tier", "code"),
    [
        ("2024-11-01", "2024-12-01", "A", None),
        ("2024-10-31", "2024-12-01", None, "benchmark_in_time"),
        ("2024-09-01", "2024-10-31", None, "benchmark_row_unknown"),
    ],
)
def test_a_benchmark_counts_when_act_and_decision_agree_on_it(
    mem: Engine, acted: str, decided: str, tier: str | None, code: str | None
) -> None:
    dates = {"acted_on": acted, "decided_on": decided}
    result = evaluate({"item": "wsl-097-7", "facts": WELDERS, "dates": dates}, mem)
    found = party(result, "unit")["tier"]
    assert (found and found["id"]) == tier
    assert code is None or code in [each["code"] for each in result["warnings"]]


@pytest.mark.parametrize(
    "dates",
    [
        {"acted_on": "2026-03-02", "found_on": "2026-03-01"},
        {"acted_on": "2026-03-02", "ended_on": "2026-03-09", "found_on": "2026-03-01"},
        {"ended_on": "2026-05-01", "decided_on": "2026-04-01"},
    ],
)
def test_dates_that_cannot_be_in_this_order_are_sent_back(
    mem: Engine, dates: dict[str, str]
) -> None:
    case = {"item": "wsl-097-7", "facts": WELDERS, "dates": dates}
    assert set(refusal(case, mem)) == {"dates_out_of_order"}


def test_an_absurdly_large_case_is_refused_early(mem: Engine) -> None:
    people = [{"id": f"p{number}", "kind": "unit"} for number in range(50)]
    acts = [{"id": f"v{number}", "facts": WELDERS | TRAINING} for number in range(50)]
    assert MAX_OUTCOMES < 50 * 50
    assert refusal({"case": {"parties": people, "violations": acts}}, mem) == ["case_too_large"]


# Suggestions ------------------------------------------------------------------------------


def suggestion(case: dict[str, Any], rule_set: str) -> tuple[Any, str | None]:
    fine = party(evaluate(case, engine_for(FICTION, rule_set)), "co")["fine"]
    return fine["suggested"], fine["suggested_why"]


def test_no_more_is_suggested_than_was_announced() -> None:
    case = {
        "case": {
            "parties": [{"id": "co", "kind": "unit", "roles": ["unit"]}],
            "violations": [
                {"id": "v", "item": "moon-010", "facts": {"blasts": 3, "refused": True}}
            ],
        }
    }
    plain, _ = suggestion(case, "moon-proposal")
    assert plain is not None
    case["case"]["notified"] = {"co": plain}
    assert suggestion(case, "moon-proposal") == (plain, None)
    case["case"]["notified"] = {"co": plain - 1}
    amount, why = suggestion(case, "moon-proposal")
    assert amount is None and why is not None and "告知" in why


def test_another_region_is_warned_of_rules_that_are_not_its_own() -> None:
    def warned(region: str) -> bool:
        case = {"authority": {"region": region, "level": "county"}}
        case |= {
            "violations": [{"id": "v", "item": "moon-010", "facts": {"blasts": 3, "refused": True}}]
        }
        result = evaluate({"case": case}, engine_for(FICTION, "moon-proposal"))
        return "other_region" in [each["code"] for each in result["warnings"]]

    assert warned("990002") and not warned("990001")


@pytest.mark.parametrize(
    ("own", "stated", "outside"),
    [
        ("341504", "341504", False),
        ("341504", "341503", True),
        ("340000", "341504", False),
        ("340000", "350000", True),
        # A city whose own pair of digits ends in zero is not the whole province.
        ("341000", "341002", False),
        ("341000", "341504", True),
        ("341504", None, False),
    ],
)
def test_a_region_is_three_pairs_of_digits(own: str, stated: str | None, outside: bool) -> None:
    rule_set = engine_for(FICTION, "moon-proposal").rule_set
    layer = dataclasses.replace(rule_set.layers[-1], region=own)
    there = dataclasses.replace(rule_set, layers=(*rule_set.layers[:-1], layer))
    assert elsewhere(Authority(region=stated), there) is outside


def test_what_another_organ_decides_is_not_given_a_suggestion() -> None:
    engine = engine_for(RULES, "yeji")
    result = evaluate(
        {
            "item": "fwr-039",
            "facts": {"powder_loss_unreported": True, "loss_report_delay_hours": 3},
        },
        engine,
    )
    found = party(result, "principal")
    assert found["disposition"] == "out_of_jurisdiction"
    assert found["fine"]["max"] and found["fine"]["suggested"] is None


def test_a_result_on_proposals_says_so_first_and_never_without_them() -> None:
    facts = {"places_without_signs": 2, "overdue": False}
    loud = evaluate({"item": "wsl-099-1", "facts": facts}, engine_for(RULES, "yeji"))
    assert loud["notice"].startswith("本结果用到了建议稿") and loud["draft"][-1] == loud["notice"]
    assert party(loud, "unit")["tier"]["status"] == "proposal"
    calm = evaluate(
        {"item": "wsl-099-1", "facts": facts}, engine_for(RULES, "yeji", published_only=True)
    )
    assert "建议稿" not in str(calm)
    assert party(calm, "unit")["tier"] is None and party(calm, "unit")["fine"]["suggested"] is None


def test_a_share_without_a_whole_fen_is_no_range_turned_over(mem: Engine) -> None:
    income = {"annual_income": 0.01, "state_functionary": False}
    boss = {"id": "wang", "kind": "person", "roles": ["principal"], "facts": income}
    act = {"rescue_or_inquiry_harmed": False, "scene_tampered": True}
    result = evaluate({"item": "ari-036-2", "facts": act, "parties": [boss]}, mem)
    assert amounts(party(result, "wang")) == (0, 0)
