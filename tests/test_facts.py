"""What an officer may write as a fact's value, and what it then means."""

from __future__ import annotations

import dataclasses
from decimal import Decimal
from typing import Any

import pytest
from helpers import FICTION, engine_for, examples
from hypothesis import given
from hypothesis import strategies as st

from engine.dates import day_number
from engine.facts import MAGNITUDE, STEPS, BadValue, Fact, Span, Value

FACTS = engine_for(FICTION, "moon").rule_set.facts
OVERDUE, HARM, WORKERS = FACTS["overdue"], FACTS["damage"], FACTS["untethered_workers"]
GAINS, DUST, DAY = FACTS["illegal_gains"], FACTS["dust_share"], FACTS["mined_on"]
SHARE = FACTS["oxygen_gap"]


def exactly(number: int) -> Span:
    return Span(number, number)


def refused(fact: Fact, written: Any) -> str:
    with pytest.raises(BadValue) as caught:
        fact.value(written)
    assert caught.value.message and caught.value.help
    assert fact.label in caught.value.message
    return caught.value.code


@pytest.mark.parametrize(
    ("fact", "written", "value"),
    [
        (OVERDUE, True, True),
        (OVERDUE, False, False),
        (HARM, "minor", frozenset({"minor"})),
        (WORKERS, 3, exactly(3)),
        (WORKERS, 0, exactly(0)),
        (WORKERS, MAGNITUDE, exactly(10**12)),
        (GAINS, Decimal("99999.99"), exactly(9_999_999)),
        (GAINS, 100000, exactly(10_000_000)),
        (GAINS, MAGNITUDE, exactly(10**14)),
        (DUST, Decimal("2.5001"), exactly(25_001)),
        (DUST, 100, exactly(1_000_000)),
        (DAY, "2026-03-02", exactly(day_number("2026-03-02"))),
        (WORKERS, {"value": 3}, exactly(3)),
        (WORKERS, {"value": 3, "evidence": "现场检查记录"}, exactly(3)),
        (OVERDUE, {"value": True, "evidence": "复查意见书"}, True),
        (WORKERS, {"from": 2, "to": 9}, Span(2, 9)),
        (WORKERS, {"from": 2, "to": 2}, exactly(2)),
        (WORKERS, {"from": 2}, Span(2, MAGNITUDE)),
        (WORKERS, {"to": 9}, Span(0, 9)),
        (WORKERS, {"from": 2, "to": 9, "evidence": "笔录"}, Span(2, 9)),
        (GAINS, {"from": Decimal("0.01"), "to": 1}, Span(1, 100)),
        (
            DAY,
            {"from": "2026-01-01", "to": "2026-01-31"},
            Span(day_number("2026-01-01"), day_number("2026-01-31")),
        ),
    ],
)
def test_a_value_is_taken_exactly(fact: Fact, written: Any, value: Value) -> None:
    assert fact.value(written) == value


@pytest.mark.parametrize(
    ("fact", "written"),
    [
        (WORKERS, None),
        (OVERDUE, None),
        (WORKERS, {}),
        (WORKERS, {"value": None}),
        (WORKERS, {"from": None, "to": None}),
        (WORKERS, {"from": 0}),
        (WORKERS, {"from": 0, "to": MAGNITUDE}),
        (HARM, {"value": None, "evidence": "待鉴定"}),
        (DUST, {"from": 0, "to": 100}),
    ],
)
def test_a_value_that_says_nothing_is_unknown(fact: Fact, written: Any) -> None:
    assert fact.value(written) is None


