"""A record keeps the words of the rules it was judged by, and what these say must be covered."""

from __future__ import annotations

import io
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from helpers import RULES
from http_door import Caller, Door
from test_http_masking import HIDDEN, fill

from api.http.app import create_app
from api.serving.rule_sets import RuleSets

# A fact of people's money, and what later rules call it.
THEN, NOW = "annual_income", "yearly_income"


@pytest.fixture
def later(door: Door, tmp_path: Path) -> Iterator[TestClient]:
    """The same store under rules in which the fact has another name."""
    changed = tmp_path / "rules"
    shutil.copytree(RULES, changed)
    for file in changed.rglob("*.yaml"):
        text = file.read_text("utf-8")
        if THEN in text:
            file.write_text(text.replace(THEN, NOW), "utf-8")
    app = create_app(door.settings, door.store, RuleSets(changed), log=io.StringIO())
    with TestClient(app, base_url="http://127.0.0.1", client=("127.0.0.1", 1)) as client:
        yield client


def test_what_was_covered_stays_so_when_later_rules_call_it_otherwise(
    door: Door, later: TestClient
) -> None:
    id = fill(door)
    reviewer = Caller(later, door.somebody("reviewer").secret)
    assert NOW in reviewer.get("/v1/items/wsl-096").text
    for path in ("", "/document?format=html", "/document?format=md"):
        answer = reviewer.get(f"/v1/evaluations/{id}{path}")
        assert answer.status_code == 200
        assert [word for word in HIDDEN if word in answer.text] == [], path


def test_facts_are_named_as_they_were(door: Door, later: TestClient) -> None:
    id = fill(door)
    officer = Caller(later, door.somebody("officer").secret)
    text = officer.get(f"/v1/evaluations/{id}/document?format=md").text
    assert "| 赵望山 | 上一年年收入 | 187,654元 |" in text
