"""The case that a form says: the bytes for the engine, and the field behind each part of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import orjson

from api.pages.case_form import AUTHORITY, CaseForm, Holder, PartyForm, ViolationForm, Written
from api.pages.numbers import PLEASE, exact, number_of
from engine.source import Pointer, json_pointer


@dataclass(slots=True)
class Stated:
    """A case as a form says it: its bytes, the field that stands behind each JSON pointer, and
    what is wrong already."""

    body: bytes
    fields: dict[str, str]
    faults: dict[str, str]


class _Writer:
    """Builds the case, and notes from which field each part came."""

    def __init__(self, form: CaseForm, without: frozenset[str], types: Mapping[str, str]) -> None:
        self._form, self._without, self._types = form, without, types
        self.fields: dict[str, str] = {}
        self.faults: dict[str, str] = {}

    def case(self) -> dict[str, Any]:
        """The case in its full form."""
        form = self._form
        made: dict[str, Any] = {}
        if form.case_id:
            made["id"] = form.case_id
            self._note(("case", "id"), "case_id")
        authority = {key: form.authority[key] for key in AUTHORITY if form.authority.get(key)}
        if authority:
            made["authority"] = authority
        for key in AUTHORITY:
            self._note(("case", "authority", key), f"authority.{key}")
        made |= self._common(form.whole, ("case",))
        notified = {
            each.id: self._number(each.notified, f"{each.key}.notified")
            for each in form.parties
            if each.notified and f"{each.key}.notified" not in self._without
        }
        if notified:
            made["notified"] = notified
        for each in form.parties:
            self._note(("case", "notified", each.id), f"{each.key}.notified")
        if form.parties:
            made["parties"] = [
                self._party(each, ("case", "parties", number))
                for number, each in enumerate(form.parties)
            ]
        made["violations"] = [
            self._violation(each, ("case", "violations", number))
            for number, each in enumerate(form.violations)
        ]
        return {"case": made}

    def _party(self, party: PartyForm, at: Pointer) -> dict[str, Any]:
        made: dict[str, Any] = {"id": party.id, "kind": party.standing}
        if party.roles:
            made["roles"] = list(dict.fromkeys(party.roles))
        for key, text in (("name", party.called), ("identifier", party.identifier)):
            if text:
                made[key] = text
        self._note(at, f"{party.key}.as")
        self._note((*at, "name"), f"{party.key}.called")
        self._note((*at, "identifier"), f"{party.key}.identifier")
        return made | self._common(party, at)

    def _violation(self, violation: ViolationForm, at: Pointer) -> dict[str, Any]:
        made: dict[str, Any] = {"id": violation.id}
        if violation.act:
            made["act"] = violation.act
        known = {each.id for each in self._form.parties}
        charged = [id for id in dict.fromkeys(violation.parties) if id in known]
        if charged:
            made["parties"] = charged
        if violation.item:
            made["item"] = violation.item
        self._note(at, f"{violation.key}.item")
        return made | self._common(violation, at)

    def _common(self, holder: Holder, at: Pointer) -> dict[str, Any]:
        made: dict[str, Any] = {}
        dates: dict[str, Any] = {}
        self._note((*at, "dates"), f"{holder.key}.dates")
        for key, text in holder.dates.items():
            name = f"{holder.key}.dates.{key}"
            self._note((*at, "dates", key), name)
            if not {name, f"{holder.key}.dates"} & self._without:
                dates[key] = text == "true" if key == "continuing" else text
        if dates:
            made["dates"] = dates
        facts: dict[str, Any] = {}
        for fact, written in holder.facts.items():
            name = holder.name(fact)
            self._note((*at, "facts", fact), name)
            if name not in self._without and written.touched:
                facts[fact] = self._fact(written, name, self._types.get(fact, ""))
        if facts:
            made["facts"] = facts
        return made

    def _fact(self, written: Written, name: str, type: str) -> Any:
        value: Any = None
        if written.unknown:
            if written.stated:
                self.faults[name] = "既填了内容，又选了“暂不清楚”；请只留一种"
        elif written.low or written.high:
            bounds = (("from", written.low), ("to", written.high))
            value = {key: self._scalar(text, name, type) for key, text in bounds if text}
            if written.value:
                self.faults[name] = "已经填了确数，又填了范围；请只留一种"
        elif written.value:
            value = self._scalar(written.value, name, type)
        if not written.evidence:
            return value
        bounded = value if isinstance(value, dict) else {"value": value}
        return {**bounded, "evidence": written.evidence}

    def _scalar(self, text: str, name: str, type: str) -> Any:
        if type == "flag":
            return {"true": True, "false": False}.get(text, text)
        return text if type in ("choice", "date", "") else self._number(text, name)

    def _number(self, text: str, name: str) -> Any:
        try:
            number = number_of(text)
        except ValueError as error:
            self.faults[name] = str(error)
            return text
        if number is None:
            self.faults[name] = PLEASE
            return text
        return number

    def _note(self, at: Pointer, name: str) -> None:
        self.fields[json_pointer(at)] = name


def state(
    form: CaseForm, types: Mapping[str, str], without: frozenset[str] = frozenset()
) -> Stated:
    """The case that a form says, but for the fields in `without`; `types` are those of the facts
    by name."""
    writer = _Writer(form, without, types)
    case = writer.case()
    return Stated(orjson.dumps(case, default=exact), writer.fields, writer.faults)
