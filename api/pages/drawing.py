"""The scales of a result and of a table of tiers: what of them is drawn."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from markupsafe import Markup

from api.pages.scale import Bar, Lane, Scale, svg
from api.store.records import fen
from engine.model import Item, Range, TierTable
from engine.phrases import STATUS

Data = dict[str, Any]


def scale_of(outcome: Data, item: Item | None, titles: Mapping[str, str]) -> Scale | None:
    """The statute of the stage reached, its tiers, and the answer; `titles` of layers by id."""
    low, high = fen(outcome["statutory"]["min"]), fen(outcome["statutory"]["max"])
    if not high or low == high or outcome["fine"]["state"] == "open":
        return None
    fine = outcome["fine"]
    least, most = fen(fine["min"]), fen(fine["max"])
    band = None if most is None else (least or 0, most)
    lanes = tuple(_lanes(outcome, item, titles)) if item else ()
    return Scale(low, high, lanes, band, fen(fine["suggested"]))


def _lanes(outcome: Data, item: Item, titles: Mapping[str, str]) -> Iterator[Lane]:
    role, stage = outcome["party"]["role"], outcome["stage"]
    own = [
        each
        for each in item.penalties
        if role in each.roles and stage == each.stage and each.tables
    ]
    tier = outcome["tier"]
    chosen = [each for each in own if tier and _has(each.tables, tier)] or own
    for penalty in chosen[:1]:
        for table in penalty.tables:
            yield from lane_of(table, titles, tier)


def _has(tables: Iterable[TierTable], tier: Data) -> bool:
    return any(
        each.id == tier["id"] and each.ref.set == tier["layer"]
        for table in tables
        for each in table.tiers
    )


def lane_of(
    table: TierTable, titles: Mapping[str, str], tier: Data | None = None
) -> Iterator[Lane]:
    """The tiers of a table whose amounts are known beforehand, side by side."""
    bars = tuple(
        Bar(
            each.fine.amount.lo or 0,
            each.fine.amount.hi,
            each.title,
            each.status,
            here=tier is not None and (each.id, each.ref.set) == (tier["id"], tier["layer"]),
        )
        for each in table.tiers
        if isinstance(each.fine.amount, Range) and each.fine.amount.hi is not None
    )
    if bars:
        yield Lane(f"{titles[table.layer]}（{STATUS[bars[0].status]}）", bars)


def drawing_of_possible(outcome: Data, possible: list[Data], id: int) -> Markup | str:
    """The answers still possible, one above the other on one scale."""
    if outcome["fine"]["state"] != "open":
        return ""
    bars = [
        (number, fen(each["fine"]["min"]) or 0, fen(each["fine"]["max"]), each)
        for number, each in enumerate(possible, 1)
    ]
    ends = [high for _, _, high, _ in bars if high]
    if not ends or len(bars) > 12:
        return ""
    lanes = tuple(
        Lane(
            f"可能{number}",
            (Bar(low, high, str(number), each["tier"]["status"] if each["tier"] else "verified"),),
        )
        for number, low, high, each in bars
        if high
    )
    low = fen(outcome["statutory"]["min"])
    high = fen(outcome["statutory"]["max"]) or max(ends)
    return svg(Scale(low, high, lanes), f"possible-{id}")
