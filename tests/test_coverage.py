"""What worked cases reach, seen from small cases; and cases written for what they do not."""

from __future__ import annotations

import itertools
import shutil
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from helpers import FICTION, RULES, engine_for, examples, source_of
from hypothesis import given
from hypothesis import strategies as st

from engine.asking import Asked
from engine.borders import GivenUp, Goal, Search, border_values, every_case
from engine.conditions import AllOf, AnyOf, Condition, Not, Test, compile_condition
from engine.conditions import tests_of as leaves_of
from engine.coverage import Coverage
from engine.derived import with_derived
from engine.expecting import BY_ENGINE, written
from engine.facts import Span, Value
from engine.layering import load_rule_set
from engine.loading import rule_set_ids
from engine.model import RuleSet
from engine.skeletons import Skeleton, Target, Unreached, skeletons, targets
from engine.testing import try_all

PLUTO = FICTION.parent / "pluto"


def seen(*cases: dict, rules: Path = PLUTO, rule_set: str = "pluto-bench") -> Coverage:
    """The coverage of some cases alone."""
    engine = engine_for(rules, rule_set)
    coverage = Coverage()
    coverage.add_rules(engine.rule_set)
    for case in cases:
        coverage.add_case(engine, engine.evaluate_source(source_of(case)))
    return coverage


def pits(number: object, **more: object) -> dict:
    return {"item": "plu-001", "facts": {"open_pits": number, **more}}


def asked_of_tiers(coverage: Coverage) -> dict[str, tuple[bool, bool]]:
    listed = coverage.tests.groups()["tiers"]
    return {each.rule.id.rpartition("/")[2]: (each.true, each.false) for each in listed}


def tiers(coverage: Coverage) -> dict[str, tuple[int, int]]:
    listed = coverage.groups()["tiers"]
    return {each.rule.id.rpartition("/")[2]: (each.fired, each.not_fired) for each in listed}


# What is seen ------------------------------------------------------------------------------


def test_a_test_is_seen_true_by_one_case_and_false_by_another() -> None:
    assert asked_of_tiers(seen(pits(3))) == {"A": (True, False), "B": (False, True)}
    assert asked_of_tiers(seen(pits(4))) == {"A": (False, True), "B": (True, False)}
    assert asked_of_tiers(seen(pits(3), pits(4))) == {"A": (True, True), "B": (True, True)}


@pytest.mark.parametrize("unknown", [None, {"from": 2, "to": 9}])
def test_what_is_unknown_is_seen_neither_true_nor_false(unknown: object) -> None:
    coverage = seen(pits(unknown))
    assert asked_of_tiers(coverage) == {"A": (False, False), "B": (False, False)}
    assert tiers(coverage) == {"A": (0, 0), "B": (0, 0)}


def test_a_tier_is_missed_only_where_its_penalty_applies() -> None:
    assert tiers(seen(pits(3))) == {"A": (1, 0), "B": (0, 1)}
    nothing = seen(pits(0))  # no pit, no violation: the tiers are not put to the question
    assert tiers(nothing) == {"A": (0, 0), "B": (0, 0)}
    assert asked_of_tiers(nothing) == {"A": (True, False), "B": (False, True)}


def test_a_circumstance_is_asked_of_stated_facts_alone() -> None:
    def warned(*cases: dict) -> tuple[bool, bool]:
        (asked,) = seen(*cases).tests.groups()["circumstances"]
        return asked.true, asked.false

    assert warned(pits(1)) == (False, False)
    assert warned(pits(1, warned=False)) == (False, True)
    assert warned(pits(1, warned=True)) == (True, False)


def test_each_party_is_seen_by_itself() -> None:
    case = {
        "item": "moon-005",
        "facts": {"untethered_workers": 1, "overdue": True},
        "parties": [
            {"id": "one", "kind": "responsible", "facts": {"hardship": True}},
            {"id": "two", "kind": "responsible", "facts": {"hardship": False}},
        ],
    }
    coverage = seen(case, rules=FICTION, rule_set="moon")
    asked = [each for each in coverage.tests.asked.values() if each.test.fact == "hardship"]
    assert [(each.true, each.false) for each in asked] == [(True, True)]


def test_a_case_without_the_text_of_its_law_sees_nothing() -> None:
    case = {"item": "drc-001", "facts": {"storm_flights": 1}}
    engine = engine_for(FICTION, "moon-round")
    result = engine.evaluate_source(source_of(case))
    assert {each.fine.suggested_why for each in result.outcomes} == {"text_missing"}
    coverage = seen(case, rules=FICTION, rule_set="moon-round")
    assert not any(each.true or each.false for each in coverage.tests.groups()["established"])
    assert not any(each.not_fired for each in coverage.groups()["items"])


