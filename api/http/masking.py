"""Copies of a record without names, identifiers and incomes, for roles that do not need them.

A fine that the law computes from an income still shows; the range cannot be reviewed without it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from engine.model import RuleSet

HIDDEN = "〔已遮盖〕"
# What a system calls a party; anything else (a name, the number of a card) is not shown.
_CODE = re.compile(r"[A-Za-z][A-Za-z_-]{0,31}[0-9]{0,3}")
_PROSE = frozenset(
    {"says", "draft", "evidence", "note", "reason", "measures", "because", "act", "violation"}
)
_NAMING = frozenset({"id", "party", "parties", "about"})


@dataclass(slots=True)
class Mask:
    """What must not be seen of one case: words with what stands for each, and facts."""

    parties: dict[str, str] = field(default_factory=dict)
    words: dict[str, str] = field(default_factory=dict)
    facts: frozenset[str] = frozenset()

    def case(self, case: Any) -> Any:
        """A copy of the case."""
        return self._copy(case, stated=True)

    def result(self, result: Any) -> Any:
        """A copy of the result; what its sentences say of hidden facts is hidden too."""
        words = dict(self.words)
        for told in _facts_in(result):
            # An assumption says what nobody stated.
            if told["fact"] in self.facts and "kind" not in told:
                label = self.prose(told["says"].partition("：")[0])
                words[told["says"]] = f"{label}：{HIDDEN}"
        return Mask(self.parties, words, self.facts)._copy(result)

    def document(self, document: Any) -> Any:
        """A copy of a decision or review."""
        return self._copy(document)

    def prose(self, text: str) -> str:
        """A text without the hidden words, longer ones first; what stands for one is not read
        again, as it may hold another."""
        listed = sorted(self.words, key=len, reverse=True)
        if not listed:
            return text
        return re.sub("|".join(map(re.escape, listed)), lambda found: self.words[found[0]], text)

    def _copy(self, node: Any, key: str = "", *, stated: bool = False) -> Any:
        if isinstance(node, list):
            return [self._copy(each, key, stated=stated) for each in node]
        if isinstance(node, str):
            if key in _PROSE:
                return self.prose(node)
            return self.parties.get(node) or self.prose(node) if key in _NAMING else node
        if not isinstance(node, dict):
            return node
        if node.get("fact") in self.facts and "value" in node and "kind" not in node:
            node = {**node, "value": HIDDEN}
        made: dict[str, Any] = {}
        for name, each in node.items():
            if stated and self._hidden(name, key):
                made[name] = HIDDEN
            else:
                known = self.parties.get(name, name) if key == "notified" else name
                made[known] = self._copy(each, name, stated=stated)
        return made

    def _hidden(self, name: str, within: str) -> bool:
        """Whether a member of a case is left out: whose it is, or an amount that is somebody's."""
        return (name in ("name", "identifier") and within == "parties") or (
            name in self.facts and within == "facts"
        )


def mask_of(case: Any, rule_set: RuleSet | None) -> Mask:
    """What must be hidden of a case; of a party every fact that the rules do not know."""
    inner = case.get("case", case)
    listed = [each for each in inner.get("parties") or () if isinstance(each, dict)]
    mask = Mask()
    for number, party in enumerate(listed, 1):
        stand_in = f"masked-{number}"
        id, name, identifier = (str(party.get(key) or "") for key in ("id", "name", "identifier"))
        if not _CODE.fullmatch(id) or any(word and word in id for word in (name, identifier)):
            mask.parties[id] = stand_in
            mask.words[id] = f"〔当事人{number}〕"
        if name:
            mask.words[name] = f"〔当事人{number}〕"
        if identifier:
            mask.words[identifier] = HIDDEN
    # A fact that the rules at hand do not know may be anything.
    known = rule_set.facts if rule_set else {}
    unknown = frozenset(name for name in _stated(listed) if name not in known)
    mask.facts = unknown | (_money_of_parties(rule_set) if rule_set else frozenset())
    return mask


def _money_of_parties(rule_set: RuleSet) -> frozenset[str]:
    """The amounts about a party, and what is computed from them."""
    own = {
        name
        for name, fact in rule_set.facts.items()
        if fact.about == "party" and fact.type == "amount" and not fact.derived
    }
    return frozenset(name for name in rule_set.facts if name in own or rule_set.roots(name) & own)


def _stated(parties: Iterable[dict[str, Any]]) -> Iterable[str]:
    for party in parties:
        yield from party.get("facts") or ()


def _facts_in(node: Any) -> Iterable[dict[str, Any]]:
    if isinstance(node, dict):
        if "fact" in node and "says" in node and "value" in node:
            yield node
        for each in node.values():
            yield from _facts_in(each)
    elif isinstance(node, list):
        for each in node:
            yield from _facts_in(each)
