"""A case without the names and numbers by which somebody could be known."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

_STEMS = "甲乙丙丁戊己庚辛壬癸"
_PARTY = ("kind", "roles")


@dataclass(slots=True)
class Neutral:
    """A case with everything that names people or files taken out: `parties` says what each id was
    replaced by, `dropped` (zh-CN) what was left out."""

    data: dict[str, Any]
    parties: dict[str, str] = field(default_factory=dict)
    dropped: dict[str, None] = field(default_factory=dict)


def neutral(data: Mapping[str, Any], roles: Collection[str]) -> Neutral:
    """A case (in full or short form, known to be well-formed) with neutral names in the order in
    which it names its parties, violations and acts; parties that go by their role keep it.

    The same case under other names comes to the same data.
    """
    found = Neutral({})
    inner = data.get("case", data)
    _name_parties(inner, roles, found)
    made = {
        key: _MADE[key](value, found) if key in _MADE else _plain(value)
        for key, value in inner.items()
        if value is not None and key != "id"
    }
    if "id" in inner:
        found.dropped["案号"] = None
    made = {key: value for key, value in made.items() if value != {} or key == "facts"}
    found.data = {"case": made} if "case" in data else made
    return found


def _name_parties(inner: Mapping[str, Any], roles: Collection[str], found: Neutral) -> None:
    count = 0
    for each in inner.get("parties", ()):
        if each["id"] in roles:
            found.parties[each["id"]] = each["id"]
            continue
        stem = _STEMS[count] if count < len(_STEMS) else str(count + 1)
        found.parties[each["id"]] = f"当事人{stem}"
        count += 1


def _of_parties(listed: list[dict[str, Any]], found: Neutral) -> list[dict[str, Any]]:
    made: list[dict[str, Any]] = []
    for each in listed:
        if each.get("name"):
            found.dropped["姓名或者名称"] = None
        if each.get("identifier"):
            found.dropped["证件号码"] = None
        party = {"id": found.parties[each["id"]], **{k: each[k] for k in _PARTY if each.get(k)}}
        if each.get("facts"):
            party["facts"] = _facts(each["facts"], found)
        made.append(party)
    return made


def _of_violations(listed: list[dict[str, Any]], found: Neutral) -> list[dict[str, Any]]:
    acts = dict.fromkeys(each["act"] for each in listed if each.get("act"))
    names = {act: f"a{number}" for number, act in enumerate(acts, 1)}
    made: list[dict[str, Any]] = []
    for number, each in enumerate(listed, 1):
        violation = {
            "id": f"v{number}",
            **({"act": names[each["act"]]} if each.get("act") else {}),
            **({"item": each["item"]} if each.get("item") else {}),
        }
        if each.get("parties"):
            violation["parties"] = [found.parties[id] for id in each["parties"]]
        if each.get("dates"):
            violation["dates"] = _plain(each["dates"])
        if each.get("facts"):
            violation["facts"] = _facts(each["facts"], found)
        made.append(violation)
    return made


def _facts(stated: Mapping[str, Any], found: Neutral) -> dict[str, Any]:
    """The facts that are stated, without the evidence for them."""
    made: dict[str, Any] = {}
    for name, written in stated.items():
        if isinstance(written, dict):
            if written.get("evidence"):
                found.dropped["证据"] = None
            rest = {k: v for k, v in written.items() if k != "evidence" and v is not None}
            written = rest if {"from", "to"} & rest.keys() else rest.get("value")
        if written is not None:
            made[name] = written
    return made


def _of_authority(written: Mapping[str, Any], found: Neutral) -> dict[str, Any]:
    if written.get("name"):
        found.dropped["机关名称"] = None
    return {key: value for key, value in _plain(written).items() if key != "name"}


def _notified(written: Mapping[str, Any], found: Neutral) -> dict[str, Any]:
    return {found.parties.get(id, id): value for id, value in _plain(written).items()}


def _plain(value: Any) -> Any:
    """What is stated, without what is left unknown."""
    if isinstance(value, dict):
        return {key: _plain(each) for key, each in value.items() if each is not None}
    return value


_MADE: dict[str, Callable[[Any, Neutral], Any]] = {
    "parties": _of_parties,
    "violations": _of_violations,
    "facts": _facts,
    "authority": _of_authority,
    "notified": _notified,
}
