"""A fine as the law writes it: a range, a share or multiple, another fine multiplied, or by the
day."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from engine.conditions import Condition
from engine.faults import Place


@dataclass(frozen=True, slots=True)
class Range:
    """Fen from lo to hi, both included; lo None means "more than 0"; hi None means not known."""

    lo: int | None
    hi: int | None


@dataclass(frozen=True, slots=True)
class Scaled:
    """A share or multiple (lo to hi) of `base`: a fact or parameter in fen."""

    base: str
    lo: Fraction
    hi: Fraction
    fixed: bool
    cap: int | None
    substitute: Substitute | None
    percent: bool


@dataclass(frozen=True, slots=True)
class Substitute:
    """What stands in for a Scaled fine when `when` holds (income that cannot be determined)."""

    when: Condition
    amount: Scaled
    status: str
    place: Place


@dataclass(frozen=True, slots=True)
class TimesFine:
    """A multiple (lo to hi) of the fine of another penalty of the same item."""

    penalty: str
    lo: Fraction
    hi: Fraction


@dataclass(frozen=True, slots=True)
class PerDay:
    """An earlier fine once for every day."""

    base: str
    days: str


Amount = Range | Scaled | TimesFine | PerDay


@dataclass(frozen=True, slots=True)
class Fine:
    """The fine of a penalty or tier; `alone` = 单处或者并处."""

    amount: Amount
    alone: bool
    place: Place
