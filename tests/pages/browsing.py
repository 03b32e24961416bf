"""A window of a real browser with the network cut off; what it complained of; what axe finds."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Browser, Page, Route

DESKTOP = (1280, 900)
PHONE = (390, 844)
NARROW = (360, 740)
# In the language of its users: the fields for dates follow the browser, not the page. Where its
# translations are not installed (Debian: chromium-l10n), they stay English.
CHROMIUM: dict[str, Any] = {
    "args": ["--no-sandbox", "--lang=zh-CN"],
    "env": {**os.environ, "LANGUAGE": "zh_CN"},
}
_AXE = Path(__file__).resolve().parents[1] / "vendor" / "axe.min.js"
# Milliseconds; a page that needs longer is broken.
PATIENCE = 30_000


@contextmanager
def window(
    browser: Browser,
    at: str,
    size: tuple[int, int] = DESKTOP,
    *,
    scripts: bool = True,
    but_for: tuple[str, ...] = (),
) -> Iterator[Page]:
    """A page of a fresh window over a server; fails for errors on the console (but for those
    expected), for scripts that broke, and for anything asked of another machine."""
    context = browser.new_context(
        viewport={"width": size[0], "height": size[1]},
        base_url=at,
        locale="zh-CN",
        java_script_enabled=scripts,
        accept_downloads=True,
    )
    context.set_default_timeout(PATIENCE)
    complaints: list[str] = []

    def cut(route: Route) -> None:
        if urlsplit(route.request.url).hostname == "127.0.0.1":
            route.continue_()
        else:
            complaints.append(f"asked of another machine: {route.request.url}")
            route.abort()

    context.route("**/*", cut)
    page = context.new_page()
    page.on("console", lambda told: told.type == "error" and complaints.append(told.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    try:
        yield page
    finally:
        context.close()
    unexpected = [each for each in complaints if not any(word in each for word in but_for)]
    if unexpected:
        raise AssertionError("\n".join(unexpected))


def computed(page: Page) -> Any:
    """A context within which something is changed; left once the answer to it is in place. What is
    changed before the page has loaded its script would not be noticed."""
    page.wait_for_load_state()
    return page.expect_response(
        lambda answer: answer.request.method == "POST" and answer.status == 200
    )


def serious(page: Page, storage: Browser) -> list[str]:
    """What axe finds seriously or critically wrong with the page as it is now.

    Axe is put in by the tests, which the policy of the page forbids; so the same document is looked
    at in a window that does not mind.
    """
    context = storage.new_context(
        viewport=page.viewport_size, base_url=page.url, bypass_csp=True, locale="zh-CN"
    )
    context.add_cookies(page.context.cookies())  # type: ignore[arg-type]
    try:
        other = context.new_page()
        other.goto(page.url)
        other.evaluate(
            "html => { document.documentElement.innerHTML = html; }", page.inner_html("html")
        )
        other.wait_for_timeout(200)
        other.add_script_tag(path=_AXE)
        found = other.evaluate("async () => (await axe.run()).violations")
    finally:
        context.close()
    return [
        f"{each['id']}: {each['help']}: {[node['target'] for node in each['nodes'][:5]]}"
        for each in found
        if each["impact"] in ("serious", "critical")
    ]


def overflow(page: Page) -> int:
    """How many pixels of the page lie beyond its right edge."""
    found: int = page.evaluate(
        "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"
    )
    return found
