"""The one condition language: reading it, asking it, walking it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from engine.facts import Span, Value, Values
from engine.faults import Place
from engine.truth import Truth, all_of, any_of, negate


@dataclass(frozen=True, slots=True)
class Test:
    """One comparison of a fact; `operand` is a bool, a choice (for `in` a set of them), or whole
    steps of the fact; `place` is where it is written, no part of what it says."""

    __test__ = False  # not a pytest class

    fact: str
    op: str
    operand: bool | str | int | frozenset[str]
    place: Place | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class AllOf:
    """Every part holds."""

    parts: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class AnyOf:
    """At least one part holds."""

    parts: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class Not:
    """The part does not hold."""

    part: Condition


Condition = Test | AllOf | AnyOf | Not
Ask = Callable[[Values], Truth]
ALWAYS = AllOf(())


def tests_of(condition: Condition) -> Iterator[Test]:
    """Every test of a condition, in the order written."""
    if isinstance(condition, Test):
        yield condition
    elif isinstance(condition, Not):
        yield from tests_of(condition.part)
    else:
        for part in condition.parts:
            yield from tests_of(part)


def compile_condition(condition: Condition) -> Ask:
    """A condition as a closure over the known values; a fact without a value is unknown."""
    if isinstance(condition, Test):
        return _compile_test(condition)
    if isinstance(condition, Not):
        inner = compile_condition(condition.part)
        return lambda values: negate(inner(values))
    asks = tuple(compile_condition(part) for part in condition.parts)
    if isinstance(condition, AllOf):
        if len(asks) == 1:
            return asks[0]
        return lambda values: all_of(ask(values) for ask in asks)
    return lambda values: any_of(ask(values) for ask in asks)


def _compile_test(test: Test) -> Ask:
    fact, operand = test.fact, test.operand
    decide = _DECIDERS[test.op]

    def ask(values: Values) -> Truth:
        value = values.get(fact)
        return None if value is None else decide(value, operand)

    return ask


def _is(value: Value, operand: Any) -> Truth:
    if isinstance(value, bool):
        return value is operand
    if isinstance(value, Span):
        if value.lo == operand == value.hi:
            return True
        return None if value.lo <= operand <= value.hi else False
    if operand not in value:
        return False
    return True if len(value) == 1 else None


def _is_not(value: Value, operand: Any) -> Truth:
    return negate(_is(value, operand))


def _in(value: Any, operand: Any) -> Truth:
    if value <= operand:
        return True
    return None if value & operand else False


def _at_least(value: Any, operand: Any) -> Truth:
    if value.lo >= operand:
        return True
    return None if value.hi >= operand else False


def _above(value: Any, operand: Any) -> Truth:
    if value.lo > operand:
        return True
    return None if value.hi > operand else False


def _at_most(value: Any, operand: Any) -> Truth:
    return negate(_above(value, operand))


def _below(value: Any, operand: Any) -> Truth:
    return negate(_at_least(value, operand))


_DECIDERS: dict[str, Callable[[Any, Any], Truth]] = {
    "is": _is,
    "is_not": _is_not,
    "in": _in,
    "at_least": _at_least,
    "above": _above,
    "at_most": _at_most,
    "below": _below,
}


def simplify(parts: list[Condition]) -> Condition:
    """The conjunction of parts, without a needless wrapper."""
    return parts[0] if len(parts) == 1 else AllOf(tuple(parts))


def either(parts: list[Condition]) -> Condition:
    """The disjunction of parts, without a needless wrapper."""
    return parts[0] if len(parts) == 1 else AnyOf(tuple(parts))
