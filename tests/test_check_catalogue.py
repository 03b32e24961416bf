"""The catalogue as a whole: items twice, facts twice, and what can never come about."""

from __future__ import annotations

import dataclasses
import itertools
import shutil
from pathlib import Path
from typing import Any

import pytest
from faults import SOUND, make
from helpers import RULES, evaluate, examples
from hypothesis import given
from hypothesis import strategies as st

from engine import conditions
from engine.checking import check
from engine.checks.catalogue import catalogue
from engine.checks.implying import implies, impossible
from engine.checks.reading import never_read
from engine.conditions import ALWAYS, AllOf, AnyOf, Condition, Not, Test, compile_condition
from engine.evaluate import Engine
from engine.facts import Span
from engine.item import Item
from engine.layering import load_rule_set
from engine.loading import rule_set_ids
from engine.model import RuleSet

NEW = "mars/items/mar/mar-001a.yaml"
SOUND_RULES = load_rule_set(SOUND, "mars-town")


def item(
    when: str, *, more: str = "", party: str = "unit", days: str = '{from: "2025-01-01"}'
) -> str:
    """A second item on the first paragraph of article 1."""
    return (
        f"id: mar-001a\ntitle: 第二项（虚构）\neffective: {days}\nstatus: verified\n"
        'sources: [{document: 火星航标条例（虚构）, checked: text, on: "2026-01-05"}]\n'
        f"violates: [{{law: mar, article: 20}}]\n{more}established_when: {when}\npenalties:\n"
        f"  - id: unit\n    party: {party}\n    stage: any\n"
        "    basis: {law: mar, article: 1, paragraph: 1}\n    obligation: shall\n"
    )


FINED = "    fine: {max: 3000}\n"


@pytest.fixture
def rules(tmp_path: Path) -> Path:
    """A copy of the sound rules to be changed."""
    shutil.copytree(SOUND, tmp_path / "rules")
    return tmp_path / "rules"


def loaded(rules: Path, *changes: dict[str, Any]) -> RuleSet:
    """The rules of the town after some changes."""
    for change in changes:
        make(rules, change)
    return load_rule_set(rules, "mars-town")


def codes(rule_set: RuleSet) -> list[str]:
    return sorted({each.code for each in catalogue(rule_set)})


@pytest.mark.parametrize("rule_set", rule_set_ids(RULES))
def test_the_shipped_rules_give_nothing_but_information(rule_set: str) -> None:
    found = catalogue(load_rule_set(RULES, rule_set))
    assert {each.severity for each in found} == {"note"}


# Items on one basis -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("when", "twice"),
    [
        ("{dim_lamps: {at_least: 1}}", True),
        ("{dim_lamps: {at_least: 9}}", True),
        ("{dim_lamps: {at_least: 0}}", True),
        ("{any: [{lens: {is: lost}}, {dim_lamps: {is: 7}}]}", True),
        ("{all: [{dim_lamps: {is: 7}}, {overdue: {is: true}}]}", True),
        # Computed from the same fact, so that it is the same lamps.
        ("{lamp_grade: {is: grave}}", True),
        ("{lamp_grade: {is: plain}, dim_lamps: {below: 1}}", False),
        ("{lens: {is: lost}}", False),
        ("{dim_lamps: {at_most: 0}}", False),
    ],
)
def test_one_basis_and_facts_that_establish_both(rules: Path, when: str, twice: bool) -> None:
    rule_set = loaded(rules, {"file": NEW, "write": item(when) + FINED})
    assert codes(rule_set) == (["same_basis"] if twice else [])


@pytest.mark.parametrize(
    "text",
    [
        item("{dim_lamps: {at_least: 1}}", more="displaces: [mar-001]\n") + FINED,
        item("{dim_lamps: {at_least: 1}}")
        + "    refers_to: {item: mar-001, penalty: unit-first}\n",
        item("{dim_lamps: {at_least: 1}}", party="keeper") + FINED,
        item("{dim_lamps: {at_least: 1}}", days='{from: "2020-01-01", until: "2024-12-31"}')
        + FINED,
    ],
    ids=["displaces it", "refers to it", "another role", "other days"],
)
def test_two_items_that_say_how_they_stand_are_not_twice(rules: Path, text: str) -> None:
    assert "same_basis" not in codes(loaded(rules, {"file": NEW, "write": text}))


