"""What the law makes of each violation, party by party, as fields."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from api.documents.fields import Fine, Outcome, Violation
from api.documents.wording import amount, clean, fine
from api.store.records import fen
from engine.citation import chinese_number
from engine.phrases import DISPOSITIONS

_WEIGHED = ("exempt", "circumstance")


def violations(shown: dict[str, Any]) -> Iterator[Violation]:
    """The violations of a result as the pages show it."""
    for number, group in enumerate(shown["groups"], 1):
        yield Violation(
            chinese_number(number),
            clean(group["title"]),
            group["item"],
            group["outcomes"][0]["edition"],
            tuple(_outcome(each) for each in group["outcomes"]),
        )


def _outcome(outcome: dict[str, Any]) -> Outcome:
    money, tier = outcome["fine"], outcome["tier"]
    suggested = fen(money["suggested"])
    fined = money["state"] != "none_in_law"
    return Outcome(
        who=clean(outcome["who"]),
        role=outcome["role"],
        headline=clean(outcome["headline"]),
        disposition=DISPOSITIONS[outcome["disposition"]],
        stage=outcome["stage_says"],
        duty=outcome["duty"],
        violates="、".join(each["text"] for each in outcome["violates"]),
        basis="、".join(each["text"] for each in outcome["basis"]),
        statutory=outcome["statutory_says"],
        tier=clean(tier["title"]) if tier else "",
        tier_status=outcome["tier_status"],
        circumstances=tuple(_weighed(outcome)),
        fine=fine(money) if fined else Fine("", ""),
        suggested=amount(suggested, suggested) if suggested is not None else Fine("", ""),
        suggested_why=(money["suggested_why"] or "") if fined and suggested is None else "",
        measures=tuple(
            clean(("可以" if each["obligation"] == "may" else "") + each["says"])
            for each in outcome["measures"]
        ),
        alternatives=tuple(clean(each) for each in outcome["alternatives"]),
        possible=tuple(_possible(each) for each in outcome["possible"]),
        compared=tuple(clean(each) for each in outcome["compared"]),
    )


def _weighed(outcome: dict[str, Any]) -> Iterator[str]:
    """The circumstances that hold, each with its article."""
    for step in outcome["tree"]:
        for each in step["reasons"] if step["step"] in _WEIGHED else ():
            cites = "、".join(each["citations"])
            yield clean(each["says"] + (f"（{cites}）" if cites else ""))


def _possible(possible: dict[str, Any]) -> str:
    parts = [possible["headline"]]
    if possible["tier"]:
        parts.append(possible["tier"]["title"])
    if possible["stage_says"]:
        parts.append(possible["stage_says"])
    told = "，".join(parts)
    given = ["；".join(path) for path in possible["given"] if path]
    return clean(told + (f"（如果{'，或者'.join(given[:3])}）" if given else ""))
