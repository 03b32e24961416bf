"""Working on a case: the form with its live result, and saving it."""

from __future__ import annotations

import json
import secrets
from dataclasses import dataclass
from decimal import Decimal
from typing import Annotated, Any

from fastapi import Query, Request, Response

from api.http.access import needs_names, office_of
from api.http.evaluating import Evaluated, earlier_decisions, evaluate
from api.http.parameters import Word
from api.http.recording import record_evaluation
from api.http.records import unerased, whole
from api.http.services import Services, The, note_of
from api.pages.case_form import CaseForm, form_of, read_form
from api.pages.faults import faults_of
from api.pages.finding import find
from api.pages.frame import page, part, see_other
from api.pages.questions import ask, party_name, standings, types_of
from api.pages.stating import state
from api.pages.visitors import Posted, Visit, Visitor, page_router
from api.problems import Problem
from api.showing.view import view
from api.showing.words import DAY_NAMES
from engine.evaluate import Engine
from engine.faults import InputFault
from engine.model import RuleSet
from engine.phrases import LEVELS

router = page_router()
# How the names of the fields begin that lie folded away.
_OFFICE = ("case_id", "authority.", "c.dates", "rule_set")


@dataclass(slots=True)
class Worked:
    """A form with what the engine makes of it. `faults` are by the field they belong to, the rest
    under ""; with faults there is no result, but the questions of what is sound so far."""

    form: CaseForm
    engine: Engine
    result: dict[str, Any] | None
    case: dict[str, Any]
    faults: dict[str, str]
    done: Evaluated | None


def work(the: Services, form: CaseForm) -> Worked:
    """Evaluate a form, not recorded; raises Problem for a rule set that is not served, and for more
    parties or violations than a case may have, before a page is made of them all."""
    for listed, most, word in (
        (form.violations, the.settings.max_violations, "个违法行为"),
        (form.parties, the.settings.max_parties, "个当事人"),
    ):
        if len(listed) > most:
            detail = f"一个案件最多 {most} {word}，这里有 {len(listed)} 个；请分成几个案件"
            raise Problem("too_large", detail)
    engine = _engine(the, form)
    if not form.violations:
        return Worked(form, engine, None, {"case": {}}, {}, None)
    types = types_of(engine.rule_set)
    faults: dict[str, str] = {}
    without: frozenset[str] = frozenset()
    # What is wrong is told, then left out so that the questions of the rest can still be asked.
    for _ in range(4):
        stated = state(form, types, without)
        fresh = stated.faults
        if not fresh:
            try:
                done = evaluate(the, stated.body, form.rule_set or None, form.published_only)
            except (InputFault, Problem) as error:
                fresh = faults_of(error, stated.fields)
            else:
                result = json.loads(done.content)
                case = json.loads(stated.body)
                return Worked(form, engine, result, case, faults, None if faults else done)
        faults |= {name: text for name, text in fresh.items() if name not in faults}
        if fresh.keys() <= without:
            break
        without |= fresh.keys()
    return Worked(form, engine, None, {"case": {}}, faults, None)


def _engine(the: Services, form: CaseForm) -> Engine:
    region = form.authority.get("region")
    try:
        return the.rules.engine(form.rule_set or None, region, form.published_only)
    except InputFault:
        raise Problem("not_found", "没有这个规则集") from None


# Showing ----------------------------------------------------------------------------------


def _shown(worked: Worked, visitor: Visitor, the: Services) -> dict[str, Any]:
    """What the template of the form needs."""
    form, rules = worked.form, worked.engine.rule_set
    asked = ask(form, worked.engine, worked.result)
    told = None
    if worked.result is not None and not worked.faults:
        told = view(worked.result, worked.case, rules, live=True)
    return {
        "form": form,
        "asked": asked,
        "faults": worked.faults,
        "office_faulty": any(name.startswith(_OFFICE) for name in worked.faults),
        "view": told,
        "rules": rules,
        "rule_sets": the.rules.names(),
        "days": DAY_NAMES,
        "levels": LEVELS,
        "standings": list(standings(rules)),
        "called": {each.key: party_name(each, form, rules) for each in form.parties},
        "titles": {
            each.key: rules.items[each.item][-1].title
            for each in form.violations
            if each.item in rules.items
        },
        "acts": _acts(form),
        "once": secrets.token_urlsafe(18),
        "can_save": visitor.may("officer"),
        "earlier": [],
        "found": [],
        "sought": "",
    }


