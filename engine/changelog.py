"""A draft of the changelog entry for a change of rules: which articles, from which day."""

from __future__ import annotations

from collections.abc import Iterator

from engine.difference import WEIGHT_SAYS, Change, Difference
from engine.quoting import period_text
from engine.versions import WEIGHTS


def changelog_entry(difference: Difference) -> str:
    """The entry in Markdown, to be read over by a person: heading, impacted days, impacted rules,
    and every change that is more than wording."""
    after = difference.after
    lines = [f"## {after.id} {after.version}", ""]
    if not difference.changes:
        return "\n".join([*lines, "- 没有修改。", ""])
    lines += [*_versions(difference), *_days(difference), *_rules(difference)]
    lines += _contents(difference)
    return "\n".join([*lines, ""])


def _versions(difference: Difference) -> Iterator[str]:
    yield "- 版本："
    for step in difference.steps:
        if step.weight is not None:
            before = step.before or "（没有）"
            after = step.after or "（删去）"
            yield f"  - {step.layer} {before} → {after}，{WEIGHT_SAYS[step.weight]}修改"


def _weighty(difference: Difference) -> list[Change]:
    return [each for each in difference.changes if each.weight != "wording"]


def _days(difference: Difference) -> Iterator[str]:
    found: dict[str, list[str]] = {}
    for change in _weighty(difference):
        found.setdefault(_when(change), []).append(change.heading)
    if found:
        yield "- 影响的期间："
    for when in sorted(found):
        yield f"  - {when}：{'、'.join(dict.fromkeys(found[when]))}"


def _when(change: Change) -> str:
    if change.proposal:
        return "没有日期（建议稿，没有法律效力）"
    return "不限日期" if change.period is None else period_text(change.period)


def _rules(difference: Difference) -> Iterator[str]:
    found: dict[str, None] = {}
    for change in _weighty(difference):
        place = change.after or change.before
        if place is not None:
            found[f"`{place.file}`"] = None
    if found:
        yield f"- 影响的文件：{'、'.join(sorted(found))}"


def _contents(difference: Difference) -> Iterator[str]:
    for weight in reversed(WEIGHTS):
        changes = [each for each in difference.changes if each.weight == weight]
        if not changes:
            continue
        if weight == "wording":
            yield f"- 另有文字修改 {len(changes)} 处，不影响任何结果。"
            continue
        yield f"- {WEIGHT_SAYS[weight]}修改："
        yield from (f"  - {each.says}" for each in changes)
