"""What a page says beside a result: notices and warnings, and what each is about, in words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from engine.model import RuleSet
from engine.phrases import STAGES, WARNINGS
from engine.wording import about_text

Data = dict[str, Any]

# What is done by an option of the command line or a key of a file, and here in the form; what is
# on record has none, so that one is opened first.
_HERE = {
    "用 --published-only": "请勾选“只用已核实的规则”",
    "请用 --rule-set 选定": "请在“规则集”里选定",
    "（act）": "",
}
_ON_RECORD = {
    **_HERE,
    "用 --published-only": "请打开更正，勾选“只用已核实的规则”",
    "请用 --rule-set 选定": "请打开更正，在“规则集”里选定",
}


@dataclass(frozen=True, slots=True)
class Shown:
    """What is shown: the result, the names of its parties, its rules, where they are known, and
    whether it stands beside its form."""

    result: Data
    names: dict[str, str]
    rules: RuleSet | None
    live: bool = False

    def notice(self, text: str) -> str:
        """A notice as it is said to whoever has a form before them, not a command line."""
        for written, here in (_HERE if self.live else _ON_RECORD).items():
            text = text.replace(written, here)
        return text


def warnings(listed: Iterable[Data], shown: Shown) -> Iterator[Data]:
    """The warnings with what those of one kind are about put together, the graver ones first."""
    about: dict[str, list[str]] = {}
    for each in listed:
        told = about_of(each["about"], shown) if each["about"] else ""
        about.setdefault(each["code"], []).extend([told] if told else [])
    for code in sorted(about, key=lambda code: not code.startswith("proposal_")):
        yield {
            "code": code,
            "says": shown.notice(WARNINGS[code]),
            "about": list(dict.fromkeys(about[code])),
        }


def about_of(about: str, shown: Shown) -> str:
    """What a warning is about in words; what nobody has a word for stays as it is."""
    rules = shown.rules
    if rules is None:
        return shown.names.get(about, about)
    facts = {each.name: each.label for each in rules.facts.values()}
    amounts = {each.name: each.label for each in rules.parameters.values()}
    for words in (shown.names, layers_of(rules), facts, amounts):
        if about in words:
            return words[about]
    item, _, rest = about.partition("/")
    for edition in rules.items.get(item, ()):
        if not rest:
            return edition.title
        for penalty in edition.penalties:
            who = "、".join(rules.roles[role][0] for role in penalty.roles)
            if rest == penalty.id:
                return f"{who}{STAGES[penalty.stage]}"
            for tier in (each for table in penalty.tables for each in table.tiers):
                if about in (tier.key, tier.ref.id):
                    return f"{who}{STAGES[penalty.stage]}的{tier.title}"
    return about_text(about, rules)


def layers_of(rules: RuleSet | None) -> dict[str, str]:
    """The titles of the layers by id."""
    return {each.id: each.title for each in rules.layers} if rules else {}
