"""Bundles: the same bytes every time, and every question answered that they can be asked."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
import rfc8785
from helpers import ROOT, RULES

from engine.bundle import digest, read_bundle
from engine.layering import load_rule_set

PRACTICE = ROOT / "tests" / "fixtures" / "maintainer" / "rules"
RELEASE = (
    "release: {version: 2026.1.0, author: 水星甲（虚构）, approved_by: 水星乙（虚构）, "
    'on: "2026-11-25"}\n'
)


@pytest.fixture
def rules(tmp_path: Path) -> Path:
    """The fictional rules of the maintainer's guide, to be changed."""
    return Path(shutil.copytree(PRACTICE, tmp_path / "rules"))


@pytest.fixture
def released(rules: Path) -> Path:
    """The same with an author and another approver in every layer."""
    manifest = rules / "mercury-bench" / "ruleset.yaml"
    manifest.write_text(manifest.read_text("utf-8") + RELEASE, "utf-8")
    return rules


def bundle(liangfa, rules: Path, *options: str):
    return liangfa("bundle", "--rules", str(rules), "--out", str(rules.parent / "b.json"), *options)


def verify(liangfa, content: bytes, folder: Path, *options: str):
    (folder / "b.json").write_bytes(content)
    said = liangfa("verify-bundle", str(folder / "b.json"), "--format", "json", *options)
    told = json.loads(said.out)
    assert said.code == (0 if told["holds"] else 1)
    return {each["step"]: each for each in told["verdicts"]}


def states(verdicts: dict) -> dict[str, str]:
    return {step: each["state"] for step, each in verdicts.items()}


# bundle -----------------------------------------------------------------------------------


@pytest.mark.parametrize("id", ["yeji", "cn-mem"])
def test_a_bundle_is_what_the_digest_names(liangfa, tmp_path: Path, id: str) -> None:
    out = tmp_path / "b.json"
    said = liangfa("bundle", "--rule-set", id, "--out", str(out))
    assert (said.code, said.err) == (0, "")
    content = out.read_bytes()
    assert digest(content) == load_rule_set(RULES, id).digest
    assert digest(content) in said.out
    assert content == rfc8785.dumps(json.loads(content))


def test_the_same_rules_give_the_same_bytes_wherever_they_lie(
    liangfa, rules: Path, tmp_path: Path
) -> None:
    elsewhere = tmp_path / "elsewhere" / "rules"
    shutil.copytree(rules, elsewhere)
    printed = liangfa("bundle", "--rules", str(rules)).out
    assert printed == liangfa("bundle", "--rules", str(elsewhere)).out
    bundle(liangfa, rules)
    assert (tmp_path / "b.json").read_bytes() == printed.encode()


def test_only_verified_rules_are_another_bundle(liangfa, rules: Path) -> None:
    whole = liangfa("bundle", "--rules", str(rules)).out
    sure = liangfa("bundle", "--rules", str(rules), "--published-only").out
    assert whole != sure and read_bundle(sure.encode()).published_only


def test_rules_that_do_not_load_are_not_bundled(liangfa, rules: Path, tmp_path: Path) -> None:
    facts = rules / "mercury" / "facts.yaml"
    facts.write_text(facts.read_text("utf-8").replace("overdue:", "overtime:"), "utf-8")
    said = bundle(liangfa, rules)
    assert (said.code, said.out) == (1, "")
    assert ": unknown_fact: " in said.err
    assert not (tmp_path / "b.json").exists()


@pytest.mark.usefixtures("in_folder")
def test_the_summary_for_people_and_for_programs(liangfa, rules: Path) -> None:
    content = liangfa("bundle", "--rules", str(rules)).out.encode()
    said = liangfa("bundle", "--rules", str(rules), "--out", "b.json", "--format", "json")
    assert json.loads(said.out) == {
        "written": True,
        "file": "b.json",
        "bytes": len(content),
        "digest": digest(content),
        "layers": [
            {"id": "mercury-bench", "version": "2026.1.0"},
            {"id": "mercury", "version": "2026.1.0"},
        ],
        "verification": None,
    }
    said = liangfa("bundle", "--rules", str(rules), "--out", "b.json")
    assert said.out == (
        "mercury-bench 2026.1.0 ← mercury 2026.1.0\n"
        f"{digest(content)}\n"
        f"已写到 b.json，{len(content):,} 字节\n"
    )


