"""What an evaluation says: plain data, rendered to JSON on demand."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple

from engine.citation import Citation
from engine.facts import Value
from engine.model import Item, Penalty, RuleRef, Tier
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


NO_MONEY = Money(None, None)


class Imposed(NamedTuple):
    """A measure as imposed, shall or may; `amount` where it has one (confiscation)."""

    form: str
    kinds: tuple[str, ...]
    nature: str
    by: str | None
    amount: Money | None
    obligation: str = "shall"


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
    outside: tuple[str | None, str | None] | None = None
    elsewhere: tuple[tuple[str | None, str | None], ...] = ()
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
    outside: tuple[str | None, str | None] | None
    elsewhere: tuple[tuple[str | None, str | None], ...]
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
    slots: tuple[tuple[str, str], ...] = ()


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
