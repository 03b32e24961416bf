"""Replay: the rules of a record give its bytes again, whatever has become of the YAML."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from helpers import FICTION, RULES, engine_for

from api.serving.answers import result_bytes
from api.serving.replay import differences, replay
from api.serving.rule_sets import RuleSets
from engine.bundle import Bundle, digest, read_bundle
from engine.faults import InputFault, RuleFault
from engine.layering import load_bundle
from engine.source import parse

FIRST = b'{"item": "moon-005", "facts": {"untethered_workers": 1, "overdue": false}}'


def rules_with(tmp_path: Path, old: str, new: str) -> Path:
    """The fictional rules with something in a tier changed."""
    rules = Path(shutil.copytree(FICTION, tmp_path / "rules"))
    path = rules / "moon-bench" / "items" / "moon" / "moon-005.yaml"
    assert old in path.read_text()
    path.write_text(path.read_text().replace(old, new))
    return rules


@pytest.mark.parametrize(
    ("rules", "id", "published_only", "case"),
    [
        (FICTION, "moon-bench", False, FIRST),
        (FICTION, "moon-bench", True, FIRST),
        (RULES, "yeji", False, b'{"item": "wsl-097-7", "facts": {"uncertified_workers": 1}}'),
        (RULES, "cn-mem", False, b'{"facts": {"uncertified_workers": 2, "overdue": true}}'),
    ],
)
def test_another_process_gives_the_same_bytes(
    rules: Path, id: str, published_only: bool, case: bytes
) -> None:
    engine = engine_for(rules, id, published_only)
    recorded = result_bytes(engine.evaluate_source(parse(case, "case.json")))
    content = load_bundle(rules, id, published_only=published_only).content()
    assert replay(content, case) == recorded


def test_a_record_is_replayed_though_the_rules_have_changed(tmp_path: Path) -> None:
    before = RuleSets(FICTION)
    engine = before.engine("moon-bench", None, False)
    content = before.bundle(engine)
    recorded = result_bytes(engine.evaluate_source(parse(FIRST, "<case>")))

    later = RuleSets(rules_with(tmp_path, "fine: {max: 10000}", "fine: {max: 8000}"))
    now = result_bytes(
        later.engine("moon-bench", None, False).evaluate_source(parse(FIRST, "<case>"))
    )
    assert json.loads(now)["outcomes"][0]["fine"]["max"] == 8000
    assert later.replay(content, FIRST) == recorded
    assert before.replay(content, FIRST) == recorded, "loaded here"


def test_what_the_engine_refuses_is_refused_alike() -> None:
    content = load_bundle(FICTION, "moon").content()
    with pytest.raises(InputFault) as fault:
        replay(content, b'{"item": "moon-999", "facts": {}}')
    assert fault.value.findings[0].code == "unknown_item"
    assert fault.value.findings[0].place.file == "<case>"


def test_rules_that_no_longer_load_are_a_fault_of_the_rules() -> None:
    bundle = load_bundle(FICTION, "moon")
    files = {**bundle.files, "rules/moon/facts.yaml": "facts: 7\n"}
    with pytest.raises(RuleFault):
        replay(Bundle("moon", False, files).content(), FIRST)


def test_a_file_that_no_rule_set_reads_is_no_part_of_a_bundle() -> None:
    bundle = load_bundle(FICTION, "moon")
    files = {**bundle.files, "rules/other/facts.yaml": "facts: {}\n"}
    with pytest.raises(RuleFault, match="replay_failed"):
        replay(Bundle("moon", False, files).content(), FIRST)


def test_rules_that_do_not_end_are_ended() -> None:
    with pytest.raises(RuleFault, match="replay_failed"):
        replay(load_bundle(FICTION, "moon").content(), FIRST, seconds=0.01)


def test_a_spoiled_bundle_starts_nothing() -> None:
    served = RuleSets(FICTION)
    content = load_bundle(RULES, "cn").content()
    assert digest(content[:-1]) != digest(content)
    with pytest.raises(InputFault, match="bad_bundle"):
        served.replay(content[:-1], FIRST)
    assert read_bundle(content).rule_set == "cn"


@pytest.mark.parametrize(
    ("then", "now", "pointers"),
    [
        ('{"a": 1}', '{"a": 1}', []),
        ('{"a": {"b": [1, 2]}}', '{"a": {"b": [1, 3]}}', ["/a/b/1"]),
        ('{"a": [1]}', '{"a": [1, 2, 3]}', ["/a/1", "/a/2"]),
        ('{"a": 1, "x/y~": 2}', '{"a": 1, "b": null}', ["/x~1y~0", "/b"]),
        ('{"a": 1}', '{"a": true}', ["/a"]),
        ('{"a": 1}', '{"a": 1.0}', ["/a"]),
        ('{"a": []}', '{"a": {}}', ["/a"]),
        ('{"a": 1, "b": 2}', '{"b": 2, "a": 1}', [""]),
    ],
)
def test_differences_are_pointers(then: str, now: str, pointers: list[str]) -> None:
    assert [each.pointer for each in differences(then.encode(), now.encode())] == pointers


def test_differences_say_what_stood_there() -> None:
    then, now = b'{"a": {"b": 1.50, "c": "x"}, "d": [1]}', b'{"a": {"b": 2}, "d": [1, {"e": 0.1}]}'
    assert differences(then, now) == [
        ("/a/b", 1.5, 2),
        ("/a/c", "x", None),
        ("/d/1", None, {"e": 0.1}),
    ]
    hidden = differences(then, now, lambda result: {**result, "a": "hidden"})
    assert hidden == [("/d/1", None, {"e": 0.1})]


def test_after_an_upgrade_the_difference_is_shown() -> None:
    engine = engine_for(FICTION, "moon-bench")
    now = result_bytes(engine.evaluate_source(parse(FIRST, "<case>")))
    recorded = json.loads(now)
    recorded["engine_version"] = "0.0.9"
    recorded["outcomes"][0]["fine"]["max"] = 9000
    then = json.dumps(recorded, ensure_ascii=False, separators=(",", ":")).encode()
    told = differences(then, now)
    assert [each.pointer for each in told] == ["/engine_version", "/outcomes/0/fine/max"]
    assert told[1].then == 9000