def test_the_item_written_first_may_push_the_other_aside(rules: Path) -> None:
    aside = {"file": "mars/items/mar/mar-001.yaml", "add": "displaces: [mar-001a]\n"}
    new = {"file": NEW, "write": item("{dim_lamps: {at_least: 1}}") + FINED}
    assert codes(loaded(rules, new, aside)) == []


def test_the_case_shown_establishes_both_items(rules: Path) -> None:
    for when in (
        "{dim_lamps: {at_least: 9}}",
        "{lamp_grade: {is: grave}}",
        "{dim_lamps: {at_least: 2}, annual_income: {above: 0}}",
    ):
        rule_set = loaded(rules, {"file": NEW, "write": item(when) + FINED})
        (finding,) = catalogue(rule_set)
        assert finding.says is not None and finding.case is not None
        result = evaluate(finding.case, Engine(rule_set))
        assert [each["item"] for each in result["outcomes"]] == ["mar-001", "mar-001a"]
        assert "not_established" not in {each["disposition"] for each in result["outcomes"]}


# What implies, and what is impossible -----------------------------------------------------

_NUMBERS = range(5)
_TESTS = st.builds(
    Test,
    st.just("dim_lamps") | st.just("lost_air"),
    st.sampled_from(["is", "is_not", "at_least", "above", "at_most", "below"]),
    st.sampled_from(_NUMBERS),
) | st.builds(Test, st.just("lens"), st.just("is"), st.sampled_from(["whole", "cracked", "lost"]))
_CONDITIONS: st.SearchStrategy[Condition] = st.recursive(
    _TESTS,
    lambda parts: (
        st.builds(lambda listed: AllOf(tuple(listed)), st.lists(parts, min_size=1, max_size=3))
        | st.builds(lambda listed: AnyOf(tuple(listed)), st.lists(parts, min_size=1, max_size=3))
        | st.builds(Not, parts)
    ),
    max_leaves=5,
)


def _brute(condition: Condition) -> set[tuple[int, int, str]]:
    """All that fulfils a condition; a number beyond the largest named is like the next one."""
    ask = compile_condition(condition)
    lenses = ("whole", "cracked", "lost")
    return {
        (lamps, air, lens)
        for lamps, air, lens in itertools.product(range(6), range(6), lenses)
        if ask(
            {
                "dim_lamps": Span(lamps, lamps),
                "lost_air": Span(air, air),
                "lens": frozenset({lens}),
            }
        )
    }


@examples(300)
@given(_CONDITIONS)
def test_impossible_is_what_nothing_fulfils(condition: Condition) -> None:
    assert impossible([condition], SOUND_RULES, 1) is (not _brute(condition))


def _dressed(condition: Condition) -> Item:
    return dataclasses.replace(SOUND_RULES.items["mar-001"][0], established_when=condition)


@examples(300)
@given(st.lists(_TESTS, min_size=1, max_size=2), _CONDITIONS)
def test_one_way_implies_what_holds_wherever_it_does(ways: list[Test], other: Condition) -> None:
    read = {test.fact for test in ways}
    shown = implies(_dressed(AnyOf(tuple(ways))), _dressed(other), SOUND_RULES)
    certain = any(_brute(way) and _brute(way) <= _brute(other) for way in ways)
    if shown:
        assert certain
    elif certain:
        assert not read & {test.fact for test in conditions.tests_of(other)}


def test_a_share_that_no_whole_numbers_give_is_impossible() -> None:
    share = Test("air_loss", "is", SOUND_RULES.facts["air_loss"].threshold(50))
    one = Test("stored_air", "is", 1)
    assert impossible([share, one], SOUND_RULES, 1)
    assert not impossible([share, Test("stored_air", "is", 2)], SOUND_RULES, 1)
    assert not impossible([ALWAYS], SOUND_RULES, 1)


# Circumstances, limitations and procedures ------------------------------------------------

CIRCUMSTANCES = "mars/circumstances.yaml"


