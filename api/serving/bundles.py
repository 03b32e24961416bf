"""The rules that were ever served, kept in the store so that every answer can be replayed."""

from __future__ import annotations

from api.serving.rule_sets import RuleSets
from api.store import Store
from engine.bundle import digest


def keep(rules: RuleSets, store: Store) -> None:
    """Put the bundle of every engine that may be asked for into the store."""
    for engine in rules.all():
        rule_set = engine.rule_set
        if store.bundle(rule_set.digest) is None:
            content = rules.bundle(engine)
            store.put_bundle(
                digest(content), rule_set.id, rule_set.version, rule_set.published_only, content
            )
