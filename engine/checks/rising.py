"""Tiers that fall where they should rise: more of a number, all else equal, and a lower tier."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

from engine.checks.sources import Undecidable
from engine.checks.tried import Hits, Tried
from engine.checks.trying import Point
from engine.conditions import tests_of
from engine.faults import Finding
from engine.item import TierTable

_Row = list[tuple[Point, Hits]]


def falling(tried: Tried, table: TierTable) -> Iterator[Finding]:
    """The first fall of a table along each number that it reads."""
    facts = tried.space.rule_set.facts
    reads = {test.fact for tier in table.tiers for test in tests_of(tier.when)}
    for at, name in enumerate(tried.space.names):
        if name in reads and facts[name].numeric:
            falls = (
                found
                for row in _rows(tried, table, at)
                for (less, before), (more, after) in itertools.pairwise(row)
                if max(after) < max(before)
                for found in _fall(tried, table, name, (less, max(before)), (more, max(after)))
            )
            yield from itertools.islice(falls, 1)


def _rows(tried: Tried, table: TierTable, at: int) -> Iterator[_Row]:
    """The points at which the table has one answer, in rows that differ in one number only,
    rising."""
    rows: dict[tuple[int, ...], _Row] = {}
    for point, hits in tried.answering(table, sure=True):
        one = hits and (table.highest or len(hits) == 1)
        if one and tried.space.names[at] in point.values:
            rest = (*point.cell[:at], *point.cell[at + 1 :])
            rows.setdefault(rest, []).append((point, hits))
    yield from rows.values()


def _fall(
    tried: Tried, table: TierTable, name: str, lower: tuple[Point, int], higher: tuple[Point, int]
) -> Iterator[Finding]:
    fact = tried.space.rule_set.facts[name]
    before, after = table.tiers[lower[1]], table.tiers[higher[1]]
    finding = Finding(
        "not_monotonic",
        after.ref.place,
        f"“{fact.label}”增多，阶次反而降低",
        "如确实如此规定可以保留，否则请核对次序",
        "warning",
    )
    try:
        if tried.space.example(lower[0]) is None:
            return
    except Undecidable:
        tried.leave_open(table)
        return
    less = fact.show(lower[0].values[name])
    says = f"落在“{after.id}”档，而{fact.label} {less}的落在“{before.id}”档"
    found = tried.first(finding, says, [higher[0]], table)
    if found is not None:
        yield found
