"""The two engines agree: a rule fires in durable-rules exactly when the prover proves it.

Conditions are written as rule files write them, read by the loader's own code, and asked of the
prover, of the matcher, and of a plain reading of the text over single points. One Matcher serves
the whole module, since durable-rules never gives memory back.
"""

from __future__ import annotations

import dataclasses
import itertools
import json
from fractions import Fraction
from typing import Any

import pytest
from helpers import FICTION, LONG, engine_for, evaluate, examples
from hypothesis import given, reject, settings
from hypothesis import strategies as st

from engine.clauses import Words, build_condition
from engine.conditions import ALWAYS, AnyOf, Condition, Not, Test, compile_condition
from engine.dates import day_number
from engine.evaluate import Engine
from engine.facts import STEPS, Fact, Span, Value, Values
from engine.faults import EngineDisagreement, Place, RuleFault
from engine.item import Item
from engine.loading import Node
from engine.matching import Matcher
from engine.proving import ProvenItem, prove_item
from engine.source import parse

Written = dict[str, Any]

NOWHERE = Place("rules/moon/items/moon/moon-099.yaml")
BILLION = 10**12
MATCHER = Matcher()
MOON = engine_for(FICTION, "moon").rule_set
NUMBERS = itertools.count()

# The vocabulary ---------------------------------------------------------------------------


def fact(name: str, type: str, lo: int = 0, hi: int = BILLION, **more: Any) -> Fact:
    step = 1 if type == "date" else STEPS.get(type, 1)
    return dataclasses.replace(
        MOON.facts["blasts"], name=name, type=type, lo=lo * step, hi=hi * step, **more
    )


HARM = {"none": "没有危害后果", "minor": "危害后果轻微", "serious": "危害后果严重（含死亡）"}
KIND = {"oxygen": "氧气", "tether": "安全绳"}
FACTS = {
    each.name: each
    for each in (
        fact("overdue", "flag"),
        fact("refused", "flag"),
        fact("harm", "choice", choices=HARM),
        fact("kind", "choice", choices=KIND),
        fact("workers", "count"),
        fact("blasts", "count"),
        fact("gains", "amount"),
        fact("loss", "amount"),
        fact("dust", "percent", hi=100),
        fact("share", "percent", lo=-BILLION, derived=True),
        fact("acted_on", "date", day_number("1900-01-01"), day_number("2999-12-31")),
    )
}
# Borders that decide cases, their neighbours, and the largest numbers the loader lets through.
OPERANDS: dict[str, list[Any]] = {
    "count": [0, 1, 2, 3, 9, 10, BILLION - 1, BILLION],
    "amount": [0, 0.01, 99999.99, 100000, 100000.01, BILLION - 1, BILLION],
    "percent": [0, 0.0001, 9.9999, 10, 10.0001, 33.3333, 100],
    "date": ["1900-01-01", "2025-12-31", "2026-01-01", "2026-01-02", "2999-12-31"],
}


def steps(type: str, written: Any) -> int:
    """A written operand in the fact's smallest steps."""
    if type == "date":
        return day_number(written)
    exact = Fraction(str(written)) * STEPS[type]
    assert exact.denominator == 1
    return int(exact)


# Conditions, as rule files write them -----------------------------------------------------


def comparisons(named: Fact) -> list[Written]:
    """Every test of a fact worth writing: each operator on each border."""
    if named.type == "flag":
        return [{op: wanted} for op in ("is", "is_not") for wanted in (True, False)]
    borders = list(named.choices) or OPERANDS[named.type]
    pairs = list(itertools.combinations(borders, 2))
    found: list[Written] = [{op: each} for op in ("is", "is_not") for each in borders]
    found += [{"in": [each]} for each in borders] + [{"in": list(pair)} for pair in pairs]
    if not named.choices:
        order = ("at_least", "above", "at_most", "below")
        found += [{op: each} for op in order for each in borders]
        found += [{"at_least": low, "below": high} for low, high in pairs]
        found += [{"above": low, "at_most": high} for low, high in pairs]
    return found


LEAVES = {
    name: st.sampled_from([{name: tests} for tests in comparisons(named)])
    for name, named in FACTS.items()
}
LEAF = st.sampled_from(sorted(LEAVES)).flatmap(LEAVES.__getitem__)


def nested(inner: st.SearchStrategy[Written]) -> st.SearchStrategy[Written]:
    several = st.lists(inner, min_size=1, max_size=3)
    return st.one_of(
        st.builds(lambda parts: {"all": parts}, several),
        st.builds(lambda parts: {"any": parts}, several),
        st.builds(lambda part: {"not": part}, inner),
        st.builds(lambda part, leaf: {**leaf, "not": part}, inner, LEAF),
    )


