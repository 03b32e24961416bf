"""Amounts: every form of fine worked out in whole fen, on values that may be intervals."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction
from typing import NamedTuple

from engine.conditions import Condition
from engine.facts import Span, Values
from engine.fine import Amount, PerDay, Range, Scaled, TimesFine
from engine.manifest import Policy
from engine.money import FEN, ceil_fen, floor_fen, half_up_fen, kept
from engine.result import Money


class Worked(NamedTuple):
    """A fine worked out; `waits` names inputs that are unknown or only bounded."""

    money: Money
    fixed: bool
    waits: tuple[str, ...]
    notes: tuple[tuple[str, str], ...] = ()

    @property
    def splittable(self) -> bool:
        """Whether there is a known range for a written policy to divide."""
        return self.money.hi is not None and not self.waits and not self.fixed


class Inputs(NamedTuple):
    """What amounts may look up: values, conditions, dated parameters, other fines."""

    values: Values
    true: Callable[[Condition], bool]
    parameter: Callable[[str], tuple[int, str] | None]
    is_parameter: Callable[[str], bool]
    fine_of: Callable[[str], Worked]
    unbounded: Callable[[str], bool]


def work_out(amount: Amount, inputs: Inputs) -> Worked:
    """The range of a fine in fen."""
    if isinstance(amount, Range):
        return Worked(Money(amount.lo, amount.hi), amount.lo == amount.hi, ())
    if isinstance(amount, Scaled):
        return _scaled(amount, inputs)
    if isinstance(amount, TimesFine):
        inner = inputs.fine_of(amount.penalty)
        return Worked(
            _product(inner.money.lo, inner.money.hi, amount.lo, amount.hi),
            inner.fixed and amount.lo == amount.hi,
            inner.waits,
            inner.notes,
        )
    return _per_day(amount, inputs)


def _product(lo: int | None, hi: int | None, low: Fraction, high: Fraction) -> Money:
    """Low times the lower end (raised to the fen) to high times the upper end (cut to it). Where
    no whole fen lies between low and high times a base of very few fen, the cut amount counts."""
    return Money(
        None if lo is None else kept(min(ceil_fen(lo * low), floor_fen(lo * high))),
        None if hi is None else kept(floor_fen(hi * high)),
    )


def _scaled(amount: Scaled, inputs: Inputs) -> Worked:
    substitute = amount.substitute
    if substitute is not None and inputs.true(substitute.when):
        worked = _scaled(substitute.amount, inputs)
        if substitute.status == "verified":
            return worked
        note = ("draft_substitute", str(substitute.place))
        return Worked(worked.money, worked.fixed, worked.waits, (*worked.notes, note))
    base, waits, notes = _base(amount.base, inputs)
    if base is None:
        return Worked(Money(None, amount.cap), amount.fixed, waits, notes)
    lo = int(base.lo)
    hi = None if inputs.unbounded(amount.base) else int(base.hi)
    if amount.fixed:
        money = Money(
            kept(half_up_fen(lo * amount.lo)),
            None if hi is None else kept(half_up_fen(hi * amount.lo)),
        )
    else:
        money = _product(lo, hi, amount.lo, amount.hi)
    if amount.cap is not None:
        money = Money(_least(money.lo, amount.cap), _least(money.hi, amount.cap))
    if money.hi == 0:
        notes = (*notes, ("zero_base", amount.base))
    return Worked(money, amount.fixed, waits, notes)


def _least(fen: int | None, cap: int) -> int:
    return cap if fen is None else min(fen, cap)


def _base(
    name: str, inputs: Inputs
) -> tuple[Span | None, tuple[str, ...], tuple[tuple[str, str], ...]]:
    if inputs.is_parameter(name):
        found = inputs.parameter(name)
        if found is None:
            return None, (name,), (("parameter_missing", name),)
        fen, status = found
        notes = () if status == "verified" else (("draft_parameter", name),)
        return Span(fen, fen), (), notes
    value = inputs.values.get(name)
    if not isinstance(value, Span):
        return None, (name,), ()
    return value, (name,) if value.lo != value.hi else (), ()


def _per_day(amount: PerDay, inputs: Inputs) -> Worked:
    fine, days = inputs.values.get(amount.base), inputs.values.get(amount.days)
    waits = tuple(
        name
        for name, value in ((amount.base, fine), (amount.days, days))
        if not isinstance(value, Span) or value.lo != value.hi
    )
    if not isinstance(fine, Span) or not isinstance(days, Span):
        return Worked(Money(None, None), True, waits)
    lo = kept(int(fine.lo * days.lo))
    if inputs.unbounded(amount.base) or inputs.unbounded(amount.days):
        return Worked(Money(lo, None), True, waits)
    return Worked(Money(lo, kept(int(fine.hi * days.hi))), True, waits)


def band(money: Money, policy: Policy, name: str) -> Money:
    """The part of a range that a band of the written policy names, cut to the fen."""
    share = policy.values[name]
    assert isinstance(share, dict) and money.hi is not None
    low = money.lo or 0
    width = money.hi - low
    up, down = share["from"].as_integer_ratio()
    start = low - (-up * width // (down * 100))
    up, down = share["to"].as_integer_ratio()
    end = low + up * width // (down * 100)
    return Money(start if start > 0 else None, max(start, end))


def suggested(money: Money, within: Money, policy: Policy) -> int | None:
    """The policy's point of a band, rounded as the policy says, inside the allowed range.

    Where no round amount lies in the range the point itself is taken; never 0.
    """
    assert within.hi is not None and money.hi is not None
    low = within.lo or 0
    point, step = policy.values["point"], policy.values["round_to"]
    assert isinstance(point, int | Decimal) and isinstance(step, int | Decimal)
    up, down = point.as_integer_ratio()
    exact = low + _half_up(up * (within.hi - low), down * 100)
    up, down = step.as_integer_ratio()
    unit = up * FEN // down
    rounded = _half_up(exact, unit) * unit
    floor = money.lo or 1
    for candidate in (rounded, rounded - unit, rounded + unit, exact):
        if floor <= candidate <= money.hi and candidate > 0:
            return candidate
    return None


def _half_up(up: int, down: int) -> int:
    """A quotient of whole numbers rounded to the nearest, halves up."""
    return (2 * up + down) // (2 * down)
