"""A result as a page shows it: from the JSON of the contract, live, recorded or masked alike."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from api.http.masking import HIDDEN
from api.showing.drawing import drawing_of_possible, scale_of
from api.showing.saying import Shown, about_of, warnings
from api.showing.scale import svg
from api.showing.words import SETTLES
from api.store.records import fen
from engine.item import Item
from engine.model import RuleSet
from engine.money import below_text, fen_range, fine_text
from engine.phrases import (
    ALTERNATIVES,
    DISPOSITIONS,
    OBLIGATIONS,
    STAGES,
    STATES,
    STATUS,
    UNITS,
)
from engine.result import STEPS
from engine.sentences import law_of

Data = dict[str, Any]

_STEP_NAMES = dict(
    zip(
        STEPS,
        (
            "适用哪个版本",
            "时效和责任能力",
            "违法行为是否成立",
            "管辖权限",
            "阶段和对象",
            "不予处罚",
            "裁量阶次",
            "情节",
            "数额",
            "一事不再罚",
            "程序",
        ),
        strict=True,
    )
)
_LOUD = frozenset({"penalize", "may_exempt", "out_of_jurisdiction", "open"})
_NO_AMOUNT = "罚款数额未定"
_NO_FINE = {"absorbed": "不另罚款", "barred": "不得再次罚款"}


def case_number(case: Data) -> str:
    """What the office calls a case, whichever of its two forms it is written in; "" for none."""
    return case.get("case", case).get("id") or ""


def names_of(case: Data, rules: RuleSet | None) -> dict[str, str]:
    """The parties of a case by id as people call them; roles by their label."""
    inner = case.get("case", case)
    names = {role: label for role, (label, _) in rules.roles.items()} if rules else {}
    for number, party in enumerate(inner.get("parties") or (), 1):
        name = party.get("name")
        names[party["id"]] = name if name and name != HIDDEN else f"当事人{number}"
    return names


def view(result: Data, case: Data, rules: RuleSet | None, live: bool = False) -> Data:
    """Everything the template of a result needs; `live` for one beside its form."""
    shown = Shown(result, names_of(case, rules), rules, live)
    reasons = {each["id"]: each for each in result["reasons"]}
    outcomes = [
        _outcome(each, number, reasons, shown) for number, each in enumerate(result["outcomes"], 1)
    ]
    return {
        "result": result,
        "live": live,
        "names": shown.names,
        "status": result["status"],
        "ending": _ending(result),
        "notice": shown.notice(result["notice"]),
        "draft": [shown.notice(each) for each in result["draft"]],
        "proposal": any(each["code"].startswith("proposal_") for each in result["warnings"]),
        "warnings": list(warnings(result["warnings"], shown)),
        "groups": list(_groups(outcomes)),
        "several": len({each["violation"] for each in outcomes}) > 1,
        "totals": [
            {"who": shown.names.get(each["party"], each["party"]), "fine": _fine_text(each["fine"])}
            for each in result["totals"]
        ],
        "steps": list(_steps(shown)),
        "missing": [
            {**each, "settles": [SETTLES[one] for one in each["settles"]]}
            for each in result["missing"]
        ],
        **_assumptions(result["assumptions"], rules),
        "places": _place,
    }


def _assumptions(listed: list[Data], rules: RuleSet | None) -> Data:
    """What was taken as it is; the many circumstances nobody mentioned by their labels alone."""
    told: dict[str, list[Any]] = {"assumed": [], "absent": [], "unclaimed": []}
    for each in listed:
        label = rules.facts[each["fact"]].label if rules and each["fact"] in rules.facts else ""
        if label and each["kind"] == "not_claimed":
            told["unclaimed"].append(label)
        elif label and each["kind"] == "assumed" and each["value"] is False:
            told["absent"].append(label)
        else:
            told["assumed"].append(each)
    return told


def _ending(result: Data) -> str:
    """How far the case is settled, and whether a choice is left to a person."""
    if result["status"] == "no_rule":
        return "没有可以适用的规则"
    if result["status"] == "open":
        count = len(result["missing"])
        if count:
            return f"结果尚未确定，还有 {count} 项事实要查明"
        return "结果尚未确定，有事项须由承办人判断，或者文本没有取得"
    chosen = any(
        each["disposition"] == "may_exempt"
        or each["alternatives"]
        or each["fine"]["state"] == "optional"
        for each in result["outcomes"]
    )
    return "事实已经查明，其中法律留有选择，由机关决定" if chosen else "各当事人的结果都已确定"


def _groups(outcomes: list[Data]) -> Iterator[Data]:
    for id in dict.fromkeys(each["violation"] for each in outcomes):
        own = [each for each in outcomes if each["violation"] == id]
        yield {"violation": id, "item": own[0]["item"], "title": own[0]["title"], "outcomes": own}


def _outcome(outcome: Data, number: int, reasons: dict[str, Data], shown: Shown) -> Data:
    rules = shown.rules
    party = outcome["party"]
    role = rules.roles[party["role"]][0] if rules and party["role"] in rules.roles else ""
    name = shown.names.get(party["id"], party["id"])
    item = _edition(outcome, rules)
    scale = scale_of(outcome, reasons, item, rules)
    possible = [_possible(each) for each in outcome["possible"]]
    drawn = drawing_of_possible(outcome, possible, number)
    return {
        **outcome,
        "number": number,
        "title": item.title if item else outcome["item"],
        "who": name,
        "role": role if role != name else "",
        "headline": _headline(outcome),
        "loud": outcome["disposition"] in _LOUD,
        "stage_says": STAGES[outcome["stage"]] if outcome["stage"] else "",
        "duty": _duty(outcome),
        "statutory_says": _range_text(outcome["statutory"]),
        "suggested": fen(outcome["fine"]["suggested"]),
        "tier_status": STATUS[outcome["tier"]["status"]] if outcome["tier"] else "",
        "drawing": svg(scale, f"scale-{number}") if scale else "",
        "possible": possible,
        "possible_drawing": drawn,
        "alternatives": [_alternative(each, shown) for each in outcome["alternatives"]],
        "compared": [_compared(each, rules) for each in outcome["compared"]]
        if len(outcome["compared"]) > 1
        else [],
        "tree": list(_tree([reasons[id] for id in outcome["reasons"]])),
    }


def _tree(reasons: list[Data]) -> Iterator[Data]:
    """The reasons by the step of the decision they belong to, in the order the law takes them."""
    for step in STEPS:
        own = [each for each in reasons if each["step"] == step]
        if own:
            yield {"step": step, "says": _STEP_NAMES[step], "reasons": own}


def _place(rule: Data) -> Data:
    """Where a rule stands in its file, and the page of the item it belongs to."""
    item, _, rest = rule["id"].partition("/")
    of_item = "/items/" in rule["file"]
    return {
        "text": f"{rule['file']}:{rule['line']}",
        "href": f"/items/{item}#{rest.partition('/')[0] or item}" if of_item else "",
    }


# Words ------------------------------------------------------------------------------------


def _range_text(money: Data) -> str:
    low, high = fen(money["min"]), fen(money["max"])
    return "" if low is None and high is None else fen_range(low, high)


def _fine_text(money: Data) -> str:
    low, high = fen(money["min"]), fen(money["max"])
    return fine_text(low, high) if low or high is not None else _NO_AMOUNT


def _headline(answer: Data) -> str:
    """The answer in a few words, its range first."""
    fine, disposition = answer["fine"], answer["disposition"]
    state = fine["state"]
    if disposition == "out_of_jurisdiction":
        more = "" if state == "none_in_law" else f"（{_fine_text(fine)}）"
        return DISPOSITIONS[disposition] + more
    if state in _NO_FINE:
        return f"{_NO_FINE[state]}（本来 {_range_text(fine)}）"
    if disposition in ("penalize", "may_exempt", "open") and state != "none_in_law":
        words = _fine_text(fine)
        if state == "open" and words != _NO_AMOUNT:
            words += "（未定）"
        if disposition == "may_exempt":
            words += "，也可以不予处罚"
        elif state == "optional":
            words += "（可以处，也可以不处）"
        return words
    return DISPOSITIONS[disposition]


def _duty(outcome: Data) -> str:
    if not outcome["obligation"] or outcome["disposition"] not in _LOUD:
        return ""
    return f"{OBLIGATIONS[outcome['obligation']]}处罚"


def _possible(possible: Data) -> Data:
    return {
        **possible,
        "headline": _headline(possible),
        "stage_says": STAGES[possible["stage"]] if possible["stage"] else "",
        "given": [[each["says"] for each in path] for path in possible["given"]],
    }


def _alternative(alternative: Data, shown: Shown) -> str:
    low, high = fen(alternative["fine"]["min"]), fen(alternative["fine"]["max"])
    below = alternative["effect"] == "mitigate" and low is None
    words = below_text(high) if below else fine_text(low, high)
    because = alternative["because"]
    about = about_of(because, shown) if because else ""
    return f"{ALTERNATIVES[alternative['effect']]}，{words}" + (f"（{about}）" if about else "")


def _compared(compared: Data, rules: RuleSet | None) -> str:
    known = rules is not None and compared["item"] in rules.items
    law = law_of(compared["edition"], rules) if rules and known else compared["item"]
    money = _range_text(compared["statutory"])
    words = f"法定罚款{money}" if money else DISPOSITIONS[compared["disposition"]]
    return f"{'适用' if compared['applies'] else '比较'}：{law}，{words}"


def _steps(shown: Shown) -> Iterator[Data]:
    """Procedures and referrals by state; the same for several parties once."""
    result = shown.result
    told: dict[tuple[str, str], Data] = {}
    for kind, listed in (("procedure", result["procedures"]), ("referral", result["referrals"])):
        for each in listed:
            key = (each["state"], each["says"])
            if key not in told:
                told[key] = {**each, "sort": kind, "who": [], "until": _deadline(each["deadline"])}
            if each["party"]:
                told[key]["who"].append(shown.names.get(each["party"], each["party"]))
    for state, word in STATES.items():
        own = [each for each in told.values() if each["state"] == state]
        for each in own:
            each["who"] = list(dict.fromkeys(each["who"]))
            each["status_says"] = STATUS[each["status"]]
        if own:
            yield {"state": state, "says": word, "steps": own}


def _deadline(deadline: Data | None) -> str:
    return "" if deadline is None else f"{deadline['count']}{UNITS[deadline['unit']]}"


def _edition(outcome: Data, rules: RuleSet | None) -> Item | None:
    editions = rules.items.get(outcome["item"], ()) if rules else ()
    found = [each for each in editions if each.edition == outcome["edition"]]
    return found[0] if found else (editions[-1] if editions else None)
