"""The matcher: an item's rules in durable-rules, inside the envelope in which it is sound.

This is the only module that knows durable-rules.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from typing import Any

from durable import engine as durable_engine

from engine.encoding import ALWAYS, SID, Encoding, chunks
from engine.facts import Values
from engine.model import Condition, Item


class _QuietHost(durable_engine.Host):  # type: ignore[misc]
    """A host without timer threads: rules fire inside the call and nowhere else."""

    def _run(self) -> None:
        return


class Matcher:
    """All matching of one rule set: one quiet host, one lock, one compiled ruleset per chunk."""

    def __init__(self) -> None:
        self._host = _QuietHost()
        self._lock = threading.Lock()
        self._ready: dict[str, tuple[Encoding, list[str]]] = {}
        self._fired: list[str] = []

    def fired(
        self, item: Item, rules: Mapping[str, tuple[Condition, Any]], values: Values
    ) -> frozenset[str]:
        """The ids of the rules of an item that fire on the values."""
        with self._lock:
            if item.edition not in self._ready:
                self._ready[item.edition] = self._compile(item, rules)
            encoding, names = self._ready[item.edition]
            self._fired.clear()
            message = encoding.message(values)
            for chunk in names:
                self._assert(chunk, message)
            return frozenset(self._fired)

    def _assert(self, chunk: str, message: dict[str, Any]) -> None:
        try:
            self._host.assert_fact(chunk, dict(message))
        finally:
            self._host.delete_state(chunk, SID)

    def _compile(
        self, item: Item, rules: Mapping[str, tuple[Condition, Any]]
    ) -> tuple[Encoding, list[str]]:
        encoding = Encoding()
        names: list[str] = []
        conditions = [(rule, condition) for rule, (condition, _) in rules.items()]
        for number, chunk in enumerate(chunks(item, conditions, encoding)):
            name = f"r{len(self._ready)}c{number}"
            # A message that no rule handles leaves durable-rules a half-made state whose deletion
            # corrupts the heap, so one rule of every chunk always fires.
            definition = {"pulse": {"all": [{"m": {ALWAYS: 1}}], "run": _nothing}}
            definition |= {
                f"n{index}": {"all": [{"m": each}], "run": self._note(rule)}
                for index, (rule, each) in enumerate(chunk)
            }
            self._host.register_rulesets({name: definition})
            names.append(name)
        return encoding, names

    def _note(self, rule: str) -> Callable[[Any], None]:
        def note(_: Any) -> None:
            self._fired.append(rule)

        return note


def _nothing(_: Any) -> None:
    """What the rule that always fires does."""
