"""A record as the fields of a document: the one place where they are filled, for every format."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from api.documents.code import code_of
from api.documents.fields import (
    Decided,
    Decision,
    Document,
    Fact,
    Fine,
    Line,
    Person,
    Record,
    Step,
    Total,
)
from api.documents.outcomes import violations
from api.documents.wording import amount, clean, fine
from api.http.access import LOOPBACK
from api.http.deciding import POSITIONS
from api.http.masking import HIDDEN, Mask
from api.showing.view import view
from api.showing.words import DAY_NAMES, local
from api.store import Decision as Recorded
from api.store import Evaluation
from api.store.records import fen
from engine.citation import chinese_number
from engine.facts import BadValue
from engine.model import RuleSet
from engine.money import fen_range
from engine.phrases import LEVELS, NOTICE, PROPOSAL_STANDING, UNITS

Data = Mapping[str, Any]

TITLE = "行政处罚裁量说明"


def fill(
    record: Evaluation,
    decisions: Sequence[Recorded],
    rules: RuleSet | None,
    mask: Mask | None,
) -> Document:
    """The fields of a record; `rules` give words to what the record names by its code, `mask` says
    what the reader must not see."""
    case = json.loads(record.case, parse_float=Decimal)
    result = json.loads(record.result)
    said = _Said(case.get("case", case), rules, mask)
    shown = view(mask.result(result) if mask else result, said.named(), rules)
    return said.document(record, decisions, shown)


@dataclass(frozen=True, slots=True)
class _Said:
    """What a case states, its rules, and what must not be seen of it."""

    case: Data
    rules: RuleSet | None
    mask: Mask | None

    def text(self, text: object) -> str:
        """A text that somebody wrote, as it may be shown."""
        return clean(self.mask.prose(str(text)) if self.mask else text)

    def named(self) -> dict[str, Any]:
        """The parties as the pages name them, covered where they must be."""
        parties = [
            {**each, "name": self.text(each.get("name") or ""), "id": self.id(each["id"])}
            for each in self.case.get("parties") or ()
        ]
        return {"parties": parties}

    def id(self, id: str) -> str:
        """What a party is called in the result."""
        return self.mask.parties.get(id, id) if self.mask else id

    def document(
        self, record: Evaluation, decisions: Sequence[Recorded], shown: dict[str, Any]
    ) -> Document:
        """All fields."""
        result = shown["result"]
        names = shown["names"]
        last = decisions[-1] if decisions else None
        return Document(
            title=TITLE,
            case_number=self.text(self.case.get("id") or ""),
            authority=self._authority(),
            alerts=tuple(self._alerts(shown)),
            notice=NOTICE,
            ending=shown["ending"],
            open=result["status"] != "settled",
            proposal=shown["proposal"],
            masked=self.mask is not None,
            dates=tuple(dict.fromkeys(self._dates())),
            parties=tuple(self._parties(shown)),
            facts=tuple(self._facts(names)),
            violations=tuple(violations(shown)),
            totals=tuple(
                Total(clean(names.get(each["party"], each["party"])), fine(each["fine"]))
                for each in result["totals"]
            ),
            procedures=tuple(_steps(shown)),
            missing=tuple(clean(each["ask"]) for each in result["missing"]),
            assumptions=tuple(_assumptions(shown)),
            not_examined=tuple(clean(each["says"]) for each in result["not_examined"]),
            warnings=tuple(_warning(each) for each in shown["warnings"]),
            draft=tuple(clean(each) for each in result["draft"] if each != result["notice"]),
            decision=self._decision(last, names) if last and last.document else None,
            record=_record(record, result, code_of(record, decisions)),
        )

    def _authority(self) -> str:
        """Who handles the case: by name, else what sort of organ it is."""
        told = self.case.get("authority") or {}
        if told.get("name"):
            return self.text(told["name"])
        organs = self.rules.organs if self.rules else {}
        return LEVELS.get(told.get("level") or "", "") + organs.get(told.get("organ") or "", "")

    def _alerts(self, shown: dict[str, Any]) -> Iterator[str]:
        """What nobody may overlook."""
        if shown["proposal"]:
            yield f"【建议稿】{PROPOSAL_STANDING}。"
        for each in shown["warnings"]:
            if each["code"].startswith("draft_"):
                yield f"【未核实】{_warning(each)}。"
        if shown["status"] != "settled":
            yield f"【未定】{shown['ending']}。"
        if self.mask is not None:
            yield "【遮盖件】姓名、证件号和收入已遮盖，只供审核，不能送达。"

    def _parties(self, shown: dict[str, Any]) -> Iterator[Person]:
        roles: dict[str, list[str]] = {}
        for group in shown["groups"]:
            for each in group["outcomes"]:
                roles.setdefault(each["party"]["id"], []).append(each["role"])
        for each in self.case.get("parties") or ():
            id = self.id(each["id"])
            own = dict.fromkeys(filter(None, roles.get(id, ())))
            yield Person(
                clean(shown["names"][id]),
                "、".join(own),
                self.text(each.get("identifier") or ""),
            )

    def _dates(self) -> Iterator[Line]:
        """The days that somebody stated, those of the case first."""
        violations = self.case.get("violations") or ()
        for number, holder in enumerate((self.case, *violations)):
            dates = holder.get("dates") or {}
            several = number and len(violations) > 1
            whose = f"（行为{chinese_number(number)}）" if several else ""
            for name, label in DAY_NAMES.items():
                if dates.get(name):
                    yield Line(label + whose, clean(dates[name]))

    def _facts(self, names: Data) -> Iterator[Fact]:
        """What was stated, in the order of the case: of the case, of parties, of violations."""
        violations = self.case.get("violations") or ()
        yield from self._stated("", self.case.get("facts"))
        for each in self.case.get("parties") or ():
            yield from self._stated(clean(names[self.id(each["id"])]), each.get("facts"))
        for number, each in enumerate(violations, 1):
            whose = f"行为{chinese_number(number)}" if len(violations) > 1 else ""
            yield from self._stated(whose, each.get("facts"))

    def _stated(self, whose: str, facts: Data | None) -> Iterator[Fact]:
        for name, written in (facts or {}).items():
            known = self.rules.facts.get(name) if self.rules else None
            shown = _plain(written)
            if known is not None:
                try:
                    shown = known.show(known.value(written))
                except BadValue:  # the rules of today take other values
                    known = None
            hidden = self.mask is not None and name in self.mask.facts
            evidence = written.get("evidence") if isinstance(written, dict) else None
            unknown = written is None or shown == "未查明"
            proof = self.text(evidence) if evidence else "—" if unknown else "证据待补"
            label = known.label if known is not None else name
            yield Fact(whose, label, HIDDEN if hidden else self.text(shown), proof)

    def _decision(self, recorded: Recorded, names: Data) -> Decision:
        document: Data = recorded.document or {}
        told = self.mask.document(document) if self.mask else document
        return Decision(
            decided_on=recorded.decided_on,
            recorded_at=local(recorded.created_at),
            parties=tuple(_decided(each, names) for each in told["parties"]),
            reason=clean(told.get("reason") or ""),
            officers=tuple(
                clean(f"{each['name']}（执法证号 {each['certificate']}）")
                for each in told["officers"]
            ),
        )


# The rest ---------------------------------------------------------------------------------


def _steps(shown: dict[str, Any]) -> Iterator[Step]:
    for group in shown["steps"]:
        for each in group["steps"] if group["state"] != "not_required" else ():
            until = each["deadline"]
            yield Step(
                group["says"],
                clean(each["title"]),
                clean(each["says"]),
                clean("、".join(each["who"])),
                f"{until['from']}{until['count']}{UNITS[until['unit']]}" if until else "",
                each["basis"] or "",
            )


def _assumptions(shown: dict[str, Any]) -> Iterator[str]:
    for each in shown["assumed"]:
        yield clean(each["says"])
    if shown["absent"]:
        yield f"没有说明、按“否”处理的：{'、'.join(shown['absent'])}"
    if shown["unclaimed"]:
        yield f"没有人提出、按不存在处理的：{'、'.join(shown['unclaimed'])}"


def _warning(warning: dict[str, Any]) -> str:
    about = "、".join(warning["about"])
    return clean(warning["says"] + (f"（{about}）" if about else ""))


def _decided(party: Data, names: Data) -> Decided:
    decided = fen(party["fine"])
    low, high = fen(party["min"]), fen(party["max"])
    return Decided(
        clean(names.get(party["party"], party["party"])),
        amount(decided, decided) if decided else Fine("不罚款", ""),
        "" if low is None and high is None else fen_range(low, high),
        POSITIONS[party["position"]],
        tuple(clean(each) for each in party["measures"]),
    )


def _record(record: Evaluation, result: Data, code: str) -> Record:
    rule_set = result["rule_set"]
    at = local(record.created_at)
    # A key has an office; the machine itself, where nobody made any, has none to name.
    here = record.actor == LOOPBACK.name
    return Record(
        id=record.id,
        created_at=at,
        created_on=at.partition(" ")[0],
        office="本机" if here else clean(record.office),
        actor="本机" if here else clean(record.actor),
        rule_set=f"{rule_set['id']} {rule_set['version']}",
        digest=record.digest,
        engine_version=record.engine_version,
        case_digest=record.case_digest,
        seq=str(record.seq),
        code=code,
    )


def _plain(written: Any) -> str:
    """A stated value as it was written, for a fact that no rule knows any more."""
    if not isinstance(written, dict):
        return _scalar(written)
    if "value" in written:
        return _scalar(written["value"])
    ends: Iterable[Any] = (written.get("from"), written.get("to"))
    return "至".join(_scalar(each) for each in ends)


def _scalar(written: Any) -> str:
    if isinstance(written, bool):
        return "是" if written else "否"
    return "未查明" if written is None else str(written)