def test_two_editions_of_an_item_are_counted_apart() -> None:
    case = {"item": "moon-016", "dates": {"acted_on": "2021-01-01"}, "facts": {"tunnels": 1}}
    listed = seen(case, rules=FICTION, rule_set="moon").groups()["items"]
    fired = {each.rule.place.file: each.fired for each in listed if each.rule.id == "moon-016"}
    assert fired == {
        "rules/moon/items/moon/moon-016@2020-01-01.yaml": 1,
        "rules/moon/items/moon/moon-016@2026-01-01.yaml": 0,
    }


def test_every_test_of_every_rule_is_watched_at_its_own_place() -> None:
    for rules, ids in ((FICTION, rule_set_ids(FICTION)), (RULES, ["yeji"])):
        for id in ids:
            coverage = Coverage()
            coverage.add_rules(load_rule_set(rules, id))
            for place, asked in coverage.tests.asked.items():
                path = rules.parent / place.file
                line = path.read_text("utf-8").splitlines()[place.line - 1]
                word = line[place.column - 1 :]
                assert word.startswith((asked.test.op, str(asked.test.operand))), (place, word)


def test_forgetting_keeps_the_rules() -> None:
    coverage = seen(pits(3))
    before = len(coverage.counts), len(coverage.tests.asked)
    coverage.forget()
    assert (len(coverage.counts), len(coverage.tests.asked)) == before
    assert tiers(coverage) == {"A": (0, 0), "B": (0, 0)}
    engine = engine_for(PLUTO, "pluto-bench")
    coverage.add_case(engine, engine.evaluate_source(source_of(pits(4))))
    assert asked_of_tiers(coverage) == {"A": (False, True), "B": (True, False)}


# Cases for what is missing -----------------------------------------------------------------


def reached(target: Target, coverage: Coverage) -> bool:
    """Whether a coverage shows what a target wants."""
    if isinstance(target.about, Asked):
        asked = coverage.tests.asked[target.place]
        return asked.true if target.wanted == "true" else asked.false
    count = coverage.counts["tiers", target.place]
    return bool(count.fired if target.wanted == "hit" else count.not_fired)


def made_for(rules: Path, id: str, *items: str) -> list[Skeleton | Unreached]:
    """What is made for everything in a rule set, or in some of its items, without worked cases."""
    coverage = Coverage()
    coverage.add_rules(engine_for(rules, id).rule_set)
    missing = [
        each for each in targets(coverage) if not items or each.rule.id.split("/")[0] in items
    ]
    assert missing
    return list(skeletons(missing, lambda name: engine_for(rules, name)))


@pytest.mark.parametrize(
    ("rules", "id", "items"),
    [
        *((FICTION, id, ()) for id in ("moon", "moon-bench", "moon-proposal", "moon-round")),
        (PLUTO, "pluto-bench", ()),
        (RULES, "yeji", ("wsl-097-3", "wsl-097-7", "wsl-095-1", "hcl-101-2", "ari-036-3")),
        (RULES, "yeji", ("wsl-114-1-2", "hcr-078-1-4", "apl-033-1-minor", "apl-048-2")),
    ],
)
def test_every_skeleton_reaches_what_it_was_written_for(
    rules: Path, id: str, items: tuple[str, ...]
) -> None:
    made = [each for each in made_for(rules, id, *items) if isinstance(each, Skeleton)]
    assert made
    measured: dict[str, Coverage] = {}
    for each in made:
        name = each.target.rule.set
        engine = engine_for(rules, name)
        alone = measured.get(name) or seen(rules=rules, rule_set=name)
        measured[name] = alone
        alone.forget()
        alone.add_case(engine, engine.evaluate_source(source_of(each.worked["case"])))
        assert reached(each.target, alone), each.worked["name"]


def test_skeletons_of_a_number_stand_at_its_border_or_beside_it() -> None:
    checked = 0
    for id in ("moon", "moon-bench", "moon-proposal", "moon-round"):
        for each in made_for(FICTION, id):
            about = each.target.about
            if not isinstance(each, Skeleton) or not isinstance(about, Asked):
                continue
            fact = engine_for(FICTION, id).rule_set.facts.get(about.test.fact)
            if fact is None or not fact.numeric or fact.derived:
                continue
            case = each.worked["case"]
            stated = case["facts"] | case.get("parties", [{}])[0].get("facts", {})
            value = fact.value(source_of({"value": stated[fact.name]}).data["value"])
            assert isinstance(value, Span) and isinstance(about.test.operand, int)
            assert abs(value.lo - about.test.operand) <= 1, each.worked["name"]
            checked += 1
    assert checked > 50


