"""What a result comes to, as a worked case says it, and worked cases as text."""

from __future__ import annotations

from typing import Any

from engine.flow import flow
from engine.rendering import document
from engine.result import Result
from engine.testing import flatten

BY_ENGINE = "由引擎填写，须人工核对"
_OUTCOME = ("disposition", "stage", "obligation", "tier", "statutory")
_FINE = ("state", "min", "max", "suggested")


def expectation(result: Result) -> dict[str, Any]:
    """The status, the facts still missing, each party's outcome and total, in the form of the
    `expect` of a worked case. Left out: outcomes of a party that one violation reaches in two
    roles, which worked cases cannot tell apart."""
    said = document(result)
    several = len({each["violation"] for each in said["outcomes"]}) > 1
    keys = [(each["violation"], each["party"]["id"]) for each in said["outcomes"]]
    outcomes: list[dict[str, Any]] = []
    for key, each in zip(keys, said["outcomes"], strict=True):
        if keys.count(key) == 1:
            flat = flatten(each)
            outcomes.append(
                {
                    **({"violation": key[0]} if several else {}),
                    "party": key[1],
                    **{name: flat[name] for name in _OUTCOME},
                    "fine": {name: flat["fine"][name] for name in _FINE},
                    **({"possible": _possible(flat)} if flat["possible"] else {}),
                }
            )
    found = {
        "status": said["status"],
        "missing": [each["fact"] for each in said["missing"]],
        "outcomes": outcomes,
        "totals": said["totals"],
    }
    return {key: value for key, value in found.items() if value}


def _possible(outcome: dict[str, Any]) -> list[dict[str, Any]]:
    """The answers that an open outcome may still come to."""
    return [
        {
            **{name: each[name] for name in ("disposition", "stage", "tier")},
            "fine": {name: each["fine"][name] for name in ("state", "min", "max")},
        }
        for each in outcome["possible"]
    ]


def written(worked: dict[str, Any], mark: str = "") -> str:
    """A worked case as YAML, one of the list under `cases`; `mark` is a remark beside what it
    expects."""
    expect = dict(worked["expect"])
    lines = [f"  - name: {flow(worked['name'])}", f"    why: {flow(worked['why'])}"]
    if worked.get("published_only"):
        lines.append("    published_only: true")
    lines.append(f"    case: {flow(worked['case'])}")
    lines.append(f"    expect:  # {mark}" if mark else "    expect:")
    for key, value in expect.items():
        if key in ("outcomes", "totals"):
            lines.append(f"      {key}:")
            lines += [f"        - {flow(each)}" for each in value]
        else:
            lines.append(f"      {key}: {flow(value)}")
    return "\n".join(lines) + "\n"
