"""Copies of the rules folder that do not change while they are served.

<state>/rules/<sha256>/<name of the rules folder>/…    a copy, called by what it holds
<state>/rules/current.json                             the copy that was accepted last
<state>/rules/refused.json                             why a later one was not
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from api.clock import now
from engine import __version__
from engine.faults import Finding, InputFault, Place
from engine.loading import rule_set_ids
from engine.source import MAX_BYTES

MAX_FINDINGS = 50
Texts = Mapping[str, bytes]


def take(rules: Path, state: Path) -> Path:
    """Copy the YAML files of a rules folder; the rules folder of the copy. Each file is read once,
    so that the copy is what its name says."""
    rules = rules.resolve()
    rule_set_ids(rules)
    texts = _read(rules)
    kept = state.resolve() / "rules" / _called(rules.name, texts)
    copy = kept / rules.name
    if copy.is_dir() and _read(copy) == texts:
        return copy
    kept.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".part-", dir=kept.parent) as part:
        for name, text in texts.items():
            path = Path(part, rules.name, name)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(text)
        shutil.rmtree(kept, ignore_errors=True)
        Path(part, "kept").mkdir()
        Path(part, rules.name).rename(Path(part, "kept", rules.name))
        Path(part, "kept").rename(kept)
    return copy


def _read(rules: Path) -> Texts:
    """Every YAML file under a folder, by its path; one too large to load is cut, and so refused."""
    texts = {}
    for path in sorted(rules.rglob("*.y*ml")):
        if path.is_file():
            name = path.relative_to(rules).as_posix()
            try:
                with path.open("rb") as stream:
                    texts[name] = stream.read(MAX_BYTES + 1)
            except OSError as error:
                message = f"文件打不开（{error.strerror}）"
                finding = Finding("unreadable", Place(name), message, "请检查文件和权限")
                raise InputFault([finding]) from None
    return texts


def _called(name: str, texts: Texts) -> str:
    files = {file: hashlib.sha256(text).hexdigest() for file, text in texts.items()}
    return hashlib.sha256(json.dumps([name, files], sort_keys=True).encode()).hexdigest()


def current(state: Path, *, engine_version: str | None = None) -> Path | None:
    """The copy accepted last, if it is still there (and, if asked, by this version)."""
    told = _load(state / "rules" / "current.json")
    if told is None or engine_version not in (None, told["engine_version"]):
        return None
    copy = state.resolve() / "rules" / str(told["copy"])
    return copy if copy.is_dir() else None


def accept(copy: Path, state: Path) -> None:
    """Note that a copy is fit to be served; an earlier refusal is over."""
    told = {
        "copy": copy.relative_to(state.resolve() / "rules").as_posix(),
        "engine_version": __version__,
        "accepted_at": now(),
    }
    _save(state / "rules" / "current.json", told)
    (state / "rules" / "refused.json").unlink(missing_ok=True)


def refuse(rules: Path, state: Path, findings: Iterable[Finding]) -> None:
    """Note why the rules in a folder are not served."""
    listed = [str(each) for each in findings]
    told = {
        "rules": str(rules),
        "refused_at": now(),
        "reason": listed[0] if len(listed) == 1 else f"{listed[0]}（共 {len(listed)} 处）",
        "findings": listed[:MAX_FINDINGS],
    }
    _save(state / "rules" / "refused.json", told)


def refused(state: Path) -> dict[str, Any] | None:
    """Why the rules folder as it is now is not what is served: `reason`, `findings`, `rules`,
    `refused_at`; None when nothing was refused since the last acceptance."""
    return _load(state / "rules" / "refused.json")


def prune(state: Path, keep: Iterable[Path]) -> None:
    """Remove every copy but these; what was ever used is in the store as a bundle."""
    kept = {copy.parent.name for copy in keep}
    for folder in (state / "rules").iterdir():
        if folder.is_dir() and folder.name not in kept:
            shutil.rmtree(folder, ignore_errors=True)


def _load(path: Path) -> dict[str, Any] | None:
    try:
        told = json.loads(path.read_bytes())
    except (OSError, ValueError):
        return None
    return told if isinstance(told, dict) else None


def _save(path: Path, told: dict[str, Any]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_suffix(".part")
    part.write_text(json.dumps(told, ensure_ascii=False, indent=2), encoding="utf-8")
    os.replace(part, path)
