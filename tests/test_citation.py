"""Articles are counted in Chinese numerals as statutes print them."""

from __future__ import annotations

import pytest

from engine.citation import Citation, chinese_number

DIGITS = {digit: value for value, digit in enumerate("零一二三四五六七八九")}
UNITS = {"十": 10, "百": 100, "千": 1000}


def arabic(numeral: str) -> int:
    """A Chinese numeral read back: a digit counts for the unit after it."""
    total, digit = 0, 0
    for sign in numeral:
        if sign in UNITS:
            total, digit = total + (digit or 1) * UNITS[sign], 0
        else:
            digit = DIGITS[sign]
    return total + digit


@pytest.mark.parametrize(
    ("number", "numeral"),
    [
        (1, "一"),
        (9, "九"),
        (10, "十"),
        (11, "十一"),
        (19, "十九"),
        (20, "二十"),
        (97, "九十七"),
        (100, "一百"),
        (101, "一百零一"),
        (110, "一百一十"),
        (111, "一百一十一"),
        (114, "一百一十四"),
        (200, "二百"),
        (1000, "一千"),
        (1001, "一千零一"),
        (1010, "一千零一十"),
        (1100, "一千一百"),
        (1260, "一千二百六十"),
        (2005, "二千零五"),
        (9999, "九千九百九十九"),
    ],
)
def test_numbers_as_statutes_print_them(number: int, numeral: str) -> None:
    assert chinese_number(number) == numeral


def test_every_number_reads_back_as_itself() -> None:
    assert [arabic(chinese_number(number)) for number in range(1, 10_000)] == list(range(1, 10_000))


def test_no_numeral_has_a_needless_zero() -> None:
    numerals = [chinese_number(number) for number in range(1, 10_000)]
    assert not [each for each in numerals if "零零" in each or each[0] == "零" or each[-1] == "零"]
    assert len(set(numerals)) == len(numerals)


@pytest.mark.parametrize("number", [0, -1, 10_000])
def test_other_numbers_are_refused(number: int) -> None:
    with pytest.raises(ValueError):
        chinese_number(number)


@pytest.mark.parametrize(
    ("citation", "national", "text"),
    [
        (Citation("moon", 97, None, 7), True, "《中华人民共和国月球法》第九十七条第（七）项"),
        (Citation("moon", 97, None, 7), False, "《月球法》第九十七条第（七）项"),
        (Citation("moon", 114, 1, 1), False, "《月球法》第一百一十四条第一款第（一）项"),
        (Citation("moon", 10, 2, None), False, "《月球法》第十条第二款"),
        (Citation("moon", 5, None, 11), False, "《月球法》第五条第（十一）项"),
        (Citation("moon", 112, None, None), False, "《月球法》第一百一十二条"),
    ],
)
def test_a_citation_in_full(citation: Citation, national: bool, text: str) -> None:
    assert citation.text("月球法", national=national) == text
