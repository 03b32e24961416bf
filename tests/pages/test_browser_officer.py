"""The whole way of an officer in a real browser: on a desk, on a phone, by keyboard, in print."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from browsing import DESKTOP, NARROW, PHONE, computed, overflow, serious, window
from http_door import OFFICERS, Door, served
from playwright.sync_api import Browser, Page, Route, expect

SIZES = pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
WORKERS = '[id="v1.f.uncertified_workers"]'
IN_TIME = '[id="v1.f.overdue.false"]'


@pytest.fixture
def at(door: Door) -> Iterator[str]:
    """The address of a real server."""
    with served(door) as address:
        yield address


def answer(page: Page, workers: str = "2") -> None:
    """Answer both questions of the item."""
    with computed(page):
        page.check(IN_TIME)
    with computed(page):
        page.fill(WORKERS, workers)
    expect(page.locator(".status.settled")).to_be_visible()


@SIZES
def test_the_whole_way(
    door: Door, at: str, chromium: Browser, size: tuple[int, int], tmp_path: Path
) -> None:
    secret = door.somebody("officer").secret
    assert secret is not None
    with window(chromium, at, size) as page:
        page.goto("/")
        page.fill("#key", secret)
        page.click("button:has-text('登录')")
        page.fill("#q", "特种作业无证上岗")
        page.press("#q", "Enter")
        page.click("a.button[href='/case?item=wsl-097-7']")
        page.wait_for_url("**/case?item=*")
        with computed(page):
            page.fill('[id="p1.called"]', "望山机械厂")
        expect(page.locator(".status.open")).to_contain_text("还有 2 项")
        answer(page)
        expect(page.locator(".figure").first).to_have_text("罚款 30,000元至70,000元")
        expect(page.locator("svg.scale").first).to_be_visible()
        page.click("button:has-text('保存') >> visible=true")
        page.wait_for_url(re.compile("/cases/[0-9a-z]{26}$"))
        with page.expect_download() as download:
            page.click("text=下载裁量说明 >> nth=0")
        kept = tmp_path / download.value.suggested_filename
        download.value.save_as(kept)
        assert kept.stat().st_size > 500
        page.fill("#decided_on", "2026-04-20")
        page.fill('[id="party0.fine"]', "50000")
        for number, officer in enumerate(OFFICERS):
            page.fill(f'[id="officer{number}.name"]', officer["name"])
            page.fill(f'[id="officer{number}.certificate"]', officer["certificate"])
        page.click("button:has-text('登记决定')")
        expect(page.locator("#decisions")).to_contain_text("罚款 50,000元")
        expect(page.locator("#decisions")).to_contain_text("在幅度内")
        page.goto("/cases")
        page.click("text=望山机械厂")
        page.click("text=打开更正")
        expect(page.locator(WORKERS)).to_have_value("2")
        page.click("button:has-text('退出')")
        expect(page.locator("#key")).to_be_visible()


@SIZES
def test_nothing_is_seriously_wrong_for_readers_with_other_means(
    at: str, chromium: Browser, size: tuple[int, int]
) -> None:
    with window(chromium, at, size) as page:
        for path in ("/", "/?q=特种作业", "/match?q=无证", "/catalogue", "/catalogue?law=wsl",
                     "/items/wsl-097-7", "/cases"):  # fmt: skip
            page.goto(path)
            assert serious(page, chromium) == [], path
        page.goto("/case?item=wsl-097-7")
        assert serious(page, chromium) == []
        with computed(page):
            page.fill(WORKERS, "x")
        assert serious(page, chromium) == []
        answer(page)
        for each in page.locator("details:not([open]) > summary").all():
            if each.is_visible():
                each.click()
        assert serious(page, chromium) == []
        page.click("button:has-text('保存') >> visible=true")
        page.wait_for_url("**/cases/*")
        assert serious(page, chromium) == []


def test_sign_in_is_sound_for_readers_with_other_means(
    door: Door, at: str, chromium: Browser
) -> None:
    door.somebody("officer")
    with window(chromium, at) as page:
        page.goto("/sign-in")
        assert serious(page, chromium) == []


def test_no_page_is_wider_than_a_narrow_phone(at: str, chromium: Browser) -> None:
    with window(chromium, at, NARROW) as page:
        for path in ("/", "/?q=特种作业", "/match?q=无证", "/catalogue", "/catalogue?law=wsl",
                     "/items/wsl-097-7", "/cases", "/case?item=wsl-097-7"):  # fmt: skip
            page.goto(path)
            assert overflow(page) <= 0, path
        answer(page)
        assert overflow(page) <= 0
        with computed(page):
            page.fill('[id="p1.called"]', "长" * 10_000)
        page.click("button:has-text('保存') >> visible=true")
        page.wait_for_url("**/cases/*")
        assert overflow(page) <= 0
        page.goto("/cases")
        assert overflow(page) <= 0


def test_hostile_words_run_nothing(at: str, chromium: Browser) -> None:
    hostile = (
        "<img src=x onerror=\"document.title='owned'\"><script>document.title='owned'</script>"
    )
    with window(chromium, at) as page:
        page.goto("/case?item=wsl-097-7")
        with computed(page):
            page.fill('[id="p1.called"]', hostile)
        answer(page)
        expect(page.locator("article.outcome h3").first).to_contain_text(hostile)
        page.click("button:has-text('保存') >> visible=true")
        page.wait_for_url("**/cases/*")
        expect(page.locator("article.outcome h3").first).to_contain_text(hostile)
        assert "owned" not in page.title()


def test_the_keyboard_alone_is_enough(at: str, chromium: Browser) -> None:
    with window(chromium, at) as page:
        page.goto("/")
        expect(page.locator("#q")).to_be_focused()
        page.keyboard.type("特种作业无证")
        page.keyboard.press("Enter")
        page.wait_for_load_state()
        page.focus("a.button[href='/case?item=wsl-097-7']")
        page.keyboard.press("Enter")
        page.wait_for_url("**/case?item=*")
        page.focus('[id="v1.f.overdue.true"]')
        with computed(page):
            page.keyboard.press("ArrowRight")
        # The answer moves the question; the reader stays with it.
        expect(page.locator(IN_TIME)).to_be_focused()
        page.focus(WORKERS)
        with computed(page):
            page.keyboard.type("2")
        expect(page.locator(WORKERS)).to_be_focused()
        expect(page.locator(WORKERS)).to_have_value("2")
        with computed(page):
            page.keyboard.press("Enter")
        expect(page.locator(".status.settled")).to_be_visible()
        page.focus("button:has-text('保存')")
        page.keyboard.press("Enter")
        page.wait_for_url("**/cases/*")


def test_what_is_typed_while_an_answer_is_on_its_way_is_not_lost(
    at: str, chromium: Browser
) -> None:
    with window(chromium, at) as page:
        page.goto("/case?item=wsl-097-7")
        held: list[Route] = []
        page.route("**/case", lambda route: route.continue_() if held else held.append(route))
        page.check(IN_TIME)
        while not held:
            page.wait_for_timeout(20)
        page.fill('[id="p1.called"]', "望山")
        held[0].continue_()
        expect(page.locator('[id="p1.called"]')).to_have_value("望山")
        expect(page.locator("article.outcome h3").first).to_contain_text("望山")


def test_the_basic_way_needs_no_scripts(at: str, chromium: Browser) -> None:
    with window(chromium, at, scripts=False) as page:
        page.goto("/case?item=wsl-097-7")
        page.check(IN_TIME)
        page.fill(WORKERS, "2")
        page.press(WORKERS, "Enter")
        expect(page.locator(".figure").first).to_have_text("罚款 30,000元至70,000元")
        page.click("button:has-text('保存') >> visible=true")
        expect(page.locator("#decisions")).to_be_visible()


def test_a_server_that_is_gone_is_said(at: str, chromium: Browser) -> None:
    with window(chromium, at, but_for=("ERR_FAILED", "htmx:")) as page:
        page.goto("/case?item=wsl-097-7")
        page.route("**/case", lambda route: route.abort())
        page.check(IN_TIME)
        expect(page.locator("#fault")).to_contain_text("连不上服务器")
        # No figure stands beside answers that it was not computed from.
        expect(page.locator(".result")).to_be_hidden()
        page.unroute("**/case")
        page.click("p.row > button:has-text('重新计算')")
        expect(page.locator(".result")).to_be_visible()


def test_print_shows_the_result_and_no_controls(at: str, chromium: Browser) -> None:
    with window(chromium, at) as page:
        page.goto("/case?item=wsl-097-7")
        answer(page)
        page.click("button:has-text('保存') >> visible=true")
        page.wait_for_url("**/cases/*")
        page.emulate_media(media="print")
        expect(page.locator(".figure").first).to_be_visible()
        assert page.locator("header.top").is_hidden()
        assert page.locator("button:visible").count() == 0
