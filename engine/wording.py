"""Plain zh-CN for what the engine found."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

from engine.citation import Citation
from engine.facts import Fact, Value
from engine.general_rules import Circumstance, Procedure
from engine.keeping import Filled, kept
from engine.model import Law, RuleSet
from engine.money import fen_range, yuan_text
from engine.phrases import (
    EFFECTS,
    LEVELS,
    NO_SUGGESTION,
    NOT_EXAMINED,
    NOTICE,
    PROPOSAL_NOTICE,
    STATES,
    STATUS,
    UNITS,
    WARNINGS,
)
from engine.result import Assumption, Examined, Imposed, Reason, Result, Step, Warning
from engine.sentences import says

_SILENT = {"procedure": "procedures", "referral": "referrals", "listing": "listings"}


@kept
def _cited(laws: Mapping[str, Law]) -> Mapping[Citation, str]:
    return Filled(lambda citation: laws[citation.law].cite(citation))


def cited(rule_set: RuleSet) -> Mapping[Citation, str]:
    """Every citation of the rule set in full."""
    return _cited(rule_set.laws)


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
