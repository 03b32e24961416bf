"""Plain zh-CN for what the engine found."""

from __future__ import annotations

from collections.abc import Callable

from engine.facts import Value
from engine.model import RuleSet
from engine.money import yuan_text
from engine.result import (
    Assumption,
    Imposed,
    Reason,
    Warning,
)

NOTICE = (
    "本结果是对办案机关的建议，据所列规则和所填事实算出；是否处罚、如何处罚由办案机关依法决定。"
)

DISPOSITIONS = {
    "penalize": "给予处罚",
    "may_exempt": "可以不予处罚",
    "exempt": "不予处罚",
    "order_only": "只责令改正，不给予处罚",
    "not_liable_at_stage": "现阶段法律不罚该当事人",
    "not_established": "违法行为不成立",
    "open": "尚不能确定",
}
STAGES = {
    "first": "首次查处",
    "overdue": "逾期未改正",
    "refused": "拒不执行",
    "accident": "发生事故",
    "continued": "拒不改正、持续",
    "any": "任一阶段",
}
EFFECTS = {
    "exempt": "不予处罚",
    "lighten": "从轻",
    "mitigate": "减轻",
    "aggravate": "从重",
}
STATUS = {"verified": "已核实", "draft": "未核实", "proposal": "建议稿，无法律效力"}

NOT_EXAMINED = {
    "limitation": "追诉时效（行政处罚法第三十六条）",
    "old_and_new_law": "新旧法的选择（行政处罚法第三十七条）",
    "capacity": "责任年龄和责任能力（行政处罚法第三十条、第三十一条）",
    "jurisdiction": "管辖和处罚权限",
    "concurrence": "一个行为触犯几个规范、几个行为合并（行政处罚法第二十九条）",
    "procedures": "听证、法制审核、集体讨论等程序和期限",
    "referrals": "移送司法机关和其他机关",
    "listings": "严重失信主体名单",
    "draft": "决定书的说理段落",
}

_WARNINGS = {
    "benchmark_row_unknown": "没有已知的裁量基准行，只能给出法定幅度",
    "benchmark_in_time": "行为时和决定时施行的裁量基准不同，没有已核实的适用规则，只给出法定幅度",
    "tier_gap": "裁量基准没有覆盖这种事实，只能给出法定幅度，请报告规则维护人员",
    "draft_tier": "所用裁量阶次未经核实，不能直接作为依据",
    "proposal_tier": "所用裁量阶次是本项目的建议稿，没有法律效力，采用前须由机关正式制定",
    "draft_rule": "所用规则未经核实，不能直接作为依据",
    "proposal_rule": "所用规则是建议稿，没有法律效力",
    "draft_policy": "所用裁量办法未经核实",
    "proposal_policy": "所用裁量办法是建议稿，没有法律效力",
    "draft_substitute": "替代计算办法未经核实",
    "draft_parameter": "所用参数未经核实",
    "parameter_missing": "缺少计算所需的参数值",
    "zero_base": "计算基数为零，不能得出罚款，请核对",
    "no_band_policy": "没有已核实的裁量幅度划分，从轻、从重的幅度由承办人在上述范围内掌握",
    "fixed_amount": "数额固定，没有从轻、从重的余地",
    "opposite_directions": "同时有从轻（减轻）和从重情节，没有已核实的处理规则，由承办人综合裁量",
    "mitigation_without_minimum": "法律没有规定最低罚款，罚款谈不上减轻；可以考虑不并处其他处罚",
    "mitigation_waits": "法定最低罚款尚未查清，减轻后的范围待查清后确定",
    "may_replace": "法律规定可以加倍处罚，所列为加倍后的幅度；不加倍的，见“另一种选择”",
    "edition_ended": "该事项的规定已经失效，没有写明行为日期，按最后一个版本评估",
    "possible_merged": "可能的结果太多，已按处罚合并列出",
    "several_violations": "有几个违法行为，本版尚不合并计算，各行为的结果分别列出",
    "no_edition_in_force": "行为时没有收录的有效版本，不能给出结果",
    "item_not_found": "所填事实不足以成立任何已收录的事项",
    "party_without_role": "没有写明该当事人在单位里的身份，不知道法律是否罚他",
    "party_not_addressed": "该事项不处罚这种身份的当事人",
    "fact_not_used": "该事项用不到这个事实",
    "shared_party_fact": "写在案件层的当事人事实，视为每个当事人都如此",
}

_NO_SUGGESTION = {
    "no_suggestion_policy": "没有已核实的数额建议办法",
    "amount_open": "数额所依据的事实尚未查清",
    "mitigated_by_person": "减轻后的数额由人决定",
    "opposite_by_person": "从轻、从重并存，由人决定",
    "no_band_policy": "没有已核实的裁量幅度划分",
    "no_amount_in_range": "幅度内没有符合取整办法的数额",
    "several_answers": "结果尚不唯一",
    "no_fine": "没有罚款",
}

Says = Callable[[dict[str, str], RuleSet], str]


