"""`check` against brute force: on random tables it claims gaps, overlaps and idle tiers exactly
where trying every whole number finds them; and it calls nothing impossible that is."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
import venus
from helpers import examples
from hypothesis import given
from hypothesis import strategies as st

from engine.checks.sources import Sources, Undecidable
from engine.dates import day_number
from engine.derived import with_derived
from engine.facts import Span, Values
from engine.faults import Finding
from engine.layering import load_rule_set
from engine.model import RuleSet

Data = dict[str, Any]

MOST = 9
FACTS: Data = {
    "of": venus.count("一", 0, MOST),
    "to": venus.count("二", 0, MOST),
    "late": venus.flag("逾期"),
}
DERIVED: Data = {
    "share": {"label": "比例", "ratio": {"of": "of", "to": "to"}},
    "both": {"label": "合计", "sum": ["of", "to"]},
    "size": {
        "label": "等级",
        "grade": [
            {"value": "large", "label": "大", "when": {"both": {"at_least": 12}}},
            {"value": "middle", "label": "中", "when": {"of": {"above": 4}}},
            {"value": "small", "label": "小"},
        ],
    },
}
ALWAYS: Data = {"of": {"at_least": 0}}
CONFLICT = {"when": {"of": {"is": MOST}, "late": {"is": True}}, "because": "虚构"}

ORDER = ("at_least", "above", "at_most", "below", "is")
THRESHOLDS = {
    "of": st.integers(0, MOST),
    "to": st.integers(0, MOST),
    "both": st.integers(0, 2 * MOST),
    "share": st.sampled_from([0, 10, 25, 50, 75, 100, 200]),
}


@st.composite
def simple(draw: st.DrawFn) -> Data:
    """A test of one fact, or of two ends of one number."""
    fact = draw(st.sampled_from([*THRESHOLDS, "late", "size"]))
    if fact == "late":
        return {fact: {"is": draw(st.booleans())}}
    if fact == "size":
        sizes = st.sampled_from(["large", "middle", "small"])
        return {fact: {"in": draw(st.lists(sizes, min_size=1, max_size=2, unique=True))}}
    ops = draw(st.lists(st.sampled_from(ORDER), min_size=1, max_size=2, unique=True))
    return {fact: {op: draw(THRESHOLDS[fact]) for op in ops}}


CONDITIONS = st.one_of(
    simple(),
    st.builds(lambda parts: {"all": parts}, st.lists(simple(), min_size=2, max_size=2)),
    st.builds(lambda parts: {"any": parts}, st.lists(simple(), min_size=2, max_size=2)),
    st.builds(lambda part: {"not": part}, simple()),
)


@st.composite
def cut_tables(draw: st.DrawFn) -> list[Data]:
    """A table that cuts one number at rising thresholds, perhaps with one end moved."""
    fact = draw(st.sampled_from(list(THRESHOLDS)))
    at = sorted(draw(st.sets(THRESHOLDS[fact], min_size=1, max_size=3)))
    rows: list[Data] = [{fact: {"below": at[0]}}]
    rows += [{fact: {"at_least": low, "below": high}} for low, high in itertools.pairwise(at)]
    rows.append({fact: {"at_least": at[-1]}})
    moved = draw(st.sampled_from(["", "", "above", "at_most"]))
    if moved == "above":
        rows[-1] = {fact: {"above": at[-1]}}
    elif moved == "at_most":
        rows[0] = {fact: {"at_most": at[0]}}
    return rows


TABLES = st.one_of(st.lists(CONDITIONS, min_size=1, max_size=4), cut_tables())


# Brute force --------------------------------------------------------------------------------


def world(of: int = 0, to: int = 0, late: bool = False) -> Data:
    """Facts with what follows from them, worked out by hand."""
    both = of + to
    found: Data = {"of": Fraction(of), "to": Fraction(to), "late": late, "both": Fraction(both)}
    found["size"] = "large" if both >= 12 else "middle" if of > 4 else "small"
    if to:
        found["share"] = Fraction(100 * of, to)
    return found


def worlds() -> Iterator[Data]:
    """All there are, but for those that the conflict excludes."""
    for of, to, late in itertools.product(range(MOST + 1), range(MOST + 1), (False, True)):
        if not (of == MOST and late):
            yield world(of, to, late)


WORLDS = list(worlds())


def holds(condition: Data, facts: Data) -> bool | None:
    """The condition as written, true, false or unknown."""
    answers: list[bool | None] = []
    for key, inner in condition.items():
        if key == "all":
            answers.append(_all([holds(each, facts) for each in inner]))
        elif key == "any":
            found = _all([_not(holds(each, facts)) for each in inner])
            answers.append(_not(found))
        elif key == "not":
            answers.append(_not(holds(inner, facts)))
        else:
            answers += [_test(key, op, operand, facts) for op, operand in inner.items()]
    return _all(answers)


def _all(answers: list[bool | None]) -> bool | None:
    if False in answers:
        return False
    return None if None in answers else True


def _not(answer: bool | None) -> bool | None:
    return None if answer is None else not answer


def _test(fact: str, op: str, operand: Any, facts: Data) -> bool | None:
    if fact not in facts:
        return None
    value = facts[fact]
    found: bool = {
        "is": lambda: value == operand,
        "in": lambda: value in operand,
        "at_least": lambda: value >= operand,
        "above": lambda: value > operand,
        "at_most": lambda: value <= operand,
        "below": lambda: value < operand,
    }[op]()
    return found


# The property -------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("venus")


def said(found: list[Finding], code: str) -> set[str]:
    return {each.message for each in found if each.code == code}


def letters(count: int, first: str = "A") -> list[str]:
    return [chr(ord(first) + number) for number in range(count)]


def overlaps(names: list[str], hits: list[list[bool | None]]) -> set[str]:
    """What is to be said of tiers that hold together, by pairs of neighbours among them."""
    return {
        f"阶次“{names[one]}”和“{names[other]}”会同时符合"
        for each in hits
        for one, other in itertools.pairwise(n for n, hit in enumerate(each) if hit is True)
    }


def idle(names: list[str], hits: list[list[bool | None]]) -> set[str]:
    """What is to be said of tiers that hold nowhere."""
    return {
        f"没有任何事实会落在阶次“{name}”"
        for number, name in enumerate(names)
        if not any(each[number] is True for each in hits)
    }


@examples(120)
@given(table=TABLES, guard=simple(), when=CONDITIONS)
def test_what_check_claims_of_a_table_is_what_brute_force_finds(
    folder: Path, table: list[Data], guard: Data, when: Data
) -> None:
    fine = venus.penalty(when=when, **venus.tiers(*table))
    files = venus.statute(FACTS, guard, fine, derived=DERIVED, conflicts=[CONFLICT])
    found = venus.findings(folder / "rules", venus.write(folder / "rules", files))
    read = [each for each in WORLDS if holds(guard, each) is True and holds(when, each) is True]
    hits = [[holds(tier, each) for tier in table] for each in read]
    names = letters(len(table))
    assert bool(said(found, "tier_gap")) == any(all(hit is False for hit in each) for each in hits)
    assert said(found, "tier_overlap") == overlaps(names, hits)
    assert said(found, "tier_unreachable") == idle(names, hits)
    assert not said(found, "table_not_tried") | said(found, "table_undecided")
    for each in found:
        if each.counterexample is not None:
            facts = world(**each.counterexample)
            assert facts in WORLDS and holds(guard, facts) is True and holds(when, facts) is True
            own = [holds(tier, facts) for tier in table]
            if each.code == "tier_gap":
                assert own == [False] * len(table)
            elif each.code == "tier_overlap":
                assert own.count(True) > 1


@examples(80)
@given(
    known=st.lists(CONDITIONS, min_size=1, max_size=2),
    proposed=TABLES,
    partial=st.booleans(),
    highest=st.booleans(),
)
def test_a_proposal_is_asked_only_where_no_published_row_holds(
    folder: Path, known: list[Data], proposed: list[Data], partial: bool, highest: bool
) -> None:
    hit = {"hit": "highest"} if highest else {}
    near = venus.tiers(
        *proposed, status="proposal", rows="partial" if partial else "complete", **hit
    )
    for number, row in enumerate(near["tiers"]):
        row["id"] = f"P{number}"
    id = venus.write(
        folder / "rules",
        venus.statute(FACTS, ALWAYS, venus.penalty(), derived=DERIVED, conflicts=[CONFLICT]),
        venus.overlay(venus.tiers(*known, rows="partial")),
        venus.overlay(near),
        v2={"independent": True},
    )
    found = venus.findings(folder / "rules", id)
    above = [[holds(tier, each) for tier in known] for each in WORLDS]
    both = [
        (one, [holds(tier, each) for tier in proposed])
        for one, each in zip(above, WORLDS, strict=True)
    ]
    below = [own for one, own in both if True not in one]
    gap = any(not any(hit is not False for hit in (*one, *own)) for one, own in both)
    assert bool(said(found, "tier_gap")) == (gap and not partial)
    assert bool(said(found, "rows_partial")) == (gap and partial)
    names = [f"P{number}" for number in range(len(proposed))]
    expected = overlaps(letters(len(known)), above)
    assert said(found, "tier_overlap") == expected | (set() if highest else overlaps(names, below))
    if highest:
        below = [_only_highest(each) for each in below]
    never = idle(names, below)
    elsewhere = {
        f"没有任何事实会落在阶次“{name}”"
        for number, name in enumerate(names)
        if any(True in one and own[number] is True for one, own in both)
    }
    assert said(found, "tier_unreachable") == idle(letters(len(known)), above) | (never - elsewhere)
    assert len(said(found, "proposal_covered")) == len(never & elsewhere)


def _only_highest(hits: list[bool | None]) -> list[bool | None]:
    last = max((n for n, hit in enumerate(hits) if hit is True), default=None)
    return [hit is True and number == last for number, hit in enumerate(hits)]


# What is, can be ----------------------------------------------------------------------------


@pytest.fixture(scope="module")
def times(tmp_path_factory: pytest.TempPathFactory) -> RuleSet:
    rules = tmp_path_factory.mktemp("times") / "rules"
    facts = {
        "began": venus.day("开始日"),
        "ended": venus.day("结束日"),
        "of": venus.count("一"),
        "to": venus.count("二"),
    }
    derived: Data = {
        "days": {"label": "天数", "days_between": {"from": "began", "to": "ended"}},
        "months": {"label": "月数", "months_between": {"from": "began", "to": "ended"}},
        "both": {"label": "合计", "sum": ["of", "to"]},
        "share": {"label": "比例", "ratio": {"of": "of", "to": "to"}},
    }
    files = venus.statute(facts, {"days": {"at_least": 0}}, venus.penalty(), derived=derived)
    return load_rule_set(rules, venus.write(rules, files))


def never_excluded(rule_set: RuleSet, stated: Values, *computed: str) -> None:
    """The numbers that follow from stated facts are not called impossible together; what is found
    for them gives them."""
    values = with_derived(dict(stated), rule_set.derived)
    wanted = {name: values[name] for name in computed if name in values}
    try:
        found = Sources(rule_set, [*computed]).find(wanted, day_number("2020-01-01"))
    except Undecidable:
        return
    assert found is not None
    again = with_derived(found, rule_set.derived)
    for name, value in wanted.items():
        assert isinstance(value, Span) and again[name].lo // 1 == value.lo // 1  # type: ignore[union-attr]


DAYS = st.integers(day_number("1900-01-01"), day_number("2999-12-31"))


@examples(150)
@given(began=DAYS, more=st.one_of(st.integers(-800, 800), st.integers(-200_000, 200_000)))
def test_days_and_months_that_are_can_be(times: RuleSet, began: int, more: int) -> None:
    ended = min(max(began + more, day_number("1900-01-01")), day_number("2999-12-31"))
    stated: Values = {"began": Span(began, began), "ended": Span(ended, ended)}
    never_excluded(times, stated, "days", "months")


@examples(150)
@given(of=st.integers(0, 10**12), to=st.integers(0, 10**12))
def test_shares_and_sums_that_are_can_be(times: RuleSet, of: int, to: int) -> None:
    never_excluded(times, {"of": Span(of, of), "to": Span(to, to)}, "both", "share")