@pytest.mark.parametrize(
    ("fact", "written", "code"),
    [
        (OVERDUE, 1, "wrong_type"),
        (OVERDUE, "true", "wrong_type"),
        (OVERDUE, "yes", "wrong_type"),
        (OVERDUE, {"from": False, "to": True}, "no_interval"),
        (HARM, "Minor", "not_a_choice"),
        (HARM, 1, "not_a_choice"),
        (HARM, True, "not_a_choice"),
        (HARM, ["none", "minor"], "wrong_type"),
        (HARM, {"from": "none", "to": "minor"}, "no_interval"),
        (WORKERS, "3", "wrong_type"),
        (WORKERS, "三", "wrong_type"),
        (WORKERS, True, "wrong_type"),
        (WORKERS, Decimal("2.5"), "too_fine"),
        (WORKERS, -1, "too_small"),
        (WORKERS, MAGNITUDE + 1, "number_too_large"),
        (WORKERS, -(10**400), "number_too_large"),
        (WORKERS, [3], "wrong_type"),
        (WORKERS, {"value": [3]}, "wrong_type"),
        (WORKERS, {"value": {"value": 3}}, "wrong_type"),
        (WORKERS, {"vlaue": 3}, "unknown_key"),
        (WORKERS, {"value": 3, "from": 1}, "no_interval"),
        (WORKERS, {"from": 9, "to": 2}, "empty_interval"),
        (WORKERS, {"from": 0, "to": "9"}, "wrong_type"),
        (WORKERS, {"value": 3, "evidence": 7}, "wrong_type"),
        (FACTS["employees"], 0, "too_small"),
        (FACTS["employees"], 100_001, "too_large_value"),
        (FACTS["employees"], {"from": 0, "to": 9}, "too_small"),
        (GAINS, Decimal("0.001"), "too_fine"),
        (GAINS, Decimal("-0.01"), "too_small"),
        (GAINS, "100000元", "wrong_type"),
        (DUST, Decimal("2.50001"), "too_fine"),
        (DUST, Decimal("100.0001"), "too_large_value"),
        (DAY, 20260302, "not_a_date"),
        (DAY, "2026-02-30", "not_a_date"),
        (DAY, "1899-12-31", "too_small"),
        (DAY, "3000-01-01", "too_large_value"),
    ],
)
def test_what_a_fact_cannot_take_is_refused(fact: Fact, written: Any, code: str) -> None:
    assert refused(fact, written) == code


def test_a_refusal_says_what_may_be_written() -> None:
    with pytest.raises(BadValue) as caught:
        HARM.value("bad")
    assert caught.value.message == "“危害后果”没有“bad”这个选项"
    assert caught.value.help == "可填：none（没有后果）、minor（后果轻微）、grave（后果严重）"


def test_a_very_long_wrong_value_is_not_echoed_whole() -> None:
    with pytest.raises(BadValue) as caught:
        HARM.value("x" * 100_000)
    assert len(caught.value.message) < 100


def test_a_threshold_finer_than_the_step_is_refused() -> None:
    for fact, written in (
        (WORKERS, Decimal("2.5")),
        (GAINS, Decimal("0.005")),
        (SHARE, Decimal("1E-5")),
    ):
        with pytest.raises(BadValue) as caught:
            fact.threshold(written)
        assert caught.value.code == "too_fine"


@pytest.mark.parametrize(
    ("fact", "value", "text"),
    [
        (OVERDUE, True, "是"),
        (OVERDUE, None, "未查明"),
        (HARM, frozenset({"grave", "none"}), "没有后果或者后果严重"),
        (WORKERS, exactly(3), "3人"),
        (WORKERS, Span(2, 9), "2人至9人"),
        (WORKERS, Span(2, MAGNITUDE), "2人以上"),
        (GAINS, exactly(9_999_999), "99,999.99元"),
        (DAY, exactly(day_number("2026-03-02")), "2026-03-02"),
        (DUST, exactly(25_000), "2.5%"),
        (DUST, exactly(1_000_000), "100%"),
        (SHARE, exactly(100_000), "10%"),
    ],
)
def test_values_as_people_read_them(fact: Fact, value: Value | None, text: str) -> None:
    assert fact.show(value) == text


@examples(300)
@given(st.data(), st.sampled_from([OVERDUE, HARM, WORKERS, GAINS, DUST, DAY]))
def test_a_value_written_back_into_a_case_means_the_same(data: st.DataObject, fact: Fact) -> None:
    if fact.type == "flag":
        value: Value = data.draw(st.booleans())
    elif fact.choices:
        value = frozenset({data.draw(st.sampled_from(sorted(fact.choices)))})
    else:
        pair = data.draw(st.tuples(*[st.integers(fact.lo, fact.hi)] * 2).map(sorted))
        value = Span(*pair)
    plain = fact.plain(value)
    exact = _decimal(plain)
    if value != fact.everything():
        assert fact.value(exact) == value


def _decimal(plain: Any) -> Any:
    if isinstance(plain, dict):
        return {key: _decimal(each) for key, each in plain.items()}
    return Decimal(repr(plain)) if isinstance(plain, float) else plain


def test_only_computed_shares_lie_between_two_steps() -> None:
    fractional = {name for name, fact in FACTS.items() if fact.fractional}
    assert fractional == {"oxygen_gap"}
    assert not dataclasses.replace(SHARE, derived=False).fractional
    assert STEPS == {"count": 1, "amount": 100, "percent": 10_000, "date": 1}
