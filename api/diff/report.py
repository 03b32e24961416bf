"""A comparison as one report: what differs, whether the versions follow, what it does to cases."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from engine.dates import day_text
from engine.difference import WEIGHT_SAYS, Difference

if TYPE_CHECKING:
    from engine.impact import Impact

FORMAT = "liangfa-difference/1"

DIRECTION_SAYS = {
    "error": "不能再评估",
    "unreachable": "不再有规则可循",
    "covered": "原来没有规则可循，现在有",
    "opened": "原来有结论，现在待查明",
    "closed": "原来待查明，现在有结论",
    "higher": "罚款升高",
    "lower": "罚款降低",
    "mixed": "罚款有升有降",
    "other": "罚款不变，别的有变",
}
FIELD_SAYS = {
    "status": "有无结论",
    "outcomes": "违法事项或者当事人",
    "disposition": "处理结论",
    "stage": "阶段",
    "tier": "阶次",
    "obligation": "应当或者可以",
    "statutory": "法定幅度",
    "fine": "罚款",
    "suggested": "建议数额",
    "measures": "措施",
    "circumstances": "情节",
    "alternatives": "另一种选择",
    "basis": "依据",
    "authority": "由谁处罚",
    "possible": "各种可能",
    "missing": "待查明的事实",
    "assumptions": "假定",
    "not_examined": "没有审查的",
    "warnings": "提示",
    "procedures": "程序、移送、名单",
}
GROUP_SAYS = {
    "opened": "待查明的",
    "unreachable": "没有规则可循的",
    "error": "不能评估的",
    "unreadable": "两边都读不了的",
}


@dataclass(frozen=True, slots=True)
class Report:
    """What two rule sets are called, what differs between them, and the impact on a basket (None
    where none was tried); `day` is the day the cases were moved to."""

    before: str
    after: str
    difference: Difference
    basket: str | None = None
    impact: Impact | None = None
    day: int | None = None

    @property
    def assumed(self) -> str | None:
        """What was assumed of the days, in zh-CN."""
        if self.day is None:
            return None
        return (
            f"假定各个案件的行为发生在 {day_text(self.day)}：其他各日随之平移，间隔不变；"
            "没有写日期的，行为和决定都按这一天；作为事实填写的日期没有移动"
        )

    def document(self) -> dict[str, Any]:
        """The report as JSON-ready data; the same rules and cases give the same data."""
        found = self.difference.document()
        return {
            "format": FORMAT,
            **found,
            "before": {"name": self.before, **found["before"]},
            "after": {"name": self.after, **found["after"]},
            "findings": [each.document() for each in self.difference.findings()],
            "impact": None if self.impact is None else self._impact(self.impact),
        }

    def _impact(self, impact: Impact) -> dict[str, Any]:
        found = impact.document()
        for each in (
            *found["parties"],
            *(one for case in found["largest"] for one in case["parties"]),
        ):
            each["says"] = self._roles(each["roles"])
        return {"basket": self.basket, "assumed": self.assumed, **found}

    def _roles(self, roles: list[str]) -> str:
        known = {**self.difference.before.roles, **self.difference.after.roles}
        return "、".join(known[role][0] for role in roles)


def heading(data: dict[str, Any]) -> str:
    """How many changes there are, by weight; and whether two different rule sets are compared."""
    if not data["changes"]:
        return "两边的规则相同"
    parts = [f"{WEIGHT_SAYS[name]} {count} 处" for name, count in data["counts"].items() if count]
    words = f"修改 {len(data['changes'])} 处：{'，'.join(parts)}"
    if data["before"]["id"] != data["after"]["id"]:
        words += "（两边不是同一个规则集；要比同一个，请用 --rule-set 写明）"
    return words


def version_says(version: dict[str, Any]) -> str:
    """How the version of a layer steps, in zh-CN."""
    before, after = version["before"] or "（没有）", version["after"] or "（删去）"
    weight = version["weight"]
    if weight is None:
        return f"{before} → {after}，没有修改"
    words = f"{before} → {after}，{WEIGHT_SAYS[weight]}修改"
    if version["least"] and not version["follows"]:
        words += f"，版本至少要到 {version['least']}"
    return words


def money_says(fine: dict[str, Any] | None) -> str:
    """A range of yuan as data, in zh-CN."""
    if fine is None:
        return "（没有）"
    lo, hi = fine["min"], fine["max"]
    if hi is None:
        return "数额待查" if lo is None else f"{lo:,}元以上"
    if hi == 0:
        return "不罚款"
    if not lo:
        return f"{hi:,}元以下"
    return f"{lo:,}元" if lo == hi else f"{lo:,}元至{hi:,}元"


def ends_say(change: dict[str, Any]) -> str:
    """How far one end of the totals moved: the least and the most, in yuan; `不明` where an answer
    leaves that end open every time."""
    least, most = change["least"], change["most"]
    if least is None or most is None:
        return "不明"
    return f"{least:+,} 元" if least == most else f"{least:+,} 至 {most:+,} 元"
