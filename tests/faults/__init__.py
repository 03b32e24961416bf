"""Seeded faults: rules that are sound but for one mistake, and what `check` must say of it.

`tests/faults/rules` is a small fictional law without a fault (statute `mars`, benchmark
`mars-bench`, district `mars-town`). Each `tests/faults/<code>.yaml` lists the ways in which it is
broken so that `check` gives that code, two at least:

```yaml
- name: 中间少一档                       # one line, zh-CN
  change:                                # one or several, made in order
    - {file: mars-bench/items/mar/mar-001.yaml, replace: 'at_least: 3', by: 'at_least: 4'}
  says: >-                               # the whole message: place: code: what; how to mend it
    rules/mars-bench/items/mar/mar-001.yaml:8:5: tier_gap: …；…
  severity: error                        # error (as where it is left out) | warning | note
  counterexample: {dim_lamps: 3}         # the concrete case; left out where there is none
  shows: 熄灭的航标灯 3盏：没有任何…     # and what comes of it, in plain words
  also: [not_monotonic]                  # errors and warnings that follow from it; seldom needed
  on: "2026-06-01"                       # the day of the check; seldom needed
```

A change is one of: `replace` and `by` (the text must stand there exactly once), `add` (at the end
of the file), `write` (the whole file, new or not), `delete: true`, `bytes` (hexadecimal, added at
the end as they are), `grow` (spaces are added up to so many bytes), `link` (a symbolic link to
there). `file` is relative to the rules folder; `.` is the folder itself. Every error and warning
that `check` gives must be the one in `says` or a code of `also`; further notes are let be.

`tests/faults/cases/<code>.yaml` lists cases with a fault in the same way: `name`, `case` (its
text), `says` (of `case.yaml`, read with the rule set mars-bench).

`python -m tests.faults CODE…` prints what `check` says today of each fault in `CODE.yaml` (of all
files without CODE), to be compared with the rule that is broken before it is copied into `says`.
Lines of `tests/faults/rules` are counted in many messages: add at the end of a file there.
"""

from __future__ import annotations

import dataclasses
import datetime
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from engine.checking import check
from engine.evaluate import Engine
from engine.faults import Finding, InputFault, LiangfaError
from engine.layering import load_rule_set
from engine.source import parse, read_source

HERE = Path(__file__).resolve().parent
SOUND = HERE / "rules"


@dataclass(frozen=True, slots=True)
class Fault:
    """One seeded fault and what must be said of it."""

    code: str
    name: str
    change: tuple[dict[str, Any], ...]
    says: str
    severity: str
    counterexample: dict[str, Any] | None
    shows: str | None
    also: frozenset[str]
    on: str | None

    @property
    def line(self) -> str:
        """The file and line that the message must name."""
        file, line, _ = self.says.split(": ")[0].rsplit(":", 2)
        return f"{file}:{line}"

    def findings(self) -> list[Finding]:
        """What `check` says of the rules with this fault; places are relative to the folder."""
        with tempfile.TemporaryDirectory() as folder:
            rules = Path(folder) / "rules"
            shutil.copytree(SOUND, rules)
            for change in self.change:
                make(rules, change)
            return checked(rules, self.on)


def faults(*codes: str) -> list[Fault]:
    """The faults of some codes, or all of them, by file and in the order written."""
    files = [HERE / f"{code}.yaml" for code in codes] or sorted(HERE.glob("*.yaml"))
    return [fault for file in files for fault in _read(file)]


@dataclass(frozen=True, slots=True)
class CaseFault:
    """A case with a fault, and what must be said of it."""

    code: str
    name: str
    case: str
    says: str

    def findings(self) -> list[Finding]:
        """What is said of the case when it is evaluated."""
        try:
            _engine().evaluate_source(parse(self.case.encode(), "case.yaml"))
        except LiangfaError as fault:
            return list(fault.findings)
        return []


@cache
def _engine() -> Engine:
    return Engine(load_rule_set(SOUND, "mars-bench"))


def faults_of_cases() -> list[CaseFault]:
    """The cases with a fault, by file and in the order written."""
    return [
        CaseFault(file.stem, each["name"], each["case"], each["says"])
        for file in sorted((HERE / "cases").glob("*.yaml"))
        for each in read_source(file).data
    ]


def checked(rules: Path, on: str | None = None) -> list[Finding]:
    """What `check` says of a folder on a day; the folder's own place is left out of it."""
    try:
        found = check(rules, on=datetime.date.fromisoformat(on) if on is not None else None)
    except InputFault as fault:
        found = list(fault.findings)
    return [_nowhere(each, rules) for each in found]


def _nowhere(finding: Finding, rules: Path) -> Finding:
    file = finding.place.file.replace(f"{rules.parent}/", "")
    return dataclasses.replace(finding, place=dataclasses.replace(finding.place, file=file))


def _read(file: Path) -> Iterator[Fault]:
    for each in read_source(file).data:
        yield Fault(
            file.stem,
            each["name"],
            tuple(each["change"]),
            each["says"],
            each.get("severity", "error"),
            each.get("counterexample"),
            each.get("shows"),
            frozenset(each.get("also", ())),
            each.get("on"),
        )


def make(rules: Path, change: dict[str, Any]) -> None:
    """Make one change to a copy of the rules."""
    path = rules / change["file"]
    path.parent.mkdir(parents=True, exist_ok=True)
    if "replace" in change:
        text = path.read_text("utf-8")
        assert text.count(change["replace"]) == 1, (
            f"{change} stands {text.count(change['replace'])}×"
        )
        path.write_text(text.replace(change["replace"], change["by"]), "utf-8")
    elif "add" in change:
        path.write_text(path.read_text("utf-8") + change["add"], "utf-8")
    elif "write" in change:
        path.write_text(change["write"], "utf-8")
    elif "delete" in change:
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink()
    elif "link" in change:
        path.symlink_to(change["link"])
    elif "bytes" in change:
        path.write_bytes(path.read_bytes() + bytes.fromhex(change["bytes"]))
    else:
        path.write_bytes(path.read_bytes().ljust(change["grow"]))
