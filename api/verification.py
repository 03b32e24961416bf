"""Is a bundle what it claims to be? Each question with its answer, none left out silently."""

from __future__ import annotations

import dataclasses
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

from engine.bundle import Bundle, digest, read_bundle
from engine.checking import check
from engine.dates import day_text
from engine.faults import Finding, InputFault, LiangfaError, Place, RuleFault
from engine.layering import load_bundle, load_rule_set
from engine.model import RuleSet
from engine.testing import try_all


class State(StrEnum):
    """How a question was answered; `not_done` where it was not, or could not be, asked."""

    passed = "passed"
    failed = "failed"
    not_done = "not_done"


@dataclass(frozen=True, slots=True)
class Verdict:
    """One question put to a bundle: `step` is its stable name, `says` the answer in zh-CN."""

    step: str
    state: State
    says: str
    findings: tuple[Finding, ...] = ()

    def document(self) -> dict[str, Any]:
        """The verdict as JSON-ready data."""
        findings = [each.document() for each in self.findings]
        return {"step": self.step, "state": self.state, "says": self.says, "findings": findings}


@dataclass(frozen=True, slots=True)
class Verification:
    """What a bundle was found to be; `rule_set` None where it does not load."""

    digest: str
    rule_set: RuleSet | None
    verdicts: tuple[Verdict, ...]

    @property
    def holds(self) -> bool:
        """Whether nothing failed; what was not done is for the reader to see."""
        return all(each.state is not State.failed for each in self.verdicts)


def verify(
    content: bytes, name: str, against: Path | None = None, *, release: bool = False
) -> Verification:
    """Put every question to the bytes of a bundle. `against` is the rules folder that it should
    have been made from and that holds its worked cases; with `release` it must be released."""
    try:
        bundle = read_bundle(content)
    except InputFault as fault:
        found = tuple(dataclasses.replace(each, place=Place(name)) for each in fault.findings)
        verdict = Verdict("canonical", State.failed, "不是规范文本", found)
        return Verification(digest(content), None, (verdict,))
    verdicts = [Verdict("canonical", State.passed, "是规范文本（RFC 8785）")]
    with tempfile.TemporaryDirectory(prefix="liangfa-verify-") as folder:
        try:
            rules = bundle.unpack(Path(folder))
        except InputFault as fault:
            found = tuple(dataclasses.replace(each, place=Place(name)) for each in fault.findings)
            verdicts.append(Verdict("loads", State.failed, "里面的文件写不出来", found))
            return Verification(digest(content), None, tuple(verdicts))
        # A bundle names its rule set itself; the folder it came from says so in this file.
        (rules / "default.yaml").write_text(f"rule_set: {bundle.rule_set}\n", "utf-8")
        rule_set = _loaded(rules, bundle, content, name, verdicts)
        if rule_set is not None:
            verdicts.append(_checked(rules))
            verdicts.append(_cases(rules, rule_set, against))
            if against is not None:
                verdicts.append(_same(bundle, content, against, name))
            verdicts.append(_released(rule_set, wanted=release))
    return Verification(digest(content), rule_set, tuple(verdicts))


def _loaded(
    rules: Path, bundle: Bundle, content: bytes, name: str, verdicts: list[Verdict]
) -> RuleSet | None:
    try:
        rule_set = load_rule_set(rules, bundle.rule_set, published_only=bundle.published_only)
    except RuleFault as fault:
        # The folder that the bundle is unpacked to is nothing to the reader.
        found = tuple(
            dataclasses.replace(each, place=Place(rules.name))
            if each.place.file == str(rules)
            else each
            for each in fault.findings
        )
        verdicts.append(Verdict("loads", State.failed, "规则不能加载", found))
        return None
    if rule_set.digest != digest(content):
        help = "请用 liangfa bundle 重新生成"
        finding = Finding("bundle_with_more", Place(name), "规则包里有规则集用不到的文件", help)
        verdicts.append(Verdict("loads", State.failed, "摘要与规则集的不同", (finding,)))
        return None
    layers = " ← ".join(f"{each.id} {each.version}" for each in rule_set.layers[::-1])
    words = f"能加载，摘要相符：{layers}，{len(rule_set.items)} 个事项"
    verdicts.append(Verdict("loads", State.passed, words))
    return rule_set


