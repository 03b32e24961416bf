"""Plain zh-CN for what the engine found."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction

from engine.citation import Citation
from engine.facts import Fact, Value
from engine.keeping import Filled, kept
from engine.model import Circumstance, Law, Procedure, RuleSet
from engine.money import capital_text, yuan_text
from engine.phrases import (
    EFFECTS,
    LEVELS,
    NO_SUGGESTION,
    NOT_EXAMINED,
    NOTICE,
    PROPOSAL_NOTICE,
    STAGES,
    STATES,
    STATUS,
    UNITS,
    WARNINGS,
)
from engine.procedure import Examined, Step
from engine.result import (
    Assumption,
    Imposed,
    Reason,
    Result,
    Warning,
)

_SILENT = {"procedure": "procedures", "referral": "referrals", "listing": "listings"}


@kept
def _cited(laws: Mapping[str, Law]) -> Mapping[Citation, str]:
    def text(citation: Citation) -> str:
        law = laws[citation.law]
        return citation.text(law.title, national=law.national)

    return Filled(text)


def cited(rule_set: RuleSet) -> Mapping[Citation, str]:
    """Every citation of the rule set in full."""
    return _cited(rule_set.laws)


Says = Callable[[dict[str, str], RuleSet], str]


def fen_range(lo: int | None, hi: int | None) -> str:
    """A range of fen in zh-CN: 30,000元以下 · 100,000元至130,000元 · 181,342.46元."""
    if hi is None:
        return "数额待查" if lo is None else f"{yuan_text(lo)}以上"
    if lo is None:
        return f"{yuan_text(hi)}以下"
    if lo == 0 and hi:
        return f"{yuan_text(hi)}以下"
    return yuan_text(lo) if lo == hi else f"{yuan_text(lo)}至{yuan_text(hi)}"


def capital_range(lo: int | None, hi: int | None) -> str:
    """A range of fen in capitals: 贰仟元整 · 贰仟元整至叁仟元整 · 叁仟元以下."""
    ends = [each for each in (lo, hi) if each]
    capitals = "至".join(capital_text(each) for each in dict.fromkeys(ends))
    below = not lo and hi
    return capitals.removesuffix("整") + "以下" if below else capitals


def fine_text(lo: int | None, hi: int | None) -> str:
    """A fine in zh-CN: 罚款30,000元以下 · 不罚款，或者罚款30,000元以下."""
    if hi == 0:
        return "不罚款"
    if lo == 0 and hi is not None:
        return f"不罚款，或者罚款 {yuan_text(hi)}以下"
    return f"罚款 {fen_range(lo, hi)}"


def below_text(hi: int | None) -> str:
    """A mitigated fine: below the statutory minimum, which is one fen more."""
    return "低于法定最低罚款" if hi is None else f"罚款低于{yuan_text(hi + 1)}"


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


def says(reason: Reason, rule_set: RuleSet) -> str:
    """The reason as a zh-CN sentence without its final stop."""
    return _SAYS[reason.code](dict(reason.slots), rule_set)


def notice(result: Result) -> str:
    """What the result is, and first of all whether it rests on a proposal."""
    proposed = any(each.code.startswith("proposal_") for each in result.warnings)
    return (PROPOSAL_NOTICE if proposed else "") + NOTICE


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


_PRINCIPLES = {
    "heavier_than_notified": "defence",
    "may_exceed_notified": "defence",
    "norms_reversed": "one_fine",
    "old_or_new_by_person": "old_and_new",
}


def warning_text(warning: Warning, rule_set: RuleSet) -> str:
    """A warning as a zh-CN sentence, with the general rule it comes from."""
    principle = rule_set.principles.get(_PRINCIPLES.get(warning.code, ""))
    basis = cited(rule_set)[principle.basis] if principle is not None else ""
    slots = "，".join(filter(None, (about_text(warning.about, rule_set), basis)))
    return WARNINGS[warning.code] + (f"（{slots}）" if slots else "")


def about_text(about: str, rule_set: RuleSet) -> str:
    """What a warning or an alternative is about, by name where it is a word or a circumstance."""
    return "、".join([_name(each, rule_set) for each in about.split("、")])


def _name(word: str, rule_set: RuleSet) -> str:
    law = rule_set.laws.get(word)
    if law is not None:
        return law.title
    return _titles(rule_set.circumstances).get(word, EFFECTS.get(word, word))


@kept
def _titles(circumstances: tuple[Circumstance, ...]) -> dict[str, str]:
    return {each.id: each.title for each in circumstances}


def not_examined(result: Result, examined: Examined) -> list[tuple[str, str]]:
    """What was not examined, as (code, zh-CN), with the procedures nobody gave facts for."""
    found = [(code, NOT_EXAMINED[code]) for code in result.not_examined]
    for kind, code in _SILENT.items():
        titles = [each.title for each in examined.silent if each.kind == kind]
        if titles:
            found.append((code, f"{NOT_EXAMINED[kind]}：{'、'.join(titles)}"))
    return found


def step_title(step: Step) -> str:
    """The name of a procedure, referral or listing."""
    return _STEP_TITLES.get(step.title, step.title)


_STEP_TITLES = {
    "case_handed_over": "移交有权处罚的机关",
    "measure_by_other": "交由有权机关决定的措施",
}


def step_text(step: Step, rule_set: RuleSet) -> str:
    """A procedure, referral or listing as a zh-CN sentence."""
    procedure = step.procedure
    words = f"{step_title(step)}：{_called(step.state, procedure)}"
    if step.grounds:
        words += f"（{'；'.join(step.grounds)}）"
    if step.from_amount:
        words += f"，{yuan_text(step.from_amount)}起"
    if step.up_to_amount:
        words += f"，{yuan_text(step.up_to_amount)}以下的"
    if step.to is not None:
        organ, level = step.to
        where = rule_set.organs[organ] if organ is not None else "机关"
        words += f"，{LEVELS[level] if level else ''}{where}"
    if procedure is None or step.state == "not_required":
        return words
    if procedure.deadline is not None:
        count, unit, start = procedure.deadline
        words += f"，{start}{count}{UNITS[unit]}"
    if procedure.surcharge is not None:
        words += _surcharge(step, *procedure.surcharge)
    return words if procedure.status == "verified" else f"{words}（{STATUS[procedure.status]}）"


def _called(state: str, procedure: Procedure | None) -> str:
    """The state in words: what the authority may do is never said to be needed."""
    if state == "required" and procedure is not None and procedure.obligation == "may":
        return "可以"
    return STATES[state]


def _surcharge(step: Step, daily: Fraction, cap: Fraction) -> str:
    if step.daily is not None and step.cap is not None and step.cap.lo == step.cap.hi is not None:
        each, most = fen_range(*step.daily), fen_range(*step.cap)
        return f"，每日{each}，累计不超过{most}"
    percent = float(daily * 100)
    most = "罚款数额" if cap == 1 else f"罚款数额的{float(cap * 100):g}%"
    return f"，每日按罚款数额的{percent:g}%，累计不超过{most}"


def no_suggestion_text(code: str) -> str:
    """Why there is no suggested amount."""
    return NO_SUGGESTION[code]


def assumption_text(assumption: Assumption, facts: Mapping[str, Fact]) -> str:
    """What was assumed, and what kind of assumption it is."""
    fact = facts[assumption.fact]
    if assumption.kind == "charged":
        return f"“{fact.label}”按指控认定，须用证据证明"
    if assumption.kind == "not_claimed":
        return f"没有人提出“{fact.label}”，有关情节按不存在处理"
    return f"没有说明“{fact.label}”，按“{fact.show(assumption.value)}”处理"


_StepKey = tuple[str, str, tuple[str, ...]]


def step_key(step: Step) -> _StepKey | None:
    """What all that is said of a step hangs on: the procedure, the state and the grounds; None for
    a step that is no procedure, or into which an amount enters."""
    if step.procedure is None or step.from_amount is not None or step.up_to_amount is not None:
        return None
    return None if step.daily is not None else (step.procedure.id, step.state, step.grounds)


@kept
def _step_texts(
    procedures: tuple[Procedure, ...], organs: Mapping[str, str]
) -> dict[_StepKey, str]:
    """What is said of steps, filled as results need it: as much as the procedures have grounds."""
    return {}


class Words:
    """A result put into words: citations, steps, and each reason once."""

    def __init__(self, rule_set: RuleSet) -> None:
        self.rule_set = rule_set
        self.cited = cited(rule_set)
        self._steps = _step_texts(rule_set.procedures, rule_set.organs)
        self._reasons: dict[int, str] = {}  # by the very object, which the result keeps alive

    def reason(self, reason: Reason) -> str:
        """The reason as a sentence without its final stop."""
        told = self._reasons.get(id(reason))
        if told is None:
            told = self._reasons[id(reason)] = says(reason, self.rule_set)
        return told

    def step(self, step: Step) -> str:
        """The step as a sentence without its final stop."""
        key = step_key(step)
        if key is None:
            return step_text(step, self.rule_set)
        told = self._steps.get(key)
        if told is None:
            told = self._steps[key] = step_text(step, self.rule_set)
        return told
