"""Small helpers that tests share: rule sets loaded once, a case in one call."""

from __future__ import annotations

import json
import os
from functools import cache
from pathlib import Path
from typing import Any

from hypothesis import settings

from engine.evaluate import Engine
from engine.layering import load_rule_set
from engine.rendering import document
from engine.source import Source, parse

ROOT = Path(__file__).resolve().parent.parent
RULES = ROOT / "rules"
FICTION = Path(__file__).resolve().parent / "fixtures" / "rules"

LONG = os.environ.get("HYPOTHESIS_PROFILE") == "long"


def examples(count: int) -> settings:
    """So many examples by default; what the profile says where it is `long`."""
    return settings() if LONG else settings(max_examples=count)


@cache
def engine_for(rules: Path, id: str, published_only: bool = False) -> Engine:
    """One engine per rule set and process: compiled matching is never freed."""
    return Engine(load_rule_set(rules, id, published_only=published_only))


def source_of(case: str | dict[str, Any]) -> Source:
    """A case as the engine reads it, from YAML text or from plain data (dates as text)."""
    text = case if isinstance(case, str) else json.dumps(case, ensure_ascii=False)
    return parse(text.encode(), "case.yaml")


def evaluate(case: str | dict[str, Any], engine: Engine) -> dict[str, Any]:
    """The result of a case as the JSON document of the contract."""
    return document(engine.evaluate_source(source_of(case)))


def party(result: dict[str, Any], id: str) -> dict[str, Any]:
    """The one outcome of a party."""
    found = [each for each in result["outcomes"] if each["party"]["id"] == id]
    assert len(found) == 1, [each["party"] for each in result["outcomes"]]
    return found[0]


def amounts(outcome: dict[str, Any]) -> tuple[Any, Any]:
    """The lower and upper end of the fine."""
    return outcome["fine"]["min"], outcome["fine"]["max"]
