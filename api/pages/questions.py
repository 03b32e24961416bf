"""What the form asks: the questions that still matter, the answers given, what may be added."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from api.pages.case_form import CaseForm, Holder, PartyForm, ViolationForm, Written
from api.showing.words import SETTLES
from engine.evaluate import Engine
from engine.facts import STEPS, Fact
from engine.model import RuleSet

_DEFAULTS = {"assume": "不填按“{}”", "charged": "不填按指控认定", "ask": "不填就不考虑"}


@dataclass(frozen=True, slots=True)
class Question:
    """One fact asked of one holder, with what is written; `name` begins the names of its fields,
    `settles` says what the answer would decide."""

    name: str
    fact: Fact
    about: str
    written: Written
    settles: tuple[str, ...] = ()
    default: str = ""

    @property
    def bounds(self) -> str:
        """The least and the most that may be answered, where the fact has its own."""
        fact = self.fact
        if not fact.numeric or fact.type == "date":
            return ""
        unit = "元" if fact.type == "amount" else "%" if fact.type == "percent" else fact.unit
        step = STEPS[fact.type]
        least, most = fact.lo // step, fact.hi // step
        told = [f"最少 {least:,}{unit}"] if least > 0 else []
        told += [f"最多 {most:,}{unit}"] if most < _MANY else []
        return "，".join(told)

    @property
    def unit(self) -> str:
        """What a number counts."""
        if self.fact.type == "amount":
            return "元"
        return "%" if self.fact.type == "percent" else self.fact.unit


# A bound beyond this is no bound that anybody meant.
_MANY = 10**9


@dataclass(slots=True)
class Asked:
    """Everything the form asks: `now` in order, `later` put aside as not known yet, `given` and
    `more` by the key of their holder; `nobody` are questions about a party not named yet."""

    now: list[Question] = field(default_factory=list)
    later: list[Question] = field(default_factory=list)
    nobody: list[Fact] = field(default_factory=list)
    given: dict[str, list[Question]] = field(default_factory=dict)
    more: dict[str, list[Question]] = field(default_factory=dict)
    beside: dict[str, list[Question]] = field(default_factory=dict)


def ask(form: CaseForm, engine: Engine, result: dict[str, Any] | None) -> Asked:
    """The questions of a form, in the order of what the result still misses."""
    rules = engine.rule_set
    asked = Asked()
    seen: set[str] = set()
    for missing in result["missing"] if result else ():
        holder = _holder(missing["where"], form)
        fact = rules.facts[missing["fact"]]
        if holder is None:
            asked.nobody.append(fact)
            continue
        settles = tuple(SETTLES[each] for each in missing["settles"])
        question = _question(holder, fact, form, rules, settles=settles)
        seen.add(question.name)
        (asked.later if question.written.unknown else asked.now).append(question)
    for holder in form.holders():
        given = [
            _question(holder, rules.facts[name], form, rules)
            for name, written in holder.facts.items()
            if name in rules.facts and written.touched and holder.name(name) not in seen
        ]
        seen.update(each.name for each in given)
        asked.given[holder.key] = given
    _offer(asked, seen, form, engine, result)
    return asked


def _offer(
    asked: Asked, seen: set[str], form: CaseForm, engine: Engine, result: dict[str, Any] | None
) -> None:
    """What need not be answered: circumstances, and the facts of procedures."""
    rules = engine.rule_set
    personal: dict[str, Fact] = {}
    for violation in form.violations:
        claims = _claims(violation, engine, result)
        own = {name: fact for name, fact in claims.items() if fact.about != "party"}
        personal |= {name: fact for name, fact in claims.items() if fact.about == "party"}
        # Without a named party, what is about one is written with the violation.
        offered = own if form.parties else claims
        asked.more[violation.key] = _fresh(violation, offered.values(), seen, form, rules)
    for party in form.parties:
        asked.more[party.key] = _fresh(party, personal.values(), seen, form, rules)
    beside = [rules.facts[name] for name in rules.facts if name in rules.beside]
    for holder, about in [
        *((each, ("violation", "case")) for each in form.violations),
        *((each, ("party",)) for each in form.parties),
    ]:
        listed = [each for each in beside if each.about in about and not each.derived]
        asked.beside[holder.key] = _fresh(holder, listed, seen, form, rules)


def _claims(
    violation: ViolationForm, engine: Engine, result: dict[str, Any] | None
) -> dict[str, Fact]:
    """The circumstances that a violation may have, and what is taken as it is."""
    rules = engine.rule_set
    editions = {
        each["edition"]: each["item"]
        for each in (result["outcomes"] if result else ())
        if each["violation"] == violation.id
    }
    if not editions and violation.item in rules.items:
        editions = {rules.items[violation.item][-1].edition: violation.item}
    found: dict[str, Fact] = {}
    for edition, id in editions.items():
        item = next(each for each in rules.items[id] if each.edition == edition)
        proven = engine.prove(item)
        taken = {
            name: fact
            for name, fact in proven.facts.items()
            if fact.taken(charged=True) is not None
        }
        found |= {**taken, **proven.claims}
    return {name: fact for name, fact in found.items() if not fact.derived}


def _fresh(
    holder: Holder, facts: Iterable[Fact], seen: set[str], form: CaseForm, rules: RuleSet
) -> list[Question]:
    """The facts nobody has written of yet; each is offered once."""
    made: list[Question] = []
    for fact in facts:
        if holder.name(fact.name) not in seen:
            seen.add(holder.name(fact.name))
            default = _DEFAULTS[fact.if_absent].format(fact.show(fact.assumed))
            made.append(_question(holder, fact, form, rules, default=default))
    return made


def _question(
    holder: Holder,
    fact: Fact,
    form: CaseForm,
    rules: RuleSet,
    *,
    settles: tuple[str, ...] = (),
    default: str = "",
) -> Question:
    written = holder.facts.get(fact.name, Written())
    about = _about(holder, form, rules)
    return Question(holder.name(fact.name), fact, about, written, settles, default)


def _about(holder: Holder, form: CaseForm, rules: RuleSet) -> str:
    """Whom or what a question is about, where that is not plain."""
    if isinstance(holder, PartyForm):
        return party_name(holder, form, rules)
    if isinstance(holder, ViolationForm) and len(form.violations) > 1:
        return f"违法行为{form.violations.index(holder) + 1}"
    return ""


def party_name(party: PartyForm, form: CaseForm, rules: RuleSet) -> str:
    """A party by its name, or by its place in the list."""
    return party.called or f"当事人{form.parties.index(party) + 1}"


def _holder(pointer: str, form: CaseForm) -> Holder | None:
    """Whose fact a pointer names; None for a party that is still to be named."""
    _, _, kind, number, *_ = [*pointer.split("/"), "", ""]
    if kind == "facts":
        return form.whole
    listed: list[Any] = form.parties if kind == "parties" else form.violations
    return listed[int(number)] if number.isdecimal() and int(number) < len(listed) else None


def types_of(rules: RuleSet) -> dict[str, str]:
    """The type of every fact by name."""
    return {name: fact.type for name, fact in rules.facts.items()}


def standings(rules: RuleSet) -> Iterator[tuple[str, list[tuple[str, str]]]]:
    """What a party may be, for a list to choose from: units, then people."""
    for kind, title, plain in (("unit", "单位", "单位"), ("person", "个人", "个人（身份未写明）")):
        roles = [
            (id, label) for id, (label, of) in rules.roles.items() if of == kind and id != kind
        ]
        yield title, [(kind, plain), *roles]
