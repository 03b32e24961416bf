"""What store tests put in, and other processes that do the same."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from api.settings import Settings
from api.store import Actor, NewEvaluation, PastDecision, Store, StoreUnavailable, open_store

OFFICER = Actor("k1", "王某", "officer", "裕安")
NEIGHBOUR = Actor("k2", "李某", "officer", "金安")
MAINTAINER = Actor("k3", "维护", "maintainer", "裕安")


# 25 kB, like a real result, but harder to compress.
_RESULT = "".join(hashlib.sha256(b"%d" % n).hexdigest() for n in range(400)).encode()


def evaluation(**other: Any) -> NewEvaluation:
    """An evaluation as large as real ones are."""
    given: dict[str, Any] = {
        "rule_set": "yeji",
        "digest": "sha256:" + "a" * 64,
        "published_only": False,
        "engine_version": "0.1.0",
        "case_digest": "b" * 64,
        "status": "settled",
        "items": ("wsl-097-7", "wsl-098-1"),
        "case": json.dumps({"parties": [{"name": "某机械厂"}]}, ensure_ascii=False).encode(),
        "result": _RESULT,
        "identifiers": ("91341500ma2abcde1x",),
    }
    return NewEvaluation(**{**given, **other})


def decision(fine: float | None = 15000, **other: Any) -> dict[str, Any]:
    """A decision as the HTTP door hands it over."""
    party = {"party": "co", "fine": fine, "min": 0, "max": 30000, "suggested": 15000}
    return {"decided_on": "2026-04-20", "parties": [party], "officers": ["王某"], **other}


def past(row: int = 2, fine: int = 1500000, **other: Any) -> PastDecision:
    """A past decision as a file gives it."""
    given: dict[str, Any] = {
        "row": row,
        "office": "裕安",
        "decided_on": "2025-04-20",
        "item": "wsl-097-7",
        "edition": "wsl-097-7@2021-09-01",
        "role": "unit",
        "stage": "first",
        "tier": "cn-mem:A",
        "circumstances": "",
        "fine_fen": fine,
        "lo_fen": None,
        "hi_fen": 3000000,
        "suggested_fen": None,
        "reasoned": False,
        "reference": f"裕应急罚〔2025〕{row}号",
    }
    return PastDecision(**{**given, **other})


def a_bit_of_everything(store: Store) -> str:
    """One record of each kind; the evaluation that is kept."""
    kept, _ = store.add_evaluation(evaluation(), OFFICER, idempotency=("once", "c" * 64))
    store.add_decision(kept.id, decision(), OFFICER)
    store.add_review(kept.id, {"verdict": "agree"}, MAINTAINER)
    erased, _ = store.add_evaluation(evaluation(), OFFICER, replaces=kept.id)
    store.erase(erased.id, MAINTAINER, "当事人申请")
    store.put_bundle("sha256:" + _BUNDLE, "yeji", "2026.1.0", False, b"rules")
    store.fill_points()
    store.add_import([past(2), past(3, 900000)], "d" * 64, OFFICER)
    wrong = store.add_import([past(4)], "e" * 64, OFFICER, name="旧.xlsx")
    store.withdraw(str(wrong.id), MAINTAINER, "选错了文件")
    key, _ = store.add_key("某系统", "officer", "裕安")
    store.revoke_key(key, MAINTAINER)
    return kept.id


_BUNDLE = "6c621d1a05138a7888d37d9269a9da8e2e11e4aced2f6cfd24b05ab1b9e61bb0"


def writer(settings: Settings, count: int, prefix: str = "") -> subprocess.Popen[str]:
    """Another process that records, and says each id once it is acknowledged.

    With a prefix, each record has the Idempotency-Key of its number.
    """
    return subprocess.Popen(
        [
            sys.executable,
            str(Path(__file__)),
            str(settings.state_dir),
            settings.store_url,
            str(count),
            prefix,
        ],
        stdout=subprocess.PIPE,
        text=True,
    )


def write_all(store: Store, count: int, prefix: str, say: Any) -> None:
    """Record `count` evaluations, asking again while the store is unavailable."""
    for number in range(count):
        while True:
            try:
                say(write(store, number, prefix))
                break
            except StoreUnavailable:
                continue


def write(store: Store, number: int, prefix: str) -> str:
    """Record one evaluation; its id."""
    once = (f"{prefix}{number}", "c" * 64) if prefix else None
    return store.add_evaluation(evaluation(), OFFICER, idempotency=once)[0].id


def _main(state: str, url: str, count: str, prefix: str) -> None:
    store = open_store(Settings(state_dir=Path(state), database_url=url), wait_seconds=60)
    for number in range(int(count)):
        print(write(store, number, prefix), flush=True)
    store.close()


if __name__ == "__main__":
    _main(*sys.argv[1:])
