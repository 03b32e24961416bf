"""Trying conditions on everything that can be: each combination of cells of the facts they read.

In a cell every test has one answer, so that one point of a combination stands for all of it.
Computed numbers are cut like stated ones; whether a combination of them can be at all is asked of
the facts behind them (`sources`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from engine.cells import cells, cuts_of
from engine.checks.sources import Sources
from engine.conditions import Condition, Test, compile_condition, tests_of
from engine.facts import Fact, Span, Value, Values
from engine.model import RuleSet

# So many combinations are looked at before a question is left open.
MAX_STEPS = 60_000


class TooMany(Exception):
    """More combinations than are worth trying."""


class Point(NamedTuple):
    """One combination: the number of the cell of each fact, and the values."""

    cell: tuple[int, ...]
    values: Values


class Space:
    """Every combination of the facts that some conditions read in which all of `guard` hold and
    nothing contradicts. `read` are the facts as the conditions name them, `names` those that are
    cut (grades spelt out). Dates are looked for from `day` on."""

    def __init__(
        self, guard: list[Condition], others: list[Condition], rule_set: RuleSet, day: int
    ) -> None:
        self.rule_set = rule_set
        self._day = day
        grades: dict[str, None] = {}
        tests = _tests([*guard, *others])
        self.read = frozenset(test.fact for test in tests)
        read = list(_spelt_out(tests, rule_set, grades))
        behind = frozenset[str]().union(*(rule_set.roots(test.fact) for test in read))
        never = [
            each.when
            for each in rule_set.conflicts
            if all(rule_set.roots(test.fact) <= behind for test in tests_of(each.when))
        ]
        read += _spelt_out(_tests(never), rule_set, grades)
        cuts = cuts_of(read)
        self.names = tuple(dict.fromkeys(test.fact for test in read))
        self._cells = [self._cut(name, cuts[name]) for name in self.names]
        self._grades = [each for name, each in rule_set.derived.items() if name in grades]
        self._guard = [compile_condition(condition) for condition in guard]
        self._never = [compile_condition(condition) for condition in never]
        computed = [name for name in self.names if name in rule_set.derived]
        self._sources = Sources(rule_set, computed) if computed else None
        self._examples: dict[tuple[int, ...], Values | None] = {}

    def fact(self, name: str) -> Fact:
        """A fact of the vocabulary."""
        return self.rule_set.facts[name]

    def _cut(self, name: str, cuts: tuple[int, ...]) -> list[Value | None]:
        """The cells of a fact; a share of what may be nothing may also be unknown (None)."""
        found: list[Value | None] = [*cells(self.fact(name), cuts, None)]
        derived = self.rule_set.derived.get(name)
        if derived is not None and derived.kind == "ratio" and self.fact(derived.inputs[1]).lo <= 0:
            found.append(None)
        return found

    def points(self) -> Iterator[Point]:
        """Every combination; raises TooMany beyond the steps allowed."""
        self._steps = 0
        yield from self._walk((), {})

    def _walk(self, index: tuple[int, ...], values: Values) -> Iterator[Point]:
        self._steps += 1
        if self._steps > MAX_STEPS:
            raise TooMany
        for grade in self._grades:
            value = grade.compute(values)
            if value is not None:
                values[grade.name] = value
        if any(ask(values) is False for ask in self._guard):
            return
        if any(ask(values) is True for ask in self._never):
            return
        if len(index) < len(self.names):
            name = self.names[len(index)]
            for number, cell in enumerate(self._cells[len(index)]):
                more = values | {name: cell} if cell is not None else dict(values)
                yield from self._walk((*index, number), more)
        elif all(ask(values) is True for ask in self._guard):
            yield Point(index, values)

    def example(self, point: Point) -> Values | None:
        """Values that a case may state, with which the facts lie in these cells; None where no
        values do it. Raises Undecidable."""
        if point.cell not in self._examples:
            self._examples[point.cell] = self._example(point.values)
        return self._examples[point.cell]

    def _example(self, values: Values) -> Values | None:
        found: Values = {}
        if self._sources is not None:
            behind = self._sources.find(values, self._day)
            if behind is None:
                return None
            found = behind
        derived = self.rule_set.derived
        own = [name for name in self.names if name not in derived]
        return {name: self._nearest(name, values[name]) for name in own} | found

    def _nearest(self, name: str, value: Value) -> Value:
        """The definite value of a cell that is nearest to where it borders on another."""
        if not isinstance(value, Span):
            return value
        fact = self.fact(name)
        if fact.type == "date" and value.lo <= self._day <= value.hi:
            return Span(self._day, self._day)
        at = value.hi if value.lo == fact.lo and value.hi < fact.hi else value.lo
        return Span(at, at)


def _tests(conditions: Iterable[Condition]) -> list[Test]:
    return [test for condition in conditions for test in tests_of(condition)]


def _spelt_out(tests: Iterable[Test], rule_set: RuleSet, grades: dict[str, None]) -> Iterator[Test]:
    """The tests, for those of a grade the tests of its rows; the grades met are noted."""
    for test in tests:
        derived = rule_set.derived.get(test.fact)
        if derived is None or derived.kind != "grade":
            yield test
        elif test.fact not in grades:
            grades[test.fact] = None
            rows = _tests(when for _, when in derived.rows)
            yield from _spelt_out(rows, rule_set, grades)