# A release --------------------------------------------------------------------------------


def test_a_release_needs_an_approval_of_every_layer(liangfa, rules: Path, tmp_path: Path) -> None:
    said = bundle(liangfa, rules, "--release", "--format", "json")
    told = json.loads(said.out)
    assert (said.code, told["written"]) == (1, False)
    last = told["verification"]["verdicts"][-1]
    assert (last["step"], last["state"]) == ("released", "failed")
    assert last["says"] == "没有发布：mercury-bench 的这个版本没有人批准"
    [finding] = last["findings"]
    assert (finding["code"], finding["file"]) == (
        "not_released",
        "rules/mercury-bench/ruleset.yaml",
    )
    assert not (tmp_path / "b.json").exists()


def test_a_release_passes_every_check_before_it_is_written(
    liangfa, released: Path, tmp_path: Path
) -> None:
    said = bundle(liangfa, released, "--release")
    assert (said.code, said.err) == (0, "")
    assert said.out.count("【通过】") == 6 and "【未做】" not in said.out
    assert "规则包没有问题。" in said.out
    verdicts = verify(liangfa, (tmp_path / "b.json").read_bytes(), tmp_path, "--release")
    assert verdicts["released"]["says"] == (
        "已经批准发布：mercury-bench 由水星甲（虚构）起草、水星乙（虚构）于 2026-11-25 批准；"
        "mercury 由水星甲（虚构）起草、水星乙（虚构）于 2026-01-05 批准"
    )


def test_a_release_is_never_overwritten(liangfa, released: Path, tmp_path: Path) -> None:
    (tmp_path / "b.json").write_bytes(b"earlier")
    said = bundle(liangfa, released, "--release")
    assert said.code == 2
    assert said.err.endswith("已经存在，发布过的不能改；请换一个文件名\n")
    assert (tmp_path / "b.json").read_bytes() == b"earlier"


def test_a_release_whose_worked_cases_fail_is_not_written(
    liangfa, released: Path, tmp_path: Path
) -> None:
    worked = released / "mercury" / "cases" / "mer" / "mer-021-3.yaml"
    worked.write_text(worked.read_text("utf-8").replace("max: 50000", "max: 50001"), "utf-8")
    said = bundle(liangfa, released, "--release")
    assert said.code == 1
    assert "【不通过】3 个算例里有 1 个不符\n" in said.out
    assert "case_differs" in said.out
    assert not (tmp_path / "b.json").exists()


@pytest.mark.parametrize(
    ("release", "code"),
    [
        (
            '{version: 2026.1.0, author: 甲, approved_by: 甲, on: "2026-11-25"}',
            "approved_by_author",
        ),
        (
            '{version: 2026.1.0, author: 水星 甲, approved_by: 水星甲, on: "2026-11-25"}',
            "approved_by_author",
        ),
        ('{version: 2026.1.0, author: 甲, approved_by: 乙, on: "2026-02-30"}', "not_a_date"),
        ("{version: 2026.1.0, author: 甲, approved_by: 乙}", "missing_key"),
        ('{version: 2026.1.0, author: 甲, approved_by: "", on: "2026-11-25"}', "out_of_bounds"),
    ],
)
def test_an_approval_is_by_another_person_on_a_day(
    liangfa, rules: Path, release: str, code: str
) -> None:
    manifest = rules / "mercury-bench" / "ruleset.yaml"
    manifest.write_text(manifest.read_text("utf-8") + f"release: {release}\n", "utf-8")
    said = bundle(liangfa, rules)
    assert said.code == 1
    assert f": {code}: " in said.err