@pytest.mark.parametrize(
    ("old", "new", "never"),
    [
        ("{lied: {is: true}}\n    basis: {law: mpr, article: 5}", None, False),
        ("excluded_when: {lied: {is: true}}", "excluded_when: {harmless: {is: true}}", True),
        (
            "excluded_when: {lied: {is: true}}",
            "excluded_when: {harmless: {is: true}, lied: {is: true}}",
            False,
        ),
        ("items: [mar-001, mar-003]}", "items: [mar-001, mar-003], kinds: [unit]}", False),
        ("items: [mar-001, mar-003]}", "items: [mar-003], kinds: [unit]}", True),
        ("{roles: [keeper, unit], items: [mar-001, mar-003]}", "{roles: [keeper], kinds: [unit]}",
         True),
        ("when: {helped: {is: true}}\n", "when: {helped: {is: true}, refused: {is: true}}\n", True),
        ("when: {helped: {is: true}}\n", "when: {helped: {is: true}, refused: {is: false}}\n",
         False),
    ],
)  # fmt: skip
def test_a_circumstance_must_be_able_to_hold_and_concern_somebody(
    rules: Path, old: str, new: str | None, never: bool
) -> None:
    change = {"file": CIRCUMSTANCES, "replace": old, "by": old if new is None else new}
    assert codes(loaded(rules, change)) == (["circumstance_never"] if never else [])


def test_a_limitation_under_what_the_first_leaves_open_is_reached(rules: Path) -> None:
    second = (
        "  - {id: mpr-004-five, title: 五年（虚构）, years: 5, basis: {law: mpr, article: 4}, "
        "status: verified, sources: [{document: 火星处罚程序条例（虚构）}]}\ncircumstances:\n"
    )
    add = {"file": CIRCUMSTANCES, "replace": "circumstances:\n", "by": second}
    assert codes(loaded(rules, add)) == ["limitation_never"]
    two, guarded = "    years: 2\n", "    years: 2\n    when: {harmless: {is: false}}\n"
    change = {"file": CIRCUMSTANCES, "replace": two, "by": guarded}
    assert codes(loaded(rules, change)) == []
    # A third one is held against all before it, not only the last.
    third = second.replace("five", "nine").replace("五", "九").replace("years: 5", "years: 9")
    reads = "years: 9, when: {harmless: {is: false}}"
    third = third.replace("years: 9", reads)
    five = "years: 5, when: {lied: {is: true}},"
    first = {"file": CIRCUMSTANCES, "replace": "years: 5,", "by": five}
    add = {"file": CIRCUMSTANCES, "replace": "circumstances:\n", "by": third}
    found = catalogue(loaded(rules, first, add))
    assert [each.message for each in found] == ["追诉时效“九年（虚构）”永远轮不到"]


# Facts ------------------------------------------------------------------------------------

LENS = "  lens:\n"


def fact(name: str, label: str, ask: str, type: str = "count") -> dict[str, Any]:
    """A change that defines one more fact."""
    told = f"type: {type}, label: {label}, ask: {ask}, about: violation, if_absent: ask"
    by = f"  {name}: {{{told}}}\n{LENS}"
    return {"file": "mars/facts.yaml", "replace": LENS, "by": by}


@pytest.mark.parametrize(
    ("label", "ask", "type", "alike"),
    [
        ("熄灭的灯", "有几盏航标灯熄灭？", "count", True),
        ("熄灭的航标灯", "巡查时看到哪些灯不亮？", "count", True),
        ("熄灭航标灯数", "熄灭的航标灯有几盏？", "count", True),
        ("熄灭航标灯数", "熄灭的航标灯共几盏？", "count", True),
        ("熄灭的航标灯群", "岸上有几座灯塔没有人守？", "count", False),
        ("熄灭的路标灯群", "有几盏路标灯熄灭不亮？", "count", False),
        ("熄灭的航标灯", "有几盏航标灯熄灭？", "flag", False),
        ("晚亮的航标灯", "天黑以后才亮的航标灯有几盏？", "count", False),
    ],
)
def test_two_words_for_one_fact_are_shown_to_a_person(
    rules: Path, label: str, ask: str, type: str, alike: bool
) -> None:
    found = codes(loaded(rules, fact("other_lamps", label, ask, type)))
    assert found == (["facts_alike"] if alike else [])


def test_two_questions_that_ask_nothing_are_not_alike(rules: Path) -> None:
    for name, label in (("comets", "彗星"), ("reefs", "暗礁")):
        rule_set = loaded(rules, fact(name, label, "有多少？"))
    assert "facts_alike" not in codes(rule_set) and "no_question" in codes(rule_set)


