"""Every answer keeps the contract of schemas/result.schema.json."""

from __future__ import annotations

from pathlib import Path

import jsonschema_rs
import pytest

from engine.evaluate import Engine
from engine.layering import load_rule_set
from engine.loading import rule_set_ids
from engine.rendering import document
from engine.schemas import schemas
from engine.source import read_source

TESTS = Path(__file__).parent
FOLDERS = [TESTS.parent / "rules", TESTS / "fixtures" / "rules"]
SETS = [(folder, id) for folder in FOLDERS for id in rule_set_ids(folder)]


@pytest.mark.parametrize(("folder", "id"), SETS, ids=[id for _, id in SETS])
def test_the_answers_to_all_worked_cases_fit_the_schema(folder: Path, id: str) -> None:
    contract = jsonschema_rs.Draft202012Validator(schemas()["liangfa:result"])
    engine = Engine(load_rule_set(folder, id))
    for path in (folder / id / "cases").rglob("*.yaml"):
        source = read_source(path)
        for index in range(len(source.data["cases"])):
            case = source.part(("cases", index, "case"))
            faults = list(contract.iter_errors(document(engine.evaluate_source(case))))
            assert not faults, f"{path.name}: case {index}: {faults[0].message}"
