"""Pages as tests open them: a door over an empty store, people with keys, and a browser."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "api"))

from browsing import CHROMIUM
from databases import EMBEDDED_UNLESS_LONG
from http_door import Door, opened
from playwright.sync_api import Browser, sync_playwright

REQUIRED = "LIANGFA_BROWSER_TESTS"


@pytest.hookimpl(tryfirst=True)  # before marks are read
def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """A browser shows what the pages answer, and that is tested on both databases without one."""
    marks = [mark.args[0] for mark in metafunc.definition.iter_markers("parametrize")]
    if "chromium" in metafunc.fixturenames and "database_url" not in marks:
        metafunc.definition.add_marker(EMBEDDED_UNLESS_LONG)


@pytest.fixture
def door(tmp_path: Path, database_url: str) -> Iterator[Door]:
    """An application over an empty store, without any key."""
    with opened(tmp_path, database_url=database_url) as door:
        yield door


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """The browser of this machine; without one the tests are skipped, or fail where they must
    run."""
    found = shutil.which("chromium") or shutil.which("chromium-browser")
    if found is None:
        words = "没有找到 Chromium，未在浏览器里测试（Debian：apt-get install chromium）"
        if os.environ.get(REQUIRED):
            pytest.fail(f"{words}；已设 {REQUIRED}，不能跳过")
        pytest.skip(words)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, **CHROMIUM)
        yield browser
        browser.close()
