"""The fines of rule files, each in one of the forms that the law has for them."""

from __future__ import annotations

from fractions import Fraction

from engine.clauses import Words, amount_fact, build_condition, fen_of
from engine.fine import Amount, Fine, PerDay, Range, Scaled, Substitute, TimesFine
from engine.loading import Node

_FORMS: dict[str, tuple[set[str], set[str]]] = {
    # form: (keys it must have, keys it may have)
    "percent_of": ({"percent_of"}, {"min", "max", "fixed", "cap", "substitute"}),
    "times": ({"times"}, {"min", "max", "fixed", "cap", "substitute"}),
    "times_fine": ({"times_fine"}, {"min", "max", "fixed"}),
    "per_day": ({"per_day", "days"}, set()),
    "fixed": ({"fixed"}, set()),
    "range": ({"max"}, {"min"}),
}


def build_fine(node: Node, words: Words) -> Fine | None:
    """The fine of a penalty or tier in one of its forms."""
    amount = _build_amount(node, words)
    if amount is None:
        return None
    return Fine(amount, node.get("with_measures") == "alone_or_together", node.place())


def _build_amount(node: Node, words: Words) -> Amount | None:
    keys = set(node.value) - {"with_measures"}
    form = next((name for name in _FORMS if name in keys), "range")
    must, may = _FORMS[form]
    if not must <= keys or keys - must - may:
        node.fault(
            "fine_form",
            f"罚款的写法不成一种：{'、'.join(sorted(keys))}",
            _form_help(form, must, may),
        )
        return None
    if form in ("range", "fixed"):
        return _build_range(node)
    if form == "per_day":
        base = amount_fact(node["per_day"], words, "amount")
        days = amount_fact(node["days"], words, "count")
        return PerDay(base, days) if base and days else None
    bounds = _factors(node, percent=form == "percent_of")
    if bounds is None:
        return None
    lo, hi = bounds
    if form == "times_fine":
        return TimesFine(node.value["times_fine"], lo, hi)
    base = amount_fact(node[form], words, "amount", parameters=True)
    if base is None:
        return None
    cap = fen_of(node["cap"]) if "cap" in node else None
    substitute = _build_substitute(node["substitute"], words) if "substitute" in node else None
    return Scaled(base, lo, hi, "fixed" in keys, cap, substitute, form == "percent_of")


def _form_help(form: str, must: set[str], may: set[str]) -> str:
    if form == "range":
        return "上限写 max，有下限的再写 min"
    others = must - {form}
    more = f"还要写 {'、'.join(sorted(others))}，" if others else ""
    rest = f"只能再写 {'、'.join(sorted(may))}" if may else "不能再写别的"
    return f"写了 {form} 的，{more}{rest}"


def _build_substitute(node: Node, words: Words) -> Substitute | None:
    bounds = _factors(node, percent=False)
    base = amount_fact(node["times"], words, "amount", parameters=True)
    when = build_condition(node["when"], words)
    if bounds is None or base is None:
        return None
    amount = Scaled(base, *bounds, "fixed" in node, None, None, False)
    return Substitute(when, amount, node.get("status", "verified"), node.place())


def _factors(node: Node, *, percent: bool) -> tuple[Fraction, Fraction] | None:
    scale = 100 if percent else 1
    if "fixed" in node and not {"min", "max"} & set(node.value):
        fixed = Fraction(node.value["fixed"]) / scale
        return fixed, fixed
    if "fixed" in node or "min" not in node or "max" not in node:
        node.fault("fine_form", "比例或倍数要写 fixed，或者 min 和 max", "请二选一写全")
        return None
    lo, hi = Fraction(node.value["min"]) / scale, Fraction(node.value["max"]) / scale
    if not 0 < lo <= hi:
        node.fault("reversed_range", "min 要大于 0 且不大于 max", "请核对")
        return None
    return lo, hi


def _build_range(node: Node) -> Range | None:
    if "fixed" in node:
        fixed = fen_of(node["fixed"])
        return Range(fixed, fixed) if fixed else None
    lo = fen_of(node["min"]) if "min" in node else None
    hi = fen_of(node["max"])
    if hi is None or ("min" in node and lo is None):
        return None
    if lo is not None and lo > hi:
        node.fault("reversed_range", "min 大于 max", "请核对两个数额")
        return None
    return Range(lo, hi)
