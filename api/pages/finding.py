"""Finding an item by what an officer would call it: title, law, article, words of its facts."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from engine.citation import chinese_number
from engine.conditions import tests_of
from engine.facts import Fact
from engine.item import Item
from engine.keeping import kept
from engine.model import Law, RuleSet

_PUNCTUATION = re.compile(r"[\s，。；：、（）《》〔〕“”·,.;:()/]+")
# So much of what was asked must be found, in hundredths.
_ENOUGH = 55


@dataclass(frozen=True, slots=True)
class Found:
    """An item with how well it answers, in hundredths."""

    item: Item
    law: str
    basis: tuple[str, ...]
    score: int


@dataclass(frozen=True, slots=True)
class _Entry:
    item: Item
    title: str
    words: str
    articles: frozenset[int]


def find(rules: RuleSet, words: str, law: str, article: str) -> list[Found]:
    """The items that answer to the words, the best first; all of a law or article without words."""
    number = _article(article)
    scored: list[tuple[int, _Entry]] = []
    for entry in _entries(rules.items, rules.facts, rules.laws):
        if law and entry.item.law != law:
            continue
        if number is not None and number not in entry.articles:
            continue
        score = _score(words, entry)
        if score >= _ENOUGH:
            scored.append((score, entry))
    scored.sort(key=lambda each: (-(each[0] // 12), *_weight(each[1].item, rules)))
    return [_found(entry.item, score, rules) for score, entry in scored]


def _weight(item: Item, rules: RuleSet) -> tuple[bool, bool, bool, str]:
    """Of items that answer about as well: what is in force and checked first, statutes first."""
    over = item.period.end is not None
    return over, item.status != "verified", not rules.laws[item.law].national, item.id


def _found(item: Item, score: int, rules: RuleSet) -> Found:
    cited = dict.fromkeys(rules.cite(each.basis) for each in item.penalties)
    return Found(item, rules.laws[item.law].title, tuple(cited), score)


@kept
def _entries(
    items: Mapping[str, tuple[Item, ...]], facts: Mapping[str, Fact], laws: Mapping[str, Law]
) -> list[_Entry]:
    """What each item can be found by: its latest edition stands for all."""
    return [_entry(editions[-1], facts, laws) for editions in items.values()]


def _entry(item: Item, facts: Mapping[str, Fact], laws: Mapping[str, Law]) -> _Entry:
    read = {test.fact for test in tests_of(item.established_when)}
    asked = [facts[name].label + facts[name].ask for name in sorted(read)]
    cited = [each.basis for each in item.penalties] + list(item.violates)
    places = [f"第{chinese_number(each.article)}条" for each in cited]
    law = laws[item.law].title
    words = "".join([item.id, item.title, law, *dict.fromkeys(places), *asked])
    return _Entry(
        item,
        _plain(item.title),
        _plain(words),
        frozenset(each.basis.article for each in item.penalties),
    )


def _plain(text: str) -> str:
    return _PUNCTUATION.sub("", text).lower()


def _score(words: str, entry: _Entry) -> int:
    """How much of the words is found, in hundredths; what stands in the title counts a little
    more."""
    pieces = [_plain(each) for each in words.split() if _plain(each)]
    if not pieces:
        return 100
    total = sum(_in_hundredths(each, entry) for each in pieces)
    return total // len(pieces)


def _in_hundredths(piece: str, entry: _Entry) -> int:
    if piece in entry.title or piece == entry.item.id:
        return 110
    if piece in entry.words:
        return 100
    if piece.isascii():
        return 0
    pairs = [piece[n : n + 2] for n in range(len(piece) - 1)] or [piece]
    hit = sum(_share(pair, entry) for pair in pairs)
    return hit // len(pairs)


def _share(pair: str, entry: _Entry) -> int:
    return 105 if pair in entry.title else 100 if pair in entry.words else 0


def _article(text: str) -> int | None:
    """An article by number, written either way; None for anything else."""
    digits = re.sub(r"[第条\s]", "", text)
    if digits.isascii() and digits.isdecimal() and len(digits) < 5:
        return int(digits)
    return _CHINESE.get(digits)


_CHINESE = {chinese_number(number): number for number in range(1, 400)}


def laws_of(rules: RuleSet) -> list[tuple[str, str, int]]:
    """The laws that have items: id, title, how many."""
    counts: dict[str, int] = {}
    for editions in rules.items.values():
        counts[editions[-1].law] = counts.get(editions[-1].law, 0) + 1
    return [(id, rules.laws[id].title, counts[id]) for id in rules.laws if id in counts]
