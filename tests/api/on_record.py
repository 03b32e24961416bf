"""Decided cases of the fictional law on record, and the same decisions as a file gives them."""

from __future__ import annotations

import json
from typing import Any

from helpers import FICTION, engine_for, evaluate
from records import OFFICER, evaluation, past

from api.store import PastDecision, Store

CASE = {"item": "moon-005", "facts": {"untethered_workers": 4, "overdue": False}}
SEVERAL = {
    "case": {
        "parties": [{"id": "co", "kind": "unit"}],
        "violations": [
            {"id": "v1", "act": "a1", "item": "moon-005", "facts": CASE["facts"]},
            {"id": "v2", "act": "a2", "item": "moon-007", "facts": {"shelter_defects": 4}},
        ],
    }
}
NUMBER = "月罚〔2026〕5号"


def recorded(store: Store, case: Any = CASE, replaces: str | None = None, actor: Any = OFFICER):
    """A case of the fictional law on record: its id and its result."""
    result = evaluate(case, engine_for(FICTION, "moon-bench"))
    items = tuple(dict.fromkeys(each["item"] for each in result["outcomes"]))
    content = json.dumps(result, ensure_ascii=False).encode()
    new = evaluation(items=items, result=content)
    return store.add_evaluation(new, actor, replaces=replaces)[0].id, result


def decided(store: Store, fine: float | None, case: Any = CASE, **other: Any) -> str:
    """The same, with a decision on its first fined party."""
    id, result = recorded(store, case, other.pop("replaces", None), other.pop("actor", OFFICER))
    store.add_decision(id, document(result, fine, **other), OFFICER)
    return id


def document(
    result: Any, fine: float | None, number: str | None = None, **other: Any
) -> dict[str, Any]:
    """A decision on the first fined party of a result, as the door hands it over."""
    total = result["totals"][0]
    party = {"party": total["party"], "fine": fine, **total["fine"], "suggested": None}
    party["number"] = number
    return {"decided_on": "2026-04-20", "parties": [party], "reason": "有理由", **other}


def the_same(row: int = 2, fine: int = 1_500_000, **other: Any) -> PastDecision:
    """The decision on CASE as a row of a file."""
    given: dict[str, Any] = {
        "decided_on": "2026-04-20",
        "item": "moon-005",
        "edition": "moon-005@2020-01-01",
        "tier": "moon-bench:B",
        "lo_fen": 1_000_000,
        "hi_fen": 3_000_000,
        "reference": NUMBER,
    }
    return past(row, fine, **{**given, **other})