def _checked(rules: Path) -> Verdict:
    found = check(rules)
    faulty = tuple(each for each in found if each.severity != "note")
    if faulty:
        return Verdict("checked", State.failed, f"检查发现 {len(faulty)} 处问题", faulty)
    drafts, proposals = (sum(each.code == code for each in found) for code in ("draft", "proposal"))
    words = f"检查没有发现问题；未核实 {drafts} 处，建议稿 {proposals} 处"
    return Verdict("checked", State.passed, words)


def _cases(rules: Path, rule_set: RuleSet, against: Path | None) -> Verdict:
    """Run the worked cases of every layer on the rules of the bundle."""
    if against is None:
        words = "没有核对算例：规则包不带算例，用 --against 指明有算例的规则目录"
        return Verdict("cases", State.not_done, words)
    for layer in rule_set.layers:
        cases = against / layer.id / "cases"
        if cases.is_dir():
            shutil.copytree(cases, rules / layer.id / "cases")
    tried = list(try_all(rules))
    failed = [each for each in tried if each.faults]
    if failed:
        faults = tuple(fault for each in failed for fault in each.faults)
        words = f"{len(tried)} 个算例里有 {len(failed)} 个不符"
        return Verdict("cases", State.failed, words, faults)
    if not tried:
        return Verdict("cases", State.not_done, "没有核对算例：规则目录里没有算例")
    return Verdict("cases", State.passed, f"{len(tried)} 个算例都相符")


def _same(bundle: Bundle, content: bytes, against: Path, name: str) -> Verdict:
    """Whether the folder gives the same bytes; else each file that differs."""
    root = next(iter(bundle.files)).partition("/")[0]
    if root != against.name:
        message = f"规则包由名叫“{root}”的目录生成，这个目录叫“{against.name}”"
        finding = Finding("bundle_differs", Place(name), message, f"请把目录改名为“{root}”再比")
        return Verdict("same", State.failed, "目录的名字不同，摘要也就不同", (finding,))
    try:
        other = load_bundle(against, bundle.rule_set, published_only=bundle.published_only)
    except LiangfaError as fault:
        return Verdict("same", State.failed, "规则目录读不出来，无从比较", fault.findings)
    if other.content() == content:
        return Verdict("same", State.passed, "与规则目录逐字节相同")
    found = tuple(_differing(bundle, other, name))
    return Verdict("same", State.failed, f"与规则目录不同：{len(found)} 个文件", found)


def _differing(bundle: Bundle, other: Bundle, name: str) -> Iterator[Finding]:
    for file in sorted({*bundle.files, *other.files}):
        if file not in other.files:
            message = "规则包里有，规则目录里没有"
        elif file not in bundle.files:
            message = "规则目录里有，规则包里没有"
        elif bundle.files[file] != other.files[file]:
            message = "规则包和规则目录里的内容不同"
        else:
            continue
        help = "规则改过就要重新打包；没有改过的，规则包不是由它生成的"
        yield Finding("bundle_differs", Place(file), message, help)


def _released(rule_set: RuleSet, *, wanted: bool) -> Verdict:
    """Whether every layer names who wrote this version of it and who else approved that."""
    missing = [
        layer.id
        for layer in rule_set.layers
        if layer.release is None or layer.release.version != layer.version
    ]
    if not missing:
        named = "；".join(
            f"{layer.id} 由{layer.release.author}起草、{layer.release.approved_by}"
            f"于 {day_text(layer.release.on)} 批准"
            for layer in rule_set.layers[::-1]
            if layer.release is not None
        )
        return Verdict("released", State.passed, f"已经批准发布：{named}")
    words = f"没有发布：{'、'.join(missing)} 的这个版本没有人批准"
    if not wanted:
        return Verdict("released", State.not_done, words)
    help = "请在 release 里写这个版本的 version、author、approved_by、on，起草和批准不能是一个人"
    found = tuple(
        Finding("not_released", layer.ref.place, f"“{layer.id}”的这个版本没有批准发布", help)
        for layer in rule_set.layers
        if layer.id in missing
    )
    return Verdict("released", State.failed, words, found)