CONDITIONS = st.recursive(LEAF, nested, max_leaves=8)


def read(written: Written) -> Condition:
    """A condition as the loader reads it."""
    source = parse(json.dumps(written, ensure_ascii=False).encode(), NOWHERE.file)
    node = Node(source, (), source.data, [])
    condition = build_condition(node, Words(facts=FACTS))
    assert node.findings == []
    return condition


# Values -----------------------------------------------------------------------------------


def near(named: Fact) -> list[Any]:
    """The points on, just beside, and far from every threshold."""
    away = [-1, 0, 1, Fraction(-1, 3), Fraction(1, 3)] if named.fractional else [-1, 0, 1]
    points = {
        steps(named.type, operand) + offset for operand in OPERANDS[named.type] for offset in away
    }
    return sorted({min(max(point, named.lo), named.hi) for point in points})


def known(named: Fact) -> list[Value]:
    """Everything that may be known of a fact: exactly, as a range, or as some of the choices."""
    if named.type == "flag":
        return [False, True]
    if named.choices:
        sizes = range(1, len(named.choices) + 1)
        return [frozenset(some) for n in sizes for some in itertools.combinations(named.choices, n)]
    found = near(named)
    return [Span(low, high) for low, high in itertools.combinations_with_replacement(found, 2)]


KNOWN = {name: st.sampled_from(known(named)) for name, named in FACTS.items()}


def facts_in(written: Any) -> set[str]:
    """The facts that a written condition reads."""
    inside = written.values() if isinstance(written, dict) else written
    found = {key for key in written if key in FACTS} if isinstance(written, dict) else set()
    parts = [each for each in inside if isinstance(each, dict | list)]
    return found.union(*(facts_in(each) for each in parts))


def values_for(*written: Written) -> st.SearchStrategy[Values]:
    """Some of the facts that conditions read, known or partly known; the others unknown."""
    names = sorted(facts_in(list(written)))
    return st.fixed_dictionaries({}, optional={name: KNOWN[name] for name in names})


LANDMARKS = {
    name: [
        steps(named.type, operand) + offset
        for operand in OPERANDS[named.type]
        for offset in ((-1, Fraction(-1, 2), 0, Fraction(1, 2), 1) if named.derived else (-1, 0, 1))
    ]
    for name, named in FACTS.items()
    if named.numeric
}


@st.composite
def points(draw: st.DrawFn, names: set[str], values: Values) -> dict[str, Any]:
    """One world in which everything is known and nothing contradicts the values."""
    world: dict[str, Any] = {}
    for name in sorted(names):
        named = FACTS[name]
        value = values.get(name, named.everything())
        if isinstance(value, Span):
            marks = [each for each in LANDMARKS[name] if value.lo <= each <= value.hi]
            inside = [value.lo, value.hi, *marks]
            world[name] = draw(st.sampled_from(inside))
        elif isinstance(value, frozenset):
            world[name] = draw(st.sampled_from(sorted(value)))
        else:
            world[name] = draw(st.booleans()) if value is None else value
    return world


def point_values(world: dict[str, Any]) -> Values:
    return {
        name: each
        if isinstance(each, bool)
        else frozenset({each})
        if isinstance(each, str)
        else Span(each, each)
        for name, each in world.items()
    }


def holds(written: Written, world: dict[str, Any]) -> bool:
    """The condition read as plain words over one world: shares nothing with the engine."""
    return all(
        all(holds(part, world) for part in each)
        if key == "all"
        else any(holds(part, world) for part in each)
        if key == "any"
        else not holds(each, world)
        if key == "not"
        else all(_passes(FACTS[key], op, operand, world[key]) for op, operand in each.items())
        for key, each in written.items()
    )


def _passes(named: Fact, op: str, operand: Any, value: Any) -> bool:
    if op == "in":
        return any(_passes(named, "is", each, value) for each in operand)
    wanted = operand if named.type in ("flag", "choice") else steps(named.type, operand)
    return {
        "is": lambda: value == wanted,
        "is_not": lambda: value != wanted,
        "at_least": lambda: value >= wanted,
        "above": lambda: value > wanted,
        "at_most": lambda: value <= wanted,
        "below": lambda: value < wanted,
    }[op]()


# One item, both engines -------------------------------------------------------------------


