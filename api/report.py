"""The result for people: the range first, then why, then what is still open."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from rich.console import Console

from api.layout import line
from engine.citation import chinese_number
from engine.concurrence import totals
from engine.drafting import draft
from engine.facts import Fact
from engine.model import RuleSet
from engine.money import below_text, fen_range, fine_text
from engine.phrases import ALTERNATIVES, DISPOSITIONS, NOTICE, PROPOSAL_NOTICE, STAGES, STATUS
from engine.procedure import examine
from engine.result import (
    CALLED,
    Alternative,
    Compared,
    Decision,
    Examined,
    Imposed,
    Missing,
    Money,
    Outcome,
    Possible,
    Reason,
    Result,
    Warning,
)
from engine.sentences import law_of, says
from engine.source import json_pointer
from engine.wording import (
    about_text,
    assumption_text,
    fact_text,
    measure_text,
    no_suggestion_text,
    not_examined,
    notice,
    step_text,
    warning_text,
)

_STATUSES = {
    "settled": "各当事人的结果都已确定",
    "open": "还有事实要查明，结果尚未确定",
    "no_rule": "没有可以适用的规则",
}


def print_report(
    out: Console,
    result: Result,
    name: str | None,
    *,
    drafted: bool = False,
    brief: bool = False,
) -> None:
    """Print one result; `drafted` adds the paragraphs for the decision, `brief` leaves out the
    reasons and the assumptions."""
    rule_set: RuleSet = result.rule_set
    if name is not None:
        line(out, 0, name, "bold")
    if notice(result) != NOTICE:
        line(out, 0, f"【建议稿】{PROPOSAL_NOTICE}", "bold red")
    last = None
    told: set[Reason] = set()
    for number, outcome in enumerate(result.outcomes, 1):
        if outcome.item.edition != last:
            line(out, 0, f"{outcome.item.id} {outcome.item.title}", "bold")
        last = outcome.item.edition
        _outcome(out, number, outcome, result, None if brief else told)
    line(out, 0, f"【结论】{_ending(result)}。", "bold")
    _section(out, "还要查明", [_ask(each, result) for each in result.missing])
    examined = examine(result)
    warnings = _by_code((*result.warnings, *examined.warnings))
    _section(out, "注意", [warning_text(each, rule_set) for each in warnings], "yellow")
    ours = {each.party for each in result.outcomes if each.outside is None}
    sums = [each for each in totals(result.outcomes, result.case) if each[0] in ours]
    if len(result.outcomes) > len(sums):
        _section(out, "合计", [_total(*each, result) for each in sums])
    _section(out, "程序和移送", list(_steps(examined, result, brief=brief)))
    if not brief:
        _section(out, "假定", list(_assumed(result)))
    unseen = not_examined(result, examined)
    if brief and examined.silent:
        unseen = [each for each in unseen if each[0] in result.not_examined]
        count = len(examined.silent)
        unseen.append(("", f"没有填写有关事实，未判断的程序、移送、名单共 {count} 项"))
    _section(out, "没有审查", [text for _, text in unseen])
    if drafted:
        line(out, 0, "【说理草稿】", "bold")
        for paragraph in draft(result, examined):
            line(out, 2, paragraph.text)
    layers = " ← ".join(f"{layer.id} {layer.version}" for layer in rule_set.layers[::-1])
    line(out, 0, f"规则集 {layers}", "dim")
    line(out, 0, rule_set.digest, "dim")
    line(out, 0, NOTICE, "dim")


def _outcome(
    out: Console, number: int, outcome: Outcome, result: Result, told: set[Reason] | None
) -> None:
    rule_set: RuleSet = result.rule_set
    label = rule_set.roles[outcome.role][0]
    named = next((party for party in result.case.parties if party.id == outcome.party), None)
    who = f"{named.name or named.id}（{label}）" if named else label
    out.print()
    line(out, 0, f"{chinese_number(number)}、{who}：{_headline(outcome)}", "bold green")
    details = [
        STAGES[outcome.stage] if outcome.stage else "",
        _duty(outcome),
        "、".join(_measure(each, rule_set) for each in outcome.measures),
    ]
    if any(details):
        line(out, 4, " · ".join(each for each in details if each))
    if outcome.statutory.hi is not None:
        line(out, 4, f"法定幅度：{fen_range(outcome.statutory.lo, outcome.statutory.hi)}")
    if outcome.fine.suggested is not None:
        fixed = outcome.fine.money.lo == outcome.fine.money.hi
        line(out, 4, _suggested(outcome.fine.suggested, rule_set, fixed=fixed))
    elif outcome.fine.suggested_why and outcome.fine.state != "none_in_law":
        line(out, 4, f"不给建议数额：{no_suggestion_text(outcome.fine.suggested_why)}", "dim")
    if outcome.basis:
        line(out, 4, "依据：" + "、".join(rule_set.cite(each) for each in outcome.basis), hang=6)
    if outcome.violates and outcome.basis:
        line(out, 4, "违反：" + "、".join(rule_set.cite(each) for each in outcome.violates), hang=6)
    for alternative in outcome.alternatives:
        line(out, 4, f"另一种选择：{_alternative(alternative, rule_set)}", hang=6)
    for compared in outcome.compared if len(outcome.compared) > 1 else ():
        line(out, 4, _comparison(compared, rule_set), hang=6)
    if outcome.possible:
        line(out, 4, "可能的结果：")
        for possible in outcome.possible:
            _possible(out, possible, rule_set)
    if told is None:
        for reason in outcome.reasons:
            if reason.step in _TOLD_IN_BRIEF:
                cites = "、".join(rule_set.cite(each) for each in reason.citations)
                more = f"（{cites}）" if cites else ""
                line(out, 4, f"{says(reason, rule_set)}{more}", hang=2)
        return
    fresh = [reason for reason in outcome.reasons if reason not in told]
    told.update(fresh)
    if not fresh:
        return
    line(out, 4, "理由：" if len(fresh) == len(outcome.reasons) else "理由（与上相同的从略）：")
    for count, reason in enumerate(fresh, 1):
        _reason(out, count, reason, rule_set)


def _by_code(warnings: Iterable[Warning]) -> list[Warning]:
    """The warnings with what those of one kind are about put together."""
    about: dict[str, list[str]] = {}
    for each in warnings:
        about.setdefault(each.code, []).extend([each.about] if each.about else [])
    return [Warning(code, "、".join(dict.fromkeys(listed))) for code, listed in about.items()]


def _suggested(fen: int, rule_set: RuleSet, *, fixed: bool) -> str:
    """A suggested amount, with the standing of the policy it comes from (the law itself where the
    amount is fixed)."""
    if fixed:
        return f"数额由法律固定：{fen_range(fen, fen)}"
    weak = {
        STATUS[policy.status]
        for name, policy in rule_set.policies.items()
        if name in ("suggested", "bands") and policy.status != "verified"
    }
    more = f"（所用办法：{'、'.join(sorted(weak))}）" if weak else ""
    return f"建议数额：{fen_range(fen, fen)}{more}"


# What a brief report tells of the reasons: what is out of the ordinary.
_TOLD_IN_BRIEF = frozenset(
    {"edition", "gate", "jurisdiction", "exempt", "circumstance", "concurrence"}
)


def _ending(result: Result) -> str:
    """How far the case is settled, and whether a choice is left to a person."""
    if result.status == "open" and not result.missing:
        return "有事项须由承办人判断，或者文本没有取得，结果尚未确定"
    chosen = any(
        each.disposition == "may_exempt" or each.alternatives or each.fine.state == "optional"
        for each in result.outcomes
    )
    if result.status == "settled" and chosen:
        return "事实已经查明，其中法律留有选择，由机关决定"
    return _STATUSES[result.status]


def _duty(outcome: Outcome) -> str:
    """Whether the law says shall or may, where anything is imposed at all."""
    if outcome.disposition not in ("penalize", "may_exempt", "out_of_jurisdiction", "open"):
        return ""
    if outcome.obligation != "may":
        return "应当处罚" if outcome.obligation else ""
    sure = any(each.obligation == "shall" and each.punishes for each in outcome.measures)
    return "可以罚款" if sure else "可以处罚"


def _measure(measure: Imposed, rule_set: RuleSet) -> str:
    words = measure_text(measure, rule_set)
    return f"可以{words}" if measure.obligation == "may" else words


def _alternative(alternative: Alternative, rule_set: RuleSet) -> str:
    money = alternative.money
    below = alternative.effect == "mitigate" and money.lo is None
    words = below_text(money.hi) if below else fine_text(money.lo, money.hi)
    about = about_text(alternative.because, rule_set)
    return f"{ALTERNATIVES[alternative.effect]}，{words}" + (f"（{about}）" if about else "")


def _comparison(compared: Compared, rule_set: RuleSet) -> str:
    money = fen_range(compared.statutory.lo, compared.statutory.hi)
    punished = compared.statutory.hi is not None
    words = f"法定罚款{money}" if punished else DISPOSITIONS[compared.disposition]
    law = law_of(compared.item.edition, rule_set)
    return f"{'适用' if compared.applies else '比较'}：{law}，{words}"


def _total(party: str, money: Money, result: Result) -> str:
    named = next((each for each in result.case.parties if each.id == party), None)
    who = named.name or named.id if named else result.rule_set.roles[party][0]
    return f"{who}：{fine_text(money.lo, money.hi)}"


def _steps(examined: Examined, result: Result, *, brief: bool) -> Iterator[str]:
    """What is called for; the same words for several parties once. In brief what only may be
    called for is counted."""
    told: dict[str, list[str]] = {}
    depending: set[str] = set()
    for step in examined.steps:
        if brief and step.state == "depends" and step.from_amount is None:
            depending.add(step.title)
        elif step.state in CALLED:
            whose = told.setdefault(step_text(step, result.rule_set), [])
            whose.append(step.party or "")
    names = {each.id: each.name or each.id for each in result.case.parties}
    for words, parties in told.items():
        whose = [names.get(each) or result.rule_set.roles[each][0] for each in parties if each]
        yield f"{words}〔{'、'.join(dict.fromkeys(whose))}〕" if whose else words
    if depending:
        yield f"另有 {len(depending)} 项视情况而定：{'、'.join(sorted(depending))}"


_NO_FINE = {
    "fine_absorbed": "不另罚款，按同一行为较重的规范",
    "fine_displaced": "不另罚款，优先适用特别规定",
    "fine_barred": "不得再次罚款",
}


def _headline(answer: Outcome | Decision) -> str:
    fine, money = answer.fine, answer.fine.money
    if answer.disposition == "out_of_jurisdiction":
        more = "" if fine.state == "none_in_law" else f"（{fine_text(money.lo, money.hi)}）"
        return DISPOSITIONS[answer.disposition] + more
    if fine.suggested_why in _NO_FINE:
        return f"{_NO_FINE[fine.suggested_why]}（本来 {fen_range(money.lo, money.hi)}）"
    if answer.disposition in ("penalize", "may_exempt", "open") and fine.state != "none_in_law":
        words = fine_text(money.lo, money.hi)
        if fine.state == "open":
            words += "（未定）"
        if answer.disposition == "may_exempt":
            words += "，也可以不予处罚"
        elif fine.state == "optional":
            words += "（可以处，也可以不处）"
        if answer.tier is not None:
            words += f"，{answer.tier.title}（{STATUS[answer.tier.status]}）"
        return words
    return DISPOSITIONS[answer.disposition]


def _possible(out: Console, possible: Possible, rule_set: RuleSet) -> None:
    decision = possible.decision
    stage = f"{STAGES[decision.stage]}，" if decision.stage else ""
    measures = "、".join(_measure(each, rule_set) for each in decision.measures)
    line(out, 6, f"· {stage}{_headline(decision)}{'，' if measures else ''}{measures}", hang=2)
    for path in possible.given[:3]:
        facts = "；".join(fact_text(name, value, rule_set) for name, value in path)
        line(out, 8, f"如果 {facts}", "dim", hang=2)
    if len(possible.given) > 3:
        line(out, 8, f"等 {len(possible.given)} 种情形", "dim")


def _reason(out: Console, number: int, reason: Reason, rule_set: RuleSet) -> None:
    facts = "；".join(fact_text(name, value, rule_set) for name, value in reason.facts)
    words = says(reason, rule_set) + (f"〔{facts}〕" if facts else "") + "。"
    line(out, 6, f"{number}. {words}", hang=3)
    where = f"{reason.ref.place.file}:{reason.ref.place.line}"
    cites = "、".join(rule_set.cite(each) for each in reason.citations)
    line(out, 9, f"{cites}（{where}）" if cites else where, "dim", hang=2)


def _section(out: Console, title: str, entries: list[str], style: str = "") -> None:
    if entries:
        line(out, 0, f"【{title}】", style or "bold")
        for entry in entries:
            line(out, 2, f"· {entry}", style, hang=2)


def _assumed(result: Result) -> Iterator[str]:
    """Assumptions; the many circumstances nobody mentioned go on one line."""
    rule_set: RuleSet = result.rule_set
    absent = [each for each in result.assumptions if each.kind == "assumed" and not each.value]
    for each in result.assumptions:
        if each not in absent:
            yield assumption_text(each, rule_set.facts)
    if absent:
        labels = "、".join(rule_set.facts[each.fact].label for each in absent)
        yield f"没有说明、按“否”处理的：{labels}"


def _ask(missing: Missing, result: Result) -> str:
    """A question, whom it is about, and where its answer goes."""
    fact: Fact = result.rule_set.facts[missing.fact]
    if "/-/" in missing.where:
        return f"{fact.ask}（先写出该当事人，再在他的 facts 里填 {missing.fact}）"
    who = next(
        (
            f"{party.name or party.id}："
            for party in result.case.parties
            if missing.where.startswith(json_pointer(party.pointer) + "/")
        ),
        "",
    )
    return f"{who}{fact.ask}（填在 {missing.where}）"
