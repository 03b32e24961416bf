"""The rule sets a process serves: one folder, read at start, one digest for each rule set."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

from api.serving.answers import result_bytes
from api.serving.replay import replay
from engine.bundle import digest, read_bundle
from engine.evaluate import Engine
from engine.faults import Finding, InputFault, Place, RuleFault, did_you_mean
from engine.layering import load_bundle, load_rule_set
from engine.loading import default_rule_set, rule_set_ids
from engine.source import parse


class RuleSets:
    """Engines by rule set, each loaded and compiled once in this process. Thread-safe.

    The folder must not change while it is served; `snapshots` sees to that.
    """

    def __init__(self, rules: Path) -> None:
        self._rules = rules.resolve()
        self._lock = threading.Lock()
        self._names = rule_set_ids(self._rules)
        self._engines = {
            (name, False): Engine(load_rule_set(self._rules, name)) for name in self._names
        }
        self.default = default_rule_set(self._rules)
        self._regions: dict[str, str] = {}
        for name in self._names:
            region = self._engines[name, False].rule_set.layers[-1].region
            if region is not None and self._regions.setdefault(region, name) != name:
                raise RuleFault([_taken(region, self._regions[region], name)])
        self.engine(None, None, False)

    def names(self) -> list[str]:
        """The ids of the rule sets."""
        return list(self._names)

    def engine(self, name: str | None, region: str | None, published_only: bool) -> Engine:
        """The engine of the rule set named, else of the region's, else of the default one."""
        chosen = name or self._regions.get(region or "", self.default)
        if chosen not in self._names:
            help = did_you_mean(chosen, self._names)
            message = f"没有规则集“{chosen[:60]}”"
            raise InputFault([Finding("unknown_rule_set", Place("<rule_set>"), message, help)])
        key = (chosen, published_only)
        with self._lock:
            if key not in self._engines:
                rule_set = load_rule_set(self._rules, chosen, published_only=published_only)
                self._engines[key] = Engine(rule_set)
            return self._engines[key]

    def bundle(self, engine: Engine) -> bytes:
        """The canonical bundle whose digest is that of the engine's rule set."""
        rule_set = engine.rule_set
        content = load_bundle(
            self._rules, rule_set.id, published_only=rule_set.published_only
        ).content()
        if digest(content) != rule_set.digest:
            raise RuleFault([_changed(self._rules)])
        return content

    def all(self) -> Iterator[Engine]:
        """Every engine that may be asked for."""
        for name in self._names:
            for published_only in (False, True):
                yield self.engine(name, None, published_only)

    def replay(self, bundle: bytes, case: bytes) -> bytes:
        """The exact bytes of the result of a case on a bundle: here if its rules are loaded, else
        in a process that ends afterwards."""
        called = digest(bundle)
        with self._lock:
            loaded = [each for each in self._engines.values() if each.rule_set.digest == called]
        if loaded:
            return result_bytes(loaded[0].evaluate_source(parse(case, "<case>")))
        read_bundle(bundle)
        return replay(bundle, case)


def _taken(region: str, one: str, other: str) -> Finding:
    message = f"地区 {region} 已有规则集"
    return Finding("region_taken", Place(other), message, f"另一个是 {one}，一个地区只能有一个")


def _changed(rules: Path) -> Finding:
    message = "规则目录在服务期间被改动"
    return Finding(
        "rules_changed", Place(str(rules)), message, "请用 liangfa serve，它服务的是副本"
    )
