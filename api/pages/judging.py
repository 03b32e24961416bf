"""The forms of a decision and of a review: as they are offered, and as they are sent."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from typing import Any

import orjson

from api.http.deciding import POSITIONS, suggested_for
from api.pages.faults import field_of
from api.pages.numbers import PLEASE, exact, number_of
from api.pages.visitors import Form
from api.problems import Fault

Data = dict[str, Any]

POINTS = {
    "subject": "主体",
    "jurisdiction": "管辖",
    "facts": "事实",
    "evidence": "证据",
    "law": "法律适用",
    "discretion": "裁量",
    "procedure": "程序",
}
VERDICTS = {"agree": "同意", "amend": "修改", "return": "退回"}
_OFFICERS = 4
# What is asked for, by the last part of a field, where a model only says what form a value has.
_ASKED = {
    "decided_on": "请选择决定日期",
    "fine": PLEASE,
    "name": "请写姓名",
    "certificate": "请写执法证号：只有字母和数字，6 至 20 位",
    "officers": "请写两名以上执法人员，姓名和执法证号都要写",
    "ok": "请选“合格”或者“不合格”",
    "verdict": "请选一个结论",
}
_FORMAL = frozenset({"wrong_type", "bad_form", "not_allowed", "missing_key"})


@dataclass(slots=True)
class Sent:
    """What a form says: the body as the API takes it, and by JSON pointer the field behind each
    part of it."""

    body: bytes
    fields: dict[str, str] = field(default_factory=dict)

    def faults(self, listed: tuple[Fault, ...], form: Form) -> dict[str, str]:
        """What is wrong by the field it belongs to, the first of each, in the words of the form;
        what belongs to none under ""."""
        found: dict[str, str] = {}
        for each in listed:
            name = field_of(each.pointer, self.fields)
            words = _ASKED.get(name.rpartition(".")[2])
            empty = each.code == "out_of_bounds" and not form.get(name)
            found.setdefault(
                name, words if words and (empty or each.code in _FORMAL) else each.detail
            )
        return found


def decision_of(told: Data, view: Data, sent: Form | None = None) -> Data:
    """The form of a decision: one line a party of the result, filled with what was sent or with
    the measures that the law demands."""
    result = told["result"]
    parties = []
    for number, (total, shown) in enumerate(zip(result["totals"], view["totals"], strict=True)):
        own = [each for each in result["outcomes"] if each["party"]["id"] == total["party"]]
        # What the law only allows is for a person to add.
        measures = dict.fromkeys(
            one["says"] for each in own for one in each["measures"] if one["obligation"] != "may"
        )
        name = f"party{number}"
        parties.append(
            {
                "number": number,
                "id": total["party"],
                "who": shown["who"],
                "range": shown["fine"],
                "suggested": suggested_for(total["party"], result),
                "number_of_document": sent.get(f"{name}.number") if sent else "",
                "fine": sent.get(f"{name}.fine") if sent else "",
                "measures": sent.get(f"{name}.measures") if sent else "\n".join(measures),
            }
        )
    return {
        "once": secrets.token_urlsafe(18),
        "decided_on": sent.get("decided_on") if sent else "",
        "reason": sent.get("reason") if sent else "",
        "parties": parties,
        "officers": [
            {
                "number": number,
                "name": sent.get(f"officer{number}.name") if sent else "",
                "certificate": sent.get(f"officer{number}.certificate") if sent else "",
            }
            for number in range(_OFFICERS)
        ],
        "positions": POSITIONS,
    }


def decision_in(form: Form) -> Sent:
    """A decision as the API takes it."""
    fields = {
        "/decided_on": "decided_on",
        "/reason": "reason",
        "/parties": "parties",
        "/officers": "officers",
    }
    parties: list[Data] = []
    while form.get(f"party{len(parties)}.id"):
        at, name = f"/parties/{len(parties)}", f"party{len(parties)}"
        fields |= {
            at: f"{name}.fine",
            f"{at}/number": f"{name}.number",
            f"{at}/fine": f"{name}.fine",
            f"{at}/measures": f"{name}.measures",
        }
        lines = [each.strip() for each in form.get(f"{name}.measures").splitlines()]
        parties.append(
            {
                "party": form.get(f"{name}.id"),
                "number": form.get(f"{name}.number") or None,
                "fine": _amount(form.get(f"{name}.fine")),
                "measures": [each for each in lines if each],
            }
        )
    officers: list[Data] = []
    for number in range(_OFFICERS):
        one = {key: form.get(f"officer{number}.{key}") for key in ("name", "certificate")}
        if any(one.values()):
            at = f"/officers/{len(officers)}"
            fields |= {f"{at}/{key}": f"officer{number}.{key}" for key in one}
            officers.append(one)
    body = {
        "decided_on": form.get("decided_on"),
        "parties": parties,
        "reason": form.get("reason") or None,
        "officers": officers,
    }
    return Sent(orjson.dumps(body, default=exact), fields)


def _amount(text: str) -> Any:
    """A number as it was written; what is none stays text, which the model refuses."""
    try:
        number = number_of(text)
    except ValueError:
        return text
    return number if number is not None else text or None


def review_of(told: Data, _: Data, sent: Form | None = None) -> Data:
    """The form of a review: seven points with the reasons that each rests on."""
    return {
        "once": secrets.token_urlsafe(18),
        "points": [
            {
                "id": point,
                "title": title,
                "reasons": told["points"][point],
                "ok": sent.get(f"{point}.ok") if sent else "",
                "note": sent.get(f"{point}.note") if sent else "",
            }
            for point, title in POINTS.items()
        ],
        "verdict": sent.get("verdict") if sent else "",
        "note": sent.get("note") if sent else "",
        "verdicts": VERDICTS,
    }


def review_in(form: Form) -> Sent:
    """A review as the API takes it."""
    fields = {"/verdict": "verdict", "/note": "note"}
    checklist: Data = {}
    for point in POINTS:
        at = f"/checklist/{point}"
        fields |= {at: f"{point}.ok", f"{at}/ok": f"{point}.ok", f"{at}/note": f"{point}.note"}
        ok = {"yes": True, "no": False}.get(form.get(f"{point}.ok"))
        checklist[point] = {"ok": ok, "note": form.get(f"{point}.note") or None}
    body = {
        "checklist": checklist,
        "verdict": form.get("verdict"),
        "note": form.get("note") or None,
    }
    return Sent(orjson.dumps(body), fields)
