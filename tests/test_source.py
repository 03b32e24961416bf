"""YAML is read strictly: what looks like a trap is text or is refused, with its place."""

from __future__ import annotations

import unicodedata
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from engine.faults import Finding, InputFault
from engine.source import MAX_BYTES, MAX_DEPTH, Source, json_pointer, parse, read_source


def data(text: str) -> Any:
    return parse(text.encode(), "case.yaml").data


def refused(raw: str | bytes) -> Finding:
    with pytest.raises(InputFault) as caught:
        parse(raw.encode() if isinstance(raw, str) else raw, "case.yaml")
    (finding,) = caught.value.findings
    return finding


# What is read -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    "word",
    [
        "yes",
        "no",
        "on",
        "off",
        "y",
        "n",
        "True",
        "FALSE",
        "010",
        "0x1F",
        "0o17",
        "0b11",
        "1_000",
        "12:30:45",
        "2026-03-02",
        "2026-03-02T10:00:00Z",
        "1.",
        ".5",
        "1e5e5",
        "NULL",
        "Null",
        "１２",
        "<<",
        "=",
        "三人",
    ],
)
def test_only_json_words_are_more_than_text(word: str) -> None:
    assert data(f"a: {word}") == {"a": word}


@pytest.mark.parametrize(
    ("word", "value"),
    [
        ("true", True),
        ("false", False),
        ("null", None),
        ("~", None),
        ("", None),
        ("0", 0),
        ("-0", 0),
        ("12", 12),
        ("-12", -12),
        ("30000.0", 30000),
        ("3e4", 30000),
        ("0.01", Decimal("0.01")),
        ("99999.99", Decimal("99999.99")),
        ("1000000000000", 10**12),
    ],
)
def test_numbers_are_exact_and_whole_where_they_can_be(word: str, value: Any) -> None:
    read = data(f"a: {word}")["a"]
    assert read == value
    assert type(read) is type(value)


@pytest.mark.parametrize("quoted", ['"12"', "'12'", '"true"', '"null"', "'~'", '"NaN"', '"3e4"'])
def test_quotes_make_text(quoted: str) -> None:
    assert data(f"a: {quoted}") == {"a": quoted[1:-1]}


def test_json_is_read_as_it_is() -> None:
    text = '{"案件": {"人数": [1, 2.50, true, null, "三"]}}'
    assert data(text) == {"案件": {"人数": [1, Decimal("2.50"), True, None, "三"]}}


def test_text_and_keys_become_nfc() -> None:
    decomposed = unicodedata.normalize("NFD", "Café-ñ")
    assert decomposed != "Café-ñ"
    assert data(f"{decomposed}: {decomposed}") == {"Café-ñ": "Café-ñ"}
    assert data(f'"{decomposed}": "{decomposed}"') == {"Café-ñ": "Café-ñ"}


def test_a_byte_order_mark_and_windows_line_ends_do_no_harm() -> None:
    assert parse(b"\xef\xbb\xbfa: 1\r\nb: 2\r\n", "case.yaml").data == {"a": 1, "b": 2}


# What is refused --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "code", "line", "column"),
    [
        ("a: 1\nb: 2\na: 3\n", "duplicate_key", 3, 1),
        ("x:\n  a: 1\n  'a': 2\n", "duplicate_key", 3, 3),
        ("{a: 1, a: 2}", "duplicate_key", 1, 8),
        ("café: 1\ncafe\u0301: 2\n", "duplicate_key", 2, 1),
        ("a: &x [1]\nb: *x\n", "alias", 1, 4),
        ("a: *nowhere\n", "alias", 1, 4),
        ("a: !!python/object:os.system x\n", "tag", 1, 4),
        ("a: !!str 12\n", "tag", 1, 4),
        ("!!map {a: 1}\n", "tag", 1, 1),
        ("? [a, b]\n: 1\n", "bad_key", 1, 3),
        ("a: 1\n---\nb: 2\n", "several_documents", 2, 1),
        ("", "empty", 1, 1),
        ("# 只有注释\n", "empty", 1, 1),
        ("a: NaN\n", "not_a_number", 1, 4),
        ("a: .nan\n", "not_a_number", 1, 4),
        ("a: [1, .inf]\n", "not_a_number", 1, 8),
        ("a: -Infinity\n", "text_or_fault", 1, 4),
        ("a: 1e309\n", "number_too_large", 1, 4),
        ("a: 1e-309\n", "number_too_large", 1, 4),
        ("a: 1e99999999999\n", "number_too_large", 1, 4),
        ("a: " + "9" * 31 + "\n", "number_too_large", 1, 4),
        ("a: [1, 2\nb: 3\n", "not_yaml", 2, 2),
        ("a: 'x\n", "not_yaml", 2, 1),
        ("a:\n\t- 1\n", "not_yaml", 2, 1),
        ("a: b: c\n", "not_yaml", 1, 5),
        ("a: \x00\n", "not_yaml", 1, 4),
    ],
)
def test_traps_are_refused_where_they_stand(text: str, code: str, line: int, column: int) -> None:
    if code == "text_or_fault":  # JavaScript's word: never a number, whichever way
        assert not isinstance(data(text)["a"], float | int | Decimal)
        return
    finding = refused(text)
    assert (finding.code, finding.place.line) == (code, line)
    assert code == "not_yaml" or finding.place.column == column