def test_an_approval_is_of_one_version(liangfa, released: Path, tmp_path: Path) -> None:
    manifest = released / "mercury-bench" / "ruleset.yaml"
    text = manifest.read_text("utf-8")
    manifest.write_text(text.replace("version: 2026.1.0\n", "version: 2026.2.0\n"), "utf-8")
    said = bundle(liangfa, released, "--release")
    assert said.code == 1
    assert "没有发布：mercury-bench 的这个版本没有人批准" in said.out
    assert not (tmp_path / "b.json").exists()


def test_our_own_rules_are_released_by_nobody(liangfa) -> None:
    for id in ("cn", "cn-mem", "cn-ah", "yeji"):
        assert all(layer.release is None for layer in load_rule_set(RULES, id).layers)


# --since ----------------------------------------------------------------------------------


def test_the_changelog_entry_names_articles_and_days(liangfa, rules: Path, tmp_path: Path) -> None:
    item = rules / "mercury" / "items" / "mer" / "mer-021-3.yaml"
    item.write_text(item.read_text("utf-8").replace("max: 50000", "max: 40000"), "utf-8")
    said = bundle(liangfa, rules, "--since", str(PRACTICE))
    assert (said.code, said.out) == (1, "")
    assert "rules/mercury/ruleset.yaml:2:1: version_not_stepped: " in said.err
    assert not (tmp_path / "b.json").exists()
    manifest = rules / "mercury" / "ruleset.yaml"
    manifest.write_text(manifest.read_text("utf-8").replace("2026.1.0", "2026.2.0"), "utf-8")
    said = bundle(liangfa, rules, "--since", str(PRACTICE))
    assert said.code == 0
    entry = said.out.partition("\n\n")[2]
    assert entry.startswith("## mercury-bench 2026.1.0\n")
    assert "第二十一条第（三）项" in entry and "2025-01-01 起" in entry
    said = bundle(liangfa, rules, "--since", str(PRACTICE), "--format", "json")
    assert json.loads(said.out)["changelog"] == entry


# verify-bundle ----------------------------------------------------------------------------


@pytest.fixture
def content(liangfa, released: Path) -> bytes:
    """A released bundle."""
    return liangfa("bundle", "--rules", str(released)).out.encode()


def test_without_the_rules_it_says_what_it_did_not_verify(
    liangfa, content: bytes, tmp_path: Path
) -> None:
    verdicts = verify(liangfa, content, tmp_path)
    assert states(verdicts) == {
        "canonical": "passed",
        "loads": "passed",
        "checked": "passed",
        "cases": "not_done",
        "released": "passed",
    }
    assert verdicts["cases"]["says"] == (
        "没有核对算例：规则包不带算例，用 --against 指明有算例的规则目录"
    )


def test_with_the_rules_it_runs_their_worked_cases_and_compares(
    liangfa, content: bytes, released: Path, tmp_path: Path
) -> None:
    verdicts = verify(liangfa, content, tmp_path, "--against", str(released))
    assert set(states(verdicts).values()) == {"passed"}
    assert verdicts["cases"]["says"] == "3 个算例都相符"
    assert verdicts["same"]["says"] == "与规则目录逐字节相同"


def test_an_unreleased_bundle_says_so_and_fails_only_when_asked(
    liangfa, rules: Path, tmp_path: Path
) -> None:
    content = liangfa("bundle", "--rules", str(rules)).out.encode()
    assert states(verify(liangfa, content, tmp_path))["released"] == "not_done"
    assert states(verify(liangfa, content, tmp_path, "--release"))["released"] == "failed"


@pytest.mark.parametrize(
    "spoil",
    [
        lambda content: content.replace(b"50000", b"50001", 1).replace(b'{"', b'{ "', 1),
        lambda content: content + b"\n",
        lambda content: json.dumps(json.loads(content)).encode(),
        lambda content: content.replace(b"rules/mercury/facts", b"rules/../facts"),
        lambda content: b"{}",
        lambda content: b"\xff",
        lambda content: b"",
    ],
)
def test_bytes_that_are_not_canonical_are_refused(
    liangfa, content: bytes, tmp_path: Path, spoil
) -> None:
    verdicts = verify(liangfa, spoil(content), tmp_path)
    assert states(verdicts) == {"canonical": "failed"}
    [finding] = verdicts["canonical"]["findings"]
    assert (finding["code"], finding["file"]) == ("bad_bundle", str(tmp_path / "b.json"))


