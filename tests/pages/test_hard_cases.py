"""Pages under hard cases: too much, in the wrong order, in words of a file, left unsaved."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from browsing import DESKTOP, NARROW, computed, window
from http_door import Door, served
from playwright.sync_api import Browser, Dialog, Page, expect
from visitor import Fields, Visitor, somebody

from api.pages.frame import POLICY

FACTS = {"v1__f__uncertified_workers__value": "1", "v1__f__overdue__value": "false"}
WORKERS = '[id="v1.f.uncertified_workers"]'


@pytest.fixture
def at(door: Door) -> Iterator[str]:
    """The address of a real server."""
    with served(door) as address:
        yield address


def numbered(letter: str, count: int, **more: str) -> dict[str, Any]:
    """The fields of so many parties or violations."""
    fields = {f"{letter}{n}.id": f"{letter}{n}" for n in range(1, count + 1)}
    for name, value in more.items():
        fields |= {f"{letter}{n}.{name}": value for n in range(1, count + 1)}
    return fields


# Too much ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fields", "word"),
    [(numbered("p", 9000), "100 个当事人"), (numbered("v", 51, item="wsl-097-7"), "50 个违法")],
    ids=["parties", "violations"],
)
@pytest.mark.parametrize("to", ["/case", "/cases"])
def test_more_than_a_case_may_have_is_refused_before_a_page_is_made_of_it(
    door: Door, fields: dict[str, Any], word: str, to: str
) -> None:
    us = Visitor(door)
    us.get("/case?item=wsl-097-7")
    answer = us.client.post(to, data={**Fields(us.page, "case").sent, **fields})
    assert answer.status_code == 413
    assert f"最多 {word}" in answer.text
    assert len(answer.text) < 5000


# Headers -----------------------------------------------------------------------------------


def test_an_address_in_chinese_goes_into_a_header(door: Door) -> None:
    us = Visitor(door)
    answer = us.client.get("/sign-in", params={"next": "/?q=找"}, headers={"HX-Request": "true"})
    assert answer.headers["hx-redirect"] == "/?q=%E6%89%BE"


def test_the_page_for_an_error_nobody_expected_has_the_policy_too(
    door: Door, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise RuntimeError

    monkeypatch.setattr(door.store, "evaluations", broken)
    answer = Visitor(door).get("/cases")
    assert answer.status_code == 500
    assert answer.headers["content-security-policy"] == POLICY
    assert answer.headers["cache-control"] == "no-store"


# Words -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        (
            {"v1__dates__acted_on": "2026-05-05", "c__dates__found_on": "2026-01-01"},
            "发现之日早于违法行为发生之日",
        ),
        (
            {"v1__dates__acted_on": "2026-05-05", "v1__dates__ended_on": "2026-01-01"},
            "行为终了之日早于违法行为发生之日",
        ),
        (
            {
                "v1__f__uncertified_workers__from": "9",
                "v1__f__uncertified_workers__to": "3",
            },
            "范围写反了",
        ),
        ({"case_id": "长" * 201}, "立案号最多 200 个字"),
    ],
    ids=["found", "ended", "bounds", "number"],
)
def test_a_fault_is_said_in_the_words_of_the_form(
    door: Door, fields: dict[str, str], said: str
) -> None:
    page = Visitor(door).case(**fields).text
    assert said in page
    listed = re.findall('<p class="fault"[^>]*>(.*?)</p>', page)
    assert listed
    for fault in listed:
        assert not re.search("[a-z]{2,}_|“id”|from", re.sub("<[^>]*>", "", fault))
    for name in re.findall('<a href="#([^"]+-fault)"', page):
        assert f'id="{name}"' in page


def test_warnings_speak_of_rules_by_their_names(door: Door) -> None:
    page = Visitor(door).case("hcr-078-1-5").text
    assert "该事项的规定已经失效" in page
    notice = page[page.index("<h3>注意</h3>") :].partition("</ul>")[0]
    assert "hcr-078-1-5" not in notice
    assert "发现新的危险特性不公告" in notice
    assert "--published-only" not in page
    assert "--rule-set" not in page


def test_a_warning_about_an_item_without_known_rows_names_party_and_stage(door: Door) -> None:
    page = Visitor(door).case("wsl-109", v1__f__overdue__value="false").text
    assert "wsl-109/" not in page.partition("<h3>注意</h3>")[2].partition("</ul>")[0]


def test_a_fine_of_which_nothing_is_known_is_not_said_to_begin_at_nothing(door: Door) -> None:
    page = Visitor(door).case("wsl-095-1").text
    assert "罚款数额未定" in page
    assert "0元以上" not in page


# In a browser ------------------------------------------------------------------------------


def overlapping(page: Page) -> list[str]:
    """Words in drawings that run into each other, or out of the page."""
    found: list[str] = page.evaluate(
        """() => [...document.querySelectorAll("svg.scale")].flatMap((drawing) => {
          const words = [...drawing.querySelectorAll("text")]
            .map((each) => [each.textContent, each.getBoundingClientRect()])
            .filter(([, box]) => box.width);
          const wrong = words.filter(([, b]) => b.left < 0 || b.right > innerWidth);
          const pairs = words.flatMap(([one, a], n) => words.slice(n + 1)
            .filter(([, b]) => a.left < b.right - 1 && b.left < a.right - 1 &&
                               a.top < b.bottom - 4 && b.top < a.bottom - 4)
            .map(([other]) => `${one} × ${other}`));
          return [...wrong.map(([one]) => one), ...pairs];
        })"""
    )
    return found


@pytest.mark.parametrize("size", [DESKTOP, NARROW], ids=["desktop", "narrow"])
def test_no_words_in_a_drawing_run_into_each_other(
    at: str, chromium: Browser, size: tuple[int, int]
) -> None:
    with window(chromium, at, size) as page:
        for item in (
            "wsl-097-7",
            "wsl-103-1",
            "wsl-097-1",
            "wsl-114-1-1",
            "hcr-078-1-5",
            "wsl-099-1",
        ):
            page.goto(f"/items/{item}")
            assert overlapping(page) == [], item
            page.goto(f"/case?item={item}")
            assert overlapping(page) == [], item
        page.goto("/case?item=wsl-097-7")
        with computed(page):
            page.check('[id="v1.f.overdue.true"]')
        with computed(page):
            page.fill(WORKERS, "2")
        expect(page.locator(".status.settled")).to_be_visible()
        assert overlapping(page) == []


def test_leaving_what_is_not_saved_asks_first(at: str, chromium: Browser) -> None:
    asked: list[str] = []

    def seen(dialog: Dialog) -> None:
        asked.append(dialog.type)
        dialog.accept()

    with window(chromium, at) as page:
        page.on("dialog", seen)
        page.goto("/case?item=wsl-097-7")
        page.goto("/case?item=wsl-097-7")
        assert asked == []
        with computed(page):
            page.check('[id="v1.f.overdue.false"]')
        with computed(page):
            page.fill(WORKERS, "2")
        with page.context.expect_page() as opened:
            page.click(".result a[href^='/items/'] >> nth=0")
        expect(opened.value.locator("h1")).to_contain_text("特种作业")
        expect(page.locator(WORKERS)).to_have_value("2")
        page.goto("/cases")
        assert asked == ["beforeunload"]
        page.goto("/case?item=wsl-097-7")
        with computed(page):
            page.check('[id="v1.f.overdue.false"]')
        page.click("button:has-text('保存') >> visible=true")
        page.wait_for_url("**/cases/*")
        assert asked == ["beforeunload"]


def test_a_double_click_on_save_makes_one_record(door: Door, at: str, chromium: Browser) -> None:
    with window(chromium, at) as page:
        page.goto("/case?item=wsl-097-7")
        with computed(page):
            page.fill(WORKERS, "2")
        page.dblclick("button:has-text('保存') >> visible=true")
        page.wait_for_url("**/cases/*")
        page.go_back()
        expect(page.locator("h1")).to_have_text("办案")
        page.goto("/cases")
        expect(page.locator("table.records tbody tr")).to_have_count(1)


def test_dates_and_words_are_chinese(at: str, chromium: Browser) -> None:
    with window(chromium, at) as page:
        page.goto("/case?item=wsl-097-7")
        assert page.evaluate("navigator.language") == "zh-CN"
        assert page.evaluate("document.documentElement.lang") == "zh-CN"


# Records -----------------------------------------------------------------------------------


def test_without_a_party_there_is_nothing_to_decide(door: Door) -> None:
    us = Visitor(door)
    id = us.saved(v1__dates__acted_on="2015-03-02", c__dates__decided_on="2026-04-20")
    page = us.get(f"/cases/{id}").text
    assert "没有可以适用的规则" in page
    assert "不能登记决定" in page
    assert 'name="decided_on"' not in page


def test_a_decision_is_asked_for_beside_its_range_in_words(door: Door) -> None:
    us = Visitor(door)
    id = us.saved("wsl-095-1")
    page = us.get(f"/cases/{id}").text
    assert "结果：罚款数额未定" in page
    assert "至 —" not in page


def test_a_correction_cannot_replace_what_another_office_recorded(door: Door) -> None:
    theirs = somebody(door, "officer", "裕安").saved(**FACTS)
    ours = somebody(door, "officer", "叶集")
    ours.get("/case?item=wsl-097-7")
    answer = ours.send("case", "/cases", **FACTS, replaces=theirs)
    assert answer.status_code == 404
    assert ours.get(f"/case?from={theirs}").status_code == 404


@pytest.mark.parametrize("method", ["HEAD", "OPTIONS", "PUT", "DELETE", "TRACE"])
def test_other_methods_are_refused_as_pages(door: Door, method: str) -> None:
    answer = Visitor(door).client.request(method, "/cases", headers={"Accept": "text/html"})
    assert answer.status_code == 405
    assert answer.headers["content-security-policy"] == POLICY


def test_a_party_without_a_name_is_not_called_by_a_code(door: Door) -> None:
    us = Visitor(door)
    us.case(**FACTS)
    draft = us.page.partition("说理草稿")[2].partition("</details>")[0]
    assert "经查，当事人1（生产经营单位）" in draft


def test_what_else_the_law_allows_is_named(door: Door) -> None:
    case = {
        "item": "wsl-114-1-2",
        "facts": {
            "deaths": 3,
            "serious_injuries": 0,
            "direct_loss": 0,
            "especially_serious": True,
            "especially_vile": True,
            "extreme_circumstances": 1,
        },
    }
    id = door.nobody().record(case)["id"]
    page = Visitor(door).get(f"/cases/{id}").text
    assert "不采用加倍的规定" in page
    assert "wsl-114-1-2/unit" not in re.sub("<code>.*?</code>", "", page)
