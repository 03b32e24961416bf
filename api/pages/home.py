"""The way in: finding an item by words, law or article, or by the facts."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import Query, Request, Response

from api.http.limits import case_source
from api.http.services import Services, The, note_of
from api.pages.case_form import CaseForm, Holder, ViolationForm, Written, read_form
from api.pages.faults import faults_of
from api.pages.finding import find, laws_of
from api.pages.frame import page
from api.pages.questions import Question, types_of
from api.pages.stating import state
from api.pages.visitors import Form, Posted, Visit, page_router
from api.problems import Problem
from engine.faults import InputFault
from engine.model import RuleSet
from engine.parsing import parse_case
from engine.searching import Candidate

router = page_router()
_MOST, _MOST_FACTS = 40, 20

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
    data = _asked(q.strip(), holder, rules)
    return page(request, visitor, "match.html", faults={}, matches=None, **data)


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
    if not holder.facts and posted.get("do") == "match":
        faults = {"": "还没有填写事实：先找出与查到的情况有关的事实，填上再看"}
    elif not faults and holder.facts:
        try:
            case = parse_case(case_source(stated.body, the.settings), rules)
            matches = engine.match(case)
        except (InputFault, Problem) as error:
            faults = faults_of(error, stated.fields)
    told = matches and [_match(each, rules) for each in matches]
    return {"faults": faults, "matches": told, **_asked(posted.get("q"), holder, rules)}


def _match(found: Candidate, rules: RuleSet) -> dict[str, Any]:
    missing = [rules.facts[name].label for name in found.missing if name in rules.facts]
    return {
        "item": found.item,
        "established": found.established is True,
        "missing": missing,
        "law": rules.laws[found.item.law].title,
    }


def _asked(q: str, holder: Holder, rules: RuleSet) -> dict[str, Any]:
    """The facts written already, and those that answer to the words asked."""
    offered = _offered(q, holder, rules)
    return {
        "q": q,
        "chosen": _questions(holder, rules),
        "offered": offered[:_MOST_FACTS],
        "more": max(0, len(offered) - _MOST_FACTS),
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
    return [Question(holder.name(each.name), each, "", Written()) for each in found]
