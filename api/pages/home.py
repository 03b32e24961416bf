"""The way in: finding an item by words, law or article, or by the facts."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import Query, Request, Response

from api.http.limits import case_source
from api.http.services import Services, The, note_of
from api.pages.case_form import CaseForm, Holder, ViolationForm, Written, read_form
from api.pages.finding import find, laws_of
from api.pages.frame import page
from api.pages.questions import Question, types_of
from api.pages.stating import state
from api.pages.visitors import Form, Posted, Visit, page_router
from engine.case import parse_case
from engine.faults import InputFault
from engine.model import RuleSet

router = page_router()
_MOST = 40

Text = Annotated[str, Query(max_length=200)]


@router.get("/")
async def find_page(
    request: Request, the: The, visitor: Visit, q: Text = "", law: Text = "", article: Text = ""
) -> Response:
    """Search by words; without any, how to begin."""
    engine = await the.aside.compute(the.rules.engine, None, None, False)
    rules = engine.rule_set
    note_of(request).digest = rules.digest
    asked = bool(q.strip() or law or article.strip())
    found = await the.aside.compute(find, rules, q, law, article) if asked else []
    return page(
        request,
        visitor,
        "find.html",
        q=q,
        law=law,
        article=article,
        asked=asked,
        found=found[:_MOST],
        more=max(0, len(found) - _MOST),
        laws=laws_of(rules),
        rules=rules,
    )


@router.get("/match")
async def match_page(request: Request, the: The, visitor: Visit, q: Text = "") -> Response:
    """Facts to choose from, to find the items that they meet."""
    rules = (await the.aside.compute(the.rules.engine, None, None, False)).rule_set
    holder = ViolationForm("v1", "v1")
    data = {"chosen": _questions(holder, rules), "offered": _offered(q, holder, rules)}
    return page(request, visitor, "match.html", q=q, faults={}, matches=None, **data)


@router.post("/match")
async def match(request: Request, the: The, posted: Posted) -> Response:
    """The items that the facts meet, or may still meet."""
    data = await the.aside.compute(_matched, the, posted)
    return page(request, posted.visitor, "match.html", **data)


def _matched(the: Services, posted: Form) -> dict[str, Any]:
    engine = the.rules.engine(None, None, False)
    rules = engine.rule_set
    form = read_form(posted.pairs)
    if not form.violations:
        form.add_violation("")
    holder = form.violations[0]
    holder.facts = {
        name: written
        for name, written in holder.facts.items()
        if written.touched and name in rules.facts and not rules.facts[name].derived
    }
    stated = state(CaseForm(violations=[holder]), types_of(rules))
    faults, matches = stated.faults, None
    if not faults and holder.facts:
        try:
            case = parse_case(case_source(stated.body, the.settings), rules)
            matches = engine.match(case)
        except InputFault as error:
            faults = {
                stated.fields.get(each.pointer or "", ""): each.message for each in error.findings
            }
    q = posted.get("q")
    return {
        "q": q,
        "faults": faults,
        "matches": matches
        and [
            {
                "item": each.item,
                "established": each.established is True,
                "missing": [
                    rules.facts[name].label for name in each.missing if name in rules.facts
                ],
                "law": rules.laws[each.item.law].title,
            }
            for each in matches
        ],
        "chosen": _questions(holder, rules),
        "offered": _offered(q, holder, rules),
    }


def _questions(holder: Holder, rules: RuleSet) -> list[Question]:
    return [
        Question(holder.name(name), rules.facts[name], "", written)
        for name, written in holder.facts.items()
    ]


def _offered(q: str, holder: Holder, rules: RuleSet) -> list[Question]:
    """The facts whose words answer to the words asked; only those that can make out a violation."""
    words = q.split()
    if not words:
        return []
    found = [
        fact
        for fact in rules.facts.values()
        if not fact.derived
        and fact.name not in holder.facts
        and fact.if_absent != "assume"
        and all(word in fact.label + fact.ask for word in words)
    ]
    return [Question(holder.name(each.name), each, "", Written()) for each in found[:20]]
