"""Pictures of every page, for the README and the guides: `make screenshots`.

Written to docs/images as <page>.png, and <page>-phone.png for a narrow screen. Needs Chromium.
"""

from __future__ import annotations

import random
import shutil
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "api"))
sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
sys.path.insert(0, str(Path(__file__).resolve().parent))

from browsing import CHROMIUM, DESKTOP, PHONE, computed, window
from http_door import OFFICERS, Door, opened, served
from playwright.sync_api import Page, sync_playwright
from records import past

from api.store import PROGRAM

IMAGES = Path(__file__).resolve().parents[2] / "docs" / "images"


def take(page: Page, name: str, size: tuple[int, int]) -> None:
    """One picture of what is on the screen."""
    page.evaluate("document.activeElement?.blur()")
    page.mouse.move(0, 0)
    suffix = "" if size == DESKTOP else "-phone"
    page.screenshot(path=IMAGES / f"{name}{suffix}.png", animations="disabled")


def officer(page: Page, shot: Callable[[str], None]) -> None:
    """The way of an officer, from the search to the decision."""
    page.goto("/")
    shot("find")
    page.goto("/?q=特种作业无证上岗")
    shot("found")
    page.goto("/case?item=wsl-097-7")
    with computed(page):
        page.fill('[id="p1.called"]', "望山机械厂")
    page.evaluate("scrollTo(0, 0)")
    shot("case-open")
    with computed(page):
        page.check('[id="v1.f.overdue.false"]')
    with computed(page):
        page.fill('[id="v1.f.uncertified_workers"]', "2")
    page.locator(".status.settled").wait_for()
    page.evaluate("scrollTo(0, 0)")
    shot("case")
    page.click("button:has-text('保存') >> visible=true")
    page.wait_for_url("**/cases/*")
    page.fill("#decided_on", "2026-04-20")
    page.fill('[id="party0.fine"]', "50000")
    for number, each in enumerate(OFFICERS):
        page.fill(f'[id="officer{number}.name"]', each["name"])
        page.fill(f'[id="officer{number}.certificate"]', each["certificate"])
    page.click("button:has-text('登记决定')")
    page.wait_for_url("**#decisions")
    page.evaluate("scrollTo(0, 0)")
    shot("record")
    page.goto("/cases")
    shot("records")
    page.goto("/catalogue")
    shot("catalogue")
    page.goto("/items/wsl-097-7")
    shot("item")
    page.goto("/match?q=特种作业")
    page.fill('[id="v1.f.uncertified_workers"]', "2")
    page.click("button:has-text('看符合哪些事项')")
    shot("match")


def reviewer(door: Door, page: Page, shot: Callable[[str], None]) -> None:
    """The way of a reviewer: like cases, one group, an import that was read."""
    chance = random.Random(5)
    rows = [
        past(
            number,
            round(chance.gauss(150, 16)) * 10_000,
            office=chance.choice(("叶集", "裕安", "金安")),
            decided_on=f"{chance.randint(2023, 2025)}-{chance.randint(1, 12):02d}-15",
        )
        for number in range(2, 50)
    ]
    many: dict[str, Any] = {"edition": "wsl-097-1@2021-09-01", "stage": "overdue", "tier": ""}
    many |= {"lo_fen": 10_000_000, "hi_fen": 20_000_000}
    rows += [
        past(number, round(chance.gauss(1500, 140)) * 10_000, item="wsl-097-1", **many)
        for number in range(100, 400)
    ]
    door.store.add_import([*rows, past(60, 2_900_000), past(61, 3_200_000)], "0" * 64, PROGRAM)
    page.goto("/reviews")
    shot("reviews")
    page.click("section.group h2 a >> nth=0")
    shot("review-group")
    lines = ["决定日期,违法行为,当事人类型,阶段,阶次,罚款金额（元）,机关,当事人"]
    for day, fine in enumerate(("15000", "1.5万", "壹万陆仟元整", "很多"), 1):
        lines.append(f"2025年3月{day}日,wsl-097-7,生产经营单位,首次,A,{fine},叶集,某厂")
    page.goto("/reviews/imports")
    content = "\n".join(lines).encode()
    page.set_input_files(
        "#file", {"name": "以往的决定.csv", "mimeType": "text/csv", "buffer": content}
    )
    page.click("button:has-text('读这个文件')")
    page.locator("text=读好了").wait_for()
    shot("review-import")
    page.click("button:has-text('导入这 3 行')")
    page.click(".notice.good >> text=批次 >> a")
    page.fill("#reason", "选错了年份，应当导入 2024 年的汇总")
    page.check("#sure")
    shot("review-batch")


def main() -> None:
    """Take them all, on a desk and on a phone."""
    IMAGES.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"),
            **CHROMIUM,
        )
        for size in (DESKTOP, PHONE):
            with (
                tempfile.TemporaryDirectory() as folder,
                opened(Path(folder)) as door,
                served(door) as at,
                window(browser, at, size, but_for=("inline style",)) as page,
            ):
                officer(page, lambda name, page=page, size=size: take(page, name, size))
                reviewer(door, page, lambda name, page=page, size=size: take(page, name, size))
                door.somebody("officer")
                page.goto("/sign-in")
                take(page, "sign-in", size)
        browser.close()


if __name__ == "__main__":
    main()
