"""Each reason as a zh-CN sentence, by its code."""

from __future__ import annotations

from collections.abc import Callable

from engine.model import RuleSet
from engine.money import fen_range
from engine.phrases import EFFECTS, LEVELS, STAGES, STATES, STATUS
from engine.result import Reason

Says = Callable[[dict[str, str], RuleSet], str]


def says(reason: Reason, rule_set: RuleSet) -> str:
    """The reason as a zh-CN sentence without its final stop."""
    return _SAYS[reason.code](dict(reason.slots), rule_set)


def _slot_range(slots: dict[str, str]) -> str:
    lo, hi = slots.get("lo"), slots.get("hi")
    return fen_range(int(lo) if lo else None, int(hi) if hi else None)


def _roles(slots: dict[str, str], rule_set: RuleSet) -> str:
    return "、".join(rule_set.roles[role][0] for role in slots["roles"].split("|"))


def stage_text(stage: str) -> str:
    """A stage by name, as a decision would speak of it: 逾期未改正阶段."""
    return STAGES[stage] if STAGES[stage].endswith("阶段") else f"{STAGES[stage]}阶段"


def _stages(slots: dict[str, str]) -> str:
    return "、".join(STAGES[each] for each in slots["stages"].split("|"))


def _effects(slots: dict[str, str]) -> str:
    verb = "应当" if slots["obligation"] == "shall" else "可以"
    return verb + "或者".join(EFFECTS[each] for each in slots["effects"].split("|"))


def law_of(edition: str, rule_set: RuleSet) -> str:
    """An edition of an item by the name of its law: 《…条例》（2013年修正）的 hcr-076 项."""
    item = next(each for each in rule_set.items[edition.split("@")[0]] if each.edition == edition)
    law = rule_set.laws[item.law]
    versions = [each.version for each in law.editions if each.period.holds(item.period.start)]
    version = f"（{versions[0]}）" if versions else ""
    return f"《{law.title}》{version}的 {item.id} 项"


def _laws(slots: dict[str, str], rule_set: RuleSet) -> str:
    old, new = law_of(slots["old"], rule_set), law_of(slots["new"], rule_set)
    return f"行为时施行{old}，决定时施行{new}"


def _whence(slots: dict[str, str]) -> str:
    """Where a tier comes from: a document, or for a proposal the reason it gives."""
    if slots["status"] == "proposal":
        return f"{STATUS['proposal']}；{slots['because'].rstrip('。')}"
    return f"{slots['source'] or '基准'}，{STATUS[slots['status']]}"


def _step_says(state: str) -> Says:
    return lambda s, r: (
        f"{s['title']}：{STATES[state]}" + (f"（{s['grounds']}）" if s["grounds"] else "")
    )


_SAYS: dict[str, Says] = {
    "established": lambda s, r: f"事实符合“{s['item']}”的构成，违法行为成立",
    "not_established": lambda s, r: f"事实不符合“{s['item']}”的构成，违法行为不成立",
    "stage_shall": lambda s, r: f"{stage_text(s['stage'])}，法律规定应当处罚{_roles(s, r)}",
    "stage_may": lambda s, r: f"{stage_text(s['stage'])}，法律规定可以处罚{_roles(s, r)}",
    "not_liable_at_stage": lambda s, r: (
        (f"现在是{stage_text(s['stage'])}，" if s["stage"] else "")
        + f"法律只在{_stages(s)}时罚{_roles(s, r)}"
    ),
    "exempt": lambda s, r: f"{s['title']}，应当不予处罚，但须对当事人教育",
    "may_exempt": lambda s, r: f"{s['title']}，可以不予处罚；是否不罚由机关决定",
    "moves": lambda s, r: f"{s['title']}，{_effects(s)}处罚",
    "gate_exempt": lambda s, r: f"{s['title']}，不予处罚",
    "bars_fine": lambda s, r: f"{s['title']}，不得再处罚款，其他处罚不受影响",
    "adds": lambda s, r: f"{s['title']}",
    "time_barred": lambda s, r: (
        f"{s['title']}：追诉期限{s['years']}年，自{s['start']}起算，至{s['end']}届满，"
        f"{s['found']}才发现，不再给予行政处罚"
    ),
    "other_organ": lambda s, r: (
        f"该处罚由{r.organs[s['organ']]}决定，不由{r.organs.get(s['own'], '本机关')}决定"
    ),
    "level_too_low": lambda s, r: (
        f"该处罚由{LEVELS[s['level']]}以上机关决定，本机关是{LEVELS[s['own']]}"
    ),
    "entrusted_power": lambda s, r: (
        f"该事项已委托{s['to']}办理（{s['document']}），以委托机关的名义决定"
    ),
    "transferred_power": lambda s, r: (
        f"该事项的处罚权已交由{s['to']}行使（{s['document']}），以其自己的名义决定"
    ),
    "old_not_punished": lambda s, r: f"行为时的规定（{law_of(s['old'], r)}）不罚，适用行为时的规定",
    "old_applies": lambda s, r: f"{_laws(s, r)}；新规定不轻于旧规定，适用行为时的规定",
    "new_lighter": lambda s, r: f"{_laws(s, r)}；新规定处罚较轻，适用新规定",
    "new_not_punished": lambda s, r: f"{_laws(s, r)}；新规定不再处罚，适用新规定",
    "person_decides": lambda s, r: f"{_laws(s, r)}；两者互有轻重，由承办人决定",
    "several_successors": lambda s, r: (
        f"行为时施行{law_of(s['old'], r)}，决定时对应的新规定有几项（{s['name']}），"
        "不能自动比较，由承办人判断；不会重于行为时的规定"
    ),
    "no_successor_known": lambda s, r: (
        f"行为时施行{law_of(s['old'], r)}，决定时已经失效，没有收录对应的新规定，"
        "由承办人判断；不会重于行为时的规定"
    ),
    "later_text_missing": lambda s, r: (
        f"行为时施行{law_of(s['old'], r)}，决定时施行{s['name']}；"
        "后者文本没有取得，不能比较轻重，只知道不会重于行为时的规定"
    ),
    "text_missing": lambda s, r: f"应当适用{s['version']}，文本没有取得，不能评估",
    "absorbed": lambda s, r: (
        f"同一个行为已按罚款数额较高的“{s['title']}”（{s['item']}）罚款，本项不再罚款"
    ),
    "absorbed_equal": lambda s, r: (
        f"同一个行为已按“{s['title']}”（{s['item']}）罚款，两者罚款相同，本项不再罚款"
    ),
    "displaced": lambda s, r: f"“{s['title']}”（{s['item']}）是特别规定，优先适用，本项不再罚款",
    "norms_reversed": lambda s, r: (
        f"与“{s['title']}”（{s['item']}）是同一个行为，法定幅度与裁量后的轻重相反，由承办人选择"
    ),
    **{
        f"{kind}_{state}": _step_says(state)
        for kind in ("procedure", "referral", "listing")
        for state in ("required", "depends", "undetermined")
    },
    "tier_hit": lambda s, r: f"落在{s['tier']}（{_whence(s)}），罚款{_slot_range(s)}",
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
