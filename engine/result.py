"""What an evaluation says: plain data, rendered to JSON on demand."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from engine.citation import Citation
from engine.facts import Value
from engine.model import Penalty, RuleRef, Tier
from engine.money import yuan_number

FORMAT = "liangfa-result/1"

# The steps of a decision, in the order the law takes them.
STEPS = ("edition", "establish", "stage", "exempt", "tier", "circumstance", "amount", "suggest")


@dataclass(frozen=True, slots=True)
class Reason:
    """One step of the reasoning as data: what was found, by which rule, on which facts.

    `code` names the sentence (wording), `slots` fill it; `facts` are the facts it rests on.
    """

    step: str
    code: str
    ref: RuleRef
    citations: tuple[Citation, ...]
    facts: tuple[tuple[str, Value | None], ...]
    slots: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Money:
    """A range of fen; lo None means more than 0 (or not known), hi None means not known."""

    lo: int | None
    hi: int | None

    def document(self) -> dict[str, int | float | None]:
        """The range in yuan."""
        return {"min": yuan_number(self.lo), "max": yuan_number(self.hi)}


NO_MONEY = Money(None, None)


@dataclass(frozen=True, slots=True)
class Imposed:
    """A measure as imposed; `amount` where it has one (confiscation)."""

    form: str
    kinds: tuple[str, ...]
    nature: str
    by: str | None
    amount: Money | None


@dataclass(frozen=True, slots=True)
class FineResult:
    """The fine: state imposed | optional | absorbed | barred | none_in_law | open."""

    state: str
    money: Money
    suggested: int | None = None
    suggested_why: str = ""
    layer: str | None = None
    alone: bool = False


NO_FINE = FineResult("none_in_law", NO_MONEY)


@dataclass(frozen=True, slots=True)
class Applied:
    """A circumstance that was found, and what it did."""

    id: str
    effects: tuple[str, ...]
    obligation: str
    outcome: str


@dataclass(frozen=True, slots=True)
class Alternative:
    """Another lawful answer that a person may choose."""

    effect: str
    money: Money
    because: str


@dataclass(frozen=True, slots=True)
class Decision:
    """What the law makes of one party in one world (every needed fact decided)."""

    disposition: str
    stage: str | None
    penalty: Penalty | None
    tier: Tier | None
    obligation: str | None
    statutory: Money
    fine: FineResult
    measures: tuple[Imposed, ...]
    basis: tuple[Citation, ...]
    circumstances: tuple[Applied, ...]
    alternatives: tuple[Alternative, ...]
    waits: tuple[str, ...]
    half_claimed: tuple[str, ...]
    warnings: tuple[tuple[str, str], ...]
    reasons: tuple[Reason, ...] = field(compare=False)

    def same_answer(self) -> tuple[object, ...]:
        """What makes two worlds give the same answer."""
        tier = self.tier.key if self.tier else None
        money, statutory = self.fine.money, self.statutory
        return (
            self.disposition,
            self.stage,
            tier,
            self.obligation,
            self.fine.state,
            (money.lo is not None, money.lo or 0, money.hi or 0),
            (statutory.lo is not None, statutory.lo or 0, statutory.hi or 0),
            self.measures,
            tuple(each.id for each in self.circumstances),
        )


@dataclass(frozen=True, slots=True)
class Possible:
    """One answer still possible, and on which facts it would come."""

    decision: Decision
    given: tuple[tuple[tuple[str, Value], ...], ...]


@dataclass(frozen=True, slots=True)
class Outcome:
    """The answer for one party under one violation."""

    violation: str
    item: str
    edition: str
    party: str
    role: str
    disposition: str
    stage: str | None
    obligation: str | None
    tier: Tier | None
    statutory: Money
    fine: FineResult
    measures: tuple[Imposed, ...]
    basis: tuple[Citation, ...]
    violates: tuple[Citation, ...]
    circumstances: tuple[Applied, ...]
    alternatives: tuple[Alternative, ...]
    possible: tuple[Possible, ...]
    reasons: tuple[Reason, ...]
    warnings: tuple[tuple[str, str], ...]

    @property
    def settled(self) -> bool:
        """Whether nothing is left open."""
        return self.disposition != "open" and self.fine.state != "open" and not self.possible


@dataclass(frozen=True, slots=True)
class Missing:
    """A fact to ask for next: where to write it, and what it would settle."""

    fact: str
    where: str
    settles: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Assumption:
    """A fact taken as it is because nobody stated it: kind assumed | charged | not_claimed."""

    fact: str
    value: Value | None
    kind: str


@dataclass(frozen=True, slots=True)
class Warning:
    """Something the reader must not miss; `about` is the outcome's party or the rule's id."""

    code: str
    about: str
    slots: tuple[tuple[str, str], ...] = ()


@dataclass(slots=True)
class Result:
    """The whole answer; `document()` in engine.wording renders it."""

    status: str
    rule_set: Any
    case: Any
    outcomes: tuple[Outcome, ...]
    missing: tuple[Missing, ...]
    assumptions: tuple[Assumption, ...]
    not_examined: tuple[str, ...]
    warnings: tuple[Warning, ...]