@pytest.mark.parametrize("ask", ["熄灭的航标灯", "有多少？", "？", "有几盏航标灯熄灭"])
def test_what_asks_nothing_is_no_question(rules: Path, ask: str) -> None:
    assert "no_question" in codes(loaded(rules, fact("other_lamps", "别的灯", ask)))


def test_a_fact_that_only_a_nearer_layer_reads_is_read(rules: Path) -> None:
    make(rules, fact("spare_masts", "备用桅杆", "还有几根桅杆可用？"))
    assert [each.code for each in check(rules)] == ["fact_never_read"]
    bench = "mars-bench/items/mar/mar-001.yaml"
    tier = "{at_least: 3}}, fine: {min: 20000"
    make(
        rules,
        {
            "file": bench,
            "replace": tier,
            "by": "{at_least: 3}, spare_masts: {at_least: 0}}, fine: {min: 20000",
        },
    )
    assert "fact_never_read" not in {each.code for each in check(rules)}


FLAG = fact("spare", "备用的", "备用的灯是否亮着？", "flag")
SUM = fact("spare", "备用的钱", "备用的钱有几元？", "amount")
COUNT = fact("spare", "备用的灯", "备用的灯有几盏？")
REFUSED = "fine: {times_fine: unit, min: 2, max: 3}"
SHARE = "times: average_wage, fixed: 2"


@pytest.mark.parametrize(
    ("defined", "file", "old", "new"),
    [
        (FLAG, "mars/items/mar/mar-002.yaml", "{lost_air: {at_least: 1}}",
         "{lost_air: {at_least: 1}, spare: {is: false}}"),
        (FLAG, "mars/items/mar/mar-004.yaml", "{refused: {is: true}}",
         "{refused: {is: true}, spare: {is: false}}"),
        (FLAG, "mars/items/mar/mar-002.yaml", "{air_loss: {below: 10}}",
         "{air_loss: {below: 10}, spare: {is: false}}"),
        (FLAG, "mars/items/mar/mar-001.yaml", "{kind: rectify, nature: order}",
         "{kind: rectify, nature: order, when: {spare: {is: true}}}"),
        (SUM, "mars/items/mar/mar-004.yaml", "amount_of: gains", "amount_of: spare"),
        (SUM, "mars/items/mar/mar-004.yaml", "times: gains", "times: spare"),
        (SUM, "mars/items/mar/mar-004.yaml", REFUSED, "fine: {per_day: spare, days: dim_lamps}"),
        (COUNT, "mars/items/mar/mar-004.yaml", REFUSED, "fine: {per_day: gains, days: spare}"),
        (FLAG, "mars/items/mar/mar-003.yaml", "{income_unknown: {is: true}}",
         "{income_unknown: {is: true}, spare: {is: false}}"),
        (SUM, "mars/items/mar/mar-003.yaml", SHARE, "times: spare, fixed: 2"),
        (FLAG, CIRCUMSTANCES, "when: {helped: {is: true}}\n",
         "when: {helped: {is: true}, spare: {is: true}}\n"),
        (FLAG, CIRCUMSTANCES, "excluded_when: {lied: {is: true}}",
         "excluded_when: {lied: {is: true}, spare: {is: true}}"),
        (FLAG, CIRCUMSTANCES, "    years: 2\n", "    years: 2\n    when: {spare: {is: true}}\n"),
        (FLAG, "mars/procedures.yaml", "{refused: {is: true}}",
         "{refused: {is: true}, spare: {is: true}}"),
        (COUNT, "mars/derived.yaml", "of: lost_air", "of: spare"),
    ],
)  # fmt: skip
def test_a_fact_may_be_read_in_many_places(
    rules: Path, defined: dict[str, Any], file: str, old: str, new: str
) -> None:
    def unread() -> set[str]:
        found = never_read([load_rule_set(rules, "mars-town")])
        return {each.message for each in found if "“spare”" in each.message}

    make(rules, defined)
    assert unread()
    make(rules, {"file": file, "replace": old, "by": new})
    assert not unread()


def test_nothing_is_said_of_unread_facts_while_a_rule_set_cannot_be_loaded(rules: Path) -> None:
    make(rules, fact("spare_masts", "备用桅杆", "还有几根桅杆可用？"))
    make(rules, {"file": "mars-town/ruleset.yaml", "replace": "mars-bench", "by": "mars-bank"})
    assert "fact_never_read" not in {each.code for each in check(rules)}
