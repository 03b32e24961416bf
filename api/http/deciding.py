"""A decision beside the recorded result: where each fine lies, and what must be said about it."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from api.consistency.position import lies
from api.http.models.decisions import DecisionIn, PartyIn
from api.problems import Fault, invalid

# Where a fine lies beside the range of the result, for whoever reads of it.
POSITIONS = {
    "inside": "在幅度内",
    "below": "低于幅度",
    "above": "高于幅度",
    "no_range": "结果没有给出幅度",
}
_COUNTED = ("imposed", "optional", "open")


def placed(decision: DecisionIn, result: dict[str, Any]) -> dict[str, Any]:
    """The decision as it is recorded; raises Problem with everything that is wrong with it."""
    ranges = {each["party"]: each["fine"] for each in result["totals"]}
    faults: list[Fault] = []
    parties: list[dict[str, Any]] = []
    seen: set[str] = set()
    for number, party in enumerate(decision.parties):
        at = f"/parties/{number}/party"
        if party.party not in ranges:
            known = "、".join(ranges) or "没有任何当事人"
            faults.append(Fault(at, "unknown_party", f"结果里没有这个当事人；可写：{known}"))
        elif party.party in seen:
            faults.append(Fault(at, "duplicate_id", "同一个当事人写了两次；只写一次"))
        else:
            parties.append(_place(party, ranges[party.party], suggested_for(party.party, result)))
        seen.add(party.party)
    faults += _officers(decision)
    faults += _reason(decision, parties)
    if faults:
        raise invalid(faults)
    return {
        "decided_on": decision.decided_on,
        "parties": parties,
        "reason": decision.reason,
        "officers": [each.model_dump() for each in decision.officers],
    }


def _place(party: PartyIn, total: dict[str, Any], suggested: Decimal | None) -> dict[str, Any]:
    low, high = _exact(total["min"]), _exact(total["max"])
    fine = party.fine or Decimal(0)
    return {
        "party": party.party,
        "number": party.number,
        "fine": _plain(party.fine),
        "measures": list(party.measures),
        "min": total["min"],
        "max": total["max"],
        "suggested": _plain(suggested),
        "position": lies(fine, low, high),
        "off_suggested": None if suggested is None else fine != suggested,
    }


def suggested_for(party: str, result: dict[str, Any]) -> Decimal | None:
    """The suggestions for a party together, in yuan; None where one of its fines has none."""
    own = [
        each["fine"]
        for each in result["outcomes"]
        if each["party"]["id"] == party and each["fine"]["state"] in _COUNTED
    ]
    amounts = [_exact(each["suggested"]) for each in own]
    if not amounts or None in amounts:
        return None
    return sum((each for each in amounts if each is not None), Decimal(0))


def _exact(number: float | Decimal | None) -> Decimal | None:
    return None if number is None else Decimal(str(number))


def _plain(number: Decimal | None) -> int | float | None:
    if number is None:
        return None
    return int(number) if number == number.to_integral_value() else float(number)


def _officers(decision: DecisionIn) -> Iterator[Fault]:
    """At least two officers, two people with two certificates (行政处罚法 42)."""
    for key, word in (("name", "姓名"), ("certificate", "执法证号")):
        seen: set[str] = set()
        for number, officer in enumerate(decision.officers):
            value = "".join(str(getattr(officer, key)).split()).upper()
            if value in seen:
                detail = f"{word}与前一名执法人员相同；应有两名以上执法人员"
                yield Fault(f"/officers/{number}/{key}", "same_officer", detail)
            seen.add(value)


def _reason(decision: DecisionIn, parties: list[dict[str, Any]]) -> Iterator[Fault]:
    if decision.reason is not None:
        return
    if any(each["position"] in ("below", "above") for each in parties):
        yield Fault("/reason", "reason_outside_range", "罚款在幅度以外，必须写明理由")
    elif any(each["position"] == "no_range" for each in parties):
        yield Fault("/reason", "reason_without_range", "结果没有给出幅度，必须写明理由")
    elif any(each["off_suggested"] for each in parties):
        yield Fault("/reason", "reason_off_suggested", "罚款不是建议数额，必须写明理由")
