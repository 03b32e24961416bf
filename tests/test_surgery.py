"""Edits of YAML texts: the data comes out as meant, and every other byte stays."""

from __future__ import annotations

import unicodedata
from decimal import Decimal

import pytest
from helpers import FICTION, RULES, examples
from hypothesis import given
from hypothesis import strategies as st

from api.scaffolding.surgery import Surgery
from engine.flow import flow
from engine.source import parse

WORDS = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
AWKWARD = st.sampled_from(
    [
        "yes",
        "010",
        "2026-01-01",
        "null",
        "~",
        "1e3",
        "a: b",
        "a # b",
        "- a",
        "{",
        "【甲】，乙",
        "12:30",
    ]
)
SCALARS = st.one_of(
    st.none(), st.booleans(), st.integers(-(10**9), 10**9), st.decimals("0.01", 99, places=2)
)
VALUES = st.recursive(
    SCALARS | WORDS | AWKWARD,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(WORDS | AWKWARD, inner, max_size=3),
    max_leaves=8,
)


def data(text: str) -> object:
    return parse(text.encode(), "text").data


def normal(value: object) -> object:
    """As the strict reader gives it: whole decimals are integers, text is NFC."""
    if isinstance(value, dict):
        return {normal(key): normal(each) for key, each in value.items()}
    if isinstance(value, list):
        return [normal(each) for each in value]
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else value
    return unicodedata.normalize("NFC", value) if isinstance(value, str) else value


@examples(300)
@given(VALUES)
def test_a_value_in_flow_style_reads_back_as_it_is(value: object) -> None:
    assert normal(data(f"x: {flow(value)}")) == normal({"x": value})


@pytest.mark.parametrize(
    ("value", "written"),
    [
        ("应急〔2024〕90号", "应急〔2024〕90号"),
        ("26-A", "26-A"),
        ("1", '"1"'),
        ("2026-01-01", '"2026-01-01"'),
        ("甲, 乙", '"甲, 乙"'),
        ({"min": 10000, "max": Decimal("0.5")}, "{min: 10000, max: 0.5}"),
        ([True, None], "[true, null]"),
        ("1e3", '"1e3"'),
        (181342.46, "181342.46"),
        ('说“是”\n"否"', '"说“是”\\n\\"否\\""'),
        ("行\u2028行", '"行\\U00002028行"'),
        ("甲\u3000乙", "甲\u3000乙"),
    ],
)
def test_values_are_written_as_the_rules_write_them(value: object, written: str) -> None:
    assert flow(value) == written


OVERLAYS = [
    path
    for rules in (RULES, FICTION)
    for path in sorted(rules.glob("*/items/**/*.yaml"))
    if path.read_text("utf-8").startswith("overlays:")
][::4]


def test_a_row_goes_into_tables_as_we_have_them_and_nothing_else_moves() -> None:
    row = {"id": "Z9", "when": {"a_fact": {"is": 1}}, "fine": {"max": 1}, "status": "draft"}
    tried = 0
    for path in OVERLAYS:
        text = path.read_text("utf-8")
        before = data(text)
        for penalty, table in before["penalties"].items():
            for index in range(len(table["tiers"]) + 1):
                surgery = Surgery(text)
                surgery.insert(("penalties", penalty, "tiers"), index, flow(row))
                after = surgery.done()
                meant = data(text)
                meant["penalties"][penalty]["tiers"].insert(index, row)
                assert data(after) == meant, path
                kept = [line for line in after.splitlines() if "Z9" not in line]
                assert kept == text.splitlines(), path
                tried += 1
    assert tried > 100


FLOW = "a: {b: [1, 2], c: {d: e}}  # 注\n"
BLOCK = """# 头
a:
  b:
    # 第一个
    - 1  # 一
    - 2
  c:
    d: e  # 注

# 尾
z: |
  两
  行
"""


@pytest.mark.parametrize(
    ("text", "index", "after"),
    [
        (FLOW, 0, "a: {b: [9, 1, 2], c: {d: e}}  # 注\n"),
        (FLOW, 1, "a: {b: [1, 9, 2], c: {d: e}}  # 注\n"),
        (FLOW, 2, "a: {b: [1, 2, 9], c: {d: e}}  # 注\n"),
        (BLOCK, 0, BLOCK.replace("    - 1", "    - 9\n    - 1")),
        (BLOCK, 1, BLOCK.replace("# 一\n", "# 一\n    - 9\n")),
        (BLOCK, 2, BLOCK.replace("    - 2\n", "    - 2\n    - 9\n")),
    ],
)
def test_an_element_goes_where_it_is_told(text: str, index: int, after: str) -> None:
    surgery = Surgery(text)
    surgery.insert(("a", "b"), index, "9")
    assert surgery.done() == after


def test_members_come_and_go() -> None:
    for text, added in (
        (FLOW, "a: {b: [1, 2], x: 3, c: {d: e}}  # 注\n"),
        (BLOCK, BLOCK.replace("    - 2\n", "    - 2\n  x: 3\n")),
    ):
        surgery = Surgery(text)
        surgery.add_member(("a",), "x: 3", after="b")
        assert surgery.done() == added
        surgery = Surgery(added)
        surgery.remove_member(("a", "x"))
        assert surgery.done() == text


def test_a_member_at_the_end_stands_before_what_follows() -> None:
    surgery = Surgery(BLOCK)
    surgery.add_member((), "y:\n  - 1")
    assert surgery.done() == BLOCK + "y:\n  - 1\n"
    surgery = Surgery("a:\n  b: 1")
    surgery.add_member(("a",), "c: 2")
    assert surgery.done() == "a:\n  b: 1\n  c: 2"


def test_windows_line_ends_and_a_byte_order_mark_stay() -> None:
    surgery = Surgery("\ufeffa:\r\n  - 1 # x\r\n  - 2\r\nb: 3\r\n")
    surgery.insert(("a",), 1, "9")
    surgery.add_member((), "c: 4")
    surgery.prepend("# 头")
    assert surgery.done() == "\ufeff# 头\r\na:\r\n  - 1 # x\r\n  - 9\r\n  - 2\r\nb: 3\r\nc: 4\r\n"


def test_what_is_quoted_is_replaced_with_its_quotes() -> None:
    surgery = Surgery("a: 'x'  # 注\nb: \"y\"\n")
    surgery.replace(("a",), "1")
    surgery.replace(("b",), "'2'")
    assert surgery.done() == "a: 1  # 注\nb: '2'\n"