async def _answer(
    request: Request,
    the: The,
    visitor: Visitor,
    worked: Worked,
    status: int = 200,
    **more: Any,
) -> Response:
    """The page of a form, or for htmx the one piece of it that changes."""
    note_of(request).digest = worked.engine.rule_set.digest
    data = await the.aside.compute(_shown, worked, visitor, the) | more
    if worked.done is not None and worked.done.parties and needs_names(visitor.actor):
        data["earlier"] = await the.aside.store(
            earlier_decisions, the.store, worked.done, office_of(visitor.actor)
        )
    if visitor.htmx:
        return part(request, visitor, "case_work.html", "work", data)
    return page(request, visitor, "case.html", status, d=data)


def _acts(form: CaseForm) -> list[str]:
    """What acts may be called: those named already, and one for every violation."""
    named = [each.act for each in form.violations if each.act]
    return list(dict.fromkeys([*named, *(f"a{n}" for n in range(1, len(form.violations) + 1))]))


@router.get("/case")
async def case_page(
    request: Request,
    the: The,
    visitor: Visit,
    item: Word | None = None,
    rule_set: Word | None = None,
    source: Annotated[str | None, Query(alias="from", max_length=60)] = None,
) -> Response:
    """A new case under an item, or the form of a recorded one, to be corrected."""
    if source is not None:
        form = await the.aside.store(_reopened, the, source, visitor)
    else:
        form = CaseForm(rule_set=rule_set or "")
        await the.aside.compute(_begin, the, form, item)
    worked = await the.aside.compute(work, the, form)
    return await _answer(request, the, visitor, worked)


def _begin(the: Services, form: CaseForm, item: str | None) -> None:
    """The first violation, and a party of the sort that the item is for."""
    if item is None:
        form.add_party()
        return
    rules = _engine(the, form).rule_set
    if item not in rules.items:
        raise Problem("not_found", f"规则集 {rules.id} 里没有这个事项")
    form.add_violation(item)
    _name_party(rules, form, item)


def _name_party(rules: RuleSet, form: CaseForm, item: str) -> None:
    """A party of the sort that an item is for: a unit where it fines any."""
    editions = rules.items.get(item, ())
    roles = [role for each in editions[-1:] for one in each.penalties for role in one.roles]
    units = [role for role in roles if rules.roles[role][1] == "unit"]
    form.add_party("unit" if units or not roles else roles[0])


def _reopened(the: Services, id: str, visitor: Visitor) -> CaseForm:
    visitor.need("officer")
    record, content = whole(the, id, visitor.actor)
    unerased(record)
    told = json.loads(content, parse_float=Decimal)
    form = form_of(told["case"])
    form.replaces = record.id
    form.rule_set, form.published_only = record.rule_set, record.published_only
    return form


@router.post("/case")
async def recompute(request: Request, the: The, posted: Posted) -> Response:
    """The same form after a change: evaluated, its questions renewed. Nothing is recorded."""
    form = read_form(posted.pairs)
    found: list[Any] = []
    sought = posted.get("sought")
    verb, _, what = posted.get("do").partition(":")
    if verb == "drop":
        form.drop(what)
    elif verb == "add_party":
        form.add_party("responsible" if what == "person" else "unit")
    elif verb == "take" and form.violations:
        await the.aside.compute(_take, the, form, what)
    elif verb == "add_item":
        form.add_violation(what)
        sought = ""
    elif verb == "seek" and sought:
        found = await the.aside.compute(_seek, the, form, sought)
    worked = await the.aside.compute(work, the, form)
    return await _answer(request, the, posted.visitor, worked, found=found, sought=sought)


def _take(the: Services, form: CaseForm, item: str) -> None:
    """Go on with an item that facts alone have found."""
    form.violations[0].item = item
    _name_party(_engine(the, form).rule_set, form, item)


def _seek(the: Services, form: CaseForm, sought: str) -> list[Any]:
    return find(_engine(the, form).rule_set, sought, "", "")[:8]


# Saving -----------------------------------------------------------------------------------


@router.post("/cases")
async def save(request: Request, the: The, posted: Posted) -> Response:
    """Put the evaluation on record; a corrected one says which it replaces."""
    posted.visitor.need("officer")
    form = read_form(posted.pairs)
    worked = await the.aside.compute(work, the, form)
    note_of(request).digest = worked.engine.rule_set.digest
    if worked.done is None:
        return await _answer(request, the, posted.visitor, worked, 422)
    options = f"{form.rule_set}&{form.published_only}"
    actor, replaces = posted.visitor.actor, form.replaces or None
    stored, _ = await the.aside.write(
        record_evaluation, the, worked.done, options, actor, posted.once, replaces
    )
    note_of(request).record = stored.id
    the.metrics.evaluated(worked.engine.rule_set.id, worked.done.result.status, True)
    return see_other(request, f"/cases/{stored.id}")