def fen_range(lo: int | None, hi: int | None) -> str:
    """A range of fen in zh-CN: 30,000元以下 · 100,000元至130,000元 · 181,342.46元."""
    if hi is None:
        return "数额待查" if lo is None else f"{yuan_text(lo)}以上"
    if lo is None:
        return f"{yuan_text(hi)}以下"
    if lo == 0 and hi:
        return f"不罚款，或者{yuan_text(hi)}以下"
    return yuan_text(lo) if lo == hi else f"{yuan_text(lo)}至{yuan_text(hi)}"


def _slot_range(slots: dict[str, str]) -> str:
    lo, hi = slots.get("lo"), slots.get("hi")
    return fen_range(int(lo) if lo else None, int(hi) if hi else None)


def _roles(slots: dict[str, str], rule_set: RuleSet) -> str:
    return "、".join(rule_set.roles[role][0] for role in slots["roles"].split("|"))


def _stages(slots: dict[str, str]) -> str:
    return "、".join(STAGES[each] for each in slots["stages"].split("|"))


def _effects(slots: dict[str, str]) -> str:
    verb = "应当" if slots["obligation"] == "shall" else "可以"
    return verb + "或者".join(EFFECTS[each] for each in slots["effects"].split("|"))


_SAYS: dict[str, Says] = {
    "established": lambda s, r: f"事实符合“{s['item']}”的构成，违法行为成立",
    "not_established": lambda s, r: f"事实不符合“{s['item']}”的构成，违法行为不成立",
    "stage_shall": lambda s, r: f"{STAGES[s['stage']]}阶段，法律规定应当处罚{_roles(s, r)}",
    "stage_may": lambda s, r: f"{STAGES[s['stage']]}阶段，法律规定可以处罚{_roles(s, r)}",
    "not_liable_at_stage": lambda s, r: (
        (f"现在是{STAGES[s['stage']]}阶段，" if s["stage"] else "")
        + f"法律只在{_stages(s)}时罚{_roles(s, r)}"
    ),
    "exempt": lambda s, r: f"{s['title']}，应当不予处罚，但须对当事人教育",
    "may_exempt": lambda s, r: f"{s['title']}，可以不予处罚；是否不罚由机关决定",
    "moves": lambda s, r: f"{s['title']}，{_effects(s)}处罚",
    "tier_hit": lambda s, r: (
        f"落在{s['tier']}（{s['source'] or '基准'}，{STATUS[s['status']]}），罚款{_slot_range(s)}"
    ),
    "benchmark_row_unknown": lambda s, r: "没有已知的裁量基准行，适用法定幅度",
    "benchmark_in_time": lambda s, r: "行为时和决定时施行的裁量基准不同，适用法定幅度",
    "tier_gap": lambda s, r: "裁量基准没有覆盖这种事实，适用法定幅度",
    "no_discretion": lambda s, r: "数额由法律固定，没有裁量阶次",
    "statutory_amount": lambda s, r: f"法定罚款为{_slot_range(s)}",
    "amount_waits": lambda s, r: f"数额所依据的事实尚未确定，目前只能说{_slot_range(s)}",
    "fine_range": lambda s, r: (
        f"结论：罚款{_slot_range(s)}"
        + ("（可以单处，也可以与没收并处）" if s["alone"] else "")
        + ("，法律规定可以处，也可以不处" if s["state"] == "optional" else "")
    ),
    "fine_open": lambda s, r: f"罚款数额未定，目前只能说{_slot_range(s)}",
}


def says(reason: Reason, rule_set: RuleSet) -> str:
    """The reason as a zh-CN sentence without its final stop."""
    return _SAYS[reason.code](dict(reason.slots), rule_set)


def fact_text(name: str, value: Value | None, rule_set: RuleSet) -> str:
    """A fact and its value: 逾期未改正：否."""
    fact = rule_set.facts[name]
    return f"{fact.label}：{fact.show(value)}"


def measure_text(measure: Imposed, rule_set: RuleSet) -> str:
    """A measure as the decision would name it."""
    labels = [rule_set.measures[kind] for kind in measure.kinds]
    joined = "或者".join(labels) if measure.form == "one_of" else "，直至".join(labels)
    by = f"（由{rule_set.organs[measure.by]}决定）" if measure.by else ""
    amount = ""
    if measure.amount is not None:
        amount = f" {fen_range(measure.amount.lo, measure.amount.hi)}"
    return joined + amount + by


def warning_text(warning: Warning) -> str:
    """A warning as a zh-CN sentence."""
    about = f"（{warning.about}）" if warning.about else ""
    return _WARNINGS[warning.code] + about


def no_suggestion_text(code: str) -> str:
    """Why there is no suggested amount."""
    return _NO_SUGGESTION[code]


def assumption_text(assumption: Assumption, rule_set: RuleSet) -> str:
    """What was assumed, and what kind of assumption it is."""
    fact = rule_set.facts[assumption.fact]
    if assumption.kind == "charged":
        return f"“{fact.label}”按指控认定，须用证据证明"
    if assumption.kind == "not_claimed":
        return f"没有人提出“{fact.label}”，有关情节按不存在处理"
    return f"没有说明“{fact.label}”，按“{fact.show(assumption.value)}”处理"