def altered(content: bytes, name: str, old: str, new: str) -> bytes:
    """A bundle with another text in one file, canonical again."""
    data = json.loads(content)
    assert old in data["files"][name]
    data["files"][name] = data["files"][name].replace(old, new)
    return rfc8785.dumps(data)


def test_a_figure_that_was_altered_shows_beside_the_rules(
    liangfa, content: bytes, released: Path, tmp_path: Path
) -> None:
    name = "rules/mercury/items/mer/mer-021-3.yaml"
    verdicts = verify(
        liangfa,
        altered(content, name, "max: 50000", "max: 45000"),
        tmp_path,
        "--against",
        str(released),
    )
    assert states(verdicts) == {
        "canonical": "passed",
        "loads": "passed",
        "checked": "passed",
        "cases": "failed",
        "same": "failed",
        "released": "passed",
    }
    [finding] = verdicts["same"]["findings"]
    assert (finding["code"], finding["file"]) == ("bundle_differs", name)


def test_a_folder_of_another_name_gives_another_bundle(
    liangfa, content: bytes, released: Path, tmp_path: Path
) -> None:
    verdicts = verify(
        liangfa, content, tmp_path, "--against", str(released.rename(tmp_path / "laws"))
    )
    assert verdicts["cases"]["state"] == "passed"
    assert verdicts["same"]["findings"][0]["message"] == (
        "规则包由名叫“rules”的目录生成，这个目录叫“laws”"
    )


def test_rules_with_a_fault_are_told_with_their_place(
    liangfa, content: bytes, tmp_path: Path
) -> None:
    name = "rules/mercury/items/mer/mer-021-3.yaml"
    broken = altered(content, name, "unshaded_workers", "unshaded_worker")
    verdicts = verify(liangfa, broken, tmp_path)
    assert states(verdicts) == {"canonical": "passed", "loads": "failed"}
    assert verdicts["loads"]["findings"][0]["file"] == name
    overlapping = altered(content, name, "{overdue: {is: true}}", "{overdue: {is: false}}")
    verdicts = verify(liangfa, overlapping, tmp_path)
    assert states(verdicts)["checked"] == "failed"
    assert "penalties_overlap" in [each["code"] for each in verdicts["checked"]["findings"]]


def test_a_bundle_of_an_unknown_rule_set_is_told_by_its_own_folder(
    liangfa, content: bytes, tmp_path: Path
) -> None:
    data = json.loads(content)
    data["rule_set"] = "mercurybench"
    verdicts = verify(liangfa, rfc8785.dumps(data), tmp_path)
    [finding] = verdicts["loads"]["findings"]
    assert (finding["code"], finding["file"]) == ("unknown_rule_set", "rules")


def test_a_file_that_no_layer_reads_is_not_smuggled_in(
    liangfa, content: bytes, tmp_path: Path
) -> None:
    data = json.loads(content)
    data["files"]["rules/other/facts.yaml"] = "facts: {}\n"
    verdicts = verify(liangfa, rfc8785.dumps(data), tmp_path)
    assert states(verdicts) == {"canonical": "passed", "loads": "failed"}
    assert verdicts["loads"]["findings"][0]["code"] == "bundle_with_more"


@pytest.mark.parametrize("name", ["x" * 300 + ".yaml", "ruleset.yaml/inside.yaml"])
def test_names_that_no_disk_takes_are_refused(
    liangfa, content: bytes, tmp_path: Path, name: str
) -> None:
    data = json.loads(content)
    data["files"][f"rules/mercury/{name}"] = "facts: {}\n"
    verdicts = verify(liangfa, rfc8785.dumps(data), tmp_path)
    assert states(verdicts) == {"canonical": "passed", "loads": "failed"}
    assert verdicts["loads"]["findings"][0]["code"] == "bad_bundle"