def prove(conditions: list[Condition]) -> ProvenItem:
    """An item with one condition as its element and each other one as a penalty's."""
    (item,) = MOON.items["moon-005"]
    name = f"moon-{next(NUMBERS)}"
    penalties = tuple(
        dataclasses.replace(item.penalties[0], id=f"p{index}", when=condition, tables=())
        for index, condition in enumerate(conditions[1:])
    )
    item = dataclasses.replace(
        item, id=name, edition=name, established_when=conditions[0], penalties=penalties
    )
    return prove_item(item, dataclasses.replace(MOON, facts=FACTS, derived={}))


def both(proven: ProvenItem, values: Values) -> tuple[frozenset[str], frozenset[str]]:
    """What fires and what is proved; an item the matcher cannot hold is refused, not guessed at."""
    try:
        fired = MATCHER.fired(proven.item, proven.rules, values)
    except RuleFault as fault:
        assert [each.code for each in fault.findings] == ["too_many_conditions"]
        reject()
    return fired, proved_by(proven, values)


def proved_by(proven: ProvenItem, values: Values) -> frozenset[str]:
    """The rules whose closures, as the prover compiled them, say True."""
    return frozenset(rule for rule, (_, ask) in proven.rules.items() if ask(values) is True)


# More values per ruleset when there is time: rulesets cost memory, values do not.
@settings(examples(2_000), max_examples=2_400 if LONG else 2_000)
@given(st.data(), st.lists(CONDITIONS, min_size=1, max_size=2))
def test_a_rule_fires_exactly_when_it_is_proved(
    data: st.DataObject, written: list[Written]
) -> None:
    proven = prove([read(each) for each in written])
    for _ in range(40 if LONG else 3):
        values = data.draw(values_for(*written))
        fired, proved = both(proven, values)
        assert fired == proved, values


@examples(2_000)
@given(st.data(), CONDITIONS)
def test_what_is_proved_of_a_range_holds_of_every_point_in_it(
    data: st.DataObject, written: Written
) -> None:
    ask = compile_condition(read(written))
    values = data.draw(values_for(written))
    truth = ask(values)
    for _ in range(3):
        world = data.draw(points(facts_in(written), values))
        assert ask(point_values(world)) is holds(written, world)
        assert truth is None or truth is holds(written, world)


@examples(300)
@given(st.data(), CONDITIONS)
def test_knowing_less_never_turns_an_answer_round(data: st.DataObject, written: Written) -> None:
    ask = compile_condition(read(written))
    values = data.draw(values_for(written))
    for name in values:
        less = {each: value for each, value in values.items() if each != name}
        assert ask(less) is None or ask(less) is ask(values)


@examples(200)
@given(st.data(), st.lists(LEAF, min_size=1, max_size=3))
def test_de_morgan_holds_in_both_engines(data: st.DataObject, written: list[Written]) -> None:
    none_of = {"not": {"any": written}}
    all_not = {"all": [{"not": each} for each in written]}
    not_all = {"not": {"all": written}}
    any_not = {"any": [{"not": each} for each in written]}
    twice = {"not": {"not": {"any": written}}}
    once = {"any": written}
    proven = prove([read(each) for each in (none_of, all_not, not_all, any_not, twice, once)])
    for _ in range(4):
        fired, proved = both(proven, data.draw(values_for(*written)))
        assert fired == proved
        for left, right in (("established", "p0"), ("p1", "p2"), ("p3", "p4")):
            assert (_rule(left) in fired) is (_rule(right) in fired)


def _rule(name: str) -> str:
    return name if name == "established" else f"penalty/{name}"


