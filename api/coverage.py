"""What the worked cases reach, for people: counts, what is missing, and cases to fill it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

from rich.console import Console

from api.layout import line
from api.scaffolding.changes import Change
from engine.coverage import Count, Coverage
from engine.expecting import BY_ENGINE, written
from engine.skeletons import Skeleton, Target, Unreached, targets

_HEAD = (
    "# 补覆盖的骨架算例：事实取在界限上，预期是引擎现在的结果。\n"
    "# 请逐个对照法条核算，改好名称和理由，删去“由引擎填写”的注记，再并入算例。\n"
)
_LACKS = {
    "hit": "没有适用过",
    "missed": "没有试过而不适用",
    "true": "没有为“是”的算例",
    "false": "没有为“否”的算例",
}
_RULES = {
    "items": "事项",
    "penalties": "处罚",
    "tiers": "裁量阶次",
    "limitations": "追诉期限",
    "circumstances": "情节",
    "procedures": "程序、移送、名单",
}
_CONDITIONS = {
    "established": "违法行为成立",
    "penalties": "处罚",
    "tiers": "裁量阶次",
    "measures": "措施",
    "substitutes": "罚款的替代算法",
    "circumstances": "情节",
    "exclusions": "情节的排除",
    "limitations": "追诉期限",
    "procedures": "程序、移送、名单",
}


def print_coverage(out: Console, coverage: Coverage) -> None:
    """The totals of each group, then what no worked case reaches, with the place of each."""
    line(out, 0, "【规则】", "bold")
    missing: list[str] = []
    for group, counts in coverage.groups().items():
        fired = sum(each.fired > 0 for each in counts)
        spared = sum(each.not_fired > 0 for each in counts)
        line(
            out,
            0,
            f"{_RULES[group]}：{len(counts)} 条，适用过 {fired} 条，试过而不适用 {spared} 条",
        )
        if group != "tiers":
            missing += [_unfired(each) for each in counts if not each.fired]
    line(out, 0, "【条件里的判断】", "bold")
    for group, tests in coverage.tests.groups().items():
        if tests:
            true, false = sum(each.true for each in tests), sum(each.false for each in tests)
            line(
                out,
                0,
                f"{_CONDITIONS[group]}：{len(tests)} 个，为“是” {true} 个，为“否” {false} 个",
            )
    missing += [_sought(each) for each in targets(coverage)]
    if not missing:
        line(out, 0, "没有遗漏。", "bold")
        return
    line(out, 0, f"【没有算例的 {len(missing)} 处】", "bold")
    for text in missing:
        line(out, 2, text, "yellow", hang=2)


def _unfired(count: Count) -> str:
    """A rule that never applied; whether one was tried without applying is told of its tests."""
    place = count.rule.place
    return f"{place.file}:{place.line} {count.rule.id}：{count.title}（{_LACKS['hit']}）"


def _sought(target: Target) -> str:
    place = f"{target.place.file}:{target.place.line}"
    return f"{place} {target.rule.id}：{target.says}（{_LACKS[target.wanted]}）"


def print_unreached(out: Console, listed: Iterable[Unreached]) -> None:
    """What no case was found for, and why."""
    for each in listed:
        line(out, 2, f"{_sought(each.target)}：{each.reason}", "yellow", hang=2)


def skeleton_files(made: Iterable[Skeleton]) -> dict[Path, str]:
    """The skeletons as files of worked cases, by item, as a rules folder would have them."""
    grouped: dict[Path, list[Skeleton]] = {}
    for each in made:
        path = Path(each.target.rule.set, "cases", each.law, f"{each.item}-missing.yaml")
        grouped.setdefault(path, []).append(each)
    return {
        path: f"{_HEAD}cases:\n" + "".join(written(each.worked, BY_ENGINE) for each in listed)
        for path, listed in sorted(grouped.items())
    }


def as_changes(folder: Path, files: Mapping[Path, str]) -> list[Change]:
    """The files as new ones under a folder."""
    return [Change(folder / path, None, text) for path, text in files.items()]


def skeleton_document(each: Skeleton | Unreached) -> dict[str, object]:
    """A skeleton, or why there is none, as JSON-ready data."""
    if isinstance(each, Unreached):
        return {**each.target.document(), "reason": each.reason, "worked": None}
    return {**each.target.document(), "reason": None, "worked": each.worked}
