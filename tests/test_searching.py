"""Finding items from facts: the index loses nothing, the order is that of certainty."""

from __future__ import annotations

from pathlib import Path

import pytest
from helpers import FICTION, RULES, engine_for, source_of

from engine.evaluate import Engine
from engine.knowing import know
from engine.parsing import parse_case
from engine.searching import Candidate, candidate, findable

SETS = [(RULES, "cn-mem"), (FICTION, "moon"), (FICTION, "moon-bench")]


def found(engine: Engine, facts: dict[str, object]) -> dict[str, Candidate]:
    case = parse_case(source_of({"facts": facts}), engine.rule_set)
    return {each.item.id: each for each in engine.match(case)}


@pytest.mark.parametrize(("rules", "rule_set"), SETS, ids=lambda each: str(each))
def test_the_index_finds_what_asking_every_item_finds(rules: Path, rule_set: str) -> None:
    engine = engine_for(rules, rule_set)
    vocabulary = engine.rule_set.facts
    for name, fact in vocabulary.items():
        if fact.derived:
            continue
        written = {"flag": True, "count": 3, "amount": 5000, "percent": 5, "date": "2026-01-02"}
        value = next(iter(fact.choices)) if fact.choices else written[fact.type]
        case = parse_case(source_of({"facts": {name: value}}), engine.rule_set)
        asked = set()
        for id, editions in engine.rule_set.items.items():
            item = findable(editions, None)
            if item is None:
                continue
            values, _ = know(engine.prove(item), case, case.violations[0], None, charged=False)
            if candidate(item, values, engine.rule_set) is not None:
                asked.add(id)
        matched = {each.item.id for each in engine.match(case)}
        assert matched <= asked
        # What holds whatever is stated is not "found" by a fact it does not read.
        assert all(name not in _reads(engine, id) for id in asked - matched)


def _reads(engine: Engine, id: str) -> set[str]:
    from engine.conditions import tests_of

    return {
        root
        for item in engine.rule_set.items[id]
        for test in tests_of(item.established_when)
        for root in engine.rule_set.roots(test.fact)
    }


def test_what_is_met_comes_before_what_may_be_met() -> None:
    engine = engine_for(RULES, "cn-mem")
    facts = {"uncertified_workers": 2, "accident_liability": True}
    case = parse_case(source_of({"facts": facts}), engine.rule_set)
    matched = engine.match(case)
    assert matched[0].item.id == "wsl-097-7" and matched[0].established
    waiting = [each for each in matched if not each.established]
    assert all(each.missing for each in waiting)
    accidents = [each for each in waiting if each.item.id.startswith("wsl-114")]
    assert accidents and all("deaths" in each.missing for each in accidents)


def test_nothing_is_found_from_a_refuted_element() -> None:
    assert "wsl-097-7" not in found(engine_for(RULES, "cn-mem"), {"uncertified_workers": 0})
