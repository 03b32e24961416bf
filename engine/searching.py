"""Finding items from facts: an index from fact to items picks candidates, the prover decides,
the matcher confirms what is returned."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

from engine.applicability import edition_on
from engine.case import Case, Party, Violation
from engine.conditions import compile_condition, tests_of
from engine.double_entry import agreed
from engine.encoding import ESTABLISHED
from engine.facts import Values
from engine.item import Item
from engine.knowing import know
from engine.matching import Matcher
from engine.model import RuleSet
from engine.proving import ProvenItem
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


class Search:
    """The items that the facts of a case point to, asked of matcher and prover; `prove` makes an
    item ready."""

    def __init__(
        self, rule_set: RuleSet, prove: Callable[[Item], ProvenItem], matcher: Matcher
    ) -> None:
        self.rule_set = rule_set
        self._index = Index(rule_set)
        self._prove, self._matcher = prove, matcher

    def established(self, case: Case, violation: Violation) -> Iterator[Item]:
        """The items that the facts of somebody establish without a charge."""
        for item in self._near(case, violation):
            if self._confirmed(item, case, violation):
                yield item

    def match(self, case: Case) -> tuple[Candidate, ...]:
        """The items whose elements the facts of a case meet, then those they may still meet,
        whatever the case charges."""
        found: dict[str, Candidate] = {}
        for violation in case.violations:
            for item in self._near(case, violation):
                each = self._candidate(item, case, violation)
                if each is not None and not _settles(found.get(item.id)):
                    found[item.id] = each
        ranked = sorted(found.values(), key=lambda each: (not each.established, each.item.id))
        return tuple(ranked)

    def _near(self, case: Case, violation: Violation) -> list[Item]:
        """The editions that read a fact stated for the violation or for anybody."""
        stated = case.facts.keys() | violation.facts.keys()
        stated |= {name for party in case.parties for name in party.facts}
        return self._index.editions(stated, violation.dates.law_day)

    def _confirmed(self, item: Item, case: Case, violation: Violation) -> bool:
        """Whether the facts of somebody establish an item; matcher and prover agree on it."""
        proven = self._prove(item)
        for party in _speaking(case):
            values, _ = know(proven, case, violation, party, charged=False)
            proved, _ = agreed(self._matcher, proven, values)
            if ESTABLISHED in proved:
                return True
        return False

    def _candidate(self, item: Item, case: Case, violation: Violation) -> Candidate | None:
        """What the facts of somebody make of an item; the matcher confirms one that is met."""
        best: Candidate | None = None
        for party in _speaking(case):
            values, _ = know(self._prove(item), case, violation, party, charged=False)
            each = candidate(item, values, self.rule_set)
            if each is not None and not _settles(best):
                best = each
        if _settles(best):
            self._confirmed(item, case, violation)
        return best


def _speaking(case: Case) -> list[Party | None]:
    """Nobody in particular, then each party of whom something is stated."""
    return [None, *(party for party in case.parties if party.facts)]


def _settles(found: Candidate | None) -> bool:
    return found is not None and found.established is True


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
