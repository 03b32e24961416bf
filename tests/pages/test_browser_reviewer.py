"""The whole way of a reviewer in a real browser: from past decisions in a file to the case that
stands out; on a desk, on a phone, by keyboard, without scripts."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from browsing import DESKTOP, NARROW, PHONE, overflow, serious, window
from http_door import CASE, OFFICERS, Door, served
from playwright.sync_api import Browser, Page, expect
from records import past

from api.store import PROGRAM

SIZES = pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
HEAD = "决定书文号,机关,决定日期,违法行为,当事人类型,阶段,阶次,情节,罚款金额（元）,当事人\n"
LINE = "叶应急罚〔2025〕{0}号,叶集,2025年3月{0}日,wsl-097-7,生产经营单位,首次,A,无,{1},某厂\n"
HOSTILE = "=cmd()<script>alert(1)</script>"


@pytest.fixture
def at(door: Door) -> Iterator[str]:
    """The address of a real server."""
    with served(door) as address:
        yield address


@pytest.fixture
def table(tmp_path: Path) -> Path:
    """Five past decisions that are alike, and one that nobody can read, as offices keep them."""
    fines = ["15000", "1.5万", "14,000元", "壹万陆仟元整", "15500", HOSTILE]
    file = tmp_path / "以往的决定.csv"
    lines = [LINE.format(number, f'"{fine}"') for number, fine in enumerate(fines, 1)]
    file.write_bytes((HEAD + "".join(lines)).encode("gb18030"))
    return file


def decided(door: Door, fine: float) -> str:
    """A case of another office, decided."""
    officer = door.somebody("officer", "裕安")
    id = str(officer.record(CASE)["id"])
    body = {
        "decided_on": "2026-04-20",
        "parties": [{"party": "plant", "fine": fine}],
        "reason": "综合裁量",
        "officers": OFFICERS,
    }
    assert officer.post(f"/v1/evaluations/{id}/decision", body).status_code == 201
    return id


def sign_in(door: Door, page: Page, role: str = "reviewer") -> None:
    secret = door.somebody(role, "叶集").secret
    assert secret is not None
    page.goto("/reviews")
    page.fill("#key", secret)
    page.click("button:has-text('登录')")
    expect(page.locator("h1")).to_contain_text("是否一致")


def import_table(page: Page, table: Path) -> None:
    page.click("text=导入以往的决定")
    page.set_input_files("#file", table)
    page.click("button:has-text('读这个文件')")
    expect(page.locator("h2 >> nth=0")).to_have_text("读好了，还没有写入")


@SIZES
def test_from_a_file_to_the_case_that_stands_out(
    door: Door, at: str, chromium: Browser, size: tuple[int, int], table: Path, tmp_path: Path
) -> None:
    odd = decided(door, 30000)
    with window(chromium, at, size) as page:
        sign_in(door, page)
        import_table(page, table)
        expect(page.locator("main")).to_contain_text("能读的 5 行")
        expect(page.locator("main")).to_contain_text(f"“{HOSTILE}”不是金额")
        with page.expect_download() as download:
            page.click("text=下载这些行和原因")
        kept = tmp_path / "rejects.csv"
        download.value.save_as(kept)
        assert f"'{HOSTILE}" in kept.read_text("utf-8-sig")
        assert overflow(page) == 0
        page.click("button:has-text('导入这 5 行')")
        expect(page.locator(".notice.good")).to_contain_text("已导入 5 行")
        page.click("a:has-text('看同类案件')")
        group = page.locator("section.group")
        expect(group).to_have_count(1)
        expect(group).to_contain_text("6 件可以比较")
        expect(group.locator("svg.strip .dot")).to_have_count(6)
        expect(group.locator("li .badge.apart")).to_have_count(1)
        group.locator("svg.strip a.apart").focus()
        page.keyboard.press("Enter")
        page.wait_for_url(re.compile(f"/cases/{odd}$"))
        expect(page.locator("main")).to_contain_text("30,000元")
        expect(page.locator("main")).not_to_contain_text("望山机械厂")


@SIZES
def test_a_group_its_imported_cases_and_its_sheet(
    door: Door, at: str, chromium: Browser, size: tuple[int, int]
) -> None:
    rows = [past(2 + n, 1_500_000 + 10_000 * n, office=("叶集", "裕安")[n % 2]) for n in range(12)]
    door.store.add_import([*rows, past(40, 3_200_000)], "0" * 64, PROGRAM)
    with window(chromium, at, size) as page:
        sign_in(door, page)
        page.click("section.group h2 a")
        expect(page.locator("h2:has-text('各机关')")).to_be_visible()
        assert overflow(page) == 0
        page.locator("svg.strip a.apart").click()
        expect(page.locator("dl.facts")).to_contain_text("裕应急罚〔2025〕40号")
        expect(page.locator("dl.facts")).to_contain_text("高于幅度")
        page.click("text=看同一事项的案件")
        expect(page.locator("#item")).to_have_value("wsl-097-7")
        page.select_option("#office", "叶集")
        page.click("button:has-text('查看')")
        expect(page.locator("section.group")).to_contain_text("6 件可以比较")
        with page.expect_download() as download:
            page.click("text=导出 XLSX")
        assert download.value.suggested_filename == "review.xlsx"


@pytest.mark.parametrize(
    ("size", "scripts"),
    [(DESKTOP, True), (PHONE, True), (DESKTOP, False)],
    ids=["desktop", "phone", "without-scripts"],
)
def test_a_wrong_file_is_withdrawn_and_imported_again(
    door: Door, at: str, chromium: Browser, size: tuple[int, int], scripts: bool, table: Path
) -> None:
    with window(chromium, at, size, scripts=scripts) as page:
        sign_in(door, page)
        import_table(page, table)
        page.click("button:has-text('导入这 5 行')")
        page.click(".notice.good >> text=批次 >> a")
        expect(page.locator("h1")).to_have_text("以往的决定.csv")
        assert overflow(page) == 0
        if scripts:
            assert serious(page, chromium) == []
        page.fill("#reason", "选错了年份")
        page.click("button:text-is('撤回')")
        expect(page.locator("#sure:invalid")).to_have_count(1)  # the browser asks for the tick
        page.check("#sure")
        page.click("button:text-is('撤回')")
        expect(page.locator(".notice.loud")).to_contain_text("这一批已经撤回")
        expect(page.locator(".notice.loud")).to_contain_text("选错了年份")
        page.click("a:text-is('同类案件一致性')")
        expect(page.locator("main")).to_contain_text("没有可以比较的决定")
        import_table(page, table)
        page.click("button:has-text('导入这 5 行')")
        expect(page.locator(".notice.good")).to_contain_text("已导入 5 行")
        page.click("a:has-text('再导入一个文件')")
        expect(page.locator("#imports tbody tr")).to_have_count(2)
        expect(page.locator("#imports")).to_contain_text("已撤回")


def test_without_scripts(door: Door, at: str, chromium: Browser, table: Path) -> None:
    with window(chromium, at, scripts=False) as page:
        sign_in(door, page)
        import_table(page, table)
        page.click("button:has-text('导入这 5 行')")
        expect(page.locator(".notice.good")).to_contain_text("已导入 5 行")
        page.click("a:has-text('看同类案件')")
        page.locator("svg.strip .dot").first.click()
        expect(page.locator("h1")).to_have_text("导入的决定")


@SIZES
def test_nothing_is_seriously_wrong_for_readers_with_other_means(
    door: Door, at: str, chromium: Browser, size: tuple[int, int], table: Path
) -> None:
    rows = [past(2 + n, 1_500_000 + 10_000 * n) for n in range(30)]
    many = [past(100 + n, 10_000 * n, tier="cn-mem:B") for n in range(300)]
    door.store.add_import([*rows, *many, past(40, 3_200_000)], "0" * 64, PROGRAM)
    with window(chromium, at, size) as page:
        sign_in(door, page)
        assert serious(page, chromium) == []
        page.click("section.group h2 a >> nth=0")
        assert serious(page, chromium) == []
        page.goto("/reviews")
        import_table(page, table)
        page.locator("details summary").click()
        assert serious(page, chromium) == []
        page.goto("/reviews/imports")
        assert serious(page, chromium) == []


def test_on_a_narrow_phone_nothing_is_cut_off(
    door: Door, at: str, chromium: Browser, table: Path
) -> None:
    door.store.add_import([past(2 + n, 1_000_000 * n) for n in range(8)], "0" * 64, PROGRAM)
    with window(chromium, at, NARROW) as page:
        sign_in(door, page)
        assert overflow(page) == 0
        page.click("section.group h2 a >> nth=0")
        assert overflow(page) == 0
        page.click("nav[aria-label='主要页面'] >> text=一致性")
        import_table(page, table)
        assert overflow(page) == 0
