"""Finding items from facts: an index from fact to items picks candidates, the prover decides,
the matcher confirms what is returned."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from engine.applicability import edition_on
from engine.conditions import compile_condition, tests_of
from engine.facts import Values
from engine.model import Item, RuleSet
from engine.truth import Truth


class Candidate(NamedTuple):
    """An item whose elements the facts meet (`established` True) or may still meet (None), and
    the stated-fact names that would decide it."""

    item: Item
    established: Truth
    missing: tuple[str, ...]


class Index:
    """The items by the facts that their elements read, computed facts by what they rest on."""

    def __init__(self, rule_set: RuleSet) -> None:
        self.rule_set = rule_set
        self._by_fact: dict[str, list[str]] = {}
        for id, editions in rule_set.items.items():
            read = {
                root
                for item in editions
                for test in tests_of(item.established_when)
                for root in rule_set.roots(test.fact)
            }
            for name in read:
                self._by_fact.setdefault(name, []).append(id)

    def editions(self, stated: Iterable[str], day: int | None) -> list[Item]:
        """The editions in force on a day that read at least one of the stated facts, by id."""
        ids = sorted({id for name in stated for id in self._by_fact.get(name, ())})
        found = (findable(self.rule_set.items[id], day) for id in ids)
        return [each for each in found if each is not None]


def findable(editions: Iterable[Item], day: int | None) -> Item | None:
    """The edition that facts may be found to meet: that of the day, or the latest if it stands."""
    edition = edition_on(editions, day)
    ended = day is None and edition is not None and edition.period.end is not None
    return None if ended else edition


def candidate(item: Item, values: Values, rule_set: RuleSet) -> Candidate | None:
    """What the values make of an item's elements; None where they fail, or where nothing stated
    speaks for them."""
    truth = compile_condition(item.established_when)(values)
    if truth is False:
        return None
    asks = [(test, compile_condition(test)(values)) for test in tests_of(item.established_when)]
    if truth is None and not any(held is True for _, held in asks):
        return None
    open_facts = dict.fromkeys(test.fact for test, held in asks if held is None and truth is None)
    missing = [root for name in open_facts for root in _inputs(name, values, rule_set)]
    return Candidate(item, truth, tuple(dict.fromkeys(missing)))


def _inputs(name: str, values: Values, rule_set: RuleSet) -> list[str]:
    """The fact itself, or the inputs of a computed one that are not stated."""
    derived = rule_set.derived.get(name)
    if derived is None:
        return [name]
    return [each for each in derived.inputs if each not in values]
