"""The reference of errors names every code there is, and none that is not.

To renew it after a change: `python -m tests.faults.reference`, then write what is still 待写.
"""

from __future__ import annotations

import re

from faults.codes import ROOT, uses
from faults.reference import REFERENCE, UNWRITTEN, expected, read, renewed


def test_every_code_can_be_read_off_the_source() -> None:
    hidden = [
        f"{use.module}:{use.line}"
        for use in uses("engine", "api")
        if not use.code and use.module != "api.http.errors"  # a table, of which the test knows
    ]
    assert hidden == [], "write the code out where it is given"


def test_every_code_is_explained_and_nothing_else() -> None:
    _, groups = read(REFERENCE.read_text("utf-8"))
    written = {f"{title}: {code}" for title, group in groups.items() for code in group.entries}
    there_are = {f"{title}: {code}" for title, codes in expected().items() for code in codes}
    assert sorted(there_are - written) == [], "run python -m tests.faults.reference, then write"
    assert sorted(written - there_are) == [], "no such code any more"


def test_every_entry_says_what_it_means_in_chinese_with_an_example() -> None:
    _, groups = read(REFERENCE.read_text("utf-8"))
    for title, group in groups.items():
        for code, entry in group.entries.items():
            assert re.search("[\u4e00-\u9fff]", entry.prose), f"{title}: {code}"
            assert UNWRITTEN not in entry.prose, f"{title}: {code}: say what it means"
            assert entry.example, f"{title}: {code}: give an example"


def test_an_example_written_by_hand_is_what_the_code_says() -> None:
    source = "".join(
        path.read_text("utf-8")
        for folder in ("engine", "api")
        for path in sorted((ROOT / folder).rglob("*.py"))
    )
    source = re.sub(r'"\s*\n\s*f?"', "", source)
    _, groups = read(REFERENCE.read_text("utf-8"))
    for title, codes in expected().items():
        for code in (code for code, generated in codes.items() if not generated):
            words = re.findall("[^“”；：:（）`<>{}…0-9]{6,}", groups[title].entries[code].example)
            assert any(each.strip() in source for each in words), f"{title}: {code}"


def test_the_order_and_the_examples_are_current() -> None:
    text = REFERENCE.read_text("utf-8")
    assert text == renewed(text), "run python -m tests.faults.reference"
