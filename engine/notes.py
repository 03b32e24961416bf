"""What a result says beside its outcomes: facts to ask, assumptions, warnings, what was not
examined."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from engine.case import Authority, Case, Party, Violation
from engine.facts import Fact, exact
from engine.gates import limitation_examined
from engine.model import RuleSet
from engine.proving import ProvenItem
from engine.result import Assumption, Missing, Warning
from engine.source import json_pointer
from engine.world import World


def assumable(proven: ProvenItem, *, charged: bool) -> tuple[Assumption, ...]:
    """What is taken as it is where a case does not state it: the item's own, then what nobody
    claims."""
    own = [
        Assumption(name, fact.assumed, "assumed" if fact.if_absent == "assume" else "charged")
        for name, fact in proven.facts.items()
        if fact.taken(charged=charged) is not None
    ]
    claims = [
        Assumption(name, fact.assumed, "assumed" if fact.assumed is not None else "not_claimed")
        for name, fact in proven.claims.items()
        if not fact.derived
    ]
    return (*own, *claims)


# What a fact may settle, the gravest first; each outweighs all that follow it.
_WEIGHTS = {"disposition": 16, "stage": 8, "tier": 4, "fine": 2, "measures": 1}


@dataclass(slots=True)
class _Asked:
    settles: set[str] = field(default_factory=set)
    weight: int = 0


class Notes:
    """What the result says beside its outcomes: missing facts, assumptions, warnings."""

    def __init__(self, rule_set: RuleSet) -> None:
        self.rule_set = rule_set
        self.warnings: list[Warning] = []
        self.assumptions: dict[str, Assumption] = {}
        self.unanswered = False
        self._asked: dict[tuple[str, str], _Asked] = {}
        self._addressed: set[str] = set()
        self._unaddressed: dict[str, str] = {}

    def warn(self, code: str, about: str) -> None:
        """Note a warning, once."""
        warning = Warning(code, about)
        if warning not in self.warnings:
            self.warnings.append(warning)

    def addressed(self, party: str) -> None:
        """Note that some item is for a party."""
        self._addressed.add(party)

    def not_addressed(self, party: str, code: str) -> None:
        """Note that an item is for nobody like the party; said only if no other item is for it."""
        self._unaddressed.setdefault(party, code)

    def close(self) -> None:
        """Warn of the parties that no item is for."""
        for party, code in self._unaddressed.items():
            if party not in self._addressed:
                self.warn(code, party)

    def missing(self) -> Iterator[Missing]:
        """Facts to ask, those that settle most first: for how many parties and violations, and
        what of the answer; then as the vocabulary lists them."""
        if not self._asked:
            return
        order = {name: index for index, name in enumerate(self.rule_set.facts)}
        ranked = sorted(
            self._asked.items(), key=lambda each: (-each[1].weight, order[each[0][0]], each[0][1])
        )
        for (fact, where), asked in ranked:
            yield Missing(fact, where, tuple(each for each in _WEIGHTS if each in asked.settles))

    def ask(
        self,
        world: World,
        fact: str,
        settles: tuple[str, ...],
        violation: Violation,
        party: Party | None,
        case: Case,
    ) -> None:
        """Ask a fact, or the facts a derived one is computed from."""
        derived = self.rule_set.derived.get(fact)
        if derived is not None:
            for name in derived.inputs:
                if not exact(world.values.get(name)):
                    self.ask(world, name, settles, violation, party, case)
            return
        definition = self.rule_set.facts.get(fact)
        if definition is None:
            return  # a parameter: the maintainer's to fill, warned of elsewhere
        where = _where(definition, violation, party, case)
        asked = self._asked.setdefault((fact, where), _Asked())
        asked.settles.update(settles)
        asked.weight += sum(_WEIGHTS[each] for each in settles)

    def assume(self, assumptions: tuple[Assumption, ...], stated: set[str]) -> None:
        """List what was taken as it is because it was not stated for every party."""
        for each in assumptions:
            if each.fact not in stated:
                self.assumptions.setdefault(each.fact, each)

    def unused(self, items: list[ProvenItem], violation: Violation) -> None:
        """Warn of stated facts that neither the item, nor any circumstance or procedure reads."""
        if violation.item is None:
            return
        for name in violation.facts:
            read = any(name in each.facts or name in each.claims for each in items)
            if not read and name not in self.rule_set.beside:
                self.warn("fact_not_used", name)

    def shared(self, case: Case, violation: Violation) -> None:
        """Warn of what is one party's own but stated for all of several."""
        if len(case.parties) > 1:
            for name in case.facts | violation.facts:
                if self.rule_set.facts[name].about == "party":
                    self.warn("shared_party_fact", name)


def _where(fact: Fact, violation: Violation, party: Party | None, case: Case) -> str:
    """The JSON pointer at which the case should state the fact ("-" is a party still to name)."""
    if fact.about == "case" and violation.pointer:
        return json_pointer((*case.facts_pointer, fact.name))
    if fact.about == "party" and party is not None:
        return json_pointer((*party.pointer, "facts", fact.name))
    if fact.about == "party" and case.parties:
        return json_pointer((*case.parties[0].pointer[:-1], "-", "facts", fact.name))
    return json_pointer((*violation.pointer, "facts", fact.name))


def not_examined(case: Case, authority: Authority, rule_set: RuleSet) -> Iterator[str]:
    """The questions that were not asked, for want of what a case must state for them, or of rules
    on them."""
    rules = rule_set.limitations
    if not all(limitation_examined(each.dates, rules) for each in case.violations):
        yield "limitation"
    if any(None in (each.dates.act_day, each.dates.decided_on) for each in case.violations):
        yield "old_and_new_law"
    if authority.level is None:
        yield "jurisdiction"
    if "old_and_new" not in rule_set.principles:
        yield "old_and_new_law"
    if not any(each.gate for each in rule_set.circumstances):
        yield "capacity"
    if "one_fine" not in rule_set.principles:
        yield "concurrence"