def test_what_is_never_reached_is_told_with_the_reason() -> None:
    told = {
        (each.target.rule.id, each.target.says, each.target.wanted): each.reason
        for id in ("moon", "moon-bench", "moon-proposal", "moon-round")
        for each in made_for(FICTION, id)
        if isinstance(each, Unreached)
    }
    assert told == {
        ("moon-013", "违法所得0元以上（含）", "false"): "没有任何事实能让它为“否”",
        ("moon-010/unit/P1", "裁量阶次P1", "hit"): (
            "找到的事实走不到这条规则，多半先被别的规则挡住，请人工编写"
        ),
    }


def test_a_proposal_behind_a_published_row_is_reached_on_a_day_before_the_row() -> None:
    made = made_for(RULES, "yeji", "wsl-102")
    rows = [
        each
        for each in made
        if isinstance(each, Skeleton) and each.target.rule.id == "wsl-102/unit-first/P1"
    ]
    assert any(
        each.target.wanted == "hit" and "decided_on" in each.worked["case"]["dates"]
        for each in rows
    )


def test_a_tier_that_covers_all_its_penalty_reaches_is_never_missed() -> None:
    made = made_for(RULES, "cn-mem", "wsl-114-1-2")
    told = [(each.target.wanted, each.reason) for each in made if isinstance(each, Unreached)]
    assert told == [("missed", "处罚一适用，这一档就适用")]


def test_skeletons_of_a_tier_stand_on_both_sides_of_its_borders() -> None:
    found = {
        (
            each.target.rule.id,
            each.target.wanted,
            each.worked["case"]["facts"]["untethered_workers"],
        )
        for each in made_for(FICTION, "moon-bench", "moon-005")
        if isinstance(each, Skeleton) and each.target.rule.id.startswith("moon-005/unit-first/")
    }
    # 2 | 3 … 9 | 10: no case comes twice, the neighbour of one tier is the border of the next.
    assert found == {
        ("moon-005/unit-first/A", "hit", 2),
        ("moon-005/unit-first/A", "missed", 3),
        ("moon-005/unit-first/B", "hit", 9),
        ("moon-005/unit-first/B", "missed", 10),
    }


def test_skeletons_of_a_share_stand_at_its_border() -> None:
    shares = {
        tuple(each.worked["case"]["facts"].values())
        for each in made_for(FICTION, "moon-bench", "moon-006")
        if isinstance(each, Skeleton) and each.target.rule.id.startswith("moon-006/unit/")
    }
    # Below 10 % | from 10 % to 30 % | above 30 %.
    assert shares == {(10, 101), (10, 100), (30, 100), (30, 99)}


def test_skeletons_hold_as_worked_cases_and_leave_nothing_to_reach(tmp_path: Path) -> None:
    rules = tmp_path / "pluto"
    shutil.copytree(PLUTO, rules)
    coverage = Coverage()
    list(try_all(rules, None, coverage))
    missing = list(targets(coverage))
    made = list(skeletons(missing, lambda name: engine_for(rules, name)))
    assert [each for each in made if isinstance(each, Unreached)] == []
    for number, each in enumerate(made):
        assert isinstance(each, Skeleton)
        path = rules / each.target.rule.set / "cases" / f"{number}.yaml"
        path.parent.mkdir(exist_ok=True)
        path.write_text("cases:\n" + written(each.worked, BY_ENGINE), "utf-8")
    coverage = Coverage()
    assert [each for each in try_all(rules, None, coverage) if each.faults] == []
    assert list(targets(coverage)) == []


def test_a_rule_set_without_worked_cases_is_counted_too(tmp_path: Path) -> None:
    rules = tmp_path / "pluto"
    shutil.copytree(PLUTO, rules, ignore=shutil.ignore_patterns("cases"))
    coverage = Coverage()
    assert list(try_all(rules, None, coverage)) == []
    assert {each.rule.id for each in targets(coverage)} == {
        "plu-001", "plu-001/unit/A", "plu-001/unit/B", "plu-009",
    }  # fmt: skip


@cache
def load_moon() -> RuleSet:
    """The fictional statute, loaded once."""
    return load_rule_set(FICTION, "moon")


# Searching ---------------------------------------------------------------------------------


