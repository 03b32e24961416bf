"""The rules that are no single item's: circumstances, limitations, procedures."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction

from engine.citation import Citation, RuleRef
from engine.conditions import Ask, Condition, tests_of
from engine.dates import Period
from engine.facts import MAGNITUDE, Fact, Value
from engine.faults import Place
from engine.item import Measure
from engine.money import FEN
from engine.truth import Truth


@dataclass(frozen=True, slots=True)
class Scope:
    """Whom and what a rule concerns; an empty set means everyone or everything."""

    kinds: frozenset[str]
    roles: frozenset[str]
    items: frozenset[str]

    def covers(self, role: str, kind: str) -> bool:
        """Whether it concerns a party in a role, of a kind (unit | person)."""
        return (not self.roles or role in self.roles) and (not self.kinds or kind in self.kinds)


@dataclass(frozen=True, slots=True)
class Circumstance:
    """A circumstance (情节) and what it does to the penalty; `gate`: asked before the violation
    itself; `measures` are what it adds."""

    id: str
    title: str
    effects: tuple[str, ...]
    obligation: str
    when: Condition
    excluded_when: Condition | None
    gate: bool
    measures: tuple[Measure, ...]
    scope: Scope
    basis: Citation
    period: Period | None
    status: str
    ref: RuleRef


@dataclass(frozen=True, slots=True)
class Limitation:
    """How many years after the act a violation may still be punished; the first whose `when`
    holds governs."""

    id: str
    title: str
    years: int
    when: Condition
    ask: Ask
    measures: tuple[Measure, ...]
    basis: Citation
    status: str
    ref: RuleRef


@dataclass(frozen=True, slots=True)
class AmountTest:
    """A comparison of what a party is to pay (`of`: fine | confiscated) with fen or a dated
    parameter."""

    of: str
    op: str
    fen: int | None
    parameter: str | None


@dataclass(frozen=True, slots=True)
class Limb:
    """One ground of a procedure: every part that is there must hold.

    `reads` are the facts its condition reads, `taken` the values of those that are assumed where
    nobody states them, `unstated` what the condition is on these alone.
    """

    title: str
    when: Condition
    ask: Ask
    reads: tuple[str, ...]
    taken: Mapping[str, Value]
    unstated: Truth
    amount: AmountTest | None
    imposes: frozenset[str]
    imposes_only: frozenset[str] | None
    basis: Citation


@dataclass(frozen=True, slots=True)
class Procedure:
    """A procedure, referral or listing; called for when one of its limbs holds, and (`follows`)
    only where another is. `between` are the days of the case that the deadline runs between;
    `surcharge` is (percent a day, cap in percent) of the fine."""

    id: str
    kind: str
    title: str
    about: str
    obligation: str
    to: str | None
    follows: str | None
    limbs: tuple[Limb, ...]
    scope: Scope
    basis: Citation
    deadline: tuple[int, str, str] | None
    between: tuple[str, str] | None
    surcharge: tuple[Fraction, Fraction] | None
    period: Period | None
    status: str
    ref: RuleRef


def read_by(limitations: Iterable[Limitation], procedures: Iterable[Procedure]) -> frozenset[str]:
    """The facts that limitations and procedures read."""
    conditions = [each.when for each in limitations]
    conditions += [limb.when for each in procedures for limb in each.limbs]
    return frozenset(test.fact for when in conditions for test in tests_of(when))


def _paid(name: str, label: str) -> Fact:
    """What a party is to pay, as a fact that procedures may read."""
    place = Place("engine")
    hi = MAGNITUDE * FEN
    return Fact(name, "amount", label, "", "元", "party", "ask", None, {}, 0, hi, False, place)


_FINE = _paid("fine", "罚款")
_KINDS = {"unit": "单位", "person": "个人"}
# What the conditions of procedures may read of the outcome, beside the facts stated.
OUTCOME_FACTS: Mapping[str, Fact] = {
    "fine": _FINE,
    "confiscated": _paid("confiscated", "没收数额"),
    "party_kind": dataclasses.replace(
        _FINE, name="party_kind", type="choice", label="当事人", unit="", choices=_KINDS, hi=0
    ),
}
