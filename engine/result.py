"""What an evaluation says: plain data, rendered to JSON on demand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from engine.citation import Citation, RuleRef
from engine.facts import Value
from engine.general_rules import Procedure
from engine.item import Item, Penalty, Tier
from engine.money import yuan_number

FORMAT = "liangfa-result/1"

# The steps of a decision, in the order the law takes them.
STEPS = (
    "edition",
    "gate",
    "establish",
    "jurisdiction",
    "stage",
    "exempt",
    "tier",
    "circumstance",
    "amount",
    "concurrence",
    "procedure",
)


# An organ and a level of government; None where any will do.
Office = tuple[str | None, str | None]


class Reason(NamedTuple):
    """One step of the reasoning as data: what was found, by which rule, on which facts.

    `code` names the sentence (wording), `slots` fill it; `facts` are the facts it rests on.
    """

    step: str
    code: str
    ref: RuleRef
    citations: tuple[Citation, ...]
    facts: tuple[tuple[str, Value | None], ...]
    slots: tuple[tuple[str, str], ...] = ()


class Money(NamedTuple):
    """A range of fen; lo None means more than 0 (or not known), hi None means not known."""

    lo: int | None
    hi: int | None

    def document(self) -> dict[str, int | float | None]:
        """The range in yuan."""
        return {"min": yuan_number(self.lo), "max": yuan_number(self.hi)}

    def slots(self) -> tuple[tuple[str, str], ...]:
        """The ends in fen as slots of a reason; empty where one is not known."""
        return ("lo", _slot(self.lo)), ("hi", _slot(self.hi))


def _slot(fen: int | None) -> str:
    return "" if fen is None else str(fen)


NO_MONEY = Money(None, None)


def around(ranges: Sequence[Money]) -> Money:
    """The smallest range that holds all of them: from 0 where one of them starts there, else from
    more than 0 where one of them does."""
    lows = [money.lo for money in ranges if money.lo is not None]
    highs = [money.hi for money in ranges if money.hi is not None]
    return Money(
        min(lows) if 0 in lows or len(lows) == len(ranges) else None,
        max(highs) if len(highs) == len(ranges) else None,
    )


class Imposed(NamedTuple):
    """A measure as imposed, shall or may; `amount` where it has one (confiscation)."""

    form: str
    kinds: tuple[str, ...]
    nature: str
    by: str | None
    amount: Money | None
    obligation: str = "shall"

    @property
    def punishes(self) -> bool:
        """Whether it is a penalty or discipline, not an order or a duty."""
        return self.nature in ("penalty", "discipline")


class FineResult(NamedTuple):
    """The fine: state imposed | optional | absorbed | barred | none_in_law | open."""

    state: str
    money: Money
    suggested: int | None = None
    suggested_why: str = ""
    layer: str | None = None
    alone: bool = False


NO_FINE = FineResult("none_in_law", NO_MONEY, suggested_why="no_fine")


class Applied(NamedTuple):
    """A circumstance that was found, and what it did."""

    id: str
    effects: tuple[str, ...]
    obligation: str
    outcome: str


class Alternative(NamedTuple):
    """Another lawful answer that a person may choose."""

    effect: str
    money: Money
    because: str


class Compared(NamedTuple):
    """One of two laws that a decision was made under; `applies` for the one that governs."""

    item: Item
    disposition: str
    stage: str | None
    statutory: Money
    fine: Money
    applies: bool


class Decision(NamedTuple):
    """What the law makes of one party in one world (every needed fact decided).

    `item` is the edition that governs, `compared` the two laws weighed where it changed, `outside`
    the (organ, level) whose business it is where it is not the deciding authority's, `elsewhere`
    those of single penalties beside the main one.
    """

    disposition: str
    item: Item
    stage: str | None = None
    penalty: Penalty | None = None
    tier: Tier | None = None
    obligation: str | None = None
    statutory: Money = NO_MONEY
    fine: FineResult = NO_FINE
    measures: tuple[Imposed, ...] = ()
    basis: tuple[Citation, ...] = ()
    circumstances: tuple[Applied, ...] = ()
    alternatives: tuple[Alternative, ...] = ()
    compared: tuple[Compared, ...] = ()
    outside: Office | None = None
    elsewhere: tuple[Office, ...] = ()
    waits: tuple[str, ...] = ()
    half_claimed: tuple[str, ...] = ()
    warnings: tuple[tuple[str, str], ...] = ()
    reasons: tuple[Reason, ...] = ()

    def same_answer(self) -> tuple[object, ...]:
        """What makes two worlds give the same answer."""
        tier = self.tier.key if self.tier else None
        money, statutory = self.fine.money, self.statutory
        return (
            self.disposition,
            self.item.edition,
            self.stage,
            tier,
            self.obligation,
            self.fine.state,
            (money.lo is not None, money.lo or 0, money.hi or 0),
            (statutory.lo is not None, statutory.lo or 0, statutory.hi or 0),
            self.measures,
            self.alternatives,
        )


class Possible(NamedTuple):
    """One answer still possible, and on which facts it would come."""

    decision: Decision
    given: tuple[tuple[tuple[str, Value], ...], ...]


class Outcome(NamedTuple):
    """The answer for one party under one violation."""

    violation: str
    item: Item
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
    compared: tuple[Compared, ...]
    outside: Office | None
    elsewhere: tuple[Office, ...]
    possible: tuple[Possible, ...]
    reasons: tuple[Reason, ...]
    warnings: tuple[tuple[str, str], ...]
    waits: tuple[str, ...]

    @property
    def settled(self) -> bool:
        """Whether nothing is left open."""
        open_amount = self.fine.state == "open" or bool(self.waits)
        return self.disposition != "open" and not open_amount and not self.possible


class Missing(NamedTuple):
    """A fact to ask for next: where to write it, and what it would settle."""

    fact: str
    where: str
    settles: tuple[str, ...]


class Assumption(NamedTuple):
    """A fact taken as it is because nobody stated it: kind assumed | charged | not_claimed."""

    fact: str
    value: Value | None
    kind: str


class Warning(NamedTuple):
    """Something the reader must not miss; `about` is the outcome's party or the rule's id."""

    code: str
    about: str


@dataclass(slots=True)
class Result:
    """The whole answer; `document()` in engine.rendering renders it."""

    status: str
    rule_set: Any
    case: Any
    outcomes: tuple[Outcome, ...]
    missing: tuple[Missing, ...]
    assumptions: tuple[Assumption, ...]
    not_examined: tuple[str, ...]
    warnings: tuple[Warning, ...]


# The states of a step that is called for, or may be.
CALLED = ("required", "depends", "undetermined")


class Step(NamedTuple):
    """One procedure, referral or listing for a party or a violation.

    `state`: required | depends | undetermined | not_required; `from_amount` and `up_to_amount` in
    fen, where a range straddles a threshold; `grounds` are the titles of the limbs that call, or
    may call, for it; `daily` and `cap` of a surcharge in fen.
    """

    procedure: Procedure | None
    kind: str
    title: str
    party: str | None
    violation: str | None
    state: str
    from_amount: int | None = None
    up_to_amount: int | None = None
    grounds: tuple[str, ...] = ()
    to: Office | None = None
    daily: Money | None = None
    cap: Money | None = None
    reason: Reason | None = None


class Examined(NamedTuple):
    """All the steps, the procedures about which nothing was stated, warnings of deadlines that
    the stated days do not keep, and what each party is to pay in all."""

    steps: tuple[Step, ...]
    silent: tuple[Procedure, ...]
    warnings: tuple[Warning, ...]
    totals: tuple[tuple[str, Money], ...]
