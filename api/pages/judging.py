"""The forms of a decision and of a review: as they are offered, and as they are sent."""

from __future__ import annotations

import secrets
from decimal import Decimal, InvalidOperation
from typing import Any

import orjson

from api.pages.visitors import Form

Data = dict[str, Any]
Sent = tuple[bytes, dict[str, str]]

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
POSITIONS = {
    "inside": "在幅度内",
    "below": "低于幅度",
    "above": "高于幅度",
    "no_range": "结果没有给出幅度",
}
_OFFICERS = 4


def decision_of(told: Data, view: Data | None, sent: Form | None = None) -> Data:
    """The form of a decision: one line a party of the result, filled with what was sent or with
    what is suggested."""
    names = view["names"] if view else {}
    words = [each["fine"] for each in view["totals"]] if view else []
    parties = []
    for number, total in enumerate(told["result"]["totals"]):
        own = [each for each in told["result"]["outcomes"] if each["party"]["id"] == total["party"]]
        parties.append(
            {
                "number": number,
                "id": total["party"],
                "who": names.get(total["party"], total["party"]),
                "range": words[number] if words else "",
                "suggested": _suggested(own),
                "fine": sent.get(f"party{number}.fine") if sent else "",
                "measures": sent.get(f"party{number}.measures")
                if sent
                else "\n".join(
                    dict.fromkeys(one["says"] for each in own for one in each["measures"])
                ),
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


def _suggested(outcomes: list[Data]) -> Any:
    """The one suggestion for a party, where it has a single fine with one."""
    fines = [each["fine"] for each in outcomes if each["fine"]["state"] != "none_in_law"]
    return fines[0]["suggested"] if len(fines) == 1 else None


def decision_in(form: Form) -> Sent:
    """A decision as the API takes it, and the field behind each part of it."""
    fields = {
        "/decided_on": "decided_on",
        "/reason": "reason",
        "/parties": "parties",
        "/officers": "officers",
    }
    parties: list[Data] = []
    number = 0
    while form.get(f"party{number}.id"):
        at, name = f"/parties/{len(parties)}", f"party{number}"
        fields |= {
            at: f"{name}.fine",
            f"{at}/fine": f"{name}.fine",
            f"{at}/measures": f"{name}.measures",
        }
        lines = [each.strip() for each in form.get(f"{name}.measures").splitlines()]
        parties.append(
            {
                "party": form.get(f"{name}.id"),
                "fine": _amount(form.get(f"{name}.fine")),
                "measures": [each for each in lines if each],
            }
        )
        number += 1
    officers: list[Data] = []
    for number in range(_OFFICERS):
        name, certificate = (
            form.get(f"officer{number}.name"),
            form.get(f"officer{number}.certificate"),
        )
        if name or certificate:
            at = f"/officers/{len(officers)}"
            fields |= {f"{at}/{key}": f"officer{number}.{key}" for key in ("name", "certificate")}
            fields[at] = f"officer{number}.name"
            officers.append({"name": name, "certificate": certificate})
    body = {
        "decided_on": form.get("decided_on"),
        "parties": parties,
        "reason": form.get("reason") or None,
        "officers": officers,
    }
    return orjson.dumps(body, default=_exact), fields


def _amount(text: str) -> Any:
    """A number as it was written; what is none stays text, which the model refuses."""
    plain = text.replace(",", "").replace("，", "")
    if not plain:
        return None
    try:
        found = Decimal(plain)
    except InvalidOperation:
        return text
    return found if found.is_finite() and len(plain) < 20 else text


def _exact(number: Any) -> orjson.Fragment:
    return orjson.Fragment(format(number, "f"))


def review_of(told: Data, sent: Form | None = None) -> Data:
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
    """A review as the API takes it, and the field behind each part of it."""
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
    return orjson.dumps(body), fields
