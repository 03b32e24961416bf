"""Are there two words for one fact, and does every fact ask something?"""

from __future__ import annotations

import itertools
import re
from collections import Counter
from collections.abc import Iterator

from engine.faults import Finding
from engine.model import RuleSet

# How many of the characters of two texts must agree, in percent, before a person should look.
ALIKE = 80
# Words that say nothing of what is asked, and everything that is no character of a word.
_FILLERS = re.compile(r"是否属实|是否|有没有|有|几|多少|的|了|所|个|吗|\W")


def alike(rule_set: RuleSet) -> Iterator[Finding]:
    """Facts that may be one and the same, and facts whose question asks nothing."""
    stated = [fact for fact in rule_set.facts.values() if not fact.derived]
    told = [(fact, _bare(fact.label), _bare(fact.ask)) for fact in stated]
    for fact, _, ask in told:
        if not ask or not fact.ask.rstrip().endswith(("？", "?")):
            yield Finding(
                "no_question",
                fact.place,
                f"事实“{fact.name}”的 ask 不是一个问题：{fact.ask}",
                "请写成照着案卷就能回答的问句，以问号结尾",
                "warning",
            )
    for (one, label, ask), (other, its_label, its_ask) in itertools.combinations(told, 2):
        if one.type != other.type:
            continue
        same = (ask != "" and ask == its_ask) or label == its_label
        if same or (_agree(label, its_label) and _agree(ask, its_ask)):
            yield Finding(
                "facts_alike",
                other.place,
                f"事实“{other.name}”（{other.label}）和“{one.name}”（{one.label}）"
                "问的可能是同一件事",
                f"是同一件事的只留一个，另一个见 {one.place}；不是的照旧即可",
                "note",
            )


def _bare(text: str) -> str:
    """The telling characters of a text, in an order of their own."""
    return "".join(sorted(_FILLERS.sub("", text)))


def _agree(one: str, other: str) -> bool:
    """Whether enough characters are the same, wherever they stand."""
    enough = ALIKE * (len(one) + len(other))
    if 200 * min(len(one), len(other)) < enough:
        return False
    return 200 * (Counter(one) & Counter(other)).total() >= enough
