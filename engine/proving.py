"""The prover: an item's conditions as written, asked in three-valued logic."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from engine.cells import Cuts, cuts_of
from engine.conditions import Ask, Condition, Test, compile_condition, tests_of
from engine.encoding import referred, rules_of, tiers_of
from engine.facts import Fact, Values
from engine.fine import Scaled, Substitute
from engine.general_rules import Circumstance
from engine.item import Item, Penalty
from engine.model import Compute, RuleSet
from engine.truth import Truth

Truths = dict[int, Truth]


@dataclass(frozen=True, slots=True)
class ProvenCircumstance:
    """A circumstance made ready: `tests` of its condition, `exclusions` of what excludes it, all
    the facts it `reads`."""

    circumstance: Circumstance
    holds: Ask
    excluded: Ask | None
    tests: tuple[tuple[Test, Ask], ...]
    exclusions: tuple[tuple[Test, Ask], ...]
    reads: frozenset[str]


class Claims:
    """Circumstances by the facts they read, so that only what somebody speaks of is looked at."""

    def __init__(self, listed: Iterable[ProvenCircumstance]) -> None:
        self._listed = tuple(listed)
        self._always = frozenset(index for index, each in enumerate(self._listed) if not each.reads)
        self._by_fact: dict[str, set[int]] = {}
        for index, each in enumerate(self._listed):
            for name in each.reads:
                self._by_fact.setdefault(name, set()).add(index)

    def __iter__(self) -> Iterator[ProvenCircumstance]:
        return iter(self._listed)

    def __len__(self) -> int:
        return len(self._listed)

    def read_by(self, stated: Values) -> list[ProvenCircumstance]:
        """Those of which the stated facts say something, in the rule set's order."""
        named = self._by_fact.keys() & stated.keys()
        if not named:
            return [self._listed[index] for index in self._always]
        found = self._always.union(*(self._by_fact[name] for name in named))
        return [self._listed[index] for index in sorted(found)]


@dataclass(frozen=True, slots=True)
class ProvenItem:
    """An item edition made ready: every condition as a closure.

    `rules` are the conditions the matcher decides too, by rule id; `cuts` says where a number
    changes an answer; `computed` lists the derived facts needed, inputs before what uses them;
    `facts` are those the item itself reads, `claims` those only its circumstances read,
    `decisive` those the rules read.
    """

    item: Item
    rules: dict[str, tuple[Condition, Ask]]
    asks: dict[int, Ask]
    names: dict[int, tuple[str, ...]]
    cuts: Cuts
    computed: tuple[tuple[str, Compute], ...]
    facts: dict[str, Fact]
    claims: dict[str, Fact]
    amounts: dict[str, tuple[str, ...]]
    roles: tuple[str, ...]
    circumstances: Claims
    gates: Claims
    decisive: frozenset[str]
    charged: Values
    uncharged: Values

    def ask(self, condition: Condition) -> Ask:
        """The closure of one of the item's own conditions."""
        return self.asks[id(condition)]

    def compute(self, values: Values, given: frozenset[str] = frozenset()) -> None:
        """Fill in the derived facts, in place, except those in `given`."""
        for name, compute in self.computed:
            if name in given:
                continue
            value = compute(values)
            if value is None:
                values.pop(name, None)
            else:
                values[name] = value

    def assumed(self, *, charged: bool) -> Values:
        """The values taken where the case states none."""
        return self.charged if charged else self.uncharged

    def prove(self, values: Values) -> tuple[frozenset[str], Truths]:
        """The ids of the rules that are certainly true, and what each rule's condition is."""
        truths = {id(condition): ask(values) for condition, ask in self.rules.values()}
        proved = [rule for rule, (condition, _) in self.rules.items() if truths[id(condition)]]
        return frozenset(proved), truths


def prove_item(item: Item, rule_set: RuleSet) -> ProvenItem:
    """Make an item ready, with its references to other items and its circumstances."""
    item = resolved(item, rule_set)
    rules = dict(rules_of(item))
    circumstances = [
        each
        for each in rule_set.circumstances
        if not each.scope.items or item.id in each.scope.items
    ]
    own = [*rules.values(), *_side_conditions(item)]
    claimed = [
        condition
        for each in circumstances
        for condition in (each.when, each.excluded_when, *(one.when for one in each.measures))
        if condition is not None
    ]
    limits = [
        condition
        for each in rule_set.limitations
        for condition in (each.when, *(one.when for one in each.measures))
    ]
    asks = {id(each): compile_condition(each) for each in (*own, *claimed, *limits)}
    amounts = {penalty.id: amount_facts(penalty) for penalty in item.penalties}
    computed = _computed(_read([*own, *claimed, *limits]), rule_set)
    used = _with_inputs(_read(own), rule_set).union(*amounts.values())
    facts = {name: fact for name, fact in rule_set.facts.items() if name in used}
    claims = _with_inputs(_read(claimed), rule_set) - used
    claimed_facts = {name: fact for name, fact in rule_set.facts.items() if name in claims}
    return ProvenItem(
        item,
        {rule: (condition, asks[id(condition)]) for rule, condition in rules.items()},
        asks,
        {id(each): tuple(dict.fromkeys(_facts(each))) for each in (*own, *claimed, *limits)},
        cuts_of(test for condition in (*own, *claimed, *limits) for test in tests_of(condition)),
        computed,
        facts,
        claimed_facts,
        amounts,
        tuple(dict.fromkeys(role for penalty in item.penalties for role in penalty.roles)),
        Claims(_prove_circumstance(each, asks) for each in circumstances if not each.gate),
        Claims(_prove_circumstance(each, asks) for each in circumstances if each.gate),
        frozenset(_with_inputs(_read(list(rules.values())), rule_set)),
        _taken(facts | claimed_facts, charged=True),
        _taken(facts | claimed_facts, charged=False),
    )


