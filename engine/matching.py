"""The matcher: an item's rules in durable-rules, inside the envelope in which it is sound.

This is the only module that knows durable-rules.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from typing import Any

import durable_rules_engine
from durable.engine import Ruleset

from engine.conditions import Condition
from engine.encoding import ALWAYS, SID, Encoding, chunks
from engine.facts import Values
from engine.item import Item

# A message that no rule handles leaves durable-rules a half-made state whose deletion corrupts
# the heap, so one rule of every ruleset always fires.
_PULSE = "pulse"


class _Collector(Ruleset):  # type: ignore[misc]
    """A ruleset whose firing rules are only noted by name: no host, no timer threads, no actions
    that could fail unseen."""

    def __init__(self, name: str, rules: dict[str, dict[str, Any]]) -> None:
        definition = {_PULSE: {"all": [{"m": {ALWAYS: 1}}]}}
        definition |= {rule: {"all": [{"m": each}]} for rule, each in rules.items()}
        super().__init__(
            name, None, {rule: {**each, "run": _nothing} for rule, each in definition.items()}
        )

    def fired(self, message: dict[str, Any]) -> Iterator[str]:
        """The names of the rules that fire on a message."""
        try:
            state = self.assert_fact(message)
            _, action = durable_rules_engine.start_action_for_state(self._handle, state)
            while action:
                yield action[2 : action.index('"', 2)]  # the text is {"<name of the rule>":…}
                action = durable_rules_engine.complete_and_start_action(self._handle, state)
        finally:
            self.delete_state(SID)


def _nothing(_: Any) -> None:
    """What durable-rules would run for a rule; firing is noted before it comes to that."""


class Matcher:
    """All matching of one rule set: one lock, one compiled ruleset a chunk of an item's rules."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._ready: dict[str, tuple[Encoding, list[tuple[_Collector, dict[str, str]]]]] = {}

    def fired(
        self, item: Item, rules: Mapping[str, tuple[Condition, Any]], values: Values
    ) -> frozenset[str]:
        """The ids of the rules of an item that fire on the values."""
        with self._lock:
            if item.edition not in self._ready:
                self._ready[item.edition] = self._compile(item, rules)
            encoding, collectors = self._ready[item.edition]
            message = encoding.message(values)
            return frozenset(
                [
                    ids[name]
                    for collector, ids in collectors
                    for name in collector.fired(message)
                    if name != _PULSE
                ]
            )

    def _compile(
        self, item: Item, rules: Mapping[str, tuple[Condition, Any]]
    ) -> tuple[Encoding, list[tuple[_Collector, dict[str, str]]]]:
        encoding = Encoding()
        collectors: list[tuple[_Collector, dict[str, str]]] = []
        conditions = [(rule, condition) for rule, (condition, _) in rules.items()]
        for number, chunk in enumerate(chunks(item, conditions, encoding)):
            ids = {f"n{index}": rule for index, (rule, _) in enumerate(chunk)}
            named = {f"n{index}": each for index, (_, each) in enumerate(chunk)}
            collectors.append((_Collector(f"{item.edition}#{number}", named), ids))
        return encoding, collectors
