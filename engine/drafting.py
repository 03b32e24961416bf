"""Paragraphs for the reasoning part of a decision (说理), each sentence out of a reason."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from engine.case import Party, Violation
from engine.model import RuleSet
from engine.money import capital_range, fen_range
from engine.phrases import DISPOSITIONS
from engine.result import Examined, Imposed, Money, Outcome, Reason, Result
from engine.sentences import stage_text
from engine.source import Pointer, json_pointer
from engine.wording import Words, fact_text, measure_text, notice

# What a paragraph on a step says, in the order a decision is written.
_LAW = ("edition", "gate", "jurisdiction")
_WEIGHING = ("exempt", "tier", "circumstance")


class Paragraph(NamedTuple):
    """A paragraph in zh-CN and the reasons it renders."""

    text: str
    reasons: tuple[Reason, ...]


def draft(result: Result, examined: Examined, words: Words | None = None) -> Iterator[Paragraph]:
    """The paragraphs, party by party: facts with their evidence, the law violated, the law of the
    penalty, the tier, the circumstances, the conclusion, what has to be done and when."""
    words = words or Words(result.rule_set)
    for party, total in examined.totals:
        own = [each for each in result.outcomes if each.party == party]
        for outcome in own:
            yield from _outcome(outcome, result, words)
        yield _conclusion(party, own, total, result)
        rights = _rights(party, own, examined, words)
        if rights is not None:
            yield rights
    if examined.totals:
        yield Paragraph(notice(result), ())


def _outcome(outcome: Outcome, result: Result, words: Words) -> Iterator[Paragraph]:
    who = _who(outcome.party, outcome.role, result)
    if outcome.disposition not in ("not_established", "not_liable_at_stage"):
        yield _facts(outcome, who, result)
    law = [each for each in outcome.reasons if each.step in _LAW]
    if law:
        yield Paragraph(_sentences(law, words), tuple(law))
    if outcome.disposition in ("penalize", "may_exempt", "order_only", "out_of_jurisdiction"):
        yield _law_applied(outcome, words)
        weighed = [each for each in outcome.reasons if each.step in _WEIGHING]
        if weighed:
            yield Paragraph(_sentences(weighed, words), tuple(weighed))
    elif outcome.disposition in ("exempt", "not_established", "not_liable_at_stage"):
        told = [
            each
            for each in outcome.reasons
            if each.step == "exempt" or each.code in ("not_established", "not_liable_at_stage")
        ]
        if told:
            yield Paragraph(f"关于{who}：{_sentences(told, words)}", tuple(told))
    absorbed = [each for each in outcome.reasons if each.step == "concurrence"]
    if absorbed:
        yield Paragraph(_sentences(absorbed, words), tuple(absorbed))


def _sentences(reasons: Iterable[Reason], words: Words) -> str:
    """The reasons as sentences with their citations."""
    told: list[str] = []
    done: list[Reason] = []
    for reason in reasons:
        if reason in done:
            continue
        done.append(reason)
        cites = "、".join([words.cited[each] for each in reason.citations])
        told.append(words.reason(reason) + (f"（{cites}）。" if cites else "。"))
    return "".join(told)


def _who(party: str, role: str, result: Result) -> str:
    named = next((each for each in result.case.parties if each.id == party), None)
    label = str(result.rule_set.roles[role][0])
    return f"{named.name or named.id}（{label}）" if named else f"{label}（姓名或者名称待补）"


# Facts and evidence -----------------------------------------------------------------------


def _facts(outcome: Outcome, who: str, result: Result) -> Paragraph:
    """What was found, each fact with its evidence or the note that it is still to come."""
    violation = next(each for each in result.case.violations if each.id == outcome.violation)
    party = next((each for each in result.case.parties if each.id == outcome.party), None)
    reasons = tuple([each for each in outcome.reasons if each.step != "edition" and each.facts])
    found = dict.fromkeys([pair for reason in reasons for pair in reason.facts])
    words = []
    for name, value in found:
        proof = _evidence(name, violation, party, result)
        if proof is not None:
            words.append(f"{fact_text(name, value, result.rule_set)}（{proof}）")
    title = outcome.item.title
    if not words:
        return Paragraph(f"经查，{who}涉嫌“{title}”，具体事实和证据待补。", reasons)
    found_to = "有" if outcome.disposition in ("penalize", "may_exempt", "exempt") else "涉嫌"
    return Paragraph(f"经查，{who}{found_to}“{title}”的行为。{'；'.join(words)}。", reasons)


def _evidence(name: str, violation: Violation, party: Party | None, result: Result) -> str | None:
    """Where a fact is proved, or that it is not yet; None for what is only one possibility."""
    places: list[tuple[Pointer, bool]] = [
        (result.case.facts_pointer, name in result.case.facts),
        ((*violation.pointer, "facts"), name in violation.facts),
    ]
    if party is not None:
        places.append(((*party.pointer, "facts"), name in party.facts))
    for pointer, stated in places[::-1]:
        if stated:
            named = result.case.evidence.get((*pointer, name))
            return f"证据：{named}" if named else "证据待补"
    derived = result.rule_set.derived.get(name)
    if derived is not None:
        return "由上列事实算出"
    taken = next((each for each in result.assumptions if each.fact == name), None)
    if taken is not None and taken.kind == "charged":
        return "按指控认定，证据待补"
    return "没有说明，暂按此处理，待查明" if taken is not None else None


# Law and conclusion -----------------------------------------------------------------------


def _law_applied(outcome: Outcome, words: Words) -> Paragraph:
    """The law violated and the law of the penalty."""
    reasons = tuple(
        each
        for each in outcome.reasons
        if each.step in ("establish", "stage") or each.code in ("statutory_amount", "amount_waits")
    )
    violates = "、".join([words.cited[each] for each in outcome.violates])
    text = f"上述行为违反了{violates}的规定。" if violates else "上述行为所违反的条款待补。"
    basis = "、".join([words.cited[each] for each in outcome.basis])
    stage = f"属{stage_text(outcome.stage)}，" if outcome.stage else ""
    verb = "可以" if outcome.obligation == "may" else "应当"
    does = [_does(each, words.rule_set) for each in outcome.measures if each.nature != "duty"]
    if outcome.fine.state not in ("none_in_law", "absorbed", "barred"):
        does.append(f"{verb}处{fen_range(outcome.statutory.lo, outcome.statutory.hi)}的罚款")
    if does:
        text += f"依照{basis}的规定，{stage}{'，'.join(does)}。"
    return Paragraph(text, reasons)


def _does(measure: Imposed, rule_set: RuleSet) -> str:
    verb = "可以" if measure.obligation == "may" else "应当"
    return verb + measure_text(measure, rule_set)


def _conclusion(party: str, own: list[Outcome], total: Money, result: Result) -> Paragraph:
    """What is suggested for a party in all."""
    who = _who(party, own[0].role, result)
    reasons = tuple(
        each
        for outcome in own
        for each in outcome.reasons
        if each.code in ("fine_range", "fine_open", "exempt", "gate_exempt", "time_barred")
    )
    if any(each.disposition == "open" or not each.settled for each in own):
        asks = list(_asks(party, result))
        more = f"尚待查明：{''.join(asks)}" if asks else "尚有事项须由承办人判断。"
        range_ = "" if total.hi in (None, 0) else f"目前可能的结果：罚款{_amount(total)}。"
        return Paragraph(f"对{who}，暂不能提出确定的处罚意见。{range_}{more}", reasons)
    punished = [each for each in own if each.disposition in ("penalize", "may_exempt")]
    if not punished:
        ends = dict.fromkeys(DISPOSITIONS[each.disposition] for each in own)
        duties = _measures(own, result.rule_set)
        more = f"，并{'、'.join(duties)}" if duties else ""
        return Paragraph(f"综上，对{who}的处理意见：{'；'.join(ends)}{more}。", reasons)
    parts = _measures(own, result.rule_set)
    if total.hi:
        parts.append(f"罚款{_amount(total)}")
    listed = "；".join(f"{number}. {each}" for number, each in enumerate(parts, 1))
    choice = ""
    if any(each.disposition == "may_exempt" for each in punished):
        choice = "其中法律规定可以不予处罚的，是否不罚由机关决定。"
    elif any(each.fine.state == "optional" for each in punished):
        choice = "其中法律规定可以罚款的，是否罚款由机关决定。"
    return Paragraph(f"综上，建议对{who}作出以下处理：{listed}。{choice}", reasons)


def _asks(party: str, result: Result) -> Iterator[str]:
    """The questions still open for a party: its own and those about the case."""
    others = [json_pointer(each.pointer) for each in result.case.parties if each.id != party]
    for each in result.missing:
        if not any(each.where.startswith(f"{other}/") for other in others):
            yield result.rule_set.facts[each.fact].ask


def _measures(own: list[Outcome], rule_set: RuleSet) -> list[str]:
    told = (
        measure_text(each, rule_set)
        for outcome in own
        if outcome.disposition in ("penalize", "may_exempt", "order_only", "exempt")
        for each in outcome.measures
    )
    return list(dict.fromkeys(told))


def _amount(money: Money) -> str:
    """An amount in figures and capitals."""
    capitals = f"（大写：{capital_range(money.lo, money.hi)}）"
    if money.lo == 0 and money.hi:
        return f"人民币{fen_range(None, money.hi)}{capitals}，也可能不罚款"
    return f"人民币{fen_range(money.lo, money.hi)}{capitals}"


def _rights(party: str, own: list[Outcome], examined: Examined, words: Words) -> Paragraph | None:
    """What has to be done, and the party's rights and deadlines."""
    violations = {each.violation for each in own}
    steps = [
        each
        for each in examined.steps
        if each.state in ("required", "undetermined")
        and (each.party == party or (each.party is None and each.violation in violations))
    ]
    punished = any(each.disposition in ("penalize", "may_exempt", "open") for each in own)
    if not steps or not punished:
        return None
    told = dict.fromkeys([words.step(each) for each in steps])
    reasons = tuple(each.reason for each in steps if each.reason is not None)
    return Paragraph(f"程序和期限：{'；'.join(told)}。", reasons)
