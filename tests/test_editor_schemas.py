"""Completion in editors: schemas that stand alone, and where each of them belongs."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema_rs
import pytest
from helpers import ROOT, RULES

from api.scaffolding.completion import EDITOR, editor_schemas
from engine.schemas import violations
from engine.source import parse, read_source

SETTINGS = json.loads((ROOT / ".vscode" / "settings.json").read_text("utf-8"))["yaml.schemas"]
FILES = {
    path: Path(schema).name.removesuffix(".schema.json")
    for schema, pattern in SETTINGS.items()
    for path in sorted(ROOT.glob(pattern))
}


@pytest.mark.parametrize("name", editor_schemas())
def test_the_schemas_for_editors_are_current(name: str) -> None:
    """To renew them: `python -m api.scaffolding.completion`."""
    written = (EDITOR / name).read_text("utf-8")
    assert written == editor_schemas()[name]
    assert "liangfa:" not in written


def test_each_has_its_place_and_there_are_no_others() -> None:
    named = {(ROOT / schema).resolve() for schema in SETTINGS}
    assert named == {EDITOR / name for name in editor_schemas()} == set(EDITOR.iterdir())


def test_every_rule_file_has_a_schema_and_fits_it() -> None:
    rule_files = {*RULES.glob("*/**/*.yaml")}
    assert rule_files <= set(FILES)
    validators = {
        kind: jsonschema_rs.validator_for(json.loads(editor_schemas()[f"{kind}.schema.json"]))
        for kind in set(FILES.values())
    }
    for path, kind in FILES.items():
        assert validators[kind].is_valid(read_source(path).data), path


@pytest.mark.parametrize(
    ("kind", "ours", "text"),
    [
        ("items", "item", "id: x-001\n"),
        ("items", "overlay", "overlays: x-001\neffective: {from: '2025-01-01'}\npenalties: {}\n"),
        ("ruleset", "ruleset", "id: x\nversion: 1\n"),
        ("case", "case", "item: x-001\nfakts: {}\n"),
        ("worked-cases", "worked-cases", "cases: [{name: x, case: {item: x}, expect: {y: 1}}]\n"),
    ],
)
def test_what_ours_refuse_they_refuse(kind: str, ours: str, text: str) -> None:
    source = parse(text.encode(), "x.yaml")
    assert violations(source, ours)
    theirs = jsonschema_rs.validator_for(json.loads(editor_schemas()[f"{kind}.schema.json"]))
    assert not theirs.is_valid(source.data)