@pytest.mark.parametrize(
    ("written", "values", "fires"),
    [
        ({"not": {"workers": {"at_least": 3}}}, {"workers": Span(2, 2)}, True),
        ({"not": {"workers": {"at_least": 3}}}, {"workers": Span(2, 3)}, False),
        ({"not": {"workers": {"at_least": 3}}}, {}, False),
        ({"not": {"workers": {"is": 3}}}, {"workers": Span(4, BILLION)}, True),
        ({"workers": {"is_not": 3}}, {"workers": Span(2, 4)}, False),
        ({"gains": {"at_least": 100000}}, {"gains": Span(9_999_999, 9_999_999)}, False),
        ({"gains": {"at_least": 100000}}, {"gains": Span(10_000_000, 10_000_000)}, True),
        ({"gains": {"above": 100000}}, {"gains": Span(10_000_000, 10_000_000)}, False),
        ({"gains": {"above": 100000}}, {"gains": Span(10_000_001, 10_000_001)}, True),
        ({"gains": {"at_most": BILLION}}, {"gains": Span(0, BILLION * 100)}, True),
        ({"gains": {"above": BILLION - 1}}, {"gains": Span(BILLION * 100, BILLION * 100)}, True),
        ({"share": {"at_least": 10}}, {"share": Span(Fraction(299_999, 3), 10**9)}, False),
        ({"share": {"below": 10}}, {"share": Span(0, Fraction(299_999, 3))}, True),
        ({"share": {"above": 10}}, {"share": Span(Fraction(300_001, 3), 10**9)}, True),
        ({"share": {"at_most": 10}}, {"share": Span(0, Fraction(300_001, 3))}, False),
        ({"share": {"above": 0}}, {"share": Span(10**20, 10**20)}, True),
        ({"share": {"below": 0}}, {"share": Span(-(10**20), -(10**20))}, True),
        ({"harm": {"in": ["none", "minor"]}}, {"harm": frozenset({"minor"})}, True),
        # which of the two is unknown, that it is one of them is not
        ({"harm": {"in": ["none", "minor"]}}, {"harm": frozenset({"none", "minor"})}, True),
        ({"harm": {"in": ["none", "minor"]}}, {"harm": frozenset({"none", "serious"})}, False),
        ({"not": {"harm": {"in": ["none", "minor"]}}}, {"harm": frozenset({"serious"})}, True),
        ({"harm": {"is_not": "serious"}}, {"harm": frozenset({"none", "minor"})}, True),
        ({"overdue": {"is_not": True}}, {"overdue": False}, True),
        ({"overdue": {"is_not": True}}, {}, False),
        ({"any": [{"overdue": {"is": True}}, {"refused": {"is": True}}]}, {"refused": True}, True),
        ({"all": [{"overdue": {"is": True}}, {"refused": {"is": True}}]}, {"refused": True}, False),
    ],
)
def test_the_borders_both_engines_must_hit(written: Written, values: Values, fires: bool) -> None:
    fired, proved = both(prove([read(written)]), values)
    assert (fired == {"established"}, proved == {"established"}) == (fires, fires)


def test_the_empty_condition_is_true_and_its_negation_false() -> None:
    proven = prove([ALWAYS, Not(ALWAYS), AnyOf(()), Not(AnyOf(()))])
    fired, proved = both(proven, {})
    assert fired == proved == {"established", "penalty/p2"}


def test_more_rules_than_one_ruleset_may_hold_are_shared_out() -> None:
    written = [{"workers": {"at_least": n}, "blasts": {"is": n}} for n in range(80)]
    proven = prove([read(each) for each in written])
    fired, proved = both(proven, {"workers": Span(40, 40), "blasts": Span(40, 40)})
    assert fired == proved == {"penalty/p39"}


@pytest.mark.parametrize("width", [1, 6, 7, 8, 14, 15, 28, 31, 32, 60, 61, 200])
@pytest.mark.parametrize("negated", [False, True])
def test_a_rule_too_wide_for_the_matcher_is_refused_and_any_other_is_matched(
    width: int, negated: bool
) -> None:
    wide = AnyOf(tuple(Test("workers", "is", n) for n in range(width)))
    proven = prove([Not(wide) if negated else wide])
    values: Values = {"workers": Span(width - 1, width - 1)}
    try:
        fired = MATCHER.fired(proven.item, proven.rules, values)
    except RuleFault as fault:
        assert [each.code for each in fault.findings] == ["too_many_conditions"]
        assert width > 6
    else:
        assert fired == proved_by(proven, values)
        assert width < 61


# A planted disagreement -------------------------------------------------------------------


class Crooked(Engine):
    """An engine whose prover says the opposite of one rule."""

    def __init__(self, honest: Engine, rule: str) -> None:
        super().__init__(honest.rule_set)
        self.rule = rule

    def prove(self, item: Item) -> ProvenItem:
        proven = super().prove(item)
        condition, ask = proven.rules[self.rule]
        lie = {self.rule: (condition, lambda values: ask(values) is not True)}
        return dataclasses.replace(proven, rules=proven.rules | lie)


@pytest.mark.parametrize(
    "rule",
    [
        # true, and denied by the prover
        "established",
        "penalty/unit-first",
        "tier/moon-bench:moon-005/unit-first/B@739252",
        # false, and claimed by the prover
        "penalty/unit-overdue",
        "tier/moon-bench:moon-005/unit-first/A@739252",
    ],
)
def test_a_disagreement_gives_no_figure(bench: Engine, rule: str) -> None:
    case = {"item": "moon-005", "facts": {"untethered_workers": 3, "overdue": False}}
    with pytest.raises(EngineDisagreement) as caught:
        evaluate(case, Crooked(bench, rule))
    (finding,) = caught.value.findings
    assert finding.code == "engine_disagreement"
    assert rule in finding.message
    assert finding.place == Place("rules/moon/items/moon/moon-005.yaml")