def test_values_stand_beside_every_border() -> None:
    rule_set = load_rule_set(FICTION, "moon")

    def values(*tests: Test) -> dict[str, list[Value]]:
        return border_values(tests, rule_set)

    def numbers(*listed: int) -> list[Value]:
        return [Span(each, each) for each in listed]

    assert values(Test("blasts", "at_least", 5)) == {"blasts": numbers(0, 4, 5)}
    assert values(Test("blasts", "is", 5)) == {"blasts": numbers(0, 4, 5, 6)}
    # Where there is a greatest value, it is a border, too.
    assert values(Test("employees", "above", 50))["employees"] == numbers(1, 50, 51, 100_000)
    assert values(Test("overdue", "is", True)) == {"overdue": [False, True]}
    assert values(Test("casualties", "at_least", 3)) == {
        "deaths": numbers(0, 2, 3, 4),
        "injuries": numbers(0, 2, 3, 4),
    }
    # The whole on which the border is a whole number comes first.
    assert values(Test("oxygen_gap", "at_least", 25 * 10_000))["required_oxygen"][0] == Span(
        100, 100
    )


def test_a_search_combines_only_what_can_hold_together() -> None:
    rule_set = load_rule_set(FICTION, "moon")
    tests = Test("overdue", "is", True), Test("put_right", "is", True)
    search = Search(border_values(tests, rule_set), rule_set)
    found = list(search.solutions([], ["overdue", "put_right"]))
    assert len(found) == 3 and {"overdue": True, "put_right": True} not in found
    assert list(search.solutions([Goal(AllOf(tests), True)], ["overdue", "put_right"])) == []


def test_a_search_meets_its_goals_exactly() -> None:
    rule_set = load_rule_set(FICTION, "moon")
    test = Test("oxygen_gap", "at_least", 30 * 10_000)
    candidates = border_values([test], rule_set)
    search = Search(candidates, rule_set)
    for wanted in (True, False):
        found = list(search.solutions([Goal(test, wanted)], candidates))
        assert found
        for each in found:
            assert compile_condition(test)(search.complete(each)) is wanted


COUNTS = st.builds(
    Test,
    st.sampled_from(["blasts", "tunnels"]),
    st.sampled_from(["is", "is_not", "at_least", "above", "at_most", "below"]),
    st.integers(0, 5),
)
GRADES = st.sampled_from(["major", "larger", "general"]).map(
    lambda grade: Test("accident_grade", "is", grade)
)
FLAGS = st.booleans().map(lambda yes: Test("overdue", "is", yes))
CONDITIONS = st.recursive(
    COUNTS | FLAGS | GRADES,
    lambda inner: (
        st.lists(inner, max_size=3).map(lambda parts: AllOf(tuple(parts)))
        | st.lists(inner, max_size=3).map(lambda parts: AnyOf(tuple(parts)))
        | inner.map(Not)
    ),
    max_leaves=6,
)


def every_world(names: set[str]) -> Iterator[dict[str, Value]]:
    """Every combination of small values of the facts, one on each side of every bound and more."""
    rule_set = load_moon()
    values: dict[str, list[Value]] = {
        "blasts": [Span(each, each) for each in range(8)],
        "tunnels": [Span(each, each) for each in range(8)],
        "deaths": [Span(each, each) for each in (0, 2, 3, 9, 10, 11)],
        "direct_loss": [Span(each * 100, each * 100) for each in (0, 10**6, 5 * 10**6)],
        "overdue": [False, True],
    }
    for picked in itertools.product(*(values[name] for name in sorted(names))):
        stated = dict(zip(sorted(names), picked, strict=True))
        yield with_derived(dict(stated), rule_set.derived)


@given(CONDITIONS, st.booleans())
@examples(150)
def test_a_search_finds_facts_exactly_where_there_are_some(
    condition: Condition, wanted: bool
) -> None:
    rule_set = load_moon()
    tests = list(leaves_of(condition))
    assert every_case(tests, rule_set)
    candidates = border_values(tests, rule_set)
    ask = compile_condition(condition)
    there_are = any(ask(world) is wanted for world in every_world(set(candidates)))
    search = Search(candidates, rule_set)
    found = next(search.solutions([Goal(condition, wanted)], candidates), None)
    assert (found is not None) is there_are
    if found is not None:
        assert ask(search.complete(found)) is wanted


def test_a_search_that_takes_too_long_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    rule_set = load_rule_set(FICTION, "moon")
    test = Test("casualties", "at_least", 3)
    candidates = border_values([test], rule_set)
    monkeypatch.setattr("engine.borders.MAX_STEPS", 5)
    with pytest.raises(GivenUp):
        list(Search(candidates, rule_set).solutions([Goal(test, True)], candidates))
