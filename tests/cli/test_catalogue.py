"""The catalogue as a bureau publishes it, and the list of papers a maintainer works through."""

from __future__ import annotations

import csv
import io
import json
from html.parser import HTMLParser
from pathlib import Path

import pytest
from openpyxl import load_workbook

from api.catalogue import AWAITED, COLUMNS


class Page(HTMLParser):
    """The tags, text and addresses of a page; every tag that is opened must be closed."""

    VOID = frozenset({"meta", "br", "link", "img"})

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: set[str] = set()
        self.text: list[str] = []
        self.leads: list[str] = []
        self.anchors: list[str] = []
        self.feed(text)
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        for name, value in attrs:
            if name in ("href", "src") and value:
                self.leads.append(value)
            if name == "id" and value:
                self.anchors.append(value)
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text.append(data)


@pytest.fixture
def whole(liangfa) -> dict:
    return json.loads(liangfa("catalogue", "--format", "json").out)


def test_the_page_stands_alone_and_names_every_item(liangfa, whole) -> None:
    said = liangfa("catalogue", "--format", "html")
    page = Page(said.out)
    text = "".join(page.text)
    assert "script" not in page.tags and all(each.startswith("#") for each in page.leads)
    assert len(page.anchors) == len(set(page.anchors))
    assert {each[1:] for each in page.leads} <= set(page.anchors)
    for law in whole["laws"]:
        for item in law["items"]:
            assert item["title"] in text and item["id"] in text
    assert "没有法律效力，不能写作处罚的依据" in text


def test_csv_and_workbook_have_one_line_a_tier(liangfa, whole, tmp_path: Path) -> None:
    lines = 0
    for law in whole["laws"]:
        for item in law["items"]:
            lines += sum(max(1, len(penalty["tiers"])) for penalty in item["penalties"])
    text = liangfa("catalogue", "--format", "csv").out
    assert text.startswith("\ufeff")
    rows = list(csv.reader(io.StringIO(text.lstrip("\ufeff"))))
    assert rows[0] == list(COLUMNS) and len(rows) == 1 + lines
    file = tmp_path / "目录.xlsx"
    assert liangfa("catalogue", "--format", "xlsx", "--output", str(file)).code == 0
    book = load_workbook(file)
    sheet, awaited = (list(each.iter_rows(values_only=True)) for each in book.worksheets)
    assert [[each or "" for each in row] for row in sheet] == rows
    assert awaited[0] == AWAITED and len(awaited) == 1 + len(whole["awaits"])
    assert not any(cell.data_type == "f" for row in book.worksheets[0] for cell in row)


def test_who_waits_for_which_paper(whole) -> None:
    first = whole["awaits"][0]
    assert "应急〔2024〕90号" in first["document"] and len(first["items"]) > 150
    waiting = {item["id"] for each in whole["awaits"] for item in each["items"]}
    drafts = {
        item["id"]
        for law in whole["laws"]
        for item in law["items"]
        if item["status"] == "draft" or any(p["status"] == "draft" for p in item["penalties"])
    }
    assert drafts <= waiting
    parameters = {each["id"] for paper in whole["awaits"] for each in paper["parameters"]}
    assert {"hearing_fine_unit", "average_wage"} <= parameters


def test_a_day_chooses_the_editions_in_force(liangfa) -> None:
    def laws(day: str) -> set[str]:
        data = json.loads(liangfa("catalogue", "--on", day, "--format", "json").out)
        return {law["id"] for law in data["laws"]}

    assert {"hcr", "apm"} <= laws("2026-01-31") and "hcl" not in laws("2026-01-31")
    assert "hcl" in laws("2026-05-01") and not {"hcr", "apm"} & laws("2026-05-01")


def test_published_only_holds_nothing_unverified(liangfa) -> None:
    said = liangfa("catalogue", "--published-only", "--format", "json")
    data = json.loads(said.out)
    for law in data["laws"]:
        for item in law["items"]:
            for penalty in item["penalties"]:
                assert {item["status"], penalty["status"]} == {"verified"}
                assert {tier["status"] for tier in penalty["tiers"]} <= {"verified"}
    assert data["total"]["proposed"] == 0


def test_a_short_answer_counts_by_law(liangfa, whole) -> None:
    said = liangfa("catalogue")
    assert f"合计：事项 {whole['total']['items']}" in said.out
    assert "【待取得的文件】" in said.out
    for name in ("items", "verified", "draft", "penalties", "graded"):
        assert sum(each[name] for each in whole["counts"]) == whole["total"][name]


def test_what_cannot_be_written_is_told(liangfa, in_folder: Path) -> None:
    said = liangfa("catalogue", "--format", "html", "--output", "nowhere/目录.html")
    assert (said.code, said.out) == (2, "")
    assert said.err == (
        "--output:1:1: bad_option: 不能写到“nowhere/目录.html”；"
        "请检查目录是否存在、有没有写入的权限\n"
    )
    assert list(in_folder.iterdir()) == []
    said = liangfa("catalogue", "--on", "2026-02-30")
    assert (said.code, said.err) == (
        2,
        "--on:1:1: bad_option: “2026-02-30”不是日历上的日子；请写成 2026-03-02 这样的日期\n",
    )


def test_the_vocabulary_has_one_name_and_one_question(liangfa) -> None:
    facts = json.loads(liangfa("facts", "--format", "json").out)
    stated = [each for each in facts if not each["how"]]
    for key in ("name", "label", "ask"):
        values = [each[key] for each in stated]
        assert len(values) == len(set(values)), key
    for each in stated:
        assert each["ask"].endswith("？"), each["name"]
        assert each["unit"] or each["type"] not in ("count", "amount"), each["name"]
    assert "uncertified_workers" in liangfa("facts").out
