"""The scales of a result and of a table of tiers: what of them is drawn."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any

from markupsafe import Markup

from api.http.masking import HIDDEN
from api.showing.saying import layers_of
from api.showing.scale import PERCENT, TIMES, Bar, Lane, Scale, Units, svg
from api.store.records import fen
from engine.conditions import compile_condition
from engine.facts import BadValue, Fact, Value
from engine.fine import Amount, Range, Scaled, TimesFine
from engine.grading import Inputs, Worked, work_out
from engine.item import Item, Penalty, TierTable
from engine.model import RuleSet
from engine.phrases import STATUS
from engine.result import Money

Data = dict[str, Any]
# The two ends of an amount in the units of a drawing; None where they are not known.
Bounds = Callable[[Amount], tuple[int | None, int] | None]


def scale_of(
    outcome: Data, reasons: Mapping[str, Data], item: Item | None, rules: RuleSet | None
) -> Scale | None:
    """The statute of the stage reached, its tiers, and the answer; in shares of what the fine is
    computed from where that is not known. None where there is nothing to draw."""
    set_by = _set_by(outcome, reasons, item)
    titles = layers_of(rules)
    fine = outcome["fine"]
    if fine["state"] == "open":
        if set_by is None or rules is None or outcome["possible"]:
            return None
        return shares_of(set_by[0], rules, outcome["tier"])
    low, high = fen(outcome["statutory"]["min"]), fen(outcome["statutory"]["max"])
    if not high or low == high:
        return None
    least, most = fen(fine["min"]), fen(fine["max"])
    band = None if most is None else (least or 0, most)
    scale = Scale(low, high, (), band, fen(fine["suggested"]))
    if set_by is None or rules is None:
        return scale
    penalty, facts = set_by
    lanes = tuple(_lanes(penalty, titles, _in_fen(facts, rules), outcome["tier"]))
    return replace(scale, lanes=lanes, note=_left_out(penalty, lanes, rules, facts))


def _set_by(
    outcome: Data, reasons: Mapping[str, Data], item: Item | None
) -> tuple[Penalty, Mapping[str, Any]] | None:
    """The penalty whose fine it is, as the reasons name it, and the facts that the fine rests on;
    None where there are several or none."""
    found = {
        reason["rule"]["id"]: {each["fact"]: each["value"] for each in reason["facts"]}
        for reason in (reasons[id] for id in outcome["reasons"])
        if reason["code"] in ("statutory_amount", "amount_waits")
    }
    own = [each for each in (item.penalties if item else ()) if each.ref.id in found]
    return (own[0], found[own[0].ref.id]) if len(own) == 1 else None


def _in_fen(facts: Mapping[str, Any], rules: RuleSet) -> Bounds:
    """Amounts as the engine works them out on the facts that a fine rests on."""
    read = {name: _read(rules.facts.get(name), value) for name, value in facts.items()}
    values = {name: value for name, value in read.items() if value is not None}
    inputs = Inputs(
        values=values,
        true=lambda condition: compile_condition(condition)(values) is True,
        # Dated amounts, and fines that are multiples of another, are not worked out for a drawing.
        parameter=lambda _: None,
        is_parameter=lambda name: name in rules.parameters,
        fine_of=lambda name: Worked(Money(None, None), False, (name,)),
        unbounded=lambda _: False,
    )

    def bounds(amount: Amount) -> tuple[int | None, int] | None:
        worked = work_out(amount, inputs)
        high = None if worked.waits else worked.money.hi
        return None if high is None else (worked.money.lo, high)

    return bounds


def _read(fact: Fact | None, said: Any) -> Value | None:
    """What a result says of a fact; None where that is hidden, or no value of such a fact."""
    if fact is None:
        return None
    exact = Decimal(str(said)) if isinstance(said, float) else said
    try:
        return fact.value(exact)
    except BadValue:
        return None


def shares_of(penalty: Penalty, rules: RuleSet, tier: Data | None = None) -> Scale | None:
    """The statute and the tiers of a penalty in amounts that are known beforehand, or in shares of
    what they will be computed from; None where there is no range to draw."""
    amount = penalty.fine.amount if penalty.fine is not None else None
    units: Units | None = None
    bounds: Bounds = _ranges
    if isinstance(amount, Scaled | TimesFine):
        units = PERCENT if isinstance(amount, Scaled) and amount.percent else TIMES
        units = replace(units, of=_label(_base(amount), rules))
        bounds = _shares(_base(amount), units)
    ends = bounds(amount) if amount is not None else None
    if ends is None or ends[0] == ends[1]:
        return None
    lanes = tuple(_lanes(penalty, layers_of(rules), bounds, tier))
    scale = Scale(*ends, lanes, note=_left_out(penalty, lanes, rules, {}))
    return scale if units is None else replace(scale, units=units)


def _ranges(amount: Amount) -> tuple[int | None, int] | None:
    if not isinstance(amount, Range) or amount.hi is None:
        return None
    return amount.lo, amount.hi


def _base(amount: Scaled | TimesFine) -> str:
    """What an amount is a share of: a fact, a dated amount, or the fine of another penalty."""
    return amount.base if isinstance(amount, Scaled) else amount.penalty


def _label(base: str, rules: RuleSet) -> str:
    known = rules.facts.get(base) or rules.parameters.get(base)
    return known.label if known is not None else "另一项罚款"


def _shares(base: str, units: Units) -> Bounds:
    def bounds(amount: Amount) -> tuple[int | None, int] | None:
        if not isinstance(amount, Scaled | TimesFine) or _base(amount) != base:
            return None
        low, high = amount.lo * units.whole, amount.hi * units.whole
        return (int(low), int(high)) if low.denominator == high.denominator == 1 else None

    return bounds


def _lanes(
    penalty: Penalty, titles: Mapping[str, str], bounds: Bounds, tier: Data | None
) -> Iterator[Lane]:
    """The tiers of each table whose amounts are known, side by side."""
    for table in penalty.tables:
        bars = tuple(_bars(table, bounds, tier))
        if bars:
            standing = "、".join(dict.fromkeys(STATUS[each.status] for each in bars))
            yield Lane(f"{titles[table.layer]}（{standing}）", bars)


def _bars(table: TierTable, bounds: Bounds, hit: Data | None) -> Iterator[Bar]:
    for tier in table.tiers:
        ends = bounds(tier.fine.amount)
        if ends is not None:
            here = hit is not None and (tier.id, tier.ref.set) == (hit["id"], hit["layer"])
            yield Bar(ends[0] or 0, ends[1], tier.title, tier.status, here)


def _left_out(
    penalty: Penalty, lanes: Iterable[Lane], rules: RuleSet, facts: Mapping[str, Any]
) -> str:
    """Why some tiers are not drawn; "" where all are."""
    drawn = sum(len(each.bars) for each in lanes)
    tiers = [each for table in penalty.tables for each in table.tiers]
    if drawn == len(tiers):
        return ""
    amounts = [each.fine.amount for each in tiers]
    bases = {_base(each) for each in amounts if isinstance(each, Scaled | TimesFine)}
    if not bases:
        return "有的档没有画出，它们的数额不能预先知道；各档写在事项页上。"
    labels = "、".join(_label(name, rules) for name in sorted(bases))
    why = "已经遮盖" if HIDDEN in facts.values() else "在这里没有一个确数"
    return f"有的档没有画出：它们按{labels}的比例算，{labels}{why}；各档写在事项页上。"


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