def test_a_bundle_is_read_from_standard_input(liangfa, content: bytes) -> None:
    said = liangfa("verify-bundle", "-", "--format", "json", stdin=content)
    assert (said.code, said.err) == (0, "")
    assert json.loads(said.out)["digest"] == digest(content)


def test_a_folder_is_no_bundle(liangfa, in_folder: Path) -> None:
    said = liangfa("verify-bundle", ".")
    told = ".:1:1: is_a_directory: 这是一个目录，不是文件；请给出目录里的某个文件\n"
    assert (said.code, said.out, said.err) == (2, "", told)


def test_rules_to_compare_with_that_do_not_load_are_told_by_name(
    liangfa, content: bytes, tmp_path: Path
) -> None:
    """The folder that a bundle is unpacked to for the moment is nothing to the reader."""
    old = tmp_path / "old.json"
    old.write_bytes(content)
    rules = Path(shutil.copytree(PRACTICE, tmp_path / "later" / "rules"))
    shutil.copytree(rules / "mercury-bench", rules / "mercury-town")
    manifest = rules / "mercury-town" / "ruleset.yaml"
    text = manifest.read_text("utf-8").replace("id: mercury-bench", "id: mercury-town")
    manifest.write_text(text, "utf-8")
    out = tmp_path / "new.json"
    said = liangfa(
        "bundle", "--rules", str(rules), "--rule-set", "mercury-town",
        "--out", str(out), "--since", str(old),
    )  # fmt: skip
    assert (said.code, said.out, out.exists()) == (2, "", False)
    assert said.err.startswith(
        f"{old}:1:1: unknown_rule_set: 没有规则集“mercury-town”（--since {old}）；"
    )


def test_a_difference_with_names_that_no_disk_takes_is_refused(
    liangfa, content: bytes, tmp_path: Path
) -> None:
    data = json.loads(content)
    data["files"]["rules/mercury/ruleset.yaml/inside.yaml"] = "facts: {}\n"
    name = tmp_path / "b.json"
    name.write_bytes(rfc8785.dumps(data))
    said = liangfa("diff", str(name), str(PRACTICE))
    told = f"{name}:1:1: bad_bundle: 里面有不能用的文件名；请从记录里重新取出，不要改动\n"
    assert (said.code, said.out, said.err) == (2, "", told)


def test_one_approved_by_its_author_does_not_load(liangfa, content: bytes, tmp_path: Path) -> None:
    name = "rules/mercury-bench/ruleset.yaml"
    alone = altered(content, name, "approved_by: 水星乙", "approved_by: 水星甲")
    verdicts = verify(liangfa, alone, tmp_path)
    assert [each["code"] for each in verdicts["loads"]["findings"]] == ["approved_by_author"]


def test_what_cannot_be_read_is_a_slip_of_the_caller(liangfa, in_folder: Path) -> None:
    said = liangfa("verify-bundle", "none.json")
    assert (said.code, said.out) == (2, "")
    assert said.err == "none.json:1:1: no_such_file: 没有这个文件；请检查路径\n"
    (in_folder / "b.json").write_bytes(b"{}")
    said = liangfa("verify-bundle", "b.json", "--against", "none")
    assert said.code == 2


def test_the_answers_for_people(liangfa, content: bytes, in_folder: Path) -> None:
    (in_folder / "b.json").write_bytes(content)
    said = liangfa("verify-bundle", "b.json")
    assert said.code == 0
    assert said.out == (
        f"{digest(content)}\n"
        "【通过】是规范文本（RFC 8785）\n"
        "【通过】能加载，摘要相符：mercury-bench 2026.1.0 ← mercury 2026.1.0，1 个事\n"
        "  项\n"
        "【通过】检查没有发现问题；未核实 0 处，建议稿 0 处\n"
        "【未做】没有核对算例：规则包不带算例，用 --against 指明有算例的规则目录\n"
        "【通过】已经批准发布：mercury-bench 由水星甲（虚构）起草、水星乙（虚构）于\n"
        "  2026-11-25 批准；mercury 由水星甲（虚构）起草、水星乙（虚构）于 2026-01-05\n"
        "  批准\n"
        "规则包没有问题；1 项没有做。\n"
    )
