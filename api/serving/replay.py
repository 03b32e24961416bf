"""Replay: a recorded case on the rules it was judged by, and what has changed since.

The rules run in a process of their own, because durable-rules never returns memory:
`python -m api.serving.replay` reads a bundle and a case, writes the result, and ends.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict
from itertools import islice, zip_longest
from pathlib import Path
from typing import Any, NamedTuple

from api.serving.answers import result_bytes
from engine.bundle import digest, read_bundle
from engine.evaluate import Engine
from engine.faults import (
    EngineDisagreement,
    Finding,
    InputFault,
    LiangfaError,
    Place,
    RuleFault,
)
from engine.layering import load_rule_set
from engine.source import json_pointer, parse

SECONDS = 60
MAX_DIFFERENCES = 200
_FAULT = 4  # exit code: a fault told as JSON; what Python itself ends with is another
_FAULTS = {each.__name__: each for each in (InputFault, RuleFault, EngineDisagreement)}


def replay(bundle: bytes, case: bytes, *, seconds: float = SECONDS) -> bytes:
    """The bytes of the result of a case on a bundle; raises what the engine raises, and RuleFault
    where the rules do not end in time or end the process."""
    given = len(bundle).to_bytes(8, "big") + bundle + case
    try:
        ran = subprocess.run(
            [sys.executable, "-P", "-m", "api.serving.replay"],
            input=given,
            capture_output=True,
            timeout=seconds,
        )
    except subprocess.TimeoutExpired:
        raise _failed(f"重算没有在 {seconds:g} 秒内完成") from None
    if ran.returncode == 0:
        return ran.stdout
    if ran.returncode == _FAULT:
        told = json.loads(ran.stdout)
        raise _FAULTS[told["fault"]](_finding(each) for each in told["findings"])
    raise _failed("重算的进程中断")


class Difference(NamedTuple):
    """Where two results differ (JSON pointer), and what stands there then and now; None where it
    was not, or is no longer, there."""

    pointer: str
    then: Any
    now: Any


def differences(
    then: bytes, now: bytes, shown: Callable[[Any], Any] = lambda result: result
) -> list[Difference]:
    """What differs between two results as far as they may be `shown`, at most 200 places; the
    pointer "" is the whole text."""
    if then == now:
        return []
    both = _differing(shown(_read(then)), shown(_read(now)), ())
    return list(islice(both, MAX_DIFFERENCES)) or [Difference("", None, None)]


def _read(content: bytes) -> Any:
    """JSON with its numbers as they are written."""
    return json.loads(content, parse_float=lambda text: ("number", text))


def _plain(node: Any) -> Any:
    if isinstance(node, dict):
        return {key: _plain(each) for key, each in node.items()}
    if isinstance(node, list):
        return [_plain(each) for each in node]
    return float(node[1]) if isinstance(node, tuple) else node


def _differing(then: Any, now: Any, pointer: tuple[str | int, ...]) -> Iterator[Difference]:
    pairs: Iterable[tuple[str | int, Any, Any]]
    if isinstance(then, dict) and isinstance(now, dict):
        pairs = [
            (key, then.get(key, _ABSENT), now.get(key, _ABSENT))
            for key in dict.fromkeys((*then, *now))
        ]
    elif isinstance(then, list) and isinstance(now, list):
        pairs = [
            (index, *pair) for index, pair in enumerate(zip_longest(then, now, fillvalue=_ABSENT))
        ]
    else:
        if type(then) is not type(now) or then != now:
            old, new = (None if each is _ABSENT else _plain(each) for each in (then, now))
            yield Difference(json_pointer(pointer), old, new)
        return
    for key, old, new in pairs:
        yield from _differing(old, new, (*pointer, key))


_ABSENT = object()


def _failed(message: str) -> RuleFault:
    help = "没有给出任何结果；请把记录编号和版本交给开发者"
    return RuleFault([Finding("replay_failed", Place("<replay>"), message, help)])


def _finding(told: dict[str, Any]) -> Finding:
    return Finding(**{**told, "place": Place(**told["place"])})


def _evaluate(bundle: bytes, case: bytes) -> bytes:
    read = read_bundle(bundle)
    with tempfile.TemporaryDirectory(prefix="liangfa-replay-") as folder:
        rules = read.unpack(Path(folder))
        rule_set = load_rule_set(rules, read.rule_set, published_only=read.published_only)
    if rule_set.digest != digest(bundle):
        raise _failed("规则集的文本里有多余的文件")
    return result_bytes(Engine(rule_set).evaluate_source(parse(case, "<case>")))


def main() -> int:
    """Standard input: the length of the bundle (8 bytes), the bundle, the case."""
    given = sys.stdin.buffer.read()
    end = 8 + int.from_bytes(given[:8], "big")
    try:
        said, code = _evaluate(given[8:end], given[end:]), 0
    except LiangfaError as error:
        findings = [asdict(each) for each in error.findings]
        told = {"fault": type(error).__name__, "findings": findings}
        said, code = json.dumps(told, ensure_ascii=False, default=str).encode(), _FAULT
    sys.stdout.buffer.write(said)
    sys.stdout.buffer.flush()
    return code


if __name__ == "__main__":
    sys.exit(main())
