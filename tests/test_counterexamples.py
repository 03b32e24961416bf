"""Every counterexample, evaluated, shows what its finding says."""

from __future__ import annotations

import re
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import venus
from faults import SOUND, Fault, faults, make
from helpers import evaluate, examples
from hypothesis import given
from test_check_properties import CONDITIONS, CONFLICT, DERIVED, FACTS, TABLES, simple

from engine.checking import check
from engine.evaluate import Engine
from engine.faults import Finding, RuleFault
from engine.layering import load_rule_set

UNLAWFUL = Path(__file__).parent / "fixtures" / "unlawful"

Result = dict[str, Any]
Answer = Callable[[dict[str, object]], Result]


def only(result: Result) -> Result:
    """The outcome of the party that the case names."""
    (found,) = [each for each in result["outcomes"] if each["party"]["id"] == "p"]
    return found


def _gap(finding: Finding, answer: Answer, farther: Answer) -> None:
    _untiered(finding, answer, "tier_gap")


def _partial(finding: Finding, answer: Answer, farther: Answer) -> None:
    _untiered(finding, answer, "benchmark_row_unknown")


def _untiered(finding: Finding, answer: Answer, warning: str) -> None:
    assert finding.case is not None
    result = answer(finding.case)
    assert only(result)["tier"] is None
    assert warning in [each["code"] for each in result["warnings"]]


def _contradiction(finding: Finding, answer: Answer, farther: Answer) -> None:
    """The engine gives no figure, and says the same of the same two rules."""
    assert finding.case is not None
    with pytest.raises(RuleFault) as caught:
        answer(finding.case)
    (told,) = caught.value.findings
    assert (told.code, told.place.file) == (finding.code, finding.place.file)
    for name in re.findall("“(.*?)”", finding.message)[:2]:
        assert f"{name}”" in told.message


def _hole(finding: Finding, answer: Answer, farther: Answer) -> None:
    assert finding.case is not None
    assert only(answer(finding.case))["disposition"] == "not_liable_at_stage"


def _stages(finding: Finding, answer: Answer, farther: Answer) -> None:
    """The engine applies penalties of both stages at once."""
    assert finding.case is not None
    result = answer(finding.case)
    said = [each["says"] for each in result["reasons"] if each["step"] == "stage"]
    first, second = re.findall("（(.*?)）", finding.message)[:2]
    assert len(said) == 2
    assert any(first in each for each in said) and any(second in each for each in said)


def _fall(finding: Finding, answer: Answer, farther: Answer) -> None:
    """In the tier that is named first, which stands before the one named second."""
    assert finding.case is not None and finding.says is not None
    told = re.search("落在“(.*?)”档，而.*落在“(.*?)”档", finding.says)
    assert told is not None
    assert only(answer(finding.case))["tier"]["id"] == told[1] < told[2]


def _wider(finding: Finding, answer: Answer, farther: Answer) -> None:
    assert finding.case is not None
    near, far = only(answer(finding.case)), only(farther(finding.case))
    assert near["tier"]["layer"] != far["tier"]["layer"]
    assert f"“{near['tier']['id']}”" in finding.message
    assert f"“{far['tier']['id']}”" in finding.message
    low, high = near["fine"]["min"] or 0, near["fine"]["max"]
    assert low < (far["fine"]["min"] or 0) or high > far["fine"]["max"]


def _both(finding: Finding, answer: Answer, farther: Answer) -> None:
    """Both items are established by the same facts."""
    assert finding.case is not None
    outcomes = answer(finding.case)["outcomes"]
    assert {each["item"] for each in outcomes} == set(re.findall("“(.*?)”", finding.message)[:2])
    assert {each["disposition"] for each in outcomes} == {"penalize"}


SHOWS: dict[str, Callable[[Finding, Answer, Answer], None]] = {
    "tier_gap": _gap,
    "rows_partial": _partial,
    "tier_overlap": _contradiction,
    "penalties_overlap": _contradiction,
    "stages_overlap": _stages,
    "stage_gap": _hole,
    "not_monotonic": _fall,
    "wider_than_farther": _wider,
    "same_basis": _both,
}


def shown(rules: Path, listed: list[Finding]) -> list[str]:
    """Evaluate every counterexample; the codes of those that were."""
    found = []
    for finding in listed:
        if finding.counterexample is None:
            continue
        assert finding.says and finding.case and finding.rule_set
        layers = [each.id for each in load_rule_set(rules, finding.rule_set).layers]

        def answer(case: dict[str, object], up: int = 1, layers: list[str] = layers) -> Result:
            return evaluate(case, Engine(load_rule_set(rules, layers[-up])))

        SHOWS[finding.code](finding, answer, lambda case, answer=answer: answer(case, 2))
        inner: Any = finding.case.get("case", {"violations": [finding.case]})
        for violation in inner["violations"]:
            assert violation["facts"] == finding.counterexample
        found.append(finding.code)
    return found


SEEDED = [each for each in faults() if each.counterexample is not None]


@pytest.mark.parametrize("fault", SEEDED, ids=[f"{each.code}-{n}" for n, each in enumerate(SEEDED)])
def test_the_counterexample_of_a_seeded_fault(fault: Fault) -> None:
    with tempfile.TemporaryDirectory() as folder:
        rules = Path(folder) / "rules"
        shutil.copytree(SOUND, rules)
        for change in fault.change:
            make(rules, change)
        assert fault.code in shown(rules, check(rules))


def test_every_kind_of_counterexample_is_seeded() -> None:
    assert {fault.code for fault in SEEDED} == set(SHOWS)


def test_the_counterexamples_of_mistakes_seen_in_benchmarks() -> None:
    assert shown(UNLAWFUL, check(UNLAWFUL)) == ["tier_overlap"]


@examples(25)
@given(table=TABLES, guard=simple(), when=CONDITIONS)
def test_the_counterexamples_of_random_tables(table: list[Any], guard: Any, when: Any) -> None:
    with tempfile.TemporaryDirectory() as folder:
        rules = Path(folder) / "rules"
        fine = venus.penalty(when=when, **venus.tiers(*table))
        files = venus.statute(FACTS, guard, fine, derived=DERIVED, conflicts=[CONFLICT])
        shown(rules, venus.findings(rules, venus.write(rules, files)))
