"""May these rules be served? Copied, checked, every worked case run; then kept for replay.

In a process of its own: it compiles every item, and rules that hang end with it.
"""

from __future__ import annotations

from collections.abc import Iterable
from multiprocessing.connection import Connection
from pathlib import Path

from api.serving import snapshots
from api.serving.bundles import keep
from api.serving.rule_sets import RuleSets
from api.settings import Settings
from api.store import StoreError, open_store
from engine import __version__
from engine.checking import check
from engine.faults import Finding, LiangfaError, Place, RuleFault
from engine.layering import load_bundle
from engine.loading import rule_set_ids
from engine.testing import try_all


def examine(rules: Path, settings: Settings, answer: Connection) -> None:
    """Send the copy of a rules folder that may be served, else the findings against it."""
    try:
        answer.send(_accepted(rules, settings))
    except LiangfaError as error:
        answer.send(error.findings)
    except StoreError as error:
        help = "旧规则继续服务；记录恢复以后再换规则"
        answer.send((fault("store_unavailable", str(error), help),))
    except Exception as error:
        message = f"内部故障（{type(error).__name__}: {error}）"
        answer.send((fault("internal_fault", message, "请把规则目录和版本交给开发者"),))


def fault(code: str, message: str, help: str) -> Finding:
    """A finding on the rules as a whole."""
    return Finding(code, Place("<rules>"), message, help)


def _accepted(rules: Path, settings: Settings) -> Path | tuple[Finding, ...]:
    copy = snapshots.take(rules, settings.state_dir)
    if copy != snapshots.current(settings.state_dir, engine_version=__version__):
        findings = tuple(_against(copy))
        if findings:
            return findings
    store = open_store(settings)
    try:
        keep(RuleSets(copy), store)
    finally:
        store.close()
    return copy


def _against(copy: Path) -> Iterable[Finding]:
    for id in rule_set_ids(copy):
        try:
            load_bundle(copy, id)
        except RuleFault as unreadable:  # told alone: everything else only follows from it
            return unreadable.findings
    found = [each for each in check(copy) if each.severity != "note"]
    if found:
        return found
    return [finding for tried in try_all(copy) for finding in tried.faults]
