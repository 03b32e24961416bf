"""Answers of the real server as the OpenAPI document shows them, renewed by hand:

.venv/bin/python -m tests.api.examples
"""

from __future__ import annotations

import json
import re
import sys
import tempfile
from pathlib import Path
from typing import Any

sys.path[:0] = [str(Path(__file__).parents[1]), str(Path(__file__).parent)]

from http_door import OFFICERS, POINTS, opened  # noqa: E402

from api.http.contract import CASES, EXAMPLES  # noqa: E402
from api.http.models.common import AT, ID  # noqa: E402

# What is new in every run, and what stands for it.
_NEW = (
    (re.compile('"[0-9a-hjkmnp-tv-z]{26}"'), f'"{ID}"'),
    (re.compile('"[0-9T:.-]{23}Z"'), f'"{AT}"'),
    (re.compile('"[0-9a-f]{64}"'), f'"{"0" * 64}"'),
)


def answers() -> dict[str, dict[str, Any]]:
    """An answer for each operation that answers with JSON, by status."""
    case = CASES["short"]["value"]
    decision = {
        "decided_on": "2026-04-20",
        "parties": [{"party": "plant", "fine": 15_000}],
        "officers": OFFICERS,
    }
    review = {"checklist": {point: {"ok": True} for point in POINTS}, "verdict": "agree"}
    with tempfile.TemporaryDirectory() as folder, opened(Path(folder)) as door:
        us = door.nobody()
        at = f"/v1/evaluations/{us.record(case)['id']}"
        asked: list[tuple[str, str, str, Any]] = [
            ("alive", "GET", "/healthz", None),
            ("ready", "GET", "/readyz", None),
            ("evaluate", "POST", "/v1/evaluations?record=false", case),
            ("evaluate", "POST", "/v1/evaluations", case),
            ("decide", "POST", f"{at}/decision", decision),
            ("review", "POST", f"{at}/review", review),
            ("getEvaluation", "GET", at, None),
            ("replayEvaluation", "POST", f"{at}/replay", None),
            ("listEvaluations", "GET", "/v1/evaluations?limit=1", None),
            ("listRuleSets", "GET", "/v1/rule-sets", None),
            ("getRuleSet", "GET", "/v1/rule-sets/yeji", None),
            ("listItems", "GET", "/v1/items?q=wsl-097-7", None),
            ("getItem", "GET", "/v1/items/wsl-097-7", None),
            ("match", "POST", "/v1/matches", case),
            ("consistency", "GET", "/v1/reviews/consistency", None),
            ("verify", "GET", "/v1/audit/verify", None),
            ("eraseEvaluation", "POST", f"{at}/erase", {"reason": "保存期限届满"}),
        ]
        found: dict[str, dict[str, Any]] = {}
        for name, method, address, body in asked:
            answer = us.ask(method, address, **({} if body is None else {"json": body}))
            assert answer.status_code < 300, answer.text
            found.setdefault(name, {})[str(answer.status_code)] = _steady(answer.text)
    return found


def _steady(text: str) -> Any:
    for new, standing in _NEW:
        text = new.sub(standing, text)
    return json.loads(text)


if __name__ == "__main__":
    EXAMPLES.write_text(json.dumps(answers(), ensure_ascii=False, indent=1) + "\n", "utf-8")
