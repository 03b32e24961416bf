"""The cases that are timed: one item, numbers and stages varied, some with circumstances."""

from __future__ import annotations

import json
from typing import Any

ITEM = "wsl-097-7"
WORKERS = "uncertified_workers"
STAGE = "overdue"

_STAGE_KNOWN = {STAGE, "rectified_promptly"}

Data = dict[str, Any]

# None of these moves a figure under a rule set without a band policy: a peer that reads only
# the two facts above can still be held to the same figures.
_ONE_PERSON: Data = {
    "parties": [
        {"id": "co", "kind": "unit"},
        {"id": "li", "kind": "responsible", "facts": {"consequences_reduced": True}},
    ],
}
_AGGRAVATED: Data = {"facts": {"emergency_measures_breached": True}}
_MAY_BE_EXEMPT: Data = {
    "facts": {"rectified_promptly": True, "harm": "minor", "minor_violation": False},
    "parties": [
        {"id": "co", "kind": "unit", "facts": {"first_violation": True}},
        {"id": "li", "kind": "responsible", "facts": {"first_violation": False}},
    ],
}


def varied() -> list[Data]:
    """50 settled cases: 20 plain ones, and 10 with each of three circumstances."""
    found: list[Data] = []
    for workers in range(1, 11):
        odd = workers % 2 == 1
        found += [
            _case(workers, False, {}),
            _case(workers, True, {}),
            _case(workers, odd, _ONE_PERSON),
            _case(workers, not odd, _AGGRAVATED),
            _case(workers, False, _MAY_BE_EXEMPT),  # rectified promptly is never overdue
        ]
    return found


def _case(workers: int, late: bool, more: Data) -> Data:
    facts = {WORKERS: workers, STAGE: late, **more.get("facts", {})}
    return {"item": ITEM, **more, "facts": facts}


def several() -> list[Data]:
    """50 cases of three violations and three parties: two norms for one act, and another act."""
    found: list[Data] = []
    for number in range(1, 51):
        late = number % 2 == 0
        violations = [
            {"id": "v1", "act": "a1", "item": ITEM, "facts": {WORKERS: number, STAGE: late}},
            {
                "id": "v2",
                "act": "a1",
                "item": "wsl-097-3",
                "facts": {"untrained_workers": number, "uninformed_workers": 0, STAGE: late},
            },
            {
                "id": "v3",
                "act": "a2",
                "item": "wsl-099-1",
                "facts": {"places_without_signs": number, STAGE: late},
            },
        ]
        parties = [
            {"id": "co", "kind": "unit"},
            {"id": "li", "kind": "responsible"},
            {"id": "wang", "kind": "responsible"},
        ]
        found.append({"case": {"parties": parties, "violations": violations}})
    return found


def inputs(case: Data) -> Data:
    """The two facts a peer reads, and nothing else to carry."""
    return {name: case["facts"][name] for name in (STAGE, WORKERS)}


def without_item(case: Data) -> Data:
    """The facts alone: the item is to be found."""
    return {name: value for name, value in case.items() if name != "item"}


def opened(case: Data) -> Data:
    """The case with its stage left out, and the fact from which the stage would follow."""
    facts = {name: value for name, value in case["facts"].items() if name not in _STAGE_KNOWN}
    return {**case, "facts": facts}


def raw(case: Data) -> bytes:
    """The case as the bytes of a file: indented, hence YAML and JSON at once."""
    return json.dumps(case, ensure_ascii=False, indent=2).encode()
