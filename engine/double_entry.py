"""Two engines must agree: the rules that matcher and prover both find to be certainly true."""

from __future__ import annotations

from engine.facts import Values
from engine.faults import EngineDisagreement, Finding
from engine.matching import Matcher
from engine.proving import ProvenItem, Truths


def agreed(matcher: Matcher, proven: ProvenItem, values: Values) -> tuple[frozenset[str], Truths]:
    """The ids of the rules that are certainly true, and what each rule's condition is; raises
    EngineDisagreement where the two differ."""
    proved, truths = proven.prove(values)
    fired = matcher.fired(proven.item, proven.rules, values)
    if fired != proved:
        differing = "、".join(sorted(fired ^ proved))
        raise EngineDisagreement(
            [
                Finding(
                    "engine_disagreement",
                    proven.item.ref.place,
                    f"匹配与证明对这些规则的结论不同：{differing}",
                    "不给出任何数额；请把案件和规则集版本交给开发者",
                )
            ]
        )
    return proved, truths