def test_a_billion_laughs_are_refused_at_the_first() -> None:
    laughs = "\n".join(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 30))
    assert refused(f"a0: &a0 [lol]\n{laughs}").code == "alias"


@pytest.mark.parametrize("opening", ["[", "{a: ", "- "])
def test_nesting_has_a_limit(opening: str) -> None:
    closing = {"[": "]", "{a: ": "}", "- ": ""}[opening]
    just = opening * MAX_DEPTH + "1" + closing * MAX_DEPTH
    assert data(just)
    assert refused(opening * (MAX_DEPTH + 1) + "1" + closing * (MAX_DEPTH + 1)).code == "too_deep"
    assert refused(opening * 20_000).code == "too_deep"


def test_a_file_of_one_mebibyte_is_read_and_one_byte_more_is_not(tmp_path: Path) -> None:
    path = tmp_path / "large.yaml"
    path.write_bytes(b"a: 1 #" + b"x" * (MAX_BYTES - 6))
    assert read_source(path).data == {"a": 1}
    path.write_bytes(b"a: 1 #" + b"x" * (MAX_BYTES - 5))
    with pytest.raises(InputFault) as caught:
        read_source(path)
    assert [each.code for each in caught.value.findings] == ["too_large"]


def test_gbk_is_named_as_the_likely_cause() -> None:
    finding = refused("a: 1\nb: 人数\n".encode("gbk"))
    assert str(finding) == (
        "case.yaml:2:4: not_utf8: 文件不是 UTF-8 编码（可能是 GBK）；请用编辑器另存为 UTF-8"
    )


def test_a_surrogate_half_is_refused() -> None:
    assert refused(b"a: \xed\xa0\x80\n").code == "not_utf8"


def test_what_is_not_a_readable_file_is_said(tmp_path: Path) -> None:
    for path, code in ((tmp_path, "is_a_directory"), (tmp_path / "none.yaml", "no_such_file")):
        with pytest.raises(InputFault) as caught:
            read_source(path)
        (finding,) = caught.value.findings
        assert (finding.code, finding.place.file) == (code, str(path))


# Places -----------------------------------------------------------------------------------

CASE = """\
case:
  facts: {人数: 3, 逾期: true}
  parties:
    - id: co
      facts:
        income: 100
    - {id: boss}
"""


def place(source: Source, *pointer: str | int, key: bool = False) -> tuple[int, int]:
    found = source.place(pointer, key=key)
    return found.line, found.column


def test_every_node_knows_its_place() -> None:
    source = parse(CASE.encode(), "case.yaml")
    assert place(source) == (1, 1)
    assert place(source, "case", "facts", "逾期") == (2, 22)
    assert place(source, "case", "facts", "逾期", key=True) == (2, 18)
    assert place(source, "case", "parties", 0, "facts", "income") == (6, 17)
    assert place(source, "case", "parties", 0, "facts", "income", key=True) == (6, 9)
    assert place(source, "case", "parties", 1) == (7, 7)


def test_an_element_of_a_list_has_no_key_and_stands_where_it_stands() -> None:
    source = parse(CASE.encode(), "case.yaml")
    assert place(source, "case", "parties", 1, key=True) == (7, 7)
    assert place(source, "case", "parties", 0, key=True) == (4, 7)


def test_what_is_not_there_has_the_place_of_what_it_should_be_in() -> None:
    source = parse(CASE.encode(), "case.yaml")
    assert place(source, "case", "parties", 0, "facts", "age") == (5, 7)
    assert place(source, "case", "parties", 9, "name") == (3, 3)


def test_a_part_keeps_the_places_of_the_whole() -> None:
    part = parse(CASE.encode(), "case.yaml").part(("case", "parties", 0))
    assert part.data == {"id": "co", "facts": {"income": 100}}
    assert place(part, "facts", "income") == (6, 17)
    assert place(part, "id", key=True) == (4, 7)


def test_json_pointers_escape_what_they_must() -> None:
    assert json_pointer(("facts", "a/b~c", 0)) == "/facts/a~1b~0c/0"
    assert json_pointer(()) == ""