def _taken(facts: dict[str, Fact], *, charged: bool) -> Values:
    taken = {name: fact.taken(charged=charged) for name, fact in facts.items()}
    return {name: value for name, value in taken.items() if value is not None}


def _prove_circumstance(each: Circumstance, asks: dict[int, Ask]) -> ProvenCircumstance:
    excluded = each.excluded_when
    tests = _asked(each.when)
    exclusions = _asked(excluded) if excluded is not None else ()
    return ProvenCircumstance(
        each,
        asks[id(each.when)],
        asks[id(excluded)] if excluded is not None else None,
        tests,
        exclusions,
        frozenset(test.fact for test, _ in (*tests, *exclusions)),
    )


def _asked(condition: Condition) -> tuple[tuple[Test, Ask], ...]:
    return tuple((test, compile_condition(test)) for test in tests_of(condition))


def _facts(condition: Condition) -> Iterator[str]:
    return (test.fact for test in tests_of(condition))


def _read(conditions: list[Condition]) -> set[str]:
    return {name for condition in conditions for name in _facts(condition)}


def _with_inputs(names: set[str], rule_set: RuleSet) -> set[str]:
    """The facts and what they are computed from."""
    return names.union(*(rule_set.derived[name].inputs for name, _ in _computed(names, rule_set)))


def resolved(item: Item, rule_set: RuleSet) -> Item:
    """The item with every reference of its penalties to other articles followed."""
    penalties = tuple(_resolve(each, item, rule_set) for each in item.penalties)
    return dataclasses.replace(item, penalties=penalties)


def _resolve(penalty: Penalty, item: Item, rule_set: RuleSet) -> Penalty:
    """A penalty that refers to another article takes that article's fine, measures and tiers."""
    lender = lent_by(penalty, item, rule_set)
    if lender is None:
        return penalty
    _, target = lender
    return dataclasses.replace(
        penalty, fine=target.fine, measures=target.measures, tables=target.tables
    )


def lent_by(penalty: Penalty, item: Item, rule_set: RuleSet) -> tuple[Item, Penalty] | None:
    """The edition and the penalty that a penalty of an item refers to; None where to none."""
    if penalty.refers_to is None:
        return None
    editions = rule_set.items[penalty.refers_to[0]]
    edition = next(each for each in editions if each.period.meets(item.period))
    return edition, next(each for each in edition.penalties if referred(penalty, each))


def substitutes(penalty: Penalty) -> Iterator[Substitute]:
    """The substitutes in a penalty's fine and tiers."""
    fines = [penalty.fine, *(tier.fine for tier in tiers_of(penalty))]
    for fine in fines:
        if fine is not None and isinstance(fine.amount, Scaled) and fine.amount.substitute:
            yield fine.amount.substitute


def _side_conditions(item: Item) -> Iterator[Condition]:
    for penalty in item.penalties:
        for measure in penalty.measures:
            yield measure.when
        for substitute in substitutes(penalty):
            yield substitute.when


def amount_facts(penalty: Penalty) -> tuple[str, ...]:
    """The facts (and parameters) that a penalty's amounts are computed from."""
    names: list[str | None] = [measure.amount_of for measure in penalty.measures]
    for fine in (penalty.fine, *(tier.fine for tier in tiers_of(penalty))):
        if fine is not None:
            names += [getattr(fine.amount, "base", None), getattr(fine.amount, "days", None)]
    names += [substitute.amount.base for substitute in substitutes(penalty)]
    return tuple(name for name in dict.fromkeys(names) if name is not None)


def _computed(names: set[str], rule_set: RuleSet) -> tuple[tuple[str, Compute], ...]:
    """The derived facts behind some facts; the vocabulary's own order puts inputs first."""
    needed: set[str] = set()
    waiting = [name for name in names if name in rule_set.derived]
    while waiting:
        name = waiting.pop()
        if name not in needed:
            needed.add(name)
            inputs = rule_set.derived[name].inputs
            waiting.extend(each for each in inputs if each in rule_set.derived)
    return tuple(
        (name, derived.compute) for name, derived in rule_set.derived.items() if name in needed
    )
