"""Rule sets as they are served: which one answers, one digest each, bundles, copies."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from helpers import FICTION, RULES

from api.serving import snapshots
from api.serving.rule_sets import RuleSets
from engine.bundle import BUNDLE_FORMAT, Bundle, digest, read_bundle
from engine.faults import InputFault, RuleFault
from engine.layering import load_bundle, load_rule_set

TAKEN = "990001"  # the region of moon-proposal


@pytest.fixture(scope="module")
def fiction() -> RuleSets:
    """The fictional rule sets."""
    return RuleSets(FICTION)


@pytest.fixture
def rules(tmp_path: Path) -> Path:
    """A rules folder of one's own."""
    return Path(shutil.copytree(FICTION, tmp_path / "rules"))


def add_comment(rules: Path, text: str = "# 改动\n") -> None:
    """Change the text of a rule file, and so every digest, but no rule."""
    path = rules / "moon" / "ruleset.yaml"
    path.write_text(path.read_text() + text)


# Which rule set answers ---------------------------------------------------------------------


def test_the_one_named_else_that_of_the_region_else_the_default() -> None:
    served = RuleSets(RULES)
    assert served.engine("cn-mem", "341504", False).rule_set.id == "cn-mem"
    assert served.engine(None, "341504", False).rule_set.id == "yeji"
    assert served.engine(None, "110000", False).rule_set.id == served.default == "yeji"
    assert served.names() == ["cn", "cn-ah", "cn-mem", "yeji"]


def test_an_unknown_name_is_the_callers_slip(fiction: RuleSets) -> None:
    for name in ("moonbench", "../moon", "x" * 5000):
        with pytest.raises(InputFault) as fault:
            fiction.engine(name, None, False)
        assert [each.code for each in fault.value.findings] == ["unknown_rule_set"]
        assert len(str(fault.value)) < 300


def test_an_engine_is_made_once(fiction: RuleSets) -> None:
    assert fiction.engine("moon", None, True) is fiction.engine("moon", None, True)
    full, published = (fiction.engine("moon", None, each) for each in (False, True))
    assert full.rule_set.digest != published.rule_set.digest


def test_two_rule_sets_for_one_region_are_refused(rules: Path) -> None:
    path = rules / "moon-bench" / "ruleset.yaml"
    path.write_text(path.read_text().replace("authority: {", f'authority: {{region: "{TAKEN}", '))
    with pytest.raises(RuleFault, match="region_taken"):
        RuleSets(rules)


# Bundles ------------------------------------------------------------------------------------


@pytest.mark.parametrize("published_only", [False, True])
def test_a_bundle_is_what_the_digest_names(fiction: RuleSets, published_only: bool) -> None:
    engine = fiction.engine("moon-bench", None, published_only)
    content = fiction.bundle(engine)
    assert digest(content) == engine.rule_set.digest
    told = json.loads(content)
    assert told["format"] == BUNDLE_FORMAT
    assert told["published_only"] is published_only
    assert {name.split("/")[1] for name in told["files"]} == {"moon", "moon-bench"}


def test_a_bundle_unpacks_to_the_same_rules(tmp_path: Path) -> None:
    bundle = load_bundle(FICTION, "moon-bench")
    rules = read_bundle(bundle.content()).unpack(tmp_path)
    assert rules == tmp_path / "rules"
    assert load_rule_set(rules, "moon-bench").digest == digest(bundle.content())


def test_a_changed_folder_gives_no_bundle_under_the_old_digest(rules: Path) -> None:
    served = RuleSets(rules)
    engine = served.engine("moon", None, False)
    add_comment(rules)
    with pytest.raises(RuleFault, match="rules_changed"):
        served.bundle(engine)


@pytest.mark.parametrize(
    "name",
    ["../rules/a.yaml", "/etc/x/passwd", "rules/../../a.yaml", "rules//a.yaml", "rules/a.yaml"],
)
def test_a_bundle_writes_nothing_outside_its_folder(name: str) -> None:
    with pytest.raises(InputFault, match="bad_bundle"):
        read_bundle(Bundle("moon", False, {name: "x"}).content())


def test_what_is_not_canonical_is_no_bundle() -> None:
    content = load_bundle(FICTION, "moon").content()
    spoiled = (
        b"",
        b"[]",
        b"{}",
        content[:-1],
        b" " + content,
        content.replace(b'"published_only":false', b'"published_only":0'),
        content.replace(b"liangfa-bundle/1", b"liangfa-bundle/2"),
        Bundle("moon", False, {}).content(),
        Bundle("moon", False, {"rules/moon/a.yaml": 1}).content(),  # type: ignore[dict-item]
    )
    for each in spoiled:
        with pytest.raises(InputFault, match="bad_bundle"):
            read_bundle(each)


# Copies -------------------------------------------------------------------------------------


def test_a_copy_is_called_by_what_it_holds(rules: Path, tmp_path: Path) -> None:
    state = tmp_path / "state"
    copy = snapshots.take(rules, state)
    assert snapshots.take(rules, state) == copy
    before = load_rule_set(copy, "moon").digest
    assert before == load_rule_set(rules, "moon").digest
    add_comment(rules)
    later = snapshots.take(rules, state)
    assert later != copy
    assert load_rule_set(copy, "moon").digest == before != load_rule_set(later, "moon").digest


def test_a_spoiled_copy_is_made_again(rules: Path, tmp_path: Path) -> None:
    copy = snapshots.take(rules, tmp_path / "state")
    add_comment(copy)
    (copy / "moon" / "facts.yaml").unlink()
    assert snapshots.take(rules, tmp_path / "state") == copy
    assert load_rule_set(copy, "moon").digest == load_rule_set(rules, "moon").digest


def test_a_copy_of_a_copy_is_the_copy(rules: Path, tmp_path: Path) -> None:
    copy = snapshots.take(rules, tmp_path / "state")
    assert snapshots.take(copy, tmp_path / "state") == copy


def test_only_the_accepted_copy_is_current(rules: Path, tmp_path: Path) -> None:
    state = tmp_path / "state"
    copy = snapshots.take(rules, state)
    assert snapshots.current(state) is None
    snapshots.accept(copy, state)
    assert snapshots.current(state) == copy
    assert snapshots.current(state, engine_version="0.0.0") is None
    add_comment(rules)
    other = snapshots.take(rules, state)
    snapshots.prune(state, [copy])
    assert copy.is_dir() and not other.exists()


def test_no_folder_no_copy(tmp_path: Path) -> None:
    with pytest.raises(InputFault, match="no_such_folder"):
        snapshots.take(tmp_path / "nothing", tmp_path / "state")
